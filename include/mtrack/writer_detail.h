/* SPDX-License-Identifier: MIT */
/* detail: one block of `Field: value` lines a record (SPEC 4.3). */
#ifndef MTRACK_WRITER_DETAIL_H
#define MTRACK_WRITER_DETAIL_H

#include "mtrack/writer.h"

extern const struct writer_ops writer_detail;

#endif

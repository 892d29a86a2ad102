/* SPDX-License-Identifier: MIT */
/* raw: the records' own bytes as archived (SPEC 4.3). */
#ifndef MTRACK_WRITER_RAW_H
#define MTRACK_WRITER_RAW_H

#include "mtrack/writer.h"

extern const struct writer_ops writer_raw;

#endif

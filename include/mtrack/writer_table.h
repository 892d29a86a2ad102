/* SPDX-License-Identifier: MIT */
/* table: aligned columns for people, and for awk -F'  +' (SPEC 4.3). */
#ifndef MTRACK_WRITER_TABLE_H
#define MTRACK_WRITER_TABLE_H

#include "mtrack/writer.h"

extern const struct writer_ops writer_table;

#endif

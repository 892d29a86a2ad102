/* SPDX-License-Identifier: MIT */
/* --sql: the same query for ClickHouse, over a table that was loaded with
 * --format engine (SPEC 9). */
#ifndef MTRACK_SQL_H
#define MTRACK_SQL_H

#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/options.h"

/* Appends the SELECT; false with a fault when a value cannot be asked for
 * there. Seals the criteria. */
bool sql_query(
    const struct options *options, struct buffer *out, struct fault *fault);

#endif

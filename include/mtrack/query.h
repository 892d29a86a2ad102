/* SPDX-License-Identifier: MIT */
/* The whole run of a query: files, scans in archive order, merge, order,
 * writer; tells each file's troubles on standard error. */
#ifndef MTRACK_QUERY_H
#define MTRACK_QUERY_H

#include "mtrack/arena.h"
#include "mtrack/options.h"
#include "mtrack/verdict.h"

void query_run(struct arena *arena, const struct options *options,
    struct verdict *verdict);

#endif

/* SPDX-License-Identifier: MIT */
/* The rows of --by in their order (SPEC 4.3, 10): times ascending and without
 * holes, else by count descending, then value. */
#ifndef MTRACK_GROUP_ROWS_H
#define MTRACK_GROUP_ROWS_H

#include "mtrack/group.h"

/* CELLS: one a key, then the count. */
typedef enum flow group_row_fn(void *ctx, const struct cell *cells);
/* Whether the archive has no file of DAY (days since 1970): a count of that day
 * that nothing was found for is empty then, not 0. */
typedef bool group_missing_fn(void *ctx, int32_t day);

/* Drains GROUP, which was made by PLAN, and gives its first TOP rows. MISSING
 * may be NULL. */
enum flow group_rows(struct group *group, const struct group_plan *plan,
    uint64_t top, group_row_fn *fn, group_missing_fn *missing, void *ctx,
    struct fault *fault);

#endif

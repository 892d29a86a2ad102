/* SPDX-License-Identifier: MIT */
/* The period of a run when none was asked for (SPEC 3.1). */
#ifndef MTRACK_PERIOD_H
#define MTRACK_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

struct options;

/* The period that OPTIONS ask for, in ms. For PERIOD_DEFAULT the license's
 * window that ends with NEWEST_DAY (days since 1970, or DAY_NONE when no file
 * has days). False when it is open at both ends: all is searched. */
bool period_window(const struct options *options, int32_t newest_day,
    int64_t *since, int64_t *until);

#endif

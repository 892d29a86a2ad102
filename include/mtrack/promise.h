/* SPDX-License-Identifier: MIT */
/* The days that a path promises (SPEC 1.1): those in the file's name, else
 * those of the folder nearest to it. */
#ifndef MTRACK_PROMISE_H
#define MTRACK_PROMISE_H

#include "mtrack/str.h"

#define DAY_NONE INT32_MIN

/* Days since 1970, from *first to *last; false when PATH has none. */
bool promise_days(struct str path, int32_t *first, int32_t *last);

#endif

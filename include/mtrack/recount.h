/* SPDX-License-Identifier: MIT */
/* A query once more, for its number of entries alone (SPEC 4.5, --hints). */
#ifndef MTRACK_RECOUNT_H
#define MTRACK_RECOUNT_H

#include "mtrack/options.h"
#include "mtrack/selection.h"

/* How many entries of SELECTION meet CRITERIA, which are sealed. What is wrong
 * with the files was told before. False when it could not be found out. */
bool recount(const struct options *options, const struct selection *selection,
    const struct criteria *criteria, uint64_t *count);

#endif

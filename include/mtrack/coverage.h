/* SPDX-License-Identifier: MIT */
/* --coverage: the archive's health, a row a day (SPEC 7). */
#ifndef MTRACK_COVERAGE_H
#define MTRACK_COVERAGE_H

#include "mtrack/arena.h"
#include "mtrack/options.h"
#include "mtrack/verdict.h"

/* Reads and decodes everything of the period, the whole archive when none was
 * given. verdict->trouble: something is damaged; ->unproven: days are missing.
 */
void coverage_run(struct arena *arena, const struct options *options,
    struct verdict *verdict);

#endif

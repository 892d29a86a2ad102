/* SPDX-License-Identifier: MIT */
/* --why-not ID (SPEC 4.5): for each record of a message or mail ID, which
 * criteria it meets and which reject it, and which record hides it. The whole
 * archive is read, whatever the period: the period may be what rejects. */
#ifndef MTRACK_WHY_H
#define MTRACK_WHY_H

#include "mtrack/arena.h"
#include "mtrack/options.h"
#include "mtrack/verdict.h"

void why_run(struct arena *arena, const struct options *options,
    struct verdict *verdict);

#endif

/* SPDX-License-Identifier: MIT */
/* --explain: the query as understood, and the files chosen for it; no record
 * is read (SPEC 4.5). */
#ifndef MTRACK_EXPLAIN_H
#define MTRACK_EXPLAIN_H

#include "mtrack/arena.h"
#include "mtrack/options.h"
#include "mtrack/output.h"

/* False when a path could not be read, which was told. */
bool explain(
    struct arena *arena, const struct options *options, struct output *out);

#endif

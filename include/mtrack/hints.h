/* SPDX-License-Identifier: MIT */
/* What a query says of its own result on a terminal, or where --hints asks for
 * it (SPEC 4.5): that it was cut, and why it may be empty. */
#ifndef MTRACK_HINTS_H
#define MTRACK_HINTS_H

#include "mtrack/options.h"
#include "mtrack/selection.h"

/* Whether hints are wanted at all. */
bool hints_wanted(const struct options *options);
/* PRINTED entries of MATCHED were printed, behind those that were skipped;
 * MATCHED is LIMIT_NONE where the rest was not searched. */
void hints_cut(
    const struct options *options, uint64_t printed, uint64_t matched);
/* Nothing matched. SEEN are the fields that any of LOOKED_AT records had. */
void hints_empty(const struct options *options,
    const struct selection *selection, fieldset seen, uint64_t looked_at);
/* With --hints: how many entries would match without each criterion. ALL is
 * the archive as walked. Reads it again. */
void hints_recount(struct arena *arena, const struct options *options,
    const struct archive *all, const struct selection *selection);

#endif

/* SPDX-License-Identifier: MIT */
/* What the scans and stages of a run are told, from the options. */
#ifndef MTRACK_PLAN_H
#define MTRACK_PLAN_H

#include "mtrack/options.h"
#include "mtrack/selection.h"
#include "mtrack/stages.h"

/* One run over the archive: constant once its scans have begun. */
struct plan {
	struct scan_plan scan;
	struct stages_plan stages;
	struct scan_index index;
	struct needles needles;
	unsigned threads;
};

/* Where matching entries go. */
enum stage_end plan_end(const struct options *options);
/* What to ask of side files, in INDEX and NEEDLES; NULL when there is nothing
 * to be asked: a run that looks for every fault reads every byte. */
const struct scan_index *plan_index(struct arena *arena,
    const struct options *options, const struct selection *selection,
    const struct criteria *criteria, struct needles *needles,
    struct scan_index *index);
/* Fills PLAN, which stays where it is; needles live in ARENA. CRITERIA are
 * sealed; OUTPUT are the fields that rows need, and RAW whether they need the
 * records' own bytes. STOP and COUNTER (may be NULL) are the run's. */
void plan_make(struct arena *arena, const struct options *options,
    const struct selection *selection, const struct criteria *criteria,
    enum stage_end end, fieldset output, bool raw, atomic_bool *stop,
    struct counter *counter, struct plan *plan);
/* Afterwards: where all entries are sorted, their rows are made by the threads,
 * as ROWTEXT (may be NULL, for never) says. */
void plan_rows(struct plan *plan, const struct rowtext_plan *rowtext);

#endif

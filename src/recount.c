/* SPDX-License-Identifier: MIT */
/* A query once more, for its number of entries alone. */
#include "mtrack/recount.h"

#include "mtrack/plan.h"
#include "mtrack/workers.h"

static void
scan_task(void *ctx, unsigned worker, size_t task)
{
	struct stages *stages = ctx;
	struct scan_job job = {.file = (uint32_t)task};
	struct scan_result result;

	stages_scan(stages, worker, &job, &result);
	scan_result_destroy(&result);
}

bool
recount(const struct options *options, const struct selection *selection,
    const struct criteria *criteria, uint64_t *count)
{
	atomic_bool stop = false;
	struct arena arena;
	struct plan plan;
	struct stages *stages;
	struct workers *workers = NULL;
	struct fault unused;
	bool done;

	*count = 0;
	if (selection->files.count == 0)
		return true;
	arena_init(&arena);
	plan_make(&arena, options, selection, criteria, END_COUNT, 0, false,
	    &stop, NULL, &plan);
	stages = stages_new(&plan.stages);
	workers = workers_start(
	    plan.threads, selection->files.count, NULL, scan_task, stages);
	done = workers != NULL;
	if (workers)
		workers_join(workers);
	done = done && !stages_failed(stages, &unused) &&
	    stages_settle(stages, &unused);
	*count = stages_matched(stages);
	stages_free(stages);
	arena_destroy(&arena);
	return done;
}

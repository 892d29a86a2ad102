/* SPDX-License-Identifier: MIT */
/* The whole run of a query. Threads scan files and fill their own stages; this
 * thread tells each file's troubles in archive order, streams where the order
 * allows it, and at the end brings the stages together and prints. */
#include "mtrack/query.h"

#include "mtrack/days.h"
#include "mtrack/deliver.h"
#include "mtrack/diag.h"
#include "mtrack/group_rows.h"
#include "mtrack/hints.h"
#include "mtrack/jobs.h"
#include "mtrack/plan.h"
#include "mtrack/progress.h"
#include "mtrack/selection.h"
#include "mtrack/stages.h"
#include "mtrack/stopwatch.h"
#include "mtrack/tell.h"
#include "mtrack/workers.h"

struct query {
	const struct options *options;
	struct arena *arena;
	struct verdict *verdict;
	struct archive all;
	struct selection selection;
	struct deliver deliver;
	struct plan plan;
	struct stages *stages;
	struct counter counter;
	struct progress *progress;
	fieldset seen; /* fields that any record had */
	struct jobs jobs;
	struct scan_result *results; /* by job; a file's are joined in its first
	                              */
	struct tally tally;
	atomic_bool stop;
	uint64_t rows;
	uint64_t skip; /* records of a relay still to be skipped */
	bool printed_badly;
};

/* ---- printing ---- */

/* Rows may go to the same terminal, or to a pager on it: the bar ends first. */
static void
end_progress(struct query *query)
{
	progress_stop(query->progress);
	query->progress = NULL;
}

static bool
print_row(struct query *query, const struct record *rec)
{
	struct record mine;

	if (query->plan.stages.rowtext)
		return printer_text(query->deliver.printer, rec->raw);
	mine = *rec;
	mine.file = query->selection.files.files[rec->origin.file].path;
	return printer_record(query->deliver.printer, &mine);
}

static enum flow
print_record(void *ctx, const struct record *rec)
{
	struct query *query = ctx;

	if (query->skip > 0) {
		query->skip--;
		return FLOW_MORE;
	}
	if (printer_rows(query->deliver.printer) >= query->options->limit)
		return FLOW_STOP;
	if (query->progress)
		end_progress(query);
	if (!print_row(query, rec)) {
		query->printed_badly = true;
		return FLOW_STOP;
	}
	return printer_rows(query->deliver.printer) >= query->options->limit
	    ? FLOW_STOP
	    : FLOW_MORE;
}

static enum flow
print_counts(void *ctx, const struct cell *cells)
{
	struct query *query = ctx;

	if (printer_cells(query->deliver.printer, cells))
		return FLOW_MORE;
	query->printed_badly = true;
	return FLOW_STOP;
}

static bool
is_missing(void *ctx, int32_t day)
{
	struct query *query = ctx;

	return !query->selection.undated && !days_covered(&query->all, day);
}

/* ---- the run ---- */

static void
scan_task(void *ctx, unsigned worker, size_t task)
{
	struct query *query = ctx;

	stages_scan(query->stages, worker, &query->jobs.items[task],
	    &query->results[task]);
}

static void
trouble(struct query *query, const struct fault *fault)
{
	deliver_trouble(&query->deliver, fault, query->verdict);
}

/* Tells what became of FILE, all of which was read. */
static void
conclude(struct query *query, uint32_t file, const struct scan_result *result)
{
	const struct archive_file *at = &query->selection.files.files[file];

	tell_result(at, result, query->options);
	tally_add(&query->tally, &result->tally);
	query->seen |= result->seen;
	query->verdict->trouble |= tell_is_trouble(at, result);
}

/* Waits for the jobs in archive order; tells of each file when its last part
 * is done; lets a relay flow. */
static void
follow(struct query *query, struct workers *workers, bool relay)
{
	const struct jobs *jobs = &query->jobs;
	enum flow flow = FLOW_MORE;

	if (relay && query->options->limit == 0)
		flow = FLOW_STOP;
	for (size_t i = 0; i < jobs->count && flow == FLOW_MORE; i++) {
		const struct scan_job *job = &jobs->items[i];
		struct scan_result *result = &query->results[i - job->part];

		if (relay)
			flow = stages_relay(
			    query->stages, job->file, print_record, query);
		if (flow != FLOW_MORE)
			stages_stop(query->stages);
		if (!workers_wait(workers, i))
			return;
		if (job->part > 0)
			scan_result_join(result, &query->results[i]);
		if (job->split && job->part + 1 < split_count(job->split))
			continue;
		conclude(query, job->file, result);
		if (query->options->strict && query->verdict->trouble) {
			stages_stop(query->stages);
			flow = FLOW_STOP;
		}
	}
	if (flow != FLOW_MORE)
		stages_stop(query->stages);
	workers_stop(workers);
}

/* The bytes on disk of all files; 0 when one is a pipe. */
static uint64_t
total_bytes(const struct archive *files)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < files->count; i++) {
		/* A pipe, or standard input: nobody knows how much it is. */
		if (files->files[i].named && files->files[i].size == 0)
			return 0;
		sum += files->files[i].size;
	}
	return sum;
}

/* Streams begin at once, in archive order: files are then read whole. */
static void
make_jobs(struct query *query)
{
	enum stage_end end = query->plan.stages.end;
	bool parted =
	    query->plan.scan.index && end != END_RELAY && end != END_QUIET;

	jobs_make(query->arena, &query->selection.files, parted,
	    query->options->index_part,
	    end == END_RELAY || query->options->strict, &query->jobs);
}

static bool
scan_files(struct query *query, bool relay)
{
	struct jobs *jobs = &query->jobs;
	struct workers *workers;
	struct fault fault;

	if (query->selection.files.count == 0)
		return true;
	make_jobs(query);
	query->results =
	    ARENA_ARRAY(query->arena, struct scan_result, jobs->count);
	workers = workers_start(
	    query->plan.threads, jobs->count, jobs->turns, scan_task, query);
	if (!workers) {
		fault_set(&fault, "no thread can be started");
		trouble(query, &fault);
		jobs_destroy(jobs);
		return false;
	}
	query->progress = progress_start(query->options->progress,
	    &query->counter, total_bytes(&query->selection.files));
	follow(query, workers, relay);
	workers_join(workers);
	for (size_t i = 0; i < jobs->count; i++)
		scan_result_destroy(&query->results[i]);
	jobs_destroy(jobs);
	return true;
}

static bool
print_end(struct query *query, struct fault *fault)
{
	const struct options *options = query->options;
	const struct stages_plan *plan = &query->plan.stages;
	uint64_t matched = stages_rows(query->stages);
	struct group *group;

	switch (plan->end) {
	case END_QUIET:
	case END_RELAY:
		return true;
	case END_COUNT:
		matched = matched > options->skip ? matched - options->skip : 0;
		return printer_number(query->deliver.printer,
		    matched < options->limit ? matched : options->limit);
	case END_GROUP:
		group = stages_group(query->stages, fault);
		return group &&
		    group_rows(group, &plan->group, options->top, print_counts,
			is_missing, query, fault) != FLOW_FAIL;
	case END_ORDER:
		return stages_drain(query->stages, options->skip, print_record,
			   query, fault) != FLOW_FAIL;
	}
	return true;
}

/* After a stop that the run itself asked for, winners are not settled. */
static bool
settle(struct query *query, struct fault *fault)
{
	enum stage_end end = query->plan.stages.end;

	if (query->options->strict)
		atomic_store(&query->stop, false);
	if (end == END_RELAY || end == END_QUIET)
		return end == END_RELAY ? !stages_failed(query->stages, fault)
					: stages_settle(query->stages, fault);
	return !stages_failed(query->stages, fault) &&
	    stages_settle(query->stages, fault);
}

static void
run_stages(struct query *query)
{
	enum stage_end end = query->plan.stages.end;
	struct fault fault;
	bool whole;

	query->stages = stages_new(&query->plan.stages);
	query->skip = end == END_RELAY ? query->options->skip : 0;
	whole = end == END_QUIET || end == END_COUNT ||
	    printer_begin(query->deliver.printer);
	whole = whole && scan_files(query, end == END_RELAY);
	if (whole) {
		whole = settle(query, &fault) &&
		    stages_gather(
			query->stages, query->deliver.checkpoint, &fault);
		end_progress(query);
		whole = whole &&
		    deliver_allows(
			&query->deliver, stages_rows(query->stages), &fault) &&
		    print_end(query, &fault);
		if (!whole)
			trouble(query, &fault);
	}
	end_progress(query);
	deliver_finish(
	    &query->deliver, whole && !query->printed_badly, query->verdict);
	query->rows = stages_rows(query->stages);
	query->tally.matched = stages_matched(query->stages);
	query->tally.merged = stages_hidden(query->stages);
	query->tally.printed = printer_rows(query->deliver.printer);
	query->tally.spilled_runs = stages_runs(query->stages);
	stages_free(query->stages);
}

/* ---- before and after ---- */

/* Days of the period that the archive has no file of, told as PREFIX. */
static uint64_t
tell_missing(struct query *query, const char *prefix)
{
	struct buffer days = BUFFER_EMPTY;
	uint64_t missing = selection_missing(
	    query->options, &query->all, &query->selection, &days);

	if (missing > 0)
		diag_say("%sthe archive holds no file of %.*s (%llu day%s)",
		    prefix, STR_ARG(buffer_str(&days)),
		    (unsigned long long)missing, missing == 1 ? "" : "s");
	buffer_destroy(&days);
	return missing;
}

/* Nothing matched: is it proven? (SPEC 6, status 3) */
static void
judge_empty(struct query *query)
{
	const struct tally *tally = &query->tally;
	uint64_t missing = tell_missing(query, "not proven: ");

	query->verdict->unproven = missing > 0 || query->selection.narrowed;
	if (!hints_wanted(query->options))
		return;
	hints_empty(query->options, &query->selection, query->seen,
	    tally->records - tally->passed_over);
	if (query->options->hints)
		hints_recount(query->arena, query->options, &query->all,
		    &query->selection);
}

/* Something matched; what a reader should know of the result. */
static void
judge_result(struct query *query)
{
	const struct options *options = query->options;
	const struct tally *tally = &query->tally;
	enum stage_end end = query->plan.stages.end;
	bool all = options->limit == LIMIT_NONE ||
	    tally->printed < options->limit ||
	    query->rows <= options->skip + tally->printed;

	if (!hints_wanted(options))
		return;
	if (end == END_RELAY && options->limit != LIMIT_NONE &&
	    tally->printed == options->limit)
		hints_cut(options, tally->printed, LIMIT_NONE);
	else if (end == END_ORDER && !all)
		hints_cut(options, tally->printed, query->rows);
	tell_missing(query, "");
}

/* Not one PATH could be read. What earlier runs wrote is better than that. */
static bool
is_nothing(struct query *query)
{
	const struct options *options = query->options;
	struct fault fault;

	if (query->all.count > 0 || !query->verdict->trouble ||
	    (options->output.len == 0 && options->checkpoint.len == 0))
		return false;
	fault_set(&fault, "nothing was read: %.*s stays as it was",
	    STR_ARG(
		options->output.len ? options->output : options->checkpoint));
	trouble(query, &fault);
	return true;
}

/* -o over a file of the archive, as a shell's `*` may name it: the file would
 * be gone. */
static bool
is_own_archive(struct query *query)
{
	struct fault fault;

	if (!archive_refuses(&query->all, query->options->output, &fault))
		return false;
	trouble(query, &fault);
	return true;
}

void
query_run(
    struct arena *arena, const struct options *options, struct verdict *verdict)
{
	struct query query = {
	    .options = options, .arena = arena, .verdict = verdict};
	double begun = stopwatch_seconds();

	archive_list(arena, options->paths, options->path_count, &query.all);
	selection_make(arena, options, &query.all, &query.selection);
	if (!deliver_open(arena, options, &query.deliver, verdict))
		return;
	criteria_seal(options->criteria);
	verdict->trouble |= tell_archive(&query.all);
	if (is_nothing(&query) || is_own_archive(&query)) {
		deliver_finish(&query.deliver, false, verdict);
		return;
	}
	if (query.selection.narrowed)
		tell_narrowed(&query.selection);
	plan_make(arena, options, &query.selection, options->criteria,
	    plan_end(options), printer_fields(query.deliver.printer),
	    printer_wants_raw(query.deliver.printer), &query.stop,
	    &query.counter, &query.plan);
	plan_rows(&query.plan, printer_rowtext(query.deliver.printer));
	run_stages(&query);
	query.tally.files_skipped = query.selection.passed_over;
	verdict->matched = query.tally.matched > 0;
	if (verdict->matched && !verdict->pipe)
		judge_result(&query);
	else if (!verdict->pipe && options->checkpoint.len == 0)
		judge_empty(&query);
	if (options->stats)
		tell_stats(&query.tally, stopwatch_seconds() - begun);
}

/* SPDX-License-Identifier: MIT */
/* The whole run of a query. Threads scan files and fill their own stages; this
 * thread tells each file's troubles in archive order, streams where the order
 * allows it, and at the end brings the stages together and prints. */
#include "mtrack/query.h"

#include <stdlib.h>
#include <time.h>

#include "mtrack/days.h"
#include "mtrack/diag.h"
#include "mtrack/group_rows.h"
#include "mtrack/printer.h"
#include "mtrack/selection.h"
#include "mtrack/stages.h"
#include "mtrack/tell.h"
#include "mtrack/workers.h"

/* Bytes of records that may wait for their file's turn. */
#define RELAY_MEMORY (16u << 20)

struct query {
	const struct options *options;
	struct arena *arena;
	struct verdict *verdict;
	struct archive all;
	struct selection selection;
	struct printer *printer;
	struct scan_plan scan;
	struct stages *stages;
	struct scan_result *results; /* by file of the selection */
	struct tally tally;
	atomic_bool stop;
	uint64_t skip; /* records of a relay still to be skipped */
	bool printed_badly;
	unsigned threads;
};

/* ---- plans ---- */

static const char *
temporary_folder(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

static enum stage_end
choose_end(const struct options *options)
{
	if (options->quiet)
		return END_QUIET;
	if (options->by_count > 0)
		return END_GROUP;
	if (options->count)
		return END_COUNT;
	if (options->history && options->order == ORDER_NONE)
		return END_RELAY;
	return END_ORDER;
}

static void
plan_scan(struct query *query)
{
	const struct options *options = query->options;

	query->scan = (struct scan_plan){.archive = &query->selection.files,
	    .rules = &options->rules,
	    .criteria = options->criteria,
	    .decode_all = options->strict,
	    .no_prefilter = options->no_prefilter,
	    .strict = options->strict,
	    .since = query->selection.since,
	    .until = query->selection.until,
	    .undated_whole = query->selection.undated_whole,
	    .late = options->late,
	    .stop = &query->stop};
}

/* So many that skip and limit together can use them. */
static uint64_t
wanted_records(const struct options *options)
{
	uint64_t sum;

	if (options->limit == LIMIT_NONE ||
	    __builtin_add_overflow(options->limit, options->skip, &sum))
		return LIMIT_NONE;
	return sum;
}

static void
plan_stages(struct query *query, struct stages_plan *plan)
{
	const struct options *options = query->options;
	const fieldset times =
	    FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME);
	enum stage_end end = choose_end(options);
	bool prints = end == END_ORDER || end == END_RELAY;
	fieldset output = prints ? printer_fields(query->printer) | times : 0;
	bool raw = prints && printer_wants_raw(query->printer);
	size_t half = options->history ? options->memory : options->memory / 2;
	const char *dir = temporary_folder();

	if (end == END_GROUP)
		output = times | group_fields(options->by, options->by_count);
	if (raw)
		output = times;
	*plan = (struct stages_plan){.scan = &query->scan,
	    .end = end,
	    .merging = !options->history,
	    .merge = {output | times | criteria_state_fields(options->criteria),
		raw, options->memory - half, dir},
	    .order = {options->order, wanted_records(options), output, raw,
		half / query->threads, dir},
	    .group = {options->by, options->by_count, options->zone,
		half / query->threads, dir},
	    .fields = output,
	    .raw = raw,
	    .relay_memory = RELAY_MEMORY,
	    .threads = query->threads,
	    .stop = &query->stop};
	if (end == END_COUNT || end == END_QUIET)
		plan->merge.memory = options->memory;
	query->scan.want_raw = raw;
	query->scan.wanted =
	    plan->merge.fields | criteria_message_fields(options->criteria);
	if (plan->merging)
		query->scan.wanted |=
		    FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_RECIPIENT);
}

/* ---- printing ---- */

static enum flow
print_record(void *ctx, const struct record *rec)
{
	struct query *query = ctx;
	struct record mine;

	if (query->skip > 0) {
		query->skip--;
		return FLOW_MORE;
	}
	if (printer_rows(query->printer) >= query->options->limit)
		return FLOW_STOP;
	mine = *rec;
	mine.file = query->selection.files.files[rec->origin.file].path;
	if (!printer_record(query->printer, &mine)) {
		query->printed_badly = true;
		return FLOW_STOP;
	}
	return printer_rows(query->printer) >= query->options->limit
	    ? FLOW_STOP
	    : FLOW_MORE;
}

static enum flow
print_counts(void *ctx, const struct cell *cells)
{
	struct query *query = ctx;

	if (printer_cells(query->printer, cells))
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

	stages_scan(
	    query->stages, worker, (uint32_t)task, &query->results[task]);
}

static void
trouble(struct query *query, const struct fault *fault)
{
	diag_say("%s", fault->what);
	query->verdict->trouble = true;
}

/* Waits for the files in archive order; tells of each; lets a relay flow. */
static void
follow(struct query *query, struct workers *workers, bool relay)
{
	const struct archive *files = &query->selection.files;
	enum flow flow = FLOW_MORE;

	if (relay && query->options->limit == 0)
		flow = FLOW_STOP;
	for (size_t i = 0; i < files->count && flow == FLOW_MORE; i++) {
		if (relay)
			flow = stages_relay(
			    query->stages, (uint32_t)i, print_record, query);
		if (flow != FLOW_MORE)
			stages_stop(query->stages);
		if (!workers_wait(workers, i))
			return;
		tell_result(
		    &files->files[i], &query->results[i], query->options);
		tally_add(&query->tally, &query->results[i].tally);
		query->verdict->trouble |=
		    tell_is_trouble(&files->files[i], &query->results[i]);
		if (query->options->strict && query->verdict->trouble) {
			stages_stop(query->stages);
			flow = FLOW_STOP;
		}
	}
	if (flow != FLOW_MORE)
		stages_stop(query->stages);
	workers_stop(workers);
}

static bool
scan_files(struct query *query, bool relay)
{
	size_t count = query->selection.files.count;
	struct workers *workers;
	struct fault fault;

	if (count == 0)
		return true;
	query->results = ARENA_ARRAY(query->arena, struct scan_result, count);
	workers = workers_start(query->threads, count, NULL, scan_task, query);
	if (!workers) {
		fault_set(&fault, "no thread can be started");
		trouble(query, &fault);
		return false;
	}
	follow(query, workers, relay);
	workers_join(workers);
	for (size_t i = 0; i < count; i++)
		scan_result_destroy(&query->results[i]);
	return true;
}

static bool
print_end(
    struct query *query, const struct stages_plan *plan, struct fault *fault)
{
	const struct options *options = query->options;
	uint64_t matched = stages_matched(query->stages);
	struct group *group;

	switch (plan->end) {
	case END_QUIET:
	case END_RELAY:
		return true;
	case END_COUNT:
		matched = matched > options->skip ? matched - options->skip : 0;
		return printer_number(query->printer,
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
settle(struct query *query, const struct stages_plan *plan, struct fault *fault)
{
	if (query->options->strict)
		atomic_store(&query->stop, false);
	if (plan->end == END_RELAY || plan->end == END_QUIET)
		return plan->end == END_RELAY
		    ? !stages_failed(query->stages, fault)
		    : stages_settle(query->stages, fault);
	return !stages_failed(query->stages, fault) &&
	    stages_settle(query->stages, fault);
}

static void
finish_output(struct query *query, bool whole)
{
	struct fault fault;

	if (printer_close(
		query->printer, whole, &query->verdict->pipe, &fault)) {
		query->verdict->written = whole;
		return;
	}
	query->verdict->trouble = true;
	if (!query->verdict->pipe)
		diag_say("%s", fault.what);
}

static void
run_stages(struct query *query)
{
	struct stages_plan plan;
	struct fault fault;
	bool whole;

	plan_stages(query, &plan);
	query->stages = stages_new(&plan);
	query->skip = plan.end == END_RELAY ? query->options->skip : 0;
	whole = plan.end == END_QUIET || plan.end == END_COUNT ||
	    printer_begin(query->printer);
	if (whole && scan_files(query, plan.end == END_RELAY)) {
		whole = settle(query, &plan, &fault) &&
		    print_end(query, &plan, &fault);
		if (!whole)
			trouble(query, &fault);
	}
	finish_output(query, whole && !query->printed_badly);
	query->tally.matched = stages_matched(query->stages);
	query->tally.merged = stages_hidden(query->stages);
	query->tally.printed = printer_rows(query->printer);
	query->tally.spilled_runs = stages_runs(query->stages);
	stages_free(query->stages);
}

/* ---- before and after ---- */

/* Nothing matched: is it proven? (SPEC 6, status 3) */
static void
judge_empty(struct query *query)
{
	struct buffer days = BUFFER_EMPTY;
	uint64_t missing = selection_missing(
	    query->options, &query->all, &query->selection, &days);

	if (missing > 0)
		diag_say("not proven: the archive holds no file of %.*s "
			 "(%llu day%s)",
		    STR_ARG(buffer_str(&days)), (unsigned long long)missing,
		    missing == 1 ? "" : "s");
	query->verdict->unproven = missing > 0 || query->selection.narrowed;
	buffer_destroy(&days);
}

/* --by: a column a key, then the count; NULL: the rows are records. */
static const struct column *
count_columns(struct arena *arena, const struct options *options)
{
	size_t count = options->by_count;
	struct column *columns;

	if (count == 0)
		return NULL;
	columns = ARENA_ARRAY(arena, struct column, count + 1);
	for (size_t i = 0; i < count; i++)
		columns[i] =
		    (struct column){options->by[i].name, FIELD_NONE, false};
	columns[count] = (struct column){STR("count"), FIELD_NONE, true};
	return columns;
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static unsigned
choose_threads(const struct options *options)
{
	if (options->strict) /* the first fault in archive order ends it */
		return 1;
	return options->threads > 0 ? options->threads : workers_available();
}

void
query_run(
    struct arena *arena, const struct options *options, struct verdict *verdict)
{
	struct query query = {.options = options,
	    .arena = arena,
	    .verdict = verdict,
	    .threads = choose_threads(options)};
	double begun = seconds();
	struct fault fault;

	archive_list(arena, options->paths, options->path_count, &query.all);
	selection_make(arena, options, &query.all, &query.selection);
	query.printer = printer_open(arena, options,
	    count_columns(arena, options), options->by_count + 1, &fault);
	if (!query.printer) {
		trouble(&query, &fault);
		return;
	}
	criteria_seal(options->criteria);
	verdict->trouble |= tell_archive(&query.all);
	if (query.selection.narrowed)
		tell_narrowed(&query.selection);
	plan_scan(&query);
	run_stages(&query);
	query.tally.files_skipped = query.selection.passed_over;
	verdict->matched = query.tally.matched > 0;
	if (!verdict->matched && !verdict->pipe)
		judge_empty(&query);
	if (options->stats)
		tell_stats(&query.tally, seconds() - begun);
}

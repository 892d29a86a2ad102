/* SPDX-License-Identifier: MIT */
/* --coverage. Files of the same days make one row, and so do days in a row that
 * no file covers. */
#include "mtrack/coverage.h"

#include <stdlib.h>

#include "mtrack/days.h"
#include "mtrack/diag.h"
#include "mtrack/printer.h"
#include "mtrack/scan.h"
#include "mtrack/selection.h"
#include "mtrack/stopwatch.h"
#include "mtrack/tell.h"
#include "mtrack/timestamp.h"
#include "mtrack/workers.h"

/* clang-format off */
static const struct column columns[] = {
	{{"day", 3},       FIELD_NONE, false}, /* or FIRST/LAST; empty: none in the name */
	{{"files", 5},     FIELD_NONE, true},
	{{"bytes", 5},     FIELD_NONE, true},  /* on disk */
	{{"records", 7},   FIELD_NONE, true},
	{{"accepted", 8},  FIELD_NONE, true},
	{{"blocked", 7},   FIELD_NONE, true},
	{{"other", 5},     FIELD_NONE, true},
	{{"malformed", 9}, FIELD_NONE, true},
	{{"first", 5},     FIELD_NONE, false}, /* least own timestamp, else genTime */
	{{"last", 4},      FIELD_NONE, false},
	{{"state", 5},     FIELD_NONE, false}, /* ok, or what is wrong */
};
/* clang-format on */
#define COLUMNS (sizeof(columns) / sizeof(*columns))

struct row {
	int32_t first; /* days, as archive_file's */
	int32_t last;
	uint64_t files;
	uint64_t bytes;
	uint64_t accepted;
	uint64_t blocked;
	struct tally tally;
	int64_t from; /* ms */
	int64_t to;
	int32_t stray;
	bool damaged;
	bool growing;
};

struct coverage {
	const struct options *options;
	struct verdict *verdict;
	struct selection selection;
	struct scan_plan scan;
	struct scanner **scanners; /* a thread's own each */
	struct scan_result *results;
	struct tally tally;
	struct printer *printer;
	atomic_bool stop;
	struct buffer text; /* of the row being printed */
};

static enum flow
ignore_record(void *ctx, const struct record *rec)
{
	(void)ctx;
	(void)rec;
	return FLOW_MORE;
}

static void
scan_task(void *ctx, unsigned worker, size_t task)
{
	struct coverage *coverage = ctx;

	scan_file(coverage->scanners[worker], (uint32_t)task, ignore_record,
	    NULL, &coverage->results[task]);
}

/* ---- rows ---- */

static void
add_result(struct row *row, const struct archive_file *file,
    const struct scan_result *result)
{
	row->files++;
	row->bytes += file->size ? file->size : result->tally.bytes_packed;
	row->accepted += result->accepted;
	row->blocked += result->blocked;
	tally_add(&row->tally, &result->tally);
	if (result->first != TIME_NONE &&
	    (row->from == TIME_NONE || result->first < row->from))
		row->from = result->first;
	if (result->last != TIME_NONE &&
	    (row->to == TIME_NONE || result->last > row->to))
		row->to = result->last;
	if (result->stray != DAY_NONE)
		row->stray = result->stray;
	row->damaged |= tell_is_trouble(file, result);
	row->growing |= result->growing;
}

/* What is wrong with the row's days, worst first. */
static void
put_state(struct buffer *out, const struct row *row)
{
	size_t begun = out->len;

	if (row->damaged)
		buffer_puts(out, STR("damaged, "));
	if (row->stray != DAY_NONE) {
		buffer_puts(out, STR("holds "));
		days_print(row->stray, out);
		buffer_puts(out, STR(", "));
	}
	if (row->files == 0)
		buffer_puts(out, STR("missing, "));
	else if (row->blocked == 0 && row->accepted > 0)
		buffer_puts(out, STR("no blocked traffic, "));
	else if (row->accepted == 0 && row->blocked > 0)
		buffer_puts(out, STR("no accepted traffic, "));
	else if (row->tally.records == 0)
		buffer_puts(out, STR("no record, "));
	if (row->growing)
		buffer_puts(out, STR("still being written, "));
	if (out->len > begun)
		out->len -= 2;
	else
		buffer_puts(out, STR("ok"));
}

static void
put_days(struct buffer *out, const struct row *row)
{
	if (row->first == DAY_NONE)
		return;
	days_print(row->first, out);
	if (row->last == row->first)
		return;
	buffer_putc(out, '/');
	days_print(row->last, out);
}

static void
put_time(struct buffer *out, int64_t ms, const struct zone *zone)
{
	if (ms != TIME_NONE)
		timestamp_print(ms, zone, out);
}

/* Appends the texts of a row; ENDS says where each one ends. */
static void
put_texts(struct buffer *out, const struct row *row, const struct zone *zone,
    size_t *ends)
{
	const uint64_t numbers[] = {row->files, row->bytes, row->tally.records,
	    row->accepted, row->blocked, row->tally.other,
	    row->tally.malformed};
	size_t at = 0;

	put_days(out, row);
	ends[at++] = out->len;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		buffer_printf(out, "%llu", (unsigned long long)numbers[i]);
		ends[at++] = out->len;
	}
	put_time(out, row->from, zone);
	ends[at++] = out->len;
	put_time(out, row->to, zone);
	ends[at++] = out->len;
	put_state(out, row);
	ends[at] = out->len;
}

static bool
print_row(struct coverage *coverage, const struct row *row)
{
	struct cell cells[COLUMNS];
	size_t ends[COLUMNS];
	size_t begin = 0;

	buffer_clear(&coverage->text);
	put_texts(&coverage->text, row, coverage->options->zone, ends);
	for (size_t i = 0; i < COLUMNS; i++) {
		struct str text = {coverage->text.ptr + begin, ends[i] - begin};

		cells[i] = (struct cell){.kind = text.len == 0 ? CELL_EMPTY
			: columns[i].number                    ? CELL_NUMBER
							       : CELL_TEXT,
		    .text = text};
		begin = ends[i];
	}
	coverage->verdict->trouble |= row->damaged;
	coverage->verdict->unproven |= row->files == 0;
	if (coverage->options->quiet)
		return true;
	return printer_cells(coverage->printer, cells);
}

static struct row
empty_row(int32_t first, int32_t last)
{
	return (struct row){.first = first,
	    .last = last,
	    .from = TIME_NONE,
	    .to = TIME_NONE,
	    .stray = DAY_NONE};
}

static bool
print_missing(struct coverage *coverage, int64_t from, int64_t to)
{
	struct row row = empty_row((int32_t)from, (int32_t)to);

	return from > to || print_row(coverage, &row);
}

/* ---- the run ---- */

struct place {
	const struct archive_file *file;
	const struct scan_result *result;
};

static int
compare_places(const void *a, const void *b)
{
	const struct archive_file *x = ((const struct place *)a)->file;
	const struct archive_file *y = ((const struct place *)b)->file;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

/* The days that are judged: those of the period, within the archive's span
 * where it is open. */
static bool
judged_days(const struct coverage *coverage, const struct archive *all,
    int64_t *from, int64_t *to)
{
	const struct selection *selection = &coverage->selection;
	int32_t first;
	int32_t last;
	int32_t today = days_of(coverage->options->now);
	bool given = coverage->options->period == PERIOD_GIVEN;
	bool any = days_span(all, &first, &last);

	if (!any &&
	    (!given || selection->since == INT64_MIN ||
		selection->until == INT64_MAX))
		return false;
	*from = any ? first : 0;
	*to = any ? last : 0;
	if (!given)
		return true;
	if (selection->since != INT64_MIN)
		*from = days_of(selection->since);
	if (selection->until != INT64_MAX)
		*to = days_of(selection->until - 1);
	if (*to >= today)
		*to = today - 1;
	return true;
}

static bool
print_rows(struct coverage *coverage, const struct archive *all,
    const struct place *places, size_t count)
{
	int64_t next = 0; /* the first day that no row covers yet */
	int64_t to = -1;
	bool done =
	    coverage->options->quiet || printer_begin(coverage->printer);

	if (!judged_days(coverage, all, &next, &to))
		to = next - 1;
	for (size_t i = 0, end; done && i < count; i = end) {
		const struct archive_file *file = places[i].file;
		struct row row = empty_row(file->first, file->last);

		for (end = i; end < count &&
		     compare_places(&places[i], &places[end]) == 0;
		     end++)
			add_result(&row, places[end].file, places[end].result);
		if (file->first != DAY_NONE) {
			int64_t before = (int64_t)file->first - 1;
			int64_t behind = (int64_t)file->last + 1;

			done = print_missing(
			    coverage, next, before < to ? before : to);
			next = behind > next ? behind : next;
		}
		done = done && print_row(coverage, &row);
	}
	return done && print_missing(coverage, next, to);
}

static void
follow(struct coverage *coverage, struct workers *workers)
{
	const struct archive *files = &coverage->selection.files;

	for (size_t i = 0; i < files->count; i++) {
		if (!workers_wait(workers, i))
			return;
		tell_result(
		    &files->files[i], &coverage->results[i], coverage->options);
		tally_add(&coverage->tally, &coverage->results[i].tally);
	}
}

static bool
scan_all(struct coverage *coverage, unsigned threads)
{
	size_t count = coverage->selection.files.count;
	struct workers *workers = NULL;

	if (count == 0)
		return true;
	coverage->scanners =
	    memory_resize(NULL, threads, sizeof(*coverage->scanners));
	for (unsigned i = 0; i < threads; i++)
		coverage->scanners[i] = scanner_new(&coverage->scan);
	workers = workers_start(threads, count, NULL, scan_task, coverage);
	if (workers) {
		follow(coverage, workers);
		workers_join(workers);
	}
	for (unsigned i = 0; i < threads; i++)
		scanner_free(coverage->scanners[i]);
	memory_free(coverage->scanners);
	return workers != NULL;
}

static void
report(
    struct arena *arena, struct coverage *coverage, const struct archive *all)
{
	const struct archive *files = &coverage->selection.files;
	struct place *places = ARENA_ARRAY(arena, struct place, files->count);
	struct fault fault;
	bool whole;

	for (size_t i = 0; i < files->count; i++)
		places[i] =
		    (struct place){&files->files[i], &coverage->results[i]};
	qsort(places, files->count, sizeof(*places), compare_places);
	whole = print_rows(coverage, all, places, files->count);
	if (!printer_close(
		coverage->printer, whole, &coverage->verdict->pipe, &fault)) {
		coverage->verdict->trouble = true;
		if (!coverage->verdict->pipe)
			diag_say("%s", fault.what);
	}
	for (size_t i = 0; i < files->count; i++)
		scan_result_destroy(&coverage->results[i]);
}

/* Status 3 always comes with a line that names the days (SPEC 6). */
static void
tell_missing(const struct coverage *coverage, const struct archive *all)
{
	struct buffer days = BUFFER_EMPTY;
	uint64_t missing = 0;
	int64_t from;
	int64_t to;

	if (judged_days(coverage, all, &from, &to) && from <= to)
		missing = days_missing(all, (int32_t)from, (int32_t)to, &days);
	if (missing > 0)
		diag_say("the archive holds no file of %.*s (%llu day%s)",
		    STR_ARG(buffer_str(&days)), (unsigned long long)missing,
		    missing == 1 ? "" : "s");
	buffer_destroy(&days);
}

/* Files of the period's own days: not those that a query reads for a last
 * action that came late. */
static void
select_files(
    struct arena *arena, struct coverage *coverage, const struct archive *all)
{
	struct selection *selection = &coverage->selection;
	struct archive *files = &selection->files;
	struct options whole = *coverage->options;
	size_t kept = 0;

	if (whole.period == PERIOD_DEFAULT) {
		whole.period = PERIOD_GIVEN;
		whole.since = INT64_MIN;
		whole.until = INT64_MAX;
	}
	whole.late = 0;
	selection_make(arena, &whole, all, selection);
	for (size_t i = 0; i < files->count; i++) {
		const struct archive_file *file = &files->files[i];

		if (whole.all_files || file->first == DAY_NONE ||
		    selection->since == INT64_MIN ||
		    file->last >= days_of(selection->since))
			files->files[kept++] = *file;
	}
	files->count = kept;
}

void
coverage_run(
    struct arena *arena, const struct options *options, struct verdict *verdict)
{
	struct coverage coverage = {.options = options, .verdict = verdict};
	unsigned threads =
	    options->threads > 0 ? options->threads : workers_available();
	double begun = stopwatch_seconds();
	struct archive all;
	struct fault fault;

	archive_list(arena, options->paths, options->path_count, &all);
	verdict->trouble |= tell_archive(&all);
	select_files(arena, &coverage, &all);
	criteria_seal(options->criteria);
	if (!archive_refuses(&all, options->output, &fault))
		coverage.printer =
		    printer_open(arena, options, columns, COLUMNS, &fault);
	if (!coverage.printer) {
		diag_say("%s", fault.what);
		verdict->trouble = true;
		return;
	}
	coverage.scan = (struct scan_plan){.archive = &coverage.selection.files,
	    .rules = &options->rules,
	    .criteria = options->criteria,
	    .wanted = FIELD_BIT(FIELD_TYPE) | FIELD_BIT(FIELD_GEN_TIME) |
		FIELD_BIT(FIELD_TIMESTAMP),
	    .decode_all = true,
	    .since = INT64_MIN,
	    .until = INT64_MAX,
	    .late = options->late,
	    .stop = &coverage.stop};
	coverage.results = ARENA_ARRAY(
	    arena, struct scan_result, coverage.selection.files.count);
	if (!scan_all(&coverage, threads)) {
		diag_say("no thread can be started");
		verdict->trouble = true;
	}
	report(arena, &coverage, &all);
	buffer_destroy(&coverage.text);
	tell_missing(&coverage, &all);
	verdict->matched =
	    !verdict->unproven && coverage.selection.files.count > 0;
	if (options->stats)
		tell_stats(&coverage.tally, stopwatch_seconds() - begun);
}

/* SPDX-License-Identifier: MIT */
/* ONE file's way from bytes to verdicts: source, pump, reader, criteria. */
#include "mtrack/scan.h"

#include "mtrack/days.h"
#include "mtrack/scan_side.h"
#include "mtrack/sidemark.h"

/* ---- faults ---- */

static enum flow
take_fault(void *ctx, uint64_t line, bool framing, const struct fault *fault)
{
	struct scanner *scanner = ctx;

	if (fault->unfinished && scanner->ending)
		return FLOW_MORE;
	if (framing && scanner->side) /* told from there */
		return FLOW_MORE;
	if (framing && scanner->tap)
		scanner->tap->fault(scanner->tap->ctx, line, fault);
	if (scanner->side)
		scan_side_tell(scanner, line);
	if (fault->unfinished && scanner->file->newest &&
	    !scanner->plan->strict) {
		scanner->result->growing = true;
		return FLOW_MORE;
	}
	return scanner_fault(scanner, line, fault);
}

/* ---- records ---- */

/* What a name promises is kept or not (SPEC 1.1). Times between others are as
 * good as these. */
static void
check_promise(struct scanner *scanner, int64_t stamp)
{
	const struct archive_file *file = scanner->file;
	struct scan_result *result = scanner->result;
	int32_t day;

	if (stamp >= result->first && stamp <= result->last)
		return;
	day = days_of(stamp);
	if (result->first == TIME_NONE || stamp < result->first)
		result->first = stamp;
	if (result->last == TIME_NONE || stamp > result->last)
		result->last = stamp;
	if (file->first != DAY_NONE && result->stray == DAY_NONE &&
	    (day < file->first - (int32_t)scanner->plan->late ||
		day > file->last + 1))
		result->stray = day;
}

static void
count_type(struct scan_result *result, const struct record *rec)
{
	struct str type = record_text(rec, FIELD_TYPE);

	result->accepted += str_eq(type, STR("accepted"));
	result->blocked += str_eq(type, STR("blocked"));
}

static enum flow
take_record(void *ctx, const struct record *rec)
{
	struct scanner *scanner = ctx;
	const struct scan_plan *plan = scanner->plan;

	if (rec->origin.offset < scanner->from ||
	    rec->origin.offset >= scanner->upto)
		return FLOW_MORE;
	scanner->result->seen |= rec->present;
	if (record_own_stamp(rec) != TIME_NONE)
		check_promise(scanner, record_own_stamp(rec));
	count_type(scanner->result, rec);
	if (scanner->tap)
		return scanner->tap->record(scanner->tap->ctx, rec);
	if (scanner->dated && record_has(rec, FIELD_TIMESTAMP) &&
	    (rec->time[FIELD_TIMESTAMP] < plan->since ||
		rec->time[FIELD_TIMESTAMP] >= plan->until))
		return FLOW_MORE;
	if (!criteria_message(plan->criteria, rec, &scanner->scratch))
		return FLOW_MORE;
	scanner->matched++;
	return scanner->sink(scanner->sink_ctx, rec);
}

/* ---- reading ---- */

/* One piece of SOURCE; false when the file is over. */
static bool
read_piece(struct scanner *scanner, struct source *source, size_t size,
    enum source_event *event, size_t *count, struct fault *fault,
    enum flow *flow)
{
	struct pump *pump = &scanner->pump;

	*count = 0;
	*event = source_read(source, pump_room(pump, size), size, count, fault);
	scanner->result->tally.bytes += *count;
	switch (*event) {
	case SOURCE_BYTES:
		return pump_bytes(pump, *count, flow);
	case SOURCE_MEMBER:
		return pump_member(pump, flow);
	case SOURCE_EDGE:
		return true;
	default:
		return false;
	}
}

static bool
is_stopped(const struct scanner *scanner)
{
	return atomic_load_explicit(scanner->plan->stop, memory_order_relaxed);
}

static enum flow
read_all(struct scanner *scanner, struct source *source)
{
	const struct scan_tap *tap = scanner->tap;
	enum source_event event = SOURCE_BYTES;
	enum flow flow = FLOW_MORE;
	size_t size = tap ? tap->first : SCAN_CHUNK;
	struct fault fault;
	bool more = true;

	while (more && !is_stopped(scanner)) {
		size_t count;

		more = read_piece(
		    scanner, source, size, &event, &count, &fault, &flow);
		scanner_count(scanner, source_packed(source));
		if (tap && more)
			size = tap->piece(
			    tap->ctx, &scanner->pump, source, event, count);
	}
	scanner->result->no_log = scanner->pump.no_log;
	scanner->result->utf16 = scanner->pump.utf16;
	if (event == SOURCE_BYTES || event == SOURCE_MEMBER ||
	    event == SOURCE_EDGE || scanner->pump.no_log)
		return flow;
	scanner->ending = event != SOURCE_END;
	pump_finish(&scanner->pump, &flow);
	scanner->result->no_log = scanner->pump.no_log;
	scanner->result->utf16 = scanner->pump.utf16;
	if (tap && event != SOURCE_END)
		tap->fault(tap->ctx, 0, &fault);
	if (tap)
		tap->end(tap->ctx, event);
	if (flow != FLOW_FAIL)
		scanner_end(scanner, event, &fault);
	return flow;
}

/* Whether the file is one of mtrack's own. Its first bytes are no gzip's, so
 * the source gives them as they stand. */
static bool
is_side_file(const struct scanner *scanner)
{
	return scanner->pump.no_log &&
	    str_starts(buffer_str(&scanner->pump.window),
		(struct str){SIDEMARK_MAGIC, SIDEMARK_BYTES});
}

/* Where the tap wants to begin; false when that is impossible. */
static bool
begin_reading(struct scanner *scanner, struct source *source)
{
	const struct scan_start *start =
	    scanner->tap ? scanner->tap->start : NULL;

	if (!start) {
		pump_begin(&scanner->pump, &scanner->set);
		return true;
	}
	return source_resume(source, &start->place) &&
	    scanner_skip(scanner, source, start->offset - start->out) &&
	    pump_resume(&scanner->pump, &scanner->set, start->offset,
		start->line, start->state);
}

/* FD as scanner_open has it. */
static enum flow
scan_whole(struct scanner *scanner, int fd)
{
	struct scan_result *result = scanner->result;
	struct source *source;
	struct fault fault;
	enum flow flow = FLOW_MORE;

	source = scanner_open(scanner, fd, &fault);
	if (!source || source_form(source, &fault) == SOURCE_FOREIGN) {
		result->unopened = true;
		scanner_damage(scanner, &fault);
	} else if (!begin_reading(scanner, source)) {
		fault_set(&fault, "cannot be read on from its middle");
		scanner_damage(scanner, &fault);
	} else {
		result->tally.files = 1;
		flow = read_all(scanner, source);
		result->side = is_side_file(scanner);
		result->tally.bytes_packed += source_packed(source);
		if (result->no_log &&
		    source_form(source, &fault) == SOURCE_GZIP)
			result->packed = true;
	}
	pump_end(&scanner->pump);
	if (source)
		source_close(source);
	return flow;
}

/* ---- public ---- */

bool
scan_is_dated(const struct scan_plan *plan, const struct archive_file *file)
{
	return !plan->undated_whole || file->first != DAY_NONE;
}

static void
begin_file(struct scanner *scanner, uint32_t index, struct scan_result *result)
{
	const struct scan_plan *plan = scanner->plan;

	*result = (struct scan_result){
	    .stray = DAY_NONE, .first = TIME_NONE, .last = TIME_NONE};
	scanner->result = result;
	scanner->file = &plan->archive->files[index];
	scanner->dated = scan_is_dated(plan, scanner->file);
	scanner->ending = false;
	scanner->matched = 0;
	memset(&scanner->shown, 0, sizeof(scanner->shown));
	scanner->from = 0;
	scanner->upto = UINT64_MAX;
	scanner->side = NULL;
	scanner->set = (struct reader_settings){
	    .rules = plan->rules,
	    .wanted = plan->wanted,
	    .want_raw = plan->want_raw,
	    .decode_all = plan->decode_all,
	    .whole_lines = plan->whole_lines && scanner->file->newest,
	    .prefilter = plan->no_prefilter || plan->decode_all ? NULL
		: plan->prefilter ? plan->prefilter
				  : criteria_prefilter(plan->criteria),
	    .file = index,
	    .tally = &result->tally,
	    .emit = take_record,
	    .emit_ctx = scanner,
	    .fault = take_fault,
	    .fault_ctx = scanner,
	};
}

struct scanner *
scanner_new(const struct scan_plan *plan)
{
	struct scanner *scanner = memory_resize(NULL, 1, sizeof(*scanner));

	*scanner = (struct scanner){.plan = plan};
	return scanner;
}

void
scanner_free(struct scanner *scanner)
{
	if (!scanner)
		return;
	pump_destroy(&scanner->pump);
	buffer_destroy(&scanner->scratch);
	arena_destroy(&scanner->arena);
	sidepack_close(&scanner->pack);
	memory_free(scanner);
}

/* Bytes on disk of a file that part NUMBER of COUNT stands for. */
static uint64_t
share(uint64_t size, size_t number, size_t count)
{
	uint64_t each = size / count;

	return number + 1 == count ? size - each * number : each;
}

enum flow
scan_part(struct scanner *scanner, const struct scan_job *job, record_fn *sink,
    void *ctx, struct scan_result *result)
{
	enum scan_side done = SCAN_SIDE_NONE;
	enum flow flow = FLOW_MORE;

	scanner->tap = NULL;
	scanner->sink = sink;
	scanner->sink_ctx = ctx;
	begin_file(scanner, job->file, result);
	if (job->split)
		done = scan_side(scanner, job->split, job->part, &flow);
	if (done == SCAN_SIDE_UNFIT) {
		flow = scan_whole(scanner, split_descriptor(job->split));
		result->tally.files = job->part + 1 == split_count(job->split);
	} else if (done == SCAN_SIDE_NONE && job->part == 0) {
		flow = scan_whole(scanner, SCANNER_ANY);
	}
	if (done != SCAN_SIDE_NONE)
		scanner_count(scanner,
		    share(scanner->file->size, job->part,
			split_count(job->split)));
	else if (job->part == 0)
		scanner_count(scanner, scanner->file->size);
	if (job->split)
		split_leave(job->split);
	return flow;
}

enum flow
scan_file(struct scanner *scanner, uint32_t index, record_fn *sink, void *ctx,
    struct scan_result *result)
{
	struct scan_job job = {
	    index, scanner->plan->index ? split_new(1) : NULL, 0};
	enum flow flow = scan_part(scanner, &job, sink, ctx, result);

	split_free(job.split);
	return flow;
}

enum flow
scan_tapped(struct scanner *scanner, uint32_t index, const struct scan_tap *tap,
    struct scan_result *result)
{
	enum flow flow;

	begin_file(scanner, index, result);
	scanner->tap = tap;
	flow = scan_whole(scanner, tap->fd);
	scanner_count(scanner, scanner->file->size);
	return flow;
}

/* SPDX-License-Identifier: MIT */
/* ONE file's way from bytes to verdicts. A window on the unpacked bytes is
 * filled by the source and emptied by the reader:
 *
 *     | kept: not whole yet | read now ...         | free |
 *     ^ window.ptr                         window.len      cap
 */
#include "mtrack/scan.h"

#include "mtrack/formats.h"
#include "mtrack/reader.h"
#include "mtrack/source.h"
#include "mtrack/timestamp.h"

/* Stays in the second-level cache; larger ones unpack no faster. */
#define CHUNK_BYTES (256u << 10)
/* A file whose beginning tells no format within so many bytes is no log. */
#define SNIFF_BYTES (1u << 20)

struct scanner {
	const struct scan_plan *plan;
	struct arena arena; /* of the file's reader */
	struct buffer window;
	struct buffer scratch; /* of the criteria */

	/* of the current file */
	const struct archive_file *file;
	struct scan_result *result;
	struct reader_settings set;
	struct reader *reader;
	bool dated;
	bool ending; /* the stream broke off: the reader's own complaint about
	                an unfinished end adds nothing */
	uint64_t
	    offset; /* of the window's first byte, while there is no reader */
	uint64_t line;
	size_t member; /* where in the window a member began, or SIZE_MAX */
	uint64_t matched;
	struct {
		uint64_t bytes;
		uint64_t records;
		uint64_t matches;
	} told; /* to plan->counter, of the current file */
	record_fn *sink;
	void *sink_ctx;
};

/* ---- faults ---- */

static enum flow
keep_fault(struct scanner *scanner, uint64_t line, const struct fault *fault)
{
	struct scan_result *result = scanner->result;

	result->tally.malformed++;
	result->fault_total++;
	if (result->fault_count < FAULTS_TOLD) {
		result->faults = memory_resize(result->faults,
		    result->fault_count + 1, sizeof(*result->faults));
		result->faults[result->fault_count++] =
		    (struct scan_fault){line, *fault};
	}
	return scanner->plan->strict ? FLOW_STOP : FLOW_MORE;
}

static enum flow
take_fault(void *ctx, uint64_t line, bool framing, const struct fault *fault)
{
	struct scanner *scanner = ctx;

	(void)framing;
	if (fault->unfinished && scanner->ending)
		return FLOW_MORE;
	if (fault->unfinished && scanner->file->newest &&
	    !scanner->plan->strict) {
		scanner->result->growing = true;
		return FLOW_MORE;
	}
	return keep_fault(scanner, line, fault);
}

/* A trouble of the file as a whole; the rest of it is lost. */
static void
keep_damage(struct scanner *scanner, const struct fault *fault)
{
	keep_fault(scanner, 0, fault);
	scanner->result->tally.malformed--;
	scanner->result->tally.damaged = true;
}

/* ---- records ---- */

static int32_t
day_of(int64_t ms)
{
	return (int32_t)(ms / DAY_MS - (ms % DAY_MS < 0));
}

/* What a name promises is kept or not (SPEC 1.1). */
static void
check_promise(struct scanner *scanner, int64_t stamp)
{
	const struct archive_file *file = scanner->file;
	struct scan_result *result = scanner->result;
	int32_t day = day_of(stamp);

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

	scanner->result->seen |= rec->present;
	if (record_own_stamp(rec) != TIME_NONE)
		check_promise(scanner, record_own_stamp(rec));
	count_type(scanner->result, rec);
	if (scanner->dated && record_has(rec, FIELD_TIMESTAMP) &&
	    (rec->time[FIELD_TIMESTAMP] < plan->since ||
		rec->time[FIELD_TIMESTAMP] >= plan->until))
		return FLOW_MORE;
	if (!criteria_message(plan->criteria, rec, &scanner->scratch))
		return FLOW_MORE;
	scanner->matched++;
	return scanner->sink(scanner->sink_ctx, rec);
}

/* ---- readers ---- */

static void
close_reader(struct scanner *scanner)
{
	if (!scanner->reader)
		return;
	scanner->offset = scanner->reader->offset;
	scanner->line = scanner->reader->line;
	scanner->reader->ops->close(scanner->reader);
	scanner->reader = NULL;
	arena_reset(&scanner->arena);
}

/* The window without a BOM and blank lines. */
static struct str
sniffable(struct str window)
{
	if (str_starts(window, STR("\xef\xbb\xbf")))
		window = str_drop(window, 3);
	while (window.len && ascii_is_space((unsigned char)window.ptr[0]))
		window = str_drop(window, 1);
	return window;
}

static enum sniff
open_reader(struct scanner *scanner, bool last)
{
	const struct reader_ops *ops;
	struct str head = sniffable(buffer_str(&scanner->window));
	bool all = last || head.len >= SNIFF_BYTES;
	enum sniff sniff;

	if (head.len == 0)
		return last ? SNIFF_NO : SNIFF_MORE;
	sniff = format_sniff(head, all, scanner->set.rules, &ops);
	if (sniff != SNIFF_YES)
		return sniff;
	scanner->reader = ops->open(&scanner->arena, &scanner->set);
	scanner->reader->offset = scanner->offset;
	scanner->reader->line = scanner->line;
	return SNIFF_YES;
}

/* With its byte order mark, or with every other byte of its first letters 0. */
static bool
is_utf16(struct str head)
{
	return str_starts(head, STR("\xff\xfe")) ||
	    str_starts(head, STR("\xfe\xff")) ||
	    (head.len >= 4 && !head.ptr[0] != !head.ptr[1] &&
		!head.ptr[0] == !head.ptr[2] && !head.ptr[1] == !head.ptr[3]);
}

/* Gives the reader the window's first LEN bytes; false when the file is over.
 */
static bool
feed(struct scanner *scanner, size_t len, bool last, enum flow *flow)
{
	struct buffer *window = &scanner->window;
	size_t used = 0;

	if (!scanner->reader) {
		enum sniff sniff = open_reader(scanner, last);

		if (sniff == SNIFF_NO &&
		    sniffable(buffer_str(window)).len > 0) {
			scanner->result->no_log = true;
			scanner->result->utf16 = is_utf16(buffer_str(window));
			return false;
		}
		if (sniff != SNIFF_YES)
			return true;
	}
	*flow = scanner->reader->ops->feed(
	    scanner->reader, (struct str){window->ptr, len}, last, &used);
	if (used > 0 && used < window->len)
		memmove(window->ptr, window->ptr + used, window->len - used);
	window->len -= used;
	return *flow == FLOW_MORE;
}

/* A gzip member began at scanner->member: when it is in another format than
 * the one before, the reader is changed. False while more bytes are needed to
 * tell. */
static bool
settle_member(struct scanner *scanner, bool last, enum flow *flow)
{
	struct str head =
	    sniffable(str_drop(buffer_str(&scanner->window), scanner->member));
	const struct reader_ops *ops;
	enum sniff sniff;

	if (!scanner->reader || head.len == 0)
		sniff = last || !scanner->reader ? SNIFF_NO : SNIFF_MORE;
	else
		sniff = format_sniff(head, last, scanner->set.rules, &ops);
	if (sniff == SNIFF_MORE)
		return false;
	if (sniff == SNIFF_YES && ops != scanner->reader->ops) {
		feed(scanner, scanner->member, true, flow);
		close_reader(scanner);
	}
	scanner->member = SIZE_MAX;
	return true;
}

static bool
feed_window(struct scanner *scanner, bool last, enum flow *flow)
{
	if (scanner->member != SIZE_MAX &&
	    (!settle_member(scanner, last, flow) || *flow != FLOW_MORE))
		return *flow == FLOW_MORE;
	return feed(scanner, scanner->window.len, last, flow);
}

/* Settles an earlier, very short member first. */
static bool
begin_member(struct scanner *scanner, enum flow *flow)
{
	if (scanner->member != SIZE_MAX)
		settle_member(scanner, true, flow);
	if (*flow == FLOW_MORE)
		feed(scanner, scanner->window.len, false, flow);
	scanner->member = scanner->window.len;
	return *flow == FLOW_MORE;
}

static void
finish(struct scanner *scanner, enum source_event event,
    const struct fault *fault, enum flow *flow)
{
	struct scan_result *result = scanner->result;

	scanner->ending = event != SOURCE_END;
	if (*flow == FLOW_MORE)
		feed_window(scanner, true, flow);
	if (event == SOURCE_CUT && scanner->file->newest &&
	    !scanner->plan->strict)
		result->growing = true;
	else if (event != SOURCE_END && *flow != FLOW_FAIL)
		keep_damage(scanner, fault);
}

static void
add_more(_Atomic uint64_t *sum, uint64_t now, uint64_t *told)
{
	if (now > *told)
		atomic_fetch_add_explicit(
		    sum, now - *told, memory_order_relaxed);
	*told = now > *told ? now : *told;
}

/* Tells the counter of what came since it was told last; BYTES of the file on
 * disk are done with. */
static void
count_up(struct scanner *scanner, uint64_t bytes)
{
	struct counter *counter = scanner->plan->counter;

	if (!counter)
		return;
	add_more(&counter->bytes, bytes, &scanner->told.bytes);
	add_more(&counter->records, scanner->result->tally.records,
	    &scanner->told.records);
	add_more(&counter->matches, scanner->matched, &scanner->told.matches);
}

static enum flow
read_all(struct scanner *scanner, struct source *source)
{
	struct buffer *window = &scanner->window;
	enum source_event event = SOURCE_BYTES;
	enum flow flow = FLOW_MORE;
	struct fault fault;
	bool more = true;

	while (more &&
	    !atomic_load_explicit(scanner->plan->stop, memory_order_relaxed)) {
		size_t count = 0;

		buffer_reserve(window, CHUNK_BYTES);
		event = source_read(source, window->ptr + window->len,
		    CHUNK_BYTES, &count, &fault);
		window->len += count;
		scanner->result->tally.bytes += count;
		if (event == SOURCE_MEMBER)
			more = begin_member(scanner, &flow);
		else if (event == SOURCE_BYTES)
			more = feed_window(scanner, false, &flow);
		else
			more = false;
		count_up(scanner, source_packed(source));
	}
	if (event != SOURCE_BYTES && event != SOURCE_MEMBER &&
	    !scanner->result->no_log)
		finish(scanner, event, &fault, &flow);
	return flow;
}

/* ---- public ---- */

bool
scan_is_dated(const struct scan_plan *plan, const struct archive_file *file)
{
	return !plan->undated_whole || file->first != DAY_NONE;
}

static void
begin_file(struct scanner *scanner, uint32_t index)
{
	const struct scan_plan *plan = scanner->plan;

	*scanner->result = (struct scan_result){
	    .stray = DAY_NONE, .first = TIME_NONE, .last = TIME_NONE};
	scanner->file = &plan->archive->files[index];
	scanner->dated = scan_is_dated(plan, scanner->file);
	scanner->ending = false;
	scanner->offset = 0;
	scanner->line = 1;
	scanner->member = SIZE_MAX;
	scanner->matched = 0;
	memset(&scanner->told, 0, sizeof(scanner->told));
	buffer_clear(&scanner->window);
	scanner->set = (struct reader_settings){
	    .rules = plan->rules,
	    .wanted = plan->wanted,
	    .want_raw = plan->want_raw,
	    .decode_all = plan->decode_all,
	    .prefilter = plan->no_prefilter || plan->decode_all ? NULL
		: plan->prefilter ? plan->prefilter
				  : criteria_prefilter(plan->criteria),
	    .file = index,
	    .tally = &scanner->result->tally,
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
	arena_destroy(&scanner->arena);
	buffer_destroy(&scanner->window);
	buffer_destroy(&scanner->scratch);
	memory_free(scanner);
}

enum flow
scan_file(struct scanner *scanner, uint32_t index, record_fn *sink, void *ctx,
    struct scan_result *result)
{
	struct source *source;
	struct fault fault;
	enum flow flow = FLOW_MORE;

	scanner->result = result;
	scanner->sink = sink;
	scanner->sink_ctx = ctx;
	begin_file(scanner, index);
	source =
	    source_open(scanner->file->path.ptr, scanner->file->named, &fault);
	if (!source || source_form(source, &fault) == SOURCE_FOREIGN) {
		result->unopened = true;
		keep_damage(scanner, &fault);
	} else {
		result->tally.files = 1;
		flow = read_all(scanner, source);
		close_reader(scanner);
		result->tally.bytes_packed = source_packed(source);
		if (result->no_log &&
		    source_form(source, &fault) == SOURCE_GZIP)
			result->packed = true;
	}
	if (source)
		source_close(source);
	count_up(scanner, scanner->file->size);
	return flow;
}

void
scan_result_destroy(struct scan_result *result)
{
	memory_free(result->faults);
	result->faults = NULL;
}

/* SPDX-License-Identifier: MIT */
/* JSON archives. The window is walked value by value; what surrounds a record
 * is kept between windows, never a page or a file:
 *
 *     {..}\n                    a record, at depth 0
 *     <14>host {..}\n           the same behind a frame
 *     {"nextToken":"..","logs":[ {..} , {..} ] ,"x":1 }
 *     ^ LEVEL_PAGE             ^ LEVEL_LOGS    ^ LEVEL_PAGE again
 *     [ {..} , {..} ]           LEVEL_ARRAY
 */
#include "mtrack/reader_json.h"

#include "mtrack/bytes.h"
#include "mtrack/cef_line.h"
#include "mtrack/json_walk.h"

#define TOO_LONG "a record of more than 16 MiB"

/* ---- telling ---- */

static enum step
on(const struct walk *walk)
{
	return walk->flow == FLOW_MORE ? STEP_ON : STEP_OUT;
}

/* The last byte of all is no line break, so the last line lacks its end. */
static bool
ends_open(const struct walk *walk)
{
	return walk->last && walk->end > walk->window && walk->end[-1] != '\n';
}

/* Makes of json_object_read's fault at END of OBJECT what is told of it. */
static void
describe(const struct walk *walk, enum object_end result, const char *object,
    size_t end, struct fault *fault)
{
	char what[sizeof(fault->what)];

	memcpy(what, fault->what, sizeof(what));
	if (result == OBJECT_SHORT && end >= RECORD_LIMIT) {
		fault_set(fault, TOO_LONG);
	} else if (result == OBJECT_SHORT) {
		fault_set(fault, "JSON is cut short: %.120s", what);
		fault->unfinished = ends_open(walk);
	} else if (object[end] == '\n' &&
	    str_eq(str_from(what), STR(JSON_BARE_CONTROL))) {
		fault_set(
		    fault, "JSON is cut short: its line ends inside a string");
	} else {
		fault_set(fault, "bad JSON: %.120s at byte %zu of the %s", what,
		    end + 1, *object == '{' ? "record" : "value");
	}
}

/* ---- records ---- */

/* Whether RAW, a line or an element, holds no record that can match, which is
 * counted. What holds pages is looked into. ESCAPES: it has a backslash. */
static inline bool
pass_over(struct walk *walk, struct str raw, bool escapes)
{
	struct tally *tally = walk->reader.set->tally;

	if (prefilter_pass(walk->prefilter, raw) ||
	    (escapes && json_may_hide(walk->hiding, raw)) ||
	    bytes_search(raw, STR("\"logs\""), false) != SIZE_MAX)
		return false;
	tally->records++;
	tally->passed_over++;
	return true;
}

/* An envelope begins at at; END is behind the `[` of its logs. */
static enum step
open_page(struct walk *walk, const char *end)
{
	struct fault fault;

	if (walk->depth + 2 > WALK_DEPTH) {
		fault_set(&fault, "pages nested too deep");
		walk_break(walk, true, &fault);
		return STEP_ON;
	}
	walk_to(walk, end);
	walk_push(walk, LEVEL_PAGE);
	walk_push(walk, LEVEL_LOGS);
	walk->stray = false;
	return STEP_ON;
}

/* ---- lines ---- */

/* The rest of the line is lost, after FAULT was told of it. */
static enum step
skip_line(struct walk *walk, bool framing, const struct fault *fault)
{
	walk_tell(walk, walk->line, framing, fault);
	walk->mode = WALK_SKIP_LINE;
	return on(walk);
}

static enum step
skip_on(struct walk *walk)
{
	const char *found =
	    memchr(walk->at, '\n', (size_t)(walk->end - walk->at));

	walk_along(walk, found ? found : walk->end);
	if (found || walk->last)
		walk->mode = WALK_READ;
	return found ? STEP_ON : STEP_WAIT;
}

/* FAULT stands in the line [at, END). */
static enum step
bad_line(struct walk *walk, const char *end, struct fault *fault)
{
	struct str line = {walk->at, (size_t)(end - walk->at)};
	bool inner;

	line = str_trim(line);
	if (end < walk->end)
		fault->unfinished = false;
	if (!walk->framed) {
		walk_break(walk, true, fault);
		return STEP_ON;
	}
	/* A line that ends as a record may be passed over by a prefilter, so
	 * its faults are inner ones; so are those of its rest. */
	inner = line.len && line.ptr[line.len - 1] == '}' &&
	    (!walk->fresh || memchr(line.ptr, '{', line.len));
	return skip_line(walk, !inner, fault);
}

/* What stands at BRACE, the first `{` of the line [at, END), alone or behind a
 * frame. */
static enum step
read_line(struct walk *walk, const char *brace, const char *end)
{
	struct str text = {brace, (size_t)(end - brace)};
	struct str raw = STR_NONE;
	bool fresh = walk->fresh;
	struct fault fault;
	enum object_end result;
	size_t size;

	result = json_object_read(
	    &walk->intake, walk->trail, walk->needs, text, &size, &fault);
	if (result == OBJECT_PAGE)
		return open_page(walk, brace + size);
	if (result != OBJECT_WHOLE) {
		describe(walk, result, brace, size, &fault);
		return bad_line(walk, end, &fault);
	}
	if (str_trim(str_drop(text, size)).len == 0) {
		walk->alone = fresh;
		if (brace > walk->at)
			raw = str_trim(
			    (struct str){walk->at, (size_t)(end - walk->at)});
	}
	walk_emit(walk, brace, brace + size, raw);
	walk_along(walk, brace + size);
	return on(walk);
}

/* at is on something that is neither a record nor a page: a frame, or rubbish.
 */
static enum step
read_other(struct walk *walk)
{
	bool too_long;
	const char *end = walk_line_end(walk, &too_long);
	struct fault fault;
	const char *brace;

	if (!end && !too_long)
		return STEP_WAIT;
	if (too_long) {
		fault_set(&fault, "a line of more than 16 MiB");
		if (walk->framed)
			return skip_line(walk, true, &fault);
		walk_break(walk, true, &fault);
		return STEP_ON;
	}
	brace = memchr(walk->at, '{', (size_t)(end - walk->at));
	if (brace)
		return read_line(walk, brace, end);
	fault_set(&fault, "no JSON record in this line");
	fault.unfinished = ends_open(walk) && end == walk->end;
	return bad_line(walk, end, &fault);
}

/* ---- values at the top ---- */

/* A `{` at at, free to reach over lines. */
static enum step
read_object(struct walk *walk)
{
	struct str text = walk_value(walk);
	struct fault fault;
	enum object_end result;
	size_t size;

	if (walk_must_wait(walk))
		return STEP_WAIT;
	result = json_object_read(
	    &walk->intake, walk->trail, walk->needs, text, &size, &fault);
	if (result == OBJECT_PAGE)
		return open_page(walk, text.ptr + size);
	if (result == OBJECT_WHOLE) {
		bool fresh = walk->fresh;
		uint64_t line = walk->line;

		walk_emit(walk, text.ptr, text.ptr + size, STR_NONE);
		walk_to(walk, text.ptr + size);
		walk->alone = fresh && walk->line == line;
		return on(walk);
	}
	if (result == OBJECT_SHORT && walk_too_few(walk))
		return STEP_WAIT;
	describe(walk, result, walk->at, size, &fault);
	if (walk->framed) {
		if (memchr(walk->at, '\n', text.len))
			fault.unfinished = false;
		return skip_line(walk, true, &fault);
	}
	walk_break(walk, true, &fault);
	return STEP_ON;
}

/* A `{` at at whose line has no end within the window, or none within the
 * limit. A page on one line may be longer than either: it is known by its
 * beginning. */
static enum step
read_long_line(struct walk *walk, bool too_long)
{
	struct str text = walk_value(walk);
	struct fault fault;
	size_t size;

	if (!too_long && walk_must_wait(walk))
		return STEP_WAIT;
	if (json_object_read(&walk->intake, walk->trail, walk->needs, text,
		&size, &fault) == OBJECT_PAGE)
		return open_page(walk, text.ptr + size);
	if (!too_long && walk_too_few(walk))
		return STEP_WAIT;
	fault_set(&fault, TOO_LONG);
	return skip_line(walk, true, &fault);
}

/* A `{` at at in a file of one record a line. */
static enum step
read_framed(struct walk *walk)
{
	bool too_long;
	const char *end = walk_line_end(walk, &too_long);
	struct str line;

	if (!end)
		return read_long_line(walk, too_long);
	line = (struct str){walk->at, (size_t)(end - walk->at)};
	while (
	    line.len && ascii_is_space((unsigned char)line.ptr[line.len - 1]))
		line.len--;
	if (line.ptr[line.len - 1] != '}')
		return read_object(walk);
	return read_line(walk, walk->at, end);
}

/* `"nextToken":"…"` behind the logs of a page that broke; a record's member is
 * none of these. */
static enum step
skip_stray_member(struct walk *walk)
{
	struct json_cursor cursor;
	struct json_value key;
	struct json_value value;
	struct fault fault;
	bool whole;

	if (walk_must_wait(walk))
		return STEP_WAIT;
	json_open(&cursor, walk_value(walk));
	whole = json_next(&cursor, &key, &value, &fault);
	/* A number may go on behind the window. */
	if ((cursor.cut || cursor.at == walk->end) && walk_too_few(walk))
		return STEP_WAIT;
	if (!whole || value.kind >= JSON_ARRAY ||
	    field_from_json(key.text) != FIELD_NONE)
		return read_other(walk);
	walk_to(walk, cursor.at);
	return STEP_ON;
}

/* Whether LINE, of a file of one record a line, begins and ends as a record.
 * Whatever is wrong with it then, the next line is read as if it were good: no
 * array is opened behind a record on its line. */
static inline bool
is_record_line(struct str line)
{
	if (line.ptr[line.len - 1] != '}')
		return false;
	if (line.ptr[0] != '{' &&
	    (strchr("[,]}\"\xef", line.ptr[0]) ||
		!memchr(line.ptr, '{', line.len)))
		return false;
	return bytes_search(line, STR("}["), false) == SIZE_MAX;
}

/* The fast way: lines that begin and end as records and cannot match. Whether
 * any was passed over; at is at the beginning of a line before and behind. */
static bool
pass_lines(struct walk *walk)
{
	const char *start = walk->at;

	while (walk->at < walk->end) {
		bool too_long;
		const char *end = walk_line_end(walk, &too_long);
		struct str line;

		if (!end || end == walk->end)
			break;
		line = (struct str){walk->at, (size_t)(end - walk->at)};
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len == 0 || !is_record_line(line) ||
		    !pass_over(
			walk, line, str_find_char(line, '\\') != SIZE_MAX))
			break;
		walk->at = end + 1;
		walk->at_start = true;
		walk->line++;
		walk->unbroken = 0;
		walk->too_few = 0;
	}
	return walk->at > start;
}

static enum step
read_top(struct walk *walk)
{
	bool sure = true;

	do {
		if (!walk_space(walk))
			return STEP_WAIT;
		walk->alone = false;
	} while (
	    walk->framed && walk->fresh && walk->prefilter && pass_lines(walk));
	switch (*walk->at) {
	case '{':
		return walk->framed ? read_framed(walk) : read_object(walk);
	case '[':
		if (walk->framed && !walk->fresh && walk->spaced)
			return read_other(walk);
		if (walk_is_array(walk, walk->at, &sure)) {
			walk_along(walk, walk->at + 1);
			walk_push(walk, LEVEL_ARRAY);
			walk->stray = false;
			return STEP_ON;
		}
		return sure ? read_other(walk) : STEP_WAIT;
	case '\xef':
		if (walk_is_bom(walk, &sure)) {
			bool fresh = walk->fresh;
			bool at_start = walk->at_start;

			walk_along(walk, walk->at + 3);
			walk->fresh = fresh;
			walk->at_start = at_start;
			return STEP_ON;
		}
		return sure ? read_other(walk) : STEP_WAIT;
	case ',':
	case ']':
	case '}':
		if (!walk->stray)
			return read_other(walk);
		walk_along(walk, walk->at + 1);
		return STEP_ON;
	case '"':
		return walk->stray && (walk->fresh || !walk->framed)
		    ? skip_stray_member(walk)
		    : read_other(walk);
	default:
		return read_other(walk);
	}
}

/* ---- inside pages and arrays ---- */

static enum step
broken_page(struct walk *walk, const char *what)
{
	struct fault fault;

	fault_set(&fault, "bad JSON: %s in a page", what);
	walk_break_before(walk, true, &fault);
	return STEP_ON;
}

static enum step
leave(struct walk *walk)
{
	walk_along(walk, walk->at + 1);
	walk->depth--;
	walk->behind = true;
	return STEP_ON;
}

/* A value at at that is no record: an envelope's further member, or an element
 * that is no object (COUNTED as other). */
static enum step
skip_value(struct walk *walk, bool counted)
{
	struct fault fault;
	size_t size;

	if (walk_must_wait(walk))
		return STEP_WAIT;
	switch (json_skip(walk_value(walk), &size, &fault)) {
	case JSON_WHOLE:
		/* A number may go on behind the window. */
		if (walk->at + size == walk->end && walk_too_few(walk))
			return STEP_WAIT;
		walk->reader.set->tally->other += counted;
		walk_to(walk, walk->at + size);
		walk->behind = true;
		return STEP_ON;
	case JSON_SHORT:
		if (walk_too_few(walk))
			return STEP_WAIT;
		describe(walk, OBJECT_SHORT, walk->at, size, &fault);
		break;
	case JSON_BAD:
		describe(walk, OBJECT_BAD, walk->at, size, &fault);
		break;
	}
	walk_break(walk, true, &fault);
	return STEP_ON;
}

/* The next member of an envelope behind its logs: its key, then its value by
 * the next step. */
static enum step
read_member(struct walk *walk)
{
	struct json_cursor cursor;
	struct json_value key;
	struct fault fault;

	if (*walk->at == '}')
		return leave(walk);
	if (walk_must_wait(walk))
		return STEP_WAIT;
	json_open(&cursor, walk_value(walk));
	cursor.first = false;
	if (!json_key(&cursor, &key, &fault)) {
		if (cursor.cut && walk_too_few(walk))
			return STEP_WAIT;
		describe(walk, cursor.cut ? OBJECT_SHORT : OBJECT_BAD, walk->at,
		    (size_t)(cursor.at - walk->at), &fault);
		walk_break_before(walk, true, &fault);
		return STEP_ON;
	}
	walk_to(walk, cursor.at);
	if (*walk->at == '[' && str_eq(key.text, STR("logs"))) {
		walk_along(walk, walk->at + 1);
		if (walk_push(walk, LEVEL_LOGS))
			return STEP_ON;
		return broken_page(walk, "logs nested too deep");
	}
	walk->behind = false;
	return STEP_ON;
}

/* Passes over the object at at if it cannot match. */
static bool
pass_element(struct walk *walk)
{
	struct str text = walk_value(walk);
	struct json_span span;

	if (!walk->prefilter || !json_object_span(text, &span) ||
	    !span.certain ||
	    !pass_over(walk, str_take(text, span.end), span.escapes))
		return false;
	walk->line += span.lines;
	walk_along(walk, text.ptr + span.end);
	walk->behind = true;
	return true;
}

/* An element that is bad JSON. A prefilter may pass over it: so this is an
 * inner fault, and where the element has a certain end, the next one is read as
 * if it were good. */
static enum step
bad_element(struct walk *walk, struct str text, const struct fault *fault)
{
	struct json_span span;
	bool found = json_object_span(text, &span);

	if (!found && span.certain && walk_too_few(walk))
		return STEP_WAIT;
	if (found && span.certain)
		walk_break_within(walk, text.ptr + span.end, fault);
	else
		walk_break(walk, false, fault);
	return on(walk);
}

static enum step
read_element(struct walk *walk)
{
	struct str text = walk_value(walk);
	struct fault fault;
	enum object_end result;
	size_t size;

	if (walk_must_wait(walk))
		return STEP_WAIT;
	if (pass_element(walk))
		return STEP_ON;
	result = json_object_read(
	    &walk->intake, walk->trail, walk->needs, text, &size, &fault);
	if (result == OBJECT_PAGE)
		return open_page(walk, text.ptr + size);
	if (result == OBJECT_WHOLE) {
		walk_emit(walk, text.ptr, text.ptr + size, STR_NONE);
		walk_to(walk, text.ptr + size);
		walk->behind = true;
		return on(walk);
	}
	if (result == OBJECT_SHORT && walk_too_few(walk))
		return STEP_WAIT;
	describe(walk, result, walk->at, size, &fault);
	if (result == OBJECT_SHORT)
		walk_break(walk, true, &fault);
	else
		return bad_element(walk, text, &fault);
	return STEP_ON;
}

/* Between the elements of an array. */
static enum step
read_array(struct walk *walk)
{
	switch (*walk->at) {
	case ']':
		return leave(walk);
	case ',':
		if (!walk->behind)
			return broken_page(walk, "a record is expected");
		walk_along(walk, walk->at + 1);
		walk->behind = false;
		return STEP_ON;
	default:
		if (!walk->behind)
			break;
		/* A fault was told of this page, and a line opens a record or
		 * page: this one is over. */
		if (walk->stray && walk->at_start && strchr("{[", *walk->at)) {
			walk->depth = 0;
			return STEP_ON;
		}
		return broken_page(walk, "`,` or `]` is expected");
	}
	if (*walk->at == '{')
		return read_element(walk);
	if (strchr("\"-0123456789tfn", *walk->at))
		return skip_value(walk, true);
	if (*walk->at != '[')
		return broken_page(walk, "a record is expected");
	if (!walk_push(walk, LEVEL_ARRAY))
		return broken_page(walk, "arrays nested too deep");
	walk_along(walk, walk->at + 1);
	return STEP_ON;
}

/* All bytes are used up and a page or array is still open. */
static enum step
end_inside(struct walk *walk)
{
	struct fault fault;

	walk->depth = 0;
	fault_set(&fault, "JSON is cut short: it ends inside a page");
	fault.unfinished = !walk->fresh;
	walk_tell(walk, walk->line - walk->fresh, true, &fault);
	return on(walk);
}

static enum step
read_inside(struct walk *walk)
{
	if (!walk_space(walk))
		return walk->last ? end_inside(walk) : STEP_WAIT;
	if (walk->levels[walk->depth - 1] != LEVEL_PAGE)
		return read_array(walk);
	return walk->behind ? read_member(walk) : skip_value(walk, false);
}

/* ---- the reader ---- */

static enum step
take_step(struct walk *walk)
{
	switch (walk->mode) {
	case WALK_RESUME:
		return walk_resume(walk);
	case WALK_SKIP_LINE:
		return skip_on(walk);
	case WALK_READ:
		break;
	}
	return walk->depth ? read_inside(walk) : read_top(walk);
}

static enum flow
feed(struct reader *reader, struct str window, bool last, size_t *used)
{
	struct walk *walk = (struct walk *)reader;
	enum step step = STEP_ON;

	walk->window = walk->at = window.ptr;
	walk->end = window.ptr + window.len;
	walk->last = last;
	walk->line = reader->line;
	walk->flow = FLOW_MORE;
	while (step == STEP_ON)
		step = take_step(walk);
	*used = (size_t)(walk->at - window.ptr);
	reader->offset += *used;
	reader->line = walk->line;
	return walk->flow;
}

static bool
between(const struct reader *reader)
{
	const struct walk *walk = (const struct walk *)reader;

	return walk->mode == WALK_READ && walk->depth == 0;
}

static struct reader *
open_json(struct arena *arena, const struct reader_settings *set)
{
	struct walk *walk = ARENA_NEW(arena, struct walk);

	walk->reader = (struct reader){&reader_json, set, 0, 1};
	arena_init(&walk->arena);
	walk->intake.rules = set->rules;
	walk->intake.wanted = set->wanted;
	walk->intake.arena = &walk->arena;
	if (!set->rules || set->rules->map_count == 0)
		walk->trail = json_trail_new(arena);
	walk->needs = intake_needs(set->wanted);
	walk->prefilter = set->decode_all ? NULL : set->prefilter;
	walk->hiding = json_hiding(walk->prefilter);
	walk->fresh = true;
	walk->at_start = true;
	return &walk->reader;
}

static void
close_json(struct reader *reader)
{
	arena_destroy(&((struct walk *)reader)->arena);
}

/* ---- sniffing ---- */

#define SNIFF_LINES 16

/* Whether a whole line has a record behind its first `{`. */
static bool
line_has_record(struct str line, const struct intake_rules *rules)
{
	struct arena arena;
	struct intake in = {.rules = rules, .arena = &arena};
	struct fault fault;
	size_t end;
	bool has;

	line = str_drop(line, str_find_char(line, '{'));
	if (line.len == 0)
		return false;
	arena_init(&arena);
	has = json_object_read(&in, NULL, intake_needs(0), line, &end,
		  &fault) == OBJECT_WHOLE &&
	    intake_is_record(&in);
	arena_destroy(&arena);
	return has;
}

/* A file of lines: syslog, or one whose first lines are damaged. */
static enum sniff
sniff_lines(struct str head, bool all, const struct intake_rules *rules)
{
	for (int i = 0; i < SNIFF_LINES && head.len; i++) {
		size_t end = str_find_char(head, '\n');
		struct str line = str_take(head, end);
		struct cef_line other;

		if (cef_line_leads(line, &other))
			return SNIFF_NO;
		if (end == SIZE_MAX && !all)
			return SNIFF_MORE;
		if (line_has_record(line, rules))
			return SNIFF_YES;
		head = str_drop(head, end == SIZE_MAX ? end : end + 1);
	}
	return head.len || all ? SNIFF_NO : SNIFF_MORE;
}

static enum sniff
sniff(struct str head, bool all, const struct intake_rules *rules)
{
	struct str rest = head;

	if (rest.len == 0)
		return all ? SNIFF_NO : SNIFF_MORE;
	if (rest.ptr[0] != '{' && rest.ptr[0] != '[')
		return sniff_lines(head, all, rules);
	while (rest.len &&
	    (rest.ptr[0] == '[' || ascii_is_space((unsigned char)rest.ptr[0])))
		rest = str_drop(rest, 1);
	if (rest.len && rest.ptr[0] == ']')
		return SNIFF_YES;
	if (rest.len && rest.ptr[0] == '{')
		rest = str_drop(rest, 1);
	else if (rest.len)
		return sniff_lines(head, all, rules);
	while (rest.len && ascii_is_space((unsigned char)rest.ptr[0]))
		rest = str_drop(rest, 1);
	if (rest.len == 0)
		return all ? SNIFF_NO : SNIFF_MORE;
	if (rest.ptr[0] == '"' || rest.ptr[0] == '}')
		return SNIFF_YES;
	return sniff_lines(head, all, rules);
}

const struct reader_ops reader_json = {
    .name = "JSON",
    .sniff = sniff,
    .open = open_json,
    .feed = feed,
    .between = between,
    .close = close_json,
};

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
#include "mtrack/json_sniff.h"
#include "mtrack/json_walk.h"

/* ---- lines ---- */

/* The rest of the line is lost, after FAULT was told of it. */
static enum step
skip_line(struct walk *walk, bool framing, const struct fault *fault)
{
	walk_tell(walk, walk->line, framing, fault);
	walk->mode = WALK_SKIP_LINE;
	return walk_on(walk);
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
		return walk_open_page(walk, brace + size);
	if (result != OBJECT_WHOLE) {
		walk_describe(walk, result, brace, size, &fault);
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
	return walk_on(walk);
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
	fault.unfinished = walk_ends_open(walk) && end == walk->end;
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
		return walk_open_page(walk, text.ptr + size);
	if (result == OBJECT_WHOLE) {
		bool fresh = walk->fresh;
		uint64_t line = walk->line;

		walk_emit(walk, text.ptr, text.ptr + size, STR_NONE);
		walk_to(walk, text.ptr + size);
		walk->alone = fresh && walk->line == line;
		return walk_on(walk);
	}
	if (result == OBJECT_SHORT && walk_too_few(walk))
		return STEP_WAIT;
	walk_describe(walk, result, walk->at, size, &fault);
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
		return walk_open_page(walk, text.ptr + size);
	if (!too_long && walk_too_few(walk))
		return STEP_WAIT;
	fault_set(&fault, WALK_TOO_LONG);
	return skip_line(walk, true, &fault);
}

/* A line that is nothing but a record, as most are; false: that is not certain.
 */
static bool
read_plain_line(struct walk *walk)
{
	const char *start = walk->at;
	size_t size;

	if (!walk_read_plain(walk, walk_value(walk), &size) ||
	    json_plain_is_broken(walk->plain) || start + size == walk->end ||
	    start[size] != '\n')
		return false;
	walk->alone = walk->fresh;
	walk_emit(walk, start, start + size, STR_NONE);
	walk_along(walk, start + size);
	return true;
}

/* A `{` at at in a file of one record a line. */
static enum step
read_framed(struct walk *walk)
{
	bool too_long;
	const char *end;
	struct str line;

	if (read_plain_line(walk))
		return walk_on(walk);
	end = walk_line_end(walk, &too_long);
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
	return true;
}

/* Goes over the lines at at that are as most are and cannot match. */
static void
pass_plain_lines(struct walk *walk)
{
	struct tally *tally = walk->reader.set->tally;
	struct str window = {walk->window, (size_t)(walk->end - walk->window)};
	size_t from = (size_t)(walk->at - walk->window);
	struct plain_lines lines = bytes_json_lines(walk->at,
	    sieve_clear(&walk->sieve, window, walk->reader.offset, from));

	if (lines.count == 0)
		return;
	walk->at += lines.bytes;
	walk->at_start = true;
	walk->line += lines.count;
	walk->unbroken = 0;
	walk->too_few = 0;
	tally->records += lines.count;
	tally->passed_over += lines.count;
}

/* The fast way: lines that begin and end as records and cannot match. Whether
 * any was passed over; at is at the beginning of a line before and behind. */
static bool
pass_lines(struct walk *walk)
{
	const char *start = walk->at;

	while (walk->at < walk->end) {
		bool too_long;
		const char *end;
		struct str line;

		pass_plain_lines(walk);
		end = walk_line_end(walk, &too_long);
		if (!end || end == walk->end)
			break;
		line = (struct str){walk->at, (size_t)(end - walk->at)};
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len == 0 || !is_record_line(line) ||
		    bytes_search(line, STR("}["), false) != SIZE_MAX ||
		    !walk_pass_over(
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
	return walk->depth ? walk_inside(walk) : read_top(walk);
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
	if (walk->plain)
		json_plain_forget(walk->plain);
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

enum {
	SAVED_FRAMED = 1 << 0,
	SAVED_FRESH = 1 << 1,
	SAVED_ALONE = 1 << 2,
	SAVED_STRAY = 1 << 3,
	SAVED_BEHIND = 1 << 4,
	SAVED_SPACED = 1 << 5,
	SAVED_AT_START = 1 << 6,
};

static bool
save(const struct reader *reader, struct buffer *out)
{
	const struct walk *walk = (const struct walk *)reader;

	if (walk->mode != WALK_READ)
		return false;
	buffer_putc(out,
	    (char)((walk->framed ? SAVED_FRAMED : 0) |
		(walk->fresh ? SAVED_FRESH : 0) |
		(walk->alone ? SAVED_ALONE : 0) |
		(walk->stray ? SAVED_STRAY : 0) |
		(walk->behind ? SAVED_BEHIND : 0) |
		(walk->spaced ? SAVED_SPACED : 0) |
		(walk->at_start ? SAVED_AT_START : 0)));
	for (unsigned i = 0; i < walk->depth; i++)
		buffer_putc(out, (char)walk->levels[i]);
	return true;
}

static bool
restore(struct reader *reader, struct str state)
{
	struct walk *walk = (struct walk *)reader;

	if (state.len == 0 || state.len - 1 > WALK_DEPTH)
		return false;
	walk->framed = state.ptr[0] & SAVED_FRAMED;
	walk->fresh = state.ptr[0] & SAVED_FRESH;
	walk->alone = state.ptr[0] & SAVED_ALONE;
	walk->stray = state.ptr[0] & SAVED_STRAY;
	walk->behind = state.ptr[0] & SAVED_BEHIND;
	walk->spaced = state.ptr[0] & SAVED_SPACED;
	walk->at_start = state.ptr[0] & SAVED_AT_START;
	for (size_t i = 1; i < state.len; i++) {
		if ((unsigned char)state.ptr[i] > LEVEL_PAGE)
			return false;
		walk->levels[walk->depth++] =
		    (enum level)(unsigned char)state.ptr[i];
	}
	return true;
}

static struct reader *
open_json(struct arena *arena, const struct reader_settings *set)
{
	struct walk *walk = ARENA_NEW(arena, struct walk);

	walk->reader = (struct reader){&reader_json, set, 0, 1, false};
	arena_init(&walk->arena);
	walk->intake.rules = set->rules;
	walk->intake.wanted = set->wanted;
	walk->needs = intake_needs(set->wanted);
	walk->intake.arena = &walk->arena;
	if (!set->rules || set->rules->map_count == 0) {
		walk->trail = json_trail_new(arena, walk->needs);
		walk->plain = json_plain_new(arena, walk->trail);
	}
	sieve_init(&walk->sieve, set->decode_all ? NULL : set->prefilter);
	walk->prefilter = walk->sieve.filter;
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

const struct reader_ops reader_json = {
    .name = "JSON",
    .sniff = json_sniff,
    .open = open_json,
    .feed = feed,
    .between = between,
    .save = save,
    .restore = restore,
    .close = close_json,
};

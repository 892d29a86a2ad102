/* SPDX-License-Identifier: MIT */
/* The way back after bad JSON (SPEC 1.6): the next line that opens a record or
 * page, or, inside a page or array, the next `{` behind `,` or `[` at which an
 * object parses whole and is a record. What lies between is one fault. */
#include "mtrack/bytes.h"
#include "mtrack/json_walk.h"

#define FRAME_LIMIT 1024 /* bytes of a syslog frame, more than any has */

/* Whether a record begins at a place. */
enum found {
	FOUND_NONE,
	FOUND_HERE,
	FOUND_LATER, /* more bytes are needed to tell */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Passes over [at, TO). */
static void
lose(struct walk *walk, const char *to)
{
	const char *p = to;

	while (p > walk->at && is_space(p[-1]))
		p--;
	if (p > walk->at)
		walk->before = p[-1];
	walk->lost += (uint64_t)(to - walk->at);
	walk_to(walk, to);
	walk->at_start = to[-1] == '\n';
}

void
walk_break_before(struct walk *walk, bool framing, const struct fault *fault)
{
	walk->mode = WALK_RESUME;
	walk->fault = *fault;
	walk->fault_line = walk->line;
	walk->fault_framing = framing;
	walk->lost = 0;
	walk->before = '\0';
}

void
walk_break(struct walk *walk, bool framing, const struct fault *fault)
{
	walk_break_before(walk, framing, fault);
	lose(walk, walk->at + 1);
}

/* Tells the open fault; what was lost ends here. */
static void
close_fault(struct walk *walk, bool unfinished)
{
	struct fault told;

	if (walk->lost)
		fault_set(&told, "%.180s; %llu byte%s passed over",
		    walk->fault.what, (unsigned long long)walk->lost,
		    walk->lost == 1 ? "" : "s");
	else
		told = walk->fault;
	told.unfinished = unfinished;
	walk->mode = WALK_READ;
	walk->alone = false;
	walk_tell(walk, walk->fault_line, walk->fault_framing, &told);
}

static enum found
try_object(struct walk *walk, bool page_too)
{
	struct fault fault;
	size_t end;

	if (walk_must_wait(walk))
		return FOUND_LATER;
	switch (json_object_read(&walk->intake, walk->trail, walk->needs,
	    walk_value(walk), &end, &fault)) {
	case OBJECT_WHOLE:
		return intake_is_record(&walk->intake) ? FOUND_HERE
						       : FOUND_NONE;
	case OBJECT_PAGE:
		return page_too ? FOUND_HERE : FOUND_NONE;
	case OBJECT_SHORT:
		return walk_too_few(walk) ? FOUND_LATER : FOUND_NONE;
	case OBJECT_BAD:
		break;
	}
	return FOUND_NONE;
}

/* Whether only blanks stand from P to the end of its line. */
static enum found
is_line_end(const struct walk *walk, const char *p)
{
	while (p < walk->end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	if (p == walk->end && !walk->last)
		return FOUND_LATER;
	return p == walk->end || *p == '\n' ? FOUND_HERE : FOUND_NONE;
}

/* A syslog line whose message is a record, and nothing else. */
static enum found
try_frame(struct walk *walk)
{
	struct str line = walk_value(walk);
	struct str head = str_take(line, FRAME_LIMIT);
	const char *brace =
	    bytes_find2(head.ptr, head.ptr + head.len, '{', '\n');
	struct fault fault;
	struct str object;
	size_t end;

	if (brace == head.ptr + head.len)
		return head.len < FRAME_LIMIT && !walk->last ? FOUND_LATER
							     : FOUND_NONE;
	if (*brace == '\n')
		return FOUND_NONE;
	if (walk->depth &&
	    str_trim(str_take(line, (size_t)(brace - head.ptr))).len == 0)
		return FOUND_NONE; /* an element of the page, by its comma */
	if (walk_must_wait(walk))
		return FOUND_LATER;
	object = str_drop(line, (size_t)(brace - line.ptr));
	switch (json_object_read(
	    &walk->intake, walk->trail, walk->needs, object, &end, &fault)) {
	case OBJECT_WHOLE:
		if (!intake_is_record(&walk->intake) ||
		    memchr(object.ptr, '\n', end))
			return FOUND_NONE;
		return is_line_end(walk, object.ptr + end);
	case OBJECT_SHORT:
		if (str_find_char(object, '\n') != SIZE_MAX)
			return FOUND_NONE;
		return walk_too_few(walk) ? FOUND_LATER : FOUND_NONE;
	case OBJECT_PAGE:
	case OBJECT_BAD:
		break;
	}
	return FOUND_NONE;
}

/* at is the first byte of a line. */
static enum found
try_line(struct walk *walk)
{
	bool sure;

	while (walk_is_bom(walk, &sure)) {
		lose(walk, walk->at + 3);
		walk->at_start = true;
	}
	if (!sure || walk->at == walk->end)
		return walk->last ? FOUND_NONE : FOUND_LATER;
	if (*walk->at == '{')
		return walk->depth ? try_object(walk, true) : FOUND_HERE;
	if (*walk->at != '[')
		return try_frame(walk);
	if (walk_is_array(walk, walk->at, &sure))
		return FOUND_HERE;
	return sure ? try_frame(walk) : FOUND_LATER;
}

/* The page that broke is over: a line opens a record or page. */
static void
begin_line(struct walk *walk)
{
	walk->depth = 0;
	walk->behind = false;
	walk->stray = true;
	walk->fresh = true;
	close_fault(walk, false);
}

/* The page that broke goes on with the record at at. At depth 0 nobody knew
 * that it was one. */
static void
begin_element(struct walk *walk)
{
	if (walk->depth && walk->levels[walk->depth - 1] == LEVEL_PAGE)
		walk->depth--;
	walk->stray = true;
	walk->behind = false;
	close_fault(walk, false);
}

/* Where no record can begin: on to the next line or brace. */
static void
lose_some(struct walk *walk)
{
	const char *from = walk->at + (*walk->at == '{');
	const char *next = bytes_find2(from, walk->end, '\n', '{');

	if (next < walk->end && *next == '\n')
		next++;
	lose(walk, next);
}

static enum found
look(struct walk *walk)
{
	bool inside = walk->depth || !walk->framed;
	enum found found = FOUND_NONE;

	if (walk->at_start) {
		found = try_line(walk);
		if (found == FOUND_HERE)
			begin_line(walk);
		if (found != FOUND_NONE)
			return found;
	}
	if (walk->at < walk->end && *walk->at == '{' && inside &&
	    (walk->before == ',' || walk->before == '[')) {
		found = try_object(walk, false);
		if (found == FOUND_HERE)
			begin_element(walk);
	}
	return found;
}

enum step
walk_resume(struct walk *walk)
{
	while (walk->at < walk->end) {
		switch (look(walk)) {
		case FOUND_HERE:
			return walk->flow == FLOW_MORE ? STEP_ON : STEP_OUT;
		case FOUND_LATER:
			return STEP_WAIT;
		case FOUND_NONE:
			if (walk->at < walk->end)
				lose_some(walk);
		}
	}
	if (!walk->last)
		return STEP_WAIT;
	walk->depth = 0;
	close_fault(walk, walk->fault.unfinished);
	return walk->flow == FLOW_MORE ? STEP_ON : STEP_OUT;
}

/* The record that begins at at, or behind a frame there. */
static bool
find_within(struct walk *walk, struct str *object)
{
	struct str text = walk_value(walk);
	size_t frame = 0;
	struct fault fault;
	size_t end;

	if (walk->at_start) {
		frame = (size_t)(bytes_find2(text.ptr, walk->end, '{', '\n') -
		    text.ptr);
		if (frame == text.len || text.ptr[frame] == '\n' ||
		    (frame && str_trim(str_take(text, frame)).len == 0))
			return false;
	} else if (text.ptr[0] != '{' ||
	    (walk->before != ',' && walk->before != '[')) {
		return false;
	}
	text = str_drop(text, frame);
	if (json_object_read(&walk->intake, walk->trail, walk->needs, text,
		&end, &fault) != OBJECT_WHOLE ||
	    !intake_is_record(&walk->intake))
		return false;
	*object = str_take(text, end);
	return frame == 0 ||
	    (!memchr(text.ptr, '\n', end) &&
		is_line_end(walk, text.ptr + end) == FOUND_HERE);
}

void
walk_break_within(struct walk *walk, const char *end, const struct fault *fault)
{
	const char *window_end = walk->end;
	bool last = walk->last;
	struct str object;

	walk->end = end;
	walk->last = true;
	walk_break(walk, false, fault);
	while (walk->at < walk->end && walk->flow == FLOW_MORE) {
		if (!find_within(walk, &object)) {
			lose_some(walk);
			continue;
		}
		walk_emit(walk, object.ptr, object.ptr + object.len, STR_NONE);
		walk_to(walk, object.ptr + object.len);
		walk->before = '}';
	}
	walk->end = window_end;
	walk->last = last;
	walk->behind = true;
	if (walk->flow == FLOW_MORE)
		close_fault(walk, false);
}

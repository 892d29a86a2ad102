/* SPDX-License-Identifier: MIT */
/* Inside pages and arrays: their elements one by one, and an envelope's
 * further members. */
#include "mtrack/json_walk.h"

enum step
walk_open_page(struct walk *walk, const char *end)
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
		walk_describe(walk, OBJECT_SHORT, walk->at, size, &fault);
		break;
	case JSON_BAD:
		walk_describe(walk, OBJECT_BAD, walk->at, size, &fault);
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
		walk_describe(walk, cursor.cut ? OBJECT_SHORT : OBJECT_BAD,
		    walk->at, (size_t)(cursor.at - walk->at), &fault);
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
	    !walk_pass_over(walk, str_take(text, span.end), span.escapes))
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
	if (found)
		walk_break_within(walk, text.ptr + span.end, fault);
	else
		walk_break(walk, false, fault);
	return walk_on(walk);
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
	result = walk_read_plain(walk, text, &size)
	    ? OBJECT_WHOLE
	    : json_object_read(
		  &walk->intake, walk->trail, walk->needs, text, &size, &fault);
	if (result == OBJECT_PAGE)
		return walk_open_page(walk, text.ptr + size);
	if (result == OBJECT_WHOLE) {
		walk_emit(walk, text.ptr, text.ptr + size, STR_NONE);
		walk_to(walk, text.ptr + size);
		walk->behind = true;
		return walk_on(walk);
	}
	if (result == OBJECT_SHORT && walk_too_few(walk))
		return STEP_WAIT;
	walk_describe(walk, result, walk->at, size, &fault);
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
	return walk_on(walk);
}

enum step
walk_inside(struct walk *walk)
{
	if (!walk_space(walk))
		return walk->last ? end_inside(walk) : STEP_WAIT;
	if (walk->levels[walk->depth - 1] != LEVEL_PAGE)
		return read_array(walk);
	return walk->behind ? read_member(walk) : skip_value(walk, false);
}

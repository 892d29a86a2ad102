/* SPDX-License-Identifier: MIT */
/* The place of the JSON reader in its bytes. */
#include "mtrack/json_walk.h"

#include "mtrack/bytes.h"

void
walk_along(struct walk *walk, const char *to)
{
	if (to == walk->at)
		return;
	walk->at = to;
	walk->at_start = false;
	walk->spaced = false;
	walk->fresh = false;
	walk->unbroken = 0;
	walk->too_few = 0;
}

void
walk_to(struct walk *walk, const char *to)
{
	walk->line += bytes_count(walk->at, to, '\n');
	walk_along(walk, to);
}

bool
walk_space(struct walk *walk)
{
	const char *at = walk->at;

	for (; at < walk->end; at++) {
		if (*at == '\n') {
			walk->line++;
			walk->fresh = true;
			walk->framed |= walk->alone;
			walk->alone = false;
		} else if (*at != ' ' && *at != '\t' && *at != '\r') {
			break;
		}
	}
	if (at > walk->at) {
		walk->at_start = at[-1] == '\n';
		walk->spaced = true;
		walk->at = at;
		walk->unbroken = 0;
		walk->too_few = 0;
	}
	return at < walk->end;
}

const char *
walk_line_end(struct walk *walk, bool *too_long)
{
	size_t size = (size_t)(walk->end - walk->at);
	const char *found =
	    memchr(walk->at + walk->unbroken, '\n', size - walk->unbroken);

	if (!found && walk->last)
		found = walk->end;
	*too_long = (found ? (size_t)(found - walk->at) : size) >= RECORD_LIMIT;
	if (!found)
		walk->unbroken = size;
	return *too_long ? NULL : found;
}

bool
walk_must_wait(const struct walk *walk)
{
	size_t size = (size_t)(walk->end - walk->at);

	/* Twice as many bytes each time, so that a long record is looked at
	 * but twice over in sum. */
	return !walk->last && !walk->reader.edge && walk->too_few &&
	    size < RECORD_LIMIT && size / 2 < walk->too_few;
}

bool
walk_too_few(struct walk *walk)
{
	size_t size = (size_t)(walk->end - walk->at);

	if (walk->last || size >= RECORD_LIMIT)
		return false;
	walk->too_few = size;
	return true;
}

struct str
walk_value(const struct walk *walk)
{
	struct str all = {walk->at, (size_t)(walk->end - walk->at)};

	return str_take(all, RECORD_LIMIT);
}

bool
walk_is_array(const struct walk *walk, const char *p, bool *sure)
{
	for (p++; p < walk->end; p++)
		if (*p != ' ' && *p != '\t' && *p != '\r' && *p != '\n')
			break;
	*sure = p < walk->end || walk->last;
	return p < walk->end && (*p == '{' || *p == '[' || *p == ']');
}

bool
walk_is_bom(const struct walk *walk, bool *sure)
{
	struct str bom = STR("\xef\xbb\xbf");
	struct str here = str_take(walk_value(walk), bom.len);

	*sure = here.len == bom.len || walk->last || !str_starts(bom, here);
	return str_eq(here, bom);
}

bool
walk_push(struct walk *walk, enum level level)
{
	if (walk->depth == WALK_DEPTH)
		return false;
	walk->levels[walk->depth++] = level;
	walk->behind = false;
	return true;
}

bool
walk_read_plain(struct walk *walk, struct str text, size_t *size)
{
	return walk->plain &&
	    json_plain_read(walk->plain, &walk->intake, text, size);
}

void
walk_tell(
    struct walk *walk, uint64_t line, bool framing, const struct fault *fault)
{
	const struct reader_settings *set = walk->reader.set;

	walk->flow = set->fault(set->fault_ctx, line, framing, fault);
}

void
walk_emit(struct walk *walk, const char *start, const char *end, struct str raw)
{
	uint64_t ahead = (uint64_t)(start - walk->window);
	struct fault fault;

	if (walk->reader.set->want_raw)
		walk->intake.rec.raw = raw.ptr
		    ? raw
		    : json_one_line(&walk->arena,
			  (struct str){start, (size_t)(end - start)});
	if (!reader_emit(&walk->reader, &walk->intake,
		walk->reader.offset + ahead, walk->line, &walk->flow, &fault))
		walk_tell(walk, walk->line, false, &fault);
}

enum step
walk_on(const struct walk *walk)
{
	return walk->flow == FLOW_MORE ? STEP_ON : STEP_OUT;
}

bool
walk_ends_open(const struct walk *walk)
{
	return walk->last && walk->end > walk->window && walk->end[-1] != '\n';
}

void
walk_describe(const struct walk *walk, enum object_end result,
    const char *object, size_t end, struct fault *fault)
{
	char what[sizeof(fault->what)];

	memcpy(what, fault->what, sizeof(what));
	if (result == OBJECT_SHORT && end >= RECORD_LIMIT) {
		fault_set(fault, WALK_TOO_LONG);
	} else if (result == OBJECT_SHORT) {
		fault_set(fault, "JSON is cut short: %.120s", what);
		fault->unfinished = walk_ends_open(walk);
	} else if (object[end] == '\n' &&
	    str_eq(str_from(what), STR(JSON_BARE_CONTROL))) {
		fault_set(
		    fault, "JSON is cut short: its line ends inside a string");
	} else {
		fault_set(fault, "bad JSON: %.120s at byte %zu of the %s", what,
		    end + 1, *object == '{' ? "record" : "value");
	}
}

bool
walk_count_passed(struct walk *walk)
{
	walk->reader.set->tally->records++;
	walk->reader.set->tally->passed_over++;
	return true;
}

bool
walk_pass_over(struct walk *walk, struct str raw, bool escapes)
{
	if (prefilter_pass(walk->prefilter, raw) ||
	    (escapes && json_may_hide(walk->hiding, raw)) ||
	    bytes_search(raw, STR("\"logs\""), false) != SIZE_MAX)
		return false;
	return walk_count_passed(walk);
}

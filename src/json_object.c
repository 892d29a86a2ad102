/* SPDX-License-Identifier: MIT */
/* One JSON object of an archive. */
#include "mtrack/json_object.h"

#include "mtrack/bytes.h"

/* ---- into a record ---- */

/* A value of the key `policyAction` makes the object a policy event. */
static bool
is_policy(struct str key)
{
	return str_eq(key, STR("policyAction"));
}

static void
put_mapped(struct intake *in, struct str key, const struct json_value *value)
{
	const struct intake_rules *rules = in->rules;

	for (size_t i = 0; i < rules->map_count; i++)
		if (rules->maps[i].part == PART_NONE &&
		    str_eq(rules->maps[i].key, key))
			intake_json(in, rules->maps[i].field, value, true);
}

/* NAME is read only where FIELD is none. */
static void
put_member(struct intake *in, fieldset needs, enum field field, struct str name,
    const struct json_value *value)
{
	if (in->rules->map_count)
		put_mapped(in, name, value);
	if (field == FIELD_NONE) {
		if (is_policy(name))
			in->policy = json_text(in->arena, value).len != 0;
	} else if (needs & FIELD_BIT(field)) {
		intake_json(in, field, value, false);
	}
}

/* Where the reading of an object stands. */
struct walk {
	struct json_cursor cursor;
	struct json_trail *trail;     /* NULL: every key is looked at */
	const struct json_step *step; /* NULL: off the trail */
	enum field field;             /* of the key read last */
	struct str name;              /* its text; empty on the trail */
};

/* Whether a key's name matters though it is no field's. */
static bool
is_telling(struct str name)
{
	return is_policy(name) || str_eq(name, STR("logs"));
}

/* The key by JSON's grammar; learnt, unless it is to be looked at each time. */
static bool
read_key(struct walk *walk, struct intake *in, struct fault *fault)
{
	const char *glue = walk->cursor.at;
	struct json_value key;

	if (!json_key(&walk->cursor, &key, fault))
		return false;
	walk->name = key.escaped ? json_text(in->arena, &key) : key.text;
	walk->field = field_from_json(walk->name);
	if (walk->step)
		walk->step = is_telling(walk->name)
		    ? NULL
		    : json_trail_learn(walk->trail, walk->step,
			  (struct str){glue, (size_t)(walk->cursor.at - glue)},
			  walk->field);
	return true;
}

/* The next key; false at the closing brace or a fault. */
static bool
next_key(struct walk *walk, struct intake *in, struct fault *fault)
{
	const struct json_step *next = NULL;

	if (walk->step)
		next = json_trail_next(
		    walk->step, walk->cursor.at, walk->cursor.end);
	if (!next || (unsigned char)walk->cursor.at[next->length] <= ' ')
		return read_key(walk, in, fault);
	walk->step = next;
	walk->cursor.at += next->length;
	walk->cursor.first = false;
	walk->field = next->field;
	walk->name = STR_NONE;
	return true;
}

enum object_end
json_object_read(struct intake *in, struct json_trail *trail, fieldset needs,
    struct str text, size_t *end, struct fault *fault)
{
	struct walk walk = {.trail = trail};
	struct json_value value;
	enum object_end result;

	intake_begin(in);
	if (trail)
		walk.step = trail->steps;
	json_open(&walk.cursor, str_drop(text, 1));
	fault->what[0] = '\0';
	while (next_key(&walk, in, fault)) {
		if (walk.field == FIELD_NONE && *walk.cursor.at == '[' &&
		    str_eq(walk.name, STR("logs"))) {
			*end = (size_t)(walk.cursor.at + 1 - text.ptr);
			return OBJECT_PAGE;
		}
		if (!json_value(&walk.cursor, &value, fault))
			break;
		put_member(in, needs, walk.field, walk.name, &value);
	}
	if (walk.cursor.cut)
		result = OBJECT_SHORT;
	else
		result = fault->what[0] ? OBJECT_BAD : OBJECT_WHOLE;
	*end = (size_t)(walk.cursor.at - text.ptr);
	return result;
}

/* ---- to its end ---- */

/* A place in an object, between two blocks of 64 bytes. */
struct place {
	uint64_t string;  /* all ones when the block begins inside a string */
	uint64_t escaped; /* 1 when its first byte is escaped */
	size_t depth;
	struct json_span *span;
};

/* The bytes behind an odd run of backslashes. Additions carry from a run's
 * start to its end; runs that start on odd bits are told apart from those that
 * start on even ones by where they end. */
static uint64_t
escaped_bytes(uint64_t backslash, uint64_t *carry)
{
	const uint64_t even = 0x5555555555555555u;
	uint64_t follows;
	uint64_t odd_starts;
	uint64_t even_runs;
	uint64_t before = *carry;

	*carry = 0;
	if (!backslash)
		return before;
	backslash &= ~before;
	follows = backslash << 1 | before;
	odd_starts = backslash & ~even & ~follows;
	*carry = __builtin_add_overflow(odd_starts, backslash, &even_runs);
	return (even ^ even_runs << 1) & follows;
}

/* Where the closing brace stands among BRACES, or 64. */
static inline unsigned
find_close(struct place *place, uint64_t braces, uint64_t open)
{
	for (; braces; braces &= braces - 1) {
		unsigned bit = (unsigned)__builtin_ctzll(braces);

		if (open >> bit & 1)
			place->depth++;
		else if (--place->depth == 0)
			return bit;
	}
	return 64;
}

/* Walks one block; the bit of the object's closing brace, or 64. LIVE has a
 * bit for each byte of the block that counts. */
static inline unsigned
walk_block(struct place *place, const struct bytes_json *block, uint64_t live)
{
	struct json_span *span = place->span;
	uint64_t quotes = block->quote &
	    ~escaped_bytes(block->backslash, &place->escaped) & live;
	uint64_t string = bytes_parity(quotes) ^ place->string;
	unsigned bit = find_close(
	    place, (block->open | block->close) & ~string & live, block->open);

	if (bit < 64)
		live &= ((uint64_t)2 << bit) - 1;
	if ((block->open | block->newline) & string & live)
		span->certain = false;
	if (block->backslash & live)
		span->escapes = true;
	if (block->newline & live)
		span->lines +=
		    (size_t)__builtin_popcountll(block->newline & live);
	place->string = (uint64_t)0 - (string >> 63);
	return bit;
}

bool
json_object_span(struct str text, struct json_span *span)
{
	struct place place = {.span = span};
	struct bytes_json block;
	unsigned bit = 64;
	size_t at = 0;

	*span = (struct json_span){.certain = true};
	for (; bit == 64 && span->certain && text.len - at >= 64; at += 64) {
		bytes_json_masks(text.ptr + at, &block);
		bit = walk_block(&place, &block, ~(uint64_t)0);
	}
	if (bit < 64) {
		at -= 64;
	} else if (span->certain && at < text.len) {
		char rest[64] = {0};

		memcpy(rest, text.ptr + at, text.len - at);
		bytes_json_masks(rest, &block);
		bit = walk_block(
		    &place, &block, ((uint64_t)1 << (text.len - at)) - 1);
	}
	span->end = at + bit + 1;
	return bit < 64 && span->certain;
}

/* ---- prefilter ---- */

static void
add_literal(struct json_hiding *hiding, struct str literal)
{
	for (size_t i = 0; i < literal.len; i++) {
		unsigned char c = (unsigned char)literal.ptr[i];

		if (c < 0x20 || c == '"' || c == '\\' || c == '/')
			hiding->simple = true;
		if (c > 0x7f)
			hiding->unicode = true;
	}
}

struct json_hiding
json_hiding(const struct prefilter *filter)
{
	struct json_hiding hiding = {false, false};

	if (!filter)
		return hiding;
	for (size_t i = 0; i < filter->count; i++)
		for (size_t j = 0; j < filter->groups[i].count; j++)
			add_literal(&hiding, filter->groups[i].literals[j]);
	return hiding;
}

bool
json_may_hide(struct json_hiding hiding, struct str raw)
{
	return hiding.simple || hiding.unicode ||
	    bytes_search(raw, STR("\\u00"), false) != SIZE_MAX;
}

/* ---- raw ---- */

struct str
json_one_line(struct arena *arena, struct str raw)
{
	const char *end = raw.ptr + raw.len;
	const char *at = bytes_find2(raw.ptr, end, '\n', '\r');
	char *line;
	size_t len = 0;

	if (at == end)
		return raw;
	line = arena_alloc(arena, raw.len);
	for (const char *from = raw.ptr;; from = at + 1) {
		at = bytes_find2(from, end, '\n', '\r');
		memcpy(line + len, from, (size_t)(at - from));
		len += (size_t)(at - from);
		if (at == end)
			return (struct str){line, len};
	}
}

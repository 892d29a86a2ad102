/* SPDX-License-Identifier: MIT */
/* One JSON object by the places of its marks:
 *
 *     {"genTime":"2026-…","sender":"a@b","size":12,"action":"Delivered"}
 *      ^       ^ ^      ^ ^      ^ ^   ^ ^    ^    ^      ^ ^         ^  marks
 *     |  glue  |  value |  glue  | … each glue has as many marks as it had
 *                                    in the objects before
 *
 * so the mark that closes a value is found by counting. A bare control
 * character or a backslash is a mark, too: where one stands instead of the
 * closing quote the string is read by the grammar. */
#include "mtrack/json_plain.h"

#include "mtrack/bytes.h"

/* Looked through at a time: what a first-level cache holds beside the places.
 */
#define MARKED_BYTES (16u << 10)

struct json_plain {
	const struct json_trail *trail;
	const char *begin; /* of the bytes that were looked through */
	const char *end;
	size_t count;
	size_t next; /* where the last object read has its last marks */
	bool cut;    /* the object goes on behind END */
	bool broken; /* there is a line break in it */
	uint16_t places[MARKED_BYTES + JSON_MARKS_SLACK];
};

_Static_assert(MARKED_BYTES <= UINT16_MAX, "places are noted in 16 bits");

struct json_plain *
json_plain_new(struct arena *arena, const struct json_trail *trail)
{
	struct json_plain *plain = arena_alloc(arena, sizeof(*plain));

	plain->trail = trail;
	plain->begin = plain->end = NULL;
	plain->count = plain->next = 0;
	plain->cut = plain->broken = false;
	return plain;
}

void
json_plain_forget(struct json_plain *plain)
{
	plain->begin = plain->end = NULL;
}

static void
look_through(struct json_plain *plain, struct str text)
{
	text = str_take(text, MARKED_BYTES);
	plain->begin = text.ptr;
	plain->end = text.ptr + text.len;
	plain->count = bytes_json_marks(text.ptr, text.len, plain->places);
	plain->next = 0;
}

/* The first mark at or behind AT, from mark K on. */
static inline size_t
mark_from(const struct json_plain *plain, size_t k, const char *at)
{
	size_t place = (size_t)(at - plain->begin);

	while (k < plain->count && plain->places[k] < place)
		k++;
	return k;
}

/* The first mark at or behind AT, where the next object begins: mostly a little
 * behind the last one, but what was read may have been refused and be looked
 * into. */
static inline size_t
mark_first(const struct json_plain *plain, const char *at)
{
	size_t place = (size_t)(at - plain->begin);
	size_t k = plain->next;

	while (k > 0 && plain->places[k - 1] >= place)
		k--;
	return mark_from(plain, k, at);
}

/* The quote that closes the string whose opening one is mark K; NULL when that
 * is for the grammar to find. */
static inline const char *
closing_quote(const struct json_plain *plain, size_t k)
{
	const char *close;

	if (k + 1 >= plain->count)
		return NULL;
	close = plain->begin + plain->places[k + 1];
	return *close == '"' ? close : NULL;
}

/* A place in an object: at is mark k, or before it. NULL: the object is not
 * plain. Two registers. */
struct place {
	const char *at;
	size_t k;
};

#define NOWHERE ((struct place){NULL, 0})

/* Behind a list of strings, whose bracket is at PLACE. */
static struct place
skip_list(const struct json_plain *plain, struct place place)
{
	const char *at = place.at;
	size_t k = place.k;

	do {
		const char *close;

		if (plain->end - ++at < 1 || *at != '"')
			return NOWHERE;
		close = closing_quote(plain, k);
		if (!close || plain->end - close < 2)
			return NOWHERE;
		at = close + 1;
		k += 2;
	} while (*at == ',');
	return *at == ']' ? (struct place){at + 1, k} : NOWHERE;
}

/* Behind the digits at PLACE: most numbers. */
static struct place
skip_digits(const struct json_plain *plain, struct place place)
{
	const char *at = place.at;

	while (at < plain->end && ascii_is_digit((unsigned char)*at))
		at++;
	return at < plain->end && *at == ',' ? (struct place){at, place.k}
					     : NOWHERE;
}

static inline struct place
skip_needless(const struct json_plain *plain, struct place place)
{
	if (*place.at == '[')
		return skip_list(plain, place);
	return *place.at >= '1' && *place.at <= '9' ? skip_digits(plain, place)
						    : NOWHERE;
}

/* Behind a value, by the grammar. FIELD is FIELD_NONE where nobody needs it. */
static __attribute__((noinline)) struct place
take_other(struct json_plain *plain, struct place place, struct intake *in,
    enum field field)
{
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault;

	if (field == FIELD_NONE) {
		struct place behind = skip_needless(plain, place);

		if (behind.at)
			return behind;
	}
	json_open(
	    &cursor, (struct str){place.at, (size_t)(plain->end - place.at)});
	/* A number may go on behind the end. */
	if (!json_value(&cursor, &value, &fault) || cursor.at == plain->end) {
		plain->cut = cursor.cut || cursor.at == plain->end;
		return NOWHERE;
	}
	if (field != FIELD_NONE)
		intake_json(in, field, &value, false);
	plain->broken |=
	    memchr(place.at, '\n', (size_t)(cursor.at - place.at)) != NULL;
	return (struct place){cursor.at, mark_from(plain, place.k, cursor.at)};
}

/* Behind the value of STEP, which is at PLACE. */
static inline struct place
take_value(struct json_plain *plain, struct place place, struct intake *in,
    const struct json_step *step)
{
	const char *close =
	    *place.at == '"' ? closing_quote(plain, place.k) : NULL;
	enum field field = step->needed ? step->field : FIELD_NONE;

	if (!close || field == FIELD_ATTACHMENTS)
		return take_other(plain, place, in, field);
	if (field != FIELD_NONE)
		intake_own(in, field,
		    (struct str){place.at + 1, (size_t)(close - place.at - 1)});
	return (struct place){close + 1, place.k + 2};
}

/* Over white space before the closing brace, and that; or NULL. */
static const char *
close_object(struct json_plain *plain, const char *at)
{
	while (at < plain->end &&
	    (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		plain->broken |= *at++ == '\n';
	return at < plain->end && *at == '}' ? at + 1 : NULL;
}

/* The object at OBJECT, whose marks were looked for. Its end, or NULL. */
static const char *
read_marked(struct json_plain *plain, struct intake *in, const char *object)
{
	const struct json_step *start = plain->trail->steps;
	const struct json_step *step = start;
	const struct json_step *next;
	struct place place = {object + 1, mark_first(plain, object + 1)};

	intake_begin(in);
	plain->cut = false;
	plain->broken = false;
	while ((next = json_trail_next(step, place.at, plain->end))) {
		place.at += next->length;
		place.k += next->marks;
		if (next->broken)
			plain->broken = true;
		place = take_value(plain, place, in, next);
		if (!place.at)
			return NULL;
		step = next;
	}
	plain->next = place.k;
	/* Too near to the end nothing is matched. */
	plain->cut = plain->end - place.at <= JSON_GLUE_BYTES;
	return step == start ? NULL : close_object(plain, place.at);
}

bool
json_plain_read(
    struct json_plain *plain, struct intake *in, struct str text, size_t *end)
{
	const char *behind = NULL;

	if (text.ptr >= plain->begin && text.ptr < plain->end) {
		behind = read_marked(plain, in, text.ptr);
		if (!behind && (!plain->cut || plain->begin == text.ptr))
			return false;
	}
	if (!behind) {
		look_through(plain, text);
		behind = read_marked(plain, in, text.ptr);
	}
	if (!behind)
		return false;
	*end = (size_t)(behind - text.ptr);
	return true;
}

bool
json_plain_is_broken(const struct json_plain *plain)
{
	return plain->broken;
}

/* SPDX-License-Identifier: MIT */
/* One line of CEF over syslog, taken apart. */
#include "mtrack/cef_line.h"

/* clang-format off */
/* The keys that end a value. FORMATS 2.2 has the samples. */
static const struct cef_key keys[] = {
	{{"rt", 2}, FIELD_GEN_TIME, 0, false},       /* when it was logged */
	{{"suser", 5}, FIELD_SENDER, 0, false},      /* may hold bare `=` */
	{{"duser", 5}, FIELD_RECIPIENT, 0, false},   /* `;` separates several */
	{{"msg", 3}, FIELD_SUBJECT, 0, false},       /* any text */
	{{"src", 3}, FIELD_SENDER_IP, 0, false},
	{{"deviceTranslatedAddress", 23}, FIELD_DELIVERED_TO, 0, false},
	{{"act", 3}, FIELD_ACTION, 0, false},        /* holds spaces */
	{{"cn1", 3}, FIELD_SIZE, 0, false},
	{{"reason", 6}, FIELD_REASON, 0, false},     /* in no sample so far */
	{{"cs1", 3}, FIELD_NONE, 1, false},          /* mailUuid */
	{{"cs2", 3}, FIELD_NONE, 2, false},          /* direction */
	{{"cs3", 3}, FIELD_NONE, 3, false},          /* messageId */
	{{"cs4", 3}, FIELD_NONE, 4, false},          /* attachments */
	{{"cs5", 3}, FIELD_NONE, 5, false},          /* tlsInfo */
	{{"cs6", 3}, FIELD_NONE, 6, false},          /* embeddedUrl */
	{{"cs1Label", 8}, FIELD_NONE, 1, true},      /* before or behind cs1 */
	{{"cs2Label", 8}, FIELD_NONE, 2, true},
	{{"cs3Label", 8}, FIELD_NONE, 3, true},
	{{"cs4Label", 8}, FIELD_NONE, 4, true},
	{{"cs5Label", 8}, FIELD_NONE, 5, true},
	{{"cs6Label", 8}, FIELD_NONE, 6, true},
	{{"cn1Label", 8}, FIELD_NONE, 0, true},      /* always messageSize */
};
/* clang-format on */

_Static_assert(sizeof(keys) / sizeof(keys[0]) == CEF_KEYS, "all have a guess");

/* Behind the `|` that ends the version; the whole text is used up when there
 * is no record in it. The vendor's page prints `CEF: 0|`. */
static struct str
skip_frame(struct str text)
{
	size_t at;

	while ((at = str_find(text, STR("CEF:"))) != SIZE_MAX) {
		struct str version;

		text = str_drop(text, at + 4);
		version = text;
		while (version.len && version.ptr[0] == ' ')
			version = str_drop(version, 1);
		if (version.len == 0 ||
		    !ascii_is_digit((unsigned char)version.ptr[0]))
			continue;
		while (version.len &&
		    ascii_is_digit((unsigned char)version.ptr[0]))
			version = str_drop(version, 1);
		if (version.len && version.ptr[0] == '|')
			return str_drop(version, 1);
	}
	return STR_NONE;
}

/* Takes a header field off, up to an unescaped `|`. */
static bool
next_field(struct str *rest, struct str *field)
{
	for (size_t i = 0; i < rest->len; i++) {
		if (rest->ptr[i] == '\\') {
			i++;
		} else if (rest->ptr[i] == '|') {
			*field = str_take(*rest, i);
			*rest = str_drop(*rest, i + 1);
			return true;
		}
	}
	return false;
}

bool
cef_line_split(struct str text, struct cef_line *line, struct fault *fault)
{
	struct str
	    fields[6]; /* vendor, product, version, event ID, name, severity */
	size_t count = 0;

	text = skip_frame(text);
	if (!text.ptr)
		return fault_set(fault, "no CEF record");
	while (count < 6 && next_field(&text, &fields[count]))
		count++;
	if (count < 6)
		return fault_set(fault,
		    "a CEF header that ends after %zu of its 7 fields",
		    count + 1);
	*line = (struct cef_line){
	    .vendor = fields[0],
	    .product = fields[1],
	    .event = fields[3],
	    .extension = text,
	};
	return true;
}

/* `{"`, as a JSON record begins. */
static bool
has_object(struct str text)
{
	size_t at;

	while ((at = str_find_char(text, '{')) != SIZE_MAX) {
		text = str_drop(text, at + 1);
		while (text.len && ascii_is_space((unsigned char)text.ptr[0]))
			text = str_drop(text, 1);
		if (text.len && text.ptr[0] == '"')
			return true;
	}
	return false;
}

bool
cef_line_leads(struct str text, struct cef_line *line)
{
	struct fault fault;

	return cef_line_split(text, line, &fault) &&
	    !has_object(str_take(text, (size_t)(line->vendor.ptr - text.ptr)));
}

bool
cef_line_is_tracking(const struct cef_line *line)
{
	return str_eq_fold(str_trim(line->vendor), STR("Trend Micro")) &&
	    str_eq(str_trim(line->event), STR("400101"));
}

static bool
find_mapped(
    const struct intake_rules *rules, struct str name, struct cef_key *key)
{
	for (size_t i = 0; i < rules->map_count; i++)
		if (str_eq(rules->maps[i].key, name)) {
			*key =
			    (struct cef_key){.name = name, .field = FIELD_NONE};
			return true;
		}
	return false;
}

/* Asked for each `=` of each record that is decoded: most names are refused by
 * length, first and third letter, which tell all keys apart. */
static const struct cef_key *
find_key(struct str name)
{
	size_t third = name.len > 2 ? 2 : 0;

	for (size_t i = 0; name.len && i < CEF_KEYS; i++)
		if (keys[i].name.len == name.len &&
		    keys[i].name.ptr[0] == name.ptr[0] &&
		    keys[i].name.ptr[third] == name.ptr[third] &&
		    !memcmp(keys[i].name.ptr, name.ptr, name.len))
			return &keys[i];
	return NULL;
}

static bool
guess_holds(const struct cef_guess *guess, const char *equals, size_t before)
{
	struct str name = guess->key->name;
	uint64_t tail;

	if (before <= name.len)
		return false;
	/* A header of more than 8 bytes stands before every value. */
	memcpy(&tail, equals - sizeof(tail), sizeof(tail));
	if ((tail ^ guess->tail) & guess->mask)
		return false;
	return name.len < sizeof(tail) ||
	    (equals[-1 - (ptrdiff_t)name.len] == ' ' &&
		!memcmp(equals - name.len, name.ptr, name.len));
}

static void
guess_learn(struct cef_guess *guess, const struct cef_key *key)
{
	char tail[sizeof(guess->tail)] = {0};
	char mask[sizeof(guess->tail)] = {0};
	size_t len = key->name.len < sizeof(tail) ? key->name.len + 1 : 0;

	guess->key = key;
	if (len) {
		tail[sizeof(tail) - len] = ' ';
		memcpy(tail + sizeof(tail) - len + 1, key->name.ptr, len - 1);
		memset(mask + sizeof(mask) - len, 0xff, len);
	}
	memcpy(&guess->tail, tail, sizeof(tail));
	memcpy(&guess->mask, mask, sizeof(mask));
}

static void
take_key(struct cef_cursor *cursor, const struct cef_key *key)
{
	cursor->key = *key;
	cursor->guess = &cursor->habit->behind[key - keys];
}

/* The first known key of TEXT: its value begins at *VALUE. A key stands behind
 * a space or, where TEXT is a whole extension and no value, at its BEGIN. */
static bool
find_pair(struct cef_cursor *cursor, struct str text, bool begin, size_t *value)
{
	const struct intake_rules *rules = cursor->rules;
	struct cef_guess *guess = cursor->guess;
	const char *end = text.ptr + text.len;
	const char *at = text.ptr;
	const char *equals;

	while (at < end && (equals = memchr(at, '=', (size_t)(end - at)))) {
		const char *name = equals;
		const struct cef_key *key = guess ? guess->key : NULL;
		struct str word;

		*value = (size_t)(equals + 1 - text.ptr);
		if (key && guess_holds(guess, equals, *value - 1)) {
			take_key(cursor, key);
			return true;
		}
		while (name > at && name[-1] != ' ')
			name--;
		at = equals + 1;
		if (name == text.ptr ? !begin : name[-1] != ' ')
			continue;
		word = (struct str){name, (size_t)(equals - name)};
		key = find_key(word);
		if (key) {
			if (guess)
				guess_learn(guess, key);
			take_key(cursor, key);
			return true;
		}
		if (rules->map_count &&
		    find_mapped(rules, word, &cursor->key)) {
			cursor->guess = NULL;
			return true;
		}
	}
	return false;
}

void
cef_line_open(struct cef_cursor *cursor, const struct intake_rules *rules,
    struct cef_habit *habit, struct str extension)
{
	size_t at;

	*cursor = (struct cef_cursor){.rules = rules, .habit = habit};
	if (find_pair(cursor, extension, true, &at))
		cursor->rest = str_drop(extension, at);
}

bool
cef_line_next(struct cef_cursor *cursor, struct cef_key *key, struct str *value)
{
	struct str text = cursor->rest;
	size_t len = text.len;
	size_t at;

	if (cursor->key.name.len == 0)
		return false;
	*key = cursor->key;
	if (find_pair(cursor, text, false, &at)) {
		cursor->rest = str_drop(text, at);
		/* A space stands before the key. */
		len = at - 2 - cursor->key.name.len;
	} else {
		cursor->key.name.len = 0;
	}
	while (len && text.ptr[len - 1] == ' ')
		len--;
	*value = str_take(text, len);
	return true;
}

/* The character that `\C` stands for, or 0. */
static char
escaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case '=':
	case '\\':
	case '|':
		return c;
	default:
		return 0;
	}
}

struct str
cef_line_unescape(struct str value, struct arena *arena)
{
	char *out;
	size_t len = 0;

	if (str_find_char(value, '\\') == SIZE_MAX)
		return value;
	out = arena_alloc(arena, value.len);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		if (c == '\\' && i + 1 < value.len && escaped(value.ptr[i + 1]))
			c = escaped(value.ptr[++i]);
		out[len++] = c;
	}
	return (struct str){out, len};
}

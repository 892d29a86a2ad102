/* SPDX-License-Identifier: MIT */
/* Lists written as one text. */
#include "mtrack/text_list.h"

/* The first separator outside double quotes (RFC 5322 quoted-string: a
 * backslash takes the next character out of the syntax), or the end. */
static size_t
find_address_end(struct str text)
{
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && quoted)
			i++;
		else if (!quoted && (c == ',' || c == ';'))
			return i;
	}
	return text.len;
}

static size_t
find_url_end(struct str text)
{
	size_t i = 0;

	while (i < text.len && text.ptr[i] != ',' &&
	    !ascii_is_space((unsigned char)text.ptr[i]))
		i++;
	return i;
}

static struct strlist
split(struct str text, size_t (*find_end)(struct str text), struct arena *arena)
{
	struct str *items = NULL;
	size_t capacity = 0;
	size_t count = 0;

	while (text.len) {
		size_t end = find_end(text);

		items =
		    arena_grow(arena, items, count, &capacity, sizeof(*items));
		items[count++] = str_trim(str_take(text, end));
		text = str_drop(text, end + 1);
	}
	return (struct strlist){items, count};
}

struct strlist
text_list_addresses(struct str text, struct arena *arena)
{
	return split(text, find_address_end, arena);
}

struct strlist
text_list_urls(struct str text, struct arena *arena)
{
	return split(text, find_url_end, arena);
}

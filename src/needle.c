/* SPDX-License-Identifier: MIT */
/* What a query asks of a side index. */
#include "mtrack/needle.h"

#include "mtrack/criteria_term.h"

/* A needle being made; serves is cleared by a value that no key stands for. */
struct making {
	struct arena *arena;
	struct needle needle;
	size_t capacity;
	bool serves;
};

static void
put(struct making *making, enum token_kind kind, struct str text)
{
	struct needle *needle = &making->needle;

	if (needle->count == NEEDLE_TOKENS) {
		making->serves = false;
		return;
	}
	needle->tokens = arena_grow(making->arena, needle->tokens,
	    needle->count, &making->capacity, sizeof(*needle->tokens));
	needle->tokens[needle->count++] = (struct needle_token){kind, text};
}

/* TEXT of header KIND, or of the envelope's that stands for it too. */
static void
put_pair(struct making *making, enum token_kind kind, unsigned domain,
    struct str text)
{
	put(making, kind + domain, text);
	if (kind == TOKEN_HEADER_FROM)
		put(making, TOKEN_SENDER + domain, text);
	if (kind == TOKEN_HEADER_TO)
		put(making, TOKEN_RECIPIENT + domain, text);
}

static bool
holds_star(struct str text)
{
	return str_find_char(text, '*') != SIZE_MAX;
}

static void
put_pattern(struct making *making, enum token_kind kind,
    const struct address_pattern *pattern)
{
	if (pattern->null)
		put_pair(making, kind, 0, STR(""));
	else if (pattern->everything || holds_star(pattern->domain))
		making->serves = false;
	else if (holds_star(pattern->local))
		put_pair(making, kind, 1, pattern->domain);
	else
		put_pair(making, kind, 0,
		    arena_printf(making->arena, "%.*s@%.*s",
			STR_ARG(pattern->local), STR_ARG(pattern->domain)));
}

static void
put_patterns(
    struct making *making, enum token_kind kind, const struct term *term)
{
	for (size_t i = 0; i < term->count; i++)
		put_pattern(making, kind, &term->items.patterns[i]);
}

static void
put_texts(struct making *making, enum token_kind kind, const struct term *term)
{
	for (size_t i = 0; i < term->count; i++)
		put(making, kind, term->items.texts[i]);
}

static void
put_networks(struct making *making, const struct term *term)
{
	for (size_t i = 0; i < term->count; i++) {
		const struct ip_prefix *prefix = &term->items.prefixes[i];
		unsigned char text[TOKEN_NETWORK];

		if (!token_network(&prefix->ip, prefix->bits, text)) {
			making->serves = false;
			return;
		}
		put(making, TOKEN_SENDER_IP,
		    arena_keep(making->arena,
			(struct str){(const char *)text, sizeof(text)}));
	}
}

static void
put_term(struct making *making, const struct term *term)
{
	switch (term->row->field) {
	case FIELD_SENDER:
		put_patterns(making, TOKEN_SENDER, term);
		break;
	case FIELD_RECIPIENT:
		put_patterns(making, TOKEN_RECIPIENT, term);
		break;
	case FIELD_HEADER_FROM:
		put_patterns(making, TOKEN_HEADER_FROM, term);
		break;
	case FIELD_HEADER_TO:
		put_patterns(making, TOKEN_HEADER_TO, term);
		break;
	case FIELD_MESSAGE_ID:
		put_texts(making, TOKEN_MESSAGE_ID, term);
		break;
	case FIELD_MAIL_ID:
		put_texts(making, TOKEN_MAIL_ID, term);
		break;
	case FIELD_SENDER_IP:
		put_networks(making, term);
		break;
	case FIELD_ATTACHMENTS:
		if (term->row->attachment &&
		    term->row->part == TERM_PART_SHA256)
			put_texts(making, TOKEN_SHA256, term);
		break;
	default:
		break;
	}
}

void
needles_make(struct arena *arena, const struct criteria *criteria,
    struct needles *needles)
{
	const struct term *term;
	enum criterion which;
	size_t count = 0;

	while (criteria_term(criteria, count, &which))
		count++;
	*needles =
	    (struct needles){.items = ARENA_ARRAY(arena, struct needle, count),
		.unserved = ARENA_ARRAY(arena, const char *, count)};
	for (size_t i = 0; (term = criteria_term(criteria, i, &which)); i++) {
		bool alone =
		    !term->negated && !criteria_is_state(criteria, term);
		struct making making = {.arena = arena, .serves = alone};

		making.needle.name = term->row->name;
		if (alone)
			put_term(&making, term);
		if (making.serves && making.needle.count > 0)
			needles->items[needles->count++] = making.needle;
		else
			needles->unserved[needles->unserved_count++] =
			    term->row->name;
	}
}

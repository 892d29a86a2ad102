/* SPDX-License-Identifier: MIT */
/* Literals of terms. */
#include "mtrack/criteria_literal.h"

#define LITERAL_MIN 3

/* The form of an IPv4 address inside IPv6 that holds no dotted address
 * (`::ffff:102:304`) always holds this. */
static const struct str mapped = {":ffff:", 6};

/* The longest run of bytes that stand in every format as they are: no quote
 * (CSV doubles it), no backslash, no control character, ASCII only. */
static struct str
plain_run(struct str text)
{
	struct str best = STR_NONE;
	size_t start = 0;

	for (size_t i = 0; i <= text.len; i++) {
		unsigned char c =
		    i < text.len ? (unsigned char)text.ptr[i] : '"';

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			continue;
		if (i - start > best.len)
			best = (struct str){text.ptr + start, i - start};
		start = i + 1;
	}
	return best;
}

void
term_literal_address(struct arena *arena, const struct term *term, size_t i,
    struct str *literal, bool *fold)
{
	(void)fold;
	*literal = address_literal(arena, &term->items.patterns[i]);
}

void
term_literal_rule(struct arena *arena, const struct term *term, size_t i,
    struct str *literal, bool *fold)
{
	bool any_case = true;

	*literal = subject_literal(arena, term->items.rules[i], &any_case);
	if (!any_case)
		*fold = false;
}

void
term_literal_text(struct arena *arena, const struct term *term, size_t i,
    struct str *literal, bool *fold)
{
	(void)arena;
	*literal = term->items.texts[i];
	*fold = false;
}

void
term_literal_folded(struct arena *arena, const struct term *term, size_t i,
    struct str *literal, bool *fold)
{
	(void)arena;
	(void)fold;
	*literal = term->items.texts[i];
}

void
term_literal_ip(struct arena *arena, const struct term *term, size_t i,
    struct str *literal, bool *fold)
{
	const struct ip_prefix *prefix = &term->items.prefixes[i];
	const unsigned char *byte = prefix->ip.bytes + 12;

	(void)fold;
	*literal = STR_NONE;
	if (!prefix->ip.v6 && prefix->bits == 32)
		*literal = arena_printf(
		    arena, "%u.%u.%u.%u", byte[0], byte[1], byte[2], byte[3]);
}

bool
term_literals(
    struct arena *arena, const struct term *term, struct literal_group *group)
{
	bool ip = term->row->literal == term_literal_ip;

	*group = (struct literal_group){.fold = true};
	if (!term->row->literal || term->count == 0 ||
	    term->count + ip > LITERALS_MAX)
		return false;
	for (size_t i = 0; i < term->count; i++) {
		struct str literal;

		term->row->literal(arena, term, i, &literal, &group->fold);
		literal = plain_run(literal);
		if (literal.len < LITERAL_MIN)
			return false;
		group->literals[group->count++] = literal;
	}
	if (ip)
		group->literals[group->count++] = mapped;
	return true;
}

size_t
term_literals_shortest(const struct literal_group *group)
{
	size_t shortest = SIZE_MAX;

	for (size_t i = 0; i < group->count; i++)
		if (group->literals[i].len < shortest)
			shortest = group->literals[i].len;
	return shortest;
}

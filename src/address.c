/* SPDX-License-Identifier: MIT */
/* The console's address patterns (SPEC 3.2), compiled. */
#include "mtrack/address.h"

#include "mtrack/arena.h"
#include "mtrack/pattern.h"
#include "mtrack/unicode.h"

/* What a value can do wrong, in the order in which it is looked for. */
enum wrong {
	WRONG_NOTHING,
	WRONG_SPACE,
	WRONG_NO_AT,
	WRONG_NO_LOCAL,
	WRONG_NO_DOMAIN,
	WRONG_LOCAL_STAR,
	WRONG_DOMAIN_STAR,
};

/* clang-format off */
static const struct {
	const char *what;
	const char *rule;
	const char *example;
} wrongs[] = {
	[WRONG_SPACE] = { "white space in an address",
	    "an address pattern is local@domain, without white space",
	    "test*@example.com" },
	[WRONG_NO_AT] = { "no `@`",
	    "an address pattern is local@domain, where `*` stands for any characters",
	    "*@example.com" },
	[WRONG_NO_LOCAL] = { "nothing before the `@`",
	    "the local part is `*` or does not start with `*`, and is never empty",
	    "*@example.com" },
	[WRONG_NO_DOMAIN] = { "nothing behind the `@`",
	    "the domain is `*` or does not end with `*`, and is never empty",
	    "example@*" },
	[WRONG_LOCAL_STAR] = { "the local part begins with `*`",
	    "the local part is `*` or does not start with `*`",
	    "test*@example.com" },
	[WRONG_DOMAIN_STAR] = { "the domain ends with `*`",
	    "the domain is `*` or does not end with `*`",
	    "example@*.test.com" },
};
/* clang-format on */

/* The first white space of S, of Unicode's too, or SIZE_MAX. */
static size_t
find_space(struct str s)
{
	size_t len;

	for (size_t at = 0; at < s.len; at += len)
		if (unicode_is_space(unicode_decode(str_drop(s, at), &len)))
			return at;
	return SIZE_MAX;
}

static bool
is_star(struct str s)
{
	return s.len == 1 && s.ptr[0] == '*';
}

/* The local part and the domain: apart at the last `@`, for a local part in
 * quotes may hold one (RFC 5321, 4.1.2). False when there is none. */
static bool
split(struct str s, struct str *local, struct str *domain)
{
	size_t at = str_rfind_char(s, '@');

	if (at == SIZE_MAX)
		return false;
	*local = str_take(s, at);
	*domain = str_drop(s, at + 1);
	return true;
}

/* What is wrong with VALUE, and at which byte. */
static enum wrong
check(struct str value, size_t *caret)
{
	struct str local, domain;

	*caret = find_space(value);
	if (*caret != SIZE_MAX)
		return WRONG_SPACE;
	*caret = 0;
	if (!split(value, &local, &domain)) {
		/* A host wants its local part, a bare name its domain. */
		if (str_find_char(value, '.') == SIZE_MAX)
			*caret = value.len;
		return WRONG_NO_AT;
	}
	if (local.len == 0)
		return WRONG_NO_LOCAL;
	if (domain.len == 0) {
		*caret = value.len;
		return WRONG_NO_DOMAIN;
	}
	if (local.ptr[0] == '*' && !is_star(local))
		return WRONG_LOCAL_STAR;
	if (domain.ptr[domain.len - 1] == '*' && !is_star(domain)) {
		*caret = value.len - 1;
		return WRONG_DOMAIN_STAR;
	}
	return WRONG_NOTHING;
}

/* What VALUE was probably meant to be; empty when that is anyone's guess. */
static struct str
meant(struct arena *arena, enum wrong wrong, struct str value)
{
	struct str rest = value;

	switch (wrong) {
	case WRONG_NO_AT:
		if (str_find_char(value, '.') == SIZE_MAX)
			return arena_printf(arena, "%.*s@*", STR_ARG(value));
		return arena_printf(arena, "*@%.*s", STR_ARG(value));
	case WRONG_NO_LOCAL:
		return arena_printf(arena, "*%.*s", STR_ARG(value));
	case WRONG_NO_DOMAIN:
		return arena_printf(arena, "%.*s*", STR_ARG(value));
	case WRONG_LOCAL_STAR:
		while (rest.len && rest.ptr[0] == '*')
			rest = str_drop(rest, 1);
		if (rest.len == 0 || rest.ptr[0] != '@')
			return STR_NONE;
		return arena_printf(arena, "*%.*s", STR_ARG(rest));
	default:
		return STR_NONE;
	}
}

/* An example drawn from the value itself teaches most, if it is a good one
 * that fits on a line. */
static const char *
example(struct arena *arena, enum wrong wrong, struct str value)
{
	struct str better = STR_NONE;
	size_t caret;

	if (value.len <= 60)
		better = meant(arena, wrong, value);
	if (better.len && check(better, &caret) == WRONG_NOTHING)
		return better.ptr;
	return wrongs[wrong].example;
}

static struct str
lower(struct arena *arena, struct str s)
{
	char *to = arena_alloc(arena, s.len);

	ascii_lower_copy(to, s.ptr, s.len);
	return (struct str){to, s.len};
}

bool
address_compile(struct arena *arena, struct str value,
    struct address_pattern *pattern, struct fault *fault)
{
	struct str bare = value;
	size_t shift = 0;
	size_t caret;
	enum wrong wrong;

	*pattern = (struct address_pattern){.everything = true};
	if (str_trim(value).len == 0)
		return true;
	if (value.len >= 2 && value.ptr[0] == '<' &&
	    value.ptr[value.len - 1] == '>') {
		bare = str_take(str_drop(value, 1), value.len - 2);
		shift = 1;
	}
	pattern->everything = false;
	pattern->null = bare.len == 0;
	if (pattern->null)
		return true;
	wrong = check(bare, &caret);
	if (wrong != WRONG_NOTHING)
		return fault_value(fault, caret + shift, wrongs[wrong].rule,
		    example(arena, wrong, bare), "%s", wrongs[wrong].what);
	split(lower(arena, bare), &pattern->local, &pattern->domain);
	pattern->everything =
	    is_star(pattern->local) && is_star(pattern->domain);
	return true;
}

/* A `*` never covers an `@`, so each `@` of the pattern stands for one of the
 * local part's own; a lone `*` covers all there is (SPEC 10). */
static bool
local_match(struct str glob, struct str local)
{
	struct str glob_part, local_part;
	bool more;

	if (is_star(glob))
		return true;
	if (!local.ptr)
		local = STR("");
	while (str_split(&glob, '@', &glob_part)) {
		more = str_split(&local, '@', &local_part);
		if (!more || !pattern_match(glob_part, local_part, true))
			return false;
	}
	return !local.ptr;
}

bool
address_match(const struct address_pattern *pattern, struct str address)
{
	struct str local, domain;

	if (pattern->everything)
		return true;
	if (pattern->null || address.len == 0)
		return pattern->null && address.len == 0;
	/* The domain first: it is what tells most addresses apart. */
	return split(address, &local, &domain) &&
	    pattern_match(pattern->domain, domain, true) &&
	    local_match(pattern->local, local);
}

struct str
address_literal(struct arena *arena, const struct address_pattern *pattern)
{
	size_t at = pattern->local.len;
	size_t len = at + 1 + pattern->domain.len;
	struct str rest, run;
	struct str best = STR_NONE;
	char *whole;

	if (pattern->everything || pattern->null)
		return STR_NONE;
	whole = arena_alloc(arena, len);
	memcpy(whole, pattern->local.ptr, at);
	whole[at] = '@';
	memcpy(whole + at + 1, pattern->domain.ptr, pattern->domain.len);
	rest = (struct str){whole, len};
	while (str_split(&rest, '*', &run))
		if (run.len > best.len)
			best = run;
	return best;
}

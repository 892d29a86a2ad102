/* SPDX-License-Identifier: MIT */
/* The console's address patterns (SPEC 3.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/address.h"
#include "mtrack/arena.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
takes_the_good_patterns(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		const char *local;
		const char *domain;
	} rows[] = {
		/* SPEC 3.2, in its order */
		{ "a@b.c", "a", "b.c" },
		{ "*@example.com", "*", "example.com" },
		{ "test*@example.com", "test*", "example.com" },
		{ "example@*", "example", "*" },
		{ "example@*.test.com", "example", "*.test.com" },
		{ "te*t@ex*le.com", "te*t", "ex*le.com" },
		/* and beyond */
		{ "A.B@Example.COM", "a.b", "example.com" },
		{ "a**b@c.d", "a**b", "c.d" },
		{ "test**@*x", "test**", "*x" },
		{ "\"a@b\"@c.d", "\"a@b\"", "c.d" },
		{ "a@b@c", "a@b", "c" },
		{ "<a@b.c>", "a", "b.c" },
		{ "user+tag=x@b", "user+tag=x", "b" },
		{ "j\xc3\xb6rg@b", "j\xc3\xb6rg", "b" },
		{ "\xff@\xfe", "\xff", "\xfe" },
	};
	/* clang-format on */
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct address_pattern pattern;
		struct fault fault;

		if (!address_compile(
			&arena, str_from(rows[i].value), &pattern, &fault))
			fail_msg("'%s': %s", rows[i].value, fault.what);
		if (pattern.everything || pattern.null ||
		    !str_eq(pattern.local, str_from(rows[i].local)) ||
		    !str_eq(pattern.domain, str_from(rows[i].domain)))
			fail_msg("'%s': '%.*s' at '%.*s'", rows[i].value,
			    STR_ARG(pattern.local), STR_ARG(pattern.domain));
	}
	arena_destroy(&arena);
}

/* What a fault offers instead must itself be a good value. */
static void
check_example(struct arena *arena, const char *value, const char *example)
{
	struct address_pattern pattern;
	struct fault fault;

	if (!address_compile(arena, str_from(example), &pattern, &fault))
		fail_msg("'%s': example '%s': %s", value, example, fault.what);
}

static void
refuses_the_bad_patterns_and_points_at_the_place(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		size_t caret;
		const char *what;
		const char *example;
	} rows[] = {
		/* SPEC 3.2, in its order */
		{ "*x@example.com", 0, "the local part begins with `*`", "test*@example.com" },
		{ "**@b.c", 0, "the local part begins with `*`", "*@b.c" },
		{ "a@example.*", 10, "the domain ends with `*`", "example@*.test.com" },
		{ "a@b*", 3, "the domain ends with `*`", "example@*.test.com" },
		{ "example.com", 0, "no `@`", "*@example.com" },
		{ "a@", 2, "nothing behind the `@`", "a@*" },
		{ "@b.c", 0, "nothing before the `@`", "*@b.c" },
		/* and beyond */
		{ "john", 4, "no `@`", "john@*" },
		{ "*", 1, "no `@`", "*@*" },
		{ "*x", 2, "no `@`", "*@example.com" },
		{ "@", 0, "nothing before the `@`", "*@example.com" },
		{ "@*", 0, "nothing before the `@`", "*@*" },
		{ "@b*", 0, "nothing before the `@`", "*@example.com" },
		{ "a@b@", 4, "nothing behind the `@`", "a@b@*" },
		{ "*@**", 3, "the domain ends with `*`", "example@*.test.com" },
		{ "**", 2, "no `@`", "*@example.com" },
		{ "*\"a@b\"@c.d", 0, "the local part begins with `*`", "test*@example.com" },
		{ "a b@c.d", 1, "white space in an address", "test*@example.com" },
		{ "a@b.c\td", 5, "white space in an address", "test*@example.com" },
		{ "Anna <a@b.c>", 4, "white space in an address", "test*@example.com" },
		{ "a\xc2\xa0@b.c", 1, "white space in an address", "test*@example.com" },
		{ "a@b\xe3\x80\x80", 3, "white space in an address", "test*@example.com" },
		{ "<*x@b.c>", 1, "the local part begins with `*`", "test*@example.com" },
		{ "<a@>", 3, "nothing behind the `@`", "a@*" },
	};
	/* clang-format on */
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct address_pattern pattern;
		struct fault fault;

		if (address_compile(
			&arena, str_from(rows[i].value), &pattern, &fault))
			fail_msg("'%s' was taken", rows[i].value);
		if (fault.caret != rows[i].caret)
			fail_msg("'%s': caret %zu", rows[i].value, fault.caret);
		assert_string_equal(fault.what, rows[i].what);
		assert_string_equal(fault.example, rows[i].example);
		assert_non_null(fault.rule);
		check_example(&arena, rows[i].value, fault.example);
	}
	arena_destroy(&arena);
}

static bool
matches(const char *value, struct str address)
{
	struct address_pattern pattern;
	struct fault fault;
	struct arena arena;
	bool found;

	arena_init(&arena);
	if (!address_compile(&arena, str_from(value), &pattern, &fault))
		fail_msg("'%s': %s", value, fault.what);
	found = address_match(&pattern, address);
	arena_destroy(&arena);
	return found;
}

static void
matches_as_the_console_does(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		const char *address;
		bool matches;
	} rows[] = {
		{ "a@b.c", "a@b.c", true },
		{ "a@b.c", "A@B.C", true },
		{ "a@b.c", "a@b.cc", false },
		{ "a@b.c", "aa@b.c", false },
		{ "*@example.com", "anyone@EXAMPLE.com", true },
		{ "*@example.com", "anyone@mail.example.com", false },
		{ "*@example.com", "example.com", false },
		{ "*@example.com", "\"odd@local\"@example.com", true },
		{ "*@example.com", "@example.com", true },
		{ "test*@example.com", "test@example.com", true },
		{ "test*@example.com", "test123@example.com", true },
		{ "test*@example.com", "atest@example.com", false },
		{ "test*@example.com", "test@x@example.com", false },
		{ "test@*@example.com", "test@x@example.com", true },
		{ "test@*@example.com", "test@x@y@example.com", false },
		{ "test@*@example.com", "test@example.com", false },
		{ "example@*", "example@", true },
		{ "example@*", "example@x.y", true },
		{ "example@*", "example", false },
		{ "example@*.test.com", "example@a.test.com", true },
		{ "example@*.test.com", "example@.test.com", true },
		{ "example@*.test.com", "example@test.com", false },
		{ "te*t@ex*le.com", "tet@exle.com", true },
		{ "te*t@ex*le.com", "test@example.com", true },
		{ "te*t@ex*le.com", "test@example.org", false },
		{ "<a@b.c>", "a@b.c", true },
		/* everything, the null sender included */
		{ "", "", true },
		{ "  ", "a@b", true },
		{ "*@*", "", true },
		{ "*@*", "a@b", true },
		{ "*@*", "no address at all", true },
		{ "<*@*>", "", true },
		/* the null sender, and nothing else */
		{ "<>", "", true },
		{ "<>", "a@b", false },
		{ "*@example.com", "", false },
		{ "example@*", "", false },
		/* only ASCII's case is ignored */
		{ "j\xc3\xb6rg@b", "J\xc3\xb6RG@B", true },
		{ "j\xc3\xb6rg@b", "j\xc3\x96rg@b", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (matches(rows[i].value, str_from(rows[i].address)) !=
		    rows[i].matches)
			fail_msg(
			    "'%s' on '%s'", rows[i].value, rows[i].address);
	assert_true(matches("<>", STR_NONE));
	assert_true(matches("*@*", STR_NONE));
	assert_false(matches("a@b", STR_NONE));
	assert_true(matches("*@b", (struct str){"\0x@b", 4}));
}

static void
offers_the_longest_literal(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		const char *literal;
	} rows[] = {
		{ "a@b.c", "a@b.c" },
		{ "*@Example.com", "@example.com" },
		{ "te*t@ex*le.com", "le.com" },
		{ "example@*", "example@" },
		{ "a*bcd@e*f.g", "bcd@e" },
		{ "*@*", "" },
		{ "<>", "" },
		{ "", "" },
	};
	/* clang-format on */
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct address_pattern pattern;
		struct fault fault;
		struct str literal;

		assert_true(address_compile(
		    &arena, str_from(rows[i].value), &pattern, &fault));
		literal = address_literal(&arena, &pattern);
		if (!str_eq(literal, str_from(rows[i].literal)))
			fail_msg(
			    "'%s': '%.*s'", rows[i].value, STR_ARG(literal));
	}
	arena_destroy(&arena);
}

/* The rules again, as SPEC 3.2 words them, on every text of a few letters. */
static bool
is_good(struct str s)
{
	size_t at = str_rfind_char(s, '@');
	size_t end = s.len - 1;

	if (s.len == 0)
		return true;
	if (str_find_char(s, ' ') != SIZE_MAX)
		return str_trim(s).len == 0;
	if (at == SIZE_MAX || at == 0 || at == end)
		return false;
	return (s.ptr[0] != '*' || at == 1) &&
	    (s.ptr[end] != '*' || end == at + 1);
}

static void
judges_every_short_text_by_the_rules(void **state)
{
	static const char letters[] = "a@*. ";
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (unsigned n = 0; n < 5 * 5 * 5 * 5 * 5 * 5; n++) {
		char text[7] = {0};
		struct address_pattern pattern;
		struct fault fault = {.caret = 0};
		struct str s = {text, 0};
		bool good;

		for (unsigned rest = n; rest; rest /= 5)
			text[s.len++] = letters[rest % 5];
		good = address_compile(&arena, s, &pattern, &fault);
		if (good != is_good(s))
			fail_msg("'%.*s'", STR_ARG(s));
		if (!good && fault.caret > s.len)
			fail_msg("'%.*s': caret", STR_ARG(s));
		if (!good)
			check_example(&arena, text, fault.example);
		if (n % 512 == 0)
			arena_reset(&arena);
	}
	arena_destroy(&arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_good_patterns),
	    cmocka_unit_test(refuses_the_bad_patterns_and_points_at_the_place),
	    cmocka_unit_test(matches_as_the_console_does),
	    cmocka_unit_test(offers_the_longest_literal),
	    cmocka_unit_test(judges_every_short_text_by_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

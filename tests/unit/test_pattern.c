/* SPDX-License-Identifier: MIT */
/* Wildcards on bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/buffer.h"
#include "mtrack/pattern.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
matches_the_whole_text(void **state)
{
	/* clang-format off */
	static const struct {
		const char *glob;
		const char *text;
		bool fold;
		bool matches;
	} rows[] = {
		{ "", "", false, true },
		{ "", "a", false, false },
		{ "a", "", false, false },
		{ "*", "", false, true },
		{ "*", "anything", false, true },
		{ "**", "", false, true },
		{ "abc", "abc", false, true },
		{ "abc", "abcd", false, false },
		{ "abc", "xabc", false, false },
		{ "abc", "ABC", true, true },
		{ "abc", "ABC", false, false },
		{ "te*t", "tet", false, true },
		{ "te*t", "test", false, true },
		{ "te*t", "testt", false, true },
		{ "te*t", "testx", false, false },
		{ "te*t", "t", false, false },
		{ "a*b*c", "aXbXbXc", false, true },
		{ "a*b*c", "acb", false, false },
		{ "*.test.com", "mail.TEST.com", true, true },
		{ "*.test.com", "test.com", true, false },
		{ "[@`{", "{`@[", true, false },
		{ "\xe4", "\xc4", true, false }, /* ASCII's case only */
		{ "a*", "*", false, false },
		{ "a*a", "a", false, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (pattern_match(str_from(rows[i].glob),
			str_from(rows[i].text),
			rows[i].fold) != rows[i].matches)
			fail_msg("'%s' on '%s'", rows[i].glob, rows[i].text);
}

static bool
naive(struct str glob, struct str text)
{
	if (glob.len == 0)
		return text.len == 0;
	if (glob.ptr[0] == '*')
		return naive(str_drop(glob, 1), text) ||
		    (text.len && naive(glob, str_drop(text, 1)));
	return text.len &&
	    glob.ptr[0] == (char)ascii_lower((unsigned char)text.ptr[0]) &&
	    naive(str_drop(glob, 1), str_drop(text, 1));
}

static void
agrees_with_the_naive_matcher(void **state)
{
	static const char letters[] = "ab*a*bAB";
	uint32_t seed = 3;
	unsigned hits = 0;

	(void)state;
	for (unsigned round = 0; round < 100000; round++) {
		char text[8], glob[8];
		struct str g = {glob, round % 8};
		struct str t = {text, round / 8 % 9};

		for (size_t i = 0; i < 8; i++) {
			seed = seed * 1664525u + 1013904223u;
			glob[i] = letters[(seed >> 16) % 6];
			text[i] = letters[(seed >> 24) % 8];
		}
		hits += naive(g, t);
		if (pattern_match(g, t, true) != naive(g, t))
			fail_msg("'%.*s' on '%.*s'", STR_ARG(g), STR_ARG(t));
	}
	assert_true(hits > 5000);
}

/* With backtracking into every star this would not end this year. */
static void
is_not_slowed_down_by_many_stars(void **state)
{
	struct buffer text = BUFFER_EMPTY;
	struct str glob =
	    STR("a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		buffer_putc(&text, 'a');
	assert_false(pattern_match(glob, buffer_str(&text), true));
	buffer_destroy(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(matches_the_whole_text),
	    cmocka_unit_test(agrees_with_the_naive_matcher),
	    cmocka_unit_test(is_not_slowed_down_by_many_stars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

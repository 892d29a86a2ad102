/* SPDX-License-Identifier: MIT */
/* Text as a terminal may get it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/display.h"
#include "mtrack/unicode.h"
#include "written.h"

static const struct cell_row {
	const char *name;
	struct str text;
	const char *shown;
	size_t width;
} cells[] = {
    /* clang-format off */
    {"ASCII", STR("hello"), "hello", 5},
    {"empty", STR(""), "", 0},
    {"runs of white space", STR("a  b\t\n c"), "a b c", 5},
    {"white space at the edges", STR(" \ta b \r\n"), "a b", 3},
    {"white space only", STR(" \t "), "", 0},
    {"ideographic and no-break space", STR("a\u3000\u00a0b"), "a b", 3},
    {"umlauts", STR("\u00fcber"), "\u00fcber", 4},
    {"wide", STR("\u4f60\u597d!"), "\u4f60\u597d!", 5},
    {"emoji", STR("\U0001f600"), "\U0001f600", 2},
    {"combining", STR("e\u0301x"), "e\u0301x", 2},
    {"terminal escape", STR("a\x1b[31mb"), "a\\x1b[31mb", 10},
    {"bell and backspace", STR("\a\b"), "\\x07\\x08", 8},
    {"NUL", STR("a\0b"), "a\\x00b", 6},
    {"DEL", STR("\x7f"), "\\x7f", 4},
    {"C1", STR("\xc2\x9b" "31m"), "\\u009b31m", 9},
    {"next line", STR("a\xc2\x85" "b"), "a\\u0085b", 8},
    {"line separator", STR("a\u2028b"), "a\\u2028b", 8},
    {"right-to-left override", STR("a\u202egpj.exe"), "a\\u202egpj.exe", 14},
    {"isolate", STR("\u2066x"), "\\u2066x", 7},
    {"invalid byte", STR("a\xff" "b"), "a\\xffb", 6},
    {"overlong", STR("\xc0\xaf"), "\\xc0\\xaf", 8},
    {"cut short", STR("\xe4\xbd"), "\\xe4\\xbd", 8},
    {"surrogate", STR("\xed\xa0\x80"), "\\xed\\xa0\\x80", 12},
    {"backslash", STR("a\\n"), "a\\n", 3},
    /* clang-format on */
};

static void
shows_cells_as_the_table_says(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(cells); i++) {
		size_t width;

		buffer_clear(&text);
		width = display_cell(cells[i].text, &text);
		assert_bytes(
		    cells[i].name, buffer_str(&text), str_from(cells[i].shown));
		if (width != cells[i].width)
			fail_msg("%s: width %zu", cells[i].name, width);
	}
	buffer_destroy(&text);
}

static const struct cut_row {
	const char *cell;
	size_t limit;
	const char *shown;
	size_t width;
} cuts[] = {
    {"hello world", 6, "hello\u2026", 6},
    {"hello", 1, "\u2026", 1},
    {"\u4f60\u597d\u4f60", 5, "\u4f60\u597d\u2026", 5},
    {"\u4f60\u597d\u4f60", 4, "\u4f60\u2026", 3},
    {"\u4f60\u597d\u4f60", 2, "\u2026", 1},
    {"e\u0301e\u0301e\u0301", 2, "e\u0301\u2026", 2},
    {"a\u4f60b", 3, "a\u2026", 2},
};

static void
cuts_between_characters(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(cuts); i++) {
		size_t width;

		buffer_clear(&text);
		width =
		    display_cut(str_from(cuts[i].cell), cuts[i].limit, &text);
		assert_bytes(
		    cuts[i].cell, buffer_str(&text), str_from(cuts[i].shown));
		if (width != cuts[i].width)
			fail_msg("%s: width %zu", cuts[i].cell, width);
	}
	buffer_destroy(&text);
}

/* Whether TEXT is valid UTF-8 without anything hostile, two spaces in a row or
 * a space at its edges; its width. */
static bool
is_safe(struct str text, size_t *width)
{
	char before = ' ';

	*width = 0;
	while (text.len) {
		size_t len;
		uint32_t cp = unicode_decode(text, &len);

		if (cp & UNICODE_INVALID || unicode_is_hostile(cp))
			return false;
		if (cp == ' ' && (before == ' ' || text.len == 1))
			return false;
		before = text.ptr[0];
		*width += unicode_width(cp);
		text = str_drop(text, len);
	}
	return true;
}

static void
is_safe_whatever_the_bytes(void **state)
{
	static const char likely[] = "\xe2\x80\xae \t\xe4\xbd\xa0";
	struct buffer text = BUFFER_EMPTY;
	struct buffer cut = BUFFER_EMPTY;
	uint64_t seed = 11;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		char bytes[30];
		size_t len = chance(&seed, sizeof(bytes));
		size_t width;
		size_t limit;
		size_t real;

		for (size_t i = 0; i < len; i++)
			bytes[i] = chance(&seed, 2)
			    ? (char)chance(&seed, 256)
			    : likely[chance(&seed, sizeof(likely) - 1)];
		buffer_clear(&text);
		width = display_cell((struct str){bytes, len}, &text);
		assert_true(is_safe(buffer_str(&text), &real));
		assert_int_equal(width, real);
		if (width < 2)
			continue;
		limit = 1 + chance(&seed, (uint32_t)width - 1);
		buffer_clear(&cut);
		width = display_cut(buffer_str(&text), limit, &cut);
		assert_true(is_safe(buffer_str(&cut), &real));
		assert_int_equal(width, real);
		assert_in_range(width, limit > 1 ? limit - 1 : 1, limit);
	}
	buffer_destroy(&text);
	buffer_destroy(&cut);
}

static const struct bar_row {
	size_t eighths;
	bool ascii;
	const char *shown;
} bars[] = {
    {0, false, ""},
    {1, false, "\u258f"},
    {7, false, "\u2589"},
    {8, false, "\u2588"},
    {20, false, "\u2588\u2588\u258c"},
    {8, true, "#"},
    {31, true, "###"},
};

static void
draws_bars_in_eighths(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(bars); i++) {
		buffer_clear(&text);
		display_bar(bars[i].eighths, bars[i].ascii, &text);
		assert_bytes(
		    bars[i].shown, buffer_str(&text), str_from(bars[i].shown));
	}
	buffer_destroy(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shows_cells_as_the_table_says),
	    cmocka_unit_test(cuts_between_characters),
	    cmocka_unit_test(is_safe_whatever_the_bytes),
	    cmocka_unit_test(draws_bars_in_eighths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

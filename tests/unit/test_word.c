/* SPDX-License-Identifier: MIT */
/* Where words begin and end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/buffer.h"
#include "mtrack/unicode.h"
#include "mtrack/word.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
knows_the_letters_of_unspaced_scripts(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t cp;
		bool unspaced;
	} rows[] = {
		{ 0x4e00, true }, { 0x9fff, true }, { 0x3400, true }, { 0x20000, true },
		{ 0x2a6d6, true }, { 0x2f800, true }, { 0x31350, true }, { 0xf900, true },
		{ 0x3005, true },                       /* 々 */
		{ 0x3007, false },                      /* 〇 is a number */
		{ 0x3041, true }, { 0x309e, true },     /* Hiragana */
		{ 0x3099, false },                      /* a mark */
		{ 0x30a1, true }, { 0x30fa, true }, { 0x31f0, true },
		{ 0x30fb, false },                      /* the middle dot */
		{ 0x30fc, true }, { 0xff70, true },     /* ー, both widths */
		{ 0xff66, true }, { 0xff9f, true },
		{ 0x1b000, true },
		{ 0xac00, true }, { 0xd7a3, true }, { 0x1100, true }, { 0x3131, true },
		{ 0xffa1, true },
		{ 0x0e01, true }, { 0x0e33, true }, { 0x0e40, true },
		{ 0x0e31, false }, { 0x0e50, false },   /* a mark, a digit */
		{ 0x0e81, true }, { 0x0edc, true }, { 0x0ed0, false },
		{ 0x1780, true }, { 0x17d7, true }, { 0x17e0, false },
		{ 0x1000, true }, { 0xaa60, true }, { 0xa9e0, true }, { 0x1040, false },
		{ 'a', false }, { '_', false }, { 0x00e9, false }, { 0x0430, false },
		{ 0x0627, false }, { 0x0905, false },   /* Arabic, Devanagari */
		{ 0x10a0, false },                      /* Georgian, behind Myanmar */
		{ 0x1200, false },                      /* Ethiopic, behind Jamo */
		{ 0x3105, false },                      /* Bopomofo is not in SPEC 3.3 */
		{ 0xa000, false },                      /* Yi */
		{ 0xff21, false },                      /* fullwidth A is Latin */
		{ 0x1b170, false },                     /* Nushu */
		{ UNICODE_INVALID | 0xe4, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (word_is_unspaced(rows[i].cp) != rows[i].unspaced)
			fail_msg("U+%04X", rows[i].cp);
}

/* `|` marks the place of the cut. */
static void
knows_what_a_cut_goes_through(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		bool cuts;
	} rows[] = {
		{ "|word", false }, { "word|", false }, { "|", false },
		{ "wo|rd", true }, { "a|1", true }, { "1|_", true }, { "_|a", true },
		{ "a| b", false }, { "a |b", false }, { "a|-", false }, { ".|a", false },
		{ "h\xc3\xa9|t", true }, { "\xc3\xa9|\xd0\xb0", true },
		{ "a|\xc2\xb2", false },                 /* superscript 2 is no digit */
		{ "a|\xd9\xa0", true },                  /* Arabic digit */
		/* unspaced scripts */
		{ "\xe6\x97\xa5|\xe6\x9c\xac", false },  /* 日|本 */
		{ "\xe6\x97\xa5|a", false }, { "a|\xe6\x97\xa5", false },
		{ "1|\xe6\x97\xa5", false }, { "_|\xe3\x83\xbc", false },
		/* a mark belongs to its letter */
		{ "e|\xcc\x81", true }, { "e\xcc\x81|t", true }, { "e\xcc\x81|\xcc\x81", true },
		{ "e\xcc\x81| ", false }, { " \xcc\x81|a", false }, { "-|\xcc\x81", false },
		{ "\xcc\x81|a", false }, { "\xcc\x81|\xcc\x81", false },
		{ "\xe0\xb8\x81|\xe0\xb8\xb1", false },  /* Thai letter and mark */
		{ "\xe0\xb8\x81\xe0\xb8\xb1|a", false },
		/* bytes that are no UTF-8 are no letters */
		{ "\xff|a", false }, { "a|\xff", false }, { "\xc3|\xc3", false },
		{ "\xff|\xcc\x81", false }, { "a\xcc|a", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t at = (size_t)(strchr(rows[i].text, '|') - rows[i].text);
		struct buffer s = BUFFER_EMPTY;

		buffer_puts(&s, str_take(str_from(rows[i].text), at));
		buffer_puts(&s, str_drop(str_from(rows[i].text), at + 1));
		if (word_is_cut(buffer_str(&s), at) != rows[i].cuts)
			fail_msg("row %zu: %s", i, rows[i].text);
		buffer_destroy(&s);
	}
}

/* Of a heap of marks only so many are one letter's. */
static void
looks_back_over_thirty_marks_at_most(void **state)
{
	struct buffer s = BUFFER_EMPTY;

	(void)state;
	buffer_putc(&s, 'e');
	for (unsigned i = 0; i < 30; i++)
		buffer_puts(&s, STR("\xcc\x81"));
	buffer_putc(&s, 'x');
	assert_true(word_is_cut(buffer_str(&s), s.len - 1));
	s.len--;
	buffer_puts(&s, STR("\xcc\x81x"));
	assert_false(word_is_cut(buffer_str(&s), s.len - 1));
	buffer_destroy(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_the_letters_of_unspaced_scripts),
	    cmocka_unit_test(knows_what_a_cut_goes_through),
	    cmocka_unit_test(looks_back_over_thirty_marks_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

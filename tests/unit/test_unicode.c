/* SPDX-License-Identifier: MIT */
/* UTF-8, simple case folding, classes and display width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <utf8proc.h>

#include "mtrack/buffer.h"
#include "mtrack/unicode.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define INVALID(c)   (UNICODE_INVALID | (c))

static void
decodes_strict_utf8(void **state)
{
	/* clang-format off */
	static const struct {
		struct str s;
		uint32_t cp;
		size_t len;
	} rows[] = {
		{ STR("A"), 'A', 1 },
		{ {"\0", 1}, 0, 1 },
		{ STR("\x7f"), 0x7f, 1 },
		{ STR("\xc2\x80"), 0x80, 2 },
		{ STR("\xdf\xbf"), 0x7ff, 2 },
		{ STR("\xe0\xa0\x80"), 0x800, 3 },
		{ STR("\xed\x9f\xbf"), 0xd7ff, 3 },
		{ STR("\xee\x80\x80"), 0xe000, 3 },
		{ STR("\xef\xbf\xbf"), 0xffff, 3 },
		{ STR("\xf0\x90\x80\x80"), 0x10000, 4 },
		{ STR("\xf4\x8f\xbf\xbf"), 0x10ffff, 4 },
		/* continuation without a lead, overlong forms */
		{ STR("\x80"), INVALID(0x80), 1 },
		{ STR("\xbf"), INVALID(0xbf), 1 },
		{ STR("\xc0\x80"), INVALID(0xc0), 1 },
		{ STR("\xc1\xbf"), INVALID(0xc1), 1 },
		{ STR("\xe0\x9f\xbf"), INVALID(0xe0), 1 },
		{ STR("\xf0\x8f\xbf\xbf"), INVALID(0xf0), 1 },
		/* surrogates, above U+10FFFF, never in UTF-8 */
		{ STR("\xed\xa0\x80"), INVALID(0xed), 1 },
		{ STR("\xed\xbf\xbf"), INVALID(0xed), 1 },
		{ STR("\xf4\x90\x80\x80"), INVALID(0xf4), 1 },
		{ STR("\xf5\x80\x80\x80"), INVALID(0xf5), 1 },
		{ STR("\xff"), INVALID(0xff), 1 },
		/* cut short, by the end or by another character */
		{ STR("\xc3"), INVALID(0xc3), 1 },
		{ STR("\xe2\x82"), INVALID(0xe2), 1 },
		{ STR("\xf0\x9f\x98"), INVALID(0xf0), 1 },
		{ STR("\xc3(") , INVALID(0xc3), 1 },
		{ STR("\xe2\x82("), INVALID(0xe2), 1 },
		{ STR("\xf0\x9f\x98("), INVALID(0xf0), 1 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len;
		uint32_t cp = unicode_decode(rows[i].s, &len);

		if (cp != rows[i].cp || len != rows[i].len)
			fail_msg("row %zu: %x, %zu bytes", i, cp, len);
	}
}

static void
decodes_what_it_encodes_from_both_sides(void **state)
{
	struct buffer out = BUFFER_EMPTY;
	size_t len, back;

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		buffer_clear(&out);
		buffer_putc(&out, 'x');
		unicode_put(&out, cp);
		if (unicode_decode(str_drop(buffer_str(&out), 1), &len) != cp ||
		    unicode_decode_back(buffer_str(&out), out.len, &back) !=
			cp ||
		    len != out.len - 1 || back != len)
			fail_msg("U+%04X", cp);
	}
	buffer_destroy(&out);
}

/* Walks of random bytes from both ends must stop at the same places. */
static void
segments_hostile_bytes_alike_from_both_sides(void **state)
{
	static const char bytes[] = "a\x80\xbf\xc3\xa9\xe2\x82\xac\xf0\x9f\x98"
				    "\xed\xa0\xf4\xff\xe0";
	char text[24];
	uint32_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		bool starts[sizeof(text) + 1] = {false};
		struct str s = {text, sizeof(text)};
		size_t len;

		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * 1664525u + 1013904223u;
			text[i] = bytes[(seed >> 16) % (sizeof(bytes) - 1)];
		}
		for (size_t at = 0; at < s.len; at += len) {
			starts[at] = true;
			unicode_decode(str_drop(s, at), &len);
		}
		for (size_t end = s.len; end; end -= len) {
			unicode_decode_back(s, end, &len);
			if (!starts[end - len])
				fail_msg("round %u, end %zu", round, end);
		}
		for (size_t at = 0; at < s.len; at++)
			if ((unicode_start(s, at) == at) != starts[at])
				fail_msg("round %u, at %zu", round, at);
	}
}

static void
folds_by_the_simple_rules(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t from;
		uint32_t to;
	} rows[] = {
		{ 'A', 'a' }, { 'Z', 'z' }, { '[', '[' }, { '@', '@' }, { 'a', 'a' },
		{ 0x00c4, 0x00e4 },  /* Ä */
		{ 0x00b5, 0x03bc },  /* micro sign: mu */
		{ 0x00df, 0x00df },  /* ß stays: ss is a full folding */
		{ 0x1e9e, 0x00df },  /* ẞ */
		{ 0x017f, 's' },     /* ſ */
		{ 0x212a, 'k' },     /* Kelvin */
		{ 0x212b, 0x00e5 },  /* Ångström */
		{ 0x2126, 0x03c9 },  /* Ohm */
		{ 0x03a3, 0x03c3 }, { 0x03c2, 0x03c3 }, { 0x03c3, 0x03c3 }, /* Σ ς σ */
		{ 0x03d0, 0x03b2 }, { 0x03d1, 0x03b8 }, { 0x03d5, 0x03c6 }, /* ϐ ϑ ϕ */
		{ 0x03d6, 0x03c0 }, { 0x03f0, 0x03ba }, { 0x03f1, 0x03c1 }, /* ϖ ϰ ϱ */
		{ 0x03f4, 0x03b8 }, { 0x03f5, 0x03b5 },                     /* ϴ ϵ */
		{ 0x0130, 0x0130 },  /* İ: only full and Turkic */
		{ 0x0131, 0x0131 },  /* ı */
		{ 0x01c4, 0x01c6 }, { 0x01c5, 0x01c6 }, /* Ǆ ǅ */
		{ 0x0345, 0x03b9 },  /* ypogegrammeni */
		{ 0x0149, 0x0149 }, { 0x01f0, 0x01f0 }, /* full only */
		{ 0x1e9b, 0x1e61 },  /* ẛ */
		{ 0x1fbe, 0x03b9 },  /* prosgegrammeni */
		{ 0x1f88, 0x1f80 }, { 0x1fbc, 0x1fb3 }, { 0x1ffc, 0x1ff3 }, /* ᾈ ᾼ ῼ */
		{ 0x1fd3, 0x0390 }, { 0x1fe3, 0x03b0 }, { 0xfb05, 0xfb06 },
		{ 0x0410, 0x0430 }, { 0x0401, 0x0451 }, /* А Ё */
		{ 0x13a0, 0x13a0 }, { 0xab70, 0x13a0 }, /* Cherokee: to upper case */
		{ 0x13f8, 0x13f0 },
		{ 0x10a0, 0x2d00 },  /* Georgian asomtavruli */
		{ 0x1c90, 0x10d0 },  /* Georgian mtavruli */
		{ 0xff21, 0xff41 },  /* fullwidth A */
		{ 0x2160, 0x2170 }, { 0x24b6, 0x24d0 }, /* Ⅰ Ⓐ */
		{ 0xa640, 0xa641 },  /* just behind the caseless blocks */
		{ 0x10400, 0x10428 }, { 0x1e900, 0x1e922 }, /* Deseret, Adlam */
		{ 0x65e5, 0x65e5 }, { 0xac00, 0xac00 }, { 0x20000, 0x20000 },
		{ INVALID(0xc3), INVALID(0xc3) },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (unicode_fold(rows[i].from) != rows[i].to)
			fail_msg("U+%04X: U+%04X", rows[i].from,
			    unicode_fold(rows[i].from));
}

/* Against utf8proc's full folding, which is the simple one where it is a
 * single code point; the lower case where it is more. */
static void
folds_every_code_point_as_utf8proc_has_it(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		utf8proc_int32_t full[8];
		int class = 0;
		uint32_t simple =
		    (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);

		if (utf8proc_decompose_char((utf8proc_int32_t)cp, full, 8,
			UTF8PROC_CASEFOLD, &class) == 1)
			simple = (uint32_t)full[0];
		if (cp == 0x130 || cp == 0x1fd3 || cp == 0x1fe3 || cp == 0xfb05)
			continue; /* rows of the table above */
		if (unicode_fold(cp) != simple)
			fail_msg("U+%04X: U+%04X, not U+%04X", cp,
			    unicode_fold(cp), simple);
	}
}

/* Prefilters lean on it: nothing but its own two cases folds to an ASCII
 * character, K (Kelvin) and long s excepted. And 1,454 code points fold in
 * Unicode 14 and 15.0, three more since 15.1; later ones only add. */
static void
folds_once_and_never_to_ascii(void **state)
{
	size_t count = 0;

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		uint32_t folded = unicode_fold(cp);

		count += folded != cp;
		if (unicode_fold(folded) != folded)
			fail_msg("U+%04X folds twice", cp);
		if (cp >= 0x80 && folded < 0x80 && cp != 0x212a && cp != 0x17f)
			fail_msg("U+%04X folds to ASCII", cp);
	}
	assert_true(count >= 1457);
}

static void
folds_strings_and_keeps_invalid_bytes(void **state)
{
	/* clang-format off */
	static const struct {
		struct str from;
		const char *to;
	} rows[] = {
		{ STR(""), "" },
		{ STR("HELLO, World 123 @[`{"), "hello, world 123 @[`{" },
		{ STR("ÄÖÜ Straße STRASSE"), "äöü straße strasse" },
		{ STR("0123456789abcdefÀ0123456789ABCDEF"), "0123456789abcdefà0123456789abcdef" },
		{ STR("ΟΔΟΣ οδος"), "οδοσ οδοσ" },
		{ STR("日本語 ABC"), "日本語 abc" },
		{ STR("\xff" "A\xc3" "B\xe2\x84K"), "\xff" "a\xc3" "b\xe2\x84k" },
		{ STR("\xe2\x84\xaa\xc5\xbf\xe2\x84"), "ks\xe2\x84" },
	};
	/* clang-format on */
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buffer_clear(&out);
		unicode_fold_str(rows[i].from, &out);
		if (!str_eq(buffer_str(&out), str_from(rows[i].to)))
			fail_msg("row %zu: %.*s", i, STR_ARG(out));
	}
	buffer_destroy(&out);
}

enum {
	SPACE = 1,
	MARK = 2,
	WORD = 4,
	HOSTILE = 8,
};

static void
knows_classes_and_widths(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t cp;
		unsigned classes;
		unsigned width;
	} rows[] = {
		{ 'a', WORD, 1 }, { 'Z', WORD, 1 }, { '0', WORD, 1 }, { '_', WORD, 1 },
		{ '-', 0, 1 }, { ' ', SPACE, 1 }, { '~', 0, 1 },
		{ 0x00, HOSTILE, 0 }, { '\n', SPACE | HOSTILE, 0 }, { 0x1b, HOSTILE, 0 },
		{ 0x1f, HOSTILE, 0 }, { 0x7f, HOSTILE, 0 }, { 0x80, HOSTILE, 0 },
		{ 0x85, SPACE | HOSTILE, 0 }, { 0x9f, HOSTILE, 0 },
		{ 0xa0, SPACE, 1 }, { 0xe9, WORD, 1 }, { 0xb2, 0, 1 }, /* superscript 2: No */
		{ 0x301, MARK, 0 }, { 0x20dd, MARK, 0 }, { 0x903, MARK, 1 },
		{ 0x660, WORD, 1 }, { 0x2167, 0, 1 }, /* Arabic digit; Roman number: Nl */
		{ 0x3000, SPACE, 2 }, { 0x3042, WORD, 2 }, { 0xff71, WORD, 1 },
		{ 0x1100, WORD, 2 }, { 0x1161, WORD, 0 }, { 0x11a8, WORD, 0 },
		{ 0x1f600, 0, 2 }, { 0xfe0f, MARK, 0 },
		{ 0x61c, HOSTILE, 0 }, { 0x200b, HOSTILE, 0 },
		{ 0x200c, 0, 0 }, { 0x200d, 0, 0 },
		{ 0x200e, HOSTILE, 0 }, { 0x200f, HOSTILE, 0 },
		{ 0x2028, SPACE | HOSTILE, 0 }, { 0x2029, SPACE | HOSTILE, 0 },
		{ 0x202a, HOSTILE, 0 }, { 0x202e, HOSTILE, 0 }, { 0x202f, SPACE, 1 },
		{ 0x2060, HOSTILE, 0 }, { 0x2066, HOSTILE, 0 }, { 0x2069, HOSTILE, 0 },
		{ 0xfeff, HOSTILE, 0 }, { 0xe0041, HOSTILE, 0 },
		{ INVALID(0x80), HOSTILE, 1 }, { INVALID('a'), HOSTILE, 1 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t cp = rows[i].cp;
		unsigned classes = (unicode_is_space(cp) ? SPACE : 0) |
		    (unicode_is_mark(cp) ? MARK : 0) |
		    (unicode_is_word(cp) ? WORD : 0) |
		    (unicode_is_hostile(cp) ? HOSTILE : 0);

		if (classes != rows[i].classes ||
		    unicode_width(cp) != rows[i].width)
			fail_msg("U+%04X: classes %u, width %u", cp, classes,
			    unicode_width(cp));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decodes_strict_utf8),
	    cmocka_unit_test(decodes_what_it_encodes_from_both_sides),
	    cmocka_unit_test(segments_hostile_bytes_alike_from_both_sides),
	    cmocka_unit_test(folds_by_the_simple_rules),
	    cmocka_unit_test(folds_every_code_point_as_utf8proc_has_it),
	    cmocka_unit_test(folds_once_and_never_to_ascii),
	    cmocka_unit_test(folds_strings_and_keeps_invalid_bytes),
	    cmocka_unit_test(knows_classes_and_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

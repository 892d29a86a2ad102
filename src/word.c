/* SPDX-License-Identifier: MIT */
/* Where words begin and end (SPEC 3.3). */
#include "mtrack/word.h"

#include "mtrack/unicode.h"

/* Marks on one letter; more than Unicode lets a text have that may be cut
 * anywhere (UAX #15, Stream-Safe Text Format), so a subject of nothing but
 * marks costs no more than another. */
#define MARKS_MAX 30

/* clang-format off */
/* The blocks of the scripts written without spaces, by their
 * Script_Extensions; of these only the letters count. */
static const struct {
	uint32_t first;
	uint32_t last;
} unspaced[] = {
	{ 0x0e01,  0x0e46 },  /* Thai */
	{ 0x0e81,  0x0edf },  /* Lao */
	{ 0x1000,  0x108e },  /* Myanmar */
	{ 0x1100,  0x11ff },  /* Hangul Jamo */
	{ 0x1780,  0x17dc },  /* Khmer */
	{ 0x3005,  0x3006 },  /* Han iteration and closing marks */
	{ 0x3031,  0x3035 },  /* kana repeat marks */
	{ 0x303b,  0x303c },  /* vertical iteration mark, masu mark */
	{ 0x3041,  0x309f },  /* Hiragana */
	{ 0x30a1,  0x30ff },  /* Katakana, and U+30FC */
	{ 0x3131,  0x318e },  /* Hangul compatibility Jamo */
	{ 0x31f0,  0x31ff },  /* Katakana phonetic extensions */
	{ 0x3400,  0x4dbf },  /* Han extension A */
	{ 0x4e00,  0x9fff },  /* Han */
	{ 0xa960,  0xa97c },  /* Hangul Jamo extended A */
	{ 0xa9e0,  0xa9fe },  /* Myanmar extended B */
	{ 0xaa60,  0xaa7f },  /* Myanmar extended A */
	{ 0xac00,  0xd7fb },  /* Hangul syllables, Jamo extended B */
	{ 0xf900,  0xfad9 },  /* Han compatibility */
	{ 0xff66,  0xffdc },  /* halfwidth Katakana and Hangul */
	{ 0x16fe3, 0x16fe3 }, /* old Chinese iteration mark */
	{ 0x1aff0, 0x1b167 }, /* kana supplement and extensions */
	{ 0x20000, 0x3ffff }, /* Han, the planes of extensions */
};
/* clang-format on */

bool
word_is_unspaced(uint32_t cp)
{
	size_t count = sizeof(unspaced) / sizeof(unspaced[0]);

	for (size_t i = 0; i < count && cp >= unspaced[i].first; i++)
		if (cp <= unspaced[i].last)
			return unicode_is_letter(cp);
	return false;
}

/* A letter, digit or `_` of a script that sets its words apart. */
static bool
is_edged(uint32_t cp)
{
	if (cp < 0x80)
		return cp == '_' || ascii_is_digit((unsigned char)cp) ||
		    (ascii_lower((unsigned char)cp) >= 'a' &&
			ascii_lower((unsigned char)cp) <= 'z');
	return unicode_is_word(cp) && !word_is_unspaced(cp);
}

/* The character before byte AT that the marks there, if any, belong to; a
 * space where there is none. */
static uint32_t
base_before(struct str s, size_t at)
{
	size_t len;

	for (unsigned i = 0; at > 0 && i <= MARKS_MAX; i++) {
		uint32_t cp = unicode_decode_back(s, at, &len);

		if (!unicode_is_mark(cp))
			return cp;
		at -= len;
	}
	return ' ';
}

bool
word_is_cut(struct str s, size_t at)
{
	uint32_t next;
	size_t len;

	if (at == 0 || at == s.len)
		return false;
	next = unicode_decode(str_drop(s, at), &len);
	return (is_edged(next) || unicode_is_mark(next)) &&
	    is_edged(base_before(s, at));
}

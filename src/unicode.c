/* SPDX-License-Identifier: MIT */
/* UTF-8 decoding, simple case folding, classes and display width. */
#include "mtrack/unicode.h"

#include <utf8proc.h>

#include "mtrack/buffer.h"

#define HIGH_BITS 0x8080808080808080u

struct range {
	uint32_t first;
	uint32_t last;
};

/* clang-format off */
/* Where utf8proc's data and the simple folding of CaseFolding.txt part. */
static const struct {
	uint32_t from;
	uint32_t to;
} fold_exceptions[] = {
	{ 0x0130, 0x0130 }, /* İ: its foldings are the full (F) and Turkic (T) */
	{ 0x1fd3, 0x0390 }, /* ΐ, oxia and tonos; status S since Unicode 15.1 */
	{ 0x1fe3, 0x03b0 }, /* ΰ, likewise */
	{ 0xfb05, 0xfb06 }, /* ﬅ and ﬆ, likewise */
};

/* Runs that fold by one and the same shift, and so without utf8proc, whose
 * look-ups cost more than all else that is done with a subject. */
static const struct {
	uint32_t first;
	uint32_t last;
	uint32_t shift;
} shifts[] = {
	{ 0x00c0,  0x00d6, 32 },  /* Latin-1 */
	{ 0x00d7,  0x00d7, 0 },
	{ 0x00d8,  0x00de, 32 },
	{ 0x00df,  0x00ff, 0 },
	{ 0x0391,  0x03a1, 32 },  /* Greek */
	{ 0x03a3,  0x03ab, 32 },
	{ 0x03ac,  0x03c1, 0 },
	{ 0x03c3,  0x03ce, 0 },
	{ 0x0400,  0x040f, 80 },  /* Cyrillic */
	{ 0x0410,  0x042f, 32 },
	{ 0x0430,  0x045f, 0 },
	{ 0x0590,  0x109f, 0 },   /* Hebrew to Myanmar */
	{ 0x2000,  0x2125, 0 },   /* punctuation, signs */
	{ 0x2e80,  0xa63f, 0 },   /* radicals, kana, ideographs, Yi, Lisu */
	{ 0xac00,  0xfaff, 0 },   /* Hangul, private use, ideographs */
	{ 0x20000, UINT32_MAX, 0 },
};

/* White_Space of PropList.txt. */
static const struct range spaces[] = {
	{ 0x0009, 0x000d },
	{ 0x0020, 0x0020 },
	{ 0x0085, 0x0085 },
	{ 0x00a0, 0x00a0 },
	{ 0x1680, 0x1680 },
	{ 0x2000, 0x200a },
	{ 0x2028, 0x2029 },
	{ 0x202f, 0x202f },
	{ 0x205f, 0x205f },
	{ 0x3000, 0x3000 },
};

static const struct range hostile[] = {
	{ 0x0000,  0x001f },  /* C0 */
	{ 0x007f,  0x009f },  /* DEL, C1 */
	{ 0x061c,  0x061c },  /* Arabic letter mark (bidirectional) */
	{ 0x200b,  0x200b },  /* zero width space */
	{ 0x200e,  0x200f },  /* left-to-right and right-to-left marks */
	{ 0x2028,  0x202e },  /* line separators, embeddings and overrides */
	{ 0x2060,  0x206f },  /* invisible operators, isolates, deprecated */
	{ 0xfeff,  0xfeff },  /* zero width no-break space */
	{ 0xfff9,  0xfffb },  /* interlinear annotation */
	{ 0xe0000, 0xe007f }, /* tags: ASCII that nobody sees */
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Whether CP is in one of the COUNT ascending RANGES. */
static bool
within(const struct range *ranges, size_t count, uint32_t cp)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (cp < ranges[middle].first)
			count = middle;
		else if (cp > ranges[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

/* The bytes of a character by its first one (RFC 3629, 4), 0: none begins so.
 * *LOW and *HIGH bound the second byte; that leaves out overlong forms,
 * surrogates and what lies above U+10FFFF. */
static size_t
sequence(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef) {
		if (lead == 0xe0)
			*low = 0xa0;
		if (lead == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		if (lead == 0xf0)
			*low = 0x90;
		if (lead == 0xf4)
			*high = 0x8f;
		return 4;
	}
	return 0;
}

uint32_t
unicode_decode(struct str s, size_t *len)
{
	const unsigned char *at = (const unsigned char *)s.ptr;
	unsigned char low, high;
	uint32_t cp;
	size_t need;

	*len = 1;
	if (at[0] < 0x80)
		return at[0];
	need = sequence(at[0], &low, &high);
	if (need == 0 || need > s.len || at[1] < low || at[1] > high)
		return UNICODE_INVALID | at[0];
	cp = at[0] & (0x7fu >> need);
	for (size_t i = 1; i < need; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return UNICODE_INVALID | at[0];
		cp = cp << 6 | (at[i] & 0x3f);
	}
	*len = need;
	return cp;
}

/* UTF-8 finds itself again: a whole character that ends at END is one from
 * wherever S is read, for its first byte continues nothing. */
uint32_t
unicode_decode_back(struct str s, size_t end, size_t *len)
{
	for (size_t back = 1; back <= 4 && back <= end; back++) {
		struct str tail = {s.ptr + end - back, back};
		uint32_t cp = unicode_decode(tail, len);

		if (*len == back && !(cp & UNICODE_INVALID))
			return cp;
	}
	*len = 1;
	return UNICODE_INVALID | (unsigned char)s.ptr[end - 1];
}

size_t
unicode_start(struct str s, size_t at)
{
	size_t len;

	if (at >= s.len || (s.ptr[at] & 0xc0) != 0x80)
		return at;
	for (size_t back = 1; back <= 3 && back <= at; back++) {
		unicode_decode(str_drop(s, at - back), &len);
		if (len > back)
			return at - back;
	}
	return at;
}

void
unicode_put(struct buffer *out, uint32_t cp)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t len;

	if (cp < 0x80 || cp & UNICODE_INVALID) {
		buffer_putc(out, (char)(cp & 0xff));
		return;
	}
	len = utf8proc_encode_char((utf8proc_int32_t)cp, bytes);
	buffer_put(out, bytes, (size_t)len);
}

/* utf8proc knows the foldings of status C and F. Where one code point comes
 * out it is C; where several do (F), the simple one (S) is the lower case. */
static uint32_t
fold_by_table(uint32_t cp)
{
	utf8proc_int32_t full[8];
	utf8proc_ssize_t count;
	int class = 0;

	for (size_t i = 0; i < COUNT(fold_exceptions); i++)
		if (cp == fold_exceptions[i].from)
			return fold_exceptions[i].to;
	count = utf8proc_decompose_char((utf8proc_int32_t)cp, full,
	    (utf8proc_ssize_t)COUNT(full), UTF8PROC_CASEFOLD, &class);
	if (count == 1)
		return (uint32_t)full[0];
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

uint32_t
unicode_fold(uint32_t cp)
{
	size_t low = 0;
	size_t high = COUNT(shifts);

	if (cp < 0x80)
		return ascii_lower((unsigned char)cp);
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (cp < shifts[middle].first)
			high = middle;
		else if (cp > shifts[middle].last)
			low = middle + 1;
		else
			return cp + shifts[middle].shift;
	}
	return fold_by_table(cp);
}

/* How many bytes of S from its start are ASCII. */
static size_t
ascii_run(struct str s)
{
	size_t at = 0;
	uint64_t word;

	for (; s.len - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.ptr + at, sizeof(word));
		if (word & HIGH_BITS)
			break;
	}
	while (at < s.len && !(s.ptr[at] & 0x80))
		at++;
	return at;
}

void
unicode_fold_str(struct str s, struct buffer *out)
{
	size_t len;

	while (s.len) {
		len = ascii_run(s);
		if (len) {
			buffer_puts_lower(out, str_take(s, len));
		} else {
			uint32_t cp = unicode_decode(s, &len);
			uint32_t folded = unicode_fold(cp);

			if (folded == cp)
				buffer_put(out, s.ptr, len);
			else
				unicode_put(out, folded);
		}
		s = str_drop(s, len);
	}
}

bool
unicode_is_space(uint32_t cp)
{
	return within(spaces, COUNT(spaces), cp);
}

bool
unicode_is_mark(uint32_t cp)
{
	utf8proc_category_t category;

	if (cp < 0x300 || cp & UNICODE_INVALID)
		return false;
	category = utf8proc_category((utf8proc_int32_t)cp);
	return category == UTF8PROC_CATEGORY_MN ||
	    category == UTF8PROC_CATEGORY_MC ||
	    category == UTF8PROC_CATEGORY_ME;
}

bool
unicode_is_letter(uint32_t cp)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);

	return category >= UTF8PROC_CATEGORY_LU &&
	    category <= UTF8PROC_CATEGORY_LO;
}

bool
unicode_is_word(uint32_t cp)
{
	if (cp & UNICODE_INVALID)
		return false;
	return cp == '_' || unicode_is_letter(cp) ||
	    utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_ND;
}

/* utf8proc counts the vowels and finals of conjoining Hangul, which a terminal
 * draws into the syllable before them, and leaves out the marks that take
 * room (Mc). */
unsigned
unicode_width(uint32_t cp)
{
	int width;

	if (cp >= ' ' && cp < 0x7f)
		return 1;
	if (cp & UNICODE_INVALID)
		return 1;
	if ((cp >= 0x1160 && cp <= 0x11ff) || (cp >= 0xd7b0 && cp <= 0xd7ff))
		return 0;
	if (utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_MC)
		return 1;
	width = utf8proc_charwidth((utf8proc_int32_t)cp);
	return width > 0 ? (unsigned)width : 0;
}

bool
unicode_is_hostile(uint32_t cp)
{
	if (cp >= ' ' && cp < 0x7f)
		return false;
	return cp & UNICODE_INVALID || within(hostile, COUNT(hostile), cp);
}

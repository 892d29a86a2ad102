/* SPDX-License-Identifier: MIT */
/* Looking at many bytes at a time: what the JSON and CSV readers find their
 * way with, and the any-case search of the prefilter. SSE2 on x86-64, AVX2
 * where the machine has it, plain C elsewhere; all give the same answers and
 * none reads beyond what it is given. */
#ifndef MTRACK_BYTES_H
#define MTRACK_BYTES_H

#include "mtrack/csv_marks.h"
#include "mtrack/csv_steps.h"
#include "mtrack/json_lines.h"
#include "mtrack/json_marks.h"
#include "mtrack/str.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* The first byte of [P, END) that is A or B (or END). */
const char *bytes_find2(const char *p, const char *end, char a, char b);
/* The first byte that JSON text may not hold bare inside a string: `"`, `\`,
 * or a control character below 0x20 (or END). */
static inline const char *bytes_find_json_special(
    const char *p, const char *end);
/* The same for strings that are mostly long. */
const char *bytes_find_json_far(const char *p, const char *end);
/* How many bytes of [P, END) are C. */
size_t bytes_count(const char *p, const char *end, char c);
/* Where NEEDLE (lower case when FOLD, not empty) first stands in HAY, ASCII
 * case ignored when FOLD; SIZE_MAX when nowhere. */
size_t bytes_search(struct str hay, struct str needle, bool fold);

/* Whether NEEDLE (lower case when FOLD) stands at P, ASCII case ignored when
 * FOLD; P has needle.len readable bytes. */
static inline bool
bytes_same_at(const char *p, struct str needle, bool fold)
{
	if (!fold)
		return !memcmp(p, needle.ptr, needle.len);
	for (size_t i = 0; i < needle.len; i++)
		if (ascii_lower((unsigned char)p[i]) !=
		    (unsigned char)needle.ptr[i])
			return false;
	return true;
}

/* What 64 bytes of JSON text hold, a bit for each byte. */
struct bytes_json {
	uint64_t quote;
	uint64_t backslash;
	uint64_t open;  /* `{` */
	uint64_t close; /* `}` */
	uint64_t newline;
};
/* P has 64 readable bytes. */
void bytes_json_masks(const char *p, struct bytes_json *masks);

/* Goes on with the row that SCAN is in by whole steps of BYTES, which begin at
 * its AT; of each the bytes in VALID are the row's, others zero. True at its
 * end or trouble, false when no whole step is left, and between quotes. */
bool bytes_csv_steps(
    struct csv_scan *scan, uint32_t *commas, struct str bytes, uint64_t valid);
/* The rows among the LEN bytes at P, no more than CSV_MARKS_BYTES, the first of
 * which begins one: up to a fault, to what these bytes do not hold whole, or to
 * CSV_MARKS_ROWS. */
void bytes_csv_marks(const char *p, size_t len, struct csv_marks *marks);
/* Goes over the plain lines that the LEN bytes at P begin with: each is a row
 * without a fault, begins with a date, has so many COMMAS between its cells and
 * no carriage return; quotes only with QUOTES, and then neither backslashes nor
 * line breaks between them. */
struct plain_lines bytes_csv_lines(
    const char *p, size_t len, size_t commas, bool quotes);
/* The same for JSON of one record a line: each begins with `{`, ends with `}`
 * before the newline and the next line's `{`, and holds no backslash, no `}[`
 * and no key of a page. */
struct plain_lines bytes_json_lines(const char *p, size_t len);
/* Where among the LEN bytes at P, at most UINT16_MAX, those stand that
 * bytes_find_json_special stops at. PLACES has room for LEN and
 * JSON_MARKS_SLACK more; how many there are. */
size_t bytes_json_marks(const char *p, size_t len, uint16_t *places);

/* One way of doing the above. The functions choose by the machine; the rows
 * are public for the test that holds them against each other. */
struct bytes_way {
	const char *name;
	uint64_t (*mask)(const char *p, char c);
	const char *(*find2)(const char *p, const char *end, char a, char b);
	const char *(*find_json_special)(const char *p, const char *end);
	size_t (*count)(const char *p, const char *end, char c);
	size_t (*search)(struct str hay, struct str needle, bool fold);
	void (*json_masks)(const char *p, struct bytes_json *masks);
	bool (*csv_steps)(struct csv_scan *scan, uint32_t *commas,
	    struct str bytes, uint64_t valid);
	struct plain_lines (*csv_lines)(
	    const char *p, size_t len, size_t commas, bool quotes);
	struct plain_lines (*json_lines)(const char *p, size_t len);
	size_t (*json_marks)(const char *p, size_t len, uint16_t *places);
	void (*csv_marks)(const char *p, size_t len, struct csv_marks *marks);
};
/* Way 0 is plain C; NULL behind the last one that this machine can do. The
 * last one is the one in use. */
const struct bytes_way *bytes_way(size_t number);
#if defined(__x86_64__)
extern const struct bytes_way bytes_sse2;
extern const struct bytes_way bytes_avx2;
extern const struct bytes_way bytes_avx512;
/* Both rows': of three loads at most one of 64 bytes would be aligned. */
size_t bytes_avx2_search(struct str hay, struct str needle, bool fold);
#endif

#if defined(__SSE2__)
static inline uint32_t
bytes_json_special16(const char *p)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
	__m128i escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
	__m128i control =
	    _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);

	return (uint32_t)_mm_movemask_epi8(
	    _mm_or_si128(control, _mm_or_si128(quote, escape)));
}
#endif

/* Most strings of a log end within 32 bytes: these are worth no call. */
static inline const char *
bytes_find_json_special(const char *p, const char *end)
{
#if defined(__SSE2__)
	if (end - p >= 32) {
		uint32_t found = bytes_json_special16(p) |
		    bytes_json_special16(p + 16) << 16;

		if (found)
			return p + __builtin_ctz(found);
		p += 32;
	}
#endif
	return bytes_find_json_far(p, end);
}

#endif

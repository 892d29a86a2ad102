/* SPDX-License-Identifier: MIT */
/* Looking at 64 bytes at a time (AVX-512 with VBMI2: x86-64 of about 2019 and
 * later). A compare gives a bit for each byte at once, and what is left at the
 * end is loaded under a mask, which reads nothing beyond it. */
#include "mtrack/bytes.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX512                                                                 \
	__attribute__((target(                                                 \
	    "avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi,bmi2,popcnt")))

AVX512 static inline __m512i
load64(const char *p)
{
	return _mm512_loadu_si512(p);
}

/* The first COUNT bytes at P, below 64, zeros behind them. */
AVX512 static inline __m512i
load_rest(const char *p, size_t count, uint64_t *live)
{
	*live = ((uint64_t)1 << count) - 1;
	return _mm512_maskz_loadu_epi8(*live, p);
}

AVX512 static inline uint64_t
equal(__m512i bytes, char c)
{
	return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
}

AVX512 static inline uint64_t
special(__m512i bytes)
{
	return equal(bytes, '"') | equal(bytes, '\\') |
	    _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20));
}

AVX512 static uint64_t
mask(const char *p, char c)
{
	return equal(load64(p), c);
}

AVX512 static const char *
find2(const char *p, const char *end, char a, char b)
{
	uint64_t found, live;
	__m512i bytes;

	for (; end - p >= 64; p += 64) {
		bytes = load64(p);
		found = equal(bytes, a) | equal(bytes, b);
		if (found)
			return p + __builtin_ctzll(found);
	}
	bytes = load_rest(p, (size_t)(end - p), &live);
	found = (equal(bytes, a) | equal(bytes, b)) & live;
	return found ? p + __builtin_ctzll(found) : end;
}

AVX512 static const char *
find_json_special(const char *p, const char *end)
{
	uint64_t found, live;

	for (; end - p >= 64; p += 64) {
		found = special(load64(p));
		if (found)
			return p + __builtin_ctzll(found);
	}
	found = special(load_rest(p, (size_t)(end - p), &live)) & live;
	return found ? p + __builtin_ctzll(found) : end;
}

AVX512 static size_t
count(const char *p, const char *end, char c)
{
	size_t sum = 0;
	uint64_t live;
	uint64_t found;

	for (; end - p >= 64; p += 64)
		sum += (size_t)__builtin_popcountll(mask(p, c));
	found = equal(load_rest(p, (size_t)(end - p), &live), c) & live;
	return sum + (size_t)__builtin_popcountll(found);
}

AVX512 static void
json_masks(const char *p, struct bytes_json *masks)
{
	__m512i bytes = load64(p);

	masks->quote = equal(bytes, '"');
	masks->backslash = equal(bytes, '\\');
	masks->open = equal(bytes, '{');
	masks->close = equal(bytes, '}');
	masks->newline = equal(bytes, '\n');
}

AVX512 static inline void
csv_masks(const char *p, struct bytes_csv *masks)
{
	__m512i bytes = load64(p);

	masks->quote = equal(bytes, '"');
	masks->comma = equal(bytes, ',');
	masks->end = equal(bytes, '\n') | equal(bytes, '\r');
}

AVX512 static bool
csv_steps(
    struct csv_scan *scan, uint32_t *commas, struct str bytes, uint64_t valid)
{
	return csv_steps_by(csv_masks, scan, commas, bytes, valid);
}

AVX512 static struct plain_lines
csv_lines(const char *p, size_t len, size_t commas, bool quotes)
{
	return csv_lines_by(csv_masks, p, len, commas, quotes);
}

AVX512 static inline void
json_ends(const char *p, struct bytes_json_ends *ends)
{
	__m512i here = load64(p);
	__m512i next = load64(p + 1);

	ends->newline = equal(here, '\n');
	ends->odd = equal(here, '\\') | (equal(here, '}') & equal(next, '['));
	ends->logs = equal(here, '"') & equal(next, 'l');
	if (ends->newline)
		ends->odd |=
		    ends->newline & ~(mask(p - 1, '}') & equal(next, '{'));
}

AVX512 static struct plain_lines
json_lines(const char *p, size_t len)
{
	return json_lines_by(json_ends, p, len);
}

AVX512 static inline uint64_t
json_special(const char *p)
{
	return special(load64(p));
}

/* The numbers of the bits of MARKS, pressed together. */
AVX512 static inline __m512i
numbers(uint64_t marks)
{
	static const char all[64] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	    13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
	    30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46,
	    47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

	return _mm512_maskz_compress_epi8(marks, load64(all));
}

AVX512 static inline void
json_note(uint16_t *places, uint64_t marks, size_t at)
{
	__m512i base = _mm512_set1_epi16((short)at);
	__m512i bits = numbers(marks);
	__m512i wide = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(bits));

	_mm512_storeu_si512(places, _mm512_add_epi16(wide, base));
	if (__builtin_popcountll(marks) <= 32)
		return;
	wide = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(bits, 1));
	_mm512_storeu_si512(places + 32, _mm512_add_epi16(wide, base));
}

/* Sixteen at a time: most steps have fewer. */
AVX512 static inline void
csv_note(uint32_t *places, uint64_t commas, size_t at)
{
	__m512i base = _mm512_set1_epi32((int)at);
	__m128i bits = _mm512_castsi512_si128(numbers(commas));

	_mm512_storeu_si512(
	    places, _mm512_add_epi32(_mm512_cvtepu8_epi32(bits), base));
	if (__builtin_popcountll(commas) > 16)
		csv_note_each(places, commas, at);
}

AVX512 static size_t
json_marks(const char *p, size_t len, uint16_t *places)
{
	return json_marks_by(json_special, json_note, p, len, places);
}

AVX512 static void
csv_marks(const char *p, size_t len, struct csv_marks *marks)
{
	csv_marks_by(csv_masks, csv_note, p, len, marks);
}

const struct bytes_way bytes_avx512 = {"AVX-512", mask, find2,
    find_json_special, count, bytes_avx2_search, json_masks, csv_steps,
    csv_lines, json_lines, json_marks, csv_marks};

#else

/* ISO C wants a file to hold something. */
typedef int bytes_avx512_is_empty;

#endif

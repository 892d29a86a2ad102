/* SPDX-License-Identifier: MIT */
/* Looking at 16 bytes at a time (SSE2, which every x86-64 has) or at 32
 * (AVX2). Loads stay inside what was given: the last, shorter piece is looked
 * at again together with bytes before it, or byte by byte. */
#include "mtrack/bytes.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

static inline __m128i
load16(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline uint32_t
equal16(__m128i bytes, char c)
{
	return (uint32_t)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
}

static inline uint32_t
either16(__m128i bytes, char a, char b)
{
	return (uint32_t)_mm_movemask_epi8(
	    _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)),
		_mm_cmpeq_epi8(bytes, _mm_set1_epi8(b))));
}

AVX2 static inline __m256i
load32(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

AVX2 static inline uint32_t
equal32(__m256i bytes, char c)
{
	return (uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)));
}

AVX2 static inline uint32_t
either32(__m256i bytes, char a, char b)
{
	return (uint32_t)_mm256_movemask_epi8(
	    _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(a)),
		_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(b))));
}

AVX2 static inline uint32_t
special32(__m256i bytes)
{
	__m256i control = _mm256_cmpeq_epi8(
	    _mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);

	return (uint32_t)_mm256_movemask_epi8(control) |
	    either32(bytes, '"', '\\');
}

static uint64_t
sse2_mask(const char *p, char c)
{
	return (uint64_t)equal16(load16(p), c) |
	    (uint64_t)equal16(load16(p + 16), c) << 16 |
	    (uint64_t)equal16(load16(p + 32), c) << 32 |
	    (uint64_t)equal16(load16(p + 48), c) << 48;
}

AVX2 static uint64_t
avx2_mask(const char *p, char c)
{
	return (uint64_t)equal32(load32(p), c) |
	    (uint64_t)equal32(load32(p + 32), c) << 32;
}

static const char *
sse2_find2(const char *p, const char *end, char a, char b)
{
	for (; end - p >= 16; p += 16) {
		uint32_t found = either16(load16(p), a, b);

		if (found)
			return p + __builtin_ctz(found);
	}
	while (p < end && *p != a && *p != b)
		p++;
	return p;
}

AVX2 static const char *
avx2_find2(const char *p, const char *end, char a, char b)
{
	for (; end - p >= 32; p += 32) {
		uint32_t found = either32(load32(p), a, b);

		if (found)
			return p + __builtin_ctz(found);
	}
	return sse2_find2(p, end, a, b);
}

static const char *
sse2_find_json_special(const char *p, const char *end)
{
	for (; end - p >= 16; p += 16) {
		uint32_t found = bytes_json_special16(p);

		if (found)
			return p + __builtin_ctz(found);
	}
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

AVX2 static const char *
avx2_find_json_special(const char *p, const char *end)
{
	for (; end - p >= 32; p += 32) {
		uint32_t found = special32(load32(p));

		if (found)
			return p + __builtin_ctz(found);
	}
	return sse2_find_json_special(p, end);
}

static size_t
sse2_count(const char *p, const char *end, char c)
{
	size_t count = 0;

	for (; end - p >= 64; p += 64)
		count += (size_t)__builtin_popcountll(sse2_mask(p, c));
	while (p < end)
		count += *p++ == c;
	return count;
}

__attribute__((target("avx2,popcnt"))) static size_t
avx2_count(const char *p, const char *end, char c)
{
	size_t count = 0;

	for (; end - p >= 64; p += 64)
		count += (size_t)__builtin_popcountll(avx2_mask(p, c));
	while (p < end)
		count += *p++ == c;
	return count;
}

/* The bit that tells the two cases of C apart, 0 when it has but one. */
static inline char
case_bit(char c, bool fold)
{
	return fold && c >= 'a' && c <= 'z' ? 0x20 : 0;
}

/* The first of the places P + bit of FOUND where NEEDLE really stands. */
static inline const char *
confirm(const char *p, uint32_t found, struct str needle, bool fold)
{
	for (; found; found &= found - 1) {
		const char *at = p + __builtin_ctz(found);

		if (bytes_same_at(at, needle, fold))
			return at;
	}
	return NULL;
}

/* Both searches look for the needle's first, middle and last byte, the right
 * distances apart, at 16 or 32 places at once:
 *
 *     hay   . . . i . . . v . . . n v . . .
 *                 ^ p     ^ p + half
 *                               ^ p + last
 *
 * A letter is looked for in both cases by setting the bit that tells them
 * apart. Names and domains are full of the same letters: two bytes alone would
 * stop at many places where the needle does not stand. */
static size_t
sse2_search(struct str hay, struct str needle, bool fold)
{
	size_t last = needle.len - 1;
	size_t half = needle.len / 2;
	size_t places = hay.len - last;
	__m128i head = _mm_set1_epi8(needle.ptr[0]);
	__m128i body = _mm_set1_epi8(needle.ptr[half]);
	__m128i tail = _mm_set1_epi8(needle.ptr[last]);
	__m128i head_case = _mm_set1_epi8(case_bit(needle.ptr[0], fold));
	__m128i body_case = _mm_set1_epi8(case_bit(needle.ptr[half], fold));
	__m128i tail_case = _mm_set1_epi8(case_bit(needle.ptr[last], fold));
	size_t i = 0;

	if (needle.len > hay.len)
		return SIZE_MAX;
	for (; places - i >= 16; i += 16) {
		const char *p = hay.ptr + i;
		__m128i match = _mm_and_si128(
		    _mm_cmpeq_epi8(_mm_or_si128(load16(p), head_case), head),
		    _mm_cmpeq_epi8(
			_mm_or_si128(load16(p + last), tail_case), tail));
		uint32_t found;
		const char *at;

		match = _mm_and_si128(match,
		    _mm_cmpeq_epi8(
			_mm_or_si128(load16(p + half), body_case), body));
		found = (uint32_t)_mm_movemask_epi8(match);
		at = found ? confirm(p, found, needle, fold) : NULL;
		if (at)
			return (size_t)(at - hay.ptr);
	}
	for (; i < places; i++)
		if (bytes_same_at(hay.ptr + i, needle, fold))
			return i;
	return SIZE_MAX;
}

AVX2 size_t
bytes_avx2_search(struct str hay, struct str needle, bool fold)
{
	size_t last = needle.len - 1;
	size_t half = needle.len / 2;
	size_t places = hay.len - last;
	__m256i head = _mm256_set1_epi8(needle.ptr[0]);
	__m256i body = _mm256_set1_epi8(needle.ptr[half]);
	__m256i tail = _mm256_set1_epi8(needle.ptr[last]);
	__m256i head_case = _mm256_set1_epi8(case_bit(needle.ptr[0], fold));
	__m256i body_case = _mm256_set1_epi8(case_bit(needle.ptr[half], fold));
	__m256i tail_case = _mm256_set1_epi8(case_bit(needle.ptr[last], fold));
	size_t i = 0;

	if (needle.len > hay.len || places < 32)
		return sse2_search(hay, needle, fold);
	while (i < places) {
		const char *p;
		__m256i match;
		uint32_t found;

		/* The last step goes back over places that were refused. */
		if (places - i < 32)
			i = places - 32;
		p = hay.ptr + i;
		match = _mm256_and_si256(
		    _mm256_cmpeq_epi8(
			_mm256_or_si256(load32(p), head_case), head),
		    _mm256_cmpeq_epi8(
			_mm256_or_si256(load32(p + last), tail_case), tail));
		match = _mm256_and_si256(match,
		    _mm256_cmpeq_epi8(
			_mm256_or_si256(load32(p + half), body_case), body));
		found = (uint32_t)_mm256_movemask_epi8(match);
		if (found) {
			const char *at = confirm(p, found, needle, fold);

			if (at)
				return (size_t)(at - hay.ptr);
		}
		i += 32;
	}
	return SIZE_MAX;
}

static void
sse2_json_masks(const char *p, struct bytes_json *masks)
{
	*masks = (struct bytes_json){0};
	for (unsigned i = 0; i < 64; i += 16) {
		__m128i bytes = load16(p + i);

		masks->quote |= (uint64_t)equal16(bytes, '"') << i;
		masks->backslash |= (uint64_t)equal16(bytes, '\\') << i;
		masks->open |= (uint64_t)equal16(bytes, '{') << i;
		masks->close |= (uint64_t)equal16(bytes, '}') << i;
		masks->newline |= (uint64_t)equal16(bytes, '\n') << i;
	}
}

AVX2 static void
avx2_json_masks(const char *p, struct bytes_json *masks)
{
	__m256i low = load32(p);
	__m256i high = load32(p + 32);

	masks->quote = equal32(low, '"') | (uint64_t)equal32(high, '"') << 32;
	masks->backslash =
	    equal32(low, '\\') | (uint64_t)equal32(high, '\\') << 32;
	masks->open = equal32(low, '{') | (uint64_t)equal32(high, '{') << 32;
	masks->close = equal32(low, '}') | (uint64_t)equal32(high, '}') << 32;
	masks->newline =
	    equal32(low, '\n') | (uint64_t)equal32(high, '\n') << 32;
}

static inline void
sse2_csv_masks(const char *p, struct bytes_csv *masks)
{
	*masks = (struct bytes_csv){0};
	for (unsigned i = 0; i < 64; i += 16) {
		__m128i bytes = load16(p + i);

		masks->quote |= (uint64_t)equal16(bytes, '"') << i;
		masks->comma |= (uint64_t)equal16(bytes, ',') << i;
		masks->end |= (uint64_t)either16(bytes, '\n', '\r') << i;
	}
}

AVX2 static inline void
avx2_csv_masks(const char *p, struct bytes_csv *masks)
{
	__m256i low = load32(p);
	__m256i high = load32(p + 32);

	masks->quote = equal32(low, '"') | (uint64_t)equal32(high, '"') << 32;
	masks->comma = equal32(low, ',') | (uint64_t)equal32(high, ',') << 32;
	masks->end = either32(low, '\n', '\r') |
	    (uint64_t)either32(high, '\n', '\r') << 32;
}

static bool
sse2_csv_steps(
    struct csv_scan *scan, uint32_t *commas, struct str bytes, uint64_t valid)
{
	return csv_steps_by(sse2_csv_masks, scan, commas, bytes, valid);
}

__attribute__((target("avx2,bmi"))) static bool
avx2_csv_steps(
    struct csv_scan *scan, uint32_t *commas, struct str bytes, uint64_t valid)
{
	return csv_steps_by(avx2_csv_masks, scan, commas, bytes, valid);
}

static struct plain_lines
sse2_csv_lines(const char *p, size_t len, size_t commas, bool quotes)
{
	return csv_lines_by(sse2_csv_masks, p, len, commas, quotes);
}

__attribute__((target("avx2,popcnt"))) static struct plain_lines
avx2_csv_lines(const char *p, size_t len, size_t commas, bool quotes)
{
	return csv_lines_by(avx2_csv_masks, p, len, commas, quotes);
}

static inline void
sse2_json_ends(const char *p, struct bytes_json_ends *ends)
{
	*ends = (struct bytes_json_ends){0};
	for (unsigned i = 0; i < 64; i += 16) {
		__m128i here = load16(p + i);
		__m128i next = load16(p + i + 1);
		uint32_t newline = equal16(here, '\n');
		uint32_t odd = equal16(here, '\\') |
		    (equal16(here, '}') & equal16(next, '['));

		if (newline)
			odd |= newline &
			    ~(equal16(load16(p + i - 1), '}') &
				equal16(next, '{'));
		ends->newline |= (uint64_t)newline << i;
		ends->odd |= (uint64_t)odd << i;
		ends->logs |=
		    (uint64_t)(equal16(here, '"') & equal16(next, 'l')) << i;
	}
}

static struct plain_lines
sse2_json_lines(const char *p, size_t len)
{
	return json_lines_by(sse2_json_ends, p, len);
}

/* What 32 bytes hold of the marks of struct bytes_json_ends, a byte of 0xff for
 * each. */
struct ends32 {
	__m256i newline;
	__m256i odd;
	__m256i logs;
};

AVX2 static inline __m256i
is32(__m256i bytes, char c)
{
	return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c));
}

AVX2 static inline struct ends32
ends32(const char *p)
{
	__m256i here = load32(p);
	__m256i next = load32(p + 1);

	return (struct ends32){is32(here, '\n'),
	    _mm256_or_si256(is32(here, '\\'),
		_mm256_and_si256(is32(here, '}'), is32(next, '['))),
	    _mm256_and_si256(is32(here, '"'), is32(next, 'l'))};
}

AVX2 static inline uint64_t
mask64(__m256i low, __m256i high)
{
	return (uint32_t)_mm256_movemask_epi8(low) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/* Most steps of 64 bytes hold none of the marks. */
AVX2 static inline void
avx2_json_ends(const char *p, struct bytes_json_ends *ends)
{
	struct ends32 low = ends32(p);
	struct ends32 high = ends32(p + 32);
	__m256i any = _mm256_or_si256(_mm256_or_si256(low.newline, low.odd),
	    _mm256_or_si256(low.logs, high.logs));

	any = _mm256_or_si256(any, _mm256_or_si256(high.newline, high.odd));
	*ends = (struct bytes_json_ends){0};
	if (_mm256_testz_si256(any, any))
		return;
	ends->newline = mask64(low.newline, high.newline);
	ends->odd = mask64(low.odd, high.odd);
	ends->logs = mask64(low.logs, high.logs);
	if (ends->newline)
		ends->odd |= ends->newline &
		    ~(avx2_mask(p - 1, '}') & avx2_mask(p + 1, '{'));
}

__attribute__((target("avx2,popcnt"))) static struct plain_lines
avx2_json_lines(const char *p, size_t len)
{
	return json_lines_by(avx2_json_ends, p, len);
}

static uint64_t
sse2_json_special(const char *p)
{
	return (uint64_t)bytes_json_special16(p) |
	    (uint64_t)bytes_json_special16(p + 16) << 16 |
	    (uint64_t)bytes_json_special16(p + 32) << 32 |
	    (uint64_t)bytes_json_special16(p + 48) << 48;
}

static size_t
sse2_json_marks(const char *p, size_t len, uint16_t *places)
{
	return json_marks_by(sse2_json_special, json_note_each, p, len, places);
}

AVX2 static inline uint64_t
avx2_json_special(const char *p)
{
	return special32(load32(p)) | (uint64_t)special32(load32(p + 32)) << 32;
}

/* Eight at a time, be they there or not: most steps have about so many, and
 * their number is no branch's to guess. */
__attribute__((target("avx2,bmi"))) static inline void
avx2_json_note(uint16_t *places, uint64_t marks, size_t at)
{
	while (marks) {
		for (unsigned i = 0; i < 8; i++) {
			places[i] = (uint16_t)(at + _tzcnt_u64(marks));
			marks = _blsr_u64(marks);
		}
		places += 8;
	}
}

__attribute__((target("avx2,bmi,popcnt"))) static size_t
avx2_json_marks(const char *p, size_t len, uint16_t *places)
{
	return json_marks_by(avx2_json_special, avx2_json_note, p, len, places);
}

static void
sse2_csv_marks(const char *p, size_t len, struct csv_marks *marks)
{
	csv_marks_by(sse2_csv_masks, csv_note_each, p, len, marks);
}

/* Likewise. */
__attribute__((target("avx2,bmi"))) static inline void
avx2_csv_note(uint32_t *places, uint64_t commas, size_t at)
{
	while (commas) {
		for (unsigned i = 0; i < 4; i++) {
			places[i] = (uint32_t)(at + _tzcnt_u64(commas));
			commas = _blsr_u64(commas);
		}
		places += 4;
	}
}

__attribute__((target("avx2,bmi,popcnt"))) static void
avx2_csv_marks(const char *p, size_t len, struct csv_marks *marks)
{
	csv_marks_by(avx2_csv_masks, avx2_csv_note, p, len, marks);
}

const struct bytes_way bytes_sse2 = {"SSE2", sse2_mask, sse2_find2,
    sse2_find_json_special, sse2_count, sse2_search, sse2_json_masks,
    sse2_csv_steps, sse2_csv_lines, sse2_json_lines, sse2_json_marks,
    sse2_csv_marks};
const struct bytes_way bytes_avx2 = {"AVX2", avx2_mask, avx2_find2,
    avx2_find_json_special, avx2_count, bytes_avx2_search, avx2_json_masks,
    avx2_csv_steps, avx2_csv_lines, avx2_json_lines, avx2_json_marks,
    avx2_csv_marks};

#else

/* ISO C wants a file to hold something. */
typedef int bytes_x86_is_empty;

#endif

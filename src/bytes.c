/* SPDX-License-Identifier: MIT */
/* Looking at many bytes at a time: the plain ways, and the choice. */
#include "mtrack/bytes.h"

static uint64_t
plain_mask(const char *p, char c)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < 64; i++)
		mask |= (uint64_t)(p[i] == c) << i;
	return mask;
}

static const char *
plain_find2(const char *p, const char *end, char a, char b)
{
	while (p < end && *p != a && *p != b)
		p++;
	return p;
}

static const char *
plain_find_json_special(const char *p, const char *end)
{
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

static size_t
plain_count(const char *p, const char *end, char c)
{
	size_t count = 0;

	while (p < end)
		count += *p++ == c;
	return count;
}

static size_t
plain_search(struct str hay, struct str needle, bool fold)
{
	if (needle.len > hay.len)
		return SIZE_MAX;
	for (size_t i = 0; i <= hay.len - needle.len; i++)
		if (bytes_same_at(hay.ptr + i, needle, fold))
			return i;
	return SIZE_MAX;
}

static void
plain_json_masks(const char *p, struct bytes_json *masks)
{
	masks->quote = plain_mask(p, '"');
	masks->backslash = plain_mask(p, '\\');
	masks->open = plain_mask(p, '{');
	masks->close = plain_mask(p, '}');
	masks->newline = plain_mask(p, '\n');
}

static void
plain_csv_masks(const char *p, struct bytes_csv *masks)
{
	masks->quote = plain_mask(p, '"');
	masks->comma = plain_mask(p, ',');
	masks->end = plain_mask(p, '\n') | plain_mask(p, '\r');
}

static bool
plain_csv_steps(
    struct csv_scan *scan, uint32_t *commas, struct str bytes, uint64_t valid)
{
	return csv_steps_by(plain_csv_masks, scan, commas, bytes, valid);
}

static struct plain_lines
plain_csv_lines(const char *p, size_t len, size_t commas, bool quotes)
{
	return csv_lines_by(plain_csv_masks, p, len, commas, quotes);
}

static void
plain_json_ends(const char *p, struct bytes_json_ends *ends)
{
	uint64_t between = plain_mask(p - 1, '}') & plain_mask(p + 1, '{');

	ends->newline = plain_mask(p, '\n');
	ends->odd = plain_mask(p, '\\') |
	    (plain_mask(p, '}') & plain_mask(p + 1, '[')) |
	    (ends->newline & ~between);
	ends->logs = plain_mask(p, '"') & plain_mask(p + 1, 'l');
}

static struct plain_lines
plain_json_lines(const char *p, size_t len)
{
	return json_lines_by(plain_json_ends, p, len);
}

static uint64_t
plain_json_special(const char *p)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < 64; i++)
		mask |= (uint64_t)(p[i] == '"' || p[i] == '\\' ||
			    (unsigned char)p[i] < 0x20)
		    << i;
	return mask;
}

static size_t
plain_json_marks(const char *p, size_t len, uint16_t *places)
{
	return json_marks_by(
	    plain_json_special, json_note_each, p, len, places);
}

static void
plain_csv_marks(const char *p, size_t len, struct csv_marks *marks)
{
	csv_marks_by(plain_csv_masks, csv_note_each, p, len, marks);
}

static const struct bytes_way plain = {"plain C", plain_mask, plain_find2,
    plain_find_json_special, plain_count, plain_search, plain_json_masks,
    plain_csv_steps, plain_csv_lines, plain_json_lines, plain_json_marks,
    plain_csv_marks};

#if defined(__x86_64__)
static bool
has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

static bool
has_avx512(void)
{
	return __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vbmi2") && has_avx2();
}

static inline const struct bytes_way *
best(void)
{
	return has_avx512() ? &bytes_avx512
	    : has_avx2()    ? &bytes_avx2
			    : &bytes_sse2;
}

const struct bytes_way *
bytes_way(size_t number)
{
	switch (number) {
	case 0:
		return &plain;
	case 1:
		return &bytes_sse2;
	case 2:
		return has_avx2() ? &bytes_avx2 : NULL;
	case 3:
		return has_avx512() ? &bytes_avx512 : NULL;
	}
	return NULL;
}
#else
static inline const struct bytes_way *
best(void)
{
	return &plain;
}

const struct bytes_way *
bytes_way(size_t number)
{
	return number == 0 ? &plain : NULL;
}
#endif

const char *
bytes_find2(const char *p, const char *end, char a, char b)
{
	return best()->find2(p, end, a, b);
}

const char *
bytes_find_json_far(const char *p, const char *end)
{
	return best()->find_json_special(p, end);
}

size_t
bytes_count(const char *p, const char *end, char c)
{
	return best()->count(p, end, c);
}

size_t
bytes_search(struct str hay, struct str needle, bool fold)
{
	return best()->search(hay, needle, fold);
}

void
bytes_json_masks(const char *p, struct bytes_json *masks)
{
	best()->json_masks(p, masks);
}

bool
bytes_csv_steps(
    struct csv_scan *scan, uint32_t *commas, struct str bytes, uint64_t valid)
{
	return best()->csv_steps(scan, commas, bytes, valid);
}

struct plain_lines
bytes_csv_lines(const char *p, size_t len, size_t commas, bool quotes)
{
	return best()->csv_lines(p, len, commas, quotes);
}

struct plain_lines
bytes_json_lines(const char *p, size_t len)
{
	return best()->json_lines(p, len);
}

size_t
bytes_json_marks(const char *p, size_t len, uint16_t *places)
{
	return best()->json_marks(p, len, places);
}

void
bytes_csv_marks(const char *p, size_t len, struct csv_marks *marks)
{
	best()->csv_marks(p, len, marks);
}

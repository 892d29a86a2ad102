/* SPDX-License-Identifier: MIT */
/* Many bytes at a time: every way of looking gives plain C's answers, at every
 * alignment and length. Blocks are allocated just as long as they are, so a
 * sanitizer sees every byte read beyond them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "mtrack/bytes.h"

#define LENGTHS 150

/* The same numbers on every machine (SplitMix64). */
static uint64_t
next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* LEN bytes of few different ones, so that everything is found often, at the
 * very end of an allocation of OFFSET bytes more. */
static char *
block(uint64_t *seed, size_t offset, size_t len, char **owned)
{
	static const char kinds[] = "ab\"\\{}\n\x1f \x7f\x80\xff"
				    "AB@[`z";
	char *bytes = malloc(offset + len + 1);

	*owned = bytes;
	for (size_t i = 0; i < len; i++)
		bytes[offset + 1 + i] = next(seed) % 8
		    ? 'x'
		    : kinds[next(seed) % (sizeof(kinds) - 1)];
	return bytes + offset + 1;
}

/* Calls CHECK for each way beside the plain one, many lengths and offsets. */
static void
with_all(void (*check)(
    const struct bytes_way *way, const char *p, size_t len, uint64_t *seed))
{
	const struct bytes_way *way;
	uint64_t seed = 1;

	for (size_t number = 1; (way = bytes_way(number)); number++)
		for (size_t len = 0; len < LENGTHS; len++)
			for (size_t offset = 0; offset < 33; offset++) {
				char *owned;
				char *p = block(&seed, offset, len, &owned);

				check(way, p, len, &seed);
				free(owned);
			}
}

static void
check_marks(const struct bytes_way *way, const char *p, size_t len)
{
	uint16_t want[LENGTHS + JSON_MARKS_SLACK];
	uint16_t got[LENGTHS + JSON_MARKS_SLACK];
	size_t count = bytes_way(0)->json_marks(p, len, want);

	if (way->json_marks(p, len, got) != count ||
	    memcmp(got, want, count * sizeof(*got)) != 0)
		fail_msg("%s: json_marks of %zu bytes", way->name, len);
	for (size_t i = 0, at = 0; i <= count; i++, at++) {
		const char *found =
		    bytes_way(0)->find_json_special(p + at, p + len);

		at = (size_t)(found - p);
		assert_int_equal(i < count ? want[i] : len, at);
	}
}

/* Nothing else in a block: as many marks as there can be. */
static void
marks_everything(void **state)
{
	const struct bytes_way *way;
	char all[LENGTHS];

	(void)state;
	memset(all, '"', sizeof(all));
	for (size_t number = 0; (way = bytes_way(number)); number++)
		check_marks(way, all, sizeof(all));
}

static void
check_finds(
    const struct bytes_way *way, const char *p, size_t len, uint64_t *seed)
{
	const struct bytes_way *plain = bytes_way(0);
	const char *end = p + len;

	(void)seed;
	if (way->find2(p, end, '"', '\n') != plain->find2(p, end, '"', '\n'))
		fail_msg("%s: find2 in %zu bytes", way->name, len);
	if (way->find2(p, end, '\xff', '\x80') !=
	    plain->find2(p, end, '\xff', '\x80'))
		fail_msg("%s: find2 of high bytes in %zu", way->name, len);
	if (way->find_json_special(p, end) != plain->find_json_special(p, end))
		fail_msg("%s: find_json_special in %zu", way->name, len);
	if (way->count(p, end, '\n') != plain->count(p, end, '\n'))
		fail_msg("%s: count in %zu bytes", way->name, len);
	check_marks(way, p, len);
}

static void
finds_what_plain_c_finds(void **state)
{
	(void)state;
	with_all(check_finds);
}

static void
check_masks(
    const struct bytes_way *way, const char *p, size_t len, uint64_t *seed)
{
	const struct bytes_way *plain = bytes_way(0);
	struct bytes_json is;
	struct bytes_json should;

	(void)seed;
	if (len < 64)
		return;
	p += len - 64;
	for (unsigned c = 0; c < 256; c += 5)
		if (way->mask(p, (char)c) != plain->mask(p, (char)c))
			fail_msg("%s: mask of %u", way->name, c);
	way->json_masks(p, &is);
	plain->json_masks(p, &should);
	if (memcmp(&is, &should, sizeof(is)))
		fail_msg("%s: json_masks", way->name);
}

#define LINE_COMMAS 3u

/* Lines of a form, the first of them plain. */
struct lines {
	const char *const *items;
	size_t count;
	size_t plain;
};

/* LEN bytes, mostly plain lines; in one of four something is wrong, or not. */
static char *
text_of(const struct lines *lines, size_t len, uint64_t *seed)
{
	char *p = malloc(len + 1);
	size_t at = 0;

	while (at < len) {
		size_t some = next(seed) % 4 ? lines->plain : lines->count;
		const char *line = lines->items[next(seed) % some];
		size_t size = strlen(line) < len - at ? strlen(line) : len - at;

		memcpy(p + at, line, size);
		at += size;
	}
	return p;
}

/* The end of the row at P, by RFC 4180 and nothing but plain C: SIZE_MAX when
 * it has none or a fault. */
static size_t
row_end(const char *p, size_t len, size_t *commas)
{
	bool inside = false;
	bool begin = true; /* of a cell */

	*commas = 0;
	for (size_t i = 0; i < len; i++) {
		bool again = inside && i + 1 < len && p[i + 1] == '"';
		char then = i + 1 < len ? p[i + 1] : '\n';

		if (p[i] == '"' && again) {
			i++;
		} else if (p[i] == '"' && inside) {
			inside = false;
			if (then != ',' && then != '\n' && then != '\r')
				return SIZE_MAX;
		} else if (p[i] == '"') {
			if (!begin)
				return SIZE_MAX;
			inside = true;
		} else if (p[i] == '\n' && !inside) {
			return i;
		}
		begin = p[i] == ',' && !inside;
		*commas += begin;
	}
	return SIZE_MAX;
}

static bool
is_plain_line(const char *p, size_t len, bool quotes)
{
	static const char form[] = "0000-00-00";
	bool quoted = memchr(p, '"', len) != NULL;

	if (memchr(p, '\r', len) || memchr(p, '\n', len) ||
	    (quoted && (!quotes || memchr(p, '\\', len))))
		return false;
	for (size_t i = 0; i < 10; i++)
		if (i >= len || (form[i] == '-') != (p[i] == '-') ||
		    (form[i] == '0' && (p[i] < '0' || p[i] > '9')))
			return false;
	return true;
}

/* Lines are taken while they are plain, and never one that is not; at most the
 * last ones, without 64 bytes for a step, are left. */
static void
check_lines(const char *p, size_t len, bool quotes)
{
	struct plain_lines should =
	    bytes_way(0)->csv_lines(p, len, LINE_COMMAS, quotes);
	const struct bytes_way *way;
	size_t lines = 0;
	size_t at = 0;
	size_t commas;
	size_t end;

	for (size_t i = 0; (way = bytes_way(i)); i++) {
		struct plain_lines is =
		    way->csv_lines(p, len, LINE_COMMAS, quotes);

		if (is.bytes != should.bytes || is.count != should.count)
			fail_msg("%s: csv_lines in %zu", way->name, len);
	}
	while ((end = row_end(p + at, len - at, &commas)) != SIZE_MAX &&
	    commas == LINE_COMMAS && is_plain_line(p + at, end, quotes) &&
	    at + end < len / 64 * 64) {
		at += end + 1;
		lines++;
	}
	assert_int_equal(should.bytes, at);
	assert_int_equal(should.count, lines);
}

/* What the rows are is for test_csv_rows, which has libcsv for a judge. */
static void
check_csv_marks(const char *p, size_t len)
{
	struct csv_marks *want = calloc(1, sizeof(*want));
	struct csv_marks *got = calloc(1, sizeof(*got));
	const struct bytes_way *way;

	bytes_way(0)->csv_marks(p, len, want);
	for (size_t i = 1; (way = bytes_way(i)); i++) {
		way->csv_marks(p, len, got);
		if (got->rows != want->rows || got->folded != want->folded)
			fail_msg("%s: csv_marks in %zu", way->name, len);
		for (size_t r = 0; r < want->rows; r++)
			if (got->ends[r] != want->ends[r] ||
			    got->quotes[r] != want->quotes[r])
				fail_msg("%s: row %zu of %zu bytes", way->name,
				    r, len);
		if (want->rows &&
		    memcmp(got->places, want->places,
			(want->ends[want->rows - 1] + 1) *
			    sizeof(*got->places)) != 0)
			fail_msg("%s: places in %zu bytes", way->name, len);
	}
	free(want);
	free(got);
}

static void
goes_over_plain_lines_and_no_others(void **state)
{
	static const char *const lines[] = {"2026-08-01T00:00:00Z,a,b,c\n",
	    "2026-08-01,,,\n", "1999-12-31,some more text,b,\"c\"\n",
	    "2026-08-0x,a,b,c\n", "2026/08/01,a,b,c\n", "\n",
	    "2026-08-01,a,b,c\r\n", "2026-08-01,a,b,c,d\n", "2026-08-01,a,b\n",
	    "a,b,c,d\n", "2026-08-\n", "2026-0:-01,,,\n",
	    "2026-08-01,\"a \"\"b\"\" c, d\",e,\n",
	    ("2026-08-01,\"\",\"long enough to reach over a step of 64 bytes, "
	     "with commas, and \"\"quotes\"\"\",\"x\"\n"),
	    "2026-08-01,\"a\\b\",c,d\n", "2026-08-01,a\\b,c,d\n",
	    "2026-08-01,a\"b\",c,d\n", "2026-08-01,\"a\"b,c,d\n",
	    "2026-08-01,\"a\nb\",c,d\n", "\"2026-08-01\",a,b,c\n"};
	const struct lines all = {lines, sizeof(lines) / sizeof(*lines), 2};
	uint64_t seed = 1;

	(void)state;
	for (size_t turn = 0; turn < 4000; turn++) {
		size_t len = next(&seed) % 400;
		char *p = text_of(&all, len, &seed);

		check_lines(p, len, turn % 2);
		check_csv_marks(p, len);
		free(p);
	}
}

/* Whether the line of LEN bytes at P, and what stands behind it, is plain. */
static bool
is_plain_json(const char *p, size_t len, char behind)
{
	struct str line = {p, len};

	return len >= 2 && p[0] == '{' && p[len - 1] == '}' && behind == '{' &&
	    str_find_char(line, '\\') == SIZE_MAX &&
	    bytes_way(0)->search(line, STR("}["), false) == SIZE_MAX &&
	    bytes_way(0)->search(line, STR("\"logs\""), false) == SIZE_MAX;
}

/* Lines are taken while they are plain, and never one that is not; at most the
 * last ones, whose step would reach beyond the end, are left. */
static void
check_json_lines(const char *p, size_t len)
{
	struct plain_lines should = bytes_way(0)->json_lines(p, len);
	size_t seen = len < 71 ? 0 : 1 + (len - 71 + 64) / 64 * 64;
	const struct bytes_way *way;
	const char *end;
	size_t lines = 0;
	size_t at = 0;

	for (size_t i = 0; (way = bytes_way(i)); i++) {
		struct plain_lines is = way->json_lines(p, len);

		if (is.bytes != should.bytes || is.count != should.count)
			fail_msg("%s: json_lines in %zu", way->name, len);
	}
	while (at < seen && (end = memchr(p + at, '\n', seen - at)) &&
	    is_plain_json(p + at, (size_t)(end - p) - at, end[1])) {
		at = (size_t)(end - p) + 1;
		lines++;
	}
	assert_int_equal(should.bytes, at);
	assert_int_equal(should.count, lines);
}

static void
goes_over_plain_json_lines_and_no_others(void **state)
{
	static const char *const lines[] = {
	    "{\"mailID\":\"a\",\"subject\":\"b\"}\n", "{}\n",
	    ("{\"subject\":\"long enough to reach over a step of 64 bytes, "
	     "with {braces} and [brackets] and log\",\"logType\":\"a\"}\n"),
	    "{\"logs\":[{}]}\n", "{\"a\":\"b\\\"\"}\n", "{}[\n",
	    "{\"a\":1}\r\n", "\n", " {\"a\":1}\n", "{\"a\":1} \n",
	    "[{\"a\":1}]\n", "{\"a\":\n", "1}\n", "<14>host {\"a\":1}\n",
	    "{\"l\"logs\"}\n", "{\"log\":1}\n"};
	const struct lines all = {lines, sizeof(lines) / sizeof(*lines), 3};
	uint64_t seed = 2;

	(void)state;
	for (size_t turn = 0; turn < 4000; turn++) {
		size_t len = next(&seed) % 400;
		char *p = text_of(&all, len, &seed);

		check_json_lines(p, len);
		free(p);
	}
}

static void
masks_what_plain_c_masks(void **state)
{
	(void)state;
	with_all(check_masks);
}

static void
check_search(
    const struct bytes_way *way, const char *p, size_t len, uint64_t *seed)
{
	const struct bytes_way *plain = bytes_way(0);
	struct str hay = {p, len};
	char text[40];
	struct str needle = {text, 1 + next(seed) % sizeof(text)};
	bool fold = next(seed) & 1;

	/* Mostly a piece of the hay, sometimes none. */
	memset(text, 'x', sizeof(text));
	if (len > needle.len)
		memcpy(text, p + next(seed) % (len - needle.len), needle.len);
	if (next(seed) % 4 == 0)
		text[next(seed) % needle.len] = '@';
	if (fold)
		for (size_t i = 0; i < needle.len; i++)
			text[i] = (char)ascii_lower((unsigned char)text[i]);
	if (way->search(hay, needle, fold) != plain->search(hay, needle, fold))
		fail_msg("%s: search of %zu in %zu bytes", way->name,
		    needle.len, len);
}

static void
searches_as_plain_c_does(void **state)
{
	(void)state;
	with_all(check_search);
}

static void
searches_with_ascii_case_only(void **state)
{
	/* clang-format off */
	static const struct {
		const char *hay;
		const char *needle;
		bool fold;
		size_t at;
	} rows[] = {
		{"", "a", true, SIZE_MAX},
		{"a", "a", false, 0},
		{"xA", "a", true, 1},
		{"xA", "a", false, SIZE_MAX},
		{"xx[xx@xx", "@xx", true, 5},
		{"xx`", "@", true, SIZE_MAX},
		{"{", "[", true, SIZE_MAX},
		{"ALICE@EXAMPLE.COM", "@example.com", true, 5},
		{"\xc3\x84", "\xc3\xa4", true, SIZE_MAX},
		{"0123456789012345678901234567890123456789needle", "needle", true, 40},
		{"nneneeneedneedlneedle", "needle", false, 15},
		{"needl", "needle", false, SIZE_MAX},
	};
	/* clang-format on */
	const struct bytes_way *way;

	(void)state;
	for (size_t number = 0; (way = bytes_way(number)); number++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (way->search(str_from(rows[i].hay),
				str_from(rows[i].needle),
				rows[i].fold) != rows[i].at)
				fail_msg("%s: '%s' in '%s'", way->name,
				    rows[i].needle, rows[i].hay);
}

static void
parity_is_the_inside_of_strings(void **state)
{
	(void)state;
	assert_int_equal(bytes_parity(0), 0);
	assert_int_equal(bytes_parity(1), UINT64_MAX);
	assert_int_equal(bytes_parity(0x12), 0x0e);
	assert_int_equal(bytes_parity((uint64_t)1 << 63), (uint64_t)1 << 63);
	assert_int_equal(bytes_parity(0x8000000000000001u), INT64_MAX);
}

/* The public functions are one of the ways, whichever. */
static void
public_functions_answer(void **state)
{
	static const char text[] = "0123456789{\"a\":\"b\\\"}\"}"
				   "\n0123456789012345678901234567890123456"
				   "789012345678901234567890";
	const char *end = text + sizeof(text) - 1;
	struct bytes_json masks;

	(void)state;
	assert_ptr_equal(bytes_find2(text, end, '}', '{'), text + 10);
	assert_ptr_equal(bytes_find_json_special(text, end), text + 11);
	assert_int_equal(bytes_count(text, end, '"'), 5);
	assert_int_equal(bytes_search((struct str){text, sizeof(text) - 1},
			     STR("\\\""), true),
	    17);
	bytes_json_masks(text, &masks);
	assert_int_equal(masks.newline, 1 << 22);
	assert_int_equal(masks.close, 1 << 19 | 1 << 21);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_plain_c_finds),
	    cmocka_unit_test(marks_everything),
	    cmocka_unit_test(masks_what_plain_c_masks),
	    cmocka_unit_test(searches_as_plain_c_does),
	    cmocka_unit_test(searches_with_ascii_case_only),
	    cmocka_unit_test(parity_is_the_inside_of_strings),
	    cmocka_unit_test(goes_over_plain_lines_and_no_others),
	    cmocka_unit_test(goes_over_plain_json_lines_and_no_others),
	    cmocka_unit_test(public_functions_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

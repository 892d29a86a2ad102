/* SPDX-License-Identifier: MIT */
/* TZif files made here (RFC 8536), whole and hostile, and POSIX strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mtrack/arena.h"
#include "mtrack/tzif.h"
#include "mtrack/zone.h"
#include "zonefile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct zone *
read_zone(struct arena *arena, const struct buffer *file)
{
	const struct zone *zone = NULL;
	struct fault fault;

	if (!zone_from_tzif(arena, buffer_str(file), &zone, &fault))
		fail_msg("%s", fault.what);
	return zone;
}

struct reading {
	int64_t utc;
	int32_t offset;
};

static void
check_offsets(const struct zone *zone, const struct reading *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (zone_offset(zone, rows[i].utc) != rows[i].offset)
			fail_msg("row %zu: %d", i,
			    (int)zone_offset(zone, rows[i].utc));
}

static void
reads_changes_and_the_rule_behind_them(void **state)
{
	static const struct reading rows[] = {
	    {INT64_MIN, 3208},
	    {-2422054409, 3208},
	    {-2422054408, 3600},
	    {323830799, 3600},
	    {323830800, 7200},
	    {338950799, 7200},
	    {338950800, 3600},
	    /* 1981, the first year of the rule */
	    {354675599, 3600},
	    {354675600, 7200},
	    {372819599, 7200},
	    {372819600, 3600},
	    /* 2026 */
	    {1774745999, 3600},
	    {1774746000, 7200},
	    {1792889999, 7200},
	    {1792890000, 3600},
	    /* 9999-03-28 and 9999-10-31 */
	    {253378198799, 3600},
	    {253378198800, 7200},
	    {253396947599, 7200},
	    {253396947600, 3600},
	};
	struct buffer file = BUFFER_EMPTY;
	const struct zone *zone;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	put_berlin(&file);
	zone = read_zone(&arena, &file);
	check_offsets(zone, rows, COUNT(rows));
	buffer_destroy(&file);
	arena_destroy(&arena);
}

static void
reads_version_1_where_there_is_no_more(void **state)
{
	static const struct reading rows[] = {
	    {-3000000000, 3208},
	    {323830799, 3600},
	    {323830800, 7200},
	    {338950800, 3600},
	    {1785000000, 3600},
	    {INT64_MAX, 3600},
	};
	static const struct change changes[] = {
	    {-2147483648, 1}, {323830800, 2}, {338950800, 1}};
	struct buffer file = BUFFER_EMPTY;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	put_block(&file, '\0', 4, changes, 3, berlin_types, 3);
	check_offsets(read_zone(&arena, &file), rows, COUNT(rows));
	buffer_destroy(&file);
	arena_destroy(&arena);
}

static void
takes_the_last_offset_where_no_rule_is_given(void **state)
{
	static const struct reading rows[] = {
	    {323830799, 3600}, {338950800, 3600}, {1785000000, 3600}};
	struct buffer file = BUFFER_EMPTY;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	put_file(&file, berlin_changes, 3, berlin_types, 3, "");
	check_offsets(read_zone(&arena, &file), rows, COUNT(rows));
	buffer_destroy(&file);
	arena_destroy(&arena);
}

/* Every shorter file, and every file with one byte changed, is read or refused;
 * the sanitizers watch. No cut file may be taken for a whole one. */
static void
survives_every_cut_and_every_changed_byte(void **state)
{
	struct buffer file = BUFFER_EMPTY;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	put_berlin(&file);
	for (size_t len = 0; len < file.len; len++) {
		const struct zone *zone;
		struct fault fault;
		char *copy = memory_resize(NULL, len, 1);

		memcpy(copy, file.ptr, len);
		if (zone_from_tzif(
			&arena, (struct str){copy, len}, &zone, &fault))
			fail_msg("%zu bytes were taken", len);
		memory_free(copy);
	}
	for (size_t at = 0; at < file.len; at++) {
		static const unsigned char values[] = {
		    0, 1, 0x7f, 0x80, 0xff, '\n', '9'};

		for (size_t v = 0; v < COUNT(values); v++) {
			const struct zone *zone = NULL;
			struct fault fault;
			char kept = file.ptr[at];
			int64_t utc;

			file.ptr[at] = (char)values[v];
			arena_reset(&arena);
			if (zone_from_tzif(
				&arena, buffer_str(&file), &zone, &fault)) {
				zone_offset(zone, 1785000000);
				zone_to_utc(zone, 1785000000, &utc);
				zone_to_utc(zone, INT64_MAX, &utc);
				zone_to_utc(zone, INT64_MIN, &utc);
			}
			file.ptr[at] = kept;
		}
	}
	buffer_destroy(&file);
	arena_destroy(&arena);
}

static void
refuses_files_that_are_inconsistent(void **state)
{
	static const struct change backward[] = {{100, 0}, {100, 1}};
	static const struct change no_type[] = {{100, 2}};
	static const int32_t types[] = {0, 3600};
	static const int32_t too_far[] = {26 * 3600 + 1};
	struct buffer files[6] = {{0}};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	put_file(&files[0], backward, 2, types, 2, "");
	put_file(&files[1], no_type, 1, types, 2, "");
	put_file(&files[2], NULL, 0, too_far, 1, "");
	put_file(&files[3], NULL, 0, types, 0, "");
	put_file(&files[4], NULL, 0, types, 2, "nonsense");
	buffer_put(&files[5], "#!/bin/sh\n", 10);
	for (size_t i = 0; i < COUNT(files); i++) {
		const struct zone *zone;
		struct fault fault;

		if (zone_from_tzif(
			&arena, buffer_str(&files[i]), &zone, &fault))
			fail_msg("file %zu was taken", i);
		assert_non_null(strstr(fault.what, "time zone file"));
		buffer_destroy(&files[i]);
	}
	arena_destroy(&arena);
}

static void
reads_posix_strings(void **state)
{
	static const struct {
		const char *text;
		struct reading rows[4];
	} zones[] = {
	    {"JST-9", {{0, 32400}, {1785000000, 32400}}},
	    {"<+0545>-5:45", {{0, 20700}}},
	    {"EST5EDT", {{1784160000, -14400}, {1767225600, -18000}}},
	    /* 2026-03-29T01:00Z and 2026-10-25T01:00Z */
	    {BERLIN,
		{{1774745999, 3600}, {1774746000, 7200}, {1792889999, 7200},
		    {1792890000, 3600}}},
	    /* Before 1970 too: 1960-07-01 and 1960-01-01. */
	    {BERLIN, {{-299980800, 7200}, {-315619200, 3600}}},
	    /* The south: summer time over the new year. */
	    {"AEST-10AEDT,M10.1.0,M4.1.0/3",
		{{1767225600, 39600}, {1784160000, 36000}}},
	    /* Times of other days (RFC 8536, 3.3.1): 2026-03-27T22:00-03:00 */
	    {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
		{{1774745999, -10800}, {1774746000, -7200}}},
	    /* Always summer time. */
	    {"XXX3EDT4,0/0,J365/23", {{0, -14400}, {1785000000, -14400}}},
	    /* J60 is March 1 in every year, day 59 (from 0) is February 29
	     * where there is one. */
	    {"AAA0BBB-1,J59/0,J60/0",
		{{1709078399, 0}, {1709078400, 3600}, {1709247599, 3600},
		    {1709247600, 0}}},
	    {"AAA0BBB-1,J59/0,J60/0", {{1677625199, 3600}, {1677625200, 0}}},
	    {"AAA0BBB-1,58/0,59/0",
		{{1709161199, 3600}, {1709161200, 0}, {1677625199, 3600},
		    {1677625200, 0}}},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(zones); i++) {
		struct zone zone;

		if (!tzif_read_posix(&arena, str_from(zones[i].text), &zone))
			fail_msg("%s was refused", zones[i].text);
		for (size_t j = 0; j < 4; j++) {
			const struct reading *row = &zones[i].rows[j];

			if ((row->utc || row->offset) &&
			    zone_offset(&zone, row->utc) != row->offset)
				fail_msg("%s at %lld: %d", zones[i].text,
				    (long long)row->utc,
				    (int)zone_offset(&zone, row->utc));
		}
	}
	arena_destroy(&arena);
}

static void
refuses_what_is_no_posix_string(void **state)
{
	static const char *const rows[] = {"", "A", "AB1", "JST", "JST-", "9",
	    "JST-25", "JST-9:60", "JST-9 ", "<+0>-9", "<+0900-9", "CET-1CE",
	    "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
	    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
	    "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,J0,J365",
	    "CET-1CEST,J366,J1", "CET-1CEST,366,1", "CET-1CEST,M3.5.0,M10.5.0,",
	    "CET-1CEST,M3.5,M10.5.0", "CET-99999999999"};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone zone;

		if (tzif_read_posix(&arena, str_from(rows[i]), &zone))
			fail_msg("`%s` was taken", rows[i]);
	}
	arena_destroy(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_changes_and_the_rule_behind_them),
	    cmocka_unit_test(reads_version_1_where_there_is_no_more),
	    cmocka_unit_test(takes_the_last_offset_where_no_rule_is_given),
	    cmocka_unit_test(survives_every_cut_and_every_changed_byte),
	    cmocka_unit_test(refuses_files_that_are_inconsistent),
	    cmocka_unit_test(reads_posix_strings),
	    cmocka_unit_test(refuses_what_is_no_posix_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The progress bar's line, and numbers as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mtrack/numeral.h"
#include "mtrack/progress.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
check(size_t row, struct buffer *out, const char *want)
{
	if (!str_eq(buffer_str(out), str_from(want)))
		fail_msg("row %zu: '%.*s', not '%s'", row,
		    STR_ARG(buffer_str(out)), want);
	buffer_clear(out);
}

static void
groups_digits_by_three(void **state)
{
	static const struct {
		uint64_t number;
		const char *want;
	} rows[] = {{0, "0 records"}, {1, "1 record"}, {999, "999 records"},
	    {1000, "1,000 records"}, {4872, "4,872 records"},
	    {1234567, "1,234,567 records"},
	    {UINT64_MAX, "18,446,744,073,709,551,615 records"}};
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		numeral_count(rows[i].number, "record", "records", &out);
		check(i, &out, rows[i].want);
	}
	buffer_destroy(&out);
}

static void
tells_bytes_with_two_digits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *want;
	} rows[] = {{0, "0 B"}, {999, "999 B"}, {1000, "1.0 KB"},
	    {1999, "1.9 KB"}, {9999, "9.9 KB"}, {10000, "10 KB"},
	    {999999, "999 KB"}, {1000000, "1.0 MB"},
	    {UINT64_C(1234567890), "1.2 GB"}, {UINT64_MAX, "18 EB"}};
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		numeral_bytes(rows[i].bytes, &out);
		check(i, &out, rows[i].want);
	}
	buffer_destroy(&out);
}

static void
shows_how_far_a_run_has_come(void **state)
{
	static const struct {
		struct progress_state now;
		unsigned width;
		const char *want;
	} rows[] = {
	    {{1500000, 3000000, 9712004, 3, 10}, 200,
		"[##########          ]  50%  1.5 MB of 3.0 MB  "
		"9,712,004 records  3 matches  0:11 left"},
	    {{0, 3000000, 0, 0, 10}, 200,
		"[                    ]   0%  0 B of 3.0 MB  0 records  "
		"0 matches"},
	    {{3000000, 3000000, 1, 1, 10}, 200,
		"[####################] 100%  3.0 MB of 3.0 MB  1 record  "
		"1 match"},
	    /* A file that grew while it was read. */
	    {{4000000, 3000000, 1, 1, 10}, 200,
		"[####################] 100%  4.0 MB of 3.0 MB  1 record  "
		"1 match"},
	    {{1, 3601, 1, 1, 1}, 200,
		"[                    ]   0%  1 B of 3.6 KB  1 record  "
		"1 match  1:00:01 left"},
	    /* So slow that nobody can tell. */
	    {{1, UINT64_MAX, 1, 1, 60}, 200,
		"[                    ]   0%  1 B of 18 EB  1 record  "
		"1 match"},
	    /* A pipe. */
	    {{1500000, 0, 12, 3, 10}, 200, "1.5 MB  12 records  3 matches"},
	    {{1500000, 0, 12, 3, 10}, 12, "1.5 MB  12 r"},
	};
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		progress_line(&rows[i].now, rows[i].width, &out);
		check(i, &out, rows[i].want);
	}
	buffer_destroy(&out);
}

static void
has_no_bar_where_none_is_wanted(void **state)
{
	struct counter counter = {0};

	(void)state;
	assert_null(progress_start(WHEN_NEVER, &counter, 10));
	progress_stop(NULL);
}

static void
ends_before_it_ever_showed(void **state)
{
	struct counter counter = {0};
	struct progress *progress = progress_start(WHEN_ALWAYS, &counter, 10);

	(void)state;
	assert_non_null(progress);
	progress_stop(progress);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(groups_digits_by_three),
	    cmocka_unit_test(tells_bytes_with_two_digits),
	    cmocka_unit_test(shows_how_far_a_run_has_come),
	    cmocka_unit_test(has_no_bar_where_none_is_wanted),
	    cmocka_unit_test(ends_before_it_ever_showed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

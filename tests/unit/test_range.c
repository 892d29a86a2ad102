/* SPDX-License-Identifier: MIT */
/* Ranges of sizes and delays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/range.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
reads_both_ends_with_their_units(void **state)
{
	static const struct {
		bool delay;
		const char *text;
		int64_t min;
		int64_t max;
	} rows[] = {
	    {false, "1..2", 1, 2},
	    {false, "0..0", 0, 0},
	    {false, "5..", 5, INT64_MAX},
	    {false, "..5", INT64_MIN, 5},
	    {false, "1K..2m", 1024, 2097152},
	    {false, "1G..", INT64_C(1) << 30, INT64_MAX},
	    {false, " 1 .. 2 ", 1, 2},
	    {false, "9223372036854775807..", INT64_MAX, INT64_MAX},
	    {true, "1..2", 1000, 2000},
	    {true, "90s..", 90000, INT64_MAX},
	    {true, "..5M", INT64_MIN, 300000},
	    {true, "1h..1D", 3600000, 86400000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_from(rows[i].text);
		struct range range;
		struct fault fault;
		bool good = rows[i].delay ? range_delays(text, &range, &fault)
					  : range_sizes(text, &range, &fault);

		if (!good)
			fail_msg("row %zu: %s", i, fault.what);
		if (range.min != rows[i].min || range.max != rows[i].max)
			fail_msg("row %zu: %lld..%lld", i, (long long)range.min,
			    (long long)range.max);
	}
}

static void
points_at_what_is_no_range(void **state)
{
	static const struct {
		bool delay;
		const char *text;
		size_t caret;
	} rows[] = {
	    {false, "", 0},
	    {false, "10M", 3},
	    {false, "..", 0},
	    {false, "x..5", 0},
	    {false, "1..y", 3},
	    {false, "1...5", 3},
	    {false, "1MB..2", 1},
	    {false, "1.5M..2M", 1},
	    {false, "1..2s", 4},
	    {false, "-1..2", 0},
	    {false, "2..1", 0},
	    {false, "1M..1K", 0},
	    {false, "9223372036854775808..", 0},
	    {false, "..9007199254740992G", 2},
	    {false, "1..99999999999999999999", 3},
	    {true, "1K..", 1},
	    {true, "1w..", 1},
	    {true, "1 h..", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_from(rows[i].text);
		struct range range;
		struct fault fault = {.caret = 77};
		bool good = rows[i].delay ? range_delays(text, &range, &fault)
					  : range_sizes(text, &range, &fault);

		if (good)
			fail_msg("row %zu: `%s` was taken", i, rows[i].text);
		if (fault.caret != rows[i].caret || !fault.rule ||
		    !fault.example)
			fail_msg("row %zu: caret %zu, %s", i, fault.caret,
			    fault.what);
	}
}

static void
includes_both_ends(void **state)
{
	struct range range = {10, 20};

	(void)state;
	assert_false(range_match(&range, 9));
	assert_true(range_match(&range, 10));
	assert_true(range_match(&range, 20));
	assert_false(range_match(&range, 21));
}

static void
reads_one_size(void **state)
{
	struct fault fault;
	uint64_t bytes;

	(void)state;
	assert_true(range_size(STR("512M"), &bytes, &fault));
	assert_int_equal(bytes, 512u << 20);
	assert_true(range_size(STR("4096"), &bytes, &fault));
	assert_int_equal(bytes, 4096);
	assert_false(range_size(STR("512T"), &bytes, &fault));
	assert_int_equal(fault.caret, 3);
	assert_false(range_size(STR(""), &bytes, &fault));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_both_ends_with_their_units),
	    cmocka_unit_test(points_at_what_is_no_range),
	    cmocka_unit_test(includes_both_ends),
	    cmocka_unit_test(reads_one_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

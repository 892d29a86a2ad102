/* SPDX-License-Identifier: MIT */
/* The period of a command line, and the license's window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/archive.h"
#include "mtrack/period.h"
#include "optionkit.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
print_end(int64_t ms, struct buffer *out)
{
	if (ms == INT64_MIN || ms == INT64_MAX)
		buffer_putc(out, '*');
	else
		timestamp_print(ms, NULL, out);
}

static void
resolves_both_ends(void **state)
{
	static const struct {
		const char *line;
		const char *period;
	} rows[] = {
	    {"-p|24h", "2026-10-09T12:00:00Z 2026-10-10T12:00:00Z"},
	    {"--period|30d", "2026-09-10T12:00:00Z 2026-10-10T12:00:00Z"},
	    {"-p|8w|--now|2026-10-01",
		"2026-08-06T00:00:00Z "
		"2026-10-01T00:00:00Z"},
	    {"-p|1h|-p|2h", "2026-10-10T10:00:00Z 2026-10-10T12:00:00Z"},
	    {"-p|3000000000d|--license|none",
		"0001-01-01T00:00:00Z "
		"2026-10-10T12:00:00Z"},
	    {"-S|yesterday", "2026-10-09T00:00:00Z 2026-10-10T12:00:00Z"},
	    {"-S|-3d", "2026-10-07T12:00:00Z 2026-10-10T12:00:00Z"},
	    {"-S|yesterday|-U|yesterday",
		"2026-10-09T00:00:00Z "
		"2026-10-10T00:00:00Z"},
	    {"-S|2026-08-03|-U|2026-10-01",
		"2026-08-03T00:00:00Z "
		"2026-10-02T00:00:00Z"},
	    {"-U|2026-10-01", "2026-08-03T00:00:00Z 2026-10-02T00:00:00Z"},
	    {"-U|2026-10-01|--license|standard",
		"2026-09-02T00:00:00Z "
		"2026-10-02T00:00:00Z"},
	    {"-U|2026-10-01|--license|none", "* 2026-10-02T00:00:00Z"},
	    {"-S|2020-01-01|--license|none",
		"2020-01-01T00:00:00Z "
		"2026-10-10T12:00:00Z"},
	    {"-S|2026-10-01|--tz|+09:00",
		"2026-09-30T15:00:00Z "
		"2026-10-10T12:00:00Z"},
	    /* Sixty calendar days are sixty days, though an hour longer. */
	    {"-S|2026-09-05|-U|2026-11-03|--tz|Europe/Berlin",
		"2026-09-04T22:00:00Z 2026-11-03T23:00:00Z"},
	    /* So are sixty 24-hour days, though the calendar says more. */
	    {"--now|2026-04-10|-p|60d|--tz|Europe/Berlin",
		"2026-02-08T22:00:00Z 2026-04-09T22:00:00Z"},
	    {"--since||-U|2026-10-01",
		"2026-08-03T00:00:00Z "
		"2026-10-02T00:00:00Z"},
	    /* Wherever they stand, --tz and --now come first. */
	    {"-S|today|--now|2026-09-02T20:00Z|--tz|+09:00",
		"2026-09-02T15:00:00Z 2026-09-02T20:00:00Z"},
	};
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct kit kit;
		int64_t since, until;

		kit_parse(&kit, rows[i].line);
		kit_show(&kit);
		if (!kit.good || kit.options.period != PERIOD_GIVEN)
			fail_msg("row %zu: %s", i, rows[i].line);
		buffer_clear(&out);
		assert_true(period_window(&kit.options, 0, &since, &until));
		print_end(since, &out);
		buffer_putc(&out, ' ');
		print_end(until, &out);
		if (!str_eq(buffer_str(&out), str_from(rows[i].period)))
			fail_msg("row %zu (%s): %.*s", i, rows[i].line,
			    STR_ARG(buffer_str(&out)));
		kit_done(&kit);
	}
	buffer_destroy(&out);
}

static void
refuses_what_is_no_period(void **state)
{
	static const struct {
		const char *line;
		const char *name;
		const char *what;
	} rows[] = {
	    {"-p|24h|--since|today", "-p", "does not go with --since"},
	    {"--until|today|-p|24h", "-p", "does not go with --until"},
	    {"-S|2026-10-02|-U|2026-10-01", "-U",
		"--since is not before --until"},
	    {"-U|2026-10-01T00:00|-S|2026-10-01", "-S",
		"--since is not before --until"},
	    {"-S|2026-10-11", "-S", "--since is not before now"},
	    {"-S|now", "-S", "--since is not before now"},
	    {"-p|61d", "-p",
		"the period is 61 days long, the advanced license searches 60 "
		"days at most"},
	    {"-S|2026-08-02|-U|2026-10-01", "-U",
		"the period is 61 days long, the advanced license searches 60 "
		"days at most"},
	    {"-p|5w|--license|standard", "-p",
		"the period is 35 days long, the standard license searches 30 "
		"days at most"},
	    {"-S|2026-08-11T11:00", "-S",
		"the period is 60 days 1 hour long, the advanced license "
		"searches 60 days at most"},
	    {"-p|24", "-p", "the unit is missing"},
	    {"-S|2026-10-32", "-S", "there is no such date"},
	    {"-S|bogus|-U|2026-10-01", "-S", "no time in a form that is known"},
	    {"--now|later", "--now", "no time in a form that is known"},
	    {"-S|2026-03-29T02:30|--tz|Europe/Berlin|--license|none", "-S",
		"this time does not exist: clocks were set forward"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct kit kit;

		kit_parse(&kit, rows[i].line);
		if (kit.good || kit.faults.count != 1) {
			kit_show(&kit);
			fail_msg("row %zu: %zu faults", i, kit.faults.count);
		}
		assert_string_equal(kit.faults.items[0].name.ptr, rows[i].name);
		assert_string_equal(
		    kit.faults.items[0].fault.what, rows[i].what);
		kit_done(&kit);
	}
}

static void
says_how_to_lift_the_window(void **state)
{
	struct kit kit;
	const char *rule;

	(void)state;
	kit_parse(&kit, "-p|90d");
	rule = kit.faults.items[0].fault.rule;
	assert_non_null(strstr(rule, "--license none"));
	assert_non_null(strstr(rule, "license = none"));
	kit_done(&kit);
}

static void
takes_the_window_that_ends_with_the_newest_day(void **state)
{
	struct kit kit;
	int64_t since, until;

	(void)state;
	kit_parse(&kit, "");
	assert_int_equal(kit.options.period, PERIOD_DEFAULT);
	assert_true(period_window(&kit.options, 20700, &since, &until));
	assert_int_equal(until, INT64_C(20701) * DAY_MS);
	assert_int_equal(since, INT64_C(20641) * DAY_MS);
	/* Without a file that has days all is searched. */
	assert_false(period_window(&kit.options, DAY_NONE, &since, &until));
	assert_int_equal(since, INT64_MIN);
	assert_int_equal(until, INT64_MAX);
	kit_done(&kit);
	kit_parse(&kit, "--license|none");
	assert_false(period_window(&kit.options, 20700, &since, &until));
	assert_int_equal(since, INT64_MIN);
	kit_done(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(resolves_both_ends),
	    cmocka_unit_test(refuses_what_is_no_period),
	    cmocka_unit_test(says_how_to_lift_the_window),
	    cmocka_unit_test(takes_the_window_that_ends_with_the_newest_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

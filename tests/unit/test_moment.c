/* SPDX-License-Identifier: MIT */
/* Moments and spans as a user writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/moment.h"
#include "mtrack/timestamp.h"
#include "mtrack/zone.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* 2026-10-10T12:00:00Z. */
#define NOW ((INT64_C(20736) * 24 + 12) * 3600 * 1000)

static bool
parse(struct arena *arena, const char *zone, const char *text, bool as_end,
    int64_t *ms, struct fault *fault)
{
	struct moment_rules rules = {.arena = arena, .now = NOW};

	assert_true(zone_open(arena, str_from(zone), &rules.zone, fault));
	return moment_parse(&rules, str_from(text), as_end, ms, fault);
}

static void
reads_words_dates_and_times(void **state)
{
	static const struct {
		const char *zone;
		const char *text;
		bool as_end;
		const char *moment;
	} rows[] = {
	    {"UTC", "now", false, "2026-10-10T12:00:00Z"},
	    {"UTC", "NOW", true, "2026-10-10T12:00:00Z"},
	    {"UTC", "today", false, "2026-10-10T00:00:00Z"},
	    {"UTC", "today", true, "2026-10-11T00:00:00Z"},
	    {"UTC", "yesterday", false, "2026-10-09T00:00:00Z"},
	    {"UTC", "yesterday", true, "2026-10-10T00:00:00Z"},
	    {"UTC", "-3d", false, "2026-10-07T12:00:00Z"},
	    {"UTC", "-3d", true, "2026-10-07T12:00:00Z"},
	    {"UTC", "-90m", false, "2026-10-10T10:30:00Z"},
	    {"UTC", "-2W", false, "2026-09-26T12:00:00Z"},
	    {"UTC", "-36h", false, "2026-10-09T00:00:00Z"},
	    {"UTC", "-300000w", false, "0001-01-01T00:00:00Z"},
	    {"UTC", "-3000000000d", false, "0001-01-01T00:00:00Z"},
	    {"UTC", "-26000000000d", false, "0001-01-01T00:00:00Z"},
	    {"UTC", "2026-10-01", false, "2026-10-01T00:00:00Z"},
	    {"UTC", "2026-10-01", true, "2026-10-02T00:00:00Z"},
	    {"UTC", "2026/12/31", true, "2027-01-01T00:00:00Z"},
	    {"UTC", " 2024-02-29 ", true, "2024-03-01T00:00:00Z"},
	    {"UTC", "2026-10-01T08:15", true, "2026-10-01T08:15:00Z"},
	    {"UTC", "2026-10-01 08:15:30", false, "2026-10-01T08:15:30Z"},
	    {"UTC", "2026-10-01T08:15:30.5Z", false,
		"2026-10-01T08:15:30.500Z"},
	    {"UTC", "2026-10-01T08:15:30+02:00", false, "2026-10-01T06:15:30Z"},
	    {"UTC", "1790842530", false, "2026-10-01T08:15:30Z"},
	    /* Where no zone is named the one of --tz is meant. */
	    {"+09:00", "2026-10-01T08:15", false, "2026-09-30T23:15:00Z"},
	    {"+09:00", "2026-10-01T08:15Z", false, "2026-10-01T08:15:00Z"},
	    {"+09:00", "2026-10-01", false, "2026-09-30T15:00:00Z"},
	    {"+09:00", "2026-10-01", true, "2026-10-01T15:00:00Z"},
	    {"+01:00", "2026-10-01T08:15", false, "2026-10-01T07:15:00Z"},
	    {"+09:00", "1790842530", false, "2026-10-01T08:15:30Z"},
	    {"+13:00", "today", false, "2026-10-10T11:00:00Z"},
	    {"-13:00", "today", false, "2026-10-09T13:00:00Z"},
	    {"Europe/Berlin", "today", false, "2026-10-09T22:00:00Z"},
	    /* Relative ones are 24-hour days, dates calendar days. */
	    {"Europe/Berlin", "2026-10-25", false, "2026-10-24T22:00:00Z"},
	    {"Europe/Berlin", "2026-10-25", true, "2026-10-25T23:00:00Z"},
	    /* Clocks set back: the first of the two. */
	    {"Europe/Berlin", "2026-10-25T02:30", false,
		"2026-10-25T00:30:00Z"},
	    {"Europe/Berlin", "2026-10-25T02:30+01:00", false,
		"2026-10-25T01:30:00Z"},
	    /* No midnight on this day: it begins at the change. */
	    {"America/Sao_Paulo", "2018-11-04", false, "2018-11-04T03:00:00Z"},
	};
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena arena;
		struct fault fault;
		int64_t ms;

		arena_init(&arena);
		if (!parse(&arena, rows[i].zone, rows[i].text, rows[i].as_end,
			&ms, &fault))
			fail_msg(
			    "row %zu (%s): %s", i, rows[i].text, fault.what);
		buffer_clear(&out);
		timestamp_print(ms, NULL, &out);
		if (!str_eq(buffer_str(&out), str_from(rows[i].moment)))
			fail_msg("row %zu (%s): %.*s", i, rows[i].text,
			    STR_ARG(buffer_str(&out)));
		arena_destroy(&arena);
	}
	buffer_destroy(&out);
}

static void
points_at_what_is_no_moment(void **state)
{
	static const struct {
		const char *zone;
		const char *text;
		size_t caret;
		const char *what;
	} rows[] = {
	    {"UTC", "", 0, "no time in a form that is known"},
	    {"UTC", "tomorrow", 0, "no time in a form that is known"},
	    {"UTC", "20261001", 0, "no time in a form that is known"},
	    {"UTC", "2026-10", 0, "no time in a form that is known"},
	    {"UTC", "2026-10-01T25:00", 0, "no time in a form that is known"},
	    {"UTC", "2026-10-01x", 0, "no time in a form that is known"},
	    {"UTC", "2026-13-01", 5, "there is no such date"},
	    {"UTC", "2026-02-29", 8, "there is no such date"},
	    {"UTC", "2026-10-00", 8, "there is no such date"},
	    {"UTC", "-3", 2, "the unit is missing"},
	    {"UTC", "-3y", 2, "the unit is one letter: m, h, d or w"},
	    {"UTC", "-3x", 2, "there is no such unit"},
	    {"UTC", "3d", 0, "a time before now begins with -"},
	    {"UTC", "2 weeks ago", 0, "a time before now begins with -"},
	    {"UTC", "2026-10-5", 0, "a date is written YYYY-MM-DD"},
	    {"UTC", "2026-13-5", 0, "no time in a form that is known"},
	    {"UTC", "2026-2-30", 0, "no time in a form that is known"},
	    {"UTC", "30.2.2026", 0, "no time in a form that is known"},
	    {"UTC", "monday", 0, "no time in a form that is known"},
	    {"UTC", "yesteday", 0,
		"no time in a form that is known; did you mean `yesterday`?"},
	    {"UTC", "-d", 1, "the number before the unit is missing"},
	    {"UTC", "-", 1, "the unit is missing"},
	    {"UTC", "-1.5h", 2, "a whole number is wanted here"},
	    {"UTC", "-99999999999999999w", 1, "the number is too large"},
	    {"Europe/Berlin", "2026-03-29T02:30", 0,
		"this time does not exist: clocks were set forward"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena arena;
		struct fault fault;
		int64_t ms;

		arena_init(&arena);
		if (parse(
			&arena, rows[i].zone, rows[i].text, false, &ms, &fault))
			fail_msg("row %zu: `%s` was taken", i, rows[i].text);
		if (!fault.example ||
		    !parse(&arena, rows[i].zone, fault.example, false, &ms,
			&(struct fault){.what = ""}))
			fail_msg("row %zu: no good example", i);
		if (fault.caret != rows[i].caret ||
		    strcmp(fault.what, rows[i].what) || !fault.rule)
			fail_msg("row %zu (%s): %zu %s", i, rows[i].text,
			    fault.caret, fault.what);
		arena_destroy(&arena);
	}
}

static void
reads_spans(void **state)
{
	static const struct {
		const char *text;
		int64_t minutes;
	} rows[] = {
	    {"1h", 60},
	    {"24h", 1440},
	    {"7d", 10080},
	    {"14d", 20160},
	    {"30D", 43200},
	    {"90m", 90},
	    {"2w", 20160},
	};
	static const char *const bad[] = {"", "h", "24", "0h", "-1h", "1.5h",
	    "1h30m", "1y", "1s", "h1", "99999999999999999999d"};
	static const struct {
		const char *text;
		const char *example;
	} mended[] = {
	    {"30days", "30d"},
	    {"30 Days", "30d"},
	    {"2weeks", "2w"},
	    {"15mins", "15m"},
	    {"24", "24d"},
	    {"6mo", "180d"},
	    {"1y", "365d"},
	    {"1s", "24h"},
	    {"1.5h", "24h"},
	    {"0days", "24h"},
	    {"9999999999 days", "24h"},
	};
	struct arena arena;
	struct fault fault;
	int64_t ms;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!moment_span(&arena, str_from(rows[i].text), &ms, &fault) ||
		    ms != rows[i].minutes * 60000)
			fail_msg("row %zu: %s", i, rows[i].text);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (moment_span(&arena, str_from(bad[i]), &ms, &fault))
			fail_msg("`%s` was taken", bad[i]);
	for (size_t i = 0; i < COUNT(mended); i++)
		if (moment_span(
			&arena, str_from(mended[i].text), &ms, &fault) ||
		    strcmp(fault.example, mended[i].example) != 0)
			fail_msg("row %zu: %s for `%s`", i, fault.example,
			    mended[i].text);
	arena_destroy(&arena);
}

static void
prints_spans_in_words(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
	    {0, "0 seconds"},
	    {1000, "1 second"},
	    {60 * DAY_MS, "60 days"},
	    {DAY_MS + 7200000, "1 day 2 hours"},
	    {61 * DAY_MS + 3600000 + 60000 + 2000,
		"61 days 1 hour 1 minute 2 seconds"},
	};
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buffer_clear(&out);
		moment_print_span(rows[i].ms, &out);
		if (!str_eq(buffer_str(&out), str_from(rows[i].text)))
			fail_msg("row %zu: %.*s", i, STR_ARG(buffer_str(&out)));
	}
	buffer_destroy(&out);
}

static void
tells_moments_from_addresses(void **state)
{
	static const char *const moments[] = {"2026-10-01", "2026/10/01",
	    "2026-10-01T08:00", "2026-99-99", "today", "Yesterday", "now",
	    "-3d", "-90m"};
	static const char *const others[] = {"", "a@b.c", "example.com",
	    "2026-10/01", "2026", "-x", "-d", "todays"};

	(void)state;
	for (size_t i = 0; i < COUNT(moments); i++)
		if (!moment_looks_like(str_from(moments[i])))
			fail_msg("`%s` is one", moments[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		if (moment_looks_like(str_from(others[i])))
			fail_msg("`%s` is none", others[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_words_dates_and_times),
	    cmocka_unit_test(points_at_what_is_no_moment),
	    cmocka_unit_test(reads_spans),
	    cmocka_unit_test(prints_spans_in_words),
	    cmocka_unit_test(tells_moments_from_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

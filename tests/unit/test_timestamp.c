/* SPDX-License-Identifier: MIT */
/* Times: the forms of SPEC 1.5, what is printed (4.2), the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/timestamp.h"
#include "mtrack/tzif.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NONE         INT64_MIN
#define BERLIN       "CET-1CEST,M3.5.0,M10.5.0/3"

static const struct timestamp_rules utc_rules;

static const struct zone *
posix_zone(struct arena *arena, const char *text)
{
	struct zone *zone = ARENA_NEW(arena, struct zone);

	assert_true(tzif_read_posix(arena, str_from(text), zone));
	return zone;
}

static const char *
shown(int64_t ms, const struct zone *zone, char text[64])
{
	struct buffer out = BUFFER_EMPTY;

	timestamp_print(ms, zone, &out);
	assert_true(out.len <= 40);
	snprintf(text, 64, "%.*s", STR_ARG(buffer_str(&out)));
	buffer_destroy(&out);
	return text;
}

/* splitmix64. */
static uint64_t
next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct reading {
	const char *text;
	int64_t ms;
};

static void
check_readings(const struct reading *rows, size_t count,
    const struct timestamp_rules *rules)
{
	for (size_t i = 0; i < count; i++) {
		int64_t ms = NONE;
		bool read = timestamp_parse(str_from(rows[i].text), rules, &ms);

		if (read != (rows[i].ms != NONE))
			fail_msg("`%s` was %s", rows[i].text,
			    read ? "taken" : "refused");
		if (read && ms != rows[i].ms)
			fail_msg("`%s` is %lld", rows[i].text, (long long)ms);
	}
}

static void
reads_every_built_in_form(void **state)
{
	static const struct reading rows[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"2026-10-01T08:15:30Z", 1790842530000},
	    {"2026-10-01t08:15:30z", 1790842530000},
	    {"2026-10-01 08:15:30Z", 1790842530000},
	    {"2026-10-01T08:15:30.5Z", 1790842530500},
	    {"2026-10-01T08:15:30.12345Z", 1790842530123},
	    {"2026-10-01T08:15:30.9999999999999999Z", 1790842530999},
	    {"2019-12-10T08:26:46.728Z", 1575966406728},
	    {"2026-10-01T08:15:30+00:00", 1790842530000},
	    {"2026-10-01T08:15:30-00:00", 1790842530000},
	    {"2026-10-01T17:15:30+09:00", 1790842530000},
	    {"2026-10-01T17:15:30.25+0900", 1790842530250},
	    {"2026-10-01T17:15:30+09", 1790842530000},
	    {"2026-09-30T22:45:30-09:30", 1790842530000},
	    {"2026-10-01 08:15:30", 1790842530000},
	    {"2026-10-01T08:15:30", 1790842530000},
	    {"2026-10-01 08:15:30.020", 1790842530020},
	    {"2026-10-01 08:15", 1790842500000},
	    {"2026-10-01T08:15", 1790842500000},
	    {"2026/10/01 08:15:30", 1790842530000},
	    {"2026/10/01T08:15:30Z", 1790842530000},
	    {"2026-10-01", 1790812800000},
	    {"2026/10/01", 1790812800000},
	    {"1790842530", 1790842530000},
	    {"1790842530123", 1790842530123},
	    {"0000000000", 0},
	    {"9999999999", 9999999999000},
	    {"9999999999999", 9999999999999},
	    {"0001-01-01T00:00:00Z", -62135596800000},
	    {"9999-12-31T23:59:59.999Z", 253402300799999},
	    {"1969-12-31T23:59:59.25Z", -750},
	    {"2024-02-29T00:00:00Z", 1709164800000},
	    {"2000-02-29T00:00:00Z", 951782400000},
	    /* A leap second stays in its day. */
	    {"2016-12-31T23:59:60Z", 1483228799999},
	    {"2016-12-31T23:59:60.5Z", 1483228799999},
	    {"2017-01-01T08:59:60+09:00", 1483228799999},
	};

	(void)state;
	check_readings(rows, COUNT(rows), &utc_rules);
}

static void
refuses_what_is_no_time(void **state)
{
	static const char *const rows[] = {"", " ", "now",
	    "2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z",
	    "1900-02-29T00:00:00Z", "2100-02-29", "2026-04-31T00:00:00Z",
	    "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
	    "2026-99-01T00:00:00Z", "2026-10-00T00:00:00Z",
	    "2026-10-32T00:00:00Z", "0000-01-01T00:00:00Z",
	    "2026-10-01T24:00:00Z", "2026-10-01T08:60:00Z",
	    "2026-10-01T08:15:61Z", "2026-10-01T08:15:60Z",
	    "2026-10-01T23:59:60+01:00", "2026-10-01T08:15:30.Z",
	    "2026-10-01T08:15:30,5Z", "2026-10-01T08:15:30 Z",
	    "2026-10-01T08:15:30ZZ", "2026-10-01T08:15:30X",
	    "2026-10-01T08:15:30+24:00", "2026-10-01T08:15:30+09:60",
	    "2026-10-01T08:15:30+9:00", "2026-10-01T08:15:30+09:0",
	    "2026-10-01T08:15:30+09:", "2026-10-01T08:15:30+090",
	    "2026-10-01T08:15:30+", "2026-10-01T", "2026-10-01T08",
	    "2026-10-01T08:", "2026-10-01T08:15:", "2026-10-01T08:15:3",
	    "2026-10-01x08:15:30Z", "2026-10-01  08:15", "2026-10-1",
	    "2026/10-01", "2026-10/01", "26-10-01", "20261001", "01.10.2026",
	    "179084253", "17908425301", "179084253012", "-790842530",
	    "+179084253", "179084253 ", "1790842530.5",
	    "2026-10-01T08:15:30\xc3\x9a", "\xb2\xb0\xb2\xb6-10-01T08:15:30Z",
	    /* Outside year 1 to 9999 in UTC: could not be printed so. */
	    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reading row = {rows[i], NONE};

		check_readings(&row, 1, &utc_rules);
	}
}

/* Each byte of the usual form in turn becomes each other byte: only digits may
 * stand for digits. What they then name is checked elsewhere. */
static void
takes_no_other_byte_in_the_usual_form(void **state)
{
	static const char good[] = "2026-10-01T08:15:30Z";

	(void)state;
	for (size_t at = 0; at < 20; at++)
		for (int c = 0; c < 256; c++) {
			char text[21];
			int64_t ms;
			bool digit = ascii_is_digit((unsigned char)c);
			bool was = ascii_is_digit((unsigned char)good[at]);

			memcpy(text, good, 21);
			text[at] = (char)c;
			if (!timestamp_parse(
				(struct str){text, 20}, &utc_rules, &ms))
				continue;
			if (digit != was)
				fail_msg("byte %zu as %d was taken", at, c);
			if (!was && (char)c != good[at] &&
			    !(at == 10 && (c == ' ' || c == 't')) &&
			    !(at == 19 && c == 'z'))
				fail_msg("byte %zu as %d was taken", at, c);
		}
}

/* Every second of a day by counting, and no others. */
static void
reads_every_second_of_a_day(void **state)
{
	int64_t count = 0;

	(void)state;
	for (int hour = 0; hour < 100; hour++)
		for (int minute = 0; minute < 100; minute++)
			for (int second = 0; second < 100; second++) {
				char text[32] = "1970-01-01T00:00:00Z";
				bool good =
				    hour < 24 && minute < 60 && second < 60;
				int64_t ms = NONE;

				text[11] = (char)('0' + hour / 10);
				text[12] = (char)('0' + hour % 10);
				text[14] = (char)('0' + minute / 10);
				text[15] = (char)('0' + minute % 10);
				text[17] = (char)('0' + second / 10);
				text[18] = (char)('0' + second % 10);
				if (hour == 23 && minute == 59 && second == 60)
					continue;
				if (timestamp_parse((struct str){text, 20},
					&utc_rules, &ms) != good ||
				    (good && ms != 1000 * count))
					fail_msg(
					    "%s is %lld", text, (long long)ms);
				count += good;
			}
	assert_int_equal(count, 86400);
}

/* Walks the calendar day by day, with no arithmetic but counting. */
static void
agrees_with_a_calendar_that_only_counts(void **state)
{
	static const int lengths[13] = {
	    0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t days = -719162;
	char text[24] = "0000-00-00T00:00:00Z";
	int year = 1;
	int month = 1;
	int day = 1;

	(void)state;
	while (year <= 9999) {
		bool leap =
		    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		int length = lengths[month] + (month == 2 && leap);
		int64_t ms;
		int y;
		int m;
		int d;

		timestamp_date(days, &y, &m, &d);
		if (y != year || m != month || d != day ||
		    timestamp_days(year, month, day) != days ||
		    !timestamp_is_date(year, month, day))
			fail_msg("day %lld", (long long)days);
		text[0] = (char)('0' + year / 1000);
		text[1] = (char)('0' + year / 100 % 10);
		text[2] = (char)('0' + year / 10 % 10);
		text[3] = (char)('0' + year % 10);
		text[5] = (char)('0' + month / 10);
		text[6] = (char)('0' + month % 10);
		text[8] = (char)('0' + day / 10);
		text[9] = (char)('0' + day % 10);
		if (!timestamp_parse((struct str){text, 20}, &utc_rules, &ms) ||
		    ms != days * DAY_MS)
			fail_msg("%s", text);
		days++;
		if (++day <= length)
			continue;
		assert_false(timestamp_is_date(year, month, day));
		day = 1;
		if (++month <= 12)
			continue;
		month = 1;
		year++;
	}
}

static void
knows_which_dates_do_not_exist(void **state)
{
	static const int rows[][3] = {{0, 1, 1}, {10000, 1, 1}, {2026, 0, 1},
	    {2026, 13, 1}, {2026, 1, 0}, {2026, 1, -1}, {2026, -1, 1},
	    {-4, 2, 29}, {1900, 2, 29}, {2026, 12, 32}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (timestamp_is_date(rows[i][0], rows[i][1], rows[i][2]))
			fail_msg("row %zu", i);
	assert_true(timestamp_is_date(2400, 2, 29));
	assert_int_equal(timestamp_days(-400, 3, 1), -719468 - 146097);
	assert_int_equal(timestamp_days(10000, 1, 1), 2932897);
}

static void
prints_utc_and_offsets(void **state)
{
	static const struct {
		int64_t ms;
		const char *zone; /* a POSIX string, NULL for UTC */
		const char *text;
	} rows[] = {
	    {1790842530000, NULL, "2026-10-01T08:15:30Z"},
	    {1790842530020, NULL, "2026-10-01T08:15:30.020Z"},
	    {1790842530500, NULL, "2026-10-01T08:15:30.500Z"},
	    {0, NULL, "1970-01-01T00:00:00Z"},
	    {-1, NULL, "1969-12-31T23:59:59.999Z"},
	    {-1000, NULL, "1969-12-31T23:59:59Z"},
	    {-DAY_MS - 1, NULL, "1969-12-30T23:59:59.999Z"},
	    {-62135596800000, NULL, "0001-01-01T00:00:00Z"},
	    {-62135596800001, NULL, "0000-12-31T23:59:59.999Z"},
	    {-62167219200001, NULL, "-0001-12-31T23:59:59.999Z"},
	    {253402300799999, NULL, "9999-12-31T23:59:59.999Z"},
	    {253402300800000, NULL, "+10000-01-01T00:00:00Z"},
	    {INT64_MAX, NULL, "+292278994-08-17T07:12:55.807Z"},
	    {INT64_MIN, NULL, "-292275055-05-16T16:47:04.192Z"},
	    {INT64_MAX, "JST-9", "+292278994-08-17T07:12:55.807Z"},
	    {1790842530000, "JST-9", "2026-10-01T17:15:30+09:00"},
	    {1790842530000, "NST3:30", "2026-10-01T04:45:30-03:30"},
	    {1790842530000, BERLIN, "2026-10-01T10:15:30+02:00"},
	    {1798705800000, BERLIN, "2026-12-31T09:30:00+01:00"},
	    {1798705800000, "GMT0BST,M3.5.0/1,M10.5.0",
		"2026-12-31T08:30:00+00:00"},
	    /* Offsets with seconds are cut to the minute below. */
	    {0, "LMT-0:53:28", "1970-01-01T00:53:00+00:53"},
	    {0, "LMT0:25:21", "1969-12-31T23:34:00-00:26"},
	    /* No year 10000 nor year 0: then UTC, which reads back. */
	    {253402300799000, "JST-9", "9999-12-31T23:59:59Z"},
	    {-62135596800000, "EST5", "0001-01-01T00:00:00Z"},
	    /* Nor is an offset of a day or more one that reads back. */
	    {0, "AAA24", "1970-01-01T00:00:00Z"},
	    {0, "AAA-24:59", "1970-01-01T00:00:00Z"},
	};
	struct arena arena;
	char text[64];

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct zone *zone =
		    rows[i].zone ? posix_zone(&arena, rows[i].zone) : NULL;

		if (strcmp(shown(rows[i].ms, zone, text), rows[i].text))
			fail_msg("row %zu printed %s, not %s", i, text,
			    rows[i].text);
	}
	arena_destroy(&arena);
}

static void
prints_what_reads_back_the_same(void **state)
{
	static const char *const zones[] = {
	    "JST-9", "LMT-0:53:28", BERLIN, "<-0330>3:30<-0230>,J60/1,300/26"};
	const int64_t first = -62135596800000;
	const int64_t span = 253402300799999 - first + 1;
	struct arena arena;
	uint64_t seed = 3;
	char text[64];

	(void)state;
	arena_init(&arena);
	for (size_t z = 0; z <= COUNT(zones); z++) {
		const struct zone *zone =
		    z ? posix_zone(&arena, zones[z - 1]) : NULL;

		for (int i = 0; i < 20000; i++) {
			int64_t ms = first +
			    (int64_t)(next_random(&seed) % (uint64_t)span);
			int64_t again = NONE;

			if (i % 2)
				ms -= (ms % 1000 + 1000) % 1000;
			if (!timestamp_parse(str_from(shown(ms, zone, text)),
				&utc_rules, &again) ||
			    again != ms)
				fail_msg(
				    "%lld printed %s", (long long)ms, text);
		}
	}
	arena_destroy(&arena);
}

static void
reads_times_without_a_zone_in_the_archives_zone(void **state)
{
	static const struct reading rows[] = {
	    {"2026-10-01 10:15:30", 1790842530000},
	    {"2026-10-01T10:15", 1790842500000},
	    {"2026-12-31 09:30", 1798705800000},
	    /* Has its own. */
	    {"2026-10-01T08:15:30Z", 1790842530000},
	    {"2026-10-01T08:15:30+00:00", 1790842530000},
	    {"1790842530", 1790842530000},
	    /* 2026-03-29: from 02:00 to 03:00 the clock showed nothing. */
	    {"2026-03-29 01:59:59.5", 1774745999500},
	    {"2026-03-29 02:00", 1774746000000},
	    {"2026-03-29 02:30:10.5", 1774746000000},
	    {"2026-03-29 03:00", 1774746000000},
	    {"2026-03-29 03:00:00.5", 1774746000500},
	    /* 2026-10-25: 02:30 was twice, the first counts. */
	    {"2026-10-25 02:30", 1792888200000},
	    {"2026-10-25 03:00", 1792893600000},
	    {"2026-10-01", 1790805600000},
	};
	struct arena arena;
	struct timestamp_rules rules = {0};

	(void)state;
	arena_init(&arena);
	rules.zone = posix_zone(&arena, BERLIN);
	check_readings(rows, COUNT(rows), &rules);
	arena_destroy(&arena);
}

static void
says_what_else_a_time_was(void **state)
{
	static const struct {
		const char *text;
		bool is_date;
		enum zone_local local;
		int64_t day;
	} rows[] = {
	    {"2026-10-01", true, ZONE_ONCE, 20727},
	    {"2026-10-01 00:00", false, ZONE_ONCE, 20727},
	    {"2026-03-29 02:30", false, ZONE_NEVER, 20541},
	    {"2026-03-29 02:30Z", false, ZONE_ONCE, 20541},
	    {"2026-10-25 02:30", false, ZONE_TWICE, 20751},
	    {"2026-10-25 02:30+02:00", false, ZONE_ONCE, 20751},
	    {"1790842530", false, ZONE_ONCE, 0},
	};
	struct arena arena;
	struct timestamp_rules rules = {0};

	(void)state;
	arena_init(&arena);
	rules.zone = posix_zone(&arena, BERLIN);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct timestamp found;

		assert_true(
		    timestamp_read(str_from(rows[i].text), &rules, &found));
		if (found.is_date != rows[i].is_date ||
		    found.local != rows[i].local || found.day != rows[i].day)
			fail_msg("%s: %d %d %lld", rows[i].text, found.is_date,
			    (int)found.local, (long long)found.day);
	}
	arena_destroy(&arena);
}

/* clang-format off */
static const struct {
	const char *format;
	const char *text;
	const char *utc; /* NULL: refused */
} forms[] = {
    {"%d/%m/%Y %H:%M:%S", "01/10/2026 08:15:30", "2026-10-01T08:15:30Z"},
    {"%d/%m/%Y %H:%M:%S", "1/10/2026  8:5:3", "2026-10-01T08:05:03Z"},
    {"%d/%m/%Y %H:%M:%S", "31/02/2026 08:15:30", NULL},
    {"%d/%m/%Y %H:%M:%S", "01/10/26 08:15:30", NULL},
    {"%d/%m/%Y %H:%M:%S", "01/10/2026 08:15:30Z", NULL},
    {"%d/%m/%Y %H:%M:%S", "01/10/2026 24:15:30", NULL},
    {"%d/%m/%Y %H:%M:%S", "01/10/2026 08:15", NULL},
    {"%d/%m/%Y %H:%M:%S", "2026-10-01T08:15:30Z", "2026-10-01T08:15:30Z"},
    {"%d.%m.%Y %H:%M:%S", "01.10.2026 08:15:30.5", "2026-10-01T08:15:30.500Z"},
    {"%d.%m.%Y %H:%M:%S.", "01.10.2026 08:15:30.", "2026-10-01T08:15:30Z"},
    {"%d.%m.%Y %H:%M:%S.", "01.10.2026 08:15:30.5", NULL},
    {"%d/%b/%Y:%H:%M:%S %z", "01/Oct/2026:17:15:30 +0900", "2026-10-01T08:15:30Z"},
    {"%d/%b/%Y:%H:%M:%S %z", "01/october/2026:08:15:30 Z", "2026-10-01T08:15:30Z"},
    {"%d/%b/%Y:%H:%M:%S %z", "01/Okt/2026:08:15:30 Z", NULL},
    {"%b %d %Y %I:%M %p", "MAY 05 2026 12:01 AM", "2026-05-05T00:01:00Z"},
    {"%b %d %Y %I:%M %p", "May 5 2026 12:01 pm", "2026-05-05T12:01:00Z"},
    {"%b %d %Y %I:%M %p", "May 5 2026 11:01 pm", "2026-05-05T23:01:00Z"},
    {"%b %d %Y %I:%M %p", "May 5 2026 1:01 am", "2026-05-05T01:01:00Z"},
    {"%b %d %Y %I:%M %p", "May 5 2026 13:01 pm", NULL},
    {"%b %d %Y %I:%M %p", "May 5 2026 0:01 am", NULL},
    {"%b %d %Y %I:%M %p", "May 5 2026 1:01 xm", NULL},
    {"%Y%m%d%H%M%S", "20261001081530", "2026-10-01T08:15:30Z"},
    {"%d.%m.%Y", "01.10.2026", "2026-10-01T00:00:00Z"},
    {"%d.%m.%Y", "", NULL},
    {"100%% %Y-%m-%d", "100% 2026-10-01", "2026-10-01T00:00:00Z"},
    {"100%% %Y-%m-%d", "100 2026-10-01", NULL},
    /* The given forms come first: here the day stands before the month. */
    {"%Y-%d-%m", "2026-10-01", "2026-01-10T00:00:00Z"},
    {"%Y-%d-%m", "2026-10-13", "2026-10-13T00:00:00Z"},
    {"%Y-%d-%mT%H:%M:%SZ", "2026-10-01T08:15:30Z", "2026-01-10T08:15:30Z"},
};
/* clang-format on */

static void
reads_the_users_own_forms(void **state)
{
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct str format = str_from(forms[i].format);
		struct timestamp_rules rules = {NULL, &format, 1};
		struct fault fault;
		int64_t ms;
		bool read;

		if (!timestamp_format_check(format, &fault))
			fail_msg("%s: %s", forms[i].format, fault.what);
		read = timestamp_parse(str_from(forms[i].text), &rules, &ms);
		if (read != (forms[i].utc != NULL))
			fail_msg("%s: `%s` was %s", forms[i].format,
			    forms[i].text, read ? "taken" : "refused");
		if (read && strcmp(shown(ms, NULL, text), forms[i].utc))
			fail_msg("%s: `%s` is %s", forms[i].format,
			    forms[i].text, text);
	}
}

static void
points_at_what_is_wrong_with_a_form(void **state)
{
	static const struct {
		const char *format;
		size_t caret;
		const char *what;
	} rows[] = {
	    {"", FAULT_NO_CARET, "no year"},
	    {"%m/%d", FAULT_NO_CARET, "no year"},
	    {"%Y/%d", FAULT_NO_CARET, "no month"},
	    {"%Y/%b", FAULT_NO_CARET, "no day"},
	    {"%d/%m/%y", 6, "%y is not known"},
	    {"%T %Y-%m-%d", 0, "%T is not known"},
	    {"%Y-%m-%d %", 9, "lone %"},
	    {"%Y-%m-%d %m", 9, "gives again"},
	    {"%Y-%m-%d %b", 9, "gives again"},
	    {"%Y-%m-%d %H %I %p", 12, "gives again"},
	    {"%Y-%m-%d %I:%M", FAULT_NO_CARET, "needs %p"},
	    {"%Y-%m-%d %H:%M %p", FAULT_NO_CARET, "goes with %I"},
	    {"%Y-%m-%d %M", FAULT_NO_CARET, "needs an hour"},
	    {"%Y-%m-%d %H %S", FAULT_NO_CARET, "needs minutes"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fault fault;
		struct fault none;

		if (timestamp_format_check(str_from(rows[i].format), &fault))
			fail_msg("`%s` was taken", rows[i].format);
		if (fault.caret != rows[i].caret ||
		    !strstr(fault.what, rows[i].what))
			fail_msg("`%s`: %s", rows[i].format, fault.what);
		assert_true(
		    timestamp_format_check(str_from(fault.example), &none));
	}
}

/* What is remembered of the date before changes no answer; there is none at
 * first, and no bytes are taken for it. */
static void
remembers_dates_that_it_read(void **state)
{
	static const char none[] = "\0\0\0\0\0\0\0\0\0\0T00:00:00Z";
	static const struct {
		struct str text;
		int64_t ms;
	} rows[] = {
	    {{none, sizeof(none) - 1}, NONE},
	    {{"2026-10-01T08:15:30Z", 20}, 1790842530000},
	    {{"2026-10-01T08:15:31Z", 20}, 1790842531000},
	    {{"2026-10-01T08:15:31.250Z", 24}, 1790842531250},
	    {{"2026-10-01T08:15:31.2x0Z", 24}, NONE},
	    {{"2026-10-01T08:15:61.250Z", 24}, NONE},
	    {{"2026-10-01T24:00:00Z", 20}, NONE},
	    {{"2026-10-01t08:15:30Z", 20}, 1790842530000},
	    {{"2026-13-01T08:15:30Z", 20}, NONE},
	    {{"2026-10-01T08:15:30Z", 20}, 1790842530000},
	    {{"2026-10-02T08:15:30Z", 20}, 1790928930000},
	    {{none, sizeof(none) - 1}, NONE},
	};
	const struct timestamp_rules rules = {0};
	struct timestamp_near near = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t ms = NONE;

		assert_int_equal(
		    timestamp_parse_near(rows[i].text, &rules, &near, &ms),
		    rows[i].ms != NONE);
		assert_int_equal(ms, rows[i].ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(remembers_dates_that_it_read),
	    cmocka_unit_test(reads_every_built_in_form),
	    cmocka_unit_test(refuses_what_is_no_time),
	    cmocka_unit_test(takes_no_other_byte_in_the_usual_form),
	    cmocka_unit_test(reads_every_second_of_a_day),
	    cmocka_unit_test(agrees_with_a_calendar_that_only_counts),
	    cmocka_unit_test(knows_which_dates_do_not_exist),
	    cmocka_unit_test(prints_utc_and_offsets),
	    cmocka_unit_test(prints_what_reads_back_the_same),
	    cmocka_unit_test(reads_times_without_a_zone_in_the_archives_zone),
	    cmocka_unit_test(says_what_else_a_time_was),
	    cmocka_unit_test(reads_the_users_own_forms),
	    cmocka_unit_test(points_at_what_is_wrong_with_a_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

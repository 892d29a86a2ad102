/* SPDX-License-Identifier: MIT */
/* Days read out of names and folders. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "mtrack/promise.h"
#include "mtrack/timestamp.h"

/* clang-format off */
static const struct row {
	const char *path;
	const char *days; /* "" for none */
} rows[] = {
	/* one day, in each way to write it */
	{"2026-10-03.json", "2026-10-03 2026-10-03"},
	{"tmes.log-20261003.gz", "2026-10-03 2026-10-03"},
	{"2026_10_03.csv", "2026-10-03 2026-10-03"},
	{"tmes_2026-10-03T04.json", "2026-10-03 2026-10-03"},
	{"a/b/x-20261003081530.json", "2026-10-03 2026-10-03"},
	{"x-20261003T081530Z.json", "2026-10-03 2026-10-03"},
	{"20261003-081530.json", "2026-10-03 2026-10-03"},
	{"2026-10-03-04.json", "2026-10-03 2026-10-03"},
	{"2026-10-03_04.json", "2026-10-03 2026-10-03"},
	{"2026-10-03.", "2026-10-03 2026-10-03"},
	{"v2-2026-10-03", "2026-10-03 2026-10-03"},
	{"2024-02-29.json", "2024-02-29 2024-02-29"},
	{"1990-01-01", "1990-01-01 1990-01-01"},
	{"2099-12-31", "2099-12-31 2099-12-31"},
	/* from one day to another */
	{"2026-10-01_2026-10-07.json", "2026-10-01 2026-10-07"},
	{"20261007-20261001.json", "2026-10-01 2026-10-07"},
	{"2026-10-05,2026-10-01,2026-10-09", "2026-10-01 2026-10-09"},
	{"2026-10-03-2026-10-05", "2026-10-03 2026-10-05"},
	/* a month */
	{"2026-10.json", "2026-10-01 2026-10-31"},
	{"2026-02.json", "2026-02-01 2026-02-28"},
	{"2028-02-poll.json", "2028-02-01 2028-02-29"},
	{"2026-12", "2026-12-01 2026-12-31"},
	{"2026-10-3.json", "2026-10-01 2026-10-31"},
	{"2026-10-2026-11.json", "2026-10-01 2026-11-30"},
	/* nearly dates */
	{"2026-13-01", ""},
	{"2026-02-29", ""},
	{"2026-10-33", ""},
	{"2026_10.json", ""},
	{"2026-10_33.json", "2026-10-01 2026-10-31"},
	{"12026-10-03", ""},
	{"2026-10-031", "2026-10-01 2026-10-31"},
	{"2026-1-03", ""},
	{"1989-12-31", ""},
	{"2100-01-01", ""},
	{"20261301", ""},
	{"202610", ""},
	{"2026100304", ""},
	{"202610030405", ""},
	{"20261003246000", ""},
	{"120261003", ""},
	{"2026", ""},
	{"2026-", ""},
	{"2026-1", ""},
	{"tmes.log", ""},
	{"tmes.log.2.gz", ""},
	{"", ""},
	/* the nearest folder that has days */
	{"2026-10-03/x.json", "2026-10-03 2026-10-03"},
	{"arc/2026-10/a/b/x.json", "2026-10-01 2026-10-31"},
	{"2026-10-03/2026-10-04/x.json", "2026-10-04 2026-10-04"},
	{"2026-10-03/2026-10-04.json", "2026-10-04 2026-10-04"},
	{"2026/10/03/x.json.gz", "2026-10-03 2026-10-03"},
	{"/arc/2026/10/03/x.json.gz", "2026-10-03 2026-10-03"},
	{"/arc/2026/10/03/14/x.json.gz", "2026-10-03 2026-10-03"},
	{"/arc/2026/10/x.json.gz", "2026-10-01 2026-10-31"},
	{"/arc/2026/10/03.json.gz", "2026-10-01 2026-10-31"},
	{"2026/10/2026-11-02.json", "2026-11-02 2026-11-02"},
	{"2026/10/03", "2026-10-01 2026-10-31"}, /* 03 is the file */
	{"2026/13/03/x", ""},
	{"2026/x.json", ""},
	{"10/03/x.json", ""},
	{"x2026/10/03/x.json", ""},
};
/* clang-format on */

static void
print_day(int32_t day, char *to, size_t size)
{
	int year;
	int month;
	int date;

	timestamp_date(day, &year, &month, &date);
	snprintf(to, size, "%04d-%02d-%02d", year, month, date);
}

static void
reads_days_from_the_name_or_the_nearest_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int32_t first;
		int32_t last;
		char got[64] = "";

		if (promise_days(str_from(rows[i].path), &first, &last)) {
			print_day(first, got, 20);
			strcat(got, " ");
			print_day(last, got + strlen(got), 20);
		}
		if (strcmp(got, rows[i].days))
			fail_msg("%s: want `%s`, got `%s`", rows[i].path,
			    rows[i].days, got);
	}
}

/* Names are written by others: none is read beyond its end. */
static void
stays_inside_every_name_of_a_few_characters(void **state)
{
	static const char alphabet[] = "2019-_/x";

	(void)state;
	for (uint32_t seed = 0; seed < 50000; seed++) {
		uint32_t value = seed * 2654435761u;
		size_t len = seed % 13;
		char *name = test_malloc(len + 1);
		int32_t first = 1;
		int32_t last = 0;

		for (size_t i = 0; i < len; i++, value = value * 1664525 + 1)
			name[i] = alphabet[value >> 29];
		if (promise_days((struct str){name, len}, &first, &last))
			assert_true(first <= last);
		test_free(name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_days_from_the_name_or_the_nearest_folder),
	    cmocka_unit_test(stays_inside_every_name_of_a_few_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

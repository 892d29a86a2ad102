/* SPDX-License-Identifier: MIT */
/* raw: the archive's own bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/writer_raw.h"
#include "written.h"

#define ROWS_MAX 5

struct raw_row {
	uint32_t file;
	uint64_t offset;
	uint32_t item;
	struct str header;
	struct str raw;
};

static const struct case_row {
	const char *name;
	struct raw_row rows[ROWS_MAX];
	size_t count;
	bool null_end;
	struct str text;
} cases[] = {
    /* clang-format off */
    {"bytes as they are",
	{{0, 0, 0, STR(""), STR("{\"a\":\"\xff\x1b\"} ")}}, 1, false,
	STR("{\"a\":\"\xff\x1b\"} \n")},
    {"a pretty-printed record on one line",
	{{0, 0, 0, STR(""), STR("{\r\n    \"a\": \"b  c\",\n\n\t\"d\":  1\n}")}}, 1, false,
	STR("{ \"a\": \"b  c\", \"d\":  1 }\n")},
    {"a syslog line whole",
	{{0, 9, 0, STR(""), STR("<134>Oct  1 host mx: {\"a\":1}")}}, 1, false,
	STR("<134>Oct  1 host mx: {\"a\":1}\n")},
    {"recipients of one record once",
	{{0, 5, 0, STR(""), STR("{1}")}, {0, 5, 1, STR(""), STR("{1}")},
	 {0, 9, 0, STR(""), STR("{2}")}, {1, 9, 0, STR(""), STR("{2}")}}, 4, false,
	STR("{1}\n{2}\n{2}\n")},
    {"the header when it changes",
	{{0, 4, 0, STR("a,b"), STR("1,2")}, {0, 8, 0, STR("a,b"), STR("\"3\n3\",4")},
	 {1, 4, 0, STR("b,a"), STR("5,6")}, {2, 0, 0, STR(""), STR("{}")},
	 {3, 4, 0, STR("b,a"), STR("7,8")}}, 5, false,
	STR("a,b\n1,2\n\"3\n3\",4\nb,a\n5,6\n{}\n7,8\n")},
    {"NUL ends",
	{{0, 4, 0, STR("a,b"), STR("1,2")}, {0, 8, 0, STR("a,b"), STR("3,4")}}, 2, true,
	STR("a,b\0" "1,2\0" "3,4\0")},
    {"nothing", {{0, 0, 0, STR(""), STR("")}}, 0, false, STR("")},
    /* clang-format on */
};

static void
prints_what_the_archive_holds(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	assert_true(writer_raw.records_only);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct writer_plan plan = {.null_end = cases[i].null_end};
		struct record records[ROWS_MAX] = {{0}};

		for (size_t k = 0; k < cases[i].count; k++) {
			const struct raw_row *row = &cases[i].rows[k];

			records[k].origin.file = row->file;
			records[k].origin.offset = row->offset;
			records[k].origin.item = row->item;
			records[k].raw_header = row->header;
			records[k].raw = row->raw;
		}
		buffer_clear(&text);
		written(
		    &writer_raw, &plan, NULL, records, cases[i].count, &text);
		assert_bytes(cases[i].name, buffer_str(&text), cases[i].text);
	}
	buffer_destroy(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_what_the_archive_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

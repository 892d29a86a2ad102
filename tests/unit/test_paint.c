/* SPDX-License-Identifier: MIT */
/* Colours by what became of a mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/paint.h"
#include "written.h"

#define GREEN  "\x1b[32m"
#define YELLOW "\x1b[33m"
#define RED    "\x1b[31m"

static const struct row {
	const char *type;
	const char *action;
	const char *begin;
} rows[] = {
    {"accepted", "Delivered", GREEN},
    {"accepted", "delivered", GREEN},
    {"accepted", "Delivered late", ""},
    {"accepted", "Deliver", ""},
    {"accepted", "Temporary delivery error", YELLOW},
    {"accepted", "temporary-delivery_error", YELLOW},
    {"accepted", "Bounced", RED},
    {"accepted", "Deleted", RED},
    {"accepted", "Quarantined", RED},
    {"accepted", "Expired", RED},
    {"accepted", "Redirected", ""},
    {"accepted", "Scanning in sandbox", ""},
    {"blocked", "", RED},
    {"blocked", "Delivered", RED},
    {"", "", ""},
    {"", "-", ""},
};

static void
paints_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct record rec = {.present = 0};

		rec.text[FIELD_TYPE] = str_from(rows[i].type);
		rec.text[FIELD_ACTION] = str_from(rows[i].action);
		if (*rows[i].type)
			rec.present |= FIELD_BIT(FIELD_TYPE);
		if (*rows[i].action)
			rec.present |= FIELD_BIT(FIELD_ACTION);
		assert_bytes(rows[i].action, paint_record(&rec),
		    str_from(rows[i].begin));
	}
}

static void
leaves_alone_what_is_no_record(void **state)
{
	struct record absent = {.text = {[FIELD_TYPE] = STR("blocked")}};

	(void)state;
	assert_int_equal(paint_record(NULL).len, 0);
	assert_int_equal(paint_record(&absent).len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paints_as_the_table_says),
	    cmocka_unit_test(leaves_alone_what_is_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The vendor's limits by license. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/license.h"

static void
knows_the_limits_of_each_license(void **state)
{
	/* SPEC 5. */
	static const struct license rows[] = {
	    {"advanced", 60, 10, 50000, 5},
	    {"standard", 30, 10, 50000, 5},
	    {"none", UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct license *found =
		    license_find(str_from(rows[i].name));

		assert_non_null(found);
		assert_string_equal(found->name, rows[i].name);
		assert_int_equal(found->window_days, rows[i].window_days);
		assert_int_equal(found->addresses, rows[i].addresses);
		assert_int_equal(found->export_records, rows[i].export_records);
		assert_int_equal(found->exports_a_day, rows[i].exports_a_day);
		assert_ptr_equal(found, license_row(i));
	}
	assert_null(license_row(3));
}

static void
takes_advanced_when_nothing_is_said(void **state)
{
	(void)state;
	assert_string_equal(license_default()->name, "advanced");
}

static void
ignores_case_and_refuses_other_names(void **state)
{
	(void)state;
	assert_ptr_equal(license_find(STR("NONE")), license_find(STR("none")));
	assert_null(license_find(STR("")));
	assert_null(license_find(STR("adv")));
	assert_null(license_find(STR("unlimited")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_the_limits_of_each_license),
	    cmocka_unit_test(takes_advanced_when_nothing_is_said),
	    cmocka_unit_test(ignores_case_and_refuses_other_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

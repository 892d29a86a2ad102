/* SPDX-License-Identifier: MIT */
/* Counted values as they stand in memory and in runs. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/group_item.h"

static void
gives_back_what_was_written(void **state)
{
	static const struct str keys[] = {STR(""), STR("a"), STR("1234567"),
	    STR("12345678"), STR("123456789")};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t size = group_item_size(keys[i].len);
		char item[64];

		assert_true(size <= sizeof(item) && size % 8 == 0);
		memset(item, 'x', sizeof(item));
		group_item_write(item, keys[i], UINT64_C(1) << 40);
		assert_int_equal(group_item_length(item), size);
		assert_true(str_eq(group_item_key(item), keys[i]));
		group_item_add(item, 2);
		assert_int_equal(
		    group_item_count(item), (UINT64_C(1) << 40) + 2);
		for (size_t at = 16 + keys[i].len; at < size; at++)
			assert_int_equal(item[at], 0);
		assert_int_equal(item[size], 'x');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_back_what_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

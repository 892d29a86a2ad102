/* SPDX-License-Identifier: MIT */
/* Rows of bits: what is put comes back, and nothing comes behind the end. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/bits.h"

static void
gives_back_what_was_put(void **state)
{
	struct buffer bytes = BUFFER_EMPTY;
	struct bit_writer writer = {.out = &bytes};
	struct bit_reader reader;
	uint32_t value;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		bits_put(&writer, i & 1, 1);
		bits_put_zeros(&writer, i % 200);
		bits_put_rice(&writer, i, i % 12);
		bits_put(&writer, UINT32_MAX >> i % 32, 32 - i % 32);
	}
	bits_end(&writer);
	reader = bits_of(buffer_str(&bytes));
	for (uint32_t i = 0; i < 3000; i++) {
		if (!bits_get(&reader, 1, &value) || value != (i & 1) ||
		    !bits_get_zeros(&reader, &value) || value != i % 200 ||
		    !bits_get_rice(&reader, i % 12, &value) || value != i ||
		    !bits_get(&reader, 32 - i % 32, &value) ||
		    value != UINT32_MAX >> i % 32)
			fail_msg("round %u", i);
	}
	assert_false(bits_get_zeros(&reader, &value));
	buffer_destroy(&bytes);
}

static void
bits_stand_lowest_first(void **state)
{
	struct buffer bytes = BUFFER_EMPTY;
	struct bit_writer writer = {.out = &bytes};

	(void)state;
	bits_put(&writer, 5, 3);
	bits_put_zeros(&writer, 2);
	bits_put_rice(&writer, 9, 2);
	bits_end(&writer);
	assert_int_equal(bytes.len, 2);
	assert_memory_equal(bytes.ptr, "\x25\x03", 2);
	buffer_destroy(&bytes);
}

static void
nothing_comes_behind_the_end(void **state)
{
	uint32_t value;
	struct bit_reader reader = bits_of(STR("\x80"));

	(void)state;
	assert_true(bits_get(&reader, 7, &value));
	assert_int_equal(value, 0);
	assert_false(bits_get(&reader, 2, &value));
	assert_true(bits_get(&reader, 1, &value));
	assert_int_equal(value, 1);
	assert_false(bits_get(&reader, 1, &value));
	assert_true(bits_get(&reader, 0, &value));
	assert_false(bits_get_zeros(&reader, &value));
	reader = bits_of((struct str){"\0\0\x01", 3});
	assert_false(bits_get_rice(&reader, 8, &value));
	reader = bits_of((struct str){"\0\0\x01\0\0\0\0", 7});
	assert_false(bits_get_rice(&reader, 31, &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_back_what_was_put),
	    cmocka_unit_test(bits_stand_lowest_first),
	    cmocka_unit_test(nothing_comes_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

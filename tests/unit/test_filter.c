/* SPDX-License-Identifier: MIT */
/* Sliced Bloom filters: nothing put in is ever missed. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "mtrack/arena.h"
#include "mtrack/filter.h"

/* Independent halves, the same on every machine. */
static struct filter_key
key_of(uint64_t number)
{
	uint64_t x = number * 0x9e3779b97f4a7c15u + 1;
	uint64_t y;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	y = (x ^ 0x5555) * 0x94d049bb133111ebu;
	return (struct filter_key){x * 0xff51afd7ed558ccdu, y ^ (y >> 31)};
}

static uint64_t
find(const struct filter_shape *shape, const unsigned char *bits,
    struct filter_key key)
{
	uint64_t found = UINT64_MAX;

	for (unsigned i = 0; i < shape->probes; i++) {
		uint64_t row = filter_row(shape, key, i);
		uint64_t at;

		assert_in_range(filter_place(shape, row, &at), 1, 9);
		assert_true(
		    at + filter_place(shape, row, &at) <= filter_size(shape));
		found &= filter_columns(shape, row, bits + at);
	}
	return found;
}

static unsigned char *
filled(const struct filter_shape *shape, uint64_t keys)
{
	size_t size = (size_t)filter_size(shape);
	unsigned char *bits = memory_resize(NULL, size, 1);

	memset(bits, 0, size);
	for (unsigned column = 0; column < shape->columns; column++)
		for (uint64_t k = 0; k < keys; k++)
			filter_put(
			    shape, bits, column, key_of(column * keys + k));
	return bits;
}

/* Every number of columns: rows begin at every bit of a byte. */
static void
finds_every_key_in_its_column(void **state)
{
	(void)state;
	for (unsigned columns = 1; columns <= FILTER_COLUMNS; columns++) {
		struct filter_shape shape = {
		    filter_rows(40), columns, FILTER_PROBES};
		unsigned char *bits = filled(&shape, 40);

		for (unsigned column = 0; column < columns; column++)
			for (uint64_t k = 0; k < 40; k++)
				if (!(find(&shape, bits,
					  key_of(column * 40u + k)) >>
					    column &
					1))
					fail_msg("%u columns: key %u of column "
						 "%u is missed",
					    columns, (unsigned)k, column);
		memory_free(bits);
	}
}

static void
lets_few_strangers_pass(void **state)
{
	struct filter_shape shape = {filter_rows(2000), 64, FILTER_PROBES};
	unsigned char *bits = filled(&shape, 2000);
	uint64_t passed = 0;

	(void)state;
	for (uint64_t k = 0; k < 2000; k++)
		passed += (uint64_t)__builtin_popcountll(
		    find(&shape, bits, key_of(1000000 + k)));
	/* Of 128,000 questions; one in 300 would be 427. */
	assert_in_range(passed, 1, 426);
	memory_free(bits);
}

static void
copies_columns_between_shapes(void **state)
{
	struct filter_shape from = {filter_rows(50), 5, FILTER_PROBES};
	struct filter_shape to = {from.rows, 11, FILTER_PROBES};
	unsigned char *old = filled(&from, 50);
	unsigned char *bits = filled(&to, 0);

	(void)state;
	for (unsigned column = 0; column < from.columns; column++)
		filter_copy(&to, bits, column + 3, &from, old, column);
	for (uint64_t k = 0; k < 250; k++)
		assert_int_equal(find(&to, bits, key_of(k)),
		    find(&from, old, key_of(k)) << 3);
	memory_free(old);
	memory_free(bits);
}

static void
refuses_sizes_beyond_all_files(void **state)
{
	struct filter_shape shape = {UINT64_MAX / 2, 64, 1};

	(void)state;
	assert_int_equal(filter_size(&shape), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_every_key_in_its_column),
	    cmocka_unit_test(lets_few_strangers_pass),
	    cmocka_unit_test(copies_columns_between_shapes),
	    cmocka_unit_test(refuses_sizes_beyond_all_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

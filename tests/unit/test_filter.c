/* SPDX-License-Identifier: MIT */
/* Filters: nothing put in is ever missed, and few strangers are found. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "mtrack/filter.h"
#include "mtrack/radix.h"
#include "mtrack/wire.h"

/* The same on every machine. */
static uint64_t
key_of(uint64_t number)
{
	uint64_t x = number * 0x9e3779b97f4a7c15u + 1;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* A filter and what it was made of. */
struct made {
	struct filter_shape shape;
	struct buffer entries;
	struct buffer bytes;
};

static void
put(struct made *made, uint64_t number, uint32_t block)
{
	uint64_t entry = filter_entry(key_of(number), block);

	buffer_put(&made->entries, &entry, sizeof(entry));
}

static void
finish(struct made *made)
{
	void *entries = made->entries.ptr;
	size_t count = made->entries.len / sizeof(uint64_t);

	radix_sort(entries, count);
	if (made->shape.buckets == 0)
		made->shape.buckets = filter_buckets(entries, count);
	buffer_clear(&made->bytes);
	assert_true(filter_make(&made->shape, entries, count, &made->bytes));
}

static void
destroy(struct made *made)
{
	buffer_destroy(&made->entries);
	buffer_destroy(&made->bytes);
}

static struct str
bucket_of(const struct made *made, uint32_t bucket)
{
	const void *ptr = made->bytes.ptr;
	const unsigned char *place = ptr;
	size_t first = (size_t)filter_places(&made->shape);
	uint32_t from, to;

	place += (size_t)bucket * FILTER_PLACE;
	from = wire_get32(place);
	to = wire_get32(place + FILTER_PLACE);
	assert_true(from <= to && first + to <= made->bytes.len);
	return (struct str){made->bytes.ptr + first + from, to - from};
}

static struct filter_set
find(const struct made *made, uint64_t number)
{
	uint64_t key = key_of(number);
	uint32_t bucket = filter_bucket(&made->shape, key);
	struct filter_set found;

	assert_true(bucket < made->shape.buckets);
	if (!filter_find(&made->shape, bucket_of(made, bucket), key, &found))
		fail_msg("key %u: its bucket is none", (unsigned)number);
	return found;
}

static unsigned
count_of(const struct filter_set *set)
{
	unsigned count = 0;

	for (uint32_t block = 0; block < FILTER_BLOCKS; block++)
		count += filter_set_has(set, block);
	return count;
}

/* Key K of 256 stands in every (K + 1)th block: in all of them, in one. 256
 * blocks are 8 and eight times 31. */
static void
finds_every_key_in_its_blocks(void **state)
{
	(void)state;
	for (uint32_t blocks = 1; blocks <= FILTER_BLOCKS;
	     blocks += blocks < 8 ? 1 : 31) {
		struct made made = {.shape = {.blocks = blocks}};

		for (uint32_t key = 0; key < 256; key++)
			for (uint32_t block = key % blocks; block < blocks;
			     block += key + 1)
				put(&made, key, block);
		finish(&made);
		for (uint32_t key = 0; key < 256; key++) {
			struct filter_set found = find(&made, key);

			for (uint32_t block = key % blocks; block < blocks;
			     block += key + 1)
				if (!filter_set_has(&found, block))
					fail_msg("%u blocks: key %u of block "
						 "%u is missed",
					    blocks, key, block);
		}
		destroy(&made);
	}
}

static void
fill(struct made *made, uint32_t blocks, uint64_t keys)
{
	*made = (struct made){.shape = {.blocks = blocks}};
	for (uint64_t key = 0; key < keys; key++)
		put(made, key, (uint32_t)(key * blocks / keys));
	finish(made);
}

static void
lets_few_strangers_pass(void **state)
{
	struct made made;
	unsigned passed = 0;

	(void)state;
	fill(&made, 100, 50000);
	for (uint64_t key = 0; key < 50000; key++) {
		struct filter_set found = find(&made, 1000000 + key);

		passed += count_of(&found);
	}
	/* One in 128 of them would be 391. */
	assert_in_range(passed, 300, 480);
	/* A key in one of 100 blocks: 8.6 bits of slot, one and seven. */
	assert_in_range(made.bytes.len, 50000 * 16 / 8, 50000 * 17 / 8);
	destroy(&made);
}

static void
a_filter_of_no_keys_finds_none(void **state)
{
	struct made made;
	struct filter_set found;

	(void)state;
	fill(&made, 3, 0);
	found = find(&made, 1);
	assert_int_equal(count_of(&found), 0);
	assert_int_equal(made.bytes.len, 2 * FILTER_PLACE);
	destroy(&made);
}

/* In as many buckets, the same bytes. */
static void
what_is_taken_makes_the_same_filter(void **state)
{
	struct made made;
	struct made again;

	(void)state;
	fill(&made, 200, 30000);
	for (uint64_t key = 0; key < 300; key++)
		for (uint32_t block = 0; block < 200; block += 3)
			put(&made, key, block);
	finish(&made);
	again = (struct made){.shape = made.shape};
	for (uint32_t bucket = 0; bucket < made.shape.buckets; bucket++)
		assert_true(filter_take(&made.shape, bucket,
		    bucket_of(&made, bucket), 200, &again.entries));
	finish(&again);
	assert_int_equal(again.bytes.len, made.bytes.len);
	assert_memory_equal(again.bytes.ptr, made.bytes.ptr, made.bytes.len);
	destroy(&again);
	destroy(&made);
}

static void
of_blocks_left_out_nothing_is_taken(void **state)
{
	struct made made;
	struct made again = {.shape = {.blocks = 4}};

	(void)state;
	fill(&made, 10, 3000);
	again.shape.buckets = made.shape.buckets;
	for (uint32_t bucket = 0; bucket < made.shape.buckets; bucket++)
		assert_true(filter_take(&made.shape, bucket,
		    bucket_of(&made, bucket), 4, &again.entries));
	put(&again, 5000, 3);
	finish(&again);
	for (uint64_t key = 0; key < 3000; key++) {
		struct filter_set then = find(&made, key);
		struct filter_set now = find(&again, key);

		assert_int_equal(
		    now.words[0] & 15u & then.words[0], then.words[0] & 15u);
	}
	assert_true(find(&again, 5000).words[0] & 8u);
	destroy(&again);
	destroy(&made);
}

/* Whatever stands there, nothing is overrun, and no block is found beyond the
 * last. */
static void
any_bytes_are_read_safely(void **state)
{
	struct filter_shape shape = {.buckets = 3};
	struct buffer entries = BUFFER_EMPTY;
	char bytes[64];

	(void)state;
	for (uint64_t round = 0; round < 5000; round++) {
		size_t len = round % sizeof(bytes);
		struct filter_set found;

		shape.blocks = (uint32_t)(round % FILTER_BLOCKS) + 1;
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)(key_of(round * 64 + i) &
			    key_of(round + i) >> round % 3);
		filter_find(&shape, (struct str){bytes, len},
		    (uint64_t)round << 47, &found);
		for (uint32_t block = shape.blocks; block < FILTER_BLOCKS;
		     block++)
			assert_false(filter_set_has(&found, block));
		buffer_clear(&entries);
		filter_take(&shape, 1, (struct str){bytes, len}, shape.blocks,
		    &entries);
	}
	buffer_destroy(&entries);
}

static void
refuses_what_is_no_bucket(void **state)
{
	static const struct {
		const char *what;
		const char *bytes;
		size_t len;
		uint32_t blocks;
	} rows[] = {
	    {"block 3 of 3", "\x01\x07", 2, 3},
	    {"no blocks behind a slot", "\x01", 1, 200},
	    {"four blocks of three", "\x01\x68", 2, 3},
	    {"a slot behind the last",
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0",
		35, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct filter_shape shape = {rows[i].blocks, 1};
		struct filter_set found;

		if (filter_find(&shape,
			(struct str){rows[i].bytes, rows[i].len}, UINT64_MAX,
			&found))
			fail_msg("%s: taken for a bucket", rows[i].what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_every_key_in_its_blocks),
	    cmocka_unit_test(lets_few_strangers_pass),
	    cmocka_unit_test(a_filter_of_no_keys_finds_none),
	    cmocka_unit_test(what_is_taken_makes_the_same_filter),
	    cmocka_unit_test(of_blocks_left_out_nothing_is_taken),
	    cmocka_unit_test(any_bytes_are_read_safely),
	    cmocka_unit_test(refuses_what_is_no_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

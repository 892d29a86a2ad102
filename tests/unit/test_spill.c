/* SPDX-License-Identifier: MIT */
/* The external sorter: the same order in memory, with few and with hundreds of
 * runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mtrack/spill.h"

struct item {
	uint32_t length;
	uint32_t number; /* of its put: the tie-breaker */
	uint64_t key;
	char filler[64];
};

static size_t
item_length(const char *item)
{
	uint32_t length;

	memcpy(&length, item, sizeof(length));
	return length;
}

static int
by_number(const char *a, const char *b)
{
	uint32_t x;
	uint32_t y;

	memcpy(&x, a + 4, sizeof(x));
	memcpy(&y, b + 4, sizeof(y));
	return (x > y) - (x < y);
}

struct check {
	size_t given;
	uint64_t key;
	uint32_t number;
	size_t stop;
};

static enum flow
check_item(void *ctx, uint64_t key, const char *bytes)
{
	struct check *check = ctx;
	struct item item = {0};

	memcpy(&item, bytes, item_length(bytes));
	assert_true(item.key == key);
	for (size_t i = 16; i < item.length; i++)
		assert_int_equal(item.filler[i - 16], (char)item.number);
	if (check->given > 0)
		assert_true(key > check->key ||
		    (key == check->key && item.number > check->number));
	check->key = key;
	check->number = item.number;
	return ++check->given == check->stop ? FLOW_STOP : FLOW_MORE;
}

static struct sorter *
fill(const struct sorter_plan *plan, uint32_t from, uint32_t to)
{
	struct sorter *sorter = sorter_new(plan);
	struct fault fault;
	uint64_t seed = from * 77 + 5;

	for (uint32_t i = from; i < to; i++) {
		struct item item = {.number = i};

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		item.key = seed >> 55 | (seed >> 20 & 1) << 63;
		item.length = 16 + 8 * (seed >> 33 & 7);
		memset(item.filler, (char)i, sizeof(item.filler));
		assert_true(
		    sorter_put(sorter, item.key, (const char *)&item, &fault));
	}
	return sorter;
}

#define COUNT 20000u

static void
sorts_the_same_with_any_memory(void **state)
{
	static const struct {
		size_t memory;
		uint64_t least_runs;
		uint64_t most_runs;
	} rows[] = {{64u << 20, 0, 0}, {1u << 20, 1, 4}, {0, 1000, 1u << 30}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct sorter_plan plan = {
		    by_number, item_length, UINT64_MAX, rows[i].memory, "/tmp"};
		struct sorter *sorter =
		    fill(&plan, 0, rows[i].memory ? COUNT : 1500);
		struct check check = {0};
		struct fault fault;

		assert_true(sorter_runs(sorter) >= rows[i].least_runs);
		assert_true(sorter_runs(sorter) <= rows[i].most_runs);
		assert_int_equal(
		    sorter_drain(sorter, check_item, &check, &fault),
		    FLOW_MORE);
		assert_int_equal(check.given, rows[i].memory ? COUNT : 1500);
		sorter_free(sorter);
	}
}

static void
takes_over_what_others_hold(void **state)
{
	const struct sorter_plan plan = {
	    by_number, item_length, UINT64_MAX, 256u << 10, "/tmp"};
	struct sorter *first = fill(&plan, 0, COUNT);
	struct sorter *second = fill(&plan, COUNT, 2 * COUNT);
	struct check check = {0};
	struct fault fault;

	(void)state;
	sorter_absorb(first, second);
	sorter_free(second);
	assert_int_equal(
	    sorter_drain(first, check_item, &check, &fault), FLOW_MORE);
	assert_int_equal(check.given, 2 * COUNT);
	sorter_free(first);
}

static void
gives_only_the_first_that_are_wanted(void **state)
{
	const struct sorter_plan all = {
	    by_number, item_length, UINT64_MAX, 64u << 20, "/tmp"};
	struct sorter_plan few = {
	    by_number, item_length, 10, 80u << 10, "/tmp"};
	struct sorter *sorter = fill(&all, 0, COUNT);
	struct check whole = {.stop = 10};
	struct check first = {0};
	struct fault fault;

	(void)state;
	assert_int_equal(
	    sorter_drain(sorter, check_item, &whole, &fault), FLOW_STOP);
	sorter_free(sorter);
	sorter = fill(&few, 0, COUNT);
	assert_int_equal(sorter_runs(sorter), 0);
	sorter_drain(sorter, check_item, &first, &fault);
	assert_int_equal(first.given, 10);
	assert_true(first.key == whole.key);
	assert_int_equal(first.number, whole.number);
	sorter_free(sorter);
}

static void
says_where_no_temporary_file_can_be_made(void **state)
{
	const struct sorter_plan plan = {
	    by_number, item_length, UINT64_MAX, 0, "/nonexistent-folder"};
	struct sorter *sorter = sorter_new(&plan);
	struct item item = {.length = 16};
	struct fault fault;

	(void)state;
	assert_false(sorter_put(sorter, 0, (const char *)&item, &fault));
	assert_non_null(strstr(fault.what, "/nonexistent-folder"));
	sorter_free(sorter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorts_the_same_with_any_memory),
	    cmocka_unit_test(takes_over_what_others_hold),
	    cmocka_unit_test(gives_only_the_first_that_are_wanted),
	    cmocka_unit_test(says_where_no_temporary_file_can_be_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

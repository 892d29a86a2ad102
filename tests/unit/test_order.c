/* SPDX-License-Identifier: MIT */
/* The order of records, and records that are taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/order.h"

#define RECORDS 3000u

/* Record NUMBER: several share a stamp. */
static struct record
make(unsigned number)
{
	struct record rec = {.present = FIELD_BIT(FIELD_TIMESTAMP)};

	rec.stamp = rec.time[FIELD_TIMESTAMP] = number * 7919 % 101 * 1000;
	rec.origin = (struct origin){number % 5, number % 3, number, 0};
	return rec;
}

static bool
is_taken_back(unsigned number)
{
	return number % 4 == 1;
}

struct check {
	enum order order;
	struct record last;
	size_t given;
	bool gone[RECORDS];
};

static bool
stands_behind(const struct check *check, const struct record *rec)
{
	const struct record *last = &check->last;
	int order = origin_order(&rec->origin, &last->origin);

	if (check->order != ORDER_NONE && rec->stamp != last->stamp)
		return (rec->stamp > last->stamp) ==
		    (check->order == ORDER_ASC);
	return check->order == ORDER_DESC ? order < 0 : order > 0;
}

static enum flow
check_record(void *ctx, const struct record *rec)
{
	struct check *check = ctx;

	assert_false(check->gone[rec->origin.offset]);
	assert_true(check->given == 0 || stands_behind(check, rec));
	check->last = *rec;
	check->given++;
	return FLOW_MORE;
}

/* Marks come before or after their records, into either of two stages. */
static uint64_t
run(enum order order, size_t memory)
{
	static const fieldset fields = FIELD_BIT(FIELD_TIMESTAMP);
	const struct order_plan plan = {
	    order, UINT64_MAX, fields, false, memory, "/tmp"};
	struct order_stage *stages[2] = {order_new(&plan), order_new(&plan)};
	struct check check = {.order = order};
	size_t taken_back = 0;
	struct fault fault;
	uint64_t runs;

	for (unsigned i = 0; i < RECORDS; i++) {
		struct record rec = make(i);

		assert_true(order_put(stages[i % 2], &rec, &fault));
		rec = make(RECORDS - 1 - i);
		if (!is_taken_back(RECORDS - 1 - i))
			continue;
		assert_true(order_take_back(
		    stages[i / 2 % 2], &rec.origin, rec.stamp, &fault));
		check.gone[RECORDS - 1 - i] = true;
		taken_back++;
	}
	order_absorb(stages[0], stages[1]);
	runs = order_runs(stages[0]);
	assert_int_equal(
	    order_drain(stages[0], 0, check_record, &check, &fault), FLOW_MORE);
	assert_int_equal(check.given, RECORDS - taken_back);
	order_free(stages[0]);
	order_free(stages[1]);
	return runs;
}

static void
gives_all_but_what_was_taken_back(void **state)
{
	static const enum order orders[] = {ORDER_ASC, ORDER_DESC, ORDER_NONE};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(run(orders[i], 16u << 20), 0);
		assert_true(run(orders[i], 128u << 10) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_all_but_what_was_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

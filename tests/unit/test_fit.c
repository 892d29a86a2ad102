/* SPDX-License-Identifier: MIT */
/* Column widths that share what a terminal is wide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/fit.h"
#include "written.h"

#define COLUMNS 4

static const struct row {
	const char *name;
	size_t natural[COLUMNS];
	size_t least[COLUMNS];
	size_t room;
	size_t width[COLUMNS];
} rows[] = {
    {"all fit", {3, 5, 9, 2}, {3, 5, 8, 2}, 19, {3, 5, 9, 2}},
    {"no terminal", {3, 999, 9, 2}, {3, 8, 8, 2}, SIZE_MAX, {3, 999, 9, 2}},
    {"the widest gives first", {20, 10, 90, 5}, {8, 8, 8, 5}, 65,
	{20, 10, 30, 5}},
    {"two share", {20, 40, 90, 5}, {8, 8, 8, 5}, 65, {20, 20, 20, 5}},
    {"what is left over goes to the last", {30, 30, 30, 5}, {8, 8, 8, 5}, 67,
	{20, 21, 21, 5}},
    {"a least width is kept", {20, 90, 90, 90}, {20, 8, 8, 8}, 47,
	{20, 9, 9, 9}},
    {"nothing fits", {20, 90, 90, 90}, {20, 8, 8, 8}, 10, {20, 8, 8, 8}},
    {"no room at all", {20, 9, 7, 1}, {20, 8, 7, 1}, 0, {20, 8, 7, 1}},
};

static void
shares_the_room_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fit fits[COLUMNS];

		for (size_t k = 0; k < COLUMNS; k++)
			fits[k] = (struct fit){
			    rows[i].natural[k], rows[i].least[k], 0};
		fit_columns(fits, COLUMNS, rows[i].room);
		for (size_t k = 0; k < COLUMNS; k++)
			if (fits[k].width != rows[i].width[k])
				fail_msg("%s: column %zu is %zu, not %zu",
				    rows[i].name, k, fits[k].width,
				    rows[i].width[k]);
	}
}

/* Between least and natural; the room is used up or nobody wants more; nobody
 * is more than one above another who was cut. */
static void
check_fairness(const struct fit *fits, size_t count, size_t room)
{
	size_t sum = 0;
	size_t least = 0;
	size_t natural = 0;

	for (size_t i = 0; i < count; i++) {
		assert_in_range(fits[i].width, fits[i].least, fits[i].natural);
		sum += fits[i].width;
		least += fits[i].least;
		natural += fits[i].natural;
	}
	if (least <= room)
		assert_int_equal(sum, natural < room ? natural : room);
	else
		assert_int_equal(sum, least);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (fits[i].width < fits[i].natural)
				assert_true(fits[k].width <= fits[k].least ||
				    fits[k].width <= fits[i].width + 1);
}

static void
is_fair_whatever_the_widths(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		struct fit fits[8];
		size_t count = 1 + chance(&seed, 8);
		size_t room = chance(&seed, 250);

		for (size_t i = 0; i < count; i++) {
			fits[i].natural = 1 + chance(&seed, 99);
			fits[i].least =
			    1 + chance(&seed, (uint32_t)fits[i].natural);
		}
		fit_columns(fits, count, room);
		check_fairness(fits, count, room);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shares_the_room_as_the_table_says),
	    cmocka_unit_test(is_fair_whatever_the_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

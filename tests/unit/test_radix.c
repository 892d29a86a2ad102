/* SPDX-License-Identifier: MIT */
/* Numbers sorted in place: as qsort sorts them. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "mtrack/radix.h"

#define MOST 5000u

static int
compare(const void *a, const void *b)
{
	const uint64_t *left = a;
	const uint64_t *right = b;

	return (*left > *right) - (*left < *right);
}

/* What is kept of random numbers: few values, one byte, the ends alone. */
static const struct {
	const char *what;
	uint64_t mask;
} rows[] = {
    {"all bits", UINT64_MAX},
    {"none", 0},
    {"the lowest bit", 1},
    {"the highest bit", UINT64_C(1) << 63},
    {"both", (UINT64_C(1) << 63) | 1},
    {"the lowest nine", 0x1ff},
    {"the high half", UINT64_MAX << 32},
    {"every fourth", UINT64_C(0x1111111111111111)},
};

static const size_t counts[] = {0, 1, 2, 24, 25, 26, 300, MOST};

static void
sorts_as_qsort_does(void **state)
{
	uint64_t items[MOST];
	uint64_t expected[MOST];
	uint64_t seed = 1;

	(void)state;
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		for (size_t n = 0; n < sizeof(counts) / sizeof(counts[0]);
		     n++) {
			size_t count = counts[n];

			for (size_t i = 0; i < count; i++) {
				seed ^= seed << 13;
				seed ^= seed >> 7;
				seed ^= seed << 17;
				items[i] = expected[i] = seed & rows[row].mask;
			}
			qsort(expected, count, sizeof(*expected), compare);
			radix_sort(items, count);
			if (memcmp(items, expected, count * sizeof(*items)))
				fail_msg("%s: %u numbers are not sorted",
				    rows[row].what, (unsigned)count);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorts_as_qsort_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

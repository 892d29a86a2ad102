/* SPDX-License-Identifier: MIT */
/* Any bytes as a range of sizes or delays, as one size, and as a span. */
#include <stdint.h>
#include <stdlib.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/moment.h"
#include "mtrack/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef bool parse_fn(
    struct str text, struct range *range, struct fault *fault);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_fault(struct str text, const struct fault *fault)
{
	check(fault->what[0] && fault->rule && fault->example);
	check(fault->caret <= text.len || fault->caret == FAULT_NO_CARET);
}

static void
check_range(struct str text, parse_fn *parse)
{
	struct range range;
	struct fault fault;

	if (!parse(text, &range, &fault)) {
		check_fault(text, &fault);
		check(parse(str_from(fault.example), &range, &fault));
	}
	check(range.min <= range.max);
	check(range_match(&range, range.min));
	check(range_match(&range, range.max));
	check(range.min == INT64_MIN || !range_match(&range, range.min - 1));
	check(range.max == INT64_MAX || !range_match(&range, range.max + 1));
}

static void
check_size(struct str text)
{
	struct fault fault;
	uint64_t bytes;

	if (range_size(text, &bytes, &fault))
		return;
	check_fault(text, &fault);
	check(range_size(str_from(fault.example), &bytes, &fault));
}

static void
check_span(struct str text)
{
	struct buffer out = BUFFER_EMPTY;
	struct arena arena;
	struct fault fault;
	int64_t ms;

	arena_init(&arena);
	if (!moment_span(&arena, text, &ms, &fault)) {
		check_fault(text, &fault);
		check(
		    moment_span(&arena, str_from(fault.example), &ms, &fault));
	}
	check(ms > 0);
	moment_print_span(ms, &out);
	check(out.len > 0);
	buffer_destroy(&out);
	arena_destroy(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};

	check_range(text, range_sizes);
	check_range(text, range_delays);
	check_size(text);
	check_span(text);
	return 0;
}

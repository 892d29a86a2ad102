/* SPDX-License-Identifier: MIT */
/* Any bytes as an address pattern, any as an address: the first line is the
 * pattern, the rest the address. */
#include <stdint.h>
#include <stdlib.h>

#include "mtrack/address.h"
#include "mtrack/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
holds_literal(struct str address, struct str literal)
{
	for (size_t at = 0; at + literal.len <= address.len; at++)
		if (str_starts_fold(str_drop(address, at), literal))
			return true;
	return false;
}

static void
check_pattern(struct arena *arena, struct str value, struct str address)
{
	struct address_pattern pattern;
	struct fault fault;
	struct str literal;

	if (!address_compile(arena, value, &pattern, &fault)) {
		check(fault.caret <= value.len && fault.rule && fault.example);
		value = str_from(fault.example);
		check(address_compile(arena, value, &pattern, &fault));
	}
	literal = address_literal(arena, &pattern);
	if (address_match(&pattern, address))
		check(holds_literal(address, literal));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	struct str value;
	struct arena arena;

	if (size == 0)
		return 0;
	str_split(&rest, '\n', &value);
	arena_init(&arena);
	check_pattern(&arena, value, rest);
	/* And the other way round. */
	check_pattern(&arena, rest, value);
	arena_destroy(&arena);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* The keys of one block, each once. */
#include "mtrack/keyset.h"

#include <string.h>

#include "mtrack/arena.h"

#define CAPACITY_LEAST 1024u

static uint64_t *
find_slot(const struct keyset *set, uint64_t key)
{
	size_t at = (size_t)(key >> 32);

	for (;; at++) {
		uint64_t *slot = &set->slots[at & (set->capacity - 1)];

		if (*slot == 0 || *slot == key)
			return slot;
	}
}

static void
grow(struct keyset *set)
{
	struct keyset larger = {.count = set->count,
	    .capacity = set->capacity ? set->capacity * 2 : CAPACITY_LEAST};

	larger.slots =
	    memory_resize(NULL, larger.capacity, sizeof(*larger.slots));
	memset(larger.slots, 0, larger.capacity * sizeof(*larger.slots));
	for (size_t i = 0; i < set->capacity; i++)
		if (set->slots[i])
			*find_slot(&larger, set->slots[i]) = set->slots[i];
	memory_free(set->slots);
	*set = larger;
}

void
keyset_put(struct keyset *set, uint64_t key)
{
	uint64_t *slot;

	if (set->count * 2 >= set->capacity)
		grow(set);
	slot = find_slot(set, key);
	set->count += *slot == 0;
	*slot = key;
}

void
keyset_clear(struct keyset *set)
{
	if (set->count)
		memset(set->slots, 0, set->capacity * sizeof(*set->slots));
	set->count = 0;
}

void
keyset_destroy(struct keyset *set)
{
	memory_free(set->slots);
	*set = (struct keyset){0};
}

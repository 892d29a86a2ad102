/* SPDX-License-Identifier: MIT */
/* The keys of one block, each once. */
#include "mtrack/keyset.h"

#include <string.h>

#include "mtrack/arena.h"

#define CAPACITY_LEAST 1024u

static struct filter_key *
find_slot(const struct keyset *set, struct filter_key key)
{
	size_t at = (size_t)key.b;

	for (;; at++) {
		struct filter_key *slot = &set->slots[at & (set->capacity - 1)];

		if (keyset_is_empty_slot(*slot) ||
		    (slot->a == key.a && slot->b == key.b))
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
		if (!keyset_is_empty_slot(set->slots[i]))
			*find_slot(&larger, set->slots[i]) = set->slots[i];
	memory_free(set->slots);
	*set = larger;
}

void
keyset_put(struct keyset *set, struct filter_key key)
{
	struct filter_key *slot;

	if (set->count * 2 >= set->capacity)
		grow(set);
	slot = find_slot(set, key);
	if (keyset_is_empty_slot(*slot))
		set->count++;
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

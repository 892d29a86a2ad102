/* SPDX-License-Identifier: MIT */
/* The keys of one block, each once. */
#ifndef MTRACK_KEYSET_H
#define MTRACK_KEYSET_H

#include "mtrack/filter.h"

/* Begins zeroed. */
struct keyset {
	struct filter_key *slots; /* both halves 0: empty */
	size_t capacity;          /* a power of two, or 0 */
	size_t count;
};

void keyset_put(struct keyset *set, struct filter_key key);
void keyset_clear(struct keyset *set);
void keyset_destroy(struct keyset *set);

static inline bool
keyset_is_empty_slot(struct filter_key key)
{
	return key.a == 0 && key.b == 0;
}

#endif

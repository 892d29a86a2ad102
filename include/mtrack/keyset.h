/* SPDX-License-Identifier: MIT */
/* The keys of one block, each once. */
#ifndef MTRACK_KEYSET_H
#define MTRACK_KEYSET_H

#include <stddef.h>
#include <stdint.h>

/* Begins zeroed. */
struct keyset {
	uint64_t *slots; /* 0: empty */
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

/* KEY is not 0; its high half is as good as random. */
void keyset_put(struct keyset *set, uint64_t key);
void keyset_clear(struct keyset *set);
void keyset_destroy(struct keyset *set);

#endif

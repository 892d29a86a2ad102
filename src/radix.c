/* SPDX-License-Identifier: MIT */
/* Sorts numbers where they stand: by the eight bits from the highest one in
 * which they differ, then each of the 256 parts by itself. */
#include "mtrack/radix.h"

#define PARTS 256u
/* So few are sorted faster by inserting. */
#define FEW 24u

static void
insert_each(uint64_t *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t item = items[i];
		size_t at = i;

		for (; at > 0 && items[at - 1] > item; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* The bits in which ITEMS are not all the same. */
static uint64_t
difference(const uint64_t *items, size_t count)
{
	uint64_t bits = 0;

	for (size_t i = 1; i < count; i++)
		bits |= items[i] ^ items[0];
	return bits;
}

/* Moves each item to its part; part P is [ends[P - 1], ends[P]) then. */
static void
distribute(uint64_t *items, size_t count, unsigned shift, size_t ends[PARTS])
{
	size_t next[PARTS] = {0};
	size_t begin = 0;

	for (size_t i = 0; i < count; i++)
		next[items[i] >> shift & (PARTS - 1)]++;
	for (unsigned part = 0; part < PARTS; part++) {
		size_t size = next[part];

		next[part] = begin;
		begin += size;
		ends[part] = begin;
	}
	for (unsigned part = 0; part < PARTS; part++) {
		while (next[part] < ends[part]) {
			uint64_t item = items[next[part]];
			size_t *place = &next[item >> shift & (PARTS - 1)];

			items[next[part]] = items[*place];
			items[(*place)++] = item;
		}
	}
}

void
radix_sort(uint64_t *items, size_t count)
{
	size_t ends[PARTS];
	uint64_t bits;
	unsigned top;
	size_t begin = 0;

	if (count <= FEW) {
		insert_each(items, count);
		return;
	}
	bits = difference(items, count);
	if (bits == 0)
		return;
	top = 63u - (unsigned)__builtin_clzll(bits);
	distribute(items, count, top < 7 ? 0 : top - 7, ends);
	for (unsigned part = 0; top > 7 && part < PARTS; part++) {
		radix_sort(items + begin, ends[part] - begin);
		begin = ends[part];
	}
}

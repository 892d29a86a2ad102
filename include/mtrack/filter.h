/* SPDX-License-Identifier: MIT */
/* Which blocks may have a key: of up to 256 blocks all keys, each once with its
 * blocks, shortened so far that one stranger in 128 passes for a key.
 *
 *     key     |bucket, by multiplying|slot, 15 bits| not kept |
 *     filter  | where each bucket begins, 4 bytes each, and the last ends |
 *             | bucket | bucket | ... each up to a byte's end
 *     bucket  | slots ahead | blocks | slots ahead | blocks | ... zeros
 *
 * A key that was put is always found, with all its blocks and maybe others': it
 * is told from others by bucket and slot alone. A stranger passes for a key
 * where its slot is taken: of K keys in its bucket, K times in 32768; in a full
 * bucket 1 in 128, in one that went on being filled (filter_take) up to four
 * times as often. It has that key's blocks then, and whoever asks reads these
 * for nothing. Which strangers pass is the salt's doing: the same ones for the
 * same log, others in another.
 *
 * A key costs about 8 bits of slot; its blocks are what is dear, and most keys
 * stand in one. A bucket has about 256 keys: to ask for one, two numbers and
 * some 600 bytes are read. */
#ifndef MTRACK_FILTER_H
#define MTRACK_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mtrack/buffer.h"

#define FILTER_BLOCKS     256u
#define FILTER_BUCKET     256u /* keys, about */
#define FILTER_SLOT_BITS  15u
#define FILTER_PLACE      4u /* bytes that say where a bucket begins */
#define FILTER_BLOCK_MASK UINT64_C(0xff)

struct filter_shape {
	uint32_t blocks;  /* 1 to FILTER_BLOCKS */
	uint32_t buckets; /* at least 1 */
};

#define FILTER_WORDS (FILTER_BLOCKS / 64)

/* Blocks, a bit each. */
struct filter_set {
	uint64_t words[FILTER_WORDS];
};

#define FILTER_SET_NONE ((struct filter_set){{0}})

static inline void
filter_set_add(struct filter_set *set, uint32_t block)
{
	set->words[block / 64] |= (uint64_t)1 << block % 64;
}

static inline bool
filter_set_has(const struct filter_set *set, uint32_t block)
{
	return set->words[block / 64] >> block % 64 & 1;
}

/* KEY, of which all bits but the lowest eight are as good as random, is in
 * BLOCK. */
static inline uint64_t
filter_entry(uint64_t key, uint32_t block)
{
	return (key & ~FILTER_BLOCK_MASK) | block;
}

/* Bytes before the first bucket. */
static inline uint64_t
filter_places(const struct filter_shape *shape)
{
	return ((uint64_t)shape->buckets + 1) * FILTER_PLACE;
}

/* Buckets for ENTRIES, sorted. */
uint32_t filter_buckets(const uint64_t *entries, size_t count);
/* The filter of ENTRIES, sorted, behind OUT. False when it is too large for
 * any file. */
bool filter_make(const struct filter_shape *shape, const uint64_t *entries,
    size_t count, struct buffer *out);

/* The bucket of KEY. */
uint32_t filter_bucket(const struct filter_shape *shape, uint64_t key);
/* The blocks that may have KEY, by the bytes of its bucket. False when these
 * are no bucket. */
bool filter_find(const struct filter_shape *shape, struct str bytes,
    uint64_t key, struct filter_set *found);
/* Appends to ENTRIES what makes BUCKET again, in a filter of as many buckets;
 * of blocks before UPTO alone. */
bool filter_take(const struct filter_shape *shape, uint32_t bucket,
    struct str bytes, uint32_t upto, struct buffer *entries);

#endif

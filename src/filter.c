/* SPDX-License-Identifier: MIT */
/* Which blocks may have a key. A bucket's keys are its slots in ascending
 * order, each told by how many slots lie between it and the one before (Rice's
 * code, seven low bits: 128 slots a key). Behind each its blocks:
 *
 *     1      one, in as many bits as the highest number needs
 *     0      more: their number less one (as many zeros as it has bits behind
 *            its highest, a one, those bits), then each by how many lie
 *            between it and the one before, in Rice's code */
#include "mtrack/filter.h"

#include "mtrack/bits.h"
#include "mtrack/wire.h"

__extension__ typedef unsigned __int128 wide;

#define SLOT_LOW (FILTER_SLOT_BITS - 8) /* slots a key, as bits */

_Static_assert(FILTER_BUCKET == 1u << 8, "SLOT_LOW says so");
_Static_assert(FILTER_BLOCKS == FILTER_BLOCK_MASK + 1, "they fit an entry");

/* ---- keys ---- */

static wide
spread(const struct filter_shape *shape, uint64_t key)
{
	return (wide)(key & ~FILTER_BLOCK_MASK) * shape->buckets;
}

uint32_t
filter_bucket(const struct filter_shape *shape, uint64_t key)
{
	return (uint32_t)(spread(shape, key) >> 64);
}

static uint32_t
slot_of(const struct filter_shape *shape, uint64_t key)
{
	return (
	    uint32_t)((uint64_t)spread(shape, key) >> (64 - FILTER_SLOT_BITS));
}

/* The least key of SLOT; as an entry has no bits for it, the least of those
 * that has. */
static uint64_t
key_of(const struct filter_shape *shape, uint32_t bucket, uint32_t slot)
{
	wide place =
	    (wide)bucket << 64 | (uint64_t)slot << (64 - FILTER_SLOT_BITS);
	uint64_t key =
	    (uint64_t)((place + shape->buckets - 1) / shape->buckets);

	return (key + FILTER_BLOCK_MASK) & ~FILTER_BLOCK_MASK;
}

uint32_t
filter_buckets(const uint64_t *entries, size_t count)
{
	size_t keys = 0;

	for (size_t i = 0; i < count; i++)
		keys +=
		    i == 0 || (entries[i] ^ entries[i - 1]) > FILTER_BLOCK_MASK;
	return (uint32_t)(keys / FILTER_BUCKET + 1);
}

/* ---- blocks ---- */

/* Bits of VALUE. */
static unsigned
width(uint32_t value)
{
	return value ? 32u - (unsigned)__builtin_clz(value) : 0;
}

/* The low bits of Rice's code for COUNT of BLOCKS. */
static unsigned
low_bits(uint32_t blocks, uint32_t count)
{
	return width(blocks / count) - 1;
}

static uint32_t
set_count(const struct filter_set *set)
{
	uint32_t count = 0;

	for (size_t i = 0; i < FILTER_WORDS; i++)
		count += (uint32_t)__builtin_popcountll(set->words[i]);
	return count;
}

/* The first block of SET, which has one, from NEXT on. */
static uint32_t
set_next(const struct filter_set *set, uint32_t next)
{
	uint64_t word = set->words[next / 64] >> next % 64;

	if (word)
		return next + (uint32_t)__builtin_ctzll(word);
	next = next / 64 * 64 + 64;
	while (!set->words[next / 64])
		next += 64;
	return next + (uint32_t)__builtin_ctzll(set->words[next / 64]);
}

static void
put_count(struct bit_writer *writer, uint32_t count)
{
	unsigned bits = width(count - 1) - 1;

	bits_put_zeros(writer, bits);
	bits_put(writer, (count - 1) ^ (uint32_t)1 << bits, bits);
}

static void
put_blocks(struct bit_writer *writer, const struct filter_shape *shape,
    const struct filter_set *set)
{
	uint32_t count = set_count(set);
	unsigned low = low_bits(shape->blocks, count);
	uint32_t next = 0;

	if (count == 1) {
		bits_put(writer, 1, 1);
		bits_put(writer, set_next(set, 0), width(shape->blocks - 1));
		return;
	}
	bits_put(writer, 0, 1);
	put_count(writer, count);
	for (; count > 0; count--) {
		uint32_t block = set_next(set, next);

		bits_put_rice(writer, block - next, low);
		next = block + 1;
	}
}

/* How many blocks follow. */
static bool
get_count(struct bit_reader *reader, const struct filter_shape *shape,
    uint32_t *count)
{
	uint32_t bits;
	uint32_t rest;

	if (!bits_get_zeros(reader, &bits) || bits > 7 ||
	    !bits_get(reader, bits, &rest))
		return false;
	*count = ((uint32_t)1 << bits | rest) + 1;
	return *count <= shape->blocks;
}

static bool
get_blocks(struct bit_reader *reader, const struct filter_shape *shape,
    struct filter_set *set)
{
	uint32_t one;
	uint32_t block;
	uint32_t count;
	uint32_t next = 0;
	unsigned low;

	*set = FILTER_SET_NONE;
	if (!bits_get(reader, 1, &one))
		return false;
	if (one) {
		if (!bits_get(reader, width(shape->blocks - 1), &block) ||
		    block >= shape->blocks)
			return false;
		filter_set_add(set, block);
		return true;
	}
	if (!get_count(reader, shape, &count))
		return false;
	for (low = low_bits(shape->blocks, count); count > 0; count--) {
		if (!bits_get_rice(reader, low, &block) ||
		    block >= shape->blocks - next)
			return false;
		next += block;
		filter_set_add(set, next++);
	}
	return true;
}

/* ---- making ---- */

/* The entries of one bucket. */
static void
put_bucket(struct bit_writer *writer, const struct filter_shape *shape,
    const uint64_t *entries, size_t count)
{
	uint32_t next = 0;
	size_t i = 0;

	while (i < count) {
		uint32_t slot = slot_of(shape, entries[i]);
		struct filter_set set = FILTER_SET_NONE;

		for (; i < count && slot_of(shape, entries[i]) == slot; i++)
			filter_set_add(
			    &set, (uint32_t)(entries[i] & FILTER_BLOCK_MASK));
		bits_put_rice(writer, slot - next, SLOT_LOW);
		put_blocks(writer, shape, &set);
		next = slot + 1;
	}
	bits_end(writer);
}

bool
filter_make(const struct filter_shape *shape, const uint64_t *entries,
    size_t count, struct buffer *out)
{
	struct bit_writer writer = {.out = out};
	size_t places = out->len;
	size_t begin = places + (size_t)filter_places(shape);

	buffer_reserve(out, begin - places);
	out->len = begin;
	for (uint32_t bucket = 0;; bucket++) {
		size_t here = 0; /* entries of the bucket */

		if (out->len - begin > UINT32_MAX)
			return false;
		wire_put32((unsigned char *)out->ptr + places +
			(size_t)bucket * FILTER_PLACE,
		    (uint32_t)(out->len - begin));
		if (bucket == shape->buckets)
			return true;
		while (here < count &&
		    filter_bucket(shape, entries[here]) == bucket)
			here++;
		put_bucket(&writer, shape, entries, here);
		if (here > 0)
			entries += here;
		count -= here;
	}
}

/* ---- reading ---- */

/* A bucket being read. */
struct walk {
	struct bit_reader bits;
	const struct filter_shape *shape;
	uint32_t next; /* slot behind the last */
	uint32_t slot;
	struct filter_set set;
	bool wrong; /* it is no bucket */
};

/* The next slot and its blocks; false at the end. */
static bool
step(struct walk *walk)
{
	uint32_t ahead;
	uint32_t rest;

	if (!bits_get_zeros(&walk->bits, &ahead))
		return false;
	walk->wrong = ahead >> (FILTER_SLOT_BITS - SLOT_LOW) ||
	    !bits_get(&walk->bits, SLOT_LOW, &rest);
	if (walk->wrong)
		return false;
	walk->slot = walk->next + (ahead << SLOT_LOW | rest);
	walk->next = walk->slot + 1;
	walk->wrong = walk->slot >> FILTER_SLOT_BITS ||
	    !get_blocks(&walk->bits, walk->shape, &walk->set);
	return !walk->wrong;
}

bool
filter_find(const struct filter_shape *shape, struct str bytes, uint64_t key,
    struct filter_set *found)
{
	struct walk walk = {.bits = bits_of(bytes), .shape = shape};
	uint32_t slot = slot_of(shape, key);

	*found = FILTER_SET_NONE;
	while (step(&walk) && walk.slot <= slot)
		if (walk.slot == slot)
			*found = walk.set;
	return !walk.wrong;
}

bool
filter_take(const struct filter_shape *shape, uint32_t bucket, struct str bytes,
    uint32_t upto, struct buffer *entries)
{
	struct walk walk = {.bits = bits_of(bytes), .shape = shape};

	while (step(&walk)) {
		uint64_t key = key_of(shape, bucket, walk.slot);

		for (uint32_t block = 0; block < upto; block++) {
			uint64_t entry = filter_entry(key, block);

			if (filter_set_has(&walk.set, block))
				buffer_put(entries, &entry, sizeof(entry));
		}
	}
	return !walk.wrong;
}

/* SPDX-License-Identifier: MIT */
/* A deflate block's data to bytes. What is taken in the middle of the input
 * asks no question that the data answers at random: literals and matches go
 * one way, so that the machine has nothing to guess wrong.
 *
 *     word      next bits find it             (deflate_code.h)
 *     match     the word's kind finds it: first distance, extra bits, ...
 *     output    | literals, be they any | 32 bytes from the distance ...
 *               ^ out                   ^ out + literals
 *
 * For literals the copy is of bytes without meaning, which what follows
 * overwrites. */
#include "mtrack/deflate_steps.h"

#include <endian.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define COPY       32u  /* bytes copied at once */
#define IN_LEAST   32u  /* bytes left that the middle asks for */
#define IN_READ    16u  /* bytes that a turn reads, at most */
#define FAR        256u /* a distance for literals */
#define IMPOSSIBLE (2 * DEFLATE_WINDOW - 1)

#define INLINE __attribute__((always_inline)) static inline

/* What a kind of word means, from its lowest bit on:
 *     0 to 7    extra bits of the distance
 *     8 to 15   literals to put
 *     16 to 31  which bits of the word's upper half are a length
 *     48 to 63  the first distance
 * For literals the distance is one that is there, and far enough not to copy
 * what was just written, which machines are slow to read again. */
#define MATCH(first, extra)                                                    \
	((uint64_t)(first) << 48 | (uint64_t)0xffff << 16 | (extra))
#define LITERALS(count, first) ((uint64_t)(first) << 48 | (count) << 8)

static const uint64_t matches_near[DEFLATE_WORDS] = {
    DEFLATE_DISTANCE_ROWS(MATCH), [DEFLATE_LITERAL] = LITERALS(1, COPY),
    [DEFLATE_LITERALS] = LITERALS(2, COPY),
    [DEFLATE_LENGTH] = MATCH(IMPOSSIBLE, 0),
    [DEFLATE_OTHER] = MATCH(IMPOSSIBLE, 0)};
static const uint64_t matches_far[DEFLATE_WORDS] = {
    DEFLATE_DISTANCE_ROWS(MATCH), [DEFLATE_LITERAL] = LITERALS(1, FAR),
    [DEFLATE_LITERALS] = LITERALS(2, FAR),
    [DEFLATE_LENGTH] = MATCH(IMPOSSIBLE, 0),
    [DEFLATE_OTHER] = MATCH(IMPOSSIBLE, 0)};

/* Where a way stands. LEFT of BITS were read and not used; of LEFT only the
 * lowest 6 bits count. */
struct steps {
	const unsigned char *in;
	uint64_t bits;
	unsigned left;
	uint32_t most; /* distance, less COPY */
	unsigned char *out;
};

/* The lowest bits of BITS, as many as the lowest byte of COUNT says: below 64.
 */
typedef uint64_t low_bits(uint64_t bits, uint64_t count);
/* Copies COPY bytes. TO is COPY bytes behind FROM or more. */
typedef void copy_bytes(unsigned char *to, const unsigned char *from);

/* Fills BITS up to at least 56. */
INLINE void
refill(struct steps *at)
{
	uint64_t more;

	memcpy(&more, at->in, sizeof(more));
	at->bits |= le64toh(more) << (at->left & 63);
	at->in += ~at->left >> 3 & 7;
	at->left |= 56;
}

INLINE uint32_t
take(struct steps *at, unsigned count)
{
	uint32_t value = (uint32_t)(at->bits & (((uint64_t)1 << count) - 1));

	at->bits >>= count;
	at->left -= count;
	return value;
}

/* LENGTH bytes from a DISTANCE of COPY or more: without a branch up to 63
 * bytes. */
INLINE void
copy_far(
    copy_bytes *copy, unsigned char *to, uint32_t distance, uint32_t length)
{
	const unsigned char *end = to + length;

	copy(to, to - distance);
	copy(to + (length & COPY), to + (length & COPY) - distance);
	if (__builtin_expect(length >= 2 * COPY, 0))
		for (to += COPY; to < end; to += COPY)
			copy(to, to - distance);
}

/* The same; the distance may be near. */
INLINE void
copy_match(
    copy_bytes *copy, struct steps *at, uint32_t distance, uint32_t length)
{
	unsigned char *to = at->out;
	const unsigned char *from = to - distance;

	at->out += length;
	if (distance >= COPY)
		copy_far(copy, to, distance, length);
	else
		while (to < at->out)
			*to++ = *from++;
}

/* One word, if it is one of those that most are; else nothing is taken. */
INLINE bool
step(low_bits *low, copy_bytes *copy, const struct deflate_code *code,
    const uint64_t *matches, struct steps *at)
{
	size_t index = at->bits & ((1u << DEFLATE_INDEX) - 1);
	unsigned taken = code->taken[index];
	uint32_t word = code->words[index];
	uint64_t match = matches[(uint8_t)(word >> 8)];
	uint64_t extra = low(at->bits, word);
	uint32_t distance = (uint32_t)(match >> 48) +
	    (uint32_t)(extra >> ((word - (uint32_t)match) & 63));
	uint16_t literals = htole16((uint16_t)(word >> 16));
	uint32_t length;
	unsigned char *to;

	if (__builtin_expect(distance - COPY > at->most, 0))
		return false;
	at->bits >>= taken & 63;
	at->left -= taken;
	memcpy(at->out, &literals, sizeof(literals));
	to = at->out + (uint8_t)(match >> 8);
	length = word >> 16 & (uint16_t)(match >> 16);
	at->out = to + length;
	copy_far(copy, to, distance, length);
	return true;
}

/* The symbol of a distance; false when there is none. */
INLINE bool
distance_take(
    const struct deflate_code *code, struct steps *at, uint32_t *distance)
{
	unsigned near = code->near[at->bits & ((1u << DEFLATE_NEAR) - 1)];
	unsigned symbol = near >> 8;
	unsigned length = near & 15;

	if (!near &&
	    !deflate_canon_find(&code->distances, at->bits, &symbol, &length))
		return false;
	take(at, length);
	*distance = deflate_distances[symbol].base +
	    take(at, deflate_distances[symbol].extra);
	return *distance > 0;
}

/* What step() does not take: a match whose distance is near, or its code not
 * in the table, a symbol whose code is longer than the table's index, a
 * block's end, and what is wrong. There are 56 bits, and BEHIND bytes. */
INLINE enum deflate_steps
odd_step(copy_bytes *copy, const struct deflate_code *code, struct steps *at,
    size_t behind)
{
	uint32_t word = code->words[at->bits & ((1u << DEFLATE_INDEX) - 1)];
	uint32_t length = word >> 16;
	uint32_t distance;
	unsigned symbol, count;

	if ((uint8_t)(word >> 8) < DEFLATE_LITERAL) {
		struct deflate_base base =
		    deflate_distances[(uint8_t)(word >> 8)];

		take(at, (word & 63) - base.extra);
		distance = base.base + take(at, base.extra);
	} else if ((uint8_t)(word >> 8) == DEFLATE_LENGTH) {
		take(at, word & 63);
		if (!distance_take(code, at, &distance))
			return DEFLATE_BAD;
	} else {
		if (!deflate_canon_find(
			&code->literals, at->bits, &symbol, &count))
			return DEFLATE_BAD;
		take(at, count);
		if (symbol < 256) {
			*at->out++ = (unsigned char)symbol;
			return DEFLATE_MORE;
		}
		if (symbol == 256)
			return DEFLATE_DONE;
		length = deflate_lengths[symbol - 257].base;
		if (length == 0)
			return DEFLATE_BAD;
		length += take(at, deflate_lengths[symbol - 257].extra);
		if (!distance_take(code, at, &distance))
			return DEFLATE_BAD;
	}
	if (distance > behind)
		return DEFLATE_BAD;
	copy_match(copy, at, distance, length);
	return DEFLATE_MORE;
}

static uint32_t
most_of(size_t behind)
{
	return (uint32_t)(behind < DEFLATE_WINDOW ? behind : DEFLATE_WINDOW) -
	    COPY;
}

/* While IN_LEAST bytes of input are left and the output is not at its end. At
 * least COPY bytes are behind. */
INLINE enum deflate_steps
steps_by(low_bits *low, copy_bytes *copy, const struct deflate_code *code,
    struct deflate_place *place)
{
	const uint64_t *matches =
	    place->behind < FAR ? matches_near : matches_far;
	const unsigned char *in_most = place->in_end - IN_READ;
	const unsigned char *out_most = place->out_end;
	const unsigned char *begin = place->out;
	enum deflate_steps answer = DEFLATE_MORE;
	struct steps at = {
	    .in = place->in, .most = most_of(place->behind), .out = place->out};
	unsigned unused;

	/* The far ones can be had soon. */
	if (matches == matches_near && out_most - begin > (ptrdiff_t)FAR)
		out_most = begin + FAR;
	refill(&at);
	take(&at, place->bit);
	while (
	    answer == DEFLATE_MORE && at.in <= in_most && at.out < out_most) {
		size_t behind;

		refill(&at);
		/* Bits for two. */
		if (step(low, copy, code, matches, &at))
			if (step(low, copy, code, matches, &at))
				continue;
		refill(&at);
		behind = place->behind + (size_t)(at.out - begin);
		at.most = most_of(behind);
		answer = odd_step(copy, code, &at, behind);
	}
	unused = at.left & 63;
	place->in = at.in - (unused + 7) / 8;
	place->bit = -unused & 7;
	place->behind += (size_t)(at.out - begin);
	place->out = at.out;
	return answer;
}

static inline uint64_t
plain_low(uint64_t bits, uint64_t count)
{
	return bits & (((uint64_t)1 << (count & 63)) - 1);
}

static void
plain_copy(unsigned char *to, const unsigned char *from)
{
	for (size_t i = 0; i < COPY; i += 16) {
		uint64_t bytes[2];

		memcpy(bytes, from + i, sizeof(bytes));
		memcpy(to + i, bytes, sizeof(bytes));
	}
}

static enum deflate_steps
plain_steps(const struct deflate_code *code, struct deflate_place *place)
{
	return steps_by(plain_low, plain_copy, code, place);
}

#if defined(__x86_64__)

__attribute__((target("bmi2"))) static inline uint64_t
bmi2_low(uint64_t bits, uint64_t count)
{
	return _bzhi_u64(bits, count);
}

__attribute__((target("avx2,bmi,bmi2"))) static inline void
avx2_copy(unsigned char *to, const unsigned char *from)
{
	_mm256_storeu_si256((void *)to, _mm256_loadu_si256((const void *)from));
}

__attribute__((target("avx2,bmi,bmi2"))) static enum deflate_steps
avx2_steps(const struct deflate_code *code, struct deflate_place *place)
{
	return steps_by(bmi2_low, avx2_copy, code, place);
}

#endif

static const struct deflate_way ways[] = {
    {"plain", plain_steps},
#if defined(__x86_64__)
    {"AVX2", avx2_steps},
#endif
};

static size_t
ways_here(void)
{
#if defined(__x86_64__)
	return __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx2")
	    ? 2
	    : 1;
#else
	return 1;
#endif
}

const struct deflate_way *
deflate_way(size_t number)
{
	return number < ways_here() ? &ways[number] : NULL;
}

const struct deflate_way *
deflate_way_best(void)
{
	return &ways[ways_here() - 1];
}

/* ---- the beginning and the end ---- */

/* One symbol where bytes are few; those that are missing are zeros. */
static enum deflate_steps
lone_step(const struct deflate_code *code, struct deflate_place *place)
{
	unsigned char bytes[IN_READ] = {0};
	size_t left = (size_t)(place->in_end - place->in);
	struct steps at = {.in = bytes, .out = place->out};
	enum deflate_steps answer;
	size_t used;

	memcpy(bytes, place->in, left < IN_READ ? left : IN_READ);
	refill(&at);
	take(&at, place->bit);
	refill(&at);
	answer = odd_step(plain_copy, code, &at, place->behind);
	used = (size_t)(at.in - bytes) * 8 - (at.left & 63);
	if (used > left * 8)
		return DEFLATE_BAD;
	place->in += used / 8;
	place->bit = used % 8;
	place->behind += (size_t)(at.out - place->out);
	place->out = at.out;
	return answer;
}

enum deflate_steps
deflate_steps(const struct deflate_way *way, const struct deflate_code *code,
    struct deflate_place *place, bool last)
{
	enum deflate_steps answer = DEFLATE_MORE;

	while (answer == DEFLATE_MORE && place->out < place->out_end) {
		size_t left = (size_t)(place->in_end - place->in);

		if (left < IN_LEAST && !last)
			break;
		if (left < IN_LEAST || place->behind < COPY)
			answer = lone_step(code, place);
		else
			answer = way->steps(code, place);
	}
	return answer;
}

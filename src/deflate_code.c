/* SPDX-License-Identifier: MIT */
/* The two codes of a deflate block as tables. */
#include "mtrack/deflate_code.h"

#define PARTS 258u /* 256 literals; the lengths 3 to 257, and 258 twice */

/* What a word is made of: a literal, a length with its extra bits, a
 * distance's code. */
struct part {
	uint16_t code; /* its first bit is the lowest */
	uint16_t bits;
	uint32_t word; /* alone, or before another; of a distance the symbol */
	uint32_t more; /* is added to the word of the part before it */
};

/* Parts in the order of their bits; those of N bits are from[N] up to
 * from[N + 1]. */
struct parts {
	size_t count;
	size_t from[DEFLATE_INDEX + 2];
	struct part part[PARTS];
};

/* clang-format off */
const struct deflate_base deflate_lengths[DEFLATE_LITERALS_ALL - 257] = {
    {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 1},
    {13, 1}, {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2}, {35, 3},
    {43, 3}, {51, 3}, {59, 3}, {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5},
    {163, 5}, {195, 5}, {227, 5}, {258, 0}};
#define BASE(first, extra) {first, extra}
const struct deflate_base deflate_distances[DEFLATE_DISTANCES_ALL] = {
    DEFLATE_DISTANCE_ROWS(BASE)};
/* clang-format on */

/* No branch asks whether a symbol has a code: the machine could not guess. */
static void
canon_build(
    struct deflate_canon *canon, const unsigned char *lengths, unsigned count)
{
	uint16_t next[DEFLATE_CODE + 1];
	uint32_t code = 0;

	memset(canon->count, 0, sizeof(canon->count));
	for (unsigned i = 0; i < count; i++)
		canon->count[lengths[i]]++;
	canon->limits[0] = 0;
	next[0] = 0;
	next[1] = canon->first = canon->count[0];
	for (unsigned n = 1; n <= DEFLATE_CODE; n++) {
		code <<= 1;
		canon->places[n] = (uint16_t)(next[n] - code);
		code += canon->count[n];
		canon->limits[n] = code << (16 - n);
		if (n < DEFLATE_CODE)
			next[n + 1] = (uint16_t)(next[n] + canon->count[n]);
	}
	for (unsigned i = 0; i < count; i++)
		canon->symbols[next[lengths[i]]++] = (uint16_t)i;
}

/* The lowest 16 bits the other way round. */
static uint32_t
reverse16(uint64_t bits)
{
	uint32_t to = (uint32_t)bits & 0xffff;

	to = (to & 0x5555) << 1 | (to >> 1 & 0x5555);
	to = (to & 0x3333) << 2 | (to >> 2 & 0x3333);
	to = (to & 0x0f0f) << 4 | (to >> 4 & 0x0f0f);
	return (to & 0xff) << 8 | to >> 8;
}

bool
deflate_canon_find(const struct deflate_canon *canon, uint64_t bits,
    unsigned *symbol, unsigned *length)
{
	uint32_t code = reverse16(bits);
	unsigned n = 0;

	for (unsigned i = 0; i <= DEFLATE_CODE; i++)
		n += code >= canon->limits[i];
	if (n > DEFLATE_CODE)
		return false;
	*symbol =
	    canon->symbols[(uint16_t)(canon->places[n] + (code >> (16 - n)))];
	*length = n;
	return true;
}

/* The code behind CODE, whose first of LENGTH bits is the lowest. */
static unsigned
code_next(unsigned code, unsigned length)
{
	unsigned bit = 1u << (length - 1);

	while (code & bit) {
		code ^= bit;
		bit >>= 1;
	}
	return code | bit;
}

typedef void put_symbol(
    struct parts *parts, unsigned symbol, unsigned code, unsigned length);

/* Puts the symbols whose codes the table can hold, the shortest first. */
static void
each_symbol(
    const struct deflate_canon *canon, put_symbol *put, struct parts *parts)
{
	const uint16_t *symbol = canon->symbols + canon->first;
	unsigned code = 0;

	for (unsigned length = 1; length <= DEFLATE_INDEX; length++) {
		parts->from[length] = parts->count;
		for (unsigned i = canon->count[length]; i; i--) {
			put(parts, *symbol++, code, length);
			code = code_next(code, length);
		}
	}
	parts->from[DEFLATE_INDEX + 1] = parts->count;
}

static void
put_literal(
    struct parts *parts, unsigned symbol, unsigned code, unsigned length)
{
	if (symbol > UINT8_MAX)
		return;
	parts->part[parts->count++] = (struct part){(uint16_t)code,
	    (uint16_t)length, length | DEFLATE_LITERAL << 8 | symbol << 16,
	    length + ((DEFLATE_LITERALS - DEFLATE_LITERAL) << 8) +
		(symbol << 24)};
}

/* Once for each value that its extra bits may have. */
static void
put_length(struct parts *parts, unsigned symbol, unsigned code, unsigned length)
{
	struct deflate_base base;
	unsigned bits;

	if (symbol <= 256)
		return;
	base = deflate_lengths[symbol - 257];
	bits = length + base.extra;
	if (bits > DEFLATE_INDEX || base.base == 0)
		return;
	for (unsigned more = 0; more < 1u << base.extra; more++)
		parts->part[parts->count++] = (struct part){
		    (uint16_t)(code | more << length), (uint16_t)bits,
		    bits | DEFLATE_LENGTH << 8 | (base.base + more) << 16, 0};
}

static void
put_distance(
    struct parts *parts, unsigned symbol, unsigned code, unsigned length)
{
	if (deflate_distances[symbol].base == 0)
		return;
	parts->part[parts->count++] =
	    (struct part){(uint16_t)code, (uint16_t)length, symbol,
		length + deflate_distances[symbol].extra -
		    ((DEFLATE_LENGTH - symbol) << 8)};
}

/* Sorted by their bits, which the extra bits of lengths mix up. */
static void
parts_sort(struct parts *parts)
{
	struct part part[PARTS];
	size_t at[DEFLATE_INDEX + 2] = {0};

	memcpy(part, parts->part, parts->count * sizeof(*part));
	for (size_t i = 0; i < parts->count; i++)
		at[part[i].bits + 1]++;
	for (size_t i = 1; i < DEFLATE_INDEX + 2; i++)
		at[i] += at[i - 1];
	memcpy(parts->from, at, sizeof(at));
	for (size_t i = 0; i < parts->count; i++)
		parts->part[at[part[i].bits]++] = part[i];
}

static void
parts_build(
    struct parts *parts, const struct deflate_canon *canon, put_symbol *put)
{
	parts->count = 0;
	each_symbol(canon, put, parts);
}

static inline void
put_word(struct deflate_code *code, size_t at, uint32_t word)
{
	code->words[at] = word;
	code->taken[at] = (unsigned char)word;
}

static void
put_alone(struct deflate_code *code, const struct parts *parts, unsigned bits)
{
	for (size_t i = parts->from[bits]; i < parts->from[bits + 1]; i++)
		put_word(code, parts->part[i].code, parts->part[i].word);
}

/* All that one of FIRST and one of SECOND make of BITS bits. */
static void
put_together(struct deflate_code *code, const struct parts *first,
    const struct parts *second, unsigned bits)
{
	for (unsigned a = 1; a < bits; a++) {
		const struct part *from = second->part + second->from[bits - a];
		const struct part *end =
		    second->part + second->from[bits - a + 1];

		for (size_t i = first->from[a]; i < first->from[a + 1]; i++) {
			const struct part *begin = &first->part[i];

			for (const struct part *p = from; p < end; p++)
				put_word(code,
				    begin->code | (size_t)p->code << a,
				    begin->word + p->more);
		}
	}
}

/* The table is doubled for each bit; what is whole with that bit then takes
 * its place from what was whole before. */
static void
words_build(struct deflate_code *code, const struct parts *literals,
    const struct parts *lengths, const struct parts *distances)
{
	put_word(code, 0, DEFLATE_OTHER << 8);
	for (unsigned bits = 1; bits <= DEFLATE_INDEX; bits++) {
		size_t half = (size_t)1 << (bits - 1);

		memcpy(code->words + half, code->words,
		    half * sizeof(*code->words));
		memcpy(code->taken + half, code->taken, half);
		put_alone(code, literals, bits);
		put_alone(code, lengths, bits);
		put_together(code, literals, literals, bits);
		put_together(code, lengths, distances, bits);
	}
}

static void
near_build(uint16_t *near, const struct parts *distances)
{
	memset(near, 0, sizeof(*near) << DEFLATE_NEAR);
	for (size_t i = 0; i < distances->from[DEFLATE_NEAR + 1]; i++) {
		const struct part *part = &distances->part[i];

		for (size_t at = part->code; at < 1u << DEFLATE_NEAR;
		     at += (size_t)1 << part->bits)
			near[at] = (uint16_t)(part->bits | part->word << 8);
	}
}

void
deflate_code_build(
    struct deflate_code *code, const struct deflate_header *header)
{
	struct parts literals, lengths, distances;

	canon_build(&code->literals, header->literals, DEFLATE_LITERALS_ALL);
	canon_build(&code->distances, header->distances, DEFLATE_DISTANCES_ALL);
	parts_build(&literals, &code->literals, put_literal);
	parts_build(&lengths, &code->literals, put_length);
	parts_sort(&lengths);
	parts_build(&distances, &code->distances, put_distance);
	words_build(code, &literals, &lengths, &distances);
	near_build(code->near, &distances);
}

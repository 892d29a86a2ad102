/* SPDX-License-Identifier: MIT */
/* The header of one deflate block, read and judged. */
#include "mtrack/deflate.h"

#define LITERALS_MOST  286u
#define DISTANCES_MOST 30u
#define LENGTH_CODES   19u
#define LENGTH_BITS    7u     /* longest code of a code length */
#define WHOLE          32768u /* 2^15: what a complete code adds up to */

/* At most 16 bits are taken at a time. Reading beyond the end gives zeros;
 * over() tells. */
struct bits {
	const unsigned char *in;
	size_t len;
	size_t pos; /* in bits */
};

static uint32_t
peek(const struct bits *bits, unsigned count)
{
	size_t byte = bits->pos / 8;
	size_t left = byte < bits->len ? bits->len - byte : 0;
	uint32_t word = 0;

	if (left >= 4)
		word = bits->in[byte] | (uint32_t)bits->in[byte + 1] << 8 |
		    (uint32_t)bits->in[byte + 2] << 16 |
		    (uint32_t)bits->in[byte + 3] << 24;
	else
		for (size_t i = 0; i < left; i++)
			word |= (uint32_t)bits->in[byte + i] << (8 * i);
	return word >> (bits->pos % 8) & ((1u << count) - 1);
}

static uint32_t
take(struct bits *bits, unsigned count)
{
	uint32_t value = peek(bits, count);

	bits->pos += count;
	return value;
}

static bool
over(const struct bits *bits)
{
	return bits->pos > bits->len * 8;
}

static unsigned
reverse(unsigned code, unsigned length)
{
	unsigned reversed = 0;

	for (unsigned i = 0; i < length; i++)
		reversed |= (code >> i & 1) << (length - 1 - i);
	return reversed;
}

/* The code of code lengths as a table: for the next 7 bits, symbol and length
 * of its code. False when it is not complete. */
struct length_code {
	unsigned char symbol[1 << LENGTH_BITS];
	unsigned char length[1 << LENGTH_BITS];
};

static bool
length_code_build(struct length_code *code, const unsigned char *lengths)
{
	unsigned next = 0;

	for (unsigned length = 1; length <= LENGTH_BITS; length++) {
		for (unsigned s = 0; s < LENGTH_CODES; s++) {
			if (lengths[s] != length)
				continue;
			if (next >= 1u << length)
				return false;
			for (unsigned at = reverse(next++, length);
			     at < 1u << LENGTH_BITS; at += 1u << length) {
				code->symbol[at] = (unsigned char)s;
				code->length[at] = (unsigned char)length;
			}
		}
		next <<= 1;
	}
	return next == 2u << LENGTH_BITS;
}

static bool
length_code_read(struct bits *bits, struct length_code *code)
{
	static const unsigned char order[LENGTH_CODES] = {
	    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
	unsigned char lengths[LENGTH_CODES] = {0};
	unsigned count = take(bits, 4) + 4;

	for (unsigned i = 0; i < count; i++)
		lengths[order[i]] = (unsigned char)take(bits, 3);
	return length_code_build(code, lengths);
}

/* The COUNT code lengths of both codes (RFC 1951, 3.2.7); false when they do
 * not come out even. The input may end before; then over() holds. */
static bool
lengths_read(struct bits *bits, const struct length_code *code,
    unsigned char *lengths, unsigned count)
{
	unsigned have = 0;

	while (have < count && !over(bits)) {
		unsigned at = peek(bits, LENGTH_BITS);
		unsigned symbol = code->symbol[at];
		unsigned repeat = 1;
		unsigned char value = 0;

		bits->pos += code->length[at];
		if (symbol < 16)
			value = (unsigned char)symbol;
		else if (symbol == 16 && have == 0)
			return false;
		else if (symbol == 16)
			value = lengths[have - 1], repeat = 3 + take(bits, 2);
		else if (symbol == 17)
			repeat = 3 + take(bits, 3);
		else
			repeat = 11 + take(bits, 7);
		if (repeat > count - have)
			return false;
		memset(lengths + have, value, repeat);
		have += repeat;
	}
	return true;
}

/* Whether the code is complete, or has just one word, of one bit, which zlib
 * lets pass (inftrees.c). */
static bool
code_is_sound(const unsigned char *lengths, unsigned count)
{
	uint32_t sum = 0;
	unsigned used = 0;

	for (unsigned i = 0; i < count; i++) {
		if (!lengths[i])
			continue;
		used++;
		sum += WHOLE >> lengths[i];
	}
	return sum == WHOLE || (used == 1 && sum == WHOLE / 2);
}

static bool
code_is_absent(const unsigned char *lengths, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (lengths[i])
			return false;
	return true;
}

static enum deflate_verdict
dynamic_header(struct bits *bits, struct deflate_header *header)
{
	unsigned literals = take(bits, 5) + 257;
	unsigned distances = take(bits, 5) + 1;
	unsigned char lengths[LITERALS_MOST + DISTANCES_MOST];
	struct length_code code;
	bool even;

	if (literals > LITERALS_MOST || distances > DISTANCES_MOST)
		return DEFLATE_UNSOUND;
	if (!length_code_read(bits, &code))
		return over(bits) ? DEFLATE_SHORT : DEFLATE_UNSOUND;
	even = lengths_read(bits, &code, lengths, literals + distances);
	if (over(bits))
		return DEFLATE_SHORT;
	/* 256 ends a block. */
	if (!even || !lengths[256] || !code_is_sound(lengths, literals))
		return DEFLATE_UNSOUND;
	if (!code_is_sound(lengths + literals, distances) &&
	    !code_is_absent(lengths + literals, distances))
		return DEFLATE_UNSOUND;
	memcpy(header->literals, lengths, literals);
	memcpy(header->distances, lengths + literals, distances);
	return DEFLATE_SOUND;
}

static enum deflate_verdict
stored_header(struct bits *bits, struct deflate_header *header)
{
	uint32_t length;
	uint32_t inverse;

	bits->pos = (bits->pos + 7) / 8 * 8;
	length = take(bits, 16);
	inverse = take(bits, 16);
	if (over(bits))
		return DEFLATE_SHORT;
	if (length != (~inverse & 0xffff))
		return DEFLATE_UNSOUND;
	header->stored = (uint16_t)length;
	header->empty = length == 0;
	return DEFLATE_SOUND;
}

/* RFC 1951, 3.2.6. The end-of-block word is seven zeros. */
static enum deflate_verdict
fixed_header(struct bits *bits, struct deflate_header *header)
{
	memset(header->literals, 8, 144);
	memset(header->literals + 144, 9, 112);
	memset(header->literals + 256, 7, 24);
	memset(header->literals + 280, 8, 8);
	memset(header->distances, 5, sizeof(header->distances));
	if (bits->pos + 7 <= bits->len * 8 && peek(bits, 7) == 0) {
		header->empty = true;
		bits->pos += 7;
	}
	return over(bits) ? DEFLATE_SHORT : DEFLATE_SOUND;
}

enum deflate_verdict
deflate_header(const unsigned char *in, size_t len, unsigned bit,
    struct deflate_header *header)
{
	struct bits bits = {
	    in, len < DEFLATE_HEADER_BYTES ? len : DEFLATE_HEADER_BYTES, bit};
	enum deflate_verdict verdict = DEFLATE_UNSOUND;

	*header = (struct deflate_header){.final = take(&bits, 1)};
	header->kind = take(&bits, 2);
	if (over(&bits))
		return DEFLATE_SHORT;
	if (header->kind == DEFLATE_STORED)
		verdict = stored_header(&bits, header);
	else if (header->kind == DEFLATE_FIXED)
		verdict = fixed_header(&bits, header);
	else if (header->kind == DEFLATE_DYNAMIC)
		verdict = dynamic_header(&bits, header);
	header->bits = bits.pos - bit;
	return verdict;
}

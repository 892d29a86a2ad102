/* SPDX-License-Identifier: MIT */
/* The two codes of a deflate block (RFC 1951, 3.2.2) as tables. The next 12
 * bits of the input find a word that stands for all that these hold whole, be
 * it one literal, two, a length, or a length and its distance's code:
 *
 *     input  ... | extra | distance | extra | length |   the first bit is
 *                        '---- at most 12 bits ------'   at the right
 *
 *     word       bits 0 to 7    bits of input that it takes, the distance's
 *                               extra bits with them
 *                bits 8 to 15   the distance's symbol, or what else it is
 *                bits 16 to 31  the length, or the literals in their order */
#ifndef MTRACK_DEFLATE_CODE_H
#define MTRACK_DEFLATE_CODE_H

#include "mtrack/deflate.h"

#define DEFLATE_INDEX 12u
#define DEFLATE_NEAR  8u
#define DEFLATE_CODE  15u /* bits of the longest code */

/* What a word is, where it is no distance's symbol. */
enum deflate_word {
	DEFLATE_LITERAL = 32,
	DEFLATE_LITERALS, /* two */
	DEFLATE_LENGTH,   /* its distance follows */
	DEFLATE_OTHER,    /* takes no bits: one symbol is to be found */
	DEFLATE_WORDS,
};

/* A code as RFC 1951 has it: the symbols in the order of their codes. Seen as
 * 16 bits of which the first is the highest, what begins with a code of N bits
 * is below limits[N], and not below those of fewer bits. */
struct deflate_canon {
	uint16_t count[DEFLATE_CODE + 1]; /* of codes of N bits */
	uint32_t limits[DEFLATE_CODE + 1];
	/* What is added to a code of N bits to find its symbol. */
	uint16_t places[DEFLATE_CODE + 1];
	uint16_t first; /* before it are the symbols without a code */
	uint16_t symbols[DEFLATE_LITERALS_ALL];
};

struct deflate_code {
	uint32_t words[1u << DEFLATE_INDEX];
	/* Their lowest bytes again: few enough to stay near, where the next
	 * step waits for them. */
	unsigned char taken[1u << DEFLATE_INDEX];
	/* Distances by the next 8 bits: length of the code, from bit 8 on the
	 * symbol; 0 where the code is longer. */
	uint16_t near[1u << DEFLATE_NEAR];
	struct deflate_canon literals; /* and lengths */
	struct deflate_canon distances;
};

/* The first length or distance of a symbol, and how many bits are added. */
struct deflate_base {
	uint16_t base;
	uint16_t extra;
};
/* Of symbol 257 on; 0 for the last two, which no block may have. */
extern const struct deflate_base deflate_lengths[DEFLATE_LITERALS_ALL - 257];
extern const struct deflate_base deflate_distances[DEFLATE_DISTANCES_ALL];
/* RFC 1951, 3.2.5: ROW(first distance, extra bits) of each symbol in turn. */
/* clang-format off */
#define DEFLATE_DISTANCE_ROWS(ROW) \
	ROW(1, 0), ROW(2, 0), ROW(3, 0), ROW(4, 0), ROW(5, 1), ROW(7, 1), \
	ROW(9, 2), ROW(13, 2), ROW(17, 3), ROW(25, 3), ROW(33, 4), ROW(49, 4), \
	ROW(65, 5), ROW(97, 5), ROW(129, 6), ROW(193, 6), ROW(257, 7), \
	ROW(385, 7), ROW(513, 8), ROW(769, 8), ROW(1025, 9), ROW(1537, 9), \
	ROW(2049, 10), ROW(3073, 10), ROW(4097, 11), ROW(6145, 11), \
	ROW(8193, 12), ROW(12289, 12), ROW(16385, 13), ROW(24577, 13)
/* clang-format on */

void deflate_code_build(
    struct deflate_code *code, const struct deflate_header *header);
/* The symbol that BITS begin with, and its code's length; false when no code
 * is so. */
bool deflate_canon_find(const struct deflate_canon *canon, uint64_t bits,
    unsigned *symbol, unsigned *length);

#endif

/* SPDX-License-Identifier: MIT */
/* The header of one deflate block (RFC 1951, 3.2.3), read and judged as
 * zlib judges it: codes with holes are refused. */
#ifndef MTRACK_DEFLATE_H
#define MTRACK_DEFLATE_H

#include "mtrack/str.h"

/* More than the longest header has: 17 bits, 19 lengths of 3 bits, 316 of at
 * most 14. */
#define DEFLATE_HEADER_BYTES 640u
/* Symbols that a code can have at all; no block may use the last of them. */
#define DEFLATE_LITERALS_ALL  288u
#define DEFLATE_DISTANCES_ALL 32u

struct deflate_header {
	enum {
		DEFLATE_STORED,
		DEFLATE_FIXED,
		DEFLATE_DYNAMIC,
	} kind;
	bool final;
	bool empty;      /* nothing is in it; bits cover the whole block */
	uint16_t stored; /* bytes that follow a stored block's header */
	size_t bits;     /* of the header, from the block's first bit on */
	/* Unless stored: the length of each symbol's code, 0 where it has none.
	 */
	unsigned char literals[DEFLATE_LITERALS_ALL]; /* and lengths */
	unsigned char distances[DEFLATE_DISTANCES_ALL];
};

enum deflate_verdict {
	DEFLATE_SOUND,
	DEFLATE_SHORT, /* the input ends inside the header */
	DEFLATE_UNSOUND,
};

/* The header that begins at bit BIT (0 is the lowest) of IN. */
enum deflate_verdict deflate_header(const unsigned char *in, size_t len,
    unsigned bit, struct deflate_header *header);

#endif

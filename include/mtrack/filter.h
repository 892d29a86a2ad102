/* SPDX-License-Identifier: MIT */
/* Bloom filters of up to 64 blocks, sliced by bit: row R holds bit R of each
 * block's filter side by side, so that one look at a row asks all blocks.
 *
 *     row 0    | b0 b1 b2 ... |        COLUMNS bits a row, without gaps,
 *     row 1    | b0 b1 b2 ... |        the lowest bit of a byte first
 *
 * A key is two independent hashes: rows made by one alone would be shifts of
 * each other, and a filter that promises 1 % would let 4 % pass. */
#ifndef MTRACK_FILTER_H
#define MTRACK_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILTER_COLUMNS 64u
#define FILTER_PROBES  8u  /* rows a key: 0.69 of the bits it gets, about */
#define FILTER_BITS_4  49u /* rows for four keys of the fullest block */

struct filter_key {
	uint64_t a;
	uint64_t b;
};

struct filter_shape {
	uint64_t rows; /* at least 1 */
	unsigned columns;
	unsigned probes; /* rows a key */
};

/* Rows for blocks of at most KEYS keys. */
uint64_t filter_rows(uint64_t keys);
/* Bytes of all rows. 0 when they are too many for any file. */
uint64_t filter_size(const struct filter_shape *shape);

/* Row of probe I of KEY. */
static inline uint64_t
filter_row(const struct filter_shape *shape, struct filter_key key, unsigned i)
{
	__extension__ typedef unsigned __int128 wide;

	return (uint64_t)((wide)(key.a + i * key.b) * shape->rows >> 64);
}

/* The bytes that hold ROW: from *at on, at most 9 of them. */
unsigned filter_place(
    const struct filter_shape *shape, uint64_t row, uint64_t *at);
/* Its bits, from those bytes: bit B is column B. */
uint64_t filter_columns(
    const struct filter_shape *shape, uint64_t row, const unsigned char *bytes);

/* Puts KEY into COLUMN of BITS, which are filter_size bytes. */
void filter_put(const struct filter_shape *shape, unsigned char *bits,
    unsigned column, struct filter_key key);
/* Copies COLUMN of FROM into column TO of BITS; both have as many rows. */
void filter_copy(const struct filter_shape *shape, unsigned char *bits,
    unsigned to, const struct filter_shape *from_shape,
    const unsigned char *from, unsigned column);

#endif

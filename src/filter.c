/* SPDX-License-Identifier: MIT */
/* Bloom filters of up to 64 blocks, sliced by bit. */
#include "mtrack/filter.h"

uint64_t
filter_rows(uint64_t keys)
{
	return keys * FILTER_BITS_4 / 4 + FILTER_COLUMNS;
}

uint64_t
filter_size(const struct filter_shape *shape)
{
	uint64_t bits;

	if (__builtin_mul_overflow(shape->rows, shape->columns, &bits) ||
	    bits > UINT64_MAX - 7)
		return 0;
	return (bits + 7) / 8;
}

unsigned
filter_place(const struct filter_shape *shape, uint64_t row, uint64_t *at)
{
	uint64_t first = row * shape->columns;

	*at = first / 8;
	return (unsigned)((first % 8 + shape->columns + 7) / 8);
}

uint64_t
filter_columns(
    const struct filter_shape *shape, uint64_t row, const unsigned char *bytes)
{
	unsigned shift = (unsigned)(row * shape->columns % 8);
	unsigned count = (shift + shape->columns + 7) / 8;
	uint64_t low = 0;

	for (unsigned i = 0; i < count && i < 8; i++)
		low |= (uint64_t)bytes[i] << (8 * i);
	low >>= shift;
	if (count > 8)
		low |= (uint64_t)bytes[8] << (64 - shift);
	return shape->columns == 64
	    ? low
	    : low & (((uint64_t)1 << shape->columns) - 1);
}

static void
set_bit(unsigned char *bits, uint64_t at)
{
	bits[at / 8] |= (unsigned char)(1u << at % 8);
}

void
filter_put(const struct filter_shape *shape, unsigned char *bits,
    unsigned column, struct filter_key key)
{
	for (unsigned i = 0; i < shape->probes; i++)
		set_bit(
		    bits, filter_row(shape, key, i) * shape->columns + column);
}

void
filter_copy(const struct filter_shape *shape, unsigned char *bits, unsigned to,
    const struct filter_shape *from_shape, const unsigned char *from,
    unsigned column)
{
	for (uint64_t row = 0; row < shape->rows; row++) {
		uint64_t at = row * from_shape->columns + column;

		if (from[at / 8] >> at % 8 & 1)
			set_bit(bits, row * shape->columns + to);
	}
}

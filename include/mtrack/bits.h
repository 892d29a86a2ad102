/* SPDX-License-Identifier: MIT */
/* Bytes as a row of bits, the lowest bit of a byte first. */
#ifndef MTRACK_BITS_H
#define MTRACK_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "mtrack/buffer.h"

struct bit_writer {
	struct buffer *out;
	uint64_t hold; /* the last ones, less than 32 */
	unsigned have;
};

/* The lowest COUNT bits of VALUE, which has no others; 32 at most. */
void bits_put(struct bit_writer *writer, uint32_t value, unsigned count);
/* So many zeros and a one. */
void bits_put_zeros(struct bit_writer *writer, uint32_t zeros);
/* VALUE as zeros for what stands above its lowest LOW bits, a one, and those.
 */
void bits_put_rice(struct bit_writer *writer, uint32_t value, unsigned low);
/* Fills the last byte with zeros. */
void bits_end(struct bit_writer *writer);

struct bit_reader {
	const unsigned char *next;
	const unsigned char *end;
	uint64_t hold;
	unsigned have;
};

struct bit_reader bits_of(struct str bytes);
/* All answer false when the bits are over, or tell of a number above 32 bits.
 */
bool bits_get(struct bit_reader *reader, unsigned count, uint32_t *value);
bool bits_get_zeros(struct bit_reader *reader, uint32_t *zeros);
bool bits_get_rice(struct bit_reader *reader, unsigned low, uint32_t *value);

#endif

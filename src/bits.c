/* SPDX-License-Identifier: MIT */
/* Bytes as a row of bits. */
#include "mtrack/bits.h"

#include "mtrack/wire.h"

/* ---- writing ---- */

void
bits_put(struct bit_writer *writer, uint32_t value, unsigned count)
{
	unsigned char bytes[4];

	writer->hold |= (uint64_t)value << writer->have;
	writer->have += count;
	if (writer->have < 32)
		return;
	wire_put32(bytes, (uint32_t)writer->hold);
	buffer_put(writer->out, bytes, sizeof(bytes));
	writer->hold >>= 32;
	writer->have -= 32;
}

void
bits_put_zeros(struct bit_writer *writer, uint32_t zeros)
{
	for (; zeros >= 32; zeros -= 32)
		bits_put(writer, 0, 32);
	bits_put(writer, (uint32_t)1 << zeros, zeros + 1);
}

void
bits_put_rice(struct bit_writer *writer, uint32_t value, unsigned low)
{
	bits_put_zeros(writer, value >> low);
	bits_put(writer, value & (((uint32_t)1 << low) - 1), low);
}

void
bits_end(struct bit_writer *writer)
{
	unsigned char bytes[4];

	wire_put32(bytes, (uint32_t)writer->hold);
	buffer_put(writer->out, bytes, (writer->have + 7) / 8);
	writer->hold = 0;
	writer->have = 0;
}

/* ---- reading ---- */

struct bit_reader
bits_of(struct str bytes)
{
	const void *first = bytes.ptr;
	const unsigned char *next = first;

	return (struct bit_reader){
	    .next = next, .end = bytes.len ? next + bytes.len : next};
}

/* At least 57 bits, if there are so many. */
static void
refill(struct bit_reader *reader)
{
	while (reader->have <= 56 && reader->next < reader->end) {
		reader->hold |= (uint64_t)*reader->next++ << reader->have;
		reader->have += 8;
	}
}

bool
bits_get(struct bit_reader *reader, unsigned count, uint32_t *value)
{
	if (reader->have < count)
		refill(reader);
	if (reader->have < count)
		return false;
	*value = (uint32_t)(reader->hold & (((uint64_t)1 << count) - 1));
	reader->hold >>= count;
	reader->have -= count;
	return true;
}

bool
bits_get_zeros(struct bit_reader *reader, uint32_t *zeros)
{
	uint64_t count = 0;
	unsigned before;

	while (reader->hold == 0) {
		count += reader->have;
		reader->have = 0;
		refill(reader);
		if (reader->have == 0 || count > UINT32_MAX)
			return false;
	}
	before = (unsigned)__builtin_ctzll(reader->hold);
	reader->hold = reader->hold >> before >> 1;
	reader->have -= before + 1;
	count += before;
	*zeros = (uint32_t)count;
	return count <= UINT32_MAX;
}

bool
bits_get_rice(struct bit_reader *reader, unsigned low, uint32_t *value)
{
	uint32_t high;
	uint32_t rest;

	if (!bits_get_zeros(reader, &high) || !bits_get(reader, low, &rest) ||
	    high > UINT32_MAX >> low)
		return false;
	*value = high << low | rest;
	return true;
}

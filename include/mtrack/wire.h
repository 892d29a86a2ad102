/* SPDX-License-Identifier: MIT */
/* Numbers in files of ours: little-endian, at any address. */
#ifndef MTRACK_WIRE_H
#define MTRACK_WIRE_H

#include <stdint.h>

static inline uint64_t
wire_get(const unsigned char *from, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = bytes; i-- > 0;)
		value = value << 8 | from[i];
	return value;
}

static inline void
wire_put(unsigned char *to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (unsigned char)(value >> (8 * i));
}

static inline uint64_t
wire_get64(const unsigned char *from)
{
	return wire_get(from, 8);
}

static inline uint32_t
wire_get32(const unsigned char *from)
{
	return (uint32_t)wire_get(from, 4);
}

static inline void
wire_put64(unsigned char *to, uint64_t value)
{
	wire_put(to, value, 8);
}

static inline void
wire_put32(unsigned char *to, uint32_t value)
{
	wire_put(to, value, 4);
}

#endif

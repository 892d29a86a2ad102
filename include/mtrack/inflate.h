/* SPDX-License-Identifier: MIT */
/* The contract of unpackers: raw deflate (RFC 1951) in, bytes out. zlib is
 * the judge of what is damage; the fast one answers only for what is sound. */
#ifndef MTRACK_INFLATE_H
#define MTRACK_INFLATE_H

#include "mtrack/str.h"

/* Where an unpacker stands between two calls. It moves both ends; of the input
 * it may give back up to 16 bytes that it took before. All of the output's room
 * may be written to, and what one call gave is read again in it. */
struct inflate_io {
	const unsigned char *in;
	size_t in_len;
	bool last; /* no input will follow */
	unsigned char *out;
	size_t out_len;
	bool stop; /* before the next block: INFLATE_EDGE */
	/* With INFLATE_EDGE: the byte that holds the block's first bit, and
	 * which of its bits that is. At most 16 bytes before `in`. */
	const unsigned char *edge;
	unsigned bit;
};

enum inflate_answer {
	INFLATE_MORE, /* the output is full, or the input is used up but for
	                 what does not suffice (less than 1 KiB) */
	INFLATE_EDGE, /* a further block begins; only with stop */
	INFLATE_DONE, /* the last block ended; in is behind its last byte */
	INFLATE_BAD,  /* zlib: the data is wrong, `in` is at the byte that holds
	                 the first bit not used; all bytes before are given.
	                 Others: ask zlib, beginning anew */
};

struct inflate_ops {
	const char *name; /* with its version */
	void *(*open)(void);
	/* A new stream begins. */
	void (*begin)(void *state);
	/* A stream goes on at a block's beginning: bit BIT of the first byte of
	 * the input to come, behind the LEN bytes of WINDOW. */
	void (*resume)(
	    void *state, unsigned bit, const unsigned char *window, size_t len);
	/* The last bytes given, at most 32 KiB; how many. */
	size_t (*history)(void *state, unsigned char *to);
	enum inflate_answer (*run)(void *state, struct inflate_io *io);
	void (*close)(void *state);
	/* CRC-32 of RFC 1952, begun with 0. */
	uint32_t (*crc)(uint32_t crc, const unsigned char *bytes, size_t count);
};

extern const struct inflate_ops inflate_zlib;
extern const struct inflate_ops inflate_words;

#endif

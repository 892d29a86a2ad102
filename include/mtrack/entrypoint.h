/* SPDX-License-Identifier: MIT */
/* A place in a file at which unpacking can begin without what stands before
 * it. */
#ifndef MTRACK_ENTRYPOINT_H
#define MTRACK_ENTRYPOINT_H

#include <stddef.h>
#include <stdint.h>

#define ENTRYPOINT_WINDOW                                                      \
	32768u /* what deflate may look back at (RFC 1951)                     \
	        */

enum entrypoint_kind {
	ENTRYPOINT_PLAIN,  /* a byte of a file that is not packed */
	ENTRYPOINT_MEMBER, /* the first byte of a gzip member */
	ENTRYPOINT_BLOCK,  /* the first bit of a deflate block */
};

struct entrypoint {
	enum entrypoint_kind kind;
	uint64_t packed; /* bytes of the file before it, as it stands on disk */
	unsigned bit;    /* of that byte, from the lowest: 0 to 7 */
	/* With ENTRYPOINT_BLOCK the unpacked bytes of the member before it, at
	 * most ENTRYPOINT_WINDOW of them. Not owned. */
	const unsigned char *window;
	size_t window_len;
};

#endif

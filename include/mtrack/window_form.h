/* SPDX-License-Identifier: MIT */
/* The form in which a side file keeps a window: the bytes that are not zero,
 * and where they stand, as raw deflate.
 *
 *     | length of the window | bytes of runs | runs | bytes |
 *       2 bytes                2 bytes
 *
 * A run is how many zeros come before it, then how many bytes it has; seven
 * bits a byte, the lowest first, the eighth says that more follow. Windows of
 * one file are much alike, so those behind the first are packed with the first
 * one's bytes as deflate's dictionary: a fifth smaller. */
#ifndef MTRACK_WINDOW_FORM_H
#define MTRACK_WINDOW_FORM_H

#include "mtrack/buffer.h"
#include "mtrack/entrypoint.h"
#include "mtrack/zmemory.h"

/* What a packed window cannot be longer than. */
#define WINDOW_PACKED_MOST (3u * ENTRYPOINT_WINDOW)

/* What packs one window after another: zlib's tables, taken once. Begins
 * zeroed, and does not move. */
struct window_packer {
	z_stream stream;
	bool begun;
	struct buffer plain;
};

/* Appends WINDOW, of at most ENTRYPOINT_WINDOW bytes. DICTIONARY may be empty.
 */
void window_pack(struct window_packer *packer, const unsigned char *window,
    size_t len, struct str dictionary, struct buffer *out);
void window_packer_destroy(struct window_packer *packer);
/* Fills WINDOW, ENTRYPOINT_WINDOW bytes; *len is how many it has. False when
 * PACKED is no window. */
bool window_unpack(struct str packed, struct str dictionary,
    unsigned char *window, size_t *len);
/* Appends what is not zero: the dictionary that WINDOW makes. */
void window_bytes(const unsigned char *window, size_t len, struct buffer *out);

#endif

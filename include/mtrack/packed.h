/* SPDX-License-Identifier: MIT */
/* The bytes of a file as they stand on disk, through one window: opened with
 * care for what is no regular file, read, and where possible read again. */
#ifndef MTRACK_PACKED_H
#define MTRACK_PACKED_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

#define PACKED_WINDOW (128u << 10)
/* Bytes before `at` that stay in the window, for unpackers that read ahead and
 * give back. */
#define PACKED_BACK 64u

struct packed {
	int fd;
	bool regular;   /* can be read again from any place */
	bool over;      /* nothing more to read: the end, or an error */
	int error;      /* errno of the read that failed, or 0 */
	uint64_t size;  /* of a regular file when it was opened, else 0 */
	uint64_t base;  /* where standard input stood when it was taken over */
	uint64_t taken; /* bytes read up to the window's end */
	uint64_t most;  /* the same, but never less than before a seek */
	size_t at;      /* first byte that is not used up */
	size_t end;
	unsigned char window[PACKED_BACK + PACKED_WINDOW];
};

/* Opens PATH (NUL-terminated; "-" is standard input). Unless BLOCKING only a
 * regular file is opened, and no FIFO is waited for. */
bool packed_open(struct packed *packed, const char *path, bool blocking,
    struct fault *fault);
/* Reads more behind what is left; false when nothing came: the end, or an
 * error (packed->error). What is left must be less than PACKED_WINDOW. */
bool packed_fill(struct packed *packed);
/* Up to SIZE bytes, past the window where it is empty; 0 as packed_fill. */
size_t packed_read(struct packed *packed, void *to, size_t size);
/* Goes to OFFSET bytes from the beginning; regular files only. */
bool packed_seek(struct packed *packed, uint64_t offset);
/* How many bytes stand before packed->at. */
uint64_t packed_offset(const struct packed *packed);
void packed_close(struct packed *packed);

#endif

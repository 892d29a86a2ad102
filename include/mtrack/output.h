/* SPDX-License-Identifier: MIT */
/* Where results go: a buffer in front of a descriptor, with a sticky error. */
#ifndef MTRACK_OUTPUT_H
#define MTRACK_OUTPUT_H

#include <sys/types.h>

#include "mtrack/buffer.h"

/* A descriptor for an output that is never written: all stays in the buffer. */
#define OUTPUT_KEPT (-1)

struct output {
	struct buffer buffer; /* writers append here */
	int fd;               /* never closed here */
	int error; /* errno of the first failed write, 0 while all is well */
	uint64_t bytes; /* written so far */
	/* What makes whole lines fit for FD before they are written, or NULL */
	void (*filter)(struct buffer *lines);
};

void output_init(struct output *out, int fd);
/* Writes the buffer out when it is large (or ALWAYS). False once a write has
 * failed: what comes later is thrown away. A closed pipe is an error like any
 * other (EPIPE): what it means is for main to say. */
bool output_flush(struct output *out, bool always);
/* Puts all LEN BYTES to AT of what FD holds; errno tells why not. */
bool output_place(int fd, const void *bytes, size_t len, off_t at);
/* Flushes, and learns of what a file system (NFS, quota) tells only when a file
 * is closed. */
bool output_settle(struct output *out);
/* Frees the buffer; what was not flushed is lost. */
void output_destroy(struct output *out);

#endif

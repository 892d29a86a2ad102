/* SPDX-License-Identifier: MIT */
/* Where results go: a buffer in front of a descriptor, with a sticky error. */
#ifndef MTRACK_OUTPUT_H
#define MTRACK_OUTPUT_H

#include "mtrack/buffer.h"

struct output {
	struct buffer buffer; /* writers append here */
	int fd;
	int error; /* errno of the first failed write, 0 while all is well */
	uint64_t bytes; /* written so far */
};

void output_init(struct output *out, int fd);
/* Writes the buffer out when it is large (or ALWAYS). False once a write has
 * failed: what comes later is thrown away. */
bool output_flush(struct output *out, bool always);
void output_destroy(struct output *out);

#endif

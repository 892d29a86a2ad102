/* SPDX-License-Identifier: MIT */
/* A deflate block's data to bytes (RFC 1951, 3.2.3), many bits at a time. */
#ifndef MTRACK_DEFLATE_STEPS_H
#define MTRACK_DEFLATE_STEPS_H

#include "mtrack/deflate_code.h"

/* No more than this is written behind an output's end. */
#define DEFLATE_BEYOND 1024u
#define DEFLATE_WINDOW 32768u /* how far back a distance reaches */

/* Where unpacking stands. OUT has DEFLATE_WINDOW readable bytes before it, of
 * which the last BEHIND were given, and DEFLATE_BEYOND writable ones behind
 * OUT_END. */
struct deflate_place {
	const unsigned char *in;
	const unsigned char *in_end;
	unsigned bit; /* of in[0]: the first not used */
	unsigned char *out;
	unsigned char *out_end;
	size_t behind;
};

enum deflate_steps {
	DEFLATE_MORE, /* OUT is at or behind its end, or fewer than 32 bytes
	                 of input are left and not the last */
	DEFLATE_DONE, /* the block ended */
	DEFLATE_BAD,  /* no sound block, or cut short */
};

/* One way of taking what stands in the middle of input and output. */
struct deflate_way {
	const char *name;
	enum deflate_steps (*steps)(
	    const struct deflate_code *code, struct deflate_place *place);
};
/* Way 0 is plain C; NULL behind the last one that this machine can do. They
 * give the same. */
const struct deflate_way *deflate_way(size_t number);
const struct deflate_way *deflate_way_best(void);

/* Goes on with the block whose codes CODE has. */
enum deflate_steps deflate_steps(const struct deflate_way *way,
    const struct deflate_code *code, struct deflate_place *place, bool last);

#endif

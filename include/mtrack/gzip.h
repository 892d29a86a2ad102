/* SPDX-License-Identifier: MIT */
/* gzip members in a row (RFC 1952) to bytes: headers, checksums, lengths,
 * padding. A fast unpacker answers while all is well; as soon as it stumbles,
 * zlib reads the member again from its beginning and decides. */
#ifndef MTRACK_GZIP_H
#define MTRACK_GZIP_H

#include "mtrack/entrypoint.h"
#include "mtrack/inflate.h"
#include "mtrack/packed.h"

enum gzip_event {
	GZIP_BYTES,  /* *count bytes, at least one */
	GZIP_MEMBER, /* a further member begins */
	GZIP_EDGE,   /* a deflate block begins; only after gzip_stop */
	GZIP_END,
	GZIP_DAMAGE, /* the fault tells */
	GZIP_CUT,    /* likewise: the file ends inside a member */
};

struct gzip {
	struct packed *in;
	const struct inflate_ops *ops; /* chosen for this file */
	void *state;                   /* of ops */
	void *judge;                   /* of zlib, once it was asked */
	enum {
		GZIP_HEADER,
		GZIP_BODY,
		GZIP_JUDGE, /* the fast one stumbled */
		GZIP_TRAILER,
		GZIP_PADDING,
	} stage;
	bool judged;      /* zlib unpacks this member */
	uint64_t members; /* whose header was read */
	uint64_t header;  /* where this member begins */
	uint64_t body;    /* where this member's deflate data begins */
	uint64_t given;   /* bytes of this member so far */
	uint32_t crc;     /* of them */
	struct entrypoint
	    from;     /* of a member that was not read from its begin */
	bool partial; /* it is in force: there is nothing to check */
	bool stop;    /* at the next block */
	bool stopped; /* that is to be told */
	struct entrypoint edge; /* where */
};

/* The gzip stream of IN, whose window is at its first byte. OPS is used where
 * IN can be read again, else zlib. */
void gzip_open(
    struct gzip *gzip, struct packed *in, const struct inflate_ops *ops);
/* Up to SIZE (not 0) bytes. After GZIP_END, _DAMAGE, _CUT it must not be
 * called again. */
enum gzip_event gzip_read(struct gzip *gzip, void *to, size_t size,
    size_t *count, struct fault *fault);
/* Goes to PLACE, whose window must stay until the next resume or the close.
 * What stands there is no further member, and no edge is told. */
bool gzip_resume(struct gzip *gzip, const struct entrypoint *place);
/* Has the next beginning of a deflate block told. */
void gzip_stop(struct gzip *gzip);
/* After GZIP_EDGE and GZIP_MEMBER: where that is; the window is not set. */
void gzip_place(
    const struct gzip *gzip, enum gzip_event event, struct entrypoint *place);
/* After GZIP_EDGE the window of its place: at most ENTRYPOINT_WINDOW bytes. */
size_t gzip_history(struct gzip *gzip, unsigned char *to);
void gzip_close(struct gzip *gzip);

#endif

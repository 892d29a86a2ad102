/* SPDX-License-Identifier: MIT */
/* The bytes of one file, unpacked: plain or gzip (RFC 1952, any number of
 * members), told by content. Foreign compressions are refused by name. All
 * state is the source's own: threads may each have theirs. */
#ifndef MTRACK_SOURCE_H
#define MTRACK_SOURCE_H

#include "mtrack/entrypoint.h"
#include "mtrack/fault.h"
#include "mtrack/str.h"

struct source;

enum source_event {
	SOURCE_BYTES,  /* *count bytes were written, at least one */
	SOURCE_MEMBER, /* a further gzip member begins: no bytes with this call
	                */
	SOURCE_EDGE,   /* unpacking can begin here; only after source_stop: no
	                  bytes with this call */
	SOURCE_END,    /* the end, all well */
	SOURCE_DAMAGE, /* the fault tells; what came before it was good and
	                  given (of a member whose checksum is wrong, all) */
	SOURCE_CUT,    /* the last member (or the only one) ends too early: the
	                  fault tells; maybe still being written (SPEC 1.6) */
};

enum source_form {
	SOURCE_PLAIN,
	SOURCE_GZIP,
	SOURCE_EMPTY,   /* no byte at all */
	SOURCE_FOREIGN, /* xz, zstd, bzip2, zip: the fault names the pipe */
};

/* What unpacks gzip. Bytes, events and faults are the same with each. */
enum source_unpacking {
	SOURCE_FAST, /* our own; zlib judges what it stumbles over */
	SOURCE_ZLIB, /* alone */
};

/* Opens PATH (NUL-terminated; "-" is standard input) and looks at its first
 * bytes. NULL with a fault (`cannot be opened: No such file or directory`)
 * when it cannot be opened or read. A directory is a fault too. Unless
 * BLOCKING only a regular file is opened, and no FIFO is waited for (standard
 * input needs BLOCKING where it is a pipe). */
struct source *source_open(
    const char *path, bool blocking, struct fault *fault);
/* The same, for tests: with UNPACKING. */
struct source *source_open_with(const char *path, bool blocking,
    enum source_unpacking unpacking, struct fault *fault);

enum source_form source_form(const struct source *source, struct fault *fault);
/* Up to SIZE unpacked bytes into TO; SIZE is not 0. In a file of several
 * members the bytes of two members never come with one call. After END, DAMAGE
 * or CUT the source is over: the same answer again. Offsets in faults count
 * the bytes of the file as it stands on disk, from 0. A foreign file has no
 * bytes. */
enum source_event source_read(struct source *source, char *to, size_t size,
    size_t *count, struct fault *fault);
/* Goes to PLACE (its window stays the caller's, until the next resume or the
 * close). The bytes behind it come as they came before; there is no checksum
 * for those of a deflate block's member. False when the file cannot be
 * positioned. */
bool source_resume(struct source *source, const struct entrypoint *place);
/* Has the next SOURCE_EDGE told: in gzip a deflate block that begins, in a
 * plain file at once. */
void source_stop(struct source *source);
/* After SOURCE_EDGE and SOURCE_MEMBER: where that is. WINDOW has room for
 * ENTRYPOINT_WINDOW bytes. */
void source_place(
    struct source *source, unsigned char *window, struct entrypoint *place);
/* For fstat and pread. */
int source_descriptor(const struct source *source);

/* Bytes read from disk so far, for progress and statistics. */
uint64_t source_packed(const struct source *source);
void source_close(struct source *source);

/* What unpacks and what makes the checksums, for --version. */
const char *source_unpacker(void);

#endif

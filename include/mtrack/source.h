/* SPDX-License-Identifier: MIT */
/* The bytes of one file, unpacked: plain or gzip (RFC 1952, any number of
 * members), told by content. Foreign compressions are refused by name. */
#ifndef MTRACK_SOURCE_H
#define MTRACK_SOURCE_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct source;

enum source_event {
	SOURCE_BYTES,  /* *count bytes were written */
	SOURCE_MEMBER, /* a further gzip member begins: no bytes with this call
	                */
	SOURCE_END,    /* the end, all well */
	SOURCE_DAMAGE, /* the fault tells; what came before it was good and
	                  given */
	SOURCE_CUT,    /* the last member (or the only one) ends too early: the
	                  fault tells; maybe still being written (SPEC 1.6) */
};

enum source_form {
	SOURCE_PLAIN,
	SOURCE_GZIP,
	SOURCE_EMPTY,   /* no byte at all */
	SOURCE_FOREIGN, /* xz, zstd, bzip2, zip: the fault names the pipe */
};

/* Opens PATH (NUL-terminated; "-" is standard input) and looks at its first
 * bytes. NULL with a fault (`cannot be opened: No such file or directory`)
 * when it cannot be opened or read. A directory is a fault too. Never blocks
 * on a FIFO unless BLOCKING. */
struct source *source_open(
    const char *path, bool blocking, struct fault *fault);
enum source_form source_form(const struct source *source, struct fault *fault);
/* Up to SIZE unpacked bytes into TO. In a file of several members the bytes of
 * two members never come with one call. After END, DAMAGE or CUT the source is
 * over: the same answer again. */
enum source_event source_read(struct source *source, char *to, size_t size,
    size_t *count, struct fault *fault);
/* Bytes read from disk so far, for progress and statistics. */
uint64_t source_packed(const struct source *source);
/* Size on disk, 0 where unknown (a pipe). */
uint64_t source_size(const struct source *source);
void source_close(struct source *source);

/* `zlib 1.2.13` or `ISA-L 2.30.0`: what unpacks, for --version. */
const char *source_unpacker(void);

#endif

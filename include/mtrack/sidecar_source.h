/* SPDX-License-Identifier: MIT */
/* The archive file that a side file tells of: what it is like now, beside what
 * it was like. */
#ifndef MTRACK_SIDECAR_SOURCE_H
#define MTRACK_SIDECAR_SOURCE_H

#include <sys/stat.h>

#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/sidecar_form.h"

/* What a side file is to its source. */
enum sidecar_state {
	SIDECAR_NONE,  /* there is no side file */
	SIDECAR_VALID, /* it tells of the source as it is */
	SIDECAR_GROWN, /* the source has only become longer since */
	SIDECAR_WRONG, /* not to be used: the fault tells */
};

/* What SOURCE, open, is like. False when it is no regular file or cannot be
 * read. */
bool sidecar_source_look(int source, struct sidecar_source *look);
bool sidecar_source_is_same(
    const struct sidecar_source *a, const struct sidecar_source *b);
/* Whether SOURCE has the size and the time that it had THEN: its bytes are not
 * looked at. */
bool sidecar_source_is_untouched(int source, const struct sidecar_source *then);
/* What SOURCE, which is ST, is beside what it was THEN; never SIDECAR_NONE. */
enum sidecar_state sidecar_source_compare(int source, const struct stat *st,
    const struct sidecar_source *then, struct fault *fault);
/* A checksum of SOURCE's bytes [FROM, TO), made of XXH3's; SCRATCH is used.
 * False when they cannot be read. */
bool sidecar_source_hash(int source, uint64_t from, uint64_t to,
    struct buffer *scratch, uint64_t *hash);

#endif

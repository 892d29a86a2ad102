/* SPDX-License-Identifier: MIT */
/* The side file of one archive file, being read: verified when it is opened,
 * and page by page as it is used. */
#ifndef MTRACK_SIDECAR_H
#define MTRACK_SIDECAR_H

#include <sys/stat.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/sidecar_source.h"

struct sidepack;

struct sidecar {
	int fd;                /* -1: it is part of PACK */
	struct sidepack *pack; /* the shared side file it stands in, or NULL */
	struct extent place;   /* there, or in the file that is fd */
	struct sidecar_header header;
	struct arena arena; /* pages and their checksums */
	unsigned char *checksums;
	unsigned char **pages; /* by number; NULL: not read yet */
	uint64_t page_count;
	uint64_t blocks;
	uint64_t segments;
	struct buffer bucket;  /* the last one read */
	struct str dictionary; /* of windows, once one was asked for */
	bool damaged;          /* a page was not what its checksum says */
	bool shared;           /* fd and checksums are another's */
};

/* Where the side file of PATH stands: beside it, or under DIR where that is
 * not empty. NUL-terminated, in ARENA. */
struct str sidecar_path(struct arena *arena, struct str dir, struct str path);
/* Whether a side file that is ST is believed about SOURCE (SPEC 8): nobody but
 * root, the caller and the log's owner may have made it. */
bool sidecar_is_trusted(const struct stat *st, const struct stat *source);

/* Opens PATH and compares it with SOURCE, open, and with SETTINGS. To be closed
 * but after SIDECAR_NONE and _WRONG. */
enum sidecar_state sidecar_open(struct sidecar *side, const char *path,
    int source, uint64_t settings, struct fault *fault);
/* The same of the side file at PLACE of PACK, which must stay open, and what
 * it is, until this one is closed. Never SIDECAR_NONE. */
enum sidecar_state sidecar_open_in(struct sidecar *side, struct sidepack *pack,
    const struct extent *place, int source, uint64_t settings,
    struct fault *fault);
/* MINE is SIDE for another thread, which keeps what it reads for itself; to be
 * closed before SIDE. */
void sidecar_share(const struct sidecar *side, struct sidecar *mine);
void sidecar_close(struct sidecar *side);
/* Bytes of the side file. */
uint64_t sidecar_length(const struct sidecar *side);
/* Appends all its bytes to OUT. */
bool sidecar_copy(struct sidecar *side, struct buffer *out);
/* Reads all of it: whether every page is what its checksum says. */
bool sidecar_is_sound(struct sidecar *side);

/* LEN bytes AT of SECTION. False, and damaged is set, when they do not stand
 * there. */
bool sidecar_read(struct sidecar *side, enum sidecar_section section,
    uint64_t at, void *to, uint64_t len);

#endif

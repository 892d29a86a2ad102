/* SPDX-License-Identifier: MIT */
/* The side file of one archive file, being read: verified when it is opened,
 * and page by page as it is used. */
#ifndef MTRACK_SIDECAR_H
#define MTRACK_SIDECAR_H

#include <sys/stat.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/sidecar_form.h"

enum sidecar_state {
	SIDECAR_NONE,  /* there is no side file */
	SIDECAR_VALID, /* it tells of the source as it is */
	SIDECAR_GROWN, /* the source has only become longer since */
	SIDECAR_WRONG, /* not to be used: the fault tells */
};

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
/* What SOURCE, open, is like now. False when it is no regular file or cannot
 * be read. */
bool sidecar_look(int source, struct sidecar_source *look);

/* Whether SOURCE has the size and the time that SIDE says. */
bool sidecar_is_untouched(const struct sidecar *side, int source);

/* XXH3 of the first and last bytes of [0, SIZE) of SOURCE. */
bool sidecar_ends(int source, uint64_t size, uint64_t *head, uint64_t *tail);

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

/* All of these answer false, and set damaged, when the side file does not hold
 * what it says. */
bool sidecar_read(struct sidecar *side, enum sidecar_section section,
    uint64_t at, void *to, uint64_t len);
bool sidecar_block(
    struct sidecar *side, uint64_t number, struct sidecar_block *block);
bool sidecar_segment(
    struct sidecar *side, uint64_t number, struct sidecar_segment *segment);
/* The bytes of BUCKET of SEGMENT's filter, until the next one is read. */
bool sidecar_bucket(struct sidecar *side, const struct sidecar_segment *segment,
    uint32_t bucket, struct str *bytes);
/* Those blocks of SEGMENT that may have KEY. */
bool sidecar_find(struct sidecar *side, const struct sidecar_segment *segment,
    uint64_t key, struct filter_set *found);
/* What windows are packed with; empty where there are none. */
bool sidecar_dictionary(struct sidecar *side, struct str *dictionary);
/* The window of BLOCK's place, into ENTRYPOINT_WINDOW bytes. */
bool sidecar_window(struct sidecar *side, const struct sidecar_block *block,
    unsigned char *window, size_t *len);
/* The fault at *AT, which moves on; its text lives until the side file is
 * closed. */
bool sidecar_fault(
    struct sidecar *side, uint64_t *at, struct sidecar_fault *fault);
/* The packed bytes of block NUMBER, which is BLOCK: [*from, *to) of the
 * source. */
bool sidecar_span(struct sidecar *side, uint64_t number,
    const struct sidecar_block *block, uint64_t *from, uint64_t *to);
/* A checksum of SOURCE's bytes [FROM, TO), made of XXH3's; SCRATCH is used.
 * False when they cannot be read. */
bool sidecar_hash(int source, uint64_t from, uint64_t to,
    struct buffer *scratch, uint64_t *hash);

#endif

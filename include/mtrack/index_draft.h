/* SPDX-License-Identifier: MIT */
/* A side file in the making: blocks, their keys, and what else is found.
 * Filters and windows go to the file as soon as they are known; in memory are
 * the keys of as many blocks as half a million make, 8 bytes each, and about
 * 200 bytes a block. */
#ifndef MTRACK_INDEX_DRAFT_H
#define MTRACK_INDEX_DRAFT_H

#include "mtrack/keyset.h"
#include "mtrack/record.h"
#include "mtrack/sidecar_source.h"
#include "mtrack/sidecar_writer.h"
#include "mtrack/tally.h"
#include "mtrack/window.h"
#include "mtrack/window_form.h"

struct index_draft {
	/* Where it goes, and the log's file. */
	struct arena *arena;
	struct str path;
	struct buffer *into; /* what becomes of it instead, or NULL */
	int source;
	struct sidecar_writer writer;
	bool opened;
	bool failed; /* the side file cannot be written: fault tells */
	struct fault fault;

	struct sidecar_header header;
	struct keyset keys;     /* of the block */
	struct buffer blocks;   /* struct sidecar_block[], the last one open */
	struct buffer segments; /* as bytes of the side file */
	struct buffer states;
	struct buffer faults;
	struct buffer scratch;
	struct buffer dictionary;       /* of the windows behind the first */
	struct window_thinner *thinner; /* NULL until the first window */
	struct window_packer packer;
	uint64_t kept;       /* blocks taken over; their checksums stay */
	struct tally before; /* what was counted before the block */
	int64_t latest;      /* timestamp of the block so far */
	bool too_many;       /* faults */
	bool whole;          /* the file was read to its end */

	/* The segment being filled. */
	uint64_t first;         /* its first block */
	uint32_t columns;       /* its blocks */
	struct buffer gathered; /* their keys: filter.h's entries */
	/* Of the filter that it goes on from, an older side file's; else 0. */
	uint32_t buckets;
};

void index_draft_init(struct index_draft *draft, struct arena *arena,
    struct str path, int source);
void index_draft_destroy(struct index_draft *draft);

/* A block begins at OFFSET, LINE, in the reader's STATE; POINT, with OUT
 * unpacked bytes before it, is where unpacking begins for it. */
void index_draft_begin_block(struct index_draft *draft,
    const struct entrypoint *point, uint64_t out, uint64_t offset,
    uint64_t line, struct str state);
/* What REC says of times. */
void index_draft_times(struct index_draft *draft, const struct record *rec);
/* Of framing; LINE is 0 where the source itself is at fault. */
void index_draft_fault(
    struct index_draft *draft, uint64_t line, const struct fault *fault);
/* The block ends. COUNTED is what was counted since the scan's beginning. */
void index_draft_end_block(
    struct index_draft *draft, const struct tally *counted);

/* Writes it all; the blocks are compared with nothing: the source is taken to
 * be what it was. False with a fault. */
bool index_draft_write(struct index_draft *draft, uint64_t *blocks,
    uint64_t *bytes, struct fault *fault);

/* For index_takeover.h, which fills a draft without a log. */
/* Appends BYTES to what filters and windows share; where they stand there. */
uint64_t index_draft_put_bulk(struct index_draft *draft, struct str bytes);
void index_draft_put_segment(
    struct index_draft *draft, const struct sidecar_segment *segment);
/* The reader's state is mostly what it was before: then it stands once. */
struct extent index_draft_put_state(
    struct index_draft *draft, struct str state);

#endif

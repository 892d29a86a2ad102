/* SPDX-License-Identifier: MIT */
/* One archive file read by its side file, in parts that several threads may
 * take: neighbouring blocks. Nothing is given of a file before all that will be
 * read of it was found to be what the side file was made from; the threads that
 * come to it see to that together. */
#ifndef MTRACK_SPLIT_H
#define MTRACK_SPLIT_H

#include "mtrack/scanning.h"
#include "mtrack/sidepack.h"

struct split;

struct split_part {
	uint64_t first; /* blocks, [first, end) */
	uint64_t end;
	uint64_t from; /* unpacked bytes, [from, upto): its records begin here
	                */
	uint64_t upto; /* UINT64_MAX for the last one */
	uint64_t told; /* kept faults, [told, tells) of the section */
	uint64_t tells;
	uint64_t records; /* in its blocks */
	uint64_t other;
	uint64_t bytes;   /* unpacked, of its blocks */
	struct skim skim; /* what must be read */
	bool last;
};

/* What a thread is to read: PART of FILE, or with split NULL all of it. */
struct scan_job {
	uint32_t file;
	struct split *split;
	size_t part;
};

/* A file in COUNT parts, how many blocks it may have. */
struct split *split_new(size_t count);
void split_free(struct split *split);
size_t split_count(const struct split *split);

/* Comes to PART of FILE, and answers it once all parts were checked. SIDE is
 * then the side file as this thread may read it, to be closed. NULL when the
 * side file is of no use: FAULT tells why, if there is more to be told than
 * that there is none. PACK is the thread's own. DATED: the
 * records are put to the period. */
const struct split_part *split_enter(struct split *split, size_t part,
    const struct scan_index *index, struct sidepack *pack,
    const struct archive_file *file, bool dated, struct buffer *scratch,
    struct sidecar *side, struct fault *fault, bool *wrong);
/* The archive file as it was when it was checked, open. */
int split_descriptor(const struct split *split);
/* Once for every part that was entered. */
void split_leave(struct split *split);

#endif

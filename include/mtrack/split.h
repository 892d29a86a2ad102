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

/* A thread that comes to a part. */
struct split_visit {
	const struct scan_index *index;
	const struct archive_file *file;
	struct sidepack *pack;  /* the thread's own */
	struct buffer *scratch; /* likewise */
	bool dated;             /* the records are put to the period */
	/* The side file as this thread may read it, to be closed; set where the
	 * part is answered. */
	struct sidecar side;
};

/* A file in COUNT parts, how many blocks it may have. */
struct split *split_new(size_t count);
void split_free(struct split *split);
size_t split_count(const struct split *split);

/* Answers PART once all parts were checked. NULL when the side file is of no
 * use: RESULT tells why, if there is more to be told than that there is none.
 */
const struct split_part *split_enter(struct split *split, size_t part,
    struct split_visit *visit, struct scan_result *result);
/* The archive file that was checked, open until the part is left. */
int split_descriptor(const struct split *split);
/* Whether that file still has what was checked of PART; it may have grown. */
bool split_is_intact(const struct split *split, const struct split_part *part,
    struct split_visit *visit);
/* Once for every part that was entered. */
void split_leave(struct split *split);

#endif

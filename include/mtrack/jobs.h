/* SPDX-License-Identifier: MIT */
/* What threads are given to read: files, and parts of those that are so large
 * that a thread would be left alone with one. */
#ifndef MTRACK_JOBS_H
#define MTRACK_JOBS_H

#include "mtrack/split.h"

/* Bytes on disk that are worth a part. */
#define JOBS_PART (UINT64_C(2) << 20)

struct jobs {
	struct scan_job *items; /* files in archive order, parts in theirs */
	size_t count;
	const size_t *turns; /* in which they are begun; NULL: as they stand */
};

/* Jobs of ARCHIVE's files. What they are never depends on the number of
 * threads, so nothing that is told does. PARTED: files that have a side file
 * may be read in parts, of PART bytes (0: JOBS_PART) or more. Where they need
 * not be IN_ORDER, the largest files come first. */
void jobs_make(struct arena *arena, const struct archive *archive, bool parted,
    uint64_t part, bool in_order, struct jobs *jobs);
void jobs_destroy(struct jobs *jobs);

#endif

/* SPDX-License-Identifier: MIT */
/* Makes the side file of one archive file, or renews it, or sees that it is
 * good. */
#ifndef MTRACK_INDEX_FILE_H
#define MTRACK_INDEX_FILE_H

#include "mtrack/scan.h"

#define INDEX_BLOCK (UINT64_C(640) << 10) /* unpacked bytes, about */

enum index_outcome {
	INDEX_MADE,
	INDEX_EXTENDED, /* the file had grown: its new part was read */
	INDEX_KEPT,     /* it was good */
	INDEX_NONE,     /* nothing to be indexed: an empty file, a pipe, no log,
	                   one that cannot be opened */
	INDEX_BUSY,     /* another run is at it */
	INDEX_FAILED,   /* it could not be written: the fault tells */
};

struct index_result {
	enum index_outcome outcome;
	struct fault fault;
	struct scan_result scan; /* of what was read */
	struct str path;         /* of the side file, in the caller's arena */
	uint64_t blocks;
	uint64_t bytes;  /* of the side file */
	uint64_t source; /* bytes of the archive file */
};

/* What is the same for all files. */
struct index_plan {
	const struct scan_plan *scan; /* of index_scan_plan */
	struct str dir;               /* as scan_index's */
	uint64_t settings;
	uint64_t block; /* unpacked bytes of a block, about */
};

/* A number for all that records depend on beside the file's bytes. */
uint64_t index_settings(const struct intake_rules *rules);
/* Sets RESULT to what it is before anything is done; false when nothing will
 * be. */
bool index_file_begin(struct arena *arena, const struct index_plan *plan,
    uint32_t number, struct index_result *result);
/* Reads the file, which FD is, and makes its side file: by OLD, if that is not
 * NULL and of use, only what is new. It becomes INTO, or where that is NULL
 * the file that RESULT names. */
void index_file_make(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, uint32_t number, int fd, struct sidecar *old,
    struct buffer *into, struct index_result *result);
/* SCANNER reads by PLAN's scan plan. */
void index_file(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, uint32_t number, struct index_result *result);

#endif

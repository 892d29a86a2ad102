/* SPDX-License-Identifier: MIT */
/* The archive: paths walked, days read out of names, files in archive order
 * (SPEC 1.1). */
#ifndef MTRACK_ARCHIVE_H
#define MTRACK_ARCHIVE_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"
#include "mtrack/str.h"

#define DAY_NONE INT32_MIN

struct archive_file {
	struct str path; /* NUL-terminated; "-" is standard input */
	int32_t first; /* days since 1970 that its name promises, or DAY_NONE */
	int32_t last;
	uint64_t size; /* bytes on disk; 0 for a pipe */
	bool named;    /* given as a PATH itself, not found in a directory */
	bool newest;   /* the newest of its folder: may still be written to */
};

struct archive {
	struct archive_file *files; /* in archive order */
	size_t count;
	struct archive_fault {
		struct str path;
		struct fault fault;
	} * faults; /* folders that could not be read, loops, missing paths */
	size_t fault_count;
};

/* Walks PATHS. Never fails as a whole: what could not be read is in faults. A
 * file reached twice is listed once, at its first place. */
void archive_list(struct arena *arena, const struct str *paths, size_t count,
    struct archive *archive);

/* The days of a file named PATH (its name, else the folder nearest to it);
 * false when it has none. */
bool archive_days(struct str path, int32_t *first, int32_t *last);
/* Whether the name says that it is a log: holds .json, .jsonl, .ndjson, .csv
 * or .cef (any case). Then "no mail tracking log" is an error. */
bool archive_claims_log(struct str path);

#endif

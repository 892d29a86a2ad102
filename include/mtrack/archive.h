/* SPDX-License-Identifier: MIT */
/* The archive: paths walked, days read out of names, files in archive order
 * (SPEC 1.1). */
#ifndef MTRACK_ARCHIVE_H
#define MTRACK_ARCHIVE_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"
#include "mtrack/promise.h"
#include "mtrack/str.h"

struct archive_file {
	struct str path; /* NUL-terminated; "-" is standard input */
	int32_t first; /* days since 1970 that its path promises, or DAY_NONE */
	int32_t last;
	uint64_t size; /* bytes on disk; 0 for a pipe */
	bool named;    /* given as a PATH itself, not found in a directory */
	bool newest;   /* the newest of its folder (newest.h): may still be
	                  written to; never a pipe */
};

struct archive {
	struct archive_file *files; /* in archive order */
	size_t count;
	struct archive_fault {
		struct str path;
		struct fault fault;
	} * faults; /* folders that could not be read, missing paths, links to
	               nowhere; loops, as warnings */
	size_t fault_count;
};

/* Walks PATHS. Never fails as a whole: what could not be read is in faults.
 * Archive order: PATHS in the order given; inside each by first day (files
 * without one first), then by path. A file reached twice is listed once, at
 * its first place (named, if any of its paths was); a folder reached twice is
 * walked once, at its first path. Dot files, pipes, devices and sockets count
 * only where they are named, sockets not even then. */
void archive_list(struct arena *arena, const struct str *paths, size_t count,
    struct archive *archive);

/* Whether OUTPUT (NUL-terminated; may be empty) is one of the files, by
 * whatever path, so that writing it would replace the file: with a fault. */
bool archive_refuses(
    const struct archive *archive, struct str output, struct fault *fault);

/* Whether the name says that it is a log: holds .json, .jsonl, .ndjson, .csv
 * or .cef (any case). Then "no mail tracking log" is an error. */
bool archive_claims_log(struct str path);

#endif

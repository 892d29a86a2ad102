/* SPDX-License-Identifier: MIT */
/* Sorted runs on disk: written once, read back in order. All runs of a sorter
 * stand in one unlinked temporary file, so that many of them cost one
 * descriptor and nothing is left behind whatever happens. */
#ifndef MTRACK_RUN_H
#define MTRACK_RUN_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct run;
struct run_file;

/* The bytes of ITEM, a multiple of 8, told by its first 8 bytes. */
typedef size_t run_length(const char *item);

/* An unlinked temporary file in DIR; NULL with a fault. Freed when the last of
 * its runs and its opener let go of it. */
struct run_file *run_file_open(const char *dir, struct fault *fault);
void run_file_close(struct run_file *file);

/* A run behind the last one of FILE; one is written at a time. LEVEL is how
 * many merges it has behind it. */
struct run *run_new(struct run_file *file, unsigned level, run_length *length);
bool run_put(
    struct run *run, uint64_t key, const char *item, struct fault *fault);
bool run_finish(struct run *run, struct fault *fault);
unsigned run_level(const struct run *run);

/* Back to the first item, to be read with about MEMORY bytes of buffer. */
void run_rewind(struct run *run, size_t memory);
/* The next item, NULL at the end; it dies with the next call. */
bool run_next(
    struct run *run, uint64_t *key, const char **item, struct fault *fault);
/* Gives the run's disk space back. */
void run_free(struct run *run);

#endif

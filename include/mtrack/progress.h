/* SPDX-License-Identifier: MIT */
/* The progress bar on standard error (SPEC 4.5): after one second, only where
 * that is a terminal, or where it was asked for. A thread of its own draws it,
 * for the main thread waits in many places; messages take it away first
 * (diag_status), and the first row of output ends it. */
#ifndef MTRACK_PROGRESS_H
#define MTRACK_PROGRESS_H

#include "mtrack/buffer.h"
#include "mtrack/counter.h"
#include "mtrack/options.h"

struct progress;

/* Begins to watch COUNTER, which outlives it. TOTAL are the bytes on disk that
 * are to be read, 0 where that is not known. NULL when there is no bar. */
struct progress *progress_start(
    enum when when, const struct counter *counter, uint64_t total);
/* Takes the bar away and frees it; NULL is no bar. */
void progress_stop(struct progress *progress);

/* What the bar shows. */
struct progress_state {
	uint64_t bytes;
	uint64_t total; /* 0: not known */
	uint64_t records;
	uint64_t matches;
	double seconds; /* since the beginning */
};
/* The bar as one line of at most WIDTH columns, appended to OUT. */
void progress_line(
    const struct progress_state *state, unsigned width, struct buffer *out);

#endif

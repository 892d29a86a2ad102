/* SPDX-License-Identifier: MIT */
/* The one external sorter: items of any length by a key and a tie-breaker, in
 * memory while they fit, beyond that in sorted runs of one unlinked temporary
 * file in $TMPDIR. A sorter belongs to one thread at a time. */
#ifndef MTRACK_SPILL_H
#define MTRACK_SPILL_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"
#include "mtrack/str.h"

struct sorter;

/* Items of equal key: negative when A goes before B, 0 when they may stand in
 * any order. */
typedef int sorter_ties(const char *a, const char *b);
/* The bytes of ITEM, a multiple of 8, told by its first 8 bytes. */
typedef size_t sorter_length(const char *item);
/* Takes items in order; ITEM dies with the call. */
typedef enum flow sorter_fn(void *ctx, uint64_t key, const char *item);

struct sorter_plan {
	sorter_ties *ties;
	sorter_length *length;
	uint64_t first;  /* only the first so many in order are wanted */
	size_t memory;   /* bytes that items may take before they are spilled */
	const char *dir; /* for temporary files */
};

/* PLAN is copied. */
struct sorter *sorter_new(const struct sorter_plan *plan);
void sorter_free(struct sorter *sorter);
/* False with a fault when a run could not be written. */
bool sorter_put(
    struct sorter *sorter, uint64_t key, const char *item, struct fault *fault);
/* For a caller that keeps the items itself until they are drained or spilled:
 * nothing is copied, nothing spilled unasked. */
void sorter_put_borrowed(struct sorter *sorter, uint64_t key, const char *item);
/* Writes what is in memory to a run now. */
bool sorter_spill(struct sorter *sorter, struct fault *fault);
/* Takes all of OTHER's items over, and its memory; it may be freed then. */
void sorter_absorb(struct sorter *sorter, struct sorter *other);
/* Gives all items in order and forgets them. FLOW_FAIL with a fault when a run
 * could not be read back, else what FN answered last. */
enum flow sorter_drain(
    struct sorter *sorter, sorter_fn *fn, void *ctx, struct fault *fault);
/* Runs that were written to temporary files so far. */
uint64_t sorter_runs(const struct sorter *sorter);

#endif

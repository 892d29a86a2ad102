/* SPDX-License-Identifier: MIT */
/* The last action (SPEC 2): records that share a mail ID and a recipient are
 * one entry, of which the newest record wins. Filled by many threads at once;
 * the rank of a record is a total order, so it cannot matter who comes first.
 * Identity is a 128-bit XXH3: 64 bits would lose a mail at 10^9 records. */
#ifndef MTRACK_MERGE_H
#define MTRACK_MERGE_H

#include "mtrack/fault.h"
#include "mtrack/record.h"

struct merge;
struct merge_batch;

/* Told of a record that was put in apart and shown, and has lost: where it
 * stands and its timestamp. CTX is that of the batch, or of the draining. */
typedef bool merge_lost_fn(
    void *ctx, const struct origin *origin, int64_t stamp, struct fault *fault);

struct merge_plan {
	fieldset fields; /* that are needed after the merge */
	bool raw;
	size_t memory; /* bytes for all entries; beyond it they are spilled */
	unsigned threads; /* that put in and drain at once */
	const char *dir;  /* for temporary files */
	merge_lost_fn *lost;
};

struct merge *merge_new(const struct merge_plan *plan);
void merge_free(struct merge *merge);

/* A thread's own way in: records gather in it and go into the table many at a
 * time. */
struct merge_batch *merge_batch_new(struct merge *merge, void *ctx);
void merge_batch_free(struct merge_batch *batch);
/* REC has a mail ID; others are entries of their own and never come here. */
bool merge_put(
    struct merge_batch *batch, const struct record *rec, struct fault *fault);
/* The same of a record that has a timestamp of its own and that the caller
 * keeps: it takes part as any other, but is never given. SHOWN: the caller
 * wants to be told (merge_plan.lost) when it has lost. */
bool merge_put_apart(struct merge_batch *batch, const struct record *rec,
    bool shown, struct fault *fault);
/* Puts in what has gathered; once before merge_drain. */
bool merge_batch_flush(struct merge_batch *batch, struct fault *fault);

/* The table is in so many parts, which threads may drain side by side. */
unsigned merge_parts(const struct merge *merge);
/* Gives the winners of PART that are not kept apart, rec->stamp set as SPEC 2
 * says, in no order, and forgets them. FLOW_FAIL with a fault when runs could
 * not be read back, or LOST says so. */
enum flow merge_drain(struct merge *merge, unsigned part, record_fn *fn,
    void *ctx, struct fault *fault);

/* Records that lost to a newer one, once all parts were drained; and runs
 * written to temporary files. */
uint64_t merge_hidden(const struct merge *merge);
uint64_t merge_runs(const struct merge *merge);

#endif

/* SPDX-License-Identifier: MIT */
/* What a thread does with records that met the message criteria: merge, state
 * criteria, then count, group, sort or relay. Each thread has a hand of its
 * own; what they hold is brought together at the end. */
#ifndef MTRACK_STAGES_H
#define MTRACK_STAGES_H

#include <stdatomic.h>

#include "mtrack/criteria.h"
#include "mtrack/fresh.h"
#include "mtrack/group.h"
#include "mtrack/mails.h"
#include "mtrack/merge.h"
#include "mtrack/order.h"
#include "mtrack/relay.h"
#include "mtrack/rowtext.h"
#include "mtrack/scan.h"

/* Where matching entries go. */
enum stage_end {
	END_QUIET, /* the first one ends the run */
	END_COUNT,
	END_GROUP,
	END_ORDER,
	END_RELAY, /* as read, streaming */
};

struct stages_plan {
	const struct scan_plan *scan;
	enum stage_end end;
	bool merging; /* the last action; else each record is an entry */
	/* Where all entries are wanted in order, a record with a timestamp of
	 * its own goes into the order at once, and is taken back when it loses:
	 * no record is sorted twice. */
	bool at_once;
	/* With END_ORDER: rows are made before they are sorted, and given as
	 * the records' raw; NULL: records are given. */
	const struct rowtext_plan *rowtext;
	struct merge_plan merge;
	bool checkpointed; /* only what earlier runs have not printed */
	struct fresh_plan fresh;
	bool gathering; /* a row a mail; the end is then a count or an order */
	struct mails_plan mails;
	struct order_plan order;
	struct group_plan group;
	bool names_files; /* a key of the group, or a row, holds the file */
	fieldset fields;  /* that are relayed */
	bool raw;
	size_t relay_memory;
	unsigned threads;
	atomic_bool *stop; /* set when nobody wants more */
};

struct stages;

struct stages *stages_new(const struct stages_plan *plan);
void stages_free(struct stages *stages);

/* The thread's part: does JOB and passes on what it finds. With END_RELAY that
 * is a whole file. */
void stages_scan(struct stages *stages, unsigned worker,
    const struct scan_job *job, struct scan_result *result);
/* Judges the winners of the merge, on all threads, once all files were read.
 * False with a fault. */
bool stages_settle(struct stages *stages, struct fault *fault);
/* Whether a thread met a trouble of its own (a temporary file that cannot be
 * written); then the answer is not whole. */
bool stages_failed(const struct stages *stages, struct fault *fault);

/* After settling, where the plan is checkpointed or gathering: takes out what
 * CHECKPOINT knows (and tells it what is printed now), and makes rows of mails.
 * False with a fault. */
bool stages_gather(
    struct stages *stages, struct checkpoint *checkpoint, struct fault *fault);

/* Entries that met every criterion; with a checkpoint, new ones. */
uint64_t stages_matched(const struct stages *stages);
/* The rows that they make: fewer when gathering. */
uint64_t stages_rows(const struct stages *stages);
uint64_t stages_hidden(const struct stages *stages);
uint64_t stages_runs(const struct stages *stages);

/* With END_RELAY: the records of file INDEX as they come. */
enum flow stages_relay(
    struct stages *stages, uint32_t index, record_fn *fn, void *ctx);
void stages_stop(struct stages *stages);
/* With END_ORDER: all of them in order, without the first SKIP. */
enum flow stages_drain(struct stages *stages, uint64_t skip, record_fn *fn,
    void *ctx, struct fault *fault);
/* With END_GROUP: all counts in one group; NULL with a fault. */
struct group *stages_group(struct stages *stages, struct fault *fault);

#endif

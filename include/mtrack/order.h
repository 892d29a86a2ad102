/* SPDX-License-Identifier: MIT */
/* Sort, skip, limit (SPEC 4.1): which matches go on, and when. Each thread
 * fills a stage of its own; one of them takes the others over and is drained.
 */
#ifndef MTRACK_ORDER_H
#define MTRACK_ORDER_H

#include "mtrack/fault.h"
#include "mtrack/record.h"

enum order {
	ORDER_ASC,  /* by timestamp, equal ones in archive order */
	ORDER_DESC, /* the exact reverse */
	ORDER_NONE, /* in archive order */
};

struct order_stage;

struct order_plan {
	enum order order;
	uint64_t first;  /* so many are wanted: skip and limit together */
	fieldset fields; /* that the writer needs */
	bool raw;
	size_t memory;
	const char *dir; /* for temporary files */
};

struct order_stage *order_new(const struct order_plan *plan);
void order_free(struct order_stage *stage);
/* REC->stamp is what it is sorted by; TIME_NONE comes first. */
bool order_put(
    struct order_stage *stage, const struct record *rec, struct fault *fault);
/* Takes back the record at ORIGIN that was put in, perhaps into another stage,
 * with this STAMP. Only for stages of which all records are wanted. */
bool order_take_back(struct order_stage *stage, const struct origin *origin,
    int64_t stamp, struct fault *fault);
/* Takes all of OTHER's records over. */
void order_absorb(struct order_stage *stage, struct order_stage *other);
/* Gives the records in order, without the first SKIP, and forgets them. Answers
 * FLOW_FAIL with a fault when runs could not be read back, else what FN
 * answered last. */
enum flow order_drain(struct order_stage *stage, uint64_t skip, record_fn *fn,
    void *ctx, struct fault *fault);
uint64_t order_runs(const struct order_stage *stage);

#endif

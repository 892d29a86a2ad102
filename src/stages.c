/* SPDX-License-Identifier: MIT */
/* What a thread does with records that met the message criteria:
 *
 *     scan_file -> [merge_put ... merge_drain] -> period, state criteria
 *         -> [fresh_put ... fresh_drain] -> [mails_put ... mails_drain] -> end
 *
 * Records without a mail ID are entries of their own and take the short way;
 * stages_plan.at_once is another. */
#include "mtrack/stages.h"

#include "mtrack/arena.h"
#include "mtrack/workers.h"

#define RELAY_BATCH (64u << 10)

struct hand {
	struct stages *stages;
	struct scanner *scanner;
	struct merge_batch *batch;
	struct fresh *fresh;
	struct mails *mails;
	struct order_stage *order;
	struct rowtext *rowtext;
	struct record row; /* what stands for a row in the order */
	struct group *group;
	struct buffer relayed; /* packed, of the current file */
	struct buffer scratch;
	uint32_t file;
	uint64_t matched;
	uint64_t rows; /* made of mails */
	bool failed;
	struct fault fault;
};

struct stages {
	struct stages_plan plan;
	struct merge *merge;
	struct relay *relay;
	uint64_t merge_runs;
	uint64_t gathered_runs;
	struct hand *hands;
};

static enum flow
fail(struct hand *hand)
{
	hand->failed = true;
	atomic_store(hand->stages->plan.stop, true);
	return FLOW_FAIL;
}

static enum flow
stop(struct hand *hand)
{
	atomic_store(hand->stages->plan.stop, true);
	return FLOW_STOP;
}

static enum flow
relay_record(struct hand *hand, const struct record *rec)
{
	const struct stages_plan *plan = &hand->stages->plan;

	record_pack(rec, plan->fields, plan->raw, &hand->relayed);
	if (hand->relayed.len < RELAY_BATCH ||
	    relay_put(hand->stages->relay, hand->file, &hand->relayed))
		return FLOW_MORE;
	return stop(hand);
}

static bool
in_period(const struct stages_plan *plan, const struct record *rec)
{
	const struct scan_plan *scan = plan->scan;

	/* A timestamp of its own was put to the period before the merge. */
	if (record_has(rec, FIELD_TIMESTAMP) ||
	    !scan_is_dated(scan, &scan->archive->files[rec->origin.file]))
		return true;
	return rec->stamp >= scan->since && rec->stamp < scan->until;
}

/* Records know their file by number; few ask for its name. */
static const struct record *
name_file(
    const struct hand *hand, const struct record *rec, struct record *named)
{
	const struct stages_plan *plan = &hand->stages->plan;

	if (!plan->names_files)
		return rec;
	*named = *rec;
	named->file = plan->scan->archive->files[rec->origin.file].path;
	return named;
}

static bool
put_group(struct hand *hand, const struct record *rec)
{
	struct record named;

	return group_put(
	    hand->group, name_file(hand, rec, &named), &hand->fault);
}

static bool
put_order(struct hand *hand, const struct record *rec)
{
	struct record named;

	if (!hand->rowtext)
		return order_put(hand->order, rec, &hand->fault);
	hand->row.stamp = rec->stamp;
	hand->row.origin = rec->origin;
	hand->row.raw =
	    rowtext_make(hand->rowtext, name_file(hand, rec, &named));
	return order_put(hand->order, &hand->row, &hand->fault);
}

/* An entry that is wanted. */
static enum flow
accept_entry(void *ctx, const struct record *rec)
{
	struct hand *hand = ctx;
	const struct stages_plan *plan = &hand->stages->plan;
	bool done = true;

	hand->matched++;
	if (plan->gathering)
		return mails_put(hand->mails, rec, &hand->fault) ? FLOW_MORE
								 : fail(hand);
	switch (plan->end) {
	case END_QUIET:
		return stop(hand);
	case END_COUNT:
		break;
	case END_GROUP:
		done = put_group(hand, rec);
		break;
	case END_ORDER:
		done = put_order(hand, rec);
		break;
	case END_RELAY:
		return relay_record(hand, rec);
	}
	return done ? FLOW_MORE : fail(hand);
}

/* An entry: its winner, stamped. */
static enum flow
take_entry(void *ctx, const struct record *rec)
{
	struct hand *hand = ctx;
	const struct stages_plan *plan = &hand->stages->plan;

	if (!in_period(plan, rec) ||
	    !criteria_state(plan->scan->criteria, rec, &hand->scratch))
		return FLOW_MORE;
	if (!plan->checkpointed)
		return accept_entry(hand, rec);
	return fresh_put(hand->fresh, rec, &hand->fault) ? FLOW_MORE
							 : fail(hand);
}

/* A record that met the message criteria: when nothing that comes later can
 * take its match away, -q need not wait for the merge. */
static bool
is_certain(const struct stages_plan *plan, const struct record *rec)
{
	return plan->end == END_QUIET &&
	    !criteria_has_state(plan->scan->criteria) &&
	    (record_has(rec, FIELD_TIMESTAMP) ||
		plan->scan->since == INT64_MIN);
}

/* A record that has lost to a newer one, after it went into the order. */
static bool
take_back(
    void *ctx, const struct origin *origin, int64_t stamp, struct fault *fault)
{
	struct hand *hand = ctx;

	hand->matched--; /* perhaps another hand's: the sum counts */
	return order_take_back(hand->order, origin, stamp, fault);
}

/* A record with a timestamp of its own: its entry's, if it wins. */
static enum flow
order_at_once(struct hand *hand, const struct record *rec)
{
	const struct scan_plan *scan = hand->stages->plan.scan;
	bool shown = criteria_state(scan->criteria, rec, &hand->scratch);

	if (shown && accept_entry(hand, rec) == FLOW_FAIL)
		return FLOW_FAIL;
	return merge_put_apart(hand->batch, rec, shown, &hand->fault)
	    ? FLOW_MORE
	    : fail(hand);
}

static enum flow
take_record(void *ctx, const struct record *rec)
{
	struct hand *hand = ctx;
	const struct stages_plan *plan = &hand->stages->plan;

	if (!plan->merging || !record_has(rec, FIELD_MAIL_ID) ||
	    is_certain(plan, rec))
		return take_entry(hand, rec);
	if (plan->at_once && record_has(rec, FIELD_TIMESTAMP))
		return order_at_once(hand, rec);
	return merge_put(hand->batch, rec, &hand->fault) ? FLOW_MORE
							 : fail(hand);
}

void
stages_scan(struct stages *stages, unsigned worker, const struct scan_job *job,
    struct scan_result *result)
{
	struct hand *hand = &stages->hands[worker];

	hand->file = job->file;
	if (atomic_load(stages->plan.stop))
		*result = (struct scan_result){
		    .stray = DAY_NONE, .first = TIME_NONE, .last = TIME_NONE};
	else if (job->split)
		scan_part(hand->scanner, job, take_record, hand, result);
	else
		scan_file(hand->scanner, job->file, take_record, hand, result);
	if (stages->plan.scan->strict && result->fault_total > 0)
		atomic_store(stages->plan.stop, true);
	if (!stages->relay)
		return;
	if (!relay_put(stages->relay, job->file, &hand->relayed))
		buffer_clear(&hand->relayed);
	relay_close(stages->relay, job->file);
}

/* ---- settling ---- */

static void
settle_part(void *ctx, unsigned worker, size_t part)
{
	struct stages *stages = ctx;
	struct hand *hand = &stages->hands[worker];

	if (!atomic_load(stages->plan.stop) &&
	    merge_drain(stages->merge, (unsigned)part, take_entry, hand,
		&hand->fault) == FLOW_FAIL)
		fail(hand);
}

bool
stages_settle(struct stages *stages, struct fault *fault)
{
	struct workers *workers;

	for (unsigned i = 0; stages->merge && i < stages->plan.threads; i++)
		if (!merge_batch_flush(stages->hands[i].batch, fault))
			return false;
	if (!stages->merge || atomic_load(stages->plan.stop))
		return !stages_failed(stages, fault);
	stages->merge_runs = merge_runs(stages->merge);
	workers = workers_start(stages->plan.threads,
	    merge_parts(stages->merge), NULL, settle_part, stages);
	if (!workers)
		return fault_set(fault, "no thread can be started");
	workers_join(workers);
	return !stages_failed(stages, fault);
}

bool
stages_failed(const struct stages *stages, struct fault *fault)
{
	for (unsigned i = 0; i < stages->plan.threads; i++)
		if (stages->hands[i].failed) {
			*fault = stages->hands[i].fault;
			return true;
		}
	return false;
}

/* ---- gathering ---- */

static enum flow
take_row(void *ctx, const struct record *rec)
{
	struct hand *hand = ctx;

	hand->rows++;
	if (hand->stages->plan.end != END_ORDER)
		return FLOW_MORE;
	return order_put(hand->order, rec, &hand->fault) ? FLOW_MORE
							 : fail(hand);
}

static bool
gather_fresh(
    struct stages *stages, struct checkpoint *checkpoint, struct fault *fault)
{
	struct hand *first = &stages->hands[0];
	enum flow flow;

	for (unsigned i = 1; i < stages->plan.threads; i++)
		fresh_absorb(first->fresh, stages->hands[i].fresh);
	flow =
	    fresh_drain(first->fresh, checkpoint, accept_entry, first, fault);
	stages->gathered_runs += fresh_runs(first->fresh);
	fresh_free(first->fresh);
	first->fresh = NULL;
	return !stages_failed(stages, fault) && flow != FLOW_FAIL;
}

static bool
gather_mails(struct stages *stages, struct fault *fault)
{
	struct hand *first = &stages->hands[0];
	enum flow flow;

	for (unsigned i = 1; i < stages->plan.threads; i++)
		mails_absorb(first->mails, stages->hands[i].mails);
	flow = mails_drain(first->mails, take_row, first, fault);
	stages->gathered_runs += mails_runs(first->mails);
	mails_free(first->mails);
	first->mails = NULL;
	return !stages_failed(stages, fault) && flow != FLOW_FAIL;
}

bool
stages_gather(
    struct stages *stages, struct checkpoint *checkpoint, struct fault *fault)
{
	if (stages->plan.checkpointed &&
	    !gather_fresh(stages, checkpoint, fault))
		return false;
	return !stages->plan.gathering || gather_mails(stages, fault);
}

/* ---- told ---- */

uint64_t
stages_rows(const struct stages *stages)
{
	return stages->plan.gathering ? stages->hands[0].rows
				      : stages_matched(stages);
}

uint64_t
stages_matched(const struct stages *stages)
{
	uint64_t matched = 0;

	for (unsigned i = 0; i < stages->plan.threads; i++)
		matched += stages->hands[i].matched;
	return matched;
}

uint64_t
stages_hidden(const struct stages *stages)
{
	return stages->merge ? merge_hidden(stages->merge) : 0;
}

uint64_t
stages_runs(const struct stages *stages)
{
	uint64_t runs = stages->merge_runs + stages->gathered_runs;

	for (unsigned i = 0; i < stages->plan.threads; i++) {
		const struct hand *hand = &stages->hands[i];

		runs += hand->order ? order_runs(hand->order) : 0;
		runs += hand->group ? group_runs(hand->group) : 0;
	}
	return runs;
}

/* ---- the ends ---- */

enum flow
stages_relay(struct stages *stages, uint32_t index, record_fn *fn, void *ctx)
{
	return relay_take(stages->relay, index, fn, ctx);
}

void
stages_stop(struct stages *stages)
{
	atomic_store(stages->plan.stop, true);
	if (stages->relay)
		relay_stop(stages->relay);
}

enum flow
stages_drain(struct stages *stages, uint64_t skip, record_fn *fn, void *ctx,
    struct fault *fault)
{
	struct order_stage *first = stages->hands[0].order;

	for (unsigned i = 1; i < stages->plan.threads; i++)
		order_absorb(first, stages->hands[i].order);
	return order_drain(first, skip, fn, ctx, fault);
}

struct group *
stages_group(struct stages *stages, struct fault *fault)
{
	struct group *first = stages->hands[0].group;

	for (unsigned i = 1; i < stages->plan.threads; i++)
		if (!group_absorb(first, stages->hands[i].group, fault))
			return NULL;
	return first;
}

/* ---- making ---- */

static void
make_hand(struct stages *stages, struct hand *hand)
{
	const struct stages_plan *plan = &stages->plan;

	*hand = (struct hand){.stages = stages};
	hand->scanner = scanner_new(plan->scan);
	if (stages->merge)
		hand->batch = merge_batch_new(stages->merge, hand);
	if (plan->checkpointed)
		hand->fresh = fresh_new(&plan->fresh);
	if (plan->gathering)
		hand->mails = mails_new(&plan->mails);
	if (plan->end == END_ORDER)
		hand->order = order_new(&plan->order);
	if (plan->rowtext)
		hand->rowtext = rowtext_new(plan->rowtext);
	if (plan->end == END_GROUP)
		hand->group = group_new(&plan->group);
}

struct stages *
stages_new(const struct stages_plan *plan)
{
	struct stages *stages = memory_resize(NULL, 1, sizeof(*stages));

	*stages = (struct stages){.plan = *plan};
	stages->plan.merge.lost = take_back;
	if (plan->merging)
		stages->merge = merge_new(&stages->plan.merge);
	if (plan->end == END_RELAY)
		stages->relay =
		    relay_new(plan->scan->archive->count, plan->relay_memory);
	stages->hands =
	    memory_resize(NULL, plan->threads, sizeof(*stages->hands));
	for (unsigned i = 0; i < plan->threads; i++)
		make_hand(stages, &stages->hands[i]);
	return stages;
}

void
stages_free(struct stages *stages)
{
	for (unsigned i = 0; i < stages->plan.threads; i++) {
		struct hand *hand = &stages->hands[i];

		scanner_free(hand->scanner);
		merge_batch_free(hand->batch);
		fresh_free(hand->fresh);
		mails_free(hand->mails);
		order_free(hand->order);
		rowtext_free(hand->rowtext);
		group_free(hand->group);
		buffer_destroy(&hand->relayed);
		buffer_destroy(&hand->scratch);
	}
	memory_free(stages->hands);
	merge_free(stages->merge);
	relay_free(stages->relay);
	memory_free(stages);
}

/* SPDX-License-Identifier: MIT */
/* Entries that no run with this checkpoint has printed yet. Two ascending rows
 * of marks run side by side:
 *
 *     FILE      a   c   d       g
 *     matched   a b     d d e       ->  new: b, the second d, e
 *
 * c and g are not found any more: they are kept for a while. */
#include "mtrack/fresh.h"

#include "mtrack/mark.h"
#include "mtrack/spill.h"

struct fresh {
	struct fresh_plan plan;
	struct sorter *sorter; /* of entries (entry.h) by mark */
	struct buffer scratch;
	struct buffer packed;
};

static int
compare_keys(struct entry_key a, struct entry_key b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

static int
by_mark(const char *a, const char *b)
{
	int order = compare_keys(entry_key_of(a), entry_key_of(b));

	return order ? order
		     : record_packed_order(entry_winner(a), entry_winner(b));
}

struct fresh *
fresh_new(const struct fresh_plan *plan)
{
	struct fresh *fresh = memory_resize(NULL, 1, sizeof(*fresh));
	const struct sorter_plan sort = {
	    by_mark, entry_length, UINT64_MAX, plan->memory, plan->dir};

	*fresh = (struct fresh){.plan = *plan};
	fresh->sorter = sorter_new(&sort);
	return fresh;
}

void
fresh_free(struct fresh *fresh)
{
	if (!fresh)
		return;
	sorter_free(fresh->sorter);
	buffer_destroy(&fresh->scratch);
	buffer_destroy(&fresh->packed);
	memory_free(fresh);
}

bool
fresh_put(struct fresh *fresh, const struct record *rec, struct fault *fault)
{
	struct entry_key key =
	    mark_of(rec, fresh->plan.history, &fresh->scratch);

	buffer_clear(&fresh->packed);
	entry_pack(
	    key, rec, fresh->plan.fields, fresh->plan.raw, &fresh->packed);
	return sorter_put(fresh->sorter, key.high, fresh->packed.ptr, fault);
}

void
fresh_absorb(struct fresh *fresh, struct fresh *other)
{
	sorter_absorb(fresh->sorter, other->sorter);
}

uint64_t
fresh_runs(const struct fresh *fresh)
{
	return sorter_runs(fresh->sorter);
}

/* ---- side by side ---- */

struct drain {
	struct checkpoint *checkpoint;
	record_fn *fn;
	void *ctx;
	struct fault *fault;
	struct mark old; /* the next one of FILE */
	bool has_old;
	struct mark now; /* of the entries at hand */
	bool has_now;
	uint32_t known; /* of these, printed by earlier runs */
	struct record rec;
	struct buffer items;
};

static bool
next_old(struct drain *drain)
{
	drain->has_old =
	    checkpoint_next(drain->checkpoint, &drain->old, drain->fault);
	return drain->has_old || drain->fault->what[0] == '\0';
}

/* A mark of FILE whose entry was not found. */
static void
keep_old(struct drain *drain)
{
	uint32_t today = checkpoint_today(drain->checkpoint);

	/* A clock that was set back keeps all. */
	if (drain->old.day + MARK_DAYS >= today)
		checkpoint_put(drain->checkpoint, &drain->old);
}

static void
end_now(struct drain *drain)
{
	if (!drain->has_now)
		return;
	if (drain->now.count < drain->known)
		drain->now.count = drain->known;
	checkpoint_put(drain->checkpoint, &drain->now);
	drain->has_now = false;
}

static bool
begin_now(struct drain *drain, struct entry_key key)
{
	end_now(drain);
	while (drain->has_old && compare_keys(drain->old.key, key) < 0) {
		keep_old(drain);
		if (!next_old(drain))
			return false;
	}
	drain->now = (struct mark){key, 0, checkpoint_today(drain->checkpoint)};
	drain->has_now = true;
	drain->known = 0;
	if (!drain->has_old || compare_keys(drain->old.key, key) != 0)
		return true;
	drain->known = drain->old.count;
	return next_old(drain);
}

static enum flow
take(void *ctx, uint64_t high, const char *entry)
{
	struct drain *drain = ctx;
	struct entry_key key = entry_key_of(entry);

	(void)high;
	if ((!drain->has_now || compare_keys(drain->now.key, key) != 0) &&
	    !begin_now(drain, key))
		return FLOW_FAIL;
	if (drain->now.count < UINT32_MAX)
		drain->now.count++;
	if (drain->now.count <= drain->known)
		return FLOW_MORE;
	record_unpack(entry_winner(entry), &drain->rec, &drain->items);
	return drain->fn(drain->ctx, &drain->rec);
}

static bool
keep_rest(struct drain *drain)
{
	end_now(drain);
	while (drain->has_old) {
		keep_old(drain);
		if (!next_old(drain))
			return false;
	}
	return true;
}

enum flow
fresh_drain(struct fresh *fresh, struct checkpoint *checkpoint, record_fn *fn,
    void *ctx, struct fault *fault)
{
	struct drain drain = {
	    .checkpoint = checkpoint, .fn = fn, .ctx = ctx, .fault = fault};
	enum flow flow = FLOW_FAIL;

	if (next_old(&drain)) {
		flow = sorter_drain(fresh->sorter, take, &drain, fault);
		if (flow == FLOW_MORE && !keep_rest(&drain))
			flow = FLOW_FAIL;
	}
	buffer_destroy(&drain.items);
	return flow;
}

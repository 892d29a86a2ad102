/* SPDX-License-Identifier: MIT */
/* Sort, skip, limit, on the external sorter: a record's key is its timestamp
 * made unsigned, its tie-breaker its place in the archive. Of a record that is
 * taken back a mark with the same key and place is put in, which is sorted
 * before it:
 *
 *     ... | record | mark | record | record | ...
 *                    of the one behind it, which is not given
 */
#include "mtrack/order.h"

#include "mtrack/arena.h"
#include "mtrack/spill.h"

struct order_stage {
	struct order_plan plan;
	struct sorter *sorter;
	struct buffer packed;
};

struct order_drain {
	record_fn *fn;
	void *ctx;
	uint64_t skip;
	struct record rec;
	struct buffer items;
	struct origin gone; /* of the last mark */
	bool any_gone;
};

static int
mark_first(const char *a, const char *b)
{
	return record_packed_is_mark(b) - record_packed_is_mark(a);
}

static int
earlier_first(const char *a, const char *b)
{
	int order = record_packed_order(a, b);

	return order ? order : mark_first(a, b);
}

static int
later_first(const char *a, const char *b)
{
	int order = record_packed_order(b, a);

	return order ? order : mark_first(a, b);
}

/* Unsigned order as the signed one. */
static uint64_t
stamp_key(int64_t stamp)
{
	return (uint64_t)stamp ^ (uint64_t)1 << 63;
}

static uint64_t
order_key(enum order order, int64_t stamp, const struct origin *origin)
{
	switch (order) {
	case ORDER_ASC:
		return stamp_key(stamp);
	case ORDER_DESC:
		return ~stamp_key(stamp);
	case ORDER_NONE:
		break;
	}
	return origin->file;
}

struct order_stage *
order_new(const struct order_plan *plan)
{
	struct order_stage *stage = memory_resize(NULL, 1, sizeof(*stage));
	const struct sorter_plan sort = {
	    plan->order == ORDER_DESC ? later_first : earlier_first,
	    record_packed_length, plan->first, plan->memory, plan->dir};

	*stage = (struct order_stage){.plan = *plan};
	stage->sorter = sorter_new(&sort);
	return stage;
}

void
order_free(struct order_stage *stage)
{
	if (!stage)
		return;
	sorter_free(stage->sorter);
	buffer_destroy(&stage->packed);
	memory_free(stage);
}

bool
order_put(
    struct order_stage *stage, const struct record *rec, struct fault *fault)
{
	buffer_clear(&stage->packed);
	record_pack(rec, stage->plan.fields, stage->plan.raw, &stage->packed);
	return sorter_put(stage->sorter,
	    order_key(stage->plan.order, rec->stamp, &rec->origin),
	    stage->packed.ptr, fault);
}

bool
order_take_back(struct order_stage *stage, const struct origin *origin,
    int64_t stamp, struct fault *fault)
{
	buffer_clear(&stage->packed);
	record_pack_mark(origin, &stage->packed);
	return sorter_put(stage->sorter,
	    order_key(stage->plan.order, stamp, origin), stage->packed.ptr,
	    fault);
}

void
order_absorb(struct order_stage *stage, struct order_stage *other)
{
	sorter_absorb(stage->sorter, other->sorter);
}

/* A mark, or the record that it was put in for. */
static bool
is_gone(struct order_drain *drain, const char *packed)
{
	struct origin origin = record_packed_origin(packed);

	if (record_packed_is_mark(packed)) {
		drain->gone = origin;
		drain->any_gone = true;
		return true;
	}
	return drain->any_gone && origin_order(&drain->gone, &origin) == 0;
}

static enum flow
give(void *ctx, uint64_t key, const char *packed)
{
	struct order_drain *drain = ctx;

	(void)key;
	if (is_gone(drain, packed))
		return FLOW_MORE;
	if (drain->skip > 0) {
		drain->skip--;
		return FLOW_MORE;
	}
	record_unpack(packed, &drain->rec, &drain->items);
	return drain->fn(drain->ctx, &drain->rec);
}

enum flow
order_drain(struct order_stage *stage, uint64_t skip, record_fn *fn, void *ctx,
    struct fault *fault)
{
	struct order_drain drain = {.fn = fn, .ctx = ctx, .skip = skip};
	enum flow flow = sorter_drain(stage->sorter, give, &drain, fault);

	buffer_destroy(&drain.items);
	return flow;
}

uint64_t
order_runs(const struct order_stage *stage)
{
	return sorter_runs(stage->sorter);
}

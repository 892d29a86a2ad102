/* SPDX-License-Identifier: MIT */
/* The last action. The table is in parts by the key's top bits, each with a
 * lock of its own; a thread gathers packed entries for a part and puts them in
 * together. A part that outgrows its share writes its entries as one sorted run
 * and begins anew; draining merges the runs and combines equal keys. */
#include "mtrack/merge.h"

#include <pthread.h>

#include "mtrack/arena.h"
#include "mtrack/entry.h"
#include "mtrack/spill.h"

#define PARTS_MOST  64u
#define PART_LEAST  (1u << 20) /* bytes of a part's share worth having */
#define BATCH_BYTES (16u << 10)
#define SLOTS_LEAST 256u
#define DRAIN_AHEAD 16u /* slots whose entries are asked for in advance */

/* A copy of half of the key stands beside the entry: entries lie all over the
 * memory, and most that are met on the way are not the one looked for. */
struct slot {
	uint64_t low;
	const char *entry; /* NULL: free */
};

struct part {
	pthread_mutex_t lock;
	struct arena arena; /* the entries */
	struct slot *slots; /* open addressing, linear */
	size_t slot_count;  /* a power of two */
	size_t count;
	struct sorter *sorter; /* of runs, once one was written */
	struct buffer scratch;
	uint64_t hidden;
};

struct merge {
	struct merge_plan plan;
	size_t share;   /* bytes a part may take */
	unsigned shift; /* of the key, to the part's number */
	unsigned part_count;
	struct part parts[PARTS_MOST];
};

struct merge_batch {
	struct merge *merge;
	void *ctx; /* for merge_plan.lost */
	struct buffer scratch;
	struct buffer gathered[PARTS_MOST];
};

static int
compare_low(const char *a, const char *b)
{
	uint64_t x = entry_key_of(a).low;
	uint64_t y = entry_key_of(b).low;

	return (x > y) - (x < y);
}

/* ---- one part ---- */

static size_t
part_used(const struct part *part)
{
	return part->arena.held + part->slot_count * sizeof(*part->slots);
}

static struct slot *
find_slot(const struct part *part, struct entry_key key)
{
	size_t mask = part->slot_count - 1;

	for (size_t at = key.low & mask;; at = (at + 1) & mask) {
		struct slot *slot = &part->slots[at];

		if (!slot->entry ||
		    (slot->low == key.low &&
			entry_key_of(slot->entry).high == key.high))
			return slot;
	}
}

/* All entries differ: each takes the next free slot. */
static void
grow_slots(struct part *part)
{
	struct slot *old = part->slots;
	size_t old_count = part->slot_count;
	size_t mask;

	part->slot_count = old_count ? 2 * old_count : SLOTS_LEAST;
	part->slots = memory_resize(NULL, part->slot_count, sizeof(*old));
	memset(part->slots, 0, part->slot_count * sizeof(*old));
	mask = part->slot_count - 1;
	for (size_t i = 0; i < old_count; i++) {
		size_t at = old[i].low & mask;

		if (!old[i].entry)
			continue;
		while (part->slots[at].entry)
			at = (at + 1) & mask;
		part->slots[at] = old[i];
	}
	memory_free(old);
}

static const char *
keep_entry(struct part *part, const char *entry)
{
	size_t length = entry_length(entry);

	return memcpy(arena_alloc_words(&part->arena, length), entry, length);
}

static bool
tell_lost(const struct merge *merge, const char *loser, void *ctx,
    struct fault *fault)
{
	struct origin origin;

	if (!entry_is_shown(loser))
		return true;
	origin = record_packed_origin(entry_winner(loser));
	return merge->plan.lost(ctx, &origin, entry_stamp(loser), fault);
}

static bool
put_entry(const struct merge_batch *batch, struct part *part, const char *entry,
    struct fault *fault)
{
	struct entry_key key = entry_key_of(entry);
	struct slot *slot;
	const char *newest;
	const char *loser;
	bool told;

	if (4 * part->count >= 3 * part->slot_count)
		grow_slots(part);
	slot = find_slot(part, key);
	if (!slot->entry) {
		*slot = (struct slot){key.low, keep_entry(part, entry)};
		part->count++;
		return true;
	}
	part->hidden++;
	newest = entry_combine(slot->entry, entry, &loser, &part->scratch);
	told = tell_lost(batch->merge, loser, batch->ctx, fault);
	if (newest != slot->entry)
		slot->entry = keep_entry(part, newest);
	return told;
}

static void
forget_entries(struct part *part)
{
	arena_destroy(&part->arena);
	memory_free(part->slots);
	part->slots = NULL;
	part->slot_count = part->count = 0;
}

static void
lend_entries(struct part *part)
{
	for (size_t i = 0; i < part->slot_count; i++)
		if (part->slots[i].entry)
			sorter_put_borrowed(part->sorter,
			    entry_key_of(part->slots[i].entry).high,
			    part->slots[i].entry);
}

static bool
spill_part(const struct merge *merge, struct part *part, struct fault *fault)
{
	const struct sorter_plan plan = {compare_low, entry_length, UINT64_MAX,
	    merge->share, merge->plan.dir};

	if (!part->sorter)
		part->sorter = sorter_new(&plan);
	lend_entries(part);
	if (!sorter_spill(part->sorter, fault))
		return false;
	forget_entries(part);
	return true;
}

/* ---- batches ---- */

struct merge_batch *
merge_batch_new(struct merge *merge, void *ctx)
{
	struct merge_batch *batch = memory_resize(NULL, 1, sizeof(*batch));

	memset(batch, 0, sizeof(*batch));
	batch->merge = merge;
	batch->ctx = ctx;
	return batch;
}

void
merge_batch_free(struct merge_batch *batch)
{
	if (!batch)
		return;
	for (unsigned i = 0; i < PARTS_MOST; i++)
		buffer_destroy(&batch->gathered[i]);
	buffer_destroy(&batch->scratch);
	memory_free(batch);
}

/* Asks for the memory of the slots that GATHERED will need, all at once: one
 * after the other each would be waited for. */
static void
fetch_slots(const struct part *part, const struct buffer *gathered)
{
	if (part->slot_count == 0)
		return;
	for (size_t at = 0; at < gathered->len;
	     at += entry_length(gathered->ptr + at)) {
		uint64_t low = entry_key_of(gathered->ptr + at).low;

		__builtin_prefetch(&part->slots[low & (part->slot_count - 1)]);
	}
}

static bool
flush_part(struct merge_batch *batch, unsigned number, struct fault *fault)
{
	struct merge *merge = batch->merge;
	struct part *part = &merge->parts[number];
	struct buffer *gathered = &batch->gathered[number];
	bool done = true;

	pthread_mutex_lock(&part->lock);
	fetch_slots(part, gathered);
	for (size_t at = 0; done && at < gathered->len;
	     at += entry_length(gathered->ptr + at))
		done = put_entry(batch, part, gathered->ptr + at, fault);
	if (done && part_used(part) > merge->share && part->count > 0)
		done = spill_part(merge, part, fault);
	pthread_mutex_unlock(&part->lock);
	buffer_clear(gathered);
	return done;
}

static unsigned
part_of(const struct merge *merge, struct entry_key key)
{
	return merge->shift < 64 ? (unsigned)(key.high >> merge->shift) : 0;
}

bool
merge_put(
    struct merge_batch *batch, const struct record *rec, struct fault *fault)
{
	const struct merge *merge = batch->merge;
	struct entry_key key = entry_identity(rec, &batch->scratch);
	unsigned number = part_of(merge, key);
	struct buffer *gathered = &batch->gathered[number];

	entry_pack(key, rec, merge->plan.fields, merge->plan.raw, gathered);
	return gathered->len < BATCH_BYTES || flush_part(batch, number, fault);
}

bool
merge_put_apart(struct merge_batch *batch, const struct record *rec, bool shown,
    struct fault *fault)
{
	struct entry_key key = entry_identity(rec, &batch->scratch);
	unsigned number = part_of(batch->merge, key);
	struct buffer *gathered = &batch->gathered[number];

	entry_pack_apart(key, rec, shown, gathered);
	return gathered->len < BATCH_BYTES || flush_part(batch, number, fault);
}

bool
merge_batch_flush(struct merge_batch *batch, struct fault *fault)
{
	for (unsigned i = 0; i < batch->merge->part_count; i++)
		if (!flush_part(batch, i, fault))
			return false;
	return true;
}

/* ---- draining ---- */

struct drain {
	const struct merge *merge;
	struct part *part;
	record_fn *fn;
	void *ctx;
	struct record rec;
	struct buffer items;
	struct buffer entry; /* the one being combined, when there are runs */
	struct fault *fault;
};

static enum flow
give(struct drain *drain, const char *entry)
{
	if (entry_is_apart(entry))
		return FLOW_MORE;
	record_unpack(entry_winner(entry), &drain->rec, &drain->items);
	drain->rec.stamp = entry_stamp(entry);
	return drain->fn(drain->ctx, &drain->rec);
}

static enum flow
give_last(struct drain *drain)
{
	return drain->entry.len ? give(drain, drain->entry.ptr) : FLOW_MORE;
}

/* Items of a sorter come with equal keys in a row. */
static enum flow
take_sorted(void *ctx, uint64_t high, const char *item)
{
	struct drain *drain = ctx;
	const char *entry = drain->entry.ptr;
	enum flow flow = FLOW_MORE;
	const char *loser;

	if (drain->entry.len && entry_key_of(entry).high == high &&
	    entry_key_of(entry).low == entry_key_of(item).low) {
		drain->part->hidden++;
		item =
		    entry_combine(entry, item, &loser, &drain->part->scratch);
		if (!tell_lost(drain->merge, loser, drain->ctx, drain->fault))
			return FLOW_FAIL;
		if (item == entry)
			return FLOW_MORE;
	} else {
		flow = give_last(drain);
	}
	buffer_clear(&drain->entry);
	buffer_put(&drain->entry, item, entry_length(item));
	return flow;
}

static enum flow
drain_runs(struct drain *drain, struct fault *fault)
{
	enum flow flow;

	lend_entries(drain->part);
	flow = sorter_drain(drain->part->sorter, take_sorted, drain, fault);
	return flow == FLOW_MORE ? give_last(drain) : flow;
}

enum flow
merge_drain(struct merge *merge, unsigned number, record_fn *fn, void *ctx,
    struct fault *fault)
{
	struct part *part = &merge->parts[number];
	struct drain drain = {
	    .merge = merge, .part = part, .fn = fn, .ctx = ctx, .fault = fault};
	enum flow flow = FLOW_MORE;

	if (part->sorter)
		flow = drain_runs(&drain, fault);
	for (size_t i = 0;
	     !part->sorter && flow == FLOW_MORE && i < part->slot_count; i++) {
		if (i + DRAIN_AHEAD < part->slot_count)
			__builtin_prefetch(part->slots[i + DRAIN_AHEAD].entry);
		if (part->slots[i].entry)
			flow = give(&drain, part->slots[i].entry);
	}
	forget_entries(part);
	buffer_destroy(&drain.items);
	buffer_destroy(&drain.entry);
	return flow;
}

/* ---- the whole ---- */

/* While a part is spilled an array of keys and pointers, of less than half of
 * its size, is sorted: as many parts may be at it as there are threads. */
static size_t
share_of(const struct merge_plan *plan, unsigned parts)
{
	unsigned sorting = plan->threads < parts ? plan->threads : parts;

	return plan->memory / (parts + sorting / 2 + 1);
}

struct merge *
merge_new(const struct merge_plan *plan)
{
	struct merge *merge = memory_resize(NULL, 1, sizeof(*merge));
	unsigned bits = 0;

	memset(merge, 0, sizeof(*merge));
	merge->plan = *plan;
	merge->plan.fields |=
	    FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME);
	while ((2u << bits) <= PARTS_MOST &&
	    plan->memory >> (bits + 1) >= PART_LEAST)
		bits++;
	merge->part_count = 1u << bits;
	merge->shift = 64 - bits;
	merge->share = share_of(plan, merge->part_count);
	for (unsigned i = 0; i < PARTS_MOST; i++)
		pthread_mutex_init(&merge->parts[i].lock, NULL);
	return merge;
}

void
merge_free(struct merge *merge)
{
	if (!merge)
		return;
	for (unsigned i = 0; i < PARTS_MOST; i++) {
		struct part *part = &merge->parts[i];

		forget_entries(part);
		sorter_free(part->sorter);
		buffer_destroy(&part->scratch);
		pthread_mutex_destroy(&part->lock);
	}
	memory_free(merge);
}

unsigned
merge_parts(const struct merge *merge)
{
	return merge->part_count;
}

uint64_t
merge_hidden(const struct merge *merge)
{
	uint64_t hidden = 0;

	for (unsigned i = 0; i < merge->part_count; i++)
		hidden += merge->parts[i].hidden;
	return hidden;
}

uint64_t
merge_runs(const struct merge *merge)
{
	uint64_t runs = 0;

	for (unsigned i = 0; i < merge->part_count; i++)
		if (merge->parts[i].sorter)
			runs += sorter_runs(merge->parts[i].sorter);
	return runs;
}

/* SPDX-License-Identifier: MIT */
/* The one external sorter. Items in memory stand in an arena, an array of keys
 * and pointers is what gets sorted: by radix over the key's bytes (stable, and
 * bytes that all keys share cost nothing), then by the tie-breaker within equal
 * keys. A run on disk is a row of
 *
 *     | key 8 B | item, its own length, a multiple of 8 |
 */
#include "mtrack/spill.h"

#include "mtrack/run.h"

/* Runs of one level that are merged into one of the next: bounds the buffers
 * that reading them back takes. */
#define FAN_IN 32

struct sort_item {
	uint64_t key;
	const char *item;
};

struct sorter {
	struct sorter_plan plan;
	struct arena arena; /* the items in memory */
	struct sort_item *items;
	size_t count;
	size_t capacity;
	struct run_file *file; /* opened for the first run */
	struct run **runs;
	size_t run_count;
	size_t run_capacity;
	uint64_t written;
};

/* ---- in memory ---- */

static void
radix_pass(const struct sort_item *from, struct sort_item *to, size_t count,
    unsigned shift, size_t *places)
{
	size_t sum = 0;

	for (unsigned i = 0; i < 256; i++) {
		size_t here = places[i];

		places[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < count; i++)
		to[places[from[i].key >> shift & 255]++] = from[i];
}

/* Sorts by key; the sorted array is the one returned, of the two given. */
static struct sort_item *
radix_sort(struct sort_item *items, struct sort_item *other, size_t count)
{
	for (unsigned shift = 0; shift < 64; shift += 8) {
		size_t places[256] = {0};
		struct sort_item *swap = items;

		for (size_t i = 0; i < count; i++)
			places[items[i].key >> shift & 255]++;
		if (places[items[0].key >> shift & 255] == count)
			continue;
		radix_pass(items, other, count, shift, places);
		items = other;
		other = swap;
	}
	return items;
}

/* Merge sort of items whose keys are equal; runs of them are short. */
static void
sort_ties(struct sort_item *items, struct sort_item *other, size_t count,
    sorter_ties *ties)
{
	size_t half = count / 2;
	size_t left = 0;
	size_t right = half;
	size_t at = 0;

	if (count < 2)
		return;
	sort_ties(items, other, half, ties);
	sort_ties(items + half, other, count - half, ties);
	if (ties(items[half - 1].item, items[half].item) <= 0)
		return;
	memcpy(other, items, count * sizeof(*items));
	while (left < half && right < count)
		items[at++] = ties(other[right].item, other[left].item) < 0
		    ? other[right++]
		    : other[left++];
	while (left < half)
		items[at++] = other[left++];
	while (right < count)
		items[at++] = other[right++];
}

static void
sort_items(struct sorter *sorter)
{
	struct sort_item *other;
	struct sort_item *sorted;
	size_t count = sorter->count;

	if (count < 2)
		return;
	other = memory_resize(NULL, count, sizeof(*other));
	sorted = radix_sort(sorter->items, other, count);
	if (sorted != sorter->items)
		memcpy(sorter->items, sorted, count * sizeof(*sorted));
	for (size_t from = 0, to; from < count; from = to) {
		to = from + 1;
		while (to < count &&
		    sorter->items[to].key == sorter->items[from].key)
			to++;
		sort_ties(
		    sorter->items + from, other, to - from, sorter->plan.ties);
	}
	memory_free(other);
}

/* ---- merging runs and memory ---- */

/* Where one of the ways of a merge stands: on a run, or on the array. */
struct way {
	uint64_t key;
	const char *item; /* NULL when it is used up */
	struct run *run;  /* NULL: the array in memory */
	size_t next;      /* in the array */
};

static bool
way_step(struct way *way, const struct sorter *sorter, struct fault *fault)
{
	if (way->run)
		return run_next(way->run, &way->key, &way->item, fault);
	way->item = NULL;
	if (way->next < sorter->count) {
		way->key = sorter->items[way->next].key;
		way->item = sorter->items[way->next].item;
		way->next++;
	}
	return true;
}

static bool
way_before(const struct way *a, const struct way *b, sorter_ties *ties)
{
	if (!a->item || !b->item)
		return a->item != NULL;
	if (a->key != b->key)
		return a->key < b->key;
	return ties(a->item, b->item) < 0;
}

/* Lets the way at AT sink to its place in the heap. */
static void
sift(struct way **heap, size_t count, size_t at, sorter_ties *ties)
{
	for (;;) {
		size_t least = at;
		struct way *swap = heap[at];

		for (size_t child = 2 * at + 1;
		     child <= 2 * at + 2 && child < count; child++)
			if (way_before(heap[child], heap[least], ties))
				least = child;
		if (least == at)
			return;
		heap[at] = heap[least];
		heap[least] = swap;
		at = least;
	}
}

static enum flow
merge_ways(struct way **heap, size_t count, struct sorter *sorter,
    sorter_fn *fn, void *ctx, struct fault *fault)
{
	sorter_ties *ties = sorter->plan.ties;
	enum flow flow = FLOW_MORE;
	uint64_t left = sorter->plan.first;

	for (size_t i = 0; i < count; i++)
		if (!way_step(heap[i], sorter, fault))
			return FLOW_FAIL;
	for (size_t at = count / 2; at-- > 0;)
		sift(heap, count, at, ties);
	while (flow == FLOW_MORE && heap[0]->item && left-- > 0) {
		flow = fn(ctx, heap[0]->key, heap[0]->item);
		if (flow == FLOW_MORE && !way_step(heap[0], sorter, fault))
			return FLOW_FAIL;
		sift(heap, count, 0, ties);
	}
	return flow;
}

/* Merges COUNT runs, and the array in memory when MEMORY, into FN. */
static enum flow
merge(struct sorter *sorter, struct run **runs, size_t count, bool memory,
    sorter_fn *fn, void *ctx, struct fault *fault)
{
	size_t total = count + memory;
	struct arena arena;
	struct way *ways;
	struct way **heap;
	enum flow flow;

	arena_init(&arena);
	ways = ARENA_ARRAY(&arena, struct way, total);
	heap = ARENA_ARRAY(&arena, struct way *, total);
	for (size_t i = 0; i < total; i++) {
		heap[i] = &ways[i];
		if (i < count) {
			ways[i].run = runs[i];
			run_rewind(runs[i], sorter->plan.memory / total);
		}
	}
	flow =
	    total ? merge_ways(heap, total, sorter, fn, ctx, fault) : FLOW_MORE;
	arena_destroy(&arena);
	return flow;
}

/* ---- runs ---- */

static struct run *
new_run(struct sorter *sorter, unsigned level, struct fault *fault)
{
	if (!sorter->file)
		sorter->file = run_file_open(sorter->plan.dir, fault);
	if (!sorter->file)
		return NULL;
	return run_new(sorter->file, level, sorter->plan.length);
}

static void
add_run(struct sorter *sorter, struct run *run)
{
	if (sorter->run_count == sorter->run_capacity) {
		sorter->run_capacity = 2 * sorter->run_capacity + 8;
		sorter->runs = memory_resize(
		    sorter->runs, sorter->run_capacity, sizeof(*sorter->runs));
	}
	sorter->runs[sorter->run_count++] = run;
	sorter->written++;
}

struct run_writer {
	struct run *run;
	struct fault *fault;
};

static enum flow
write_item(void *ctx, uint64_t key, const char *item)
{
	struct run_writer *to = ctx;

	return run_put(to->run, key, item, to->fault) ? FLOW_MORE : FLOW_FAIL;
}

/* Merges the last FAN_IN runs into one when they are of one level. */
static bool
merge_level(struct sorter *sorter, struct fault *fault)
{
	size_t first = sorter->run_count - FAN_IN;
	struct run **runs = sorter->runs + first;
	unsigned level = run_level(runs[0]);
	struct run_writer to;

	to.fault = fault;
	to.run = new_run(sorter, level + 1, fault);
	if (!to.run)
		return false;
	if (merge(sorter, runs, FAN_IN, false, write_item, &to, fault) ==
		FLOW_FAIL ||
	    !run_finish(to.run, fault)) {
		run_free(to.run);
		return false;
	}
	for (size_t i = 0; i < FAN_IN; i++)
		run_free(runs[i]);
	sorter->run_count = first;
	add_run(sorter, to.run);
	return true;
}

static bool
merge_levels(struct sorter *sorter, struct fault *fault)
{
	while (sorter->run_count >= FAN_IN &&
	    run_level(sorter->runs[sorter->run_count - FAN_IN]) ==
		run_level(sorter->runs[sorter->run_count - 1]))
		if (!merge_level(sorter, fault))
			return false;
	return true;
}

static void
forget_items(struct sorter *sorter)
{
	arena_reset(&sorter->arena);
	sorter->count = 0;
}

/* Cuts what is in memory down to the first ones that are wanted. */
static void
keep_first(struct sorter *sorter)
{
	struct arena kept;

	sort_items(sorter);
	if (sorter->count > sorter->plan.first)
		sorter->count = sorter->plan.first;
	arena_init(&kept);
	for (size_t i = 0; i < sorter->count; i++) {
		struct sort_item *at = &sorter->items[i];
		size_t length = sorter->plan.length(at->item);

		at->item =
		    memcpy(arena_alloc_words(&kept, length), at->item, length);
	}
	arena_destroy(&sorter->arena);
	sorter->arena = kept;
}

static bool
spill(struct sorter *sorter, struct fault *fault)
{
	struct run *run = new_run(sorter, 0, fault);

	if (!run)
		return false;
	sort_items(sorter);
	for (size_t i = 0; i < sorter->count; i++)
		if (!run_put(run, sorter->items[i].key, sorter->items[i].item,
			fault)) {
			run_free(run);
			return false;
		}
	if (!run_finish(run, fault)) {
		run_free(run);
		return false;
	}
	add_run(sorter, run);
	forget_items(sorter);
	return merge_levels(sorter, fault);
}

static size_t
memory_used(const struct sorter *sorter)
{
	/* Sorting needs the array of keys a second time. */
	return sorter->arena.held + 2 * sorter->count * sizeof(*sorter->items);
}

static bool
make_room(struct sorter *sorter, struct fault *fault)
{
	if (memory_used(sorter) <= sorter->plan.memory)
		return true;
	if (sorter->plan.first < sorter->count / 2) {
		keep_first(sorter);
		if (memory_used(sorter) <= sorter->plan.memory)
			return true;
	}
	return sorter->count == 0 || spill(sorter, fault);
}

static void
add_item(struct sorter *sorter, uint64_t key, const char *item)
{
	if (sorter->count == sorter->capacity) {
		sorter->capacity =
		    sorter->capacity ? 2 * sorter->capacity : 256;
		sorter->items = memory_resize(
		    sorter->items, sorter->capacity, sizeof(*sorter->items));
	}
	sorter->items[sorter->count++] = (struct sort_item){key, item};
}

/* ---- public ---- */

struct sorter *
sorter_new(const struct sorter_plan *plan)
{
	struct sorter *sorter = memory_resize(NULL, 1, sizeof(*sorter));

	*sorter = (struct sorter){.plan = *plan};
	return sorter;
}

void
sorter_free(struct sorter *sorter)
{
	if (!sorter)
		return;
	for (size_t i = 0; i < sorter->run_count; i++)
		run_free(sorter->runs[i]);
	memory_free(sorter->runs);
	run_file_close(sorter->file);
	memory_free(sorter->items);
	arena_destroy(&sorter->arena);
	memory_free(sorter);
}

bool
sorter_put(
    struct sorter *sorter, uint64_t key, const char *item, struct fault *fault)
{
	size_t length = sorter->plan.length(item);

	add_item(sorter, key,
	    memcpy(arena_alloc_words(&sorter->arena, length), item, length));
	return make_room(sorter, fault);
}

void
sorter_put_borrowed(struct sorter *sorter, uint64_t key, const char *item)
{
	add_item(sorter, key, item);
}

bool
sorter_spill(struct sorter *sorter, struct fault *fault)
{
	return sorter->count == 0 || spill(sorter, fault);
}

void
sorter_absorb(struct sorter *sorter, struct sorter *other)
{
	for (size_t i = 0; i < other->run_count; i++)
		add_run(sorter, other->runs[i]);
	sorter->written += other->written - other->run_count;
	other->written = other->run_count = 0;
	for (size_t i = 0; i < other->count; i++)
		add_item(sorter, other->items[i].key, other->items[i].item);
	other->count = 0;
	arena_join(&sorter->arena, &other->arena);
	sorter->plan.memory += other->plan.memory;
}

enum flow
sorter_drain(
    struct sorter *sorter, sorter_fn *fn, void *ctx, struct fault *fault)
{
	enum flow flow;

	sort_items(sorter);
	flow = merge(sorter, sorter->runs, sorter->run_count, sorter->count > 0,
	    fn, ctx, fault);
	forget_items(sorter);
	return flow;
}

uint64_t
sorter_runs(const struct sorter *sorter)
{
	return sorter->written;
}

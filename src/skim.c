/* SPDX-License-Identifier: MIT */
/* Which blocks of a file must be read for a query. */
#include "mtrack/skim.h"

#include "mtrack/record.h"
#include "mtrack/sidecar_data.h"

/* Reading on is faster than going to many places: from so many hundredths of
 * the file on, all of it is read. */
#define IDLE_PERCENT 70

/* A needle's keys for one file. */
struct keys {
	uint64_t *items;
	size_t count;
};

static struct keys *
salted(struct arena *arena, const struct needles *needles, uint64_t salt)
{
	struct keys *keys = ARENA_ARRAY(arena, struct keys, needles->count);

	for (size_t i = 0; i < needles->count; i++) {
		const struct needle *needle = &needles->items[i];

		keys[i].count = needle->count;
		keys[i].items = ARENA_ARRAY(arena, uint64_t, needle->count);
		for (size_t k = 0; k < needle->count; k++)
			keys[i].items[k] = token_key(needle->tokens[k].kind,
			    needle->tokens[k].text, salt);
	}
	return keys;
}

/* Takes from FOUND the blocks of SEGMENT that have none of KEYS. */
static bool
ask_one(struct sidecar *side, const struct sidecar_segment *segment,
    const struct keys *keys, struct filter_set *found)
{
	struct filter_set any = FILTER_SET_NONE;
	struct filter_set one;

	for (size_t k = 0; k < keys->count; k++) {
		if (!sidecar_find(side, segment, keys->items[k], &one))
			return false;
		for (size_t i = 0; i < FILTER_WORDS; i++)
			any.words[i] |= one.words[i];
	}
	for (size_t i = 0; i < FILTER_WORDS; i++)
		found->words[i] &= any.words[i];
	return true;
}

/* The blocks of SEGMENT that may have one key of each needle. */
static bool
ask(struct sidecar *side, const struct sidecar_segment *segment,
    const struct keys *keys, size_t count, struct filter_set *found)
{
	*found = FILTER_SET_NONE;
	for (uint32_t block = 0; block < segment->shape.blocks; block++)
		filter_set_add(found, block);
	for (size_t i = 0; i < count; i++)
		if (!ask_one(side, segment, &keys[i], found))
			return false;
	return true;
}

/* Whether no record of BLOCK is of the period: all have a timestamp of their
 * own, and none of these is. A record without one may be an entry's of any
 * time, which the merge alone can tell. */
static bool
is_of_other_times(const struct skim_plan *plan, const struct sidecar_block *at)
{
	if (at->flags & BLOCK_UNSTAMPED || at->stamps.least == TIME_NONE)
		return false;
	return at->stamps.greatest < plan->since ||
	    at->stamps.least >= plan->until;
}

static void
add_block(struct arena *arena, struct skim *skim, uint64_t number)
{
	struct skim_range *last =
	    skim->count ? &skim->ranges[skim->count - 1] : NULL;

	skim->blocks++;
	if (last && last->end == number) {
		last->end++;
		return;
	}
	skim->ranges = arena_grow(arena, skim->ranges, skim->count,
	    &skim->capacity, sizeof(*skim->ranges));
	skim->ranges[skim->count++] = (struct skim_range){number, number + 1};
}

/* Block NUMBER, and how many unpacked bytes it has. */
static bool
measure_block(struct sidecar *side, uint64_t number,
    struct sidecar_block *block, uint64_t *bytes)
{
	struct sidecar_block next = {.offset = side->header.unpacked};

	if (!sidecar_block(side, number, block) ||
	    (number + 1 < side->blocks &&
		!sidecar_block(side, number + 1, &next)))
		return false;
	if (next.offset < block->offset) {
		side->damaged = true;
		return false;
	}
	*bytes = next.offset - block->offset;
	return true;
}

static bool
take_block(struct arena *arena, struct sidecar *side,
    const struct skim_plan *plan, bool dated, uint64_t number,
    struct skim *skim)
{
	struct sidecar_block block;
	uint64_t bytes;

	if (!measure_block(side, number, &block, &bytes))
		return false;
	if (dated && is_of_other_times(plan, &block))
		return true;
	skim->bytes += bytes;
	add_block(arena, skim, number);
	return true;
}

bool
skim_make(struct arena *arena, struct sidecar *side,
    const struct skim_plan *plan, bool dated, struct skim *skim)
{
	size_t count = plan->needles->count;
	struct keys *keys = salted(arena, plan->needles, side->header.salt);
	uint64_t next = 0;

	*skim = (struct skim){0};
	for (uint64_t i = 0; i < side->segments; i++) {
		struct sidecar_segment segment;
		struct filter_set found;

		if (!sidecar_segment(side, i, &segment) ||
		    segment.first != next ||
		    !ask(side, &segment, keys, count, &found))
			return false;
		next += segment.shape.blocks;
		for (uint32_t block = 0; block < segment.shape.blocks; block++)
			if (filter_set_has(&found, block) &&
			    !take_block(arena, side, plan, dated,
				segment.first + block, skim))
				return false;
	}
	return next == side->blocks;
}

/* The part of RANGE that is in [FIRST, END). */
static bool
clip_range(struct arena *arena, struct sidecar *side,
    const struct skim_range *range, uint64_t first, uint64_t end,
    struct skim *skim)
{
	first = range->first > first ? range->first : first;
	end = range->end < end ? range->end : end;
	for (; first < end; first++) {
		struct sidecar_block block;
		uint64_t bytes;

		if (!measure_block(side, first, &block, &bytes))
			return false;
		skim->bytes += bytes;
		add_block(arena, skim, first);
	}
	return true;
}

bool
skim_clip(struct arena *arena, struct sidecar *side, const struct skim *whole,
    uint64_t first, uint64_t end, struct skim *skim)
{
	*skim = (struct skim){0};
	for (size_t i = 0; i < whole->count; i++)
		if (!clip_range(
			arena, side, &whole->ranges[i], first, end, skim))
			return false;
	return true;
}

bool
skim_is_idle(const struct skim *skim, const struct sidecar *side)
{
	return skim->bytes / IDLE_PERCENT >= side->header.unpacked / 100 &&
	    skim->count > 0;
}

/* Whether what stands in SIDE for block NUMBER, where a range begins, is there.
 */
static bool
verify_begin(struct sidecar *side, uint64_t number, struct buffer *scratch)
{
	struct sidecar_block block;
	struct str dictionary;

	if (!sidecar_block(side, number, &block) ||
	    (block.window.len && !sidecar_dictionary(side, &dictionary)))
		return false;
	buffer_clear(scratch);
	buffer_reserve(
	    scratch, (size_t)(block.state.len + block.window.len) + 1);
	return sidecar_read(side, SECTION_STATES, block.state.at, scratch->ptr,
		   block.state.len) &&
	    sidecar_read(side, SECTION_WINDOWS, block.window.at, scratch->ptr,
		block.window.len);
}

/* The last records of a range end behind the next block's place. */
bool
skim_verify(
    struct skim *skim, struct sidecar *side, int source, struct buffer *scratch)
{
	for (size_t i = 0; i < skim->count; i++) {
		const struct skim_range *range = &skim->ranges[i];
		uint64_t packed;

		if (!verify_begin(side, range->first, scratch))
			return false;
		for (uint64_t number = range->first; number < range->end;
		     number++) {
			if (!sidecar_block_is_intact(
				side, number, source, scratch, &packed))
				return false;
			skim->packed += packed;
		}
		if (range->end < side->blocks &&
		    !sidecar_block_is_intact(
			side, range->end, source, scratch, &packed))
			return false;
	}
	return true;
}

/* SPDX-License-Identifier: MIT */
/* A side file in the making takes over an older one. */
#include "mtrack/index_takeover.h"

#include "mtrack/sidecar_data.h"

/* The filter of SEGMENT as it is. */
static bool
take_segment(struct index_draft *draft, struct sidecar *old,
    struct sidecar_segment *segment)
{
	struct buffer *bytes = &draft->scratch;

	buffer_clear(bytes);
	buffer_reserve(bytes, (size_t)segment->filter.len);
	bytes->len = (size_t)segment->filter.len;
	if (!sidecar_read(old, SECTION_FILTERS, segment->filter.at, bytes->ptr,
		bytes->len))
		return false;
	segment->filter.at = index_draft_put_bulk(draft, buffer_str(bytes));
	index_draft_put_segment(draft, segment);
	return true;
}

/* Keys of the first COUNT blocks of SEGMENT, which is being filled again. */
static bool
take_keys(struct index_draft *draft, struct sidecar *old,
    const struct sidecar_segment *segment, uint32_t count)
{
	const struct filter_shape *shape = &segment->shape;
	struct str bytes;

	for (uint32_t bucket = 0; bucket < shape->buckets; bucket++)
		if (!sidecar_bucket(old, segment, bucket, &bytes) ||
		    !filter_take(shape, bucket, bytes, count, &draft->gathered))
			return false;
	draft->buckets = shape->buckets;
	draft->columns = count;
	return true;
}

/* Segments of blocks before KEPT; of the one that reaches beyond, the blocks
 * before. */
static bool
take_segments(struct index_draft *draft, struct sidecar *old, uint64_t kept)
{
	for (uint64_t i = 0; i < old->segments; i++) {
		struct sidecar_segment segment;

		if (!sidecar_segment(old, i, &segment) ||
		    segment.first != draft->first)
			return false;
		if (segment.first >= kept)
			return true;
		if (segment.first + segment.shape.blocks > kept)
			return take_keys(draft, old, &segment,
			    (uint32_t)(kept - segment.first));
		if (!take_segment(draft, old, &segment))
			return false;
	}
	return true;
}

/* The packed window at FROM of OLD. */
static bool
take_window(struct index_draft *draft, struct sidecar *old,
    const struct extent *from, struct extent *to)
{
	struct buffer *bytes = &draft->scratch;

	if (from->len == 0)
		return true;
	if (from->at == old->header.dictionary.at &&
	    draft->header.dictionary.len > 0) {
		*to = draft->header.dictionary;
		return true;
	}
	if (from->len > WINDOW_PACKED_MOST)
		return false;
	buffer_clear(bytes);
	buffer_reserve(bytes, (size_t)from->len);
	bytes->len = (size_t)from->len;
	if (!sidecar_read(
		old, SECTION_WINDOWS, from->at, bytes->ptr, bytes->len))
		return false;
	*to = (struct extent){
	    index_draft_put_bulk(draft, buffer_str(bytes)), from->len};
	return true;
}

/* Old windows and new ones are packed with the same dictionary. */
static bool
take_dictionary(struct index_draft *draft, struct sidecar *old)
{
	struct str bytes;

	if (!sidecar_dictionary(old, &bytes) ||
	    !take_window(
		draft, old, &old->header.dictionary, &draft->header.dictionary))
		return false;
	buffer_puts(&draft->dictionary, bytes);
	return true;
}

/* BLOCK of OLD, its state and window. */
static bool
take_block(struct index_draft *draft, struct sidecar *old,
    const struct sidecar_block *block)
{
	struct sidecar_block mine = *block;
	struct buffer *bytes = &draft->scratch;

	buffer_clear(bytes);
	buffer_reserve(bytes, block->state.len);
	bytes->len = block->state.len;
	if (!sidecar_read(
		old, SECTION_STATES, block->state.at, bytes->ptr, bytes->len))
		return false;
	mine.state = index_draft_put_state(draft, buffer_str(bytes));
	if (!take_window(draft, old, &block->window, &mine.window))
		return false;
	buffer_put(&draft->blocks, &mine, sizeof(mine));
	return true;
}

static bool
take_faults(struct index_draft *draft, struct sidecar *old, uint64_t kept)
{
	uint64_t at = 0;

	while (at < old->header.sections[SECTION_FAULTS].len) {
		struct sidecar_fault fault;

		if (!sidecar_fault(old, &at, &fault))
			return false;
		if (fault.block < kept)
			sidecar_fault_put(&fault, &draft->faults);
	}
	return true;
}

bool
index_takeover(struct index_draft *draft, struct sidecar *old,
    const struct sidecar_block *last)
{
	uint64_t kept = old->blocks - 1;
	struct sidecar_block block;
	struct sidecar_block again = {.offset = last->offset,
	    .line = last->line,
	    .out = last->out,
	    .place = last->place,
	    .window = last->window,
	    .state = last->state,
	    .stamps = {TIME_NONE, TIME_NONE},
	    .gen_times = {TIME_NONE, TIME_NONE},
	    .flags = BLOCK_SORTED};

	draft->header.salt = old->header.salt;
	draft->header.seen = old->header.seen;
	draft->header.stamps = old->header.stamps;
	draft->kept = kept;
	if (!take_dictionary(draft, old) || !take_segments(draft, old, kept) ||
	    !take_faults(draft, old, kept))
		return false;
	for (uint64_t i = 0; i < kept; i++) {
		if (!sidecar_block(old, i, &block) ||
		    !take_block(draft, old, &block))
			return false;
		draft->header.records += block.records;
		draft->header.other += block.other;
	}
	draft->latest = TIME_NONE;
	return take_block(draft, old, &again);
}

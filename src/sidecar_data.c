/* SPDX-License-Identifier: MIT */
/* What stands in a side file. Pages are what their checksums say; what they
 * say may still be wrong. */
#include "mtrack/sidecar_data.h"

#include "mtrack/window_form.h"
#include "mtrack/wire.h"

/* So that nobody takes memory for what is not there. */
static bool
lies_inside(const struct sidecar *side, enum sidecar_section section,
    const struct extent *part)
{
	uint64_t len = side->header.sections[section].len;

	return part->at <= len && part->len <= len - part->at;
}

bool
sidecar_block(
    struct sidecar *side, uint64_t number, struct sidecar_block *block)
{
	unsigned char bytes[SIDECAR_BLOCK];

	if (!sidecar_read(side, SECTION_BLOCKS, number * SIDECAR_BLOCK, bytes,
		sizeof(bytes)))
		return false;
	if (sidecar_block_get(block, bytes) &&
	    lies_inside(side, SECTION_STATES, &block->state) &&
	    lies_inside(side, SECTION_WINDOWS, &block->window) &&
	    block->offset <= side->header.unpacked &&
	    block->place.packed <= side->header.source.size)
		return true;
	side->damaged = true;
	return false;
}

bool
sidecar_segment(
    struct sidecar *side, uint64_t number, struct sidecar_segment *segment)
{
	const struct filter_shape *shape = &segment->shape;
	unsigned char bytes[SIDECAR_SEGMENT];

	if (!sidecar_read(side, SECTION_SEGMENTS, number * SIDECAR_SEGMENT,
		bytes, sizeof(bytes)))
		return false;
	sidecar_segment_get(segment, bytes);
	if (shape->blocks > 0 && shape->blocks <= FILTER_BLOCKS &&
	    shape->buckets > 0 && segment->first < side->blocks &&
	    shape->blocks <= side->blocks - segment->first &&
	    lies_inside(side, SECTION_FILTERS, &segment->filter) &&
	    filter_places(shape) <= segment->filter.len)
		return true;
	side->damaged = true;
	return false;
}

/* Where BUCKET of SEGMENT's filter stands among the filters. */
static bool
place_bucket(struct sidecar *side, const struct sidecar_segment *segment,
    uint32_t bucket, struct extent *place)
{
	const struct extent *filter = &segment->filter;
	uint64_t places = filter_places(&segment->shape);
	unsigned char bytes[2 * FILTER_PLACE];
	uint32_t from;
	uint32_t to;

	if (!sidecar_read(side, SECTION_FILTERS,
		filter->at + (uint64_t)bucket * FILTER_PLACE, bytes,
		sizeof(bytes)))
		return false;
	from = wire_get32(bytes);
	to = wire_get32(bytes + FILTER_PLACE);
	if (from > to || to > filter->len - places) {
		side->damaged = true;
		return false;
	}
	*place = (struct extent){filter->at + places + from, to - from};
	return true;
}

bool
sidecar_bucket(struct sidecar *side, const struct sidecar_segment *segment,
    uint32_t bucket, struct str *bytes)
{
	struct buffer *room = &side->bucket;
	struct extent place;

	if (!place_bucket(side, segment, bucket, &place))
		return false;
	buffer_clear(room);
	buffer_reserve(room, (size_t)place.len);
	room->len = (size_t)place.len;
	*bytes = buffer_str(room);
	return sidecar_read(
	    side, SECTION_FILTERS, place.at, room->ptr, room->len);
}

bool
sidecar_find(struct sidecar *side, const struct sidecar_segment *segment,
    uint64_t key, struct filter_set *found)
{
	const struct filter_shape *shape = &segment->shape;
	struct str bytes;

	if (!sidecar_bucket(side, segment, filter_bucket(shape, key), &bytes))
		return false;
	if (filter_find(shape, bytes, key, found))
		return true;
	side->damaged = true;
	return false;
}

/* The packed window at EXTENT. */
static bool
unpack_window(struct sidecar *side, const struct extent *extent,
    struct str dictionary, unsigned char *window, size_t *len)
{
	char packed[WINDOW_PACKED_MOST];

	return extent->len <= sizeof(packed) &&
	    sidecar_read(
		side, SECTION_WINDOWS, extent->at, packed, extent->len) &&
	    window_unpack((struct str){packed, (size_t)extent->len}, dictionary,
		window, len);
}

bool
sidecar_dictionary(struct sidecar *side, struct str *dictionary)
{
	unsigned char window[ENTRYPOINT_WINDOW];
	struct buffer bytes = BUFFER_EMPTY;
	size_t len;

	if (side->header.dictionary.len > 0 && !side->dictionary.ptr) {
		if (!unpack_window(side, &side->header.dictionary, STR_NONE,
			window, &len)) {
			side->damaged = true;
			return false;
		}
		window_bytes(window, len, &bytes);
		side->dictionary = arena_keep(&side->arena, buffer_str(&bytes));
		buffer_destroy(&bytes);
	}
	*dictionary = side->dictionary;
	return true;
}

bool
sidecar_window(struct sidecar *side, const struct sidecar_block *block,
    unsigned char *window, size_t *len)
{
	bool first = block->window.at == side->header.dictionary.at;
	struct str dictionary = STR_NONE;

	*len = 0;
	if (block->window.len == 0)
		return true;
	if (!first && !sidecar_dictionary(side, &dictionary))
		return false;
	if (unpack_window(side, &block->window, dictionary, window, len))
		return true;
	side->damaged = true;
	return false;
}

bool
sidecar_fault(struct sidecar *side, uint64_t *at, struct sidecar_fault *fault)
{
	unsigned char bytes[SIDECAR_FAULT];
	char *text;

	if (!sidecar_read(side, SECTION_FAULTS, *at, bytes, sizeof(bytes)))
		return false;
	sidecar_fault_get(fault, bytes);
	text = arena_alloc(&side->arena, fault->what.len + 1);
	fault->what.ptr = text;
	if (!sidecar_read(side, SECTION_FAULTS, *at + sizeof(bytes), text,
		fault->what.len))
		return false;
	*at += sizeof(bytes) + fault->what.len;
	return true;
}

/* The packed bytes of block NUMBER, which is BLOCK: [*from, *to) of the
 * source. */
static bool
find_span(struct sidecar *side, uint64_t number,
    const struct sidecar_block *block, uint64_t *from, uint64_t *to)
{
	struct sidecar_block next;

	*from = block->place.packed;
	*to = side->header.source.size;
	if (number + 1 == side->blocks)
		return true;
	if (!sidecar_block(side, number + 1, &next))
		return false;
	*to = next.place.packed + (next.place.bit > 0);
	if (*from <= *to && *to <= side->header.source.size)
		return true;
	side->damaged = true;
	return false;
}

bool
sidecar_block_is_intact(struct sidecar *side, uint64_t number, int source,
    struct buffer *scratch, uint64_t *packed)
{
	struct sidecar_block block;
	uint64_t from, to, hash;

	if (!sidecar_block(side, number, &block) ||
	    !find_span(side, number, &block, &from, &to) ||
	    !sidecar_source_hash(source, from, to, scratch, &hash))
		return false;
	*packed = to - from;
	return hash == block.hash;
}

/* SPDX-License-Identifier: MIT */
/* A side file in the making. */
#include "mtrack/index_draft.h"

#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/radix.h"

/* A file of more framing faults than this holds is not worth an index. */
#define FAULTS_MOST (1u << 20)
/* So many packed bytes are more than 32 KiB of unpacked ones. */
#define THIN_BYTES (64u << 10)
/* Keys of a segment that has several blocks: 4 MiB. */
#define ENTRIES_MOST ((size_t)1 << 19)
/* A filter that goes on from an older one has its buckets: with more keys in
 * each than this, too many strangers pass. */
#define CROWD (4 * FILTER_BUCKET)

static struct sidecar_block *
block_at(const struct index_draft *draft, size_t number)
{
	void *first = draft->blocks.ptr;

	return (struct sidecar_block *)first + number;
}

static size_t
block_count(const struct index_draft *draft)
{
	return draft->blocks.len / sizeof(struct sidecar_block);
}

static struct sidecar_block *
open_block(const struct index_draft *draft)
{
	return block_at(draft, block_count(draft) - 1);
}

/* ---- what goes to the file at once ---- */

static bool
open_writer(struct index_draft *draft)
{
	struct stat st;

	if (draft->into) {
		sidecar_writer_begin(&draft->writer, draft->into);
		return true;
	}
	if (fstat(draft->source, &st))
		return fault_set(&draft->fault, "%.*s: not written: %m",
		    STR_ARG(draft->path));
	return sidecar_writer_open(
	    draft->arena, &draft->writer, draft->path, &st, &draft->fault);
}

uint64_t
index_draft_put_bulk(struct index_draft *draft, struct str bytes)
{
	struct extent *bulk = &draft->header.sections[SECTION_FILTERS];

	if (!draft->opened && !draft->failed) {
		draft->failed = !open_writer(draft);
		draft->opened = !draft->failed;
	}
	if (draft->failed)
		return 0;
	sidecar_writer_section(&draft->writer, bulk, bytes);
	return bulk->len - bytes.len;
}

static size_t
entry_count(const struct index_draft *draft)
{
	return draft->gathered.len / sizeof(uint64_t);
}

/* Entries of SEGMENT to the filter that goes to the file. */
static void
put_filter(struct index_draft *draft, struct sidecar_segment *segment)
{
	void *first = draft->gathered.ptr;
	uint64_t *entries = first;
	size_t count = entry_count(draft);

	radix_sort(entries, count);
	if (segment->shape.buckets == 0)
		segment->shape.buckets = filter_buckets(entries, count);
	buffer_clear(&draft->scratch);
	if (!draft->failed &&
	    !filter_make(&segment->shape, entries, count, &draft->scratch))
		draft->failed = !fault_set(&draft->fault,
		    "%.*s: not written: too many keys in a block",
		    STR_ARG(draft->path));
	segment->filter.len = draft->scratch.len;
	segment->filter.at =
	    index_draft_put_bulk(draft, buffer_str(&draft->scratch));
}

void
index_draft_put_segment(
    struct index_draft *draft, const struct sidecar_segment *segment)
{
	unsigned char bytes[SIDECAR_SEGMENT];

	sidecar_segment_put(segment, bytes);
	buffer_put(&draft->segments, bytes, sizeof(bytes));
	draft->first += segment->shape.blocks;
}

/* The segment that is being filled goes to the file. */
static void
end_segment(struct index_draft *draft)
{
	struct sidecar_segment segment = {
	    .first = draft->first, .shape = {draft->columns, draft->buckets}};

	if (draft->columns == 0)
		return;
	put_filter(draft, &segment);
	index_draft_put_segment(draft, &segment);
	buffer_clear(&draft->gathered);
	draft->columns = draft->buckets = 0;
}

/* Whether the segment that is being filled has no room for MORE keys. */
static bool
is_full(const struct index_draft *draft, size_t more)
{
	size_t count = entry_count(draft) + more;

	return draft->columns == FILTER_BLOCKS || count > ENTRIES_MOST ||
	    (draft->buckets && count / CROWD >= draft->buckets);
}

/* The keys of the block that ended become the segment's. */
static void
add_column(struct index_draft *draft)
{
	const struct keyset *keys = &draft->keys;

	if (is_full(draft, keys->count))
		end_segment(draft);
	buffer_reserve(&draft->gathered, keys->count * sizeof(uint64_t));
	for (size_t i = 0; i < keys->capacity; i++) {
		uint64_t entry = filter_entry(keys->slots[i], draft->columns);

		if (keys->slots[i])
			buffer_put(&draft->gathered, &entry, sizeof(entry));
	}
	draft->columns++;
	keyset_clear(&draft->keys);
}

/* ---- blocks ---- */

/* Packs the window of POINT, without what the bytes behind it never use. */
static void
put_window(struct index_draft *draft, const struct entrypoint *point,
    struct extent *extent)
{
	unsigned char window[ENTRYPOINT_WINDOW];
	char packed[THIN_BYTES];
	ssize_t got =
	    pread(draft->source, packed, sizeof(packed), (off_t)point->packed);

	*extent = (struct extent){0};
	if (point->window_len == 0)
		return;
	memcpy(window, point->window, point->window_len);
	if (!draft->thinner)
		draft->thinner = window_thinner_new();
	if (got > 0)
		window_thin(draft->thinner, window, point->window_len,
		    (struct str){packed, (size_t)got}, point->bit);
	buffer_clear(&draft->scratch);
	window_pack(&draft->packer, window, point->window_len,
	    buffer_str(&draft->dictionary), &draft->scratch);
	extent->at = index_draft_put_bulk(draft, buffer_str(&draft->scratch));
	extent->len = draft->scratch.len;
	if (draft->header.dictionary.len > 0)
		return;
	draft->header.dictionary = *extent;
	window_bytes(window, point->window_len, &draft->dictionary);
}

struct extent
index_draft_put_state(struct index_draft *draft, struct str state)
{
	struct extent last = {0};

	if (block_count(draft) > 0)
		last = open_block(draft)->state;
	if (state.len && last.len == state.len &&
	    !memcmp(draft->states.ptr + last.at, state.ptr, state.len))
		return last;
	last = (struct extent){draft->states.len, state.len};
	buffer_puts(&draft->states, state);
	return last;
}

void
index_draft_begin_block(struct index_draft *draft,
    const struct entrypoint *point, uint64_t out, uint64_t offset,
    uint64_t line, struct str state)
{
	struct sidecar_block block = {.offset = offset,
	    .line = line,
	    .out = out,
	    .place = {.kind = point->kind,
		.packed = point->packed,
		.bit = point->bit},
	    .state = index_draft_put_state(draft, state),
	    .stamps = {TIME_NONE, TIME_NONE},
	    .gen_times = {TIME_NONE, TIME_NONE},
	    .flags = BLOCK_SORTED};

	put_window(draft, point, &block.window);
	buffer_put(&draft->blocks, &block, sizeof(block));
	draft->latest = TIME_NONE;
}

static void
widen(struct sidecar_times *times, int64_t time)
{
	if (times->least == TIME_NONE || time < times->least)
		times->least = time;
	if (times->greatest == TIME_NONE || time > times->greatest)
		times->greatest = time;
}

void
index_draft_times(struct index_draft *draft, const struct record *rec)
{
	struct sidecar_block *block = open_block(draft);

	if (record_own_stamp(rec) != TIME_NONE)
		widen(&draft->header.stamps, record_own_stamp(rec));
	draft->header.seen |= rec->present;
	if (record_has(rec, FIELD_GEN_TIME))
		widen(&block->gen_times, rec->time[FIELD_GEN_TIME]);
	if (!record_has(rec, FIELD_TIMESTAMP)) {
		block->flags |= BLOCK_UNSTAMPED;
		return;
	}
	widen(&block->stamps, rec->time[FIELD_TIMESTAMP]);
	if (rec->time[FIELD_TIMESTAMP] < draft->latest)
		block->flags &= ~(uint32_t)BLOCK_SORTED;
	draft->latest = rec->time[FIELD_TIMESTAMP];
}

void
index_draft_fault(
    struct index_draft *draft, uint64_t line, const struct fault *fault)
{
	struct sidecar_fault kept = {.line = line,
	    .block = (uint32_t)(block_count(draft) - 1),
	    .flags = (fault->unfinished ? FAULT_UNFINISHED : 0u) |
		(line == 0 ? FAULT_OF_STREAM : 0u),
	    .what = str_from(fault->what)};

	sidecar_fault_put(&kept, &draft->faults);
	draft->too_many |= draft->faults.len > FAULTS_MOST;
	if (draft->too_many)
		buffer_clear(&draft->faults);
}

void
index_draft_end_block(struct index_draft *draft, const struct tally *counted)
{
	struct sidecar_block *block = open_block(draft);

	block->records = (uint32_t)(counted->records - draft->before.records);
	block->other = (uint32_t)(counted->other - draft->before.other);
	draft->header.records += block->records;
	draft->header.other += block->other;
	draft->before = *counted;
	add_column(draft);
}

/* ---- writing ---- */

/* The checksums of the packed bytes that each block is read from. Those of
 * blocks taken over stay: whether bytes have changed since is for them to
 * tell. */
static bool
hash_blocks(struct index_draft *draft)
{
	size_t count = block_count(draft);

	for (size_t i = draft->kept; i < count; i++) {
		struct sidecar_block *block = block_at(draft, i);
		uint64_t to = draft->header.source.size;

		if (i + 1 < count) {
			const struct entrypoint *next =
			    &block_at(draft, i + 1)->place;

			to = next->packed + (next->bit > 0);
		}
		if (!sidecar_source_hash(draft->source, block->place.packed, to,
			&draft->scratch, &block->hash))
			return false;
	}
	return true;
}

static void
put_sections(struct index_draft *draft)
{
	struct extent *sections = draft->header.sections;
	unsigned char bytes[SIDECAR_BLOCK];

	sections[SECTION_WINDOWS] = sections[SECTION_FILTERS];
	for (size_t i = 0; i < block_count(draft); i++) {
		sidecar_block_put(block_at(draft, i), bytes);
		sidecar_writer_section(&draft->writer,
		    &sections[SECTION_BLOCKS],
		    (struct str){(const char *)bytes, sizeof(bytes)});
	}
	sidecar_writer_section(&draft->writer, &sections[SECTION_SEGMENTS],
	    buffer_str(&draft->segments));
	sidecar_writer_section(&draft->writer, &sections[SECTION_STATES],
	    buffer_str(&draft->states));
	sidecar_writer_section(&draft->writer, &sections[SECTION_FAULTS],
	    buffer_str(&draft->faults));
}

bool
index_draft_write(struct index_draft *draft, uint64_t *blocks, uint64_t *bytes,
    struct fault *fault)
{
	*blocks = block_count(draft);
	end_segment(draft);
	if (!draft->failed && !hash_blocks(draft))
		draft->failed = !fault_set(&draft->fault,
		    "%.*s: not written: the file cannot be read again",
		    STR_ARG(draft->path));
	if (draft->failed) {
		*fault = draft->fault;
		return false;
	}
	put_sections(draft);
	*bytes = draft->writer.data + SIDECAR_HEADER +
	    (draft->writer.data + SIDECAR_PAGE - 1) / SIDECAR_PAGE * 8;
	draft->opened = false;
	return sidecar_writer_commit(&draft->writer, &draft->header, fault);
}

void
index_draft_init(
    struct index_draft *draft, struct arena *arena, struct str path, int source)
{
	*draft = (struct index_draft){
	    .arena = arena, .path = path, .source = source};
}

void
index_draft_destroy(struct index_draft *draft)
{
	if (draft->opened)
		sidecar_writer_abort(&draft->writer);
	draft->opened = false;
	keyset_destroy(&draft->keys);
	buffer_destroy(&draft->blocks);
	buffer_destroy(&draft->segments);
	buffer_destroy(&draft->states);
	buffer_destroy(&draft->faults);
	buffer_destroy(&draft->scratch);
	buffer_destroy(&draft->dictionary);
	window_packer_destroy(&draft->packer);
	window_thinner_free(draft->thinner);
	buffer_destroy(&draft->gathered);
}

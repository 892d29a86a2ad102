/* SPDX-License-Identifier: MIT */
/* The side file of one archive file, being read. */
#include "mtrack/sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/fetch.h"
#include "mtrack/sidemark.h"
#include "mtrack/sidepack.h"
#include "mtrack/window_form.h"
#include "mtrack/wire.h"

#define HASH_CHUNK (256u << 10)
/* More pages than this, 16 GiB of side file, are no side file. */
#define PAGES_MOST (UINT64_C(1) << 22)

/* ---- where it stands ---- */

struct str
sidecar_path(struct arena *arena, struct str dir, struct str path)
{
	char real[PATH_MAX];
	size_t slash;

	if (dir.len == 0)
		return arena_printf(
		    arena, "%.*s" SIDEMARK_SUFFIX, STR_ARG(path));
	if (!realpath(path.ptr, real))
		return STR_NONE;
	path = str_from(real);
	slash = str_rfind_char(path, '/');
	return arena_printf(arena, "%.*s/%s-%016llx" SIDEMARK_SUFFIX,
	    STR_ARG(dir), path.ptr + slash + 1,
	    (unsigned long long)sidecar_checksum(path.ptr, path.len));
}

/* ---- the source ---- */

bool
sidecar_ends(int source, uint64_t size, uint64_t *head, uint64_t *tail)
{
	unsigned char bytes[SIDECAR_ENDS] = {0};
	uint64_t len = size < sizeof(bytes) ? size : sizeof(bytes);

	if (!fetch_bytes(source, bytes, len, 0))
		return false;
	*head = sidecar_checksum(bytes, len);
	if (!fetch_bytes(source, bytes, len, size - len))
		return false;
	*tail = sidecar_checksum(bytes, len);
	return true;
}

static void
look_at(const struct stat *st, struct sidecar_source *look)
{
	look->size = (uint64_t)st->st_size;
	look->seconds = st->st_mtim.tv_sec;
	look->nanoseconds = (uint32_t)st->st_mtim.tv_nsec;
}

bool
sidecar_look(int source, struct sidecar_source *look)
{
	struct stat st;

	*look = (struct sidecar_source){0};
	if (fstat(source, &st) || !S_ISREG(st.st_mode) || st.st_size < 0)
		return false;
	look_at(&st, look);
	return sidecar_ends(source, look->size, &look->head, &look->tail);
}

/* Whether the first bytes, and those that were the last, are what they were.
 */
static bool
ends_match(int source, const struct sidecar_source *then)
{
	uint64_t head;
	uint64_t tail;

	return sidecar_ends(source, then->size, &head, &tail) &&
	    head == then->head && tail == then->tail;
}

static bool
was_modified(
    const struct sidecar_source *now, const struct sidecar_source *then)
{
	return now->seconds != then->seconds ||
	    now->nanoseconds != then->nanoseconds;
}

bool
sidecar_is_untouched(const struct sidecar *side, int source)
{
	const struct sidecar_source *then = &side->header.source;
	struct sidecar_source now;
	struct stat st;

	if (fstat(source, &st))
		return false;
	look_at(&st, &now);
	return now.size == then->size && !was_modified(&now, then);
}

static enum sidecar_state
compare(int source, const struct stat *st, const struct sidecar_source *then,
    struct fault *fault)
{
	struct sidecar_source now;

	look_at(st, &now);
	if (now.size < then->size) {
		fault_set(fault, "is stale: the file became shorter");
		return SIDECAR_WRONG;
	}
	if (now.size == then->size && was_modified(&now, then)) {
		fault_set(fault, "is stale: the file was modified since");
		return SIDECAR_WRONG;
	}
	if (!ends_match(source, then)) {
		fault_set(fault, "is stale: the file's bytes have changed");
		return SIDECAR_WRONG;
	}
	return now.size == then->size ? SIDECAR_VALID : SIDECAR_GROWN;
}

bool
sidecar_hash(int source, uint64_t from, uint64_t to, struct buffer *scratch,
    uint64_t *hash)
{
	uint64_t sum = 0;

	buffer_clear(scratch);
	buffer_reserve(scratch, HASH_CHUNK);
	while (from < to) {
		uint64_t len = to - from < HASH_CHUNK ? to - from : HASH_CHUNK;

		if (!fetch_bytes(source, scratch->ptr, len, from))
			return false;
		sum = sum * 31 + sidecar_checksum(scratch->ptr, len);
		from += len;
	}
	*hash = sum;
	return true;
}

/* ---- opening ---- */

bool
sidecar_is_trusted(const struct stat *st, const struct stat *source)
{
	return S_ISREG(st->st_mode) && !(st->st_mode & (S_IWGRP | S_IWOTH)) &&
	    (st->st_uid == 0 || st->st_uid == geteuid() ||
		st->st_uid == source->st_uid);
}

static bool
read_at(struct sidecar *side, void *to, uint64_t len, uint64_t at)
{
	if (side->pack)
		return sidepack_read(side->pack, to, len, side->place.at + at);
	return fetch_bytes(side->fd, to, len, side->place.at + at);
}

/* The header, then the checksums of the pages. */
static bool
load(struct sidecar *side, struct fault *fault)
{
	struct sidecar_header *header = &side->header;
	uint64_t size = side->place.len;
	unsigned char bytes[SIDECAR_HEADER];
	uint64_t checksums;

	if (size < sizeof(bytes) || !read_at(side, bytes, sizeof(bytes), 0))
		return fault_set(fault, "is no side index");
	if (!sidecar_header_get(header, &checksums, bytes, fault))
		return false;
	side->page_count =
	    header->data / SIDECAR_PAGE + (header->data % SIDECAR_PAGE != 0);
	if (side->page_count > PAGES_MOST ||
	    size != sizeof(bytes) + header->data + side->page_count * 8)
		return fault_set(fault, "is damaged: its length is wrong");
	side->checksums = arena_alloc(&side->arena, side->page_count * 8);
	side->pages =
	    ARENA_ARRAY(&side->arena, unsigned char *, side->page_count);
	if (!read_at(side, side->checksums, side->page_count * 8,
		sizeof(bytes) + header->data) ||
	    sidecar_checksum(side->checksums, side->page_count * 8) !=
		checksums)
		return fault_set(fault, "is damaged: its checksums are wrong");
	side->blocks = header->sections[SECTION_BLOCKS].len / SIDECAR_BLOCK;
	side->segments =
	    header->sections[SECTION_SEGMENTS].len / SIDECAR_SEGMENT;
	return true;
}

static enum sidecar_state
judge(struct sidecar *side, const struct stat *st, int source,
    uint64_t settings, struct fault *fault)
{
	struct stat source_st;

	if (fstat(source, &source_st)) {
		fault_set(fault, "cannot be read: %m");
		return SIDECAR_WRONG;
	}
	if (!sidecar_is_trusted(st, &source_st)) {
		fault_set(fault,
		    "is not trusted: it belongs to somebody else, or others "
		    "may write to it");
		return SIDECAR_WRONG;
	}
	if (!load(side, fault))
		return SIDECAR_WRONG;
	if (side->header.settings != settings) {
		fault_set(fault,
		    "was made under other settings (--map, --archive-tz, "
		    "--time-format)");
		return SIDECAR_WRONG;
	}
	return compare(source, &source_st, &side->header.source, fault);
}

enum sidecar_state
sidecar_open(struct sidecar *side, const char *path, int source,
    uint64_t settings, struct fault *fault)
{
	enum sidecar_state state = SIDECAR_WRONG;
	struct stat st;

	*side = (struct sidecar){
	    .fd = open(path,
		O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
	if (side->fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return SIDECAR_NONE;
		if (errno == ELOOP)
			fault_set(fault, "is not trusted: it is a link");
		else
			fault_set(fault, "cannot be opened: %m");
		return SIDECAR_WRONG;
	}
	if (fstat(side->fd, &st)) {
		fault_set(fault, "cannot be read: %m");
	} else {
		side->place.len = st.st_size < 0 ? 0 : (uint64_t)st.st_size;
		state = judge(side, &st, source, settings, fault);
	}
	if (state == SIDECAR_WRONG)
		sidecar_close(side);
	return state;
}

enum sidecar_state
sidecar_open_in(struct sidecar *side, struct sidepack *pack,
    const struct extent *place, int source, uint64_t settings,
    struct fault *fault)
{
	enum sidecar_state state;

	*side = (struct sidecar){.fd = -1, .pack = pack, .place = *place};
	state = judge(side, &pack->st, source, settings, fault);
	if (state == SIDECAR_WRONG)
		sidecar_close(side);
	return state;
}

void
sidecar_share(const struct sidecar *side, struct sidecar *mine)
{
	*mine = (struct sidecar){.fd = side->pack ? side->pack->fd : side->fd,
	    .place = side->place,
	    .header = side->header,
	    .checksums = side->checksums,
	    .page_count = side->page_count,
	    .blocks = side->blocks,
	    .segments = side->segments,
	    .shared = true};
	mine->pages =
	    ARENA_ARRAY(&mine->arena, unsigned char *, mine->page_count);
}

void
sidecar_close(struct sidecar *side)
{
	if (side->fd >= 0 && !side->shared)
		close(side->fd);
	side->fd = -1;
	buffer_destroy(&side->bucket);
	arena_destroy(&side->arena);
}

/* ---- reading ---- */

/* Page NUMBER, verified when it is first asked for, or NULL. */
static const unsigned char *
page(struct sidecar *side, uint64_t number, size_t *len)
{
	uint64_t at = number * SIDECAR_PAGE;
	uint64_t left = side->header.data - at;
	unsigned char *bytes = side->pages[number];

	*len = left < SIDECAR_PAGE ? (size_t)left : SIDECAR_PAGE;
	if (bytes)
		return bytes;
	bytes = arena_alloc(&side->arena, *len);
	if (!read_at(side, bytes, *len, SIDECAR_HEADER + at) ||
	    sidecar_checksum(bytes, *len) !=
		wire_get64(side->checksums + 8 * number)) {
		side->damaged = true;
		return NULL;
	}
	side->pages[number] = bytes;
	return bytes;
}

uint64_t
sidecar_length(const struct sidecar *side)
{
	return side->place.len;
}

bool
sidecar_copy(struct sidecar *side, struct buffer *out)
{
	uint64_t len = side->place.len;

	buffer_reserve(out, len);
	if (!read_at(side, out->ptr + out->len, len, 0))
		return false;
	out->len += len;
	return true;
}

bool
sidecar_is_sound(struct sidecar *side)
{
	size_t len;

	for (uint64_t i = 0; i < side->page_count; i++)
		if (!page(side, i, &len))
			return false;
	return true;
}

bool
sidecar_read(struct sidecar *side, enum sidecar_section section, uint64_t at,
    void *to, uint64_t len)
{
	const struct extent *extent = &side->header.sections[section];
	unsigned char *next = to;

	if (at > extent->len || len > extent->len - at) {
		side->damaged = true;
		return false;
	}
	at += extent->at;
	while (len > 0) {
		size_t offset = at % SIDECAR_PAGE;
		size_t size;
		const unsigned char *bytes =
		    page(side, at / SIDECAR_PAGE, &size);

		if (!bytes)
			return false;
		size -= offset;
		if (size > len)
			size = (size_t)len;
		memcpy(next, bytes + offset, size);
		next += size;
		at += size;
		len -= size;
	}
	return true;
}

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

bool
sidecar_span(struct sidecar *side, uint64_t number,
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

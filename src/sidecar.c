/* SPDX-License-Identifier: MIT */
/* The side file of one archive file, being read. */
#include "mtrack/sidecar.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/fetch.h"
#include "mtrack/sidemark.h"
#include "mtrack/sidepack.h"
#include "mtrack/wire.h"

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
	return sidecar_source_compare(
	    source, &source_st, &side->header.source, fault);
}

enum sidecar_state
sidecar_open(struct sidecar *side, const char *path, int source,
    uint64_t settings, struct fault *fault)
{
	enum sidecar_state state = SIDECAR_WRONG;
	struct stat st;

	*side = (struct sidecar){.fd = -1};
	if (!sidemark_open(path, &side->fd, fault))
		return SIDECAR_WRONG;
	if (side->fd < 0)
		return SIDECAR_NONE;
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

/* SPDX-License-Identifier: MIT */
/* The bytes of one file, unpacked. */
#include "mtrack/source.h"

#include <errno.h>

#include "mtrack/arena.h"
#include "mtrack/gzip.h"
#include "mtrack/packed.h"

struct source {
	enum source_form form;
	enum source_event event; /* the last answer */
	bool stop;               /* an edge of a plain file is asked for */
	struct fault fault;      /* of the answer, or of a foreign form */
	struct packed packed;
	struct gzip gzip; /* of SOURCE_GZIP */
};

#define MAGIC_MOST 10u
#define ALL        MAGIC_MOST

/* Compressions that are told from their first bytes and refused. Byte ANY of
 * the magic may be anything (bzip2's level, the number of a skippable frame);
 * PIPE is what unpacks FILE to standard output. */
/* clang-format off */
static const struct foreign {
	const char *magic;
	size_t len;
	size_t any;
	const char *name;
	const char *pipe;
} foreigners[] = {
	{"\xfd" "7zXZ\0", 6, ALL, "xz", "xz -dc FILE"},
	{"\x28\xb5\x2f\xfd", 4, ALL, "zstd", "zstd -dc FILE"},
	{"?\x2a\x4d\x18", 4, 0, "zstd", "zstd -dc FILE"},
	{"BZh?1AY&SY", 10, 3, "bzip2", "bzip2 -dc FILE"},
	{"BZh?\x17\x72\x45\x38\x50\x90", 10, 3, "bzip2", "bzip2 -dc FILE"},
	{"PK\3\4", 4, ALL, "zip", "unzip -p FILE"},
	{"PK\5\6", 4, ALL, "zip", "unzip -p FILE"},
	{"7z\xbc\xaf\x27\x1c", 6, ALL, "7z", "7z x -so FILE"},
	{"\x04\x22\x4d\x18", 4, ALL, "lz4", "lz4 -dc FILE"},
	{"LZIP\1", 5, ALL, "lzip", "lzip -dc FILE"},
	{"\x1f\x9d", 2, ALL, "compress", "gzip -dc FILE"},
};
/* clang-format on */

static bool
magic_match(const struct foreign *foreign, struct str head)
{
	if (head.len < foreign->len)
		return false;
	for (size_t i = 0; i < foreign->len; i++)
		if (i != foreign->any && head.ptr[i] != foreign->magic[i])
			return false;
	return true;
}

static const struct foreign *
foreign_find(struct str head)
{
	size_t count = sizeof(foreigners) / sizeof(foreigners[0]);

	for (size_t i = 0; i < count; i++)
		if (magic_match(&foreigners[i], head))
			return &foreigners[i];
	return NULL;
}

/* A gzip file of one byte is one that is being written. */
static enum source_form
form_of(struct source *source, struct str head)
{
	const struct foreign *foreign;

	if (head.len == 0)
		return SOURCE_EMPTY;
	if (str_starts(head, STR("\x1f\x8b")) || str_eq(head, STR("\x1f")))
		return SOURCE_GZIP;
	foreign = foreign_find(head);
	if (!foreign)
		return SOURCE_PLAIN;
	fault_set(&source->fault,
	    "is compressed with %s, which is not unpacked here: use `%s | "
	    "mtrack -`",
	    foreign->name, foreign->pipe);
	return SOURCE_FOREIGN;
}

static const struct inflate_ops *const unpackers[] = {
    [SOURCE_FAST] = &inflate_words,
    [SOURCE_ZLIB] = &inflate_zlib,
};

/* Looks at the first bytes; false when they cannot be read. */
static bool
look(struct source *source, const struct inflate_ops *ops, struct fault *fault)
{
	struct packed *packed = &source->packed;
	struct str head;

	while (packed->end < MAGIC_MOST && packed_fill(packed))
		;
	if (packed->end == 0 && packed->error) {
		errno = packed->error;
		return fault_set(fault, "cannot be read: %m");
	}
	head = (struct str){(const char *)packed->window, packed->end};
	source->form = form_of(source, head);
	if (source->form == SOURCE_GZIP)
		gzip_open(&source->gzip, packed, ops);
	return true;
}

struct source *
source_open_with(const char *path, bool blocking,
    enum source_unpacking unpacking, struct fault *fault)
{
	struct source *source = memory_resize(NULL, 1, sizeof(*source));

	source->event = SOURCE_BYTES;
	source->stop = false;
	source->fault = (struct fault){.caret = FAULT_NO_CARET};
	if (!packed_open(&source->packed, path, blocking, fault)) {
		memory_free(source);
		return NULL;
	}
	if (look(source, unpackers[unpacking], fault))
		return source;
	packed_close(&source->packed);
	memory_free(source);
	return NULL;
}

struct source *
source_open(const char *path, bool blocking, struct fault *fault)
{
	return source_open_with(path, blocking, SOURCE_FAST, fault);
}

enum source_form
source_form(const struct source *source, struct fault *fault)
{
	if (source->form == SOURCE_FOREIGN)
		*fault = source->fault;
	return source->form;
}

static enum source_event
read_plain(struct source *source, char *to, size_t size, size_t *count)
{
	struct packed *packed = &source->packed;

	if (source->stop) {
		source->stop = false;
		return SOURCE_EDGE;
	}
	*count = packed_read(packed, to, size);
	if (*count)
		return SOURCE_BYTES;
	if (!packed->error)
		return SOURCE_END;
	errno = packed->error;
	fault_set(&source->fault,
	    "cannot be read at byte %llu: %m; what stands before it was read",
	    (unsigned long long)packed->taken);
	return SOURCE_DAMAGE;
}

static enum source_event
read_gzip(struct source *source, char *to, size_t size, size_t *count)
{
	switch (gzip_read(&source->gzip, to, size, count, &source->fault)) {
	case GZIP_BYTES:
		return SOURCE_BYTES;
	case GZIP_MEMBER:
		return SOURCE_MEMBER;
	case GZIP_EDGE:
		return SOURCE_EDGE;
	case GZIP_END:
		break;
	case GZIP_DAMAGE:
		return SOURCE_DAMAGE;
	case GZIP_CUT:
		return SOURCE_CUT;
	}
	return SOURCE_END;
}

static enum source_event
read_form(struct source *source, char *to, size_t size, size_t *count)
{
	switch (source->form) {
	case SOURCE_PLAIN:
		return read_plain(source, to, size, count);
	case SOURCE_GZIP:
		return read_gzip(source, to, size, count);
	case SOURCE_EMPTY:
		break;
	case SOURCE_FOREIGN:
		return SOURCE_DAMAGE;
	}
	return SOURCE_END;
}

enum source_event
source_read(struct source *source, char *to, size_t size, size_t *count,
    struct fault *fault)
{
	*count = 0;
	if (source->event == SOURCE_BYTES || source->event == SOURCE_MEMBER ||
	    source->event == SOURCE_EDGE)
		source->event = read_form(source, to, size, count);
	if (source->event == SOURCE_DAMAGE || source->event == SOURCE_CUT)
		*fault = source->fault;
	return source->event;
}

bool
source_resume(struct source *source, const struct entrypoint *place)
{
	source->event = SOURCE_BYTES;
	source->stop = false;
	if (source->form == SOURCE_GZIP)
		return place->kind != ENTRYPOINT_PLAIN &&
		    gzip_resume(&source->gzip, place);
	return source->form == SOURCE_PLAIN &&
	    place->kind == ENTRYPOINT_PLAIN &&
	    packed_seek(&source->packed, place->packed);
}

void
source_stop(struct source *source)
{
	if (source->form == SOURCE_GZIP)
		gzip_stop(&source->gzip);
	else
		source->stop = true;
}

void
source_place(
    struct source *source, unsigned char *window, struct entrypoint *place)
{
	bool edge = source->event == SOURCE_EDGE;

	if (source->form != SOURCE_GZIP) {
		*place = (struct entrypoint){.kind = ENTRYPOINT_PLAIN,
		    .packed = packed_offset(&source->packed)};
		return;
	}
	gzip_place(&source->gzip, edge ? GZIP_EDGE : GZIP_MEMBER, place);
	if (!edge)
		return;
	place->window = window;
	place->window_len = gzip_history(&source->gzip, window);
}

int
source_descriptor(const struct source *source)
{
	return source->packed.fd;
}

uint64_t
source_packed(const struct source *source)
{
	return source->packed.most;
}

void
source_close(struct source *source)
{
	if (source->form == SOURCE_GZIP)
		gzip_close(&source->gzip);
	packed_close(&source->packed);
	memory_free(source);
}

const char *
source_unpacker(void)
{
	return inflate_words.name;
}

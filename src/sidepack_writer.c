/* SPDX-License-Identifier: MIT */
/* A shared side file being written. */
#include "mtrack/sidepack_writer.h"

#include <errno.h>
#include <stdlib.h>

#include "mtrack/sidecar_writer.h"

bool
sidepack_writer_open(struct arena *arena, struct sidepack_writer *writer,
    struct str path, const struct stat *source, struct fault *fault)
{
	static const unsigned char room[SIDEPACK_HEADER];

	*writer =
	    (struct sidepack_writer){.arena = arena, .at = SIDEPACK_HEADER};
	if (!sidecar_writer_place(arena, &writer->file, path, source, fault))
		return false;
	buffer_put(&writer->file.out.buffer, room, sizeof(room));
	return true;
}

void
sidepack_writer_put(
    struct sidepack_writer *writer, struct str name, struct str bytes)
{
	writer->entries = arena_grow(writer->arena, writer->entries,
	    writer->count, &writer->capacity, sizeof(*writer->entries));
	writer->entries[writer->count++] =
	    (struct sidepack_entry){name, {writer->at, bytes.len}};
	writer->at += bytes.len;
	buffer_puts(&writer->file.out.buffer, bytes);
	output_flush(&writer->file.out, false);
}

static int
compare_entries(const void *left, const void *right)
{
	const struct sidepack_entry *a = left;
	const struct sidepack_entry *b = right;

	return str_cmp(a->name, b->name);
}

static void
put_directory(const struct sidepack_writer *writer, struct buffer *directory)
{
	uint64_t name = 0;

	for (size_t i = 0; i < writer->count; i++) {
		const struct sidepack_entry *entry = &writer->entries[i];
		unsigned char bytes[SIDEPACK_ENTRY];

		sidepack_entry_put((struct extent){name, entry->name.len},
		    entry->place, bytes);
		buffer_put(directory, bytes, sizeof(bytes));
		name += entry->name.len;
	}
	for (size_t i = 0; i < writer->count; i++)
		buffer_puts(directory, writer->entries[i].name);
}

bool
sidepack_writer_commit(struct sidepack_writer *writer, struct fault *fault)
{
	struct output *out = &writer->file.out;
	struct buffer directory = BUFFER_EMPTY;
	unsigned char bytes[SIDEPACK_HEADER];

	if (writer->count > 0)
		qsort(writer->entries, writer->count, sizeof(*writer->entries),
		    compare_entries);
	put_directory(writer, &directory);
	sidepack_header_put(
	    writer->count, writer->at, buffer_str(&directory), bytes);
	buffer_puts(&out->buffer, buffer_str(&directory));
	buffer_destroy(&directory);
	if (output_flush(out, true) &&
	    !output_place(out->fd, bytes, sizeof(bytes), 0))
		out->error = errno;
	return outfile_commit(&writer->file, fault);
}

void
sidepack_writer_abort(struct sidepack_writer *writer)
{
	outfile_abort(&writer->file);
}

/* SPDX-License-Identifier: MIT */
/* A side file being written. */
#include "mtrack/sidecar_writer.h"

#include <errno.h>
#include <unistd.h>

#include "mtrack/sidemark.h"
#include "mtrack/wire.h"

static bool
protect(int fd, const struct stat *source)
{
	mode_t mode = (source->st_mode & 0444) | 0600;

	if (fchown(fd, (uid_t)-1, source->st_gid) < 0)
		mode &= 0707;
	if (geteuid() == 0 && fchown(fd, source->st_uid, (gid_t)-1) < 0)
		return false;
	return fchmod(fd, mode) == 0;
}

bool
sidecar_writer_place(struct arena *arena, struct outfile *file, struct str path,
    const struct stat *source, struct fault *fault)
{
	if (!sidemark_may_replace(path.ptr))
		return fault_set(fault,
		    "%.*s: not written: a file that is no side file stands "
		    "there",
		    STR_ARG(path));
	if (!outfile_open_own(arena, file, path, fault))
		return false;
	if (protect(file->out.fd, source))
		return true;
	fault_set(fault, "%.*s: cannot be made private: %m", STR_ARG(path));
	outfile_abort(file);
	return false;
}

/* Where the header goes in the end. */
static const unsigned char blank[SIDECAR_HEADER];

void
sidecar_writer_begin(struct sidecar_writer *writer, struct buffer *into)
{
	*writer = (struct sidecar_writer){.into = into, .file.folder = -1};
	output_init(&writer->file.out, OUTPUT_KEPT);
	buffer_put(&writer->file.out.buffer, blank, sizeof(blank));
}

bool
sidecar_writer_open(struct arena *arena, struct sidecar_writer *writer,
    struct str path, const struct stat *source, struct fault *fault)
{
	*writer = (struct sidecar_writer){0};
	if (!sidecar_writer_place(arena, &writer->file, path, source, fault))
		return false;
	buffer_put(&writer->file.out.buffer, blank, sizeof(blank));
	return true;
}

static void
end_page(struct sidecar_writer *writer)
{
	struct buffer *page = &writer->page;
	unsigned char sum[8];

	wire_put64(sum, sidecar_checksum(page->ptr, page->len));
	buffer_put(&writer->checksums, sum, sizeof(sum));
	buffer_puts(&writer->file.out.buffer, buffer_str(page));
	output_flush(&writer->file.out, false);
	buffer_clear(page);
}

void
sidecar_writer_put(struct sidecar_writer *writer, const void *bytes, size_t len)
{
	const char *next = bytes;

	writer->data += len;
	while (len > 0) {
		size_t room = SIDECAR_PAGE - writer->page.len;
		size_t count = len < room ? len : room;

		buffer_put(&writer->page, next, count);
		next += count;
		len -= count;
		if (writer->page.len == SIDECAR_PAGE)
			end_page(writer);
	}
}

void
sidecar_writer_section(
    struct sidecar_writer *writer, struct extent *section, struct str bytes)
{
	if (section->len == 0)
		section->at = writer->data;
	section->len += bytes.len;
	sidecar_writer_put(writer, bytes.ptr, bytes.len);
}

/* The header goes to the room that was left for it. */
static bool
write_header(struct sidecar_writer *writer, const struct sidecar_header *header,
    uint64_t checksums)
{
	unsigned char bytes[SIDECAR_HEADER];

	sidecar_header_put(header, checksums, bytes);
	if (writer->into) {
		memcpy(writer->file.out.buffer.ptr, bytes, sizeof(bytes));
		return true;
	}
	return output_place(writer->file.out.fd, bytes, sizeof(bytes), 0);
}

static void
release(struct sidecar_writer *writer)
{
	buffer_destroy(&writer->page);
	buffer_destroy(&writer->checksums);
}

bool
sidecar_writer_commit(struct sidecar_writer *writer,
    struct sidecar_header *header, struct fault *fault)
{
	struct str sums;
	bool done;

	if (writer->page.len > 0)
		end_page(writer);
	header->data = writer->data;
	sums = buffer_str(&writer->checksums);
	buffer_puts(&writer->file.out.buffer, sums);
	if (output_flush(&writer->file.out, true) &&
	    !write_header(writer, header, sidecar_checksum(sums.ptr, sums.len)))
		writer->file.out.error = errno;
	if (writer->into) {
		buffer_destroy(writer->into);
		*writer->into = writer->file.out.buffer;
		writer->file.out.buffer = BUFFER_EMPTY;
		done = true;
	} else {
		done = outfile_commit(&writer->file, fault);
	}
	release(writer);
	return done;
}

void
sidecar_writer_abort(struct sidecar_writer *writer)
{
	outfile_abort(&writer->file);
	release(writer);
}

/* SPDX-License-Identifier: MIT */
/* Sorted runs on disk. */
#include "mtrack/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"

#define WRITE_BYTES (64u << 10)
#define READ_LEAST  (4u << 10)
#define READ_MOST   (256u << 10)
#define KEY_BYTES   sizeof(uint64_t)
/* Enough of an item for its length to be told: it stands in its head. */
#define PEEK_BYTES 8

struct run_file {
	int fd;
	off_t end;
	unsigned users;
};

struct run {
	struct run_file *file;
	run_length *length;
	unsigned level;
	off_t start;
	off_t stop;
	off_t next;           /* to be read from the file */
	struct buffer buffer; /* written or read, not yet on its way */
	size_t at;            /* in the buffer, reading */
	size_t chunk;         /* bytes a read asks for */
};

static int
open_unlinked(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	char path[4096];

	if (fd >= 0 ||
	    (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	if (snprintf(path, sizeof(path), "%s/mtrack-XXXXXX", dir) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

struct run_file *
run_file_open(const char *dir, struct fault *fault)
{
	struct run_file *file;
	int fd = open_unlinked(dir);

	if (fd < 0) {
		fault_set(fault, "no temporary file can be made in %s: %s", dir,
		    strerror(errno));
		return NULL;
	}
	file = memory_resize(NULL, 1, sizeof(*file));
	*file = (struct run_file){fd, 0, 1};
	return file;
}

void
run_file_close(struct run_file *file)
{
	if (!file || --file->users > 0)
		return;
	close(file->fd);
	memory_free(file);
}

struct run *
run_new(struct run_file *file, unsigned level, run_length *length)
{
	struct run *run = memory_resize(NULL, 1, sizeof(*run));

	*run = (struct run){
	    .file = file, .length = length, .level = level, .start = file->end};
	file->users++;
	return run;
}

static bool
write_out(struct run *run, struct fault *fault)
{
	struct run_file *file = run->file;
	size_t done = 0;

	while (done < run->buffer.len) {
		ssize_t wrote = pwrite(file->fd, run->buffer.ptr + done,
		    run->buffer.len - done, file->end);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return fault_set(fault,
			    "a temporary file cannot be written: %s "
			    "(another folder: TMPDIR, more memory: --memory)",
			    strerror(wrote < 0 ? errno : ENOSPC));
		done += (size_t)wrote;
		file->end += wrote;
	}
	buffer_clear(&run->buffer);
	return true;
}

bool
run_put(struct run *run, uint64_t key, const char *item, struct fault *fault)
{
	buffer_put(&run->buffer, &key, sizeof(key));
	buffer_put(&run->buffer, item, run->length(item));
	return run->buffer.len < WRITE_BYTES || write_out(run, fault);
}

bool
run_finish(struct run *run, struct fault *fault)
{
	if (!write_out(run, fault))
		return false;
	run->stop = run->file->end;
	buffer_destroy(&run->buffer);
	return true;
}

unsigned
run_level(const struct run *run)
{
	return run->level;
}

void
run_rewind(struct run *run, size_t memory)
{
	run->next = run->start;
	buffer_clear(&run->buffer);
	run->at = 0;
	run->chunk = memory < READ_LEAST ? READ_LEAST
	    : memory > READ_MOST         ? READ_MOST
					 : memory;
}

/* Has NEED bytes stand at run->at, if the run holds so many. */
static bool
read_ahead(struct run *run, size_t need, struct fault *fault)
{
	struct buffer *buffer = &run->buffer;
	size_t kept = buffer->len - run->at;

	if (kept >= need)
		return true;
	if (kept)
		memmove(buffer->ptr, buffer->ptr + run->at, kept);
	buffer->len = kept;
	run->at = 0;
	while (buffer->len < need) {
		size_t want = need - buffer->len > run->chunk
		    ? need - buffer->len
		    : run->chunk;
		ssize_t got;

		if (want > (size_t)(run->stop - run->next))
			want = (size_t)(run->stop - run->next);
		buffer_reserve(buffer, want);
		got = pread(
		    run->file->fd, buffer->ptr + buffer->len, want, run->next);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return fault_set(fault,
			    "a temporary file cannot be read back: %s",
			    got < 0 ? strerror(errno) : "it became shorter");
		buffer->len += (size_t)got;
		run->next += got;
	}
	return true;
}

bool
run_next(struct run *run, uint64_t *key, const char **item, struct fault *fault)
{
	size_t length;

	*item = NULL;
	if (run->next == run->stop && run->at == run->buffer.len)
		return true;
	if (!read_ahead(run, KEY_BYTES + PEEK_BYTES, fault))
		return false;
	length = run->length(run->buffer.ptr + run->at + KEY_BYTES);
	if (!read_ahead(run, KEY_BYTES + length, fault))
		return false;
	memcpy(key, run->buffer.ptr + run->at, KEY_BYTES);
	*item = run->buffer.ptr + run->at + KEY_BYTES;
	run->at += KEY_BYTES + length;
	return true;
}

void
run_free(struct run *run)
{
	struct run_file *file;

	if (!run)
		return;
	file = run->file;
	if (run->stop > run->start) /* only saves space: may fail */
		(void)fallocate(file->fd,
		    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, run->start,
		    run->stop - run->start);
	buffer_destroy(&run->buffer);
	memory_free(run);
	run_file_close(file);
}

/* SPDX-License-Identifier: MIT */
/* The bytes of a file as they stand on disk.
 *
 *     window:  [ back | used up .... | left ............. | room ]
 *                                    ^ at                 ^ end
 */
#include "mtrack/packed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* Standard input may have been made non-blocking by whoever shares it. */
static void
wait_readable(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	poll(&wait, 1, -1);
}

static ssize_t
read_some(int fd, void *to, size_t size)
{
	for (;;) {
		ssize_t got = read(fd, to, size);

		if (got >= 0)
			return got;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			wait_readable(fd);
		else if (errno != EINTR)
			return -1;
	}
}

/* Reads to TO and keeps the books; 0 at the end or on an error. */
static size_t
take(struct packed *packed, void *to, size_t size)
{
	ssize_t got;

	if (packed->over)
		return 0;
	got = read_some(packed->fd, to, size);
	if (got <= 0) {
		packed->over = true;
		packed->error = got < 0 ? errno : 0;
		return 0;
	}
	packed->taken += (uint64_t)got;
	if (packed->taken > packed->most)
		packed->most = packed->taken;
	return (size_t)got;
}

/* The descriptor of PATH, or -1 with errno. O_NONBLOCK keeps a FIFO that took
 * a file's place from blocking; it is taken off again. */
static int
open_path(const char *path, bool blocking)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
	int fd;

	if (!strcmp(path, "-"))
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	fd = open(path, blocking ? flags : flags | O_NONBLOCK);
	if (fd >= 0 && !blocking) {
		int now = fcntl(fd, F_GETFL);

		if (now >= 0)
			fcntl(fd, F_SETFL, now & ~O_NONBLOCK);
	}
	return fd;
}

static bool
examine(struct packed *packed, bool blocking, struct fault *fault)
{
	struct stat st;
	off_t base;

	if (fstat(packed->fd, &st))
		return fault_set(fault, "cannot be opened: %m");
	if (S_ISDIR(st.st_mode))
		return fault_set(fault, "is a directory");
	if (!S_ISREG(st.st_mode)) {
		if (blocking)
			return true;
		return fault_set(fault, "is no regular file");
	}
	base = lseek(packed->fd, 0, SEEK_CUR);
	if (base < 0)
		return true;
	packed->regular = true;
	packed->base = (uint64_t)base;
	if (st.st_size > base)
		packed->size = (uint64_t)(st.st_size - base);
	posix_fadvise(packed->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return true;
}

bool
packed_open(
    struct packed *packed, const char *path, bool blocking, struct fault *fault)
{
	memset(packed, 0, offsetof(struct packed, window));
	packed->fd = open_path(path, blocking);
	if (packed->fd < 0)
		return fault_set(fault, "cannot be opened: %m");
	if (examine(packed, blocking, fault))
		return true;
	packed_close(packed);
	return false;
}

bool
packed_fill(struct packed *packed)
{
	size_t back = packed->at < PACKED_BACK ? packed->at : PACKED_BACK;
	size_t from = packed->at - back;
	size_t got;

	if (from) {
		memmove(
		    packed->window, packed->window + from, packed->end - from);
		packed->at -= from;
		packed->end -= from;
	}
	got = take(packed, packed->window + packed->end,
	    sizeof(packed->window) - packed->end);
	packed->end += got;
	return got > 0;
}

size_t
packed_read(struct packed *packed, void *to, size_t size)
{
	size_t left = packed->end - packed->at;

	if (left == 0)
		return take(packed, to, size);
	if (left > size)
		left = size;
	memcpy(to, packed->window + packed->at, left);
	packed->at += left;
	return left;
}

bool
packed_seek(struct packed *packed, uint64_t offset)
{
	off_t to;

	if (!packed->regular ||
	    __builtin_add_overflow(packed->base, offset, &to) ||
	    lseek(packed->fd, to, SEEK_SET) < 0) {
		packed->over = true;
		packed->error = errno;
		return false;
	}
	packed->taken = offset;
	packed->at = packed->end = 0;
	packed->over = false;
	packed->error = 0;
	return true;
}

uint64_t
packed_offset(const struct packed *packed)
{
	return packed->taken - (packed->end - packed->at);
}

void
packed_close(struct packed *packed)
{
	close(packed->fd);
	packed->fd = -1;
}

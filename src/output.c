/* SPDX-License-Identifier: MIT */
/* A buffer in front of a descriptor. */
#include "mtrack/output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Large enough that write(2) costs nothing beside the formatting, small enough
 * to stay in a core's cache (MEASURED: 64 to 256 KiB are alike). */
#define FLUSH_BYTES (128u << 10)

void
output_init(struct output *out, int fd)
{
	*out = (struct output){.fd = fd};
}

void
output_destroy(struct output *out)
{
	buffer_destroy(&out->buffer);
}

/* A terminal or pipe may have been made non-blocking by who shares it. */
static bool
wait_for_room(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};

	return poll(&wait, 1, -1) >= 0 || errno == EINTR;
}

static bool
write_all(struct output *out)
{
	struct str rest = buffer_str(&out->buffer);

	while (rest.len) {
		ssize_t done = write(out->fd, rest.ptr, rest.len);

		if (done > 0) {
			out->bytes += (uint64_t)done;
			rest = str_drop(rest, (size_t)done);
		} else if (done == 0) {
			errno = EIO; /* POSIX leaves it open; no endless loop */
			return false;
		} else if (errno == EAGAIN) {
			if (!wait_for_room(out->fd))
				return false;
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool
output_flush(struct output *out, bool always)
{
	if (out->fd == OUTPUT_KEPT ||
	    (out->buffer.len < FLUSH_BYTES && !always))
		return out->error == 0;
	if (out->filter)
		out->filter(&out->buffer);
	if (!out->error && !write_all(out))
		out->error = errno;
	buffer_clear(&out->buffer);
	return out->error == 0;
}

bool
output_place(int fd, const void *bytes, size_t len, off_t at)
{
	const char *next = bytes;

	while (len > 0) {
		ssize_t done = pwrite(fd, next, len, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			errno = done < 0 ? errno : EIO;
			return false;
		}
		next += done;
		at += done;
		len -= (size_t)done;
	}
	return true;
}

/* Of a copy: the descriptor stays open. */
bool
output_settle(struct output *out)
{
	int copy = output_flush(out, true) ? dup(out->fd) : -1;

	if (copy >= 0 && close(copy) < 0 && errno != EINTR)
		out->error = errno;
	return out->error == 0;
}

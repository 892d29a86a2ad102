/* SPDX-License-Identifier: MIT */
/* Bytes of a file, from a place in it. */
#include "mtrack/fetch.h"

#include <errno.h>
#include <unistd.h>

bool
fetch_bytes(int fd, void *to, uint64_t len, uint64_t at)
{
	unsigned char *next = to;

	while (len > 0) {
		ssize_t got = pread(fd, next, len, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		next += got;
		at += (uint64_t)got;
		len -= (uint64_t)got;
	}
	return true;
}

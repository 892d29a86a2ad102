/* SPDX-License-Identifier: MIT */
/* How side files are told from logs. */
#include "mtrack/sidemark.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool
ends_with(struct str path, struct str suffix)
{
	return path.len >= suffix.len &&
	    str_eq(str_drop(path, path.len - suffix.len), suffix);
}

bool
sidemark_is(struct str path)
{
	char head[SIDEMARK_BYTES];
	bool is;
	int fd;

	if (!ends_with(path, STR(SIDEMARK_SUFFIX)) &&
	    !ends_with(path, STR(SIDEMARK_SHARED_SUFFIX)))
		return false;
	fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT;
	is = pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    !memcmp(head, SIDEMARK_MAGIC, sizeof(head));
	close(fd);
	return is;
}

bool
sidemark_may_replace(const char *path)
{
	char head[SIDEMARK_BYTES];
	size_t same = 0;
	ssize_t got;
	int fd = open(
	    path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return true; /* who writes finds out */
	got = pread(fd, head, sizeof(head), 0);
	close(fd);
	for (ssize_t i = 0; i < got; i++)
		same += head[i] == SIDEMARK_MAGIC[i];
	return got <= 0 || 2 * same >= SIDEMARK_BYTES;
}

bool
sidemark_open(const char *path, int *fd, struct fault *fault)
{
	*fd = open(
	    path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd >= 0 || errno == ENOENT || errno == ENOTDIR)
		return true;
	if (errno == ELOOP)
		return fault_set(fault, "is not trusted: it is a link");
	return fault_set(fault, "cannot be opened: %m");
}

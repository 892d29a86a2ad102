/* SPDX-License-Identifier: MIT */
/* For fuzz targets: a folder of one file, in memory where there is a
 * /dev/shm. */
#ifndef FUZZ_WORKFOLDER_H
#define FUZZ_WORKFOLDER_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mtrack/str.h"

static char workfolder[64];
static char workfolder_file[80];

static inline void
workfolder_demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static inline void
workfolder_leave(void)
{
	unlink(workfolder_file);
	rmdir(workfolder);
}

/* The file holds BYTES; its name, NUL-terminated. */
static inline struct str
workfolder_put(struct str bytes)
{
	int fd;

	if (!workfolder[0]) {
		snprintf(workfolder, sizeof(workfolder),
		    "%s/mtrack-fuzz-XXXXXX",
		    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		workfolder_demand(mkdtemp(workfolder), "no folder");
		snprintf(workfolder_file, sizeof(workfolder_file), "%s/file",
		    workfolder);
		atexit(workfolder_leave);
	}
	fd = open(
	    workfolder_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	workfolder_demand(
	    fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len,
	    "the file cannot be written");
	close(fd);
	return str_from(workfolder_file);
}

#endif

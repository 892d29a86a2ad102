/* SPDX-License-Identifier: MIT */
/* Which file of a folder is the newest, and so may still be written to
 * (SPEC 1.6): the one with the last day in its name; a file without days
 * stands at the day it was last changed. Among equals the one changed last,
 * then the last path. */
#ifndef MTRACK_NEWEST_H
#define MTRACK_NEWEST_H

#include <sys/types.h>
#include <time.h>

#include "mtrack/str.h"

/* One regular file of an archive. */
struct newest_candidate {
	struct str path;
	int32_t last; /* day that it promises, or DAY_NONE */
	dev_t device;
	ino_t inode;
	struct timespec changed;
	bool named;   /* given as a PATH itself */
	bool *newest; /* set where it is */
};

/* Sets *newest of the newest file in each folder. Where files were named, all
 * others of their folder count too: an old file does not become the newest by
 * being named alone. CANDIDATES is put in another order. */
void newest_mark(struct newest_candidate *candidates, size_t count);

#endif

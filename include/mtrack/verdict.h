/* SPDX-License-Identifier: MIT */
/* What main makes the exit status of (SPEC 6). */
#ifndef MTRACK_VERDICT_H
#define MTRACK_VERDICT_H

#include <stdbool.h>

struct verdict {
	bool matched;  /* at least one entry, or the work asked for was done */
	bool written;  /* -o: FILE was written whole */
	bool trouble;  /* an error, or part of the archive could not be read */
	bool unproven; /* days are missing where that matters */
	bool pipe;     /* the reader of standard output went away */
};

#endif

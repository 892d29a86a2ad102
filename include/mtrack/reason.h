/* SPDX-License-Identifier: MIT */
/* The block reasons that are known by name. The vendor's list is longer, so
 * --block-reason takes any text; this is for completions and the man page. */
#ifndef MTRACK_REASON_H
#define MTRACK_REASON_H

#include <stddef.h>

struct reason {
	const char *name; /* as records write it */
	const char *help; /* one sentence */
};

/* Row PLACE, NULL beyond the last. */
const struct reason *reason_row(size_t place);

#endif

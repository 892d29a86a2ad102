/* SPDX-License-Identifier: MIT */
/* The period that is searched and the files that can matter for it (SPEC 1.1,
 * 2, 3.1). */
#ifndef MTRACK_SELECTION_H
#define MTRACK_SELECTION_H

#include "mtrack/archive.h"
#include "mtrack/options.h"

struct selection {
	struct archive files; /* those to be read, in archive order */
	int64_t since;        /* ms; INT64_MIN and INT64_MAX where open */
	int64_t until;
	bool undated_whole; /* files without days are not put to the period */
	bool undated;       /* such a file, or standard input, is among them */
	bool narrowed;      /* the window left days of the archive out */
	uint64_t passed_over; /* files of other days */
};

/* ALL is the archive as walked; texts and files live in ARENA. */
void selection_make(struct arena *arena, const struct options *options,
    const struct archive *all, struct selection *selection);

/* Days of the period that no file of ALL covers (SPEC 6), 0 where they are not
 * judged. The period's days are *FIRST ... *LAST. */
uint64_t selection_missing(const struct options *options,
    const struct archive *all, const struct selection *selection,
    struct buffer *out);

#endif

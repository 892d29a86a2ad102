/* SPDX-License-Identifier: MIT */
/* Bounded lines in a window that moves over a file. */
#ifndef MTRACK_LINES_H
#define MTRACK_LINES_H

#include "mtrack/str.h"

struct lines {
	uint64_t number; /* of the line that comes next, from 1 */
	size_t searched; /* bytes of it without a line end */
	bool skipping;   /* the rest of a line that is too long */
};

struct line {
	struct str text; /* without `\n` or `\r\n`; NULs and all else stand */
	uint64_t number;
	bool ended;
};

enum line_found {
	LINE_SHORT, /* no whole line in the window any more */
	LINE_WHOLE,
	LINE_LONG, /* RECORD_LIMIT or more; text is its beginning */
};

/* The first line of WINDOW from *AT on that is not blank. *AT is moved behind
 * it; after LINE_SHORT the bytes from *AT on must come again, with more behind
 * them. LAST: the file ends with the window. */
enum line_found lines_next(struct lines *lines, struct str window, bool last,
    size_t *at, struct line *line);

#endif

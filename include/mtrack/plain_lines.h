/* SPDX-License-Identifier: MIT */
/* What a loop over plain lines went over: see csv_lines.h and json_lines.h. */
#ifndef MTRACK_PLAIN_LINES_H
#define MTRACK_PLAIN_LINES_H

#include <stddef.h>

struct plain_lines {
	size_t bytes; /* up to behind the last line's end */
	size_t count;
};

/* Longer lines, that may break a limit, are not plain. */
#define PLAIN_LINE_MOST (64u << 10)

#endif

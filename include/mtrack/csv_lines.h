/* SPDX-License-Identifier: MIT */
/* The loop over plain lines of CSV text that every way of bytes.h has, around
 * the masks of its own. For bytes.c and bytes_x86.c; others want bytes.h. */
#ifndef MTRACK_CSV_LINES_H
#define MTRACK_CSV_LINES_H

#include "mtrack/str.h"

/* What 64 bytes of CSV text hold. */
struct bytes_csv {
	uint64_t quote;
	uint64_t comma;
	uint64_t end; /* `\n`, `\r` */
};

typedef void bytes_csv_masks_fn(const char *p, struct bytes_csv *masks);

/* What was gone over. */
struct csv_lines {
	size_t bytes; /* up to behind the last line's end */
	size_t count;
};

#define CSV_DATE_BYTES 10u

/* Whether the 10 bytes at P are 0000-00-00 but for the digits. Of a byte that
 * differs from the form by a digit the upper half is 0, and stays so when what
 * a digit lacks to 16 is added; a dash must not differ at all. */
static inline bool
csv_begins_date(const char *p)
{
	static const char form[8] = {'0', '0', '0', '0', '-', '0', '0', '-'};
	static const char lack[8] = {6, 6, 6, 6, 15, 6, 6, 15};
	uint64_t bytes, want, more;

	memcpy(&bytes, p, sizeof(bytes));
	memcpy(&want, form, sizeof(want));
	memcpy(&more, lack, sizeof(more));
	bytes ^= want;
	return ((bytes | (bytes + more)) & 0xf0f0f0f0f0f0f0f0u) == 0 &&
	    ascii_is_digit((unsigned char)p[8]) &&
	    ascii_is_digit((unsigned char)p[9]);
}

/* A line under way. */
struct csv_line {
	size_t begin;
	size_t commas; /* met so far */
};

/* Ends the lines whose ends are in ENDS, of the 64 bytes at P + AT; false at
 * one that is not plain. COMMAS loses those of lines that were ended. */
static inline __attribute__((always_inline)) bool
csv_lines_end(struct csv_lines *lines, struct csv_line *line, const char *p,
    size_t at, uint64_t ends, uint64_t *commas, size_t want)
{
	for (; ends; ends &= ends - 1) {
		uint64_t below = (ends & -ends) - 1;
		size_t end = at + (size_t)__builtin_ctzll(ends);

		line->commas += (size_t)__builtin_popcountll(*commas & below);
		if (line->commas != want || p[end] != '\n' ||
		    end - line->begin < CSV_DATE_BYTES ||
		    !csv_begins_date(p + line->begin))
			return false;
		*commas &= ~below;
		*line = (struct csv_line){end + 1, 0};
		lines->bytes = end + 1;
		lines->count++;
	}
	return true;
}

static inline __attribute__((always_inline)) struct csv_lines
csv_lines_by(
    bytes_csv_masks_fn *masks, const char *p, size_t len, size_t commas)
{
	struct csv_lines lines = {0, 0};
	struct csv_line line = {0, 0};

	for (size_t at = 0; len - at >= 64; at += 64) {
		struct bytes_csv marks;
		uint64_t below;

		masks(p + at, &marks);
		below = (marks.quote & -marks.quote) - 1;
		if (!csv_lines_end(&lines, &line, p, at, marks.end & below,
			&marks.comma, commas) ||
		    marks.quote)
			break;
		line.commas += (size_t)__builtin_popcountll(marks.comma);
	}
	return lines;
}

#endif

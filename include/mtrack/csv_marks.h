/* SPDX-License-Identifier: MIT */
/* The rows that a piece of CSV text holds whole, and where their commas stand,
 * all at once: the loop that every way of bytes.h has, around the masks of its
 * own. */
#ifndef MTRACK_CSV_MARKS_H
#define MTRACK_CSV_MARKS_H

#include "mtrack/csv_lines.h"

#define CSV_MARKS_BYTES (8u << 10) /* looked through at a time, at most */
#define CSV_MARKS_ROWS  128u
/* Room that is written to behind the last comma. */
#define CSV_MARKS_SLACK 64u

struct csv_marked_row {
	uint32_t begin;
	uint32_t end;   /* of its bytes, the line end not among them */
	uint32_t first; /* of its commas */
	uint32_t count; /* of its commas */
	bool quoted;
	bool folded; /* there is a line end between quotes */
};

struct csv_marks {
	size_t rows; /* without a fault, none empty */
	struct csv_marked_row row[CSV_MARKS_ROWS];
	uint32_t commas[CSV_MARKS_BYTES + CSV_MARKS_SLACK];
};

/* Puts AT + the number of each bit of COMMAS into PLACES. */
typedef void bytes_csv_note_fn(uint32_t *places, uint64_t commas, size_t at);

static inline void
csv_note_each(uint32_t *places, uint64_t commas, size_t at)
{
	for (; commas; commas &= commas - 1)
		*places++ = (uint32_t)(at + (size_t)__builtin_ctzll(commas));
}

/* Ends the rows that end among the 64 bytes at AT; INNER are the line ends
 * between quotes, COUNT commas stand before. False when there is no room. */
static inline __attribute__((always_inline)) bool
csv_marks_end(struct csv_marks *m, struct csv_marked_row *row, size_t at,
    const struct bytes_csv *marks, uint64_t inner, size_t count)
{
	uint64_t quotes = marks->quote;

	for (uint64_t ends = marks->end; ends; ends &= ends - 1) {
		uint64_t below = (ends & -ends) - 1;

		row->end = (uint32_t)(at + (size_t)__builtin_ctzll(ends));
		row->count =
		    (uint32_t)(count +
			(size_t)__builtin_popcountll(marks->comma & below)) -
		    row->first;
		row->quoted |= (quotes & below) != 0;
		row->folded |= (inner & below) != 0;
		quotes &= ~below;
		inner &= ~below;
		if (row->end > row->begin) {
			if (m->rows == CSV_MARKS_ROWS)
				return false;
			m->row[m->rows++] = *row;
		}
		*row = (struct csv_marked_row){
		    .begin = row->end + 1, .first = row->first + row->count};
	}
	row->quoted |= quotes != 0;
	row->folded |= inner != 0;
	return true;
}

static inline __attribute__((always_inline)) void
csv_marks_by(bytes_csv_masks_fn *masks, bytes_csv_note_fn *note, const char *p,
    size_t len, struct csv_marks *m)
{
	struct csv_marked_row row = {0};
	struct csv_quotes q = {0, 1, 0};
	size_t count = 0;

	m->rows = 0;
	for (size_t at = 0; len - at >= 64; at += 64) {
		struct bytes_csv marks;
		uint64_t bad, ends;

		masks(p + at, &marks);
		ends = marks.end;
		bad = csv_mark(&q, &marks, UINT64_MAX);
		note(m->commas + count, marks.comma, at);
		ends &= ~marks.end;
		marks.end &= (bad & -bad) - 1;
		if (!csv_marks_end(m, &row, at, &marks, ends, count) || bad)
			return;
		count += (size_t)__builtin_popcountll(marks.comma);
	}
}

#endif

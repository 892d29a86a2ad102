/* SPDX-License-Identifier: MIT */
/* The rows that a piece of CSV text holds whole, and where their commas stand,
 * all at once: the loop that every way of bytes.h has, around the masks of its
 * own. */
#ifndef MTRACK_CSV_MARKS_H
#define MTRACK_CSV_MARKS_H

#include "mtrack/csv_lines.h"

#define CSV_MARKS_BYTES (8u << 10) /* looked through at a time, at most */
#define CSV_MARKS_ROWS  192u
/* Room that is written to behind the last place. */
#define CSV_MARKS_SLACK 64u

/* Row I ends with mark ENDS[I], and what stands between it and the end of the
 * row before, which may be nothing, is its commas:
 *
 *     a,b\nc,d\n\n        places 1 3 5 7 8    ends 1 3 4
 */
struct csv_marks {
	size_t rows; /* without a fault */
	bool folded; /* there is a line end between quotes */
	uint32_t ends[CSV_MARKS_ROWS];
	uint32_t quotes[CSV_MARKS_ROWS]; /* met up to there */
	uint32_t places[CSV_MARKS_BYTES + CSV_MARKS_SLACK];
};

/* Puts AT + the number of each bit of MARKS into PLACES. */
typedef void bytes_csv_note_fn(uint32_t *places, uint64_t marks, size_t at);

static inline void
csv_note_each(uint32_t *places, uint64_t marks, size_t at)
{
	for (; marks; marks &= marks - 1)
		*places++ = (uint32_t)(at + (size_t)__builtin_ctzll(marks));
}

/* What was met before the 64 bytes at hand. */
struct csv_met {
	size_t marks;
	size_t quotes;
	size_t rows;
};

/* Ends a row with the first of ENDS, if there is one: written in any case, for
 * whether there is one is no branch's to guess. */
static inline __attribute__((always_inline)) void
csv_marks_end(struct csv_marks *m, struct csv_met *met, uint64_t ends,
    uint64_t both, uint64_t quotes)
{
	uint64_t below = (ends & -ends) - 1;

	m->ends[met->rows] =
	    (uint32_t)(met->marks + (size_t)__builtin_popcountll(both & below));
	m->quotes[met->rows] = (uint32_t)(met->quotes +
	    (size_t)__builtin_popcountll(quotes & below));
	met->rows += ends != 0;
}

static inline __attribute__((always_inline)) void
csv_marks_by(bytes_csv_masks_fn *masks, bytes_csv_note_fn *note, const char *p,
    size_t len, struct csv_marks *m)
{
	struct csv_quotes q = {0, 1, 0};
	struct csv_met met = {0, 0, 0};
	uint64_t folded = 0;

	for (size_t at = 0; len - at >= 64; at += 64) {
		struct bytes_csv marks;
		uint64_t bad, ends, both;

		masks(p + at, &marks);
		ends = marks.end;
		bad = csv_mark(&q, &marks, UINT64_MAX);
		folded |= ends & ~marks.end;
		ends = marks.end & ((bad & -bad) - 1);
		both = marks.comma | ends;
		note(m->places + met.marks, both, at);
		csv_marks_end(m, &met, ends, both, marks.quote);
		if (ends & (ends - 1))
			for (ends &= ends - 1; ends; ends &= ends - 1)
				csv_marks_end(m, &met, ends, both, marks.quote);
		if (bad || met.rows + 64 > CSV_MARKS_ROWS)
			break;
		met.marks += (size_t)__builtin_popcountll(both);
		met.quotes += (size_t)__builtin_popcountll(marks.quote);
	}
	m->rows = met.rows;
	m->folded = folded != 0;
}

#endif

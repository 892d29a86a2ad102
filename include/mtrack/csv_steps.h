/* SPDX-License-Identifier: MIT */
/* A row of CSV text looked through 64 bytes at a time, up to its end or to
 * what is wrong with it: the loop that every way of bytes.h has, around the
 * masks of its own. */
#ifndef MTRACK_CSV_STEPS_H
#define MTRACK_CSV_STEPS_H

#include "mtrack/csv_lines.h"

#define CSV_STEP 64
/* A header of more columns is refused; of longer rows only the number of
 * columns is known. */
#define CSV_COLUMNS_MAX 1024

/* What can be wrong with a row. */
enum csv_trouble {
	CSV_FINE,
	CSV_BARE_QUOTE,
	CSV_AFTER_QUOTE,
	CSV_CELL_LIMIT,
	CSV_CELL_OPEN,
	CSV_RECORD_LIMIT,
};

/* A row under way. */
struct csv_scan {
	size_t at;     /* bytes of the row that were looked at */
	size_t commas; /* met so far, outside quotes */
	size_t cell;   /* where the cell at AT begins */
	size_t seek;   /* a bad row: looked for its line end up to here */
	struct csv_quotes quotes;
	bool quoted; /* there is a quote in it */
	enum csv_trouble trouble;
};

static inline __attribute__((always_inline)) void
csv_note_commas(struct csv_scan *s, uint32_t *places, uint64_t commas)
{
	size_t count = s->commas;

	if (!commas)
		return;
	s->cell = s->at + CSV_STEP - (size_t)__builtin_clzll(commas);
	do {
		if (count < CSV_COLUMNS_MAX)
			places[count] =
			    (uint32_t)(s->at + (size_t)__builtin_ctzll(commas));
		count++;
		commas &= commas - 1;
	} while (commas);
	s->commas = count;
}

/* One step: MARKS are of 64 bytes, of which VALID are the row's. True when the
 * row's end, or trouble, is among them: at s->at then. */
static inline __attribute__((always_inline)) bool
csv_step(struct csv_scan *s, uint32_t *places, struct bytes_csv *marks,
    uint64_t valid)
{
	uint64_t bad = csv_mark(&s->quotes, marks, valid);
	uint64_t first = (marks->end | bad) & -(marks->end | bad);
	uint64_t below = first - 1; /* all, when there is none */

	s->quoted |= (marks->quote & below) != 0;
	csv_note_commas(s, places, marks->comma & below);
	if (!first) {
		s->at += CSV_STEP;
		return false;
	}
	s->at += (size_t)__builtin_ctzll(first);
	if (bad & first)
		s->trouble =
		    marks->quote & first ? CSV_BARE_QUOTE : CSV_AFTER_QUOTE;
	return true;
}

static inline __attribute__((always_inline)) bool
csv_steps_by(bytes_csv_masks_fn *masks, struct csv_scan *scan, uint32_t *places,
    struct str bytes, uint64_t valid)
{
	struct csv_scan s = *scan;
	bool found = false;

	while (!found && bytes.len >= CSV_STEP) {
		struct bytes_csv marks;

		masks(bytes.ptr, &marks);
		found = csv_step(&s, places, &marks, valid);
		if (s.quotes.inside)
			break;
		bytes = str_drop(bytes, CSV_STEP);
	}
	*scan = s;
	return found;
}

#endif

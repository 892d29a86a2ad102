/* SPDX-License-Identifier: MIT */
/* Rows of CSV text (RFC 4180) in a window that moves over a file: where each
 * begins and ends, and where its commas stand. 64 bytes are looked at in one
 * step. The answers are libcsv's (CSV_STRICT | CSV_STRICT_FINI, no character
 * counted as space), row by row and fault by fault; csv_cell.h, which is
 * libcsv, unquotes the cells. */
#ifndef MTRACK_CSV_ROWS_H
#define MTRACK_CSV_ROWS_H

#include "mtrack/csv_marks.h"
#include "mtrack/csv_steps.h"
#include "mtrack/fault.h"
#include "mtrack/str.h"

/* Dies with the next call for the same csv_rows, or with the window. */
struct csv_row {
	struct str raw; /* without its line end, never empty */
	/* Where the cells part, in bytes behind ORIGIN. */
	const uint32_t *commas;
	const char *origin;
	size_t columns;
	uint64_t line; /* from 1, by line feeds */
	bool quoted;   /* there is a quote in it */
	bool ended;    /* a line end stands behind it */
};

struct csv_rows {
	uint64_t line; /* of the byte that comes next; the caller may set it */
	bool skipping; /* up to the next line end */
	struct csv_scan
	    scan; /* of the row that the window does not hold whole */
	uint32_t commas[CSV_COLUMNS_MAX];
	struct csv_marks *marks; /* of most rows; may be NULL */
	const char *marked;      /* where these bytes begin; NULL: none */
	size_t next;             /* of the marked rows */
};

/* Whether the next byte begins a row, or what stands between rows. */
static inline bool
csv_rows_between(const struct csv_rows *rows)
{
	return rows->scan.at == 0 && !rows->scan.trouble && !rows->skipping;
}

enum csv_found {
	CSV_SHORT, /* no whole row in the window any more */
	CSV_ROW,
	CSV_BAD, /* told in the fault; row->line is where, row->ended is false
	            when the bad line was the last and had no line end */
};

/* With MARKS, whatever stands in there, rows are found many at a time. */
void csv_rows_init(struct csv_rows *rows, struct csv_marks *marks);
/* To be called for each new window. */
static inline void
csv_rows_forget(struct csv_rows *rows)
{
	rows->marked = NULL;
}
/* The first row of WINDOW from *AT on. *AT is moved behind it, or behind what
 * is no row (blank lines, byte order marks, the rest of a bad line); after
 * CSV_SHORT the bytes from *AT on must come again, with more behind them. LAST:
 * the file ends with the window. A window of RECORD_LIMIT is always enough. */
enum csv_found csv_rows_next(struct csv_rows *rows, struct str window,
    bool last, size_t *at, struct csv_row *row, struct fault *fault);

/* Cell COLUMN, which is below row->columns and CSV_COLUMNS_MAX, as it stands
 * in the row: quotes and all. */
static inline struct str
csv_row_cell(const struct csv_row *row, size_t column)
{
	const char *begin =
	    column ? row->origin + row->commas[column - 1] + 1 : row->raw.ptr;
	const char *end = column + 1 < row->columns
	    ? row->origin + row->commas[column]
	    : row->raw.ptr + row->raw.len;

	return (struct str){begin, (size_t)(end - begin)};
}

#endif

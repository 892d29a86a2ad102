/* SPDX-License-Identifier: MIT */
/* The contract of output formats: rows of cells in, bytes out. */
#ifndef MTRACK_WRITER_H
#define MTRACK_WRITER_H

#include "mtrack/arena.h"
#include "mtrack/columns.h"
#include "mtrack/output.h"

/* Constant for a run. */
struct writer_plan {
	const struct column *columns;
	size_t count;
	bool header;    /* csv, tsv, table: print one */
	bool csv_safe;  /* csv: `'` before what a spreadsheet would run */
	bool null_end;  /* tsv, raw, jsonl: NUL ends a record */
	bool color;     /* table, detail: by action; the records must then hold
	                   FIELD_ACTION and FIELD_TYPE, printed or not */
	bool bars;      /* table of counts: a bar for the last column */
	unsigned width; /* columns of the terminal; 0: nothing is cut */
	size_t sample;  /* table: rows that decide the widths; 0: all of them */
	size_t memory;  /* bytes a table may hold back for its widths */
};

struct writer {
	const struct writer_ops *ops;
	const struct writer_plan *plan;
	struct arena *arena; /* lives as long as the writer */
	struct output *out;
	uint64_t rows; /* written so far, counted by whoever calls row */
	void *state;   /* the format's own */
};

struct writer_ops {
	const char *name;
	bool records_only; /* raw, detail: no counts */
	bool rows_alone;   /* a row tells nothing of those before it */
	bool verbatim; /* hostile texts as they are: no terminal's business */
	/* All answer false once the output has failed. END is called once after
	 * BEGIN, whatever happened between: it frees what the writer holds. */
	bool (*begin)(struct writer *writer);
	/* CELLS[plan->count]; REC is the record they come from, or NULL. */
	bool (*row)(struct writer *writer, const struct cell *cells,
	    const struct record *rec);
	bool (*end)(struct writer *writer);
};

#endif

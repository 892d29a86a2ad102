/* SPDX-License-Identifier: MIT */
/* A row on its way to a writer: cells with names, made from a record or from
 * counts, so that every format prints both. */
#ifndef MTRACK_COLUMNS_H
#define MTRACK_COLUMNS_H

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/record.h"

struct zone;

enum cell_kind {
	CELL_EMPTY, /* no value */
	CELL_TEXT,
	CELL_NUMBER, /* text is its digits: JSON prints it bare, tables right */
	CELL_LIST,   /* items[count] */
	CELL_ATTACHMENTS,
};

struct cell {
	enum cell_kind kind;
	struct str text;
	const struct str *items;
	const struct attachment *attachments;
	size_t count;
};

struct column {
	struct str name;
	enum field field; /* FIELD_NONE where it is no field of a record */
	bool number;      /* aligned right in tables */
};

/* Fills CELLS[COUNT], one for each column that is a field; others are left as
 * they are. Kind, text and count are always set, what a list is only with it.
 * Times are printed in ZONE. The texts live in REC and SCRATCH (cleared here).
 * In a table's ACTION_OR_REASON form an absent action shows the reason. */
void columns_fill(const struct column *columns, size_t count,
    const struct record *rec, const struct zone *zone, bool action_or_reason,
    struct cell *cells, struct buffer *scratch);
/* Appends ATTACHMENTS as the API's JSON array: fileName, sha256, status,
 * passwordAnalysis; a part without value is left out. */
void columns_attachments_json(
    const struct attachment *items, size_t count, struct buffer *out);
/* Appends a list as a JSON array of strings. */
void columns_list_json(
    const struct str *items, size_t count, struct buffer *out);
/* Appends a list as one text: `, ` between header addresses, one space between
 * URLs; a JSON array when an item holds its separator (SPEC 10). */
void columns_list_text(
    enum field field, struct strlist list, struct buffer *out);
/* A cell as one text, as csv and table show it; *text may point into OUT,
 * which is cleared first. */
struct str columns_text(
    const struct column *column, const struct cell *cell, struct buffer *out);

#endif

/* SPDX-License-Identifier: MIT */
/* Fields and times of an entry as SQL that gives what columns_text gives. */
#ifndef MTRACK_SQL_CELL_H
#define MTRACK_SQL_CELL_H

#include "mtrack/buffer.h"
#include "mtrack/group.h"
#include "mtrack/options.h"
#include "mtrack/sql_schema.h"

/* How a run prints cells. */
enum sql_cells {
	SQL_CELLS_TEXT, /* csv and tsv: lists as one text */
	SQL_CELLS_SAFE, /* table, detail: that, with nothing hostile in it */
	SQL_CELLS_CSV_SAFE,
	SQL_CELLS_JSON, /* lists and numbers as such */
};

/* FIELD of an entry, whose own timestamp is `stamp`. */
void sql_cell(const struct options *options, enum field field,
    enum sql_cells cells, struct buffer *out);
/* TEXT, SQL for a text, made so. */
void sql_safe(enum sql_cells cells, struct str text, struct buffer *out);
/* What SQL_CELLS_SAFE calls `hostile`: the characters that a terminal would
 * obey, and those that are there to be unseen; not the joiners. */
void sql_hostile(struct buffer *out);
sql_columns sql_cell_columns(enum field field, bool action_or_reason);

/* A key of --by as a text; an item of a list is one row each. */
void sql_key(const struct options *options, const struct by_key *key,
    struct buffer *out);
sql_columns sql_key_columns(const struct by_key *key);
/* A piece of the stamp as a number without holes, and that number, in the
 * column NAME, as a text. */
void sql_key_number(const struct options *options, const struct by_key *key,
    struct buffer *out);
void sql_key_text(
    const struct by_key *key, const char *name, struct buffer *out);

#endif

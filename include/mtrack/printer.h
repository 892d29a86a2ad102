/* SPDX-License-Identifier: MIT */
/* Between the query and a writer: which columns, which width, where to, and
 * records made into rows (SPEC 4). */
#ifndef MTRACK_PRINTER_H
#define MTRACK_PRINTER_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"
#include "mtrack/options.h"
#include "mtrack/record.h"
#include "mtrack/rowtext.h"

struct printer;

/* Opens the output; NULL with a fault when -o's FILE cannot be made. Rows are
 * records, in the fields that OPTIONS ask for, or, with COLUMNS, cells of their
 * own. */
struct printer *printer_open(struct arena *arena, const struct options *options,
    const struct column *columns, size_t count, struct fault *fault);
/* Fields of a record that the rows need. */
fieldset printer_fields(const struct printer *printer);
/* Whether the writer wants the record's own bytes. */
bool printer_wants_raw(const struct printer *printer);

/* How rows of records are made as text, for printer_text; NULL where that
 * cannot be. Lives as long as the printer. */
const struct rowtext_plan *printer_rowtext(const struct printer *printer);

/* The header and what else comes first; not called for a number alone. */
bool printer_begin(struct printer *printer);
bool printer_record(struct printer *printer, const struct record *rec);
/* A row that was made before. */
bool printer_text(struct printer *printer, struct str row);
/* A row of cells, one a column. */
bool printer_cells(struct printer *printer, const struct cell *cells);
bool printer_number(struct printer *printer, uint64_t number);
uint64_t printer_rows(const struct printer *printer);

/* Ends the output and puts FILE in its place, or, when not WHOLE, leaves the
 * old one. False with a fault; *pipe tells that the reader went away. */
bool printer_close(
    struct printer *printer, bool whole, bool *pipe, struct fault *fault);

#endif

/* SPDX-License-Identifier: MIT */
/* The text of a CSV cell, unquoted by libcsv. */
#ifndef MTRACK_CSV_CELL_H
#define MTRACK_CSV_CELL_H

#include "mtrack/arena.h"
#include "mtrack/str.h"

struct csv_cells;

/* Its parser's memory is released by csv_cells_free; the rest is ARENA's. */
struct csv_cells *csv_cells_new(struct arena *arena);
void csv_cells_free(struct csv_cells *cells);
/* What CELL, as it stands in a row, says. Borrowed from CELL where it has no
 * quotes, else kept in ARENA. False when CELL is not one whole cell, which
 * csv_rows never gives. */
bool csv_cell_text(struct csv_cells *cells, struct str cell,
    struct arena *arena, struct str *text);

#endif

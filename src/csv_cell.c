/* SPDX-License-Identifier: MIT */
/* The text of a CSV cell, unquoted by libcsv. */
#include "mtrack/csv_cell.h"

#include <csv.h>

/* Cells of one row grow libcsv's buffer in steps of this many bytes. */
#define CELL_STEP 4096

struct csv_cells {
	struct csv_parser parser;
	/* Of the call under way: */
	struct arena *arena;
	struct str text;
	size_t cells;
	size_t rows;
};

/* White space belongs to its cell (SPEC 10). */
static int
never_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void *
grow(void *old, size_t size)
{
	return memory_resize(old, size, 1);
}

/* csv_free forgets all settings, so this stands behind it, too. */
static void
parser_init(struct csv_parser *parser)
{
	csv_init(parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_space_func(parser, never_space);
	csv_set_realloc_func(parser, grow);
	csv_set_free_func(parser, memory_free);
	csv_set_blk_size(parser, CELL_STEP);
}

/* libcsv reuses TEXT for the next cell. */
static void
keep_cell(void *text, size_t len, void *ctx)
{
	struct csv_cells *cells = ctx;

	cells->text = arena_keep(cells->arena, (struct str){text, len});
	cells->cells++;
}

static void
count_row(int end, void *ctx)
{
	struct csv_cells *cells = ctx;

	(void)end;
	cells->rows++;
}

struct csv_cells *
csv_cells_new(struct arena *arena)
{
	struct csv_cells *cells = ARENA_NEW(arena, struct csv_cells);

	parser_init(&cells->parser);
	return cells;
}

void
csv_cells_free(struct csv_cells *cells)
{
	csv_free(&cells->parser);
}

static bool
parse(struct csv_cells *cells, struct str cell)
{
	struct csv_parser *parser = &cells->parser;

	if (csv_parse(parser, cell.ptr, cell.len, keep_cell, count_row,
		cells) != cell.len)
		return false;
	return csv_fini(parser, keep_cell, count_row, cells) == 0;
}

bool
csv_cell_text(struct csv_cells *cells, struct str cell, struct arena *arena,
    struct str *text)
{
	if (cell.len == 0 || str_find_char(cell, '"') == SIZE_MAX) {
		*text = cell;
		return true;
	}
	cells->arena = arena;
	cells->cells = 0;
	cells->rows = 0;
	if (!parse(cells, cell)) {
		csv_free(&cells->parser);
		parser_init(&cells->parser);
		return false;
	}
	*text = cells->text;
	return cells->cells == 1 && cells->rows == 1;
}

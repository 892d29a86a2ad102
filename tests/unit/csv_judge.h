/* SPDX-License-Identifier: MIT */
/* What csv_rows and csv_cell find in a file, and what libcsv itself finds,
 * written down alike: a line a row, a line a fault. */
#ifndef CSV_JUDGE_H
#define CSV_JUDGE_H

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

#include "mtrack/buffer.h"
#include "mtrack/csv_cell.h"
#include "mtrack/csv_rows.h"

static inline void
csv_judge_demand(bool holds)
{
	if (!holds)
		abort();
}

/* ---- what was found, written down ---- */

static inline void
csv_judge_visible(struct buffer *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\n')
			buffer_puts(out, STR("\\n"));
		else if (s.ptr[i] == '\r')
			buffer_puts(out, STR("\\r"));
		else
			buffer_putc(out, s.ptr[i]);
}

static inline void
csv_judge_fault(struct buffer *out, uint64_t line, bool ended, const char *what)
{
	buffer_printf(
	    out, "%ju%s ! %s\n", (uintmax_t)line, ended ? "" : "~", what);
}

static inline void
csv_judge_row_begin(struct buffer *out, uint64_t line, bool ended)
{
	buffer_printf(out, "%ju%s", (uintmax_t)line, ended ? "" : "~");
}

static inline void
csv_judge_put_cell(struct buffer *out, struct str cell)
{
	buffer_putc(out, '|');
	csv_judge_visible(out, cell);
}

/* ---- the unit under test, fed in windows that grow by CHUNK bytes ---- */

static inline void
csv_judge_put_row(struct buffer *out, const struct csv_row *row,
    struct csv_cells *cells, struct arena *arena)
{
	csv_judge_row_begin(out, row->line, row->ended);
	for (size_t i = 0; i < row->columns && i < CSV_COLUMNS_MAX; i++) {
		struct str text;

		csv_judge_demand(
		    csv_cell_text(cells, csv_row_cell(row, i), arena, &text));
		csv_judge_put_cell(out, text);
	}
	buffer_putc(out, '\n');
	csv_judge_demand(
	    row->quoted == (str_find_char(row->raw, '"') != SIZE_MAX));
	arena_reset(arena);
}

/* Every window is a block of its own, so that a sanitizer sees each byte that
 * is read beyond it. */
static inline size_t
csv_judge_window(struct csv_rows *rows, struct str bytes, bool last,
    struct csv_cells *cells, struct arena *arena, struct buffer *out)
{
	char *copy = malloc(bytes.len ? bytes.len : 1);
	struct str window = {memcpy(copy, bytes.ptr, bytes.len), bytes.len};
	enum csv_found found;
	struct csv_row row;
	struct fault fault;
	size_t at = 0;

	csv_rows_forget(rows);
	while ((found = csv_rows_next(rows, window, last, &at, &row, &fault)) !=
	    CSV_SHORT) {
		if (found == CSV_ROW)
			csv_judge_put_row(out, &row, cells, arena);
		else
			csv_judge_fault(out, row.line, row.ended, fault.what);
	}
	csv_judge_demand(at <= window.len);
	free(copy);
	return at;
}

static inline void
csv_judge_found(struct str file, size_t chunk, struct buffer *out)
{
	struct arena arena, scratch;
	struct csv_cells *cells;
	struct csv_rows *rows;
	size_t used = 0;
	size_t end = 0;

	arena_init(&arena);
	arena_init(&scratch);
	cells = csv_cells_new(&arena);
	rows = ARENA_NEW(&arena, struct csv_rows);
	csv_rows_init(rows, ARENA_NEW(&arena, struct csv_marks));
	buffer_clear(out);
	do {
		struct str window;

		end = file.len - end > chunk ? end + chunk : file.len;
		window = str_drop(str_take(file, end), used);
		used += csv_judge_window(
		    rows, window, end == file.len, cells, &scratch, out);
	} while (end < file.len);
	csv_cells_free(cells);
	arena_destroy(&arena);
	arena_destroy(&scratch);
}

/* ---- libcsv as the judge ---- */

struct csv_judge {
	struct csv_parser parser;
	struct buffer row;
	size_t cells;
	bool over;
	bool ended;
};

static inline int
csv_judge_no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static inline void
csv_judge_cell(void *text, size_t len, void *ctx)
{
	struct csv_judge *judge = ctx;

	/* Of longer rows csv_rows knows only how many columns there are. */
	if (judge->cells++ < CSV_COLUMNS_MAX)
		csv_judge_put_cell(&judge->row, (struct str){text, len});
}

static inline void
csv_judge_row(int end, void *ctx)
{
	struct csv_judge *judge = ctx;

	judge->over = true;
	judge->ended = end >= 0;
}

static inline uint64_t
csv_judge_lines(struct str s)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < s.len; i++)
		lines += s.ptr[i] == '\n';
	return lines;
}

static inline size_t
csv_judge_line_end(struct str s, size_t from)
{
	while (from < s.len && s.ptr[from] != '\n' && s.ptr[from] != '\r')
		from++;
	return from;
}

/* Where cell number CELL of the row at the begin of S begins. */
static inline size_t
csv_judge_cell_begin(struct str s, size_t cell)
{
	bool inside = false;
	size_t i = 0;

	for (; cell > 0; i++) {
		inside ^= s.ptr[i] == '"';
		cell -= !inside && s.ptr[i] == ',';
	}
	return i;
}

/* Feeds one row of S, line by line; answers the bytes taken, *BAD is the
 * sentence of a fault in the cell that was being read. */
static inline size_t
csv_judge_one(struct csv_judge *judge, struct str s, const char **bad)
{
	size_t at = 0;

	judge->over = false;
	judge->cells = 0;
	buffer_clear(&judge->row);
	*bad = NULL;
	while (at < s.len && !judge->over) {
		size_t end = csv_judge_line_end(s, at);
		size_t len = (end < s.len ? end + 1 : end) - at;
		size_t took = csv_parse(&judge->parser, s.ptr + at, len,
		    csv_judge_cell, csv_judge_row, judge);

		if (took < len) {
			*bad = s.ptr[at + took] == '"'
			    ? "a quote inside an unquoted cell in column %zu"
			    : "text after a closing quote in column %zu";
			return at;
		}
		at += len;
	}
	if (!judge->over &&
	    csv_fini(&judge->parser, csv_judge_cell, csv_judge_row, judge) != 0)
		*bad = "a quoted cell in column %zu, still open at the end of "
		       "the file";
	return at;
}

static inline void
csv_judge_init(struct csv_judge *judge)
{
	csv_init(&judge->parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_space_func(&judge->parser, csv_judge_no_space);
}

static inline void
csv_judge_put_fault(struct buffer *out, const char *bad, size_t column,
    uint64_t line, bool ended)
{
	char what[240];
	const char *number = strstr(bad, "%zu");

	snprintf(what, sizeof(what), "%.*s%zu%s", (int)(number - bad), bad,
	    column, number + 3);
	csv_judge_fault(out, line, ended, what);
}

static inline void
csv_judge(struct str s, struct buffer *out)
{
	struct csv_judge judge = {.row = BUFFER_EMPTY};
	uint64_t line = 1;

	csv_judge_init(&judge);
	buffer_clear(out);
	while (s.len) {
		const char *bad;
		size_t took;

		if (*s.ptr == '\n' || *s.ptr == '\r') {
			line += *s.ptr == '\n';
			s = str_drop(s, 1);
			continue;
		}
		if (str_starts(s, STR("\xef\xbb\xbf"))) {
			s = str_drop(s, 3);
			continue;
		}
		took = csv_judge_one(&judge, s, &bad);
		if (bad) {
			size_t begin = csv_judge_cell_begin(s, judge.cells);
			size_t end = csv_judge_line_end(s, begin);

			csv_judge_put_fault(out, bad, judge.cells + 1,
			    line + csv_judge_lines(str_take(s, begin)),
			    end < s.len);
			csv_free(&judge.parser);
			csv_judge_init(&judge);
			took = end < s.len ? end + 1 : end;
		} else {
			csv_judge_row_begin(out, line, judge.ended);
			buffer_puts(out, buffer_str(&judge.row));
			buffer_putc(out, '\n');
		}
		line += csv_judge_lines(str_take(s, took));
		s = str_drop(s, took);
	}
	csv_free(&judge.parser);
	buffer_destroy(&judge.row);
}

#endif

/* SPDX-License-Identifier: MIT */
/* Rows of CSV text in a window that moves over a file. */
#include "mtrack/csv_rows.h"

#include "mtrack/bytes.h"
#include "mtrack/reader.h"

_Static_assert(RECORD_LIMIT % CSV_STEP == 0, "a row is cut between two steps");
_Static_assert(RECORD_LIMIT <= UINT32_MAX, "commas are noted in 32 bits");

/* How it is said: before and behind "in column N". */
static const struct {
	const char *what;
	const char *more;
} sentences[] = {
    [CSV_BARE_QUOTE] = {"a quote inside an unquoted cell", ""},
    [CSV_AFTER_QUOTE] = {"text after a closing quote", ""},
    [CSV_CELL_LIMIT] = {"a quoted cell", ", still open after 256 KiB"},
    [CSV_CELL_OPEN] = {"a quoted cell", ", still open at the end of the file"},
    [CSV_RECORD_LIMIT] = {"a row of more than 16 MiB, cut off", ""},
};

static uint64_t
count_lines(struct str s)
{
	uint64_t lines = 0;
	size_t at;

	while ((at = str_find_char(s, '\n')) != SIZE_MAX) {
		lines++;
		s = str_drop(s, at + 1);
	}
	return lines;
}

/* The bytes behind the last whole step: when the window ends before the row
 * does, they are looked at again next time. */
static bool
look_at_tail(struct csv_rows *rows, struct str tail, bool last)
{
	struct csv_scan before = rows->scan;
	struct csv_scan *s = &rows->scan;
	char padded[CSV_STEP] = {0};

	memcpy(padded, tail.ptr, tail.len);
	if (bytes_csv_steps(s, rows->commas,
		(struct str){padded, sizeof(padded)},
		((uint64_t)1 << tail.len) - 1))
		return true;
	if (!last) {
		*s = before;
		return false;
	}
	s->at = before.at + tail.len;
	if (s->quotes.inside)
		s->trouble = CSV_CELL_OPEN;
	return true;
}

/* BYTES begin with the row; true when it was looked at up to its end or to its
 * trouble. */
static bool
look_through(struct csv_rows *rows, struct str bytes, bool last)
{
	struct csv_scan *s = &rows->scan;

	bytes = str_take(bytes, RECORD_LIMIT);
	while (s->at < RECORD_LIMIT) {
		if (s->quotes.inside && s->at - s->cell > CELL_LIMIT + 1) {
			s->trouble = CSV_CELL_LIMIT;
			return true;
		}
		if (bytes.len - s->at < CSV_STEP)
			return look_at_tail(rows, str_drop(bytes, s->at), last);
		if (bytes_csv_steps(
			s, rows->commas, str_drop(bytes, s->at), UINT64_MAX))
			return true;
	}
	s->trouble = CSV_RECORD_LIMIT;
	return true;
}

/* Steps find a cell that stays open too long, but not one that closes less
 * than a step behind the limit. */
static void
find_long_cell(struct csv_rows *rows, struct str bytes)
{
	struct csv_scan *s = &rows->scan;
	size_t begin = 0;

	for (size_t i = 0; i <= s->commas && i < CSV_COLUMNS_MAX; i++) {
		size_t end = i < s->commas ? rows->commas[i] : s->at;

		if (end - begin > CELL_LIMIT + 2 && bytes.ptr[begin] == '"') {
			s->trouble = CSV_CELL_LIMIT;
			s->commas = i;
			s->cell = begin;
			return;
		}
		begin = end + 1;
	}
}

static void
begin_row(struct csv_rows *rows)
{
	rows->scan = (struct csv_scan){.quotes.opens = 1};
}

static size_t
find_line_end(struct str bytes, size_t from)
{
	const char *end = bytes.ptr + bytes.len;

	return (
	    size_t)(bytes_find2(bytes.ptr + from, end, '\n', '\r') - bytes.ptr);
}

/* Moves *AT behind the line that END of BYTES ends; LINE is that line. */
static void
pass_line_end(struct csv_rows *rows, struct str bytes, size_t end, size_t *at)
{
	rows->skipping = end == bytes.len;
	if (end < bytes.len) {
		rows->line += bytes.ptr[end] == '\n';
		end++;
	}
	*at += end;
}

/* A cell that is at fault may have swallowed good rows: reading goes on at the
 * line after the one where it opened (SPEC 1.6). */
static enum csv_found
give_trouble(struct csv_rows *rows, struct str bytes, bool last, size_t *at,
    struct csv_row *row, struct fault *fault)
{
	struct csv_scan *s = &rows->scan;
	bool endless = s->trouble == CSV_RECORD_LIMIT;
	uint64_t line = rows->line;
	size_t end;

	if (s->seek == 0)
		s->seek = endless ? RECORD_LIMIT : s->cell;
	end = find_line_end(bytes, s->seek);
	if (end == bytes.len && !last && end < RECORD_LIMIT) {
		s->seek = end;
		return CSV_SHORT;
	}
	row->line = line;
	if (!endless)
		row->line += count_lines(str_take(bytes, s->cell));
	row->ended = end < bytes.len || end >= RECORD_LIMIT;
	fault_set(fault, "%s in column %zu%s", sentences[s->trouble].what,
	    s->commas + 1, sentences[s->trouble].more);
	fault->unfinished = !row->ended;
	rows->line += count_lines(str_take(bytes, end));
	pass_line_end(rows, bytes, end, at);
	begin_row(rows);
	return CSV_BAD;
}

static enum csv_found
give_row(
    struct csv_rows *rows, struct str bytes, size_t *at, struct csv_row *row)
{
	const struct csv_scan *s = &rows->scan;

	*row = (struct csv_row){
	    .raw = str_take(bytes, s->at),
	    .commas = rows->commas,
	    .origin = bytes.ptr,
	    .columns = s->commas + 1,
	    .line = rows->line,
	    .quoted = s->quoted,
	    .ended = s->at < bytes.len,
	};
	if (s->quoted)
		rows->line += count_lines(row->raw);
	pass_line_end(rows, bytes, s->at, at);
	rows->skipping = false;
	begin_row(rows);
	return CSV_ROW;
}

/* False when the window is used up. */
static bool
skip_rest_of_line(struct csv_rows *rows, struct str window, size_t *at)
{
	struct str bytes = str_drop(window, *at);

	if (rows->skipping)
		pass_line_end(rows, bytes, find_line_end(bytes, 0), at);
	return !rows->skipping;
}

/* Blank lines, and byte order marks: a concatenated file may bring one. False
 * when no row begins in the window, as far as can be told. */
static bool
skip_blank(struct csv_rows *rows, struct str window, bool last, size_t *at)
{
	static const char mark[] = "\xef\xbb\xbf";

	while (*at < window.len) {
		const char *p = window.ptr + *at;
		size_t left = window.len - *at;
		size_t most = left < 3 ? left : 3;

		if (*p == '\n' || *p == '\r') {
			rows->line += *p == '\n';
			*at += 1;
		} else if (*p != mark[0] || memcmp(p, mark, most) != 0) {
			return true;
		} else if (left < 3) {
			return last;
		} else {
			*at += 3;
		}
	}
	return false;
}

/* Looks through the bytes at *AT, unless they hold no whole row or one that is
 * at fault first. */
static bool
mark_rows(struct csv_rows *rows, struct str bytes)
{
	if (rows->marked == bytes.ptr)
		return false;
	bytes = str_take(bytes, CSV_MARKS_BYTES);
	bytes_csv_marks(bytes.ptr, bytes.len, rows->marks);
	rows->marked = bytes.ptr;
	rows->next = 0;
	return rows->marks->rows > 0;
}

/* Where row NUMBER of those that were found together begins. */
static inline const char *
marked_begin(const struct csv_rows *rows, size_t number)
{
	const struct csv_marks *marks = rows->marks;

	return number
	    ? rows->marked + marks->places[marks->ends[number - 1]] + 1
	    : rows->marked;
}

/* The row at *AT, if it is among those that were found together. */
static bool
give_marked(
    struct csv_rows *rows, struct str window, size_t *at, struct csv_row *row)
{
	const struct csv_marks *marks = rows->marks;
	struct str bytes = str_drop(window, *at);
	size_t first;
	size_t i;

	while (rows->marked && rows->next < marks->rows &&
	    marked_begin(rows, rows->next) < bytes.ptr)
		rows->next++;
	if ((!rows->marked || rows->next == marks->rows) &&
	    !mark_rows(rows, bytes))
		return false;
	i = rows->next;
	if (marked_begin(rows, i) != bytes.ptr)
		return false;
	rows->next++;
	first = i ? marks->ends[i - 1] + 1 : 0;
	row->raw.ptr = bytes.ptr;
	row->raw.len =
	    (size_t)(rows->marked + marks->places[marks->ends[i]] - bytes.ptr);
	row->commas = marks->places + first;
	row->origin = rows->marked;
	row->columns = marks->ends[i] - first + 1;
	row->line = rows->line;
	row->quoted = marks->quotes[i] != (i ? marks->quotes[i - 1] : 0);
	row->ended = true;
	if (row->quoted && marks->folded)
		rows->line += count_lines(row->raw);
	rows->line += bytes.ptr[row->raw.len] == '\n';
	*at += row->raw.len + 1;
	return true;
}

void
csv_rows_init(struct csv_rows *rows, struct csv_marks *marks)
{
	rows->marks = marks;
	rows->marked = NULL;
	rows->next = 0;
	rows->line = 1;
	rows->skipping = false;
	begin_row(rows);
}

enum csv_found
csv_rows_next(struct csv_rows *rows, struct str window, bool last, size_t *at,
    struct csv_row *row, struct fault *fault)
{
	struct csv_scan *s = &rows->scan;
	struct str bytes;

	if (!skip_rest_of_line(rows, window, at) ||
	    !skip_blank(rows, window, last, at))
		return CSV_SHORT;
	if (rows->marks && csv_rows_between(rows) &&
	    give_marked(rows, window, at, row))
		return CSV_ROW;
	bytes = str_drop(window, *at);
	if (!s->trouble) {
		if (!look_through(rows, bytes, last))
			return CSV_SHORT;
		if (s->quoted && s->at > CELL_LIMIT)
			find_long_cell(rows, bytes);
	}
	if (s->trouble)
		return give_trouble(rows, bytes, last, at, row, fault);
	return give_row(rows, bytes, at, row);
}

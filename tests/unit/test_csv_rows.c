/* SPDX-License-Identifier: MIT */
/* csv_rows and csv_cell held against libcsv itself, row by row, faults
 * included, in windows of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

#include "mtrack/buffer.h"
#include "mtrack/bytes.h"
#include "mtrack/csv_cell.h"
#include "mtrack/csv_rows.h"
#include "mtrack/reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what was found, written down ---- */

static void
put_visible(struct buffer *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\n')
			buffer_puts(out, STR("\\n"));
		else if (s.ptr[i] == '\r')
			buffer_puts(out, STR("\\r"));
		else
			buffer_putc(out, s.ptr[i]);
}

static void
put_fault(struct buffer *out, uint64_t line, bool ended, const char *what)
{
	buffer_printf(
	    out, "%ju%s ! %s\n", (uintmax_t)line, ended ? "" : "~", what);
}

static void
put_row_begin(struct buffer *out, uint64_t line, bool ended)
{
	buffer_printf(out, "%ju%s", (uintmax_t)line, ended ? "" : "~");
}

static void
put_cell(struct buffer *out, struct str cell)
{
	buffer_putc(out, '|');
	put_visible(out, cell);
}

/* ---- the unit under test, fed in windows that grow by CHUNK bytes ---- */

static void
put_row(struct buffer *out, const struct csv_row *row, struct csv_cells *cells,
    struct arena *arena)
{
	put_row_begin(out, row->line, row->ended);
	for (size_t i = 0; i < row->columns && i < CSV_COLUMNS_MAX; i++) {
		struct str text;

		assert_true(
		    csv_cell_text(cells, csv_row_cell(row, i), arena, &text));
		put_cell(out, text);
	}
	buffer_putc(out, '\n');
	assert_int_equal(row->quoted, str_find_char(row->raw, '"') != SIZE_MAX);
	arena_reset(arena);
}

/* Every window is a block of its own, so that a sanitizer sees each byte that
 * is read beyond it. */
static size_t
rows_of_window(struct csv_rows *rows, struct str bytes, bool last,
    struct csv_cells *cells, struct arena *arena, struct buffer *out)
{
	char *copy = malloc(bytes.len ? bytes.len : 1);
	struct str window = {memcpy(copy, bytes.ptr, bytes.len), bytes.len};
	enum csv_found found;
	struct csv_row row;
	struct fault fault;
	size_t at = 0;

	while ((found = csv_rows_next(rows, window, last, &at, &row, &fault)) !=
	    CSV_SHORT) {
		if (found == CSV_ROW)
			put_row(out, &row, cells, arena);
		else
			put_fault(out, row.line, row.ended, fault.what);
	}
	assert_true(at <= window.len);
	free(copy);
	return at;
}

static void
rows_of(struct str file, size_t chunk, struct buffer *out)
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
	csv_rows_init(rows);
	buffer_clear(out);
	do {
		struct str window;

		end = file.len - end > chunk ? end + chunk : file.len;
		window = str_drop(str_take(file, end), used);
		used += rows_of_window(
		    rows, window, end == file.len, cells, &scratch, out);
	} while (end < file.len);
	csv_cells_free(cells);
	arena_destroy(&arena);
	arena_destroy(&scratch);
}

/* ---- libcsv as the judge ---- */

struct judge {
	struct csv_parser parser;
	struct buffer row;
	size_t cells;
	bool over;
	bool ended;
};

static int
never_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
judge_cell(void *text, size_t len, void *ctx)
{
	struct judge *judge = ctx;

	put_cell(&judge->row, (struct str){text, len});
	judge->cells++;
}

static void
judge_row(int end, void *ctx)
{
	struct judge *judge = ctx;

	judge->over = true;
	judge->ended = end >= 0;
}

static uint64_t
lines_in(struct str s)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < s.len; i++)
		lines += s.ptr[i] == '\n';
	return lines;
}

static size_t
line_end(struct str s, size_t from)
{
	while (from < s.len && s.ptr[from] != '\n' && s.ptr[from] != '\r')
		from++;
	return from;
}

/* Where cell number CELL of the row at the begin of S begins. */
static size_t
cell_begin(struct str s, size_t cell)
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
static size_t
judge_one(struct judge *judge, struct str s, const char **bad)
{
	size_t at = 0;

	judge->over = false;
	judge->cells = 0;
	buffer_clear(&judge->row);
	*bad = NULL;
	while (at < s.len && !judge->over) {
		size_t end = line_end(s, at);
		size_t len = (end < s.len ? end + 1 : end) - at;
		size_t took = csv_parse(&judge->parser, s.ptr + at, len,
		    judge_cell, judge_row, judge);

		if (took < len) {
			*bad = s.ptr[at + took] == '"'
			    ? "a quote inside an unquoted cell in column %zu"
			    : "text after a closing quote in column %zu";
			return at;
		}
		at += len;
	}
	if (!judge->over &&
	    csv_fini(&judge->parser, judge_cell, judge_row, judge) != 0)
		*bad = "a quoted cell in column %zu, still open at the end of "
		       "the file";
	return at;
}

static void
judge_init(struct judge *judge)
{
	csv_init(&judge->parser, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_space_func(&judge->parser, never_space);
}

static void
put_judged_fault(struct buffer *out, const char *bad, size_t column,
    uint64_t line, bool ended)
{
	char what[240];
	const char *number = strstr(bad, "%zu");

	snprintf(what, sizeof(what), "%.*s%zu%s", (int)(number - bad), bad,
	    column, number + 3);
	put_fault(out, line, ended, what);
}

static void
judge(struct str s, struct buffer *out)
{
	struct judge judge = {.row = BUFFER_EMPTY};
	uint64_t line = 1;

	judge_init(&judge);
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
		took = judge_one(&judge, s, &bad);
		if (bad) {
			size_t begin = cell_begin(s, judge.cells);
			size_t end = line_end(s, begin);

			put_judged_fault(out, bad, judge.cells + 1,
			    line + lines_in(str_take(s, begin)), end < s.len);
			csv_free(&judge.parser);
			judge_init(&judge);
			took = end < s.len ? end + 1 : end;
		} else {
			put_row_begin(out, line, judge.ended);
			buffer_puts(out, buffer_str(&judge.row));
			buffer_putc(out, '\n');
		}
		line += lines_in(str_take(s, took));
		s = str_drop(s, took);
	}
	csv_free(&judge.parser);
	buffer_destroy(&judge.row);
}

/* ---- tests ---- */

static const size_t chunks[] = {1, 2, 7, 37, 64, 65536};

static void
assert_same(
    struct str file, size_t chunk, struct buffer *found, struct buffer *right)
{
	if (str_eq(buffer_str(found), buffer_str(right)))
		return;
	fail_msg("in windows that grow by %zu:\n%.*s\nfound\n%.*s\nbut\n%.*s",
	    chunk, STR_ARG(file), STR_ARG(buffer_str(found)),
	    STR_ARG(buffer_str(right)));
}

struct example {
	const char *file;
	const char *found;
};

/* clang-format off */
static const struct example examples[] = {
	{"", ""},
	{"\n\r\n\r", ""},
	{"a", "1~|a\n"},
	{"a,b\nc,d\n", "1|a|b\n2|c|d\n"},
	{"a,b\r\nc,d\r\n", "1|a|b\n2|c|d\n"},
	{"a,b\rc,d\r", "1|a|b\n1|c|d\n"},
	{"a\n\n\nb\n", "1|a\n4|b\n"},
	{",\n,,", "1||\n2~|||\n"},
	{" a , b \n", "1| a | b \n"},
	{" \n", "1| \n"},
	{"\xef\xbb\xbf" "a\n", "1|a\n"},
	{"a\n\xef\xbb\xbf" "a\n", "1|a\n2|a\n"},
	{"\xef\xbb\xbf\n", ""},
	{"\xef\xbb", "1~|\xef\xbb\n"},
	{"\xef\xbb" "a\n", "1|\xef\xbb" "a\n"},
	{"\"a\",\"b,c\"\n", "1|a|b,c\n"},
	{"\"a\"", "1~|a\n"},
	{"\"\"\n\"\",\n", "1|\n2||\n"},
	{"\"a\"\"b\"\n", "1|a\"b\n"},
	{"\"\"\"\"\n", "1|\"\n"},
	{"\"\"\"a\"\"\",\"\"\"\"\"\"\n", "1|\"a\"|\"\"\n"},
	{"\"a\nb\r\nc\rd\",e\nf\n", "1|a\\nb\\r\\nc\\rd|e\n4|f\n"},
	/* faults: told where the cell opened, read on at the line after that */
	{"a\"b\nc\n", "1 ! a quote inside an unquoted cell in column 1\n2|c\n"},
	{"a,b\"\"\nc\n", "1 ! a quote inside an unquoted cell in column 2\n2|c\n"},
	{" \"a\"\nc\n", "1 ! a quote inside an unquoted cell in column 1\n2|c\n"},
	{"a,\"b\"c\nd\n", "1 ! text after a closing quote in column 2\n2|d\n"},
	{"\"b\" \nd\n", "1 ! text after a closing quote in column 1\n2|d\n"},
	{"a,\"b\nc,d\ne,\"f\"\n",
	    "1 ! text after a closing quote in column 2\n2|c|d\n3|e|f\n"},
	{"\"x\ny\",\"a\nb\"c\nd\n",
	    "2 ! text after a closing quote in column 2\n"
	    "3 ! a quote inside an unquoted cell in column 1\n4|d\n"},
	{"a,\"b\nc\n",
	    "1 ! a quoted cell in column 2, still open at the end of the file\n2|c\n"},
	{"a\nb,\"c",
	    "1|a\n2~ ! a quoted cell in column 2, still open at the end of the file\n"},
	{"a\nb\"c", "1|a\n2~ ! a quote inside an unquoted cell in column 1\n"},
	{"a\"b\rc\n", "1 ! a quote inside an unquoted cell in column 1\n1|c\n"},
};
/* clang-format on */

static void
finds_rows_and_faults_in_windows_of_every_size(void **state)
{
	struct buffer found = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++)
		for (size_t c = 0; c < COUNT(chunks); c++) {
			struct str file = str_from(examples[i].file);
			struct str right = str_from(examples[i].found);

			rows_of(file, chunks[c], &found);
			if (!str_eq(buffer_str(&found), right))
				fail_msg("%s\nin chunks of %zu: %.*s",
				    examples[i].file, chunks[c],
				    STR_ARG(buffer_str(&found)));
		}
	buffer_destroy(&found);
}

static void
agrees_with_libcsv_on_every_example(void **state)
{
	struct buffer found = BUFFER_EMPTY;
	struct buffer right = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++) {
		struct str file = str_from(examples[i].file);

		rows_of(file, 65536, &found);
		judge(file, &right);
		assert_same(file, 65536, &found, &right);
	}
	buffer_destroy(&found);
	buffer_destroy(&right);
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Pieces of which random files are made: well-formed cells are frequent
 * enough for long rows to come about, damage for every state to meet it. */
static const char *const pieces[] = {",", ",", ",", ",", "\n", "\n", "\r\n",
    "\r", "\"\"", "\"", "\"a\"", "\"b,c\"", "\"d\"\"e\"", "\"\"\"f\"",
    "\"g\nh\"", "\"i\r\n\"", "jklmnopqrstuvwxyz", "0123456789", " ", "x",
    "\xef\xbb\xbf", "\xc3\xa4",
    "a cell of more than one step of sixty-four bytes, without any mark"};

/* How many of the pieces a kind of file is made of: with fewer kinds rows are
 * longer. */
static void
make_file(uint64_t *seed, struct buffer *file)
{
	size_t count = next_random(seed) % 120;
	uint64_t damage = next_random(seed) % 4;

	buffer_clear(file);
	while (count-- > 0) {
		size_t i = next_random(seed) % COUNT(pieces);
		struct str piece = str_from(pieces[i]);

		/* Without much damage most quoted cells stand alone. */
		if (piece.ptr[0] == '"' && next_random(seed) % 4 >= damage) {
			if (piece.len < 3)
				continue;
			buffer_putc(file, ',');
			buffer_puts(file, piece);
			piece = STR(",");
		}
		buffer_puts(file, piece);
	}
}

static void
agrees_with_libcsv_on_random_files(void **state)
{
	struct buffer file = BUFFER_EMPTY;
	struct buffer found = BUFFER_EMPTY;
	struct buffer right = BUFFER_EMPTY;
	uint64_t seed = 20261003;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		size_t chunk = chunks[round % COUNT(chunks)];

		make_file(&seed, &file);
		rows_of(buffer_str(&file), chunk, &found);
		judge(buffer_str(&file), &right);
		assert_same(buffer_str(&file), chunk, &found, &right);
	}
	buffer_destroy(&file);
	buffer_destroy(&found);
	buffer_destroy(&right);
}

static void
every_way_of_looking_finds_the_same_marks(void **state)
{
	static const char signs[] = "\",\n\r\0ax";
	uint64_t seed = 20261007;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct bytes_csv is, right = {0, 0, 0};
		const struct bytes_way *way;
		char text[64];

		for (unsigned i = 0; i < 64; i++) {
			char c = signs[next_random(&seed) % 7];

			text[i] = c;
			right.quote |= (uint64_t)(c == '"') << i;
			right.comma |= (uint64_t)(c == ',') << i;
			right.end |= (uint64_t)(c == '\n' || c == '\r') << i;
		}
		bytes_csv_masks(text, &is);
		assert_memory_equal(&is, &right, sizeof(is));
		for (size_t i = 0; (way = bytes_way(i)); i++) {
			way->csv_masks(text, &is);
			if (memcmp(&is, &right, sizeof(is)))
				fail_msg("%s", way->name);
		}
	}
}

static void
put_many(struct buffer *out, char c, size_t count)
{
	buffer_reserve(out, count);
	memset(out->ptr + out->len, c, count);
	out->len += count;
}

/* What rows_of says of PREFIX, LEN bytes `x`, SUFFIX, with runs of x cut. */
static void
assert_found(const char *prefix, size_t len, const char *suffix, size_t chunk,
    const char *right)
{
	struct buffer file = BUFFER_EMPTY;
	struct buffer found = BUFFER_EMPTY;
	struct buffer cut = BUFFER_EMPTY;

	buffer_puts(&file, str_from(prefix));
	put_many(&file, 'x', len);
	buffer_puts(&file, str_from(suffix));
	rows_of(buffer_str(&file), chunk, &found);
	for (size_t i = 0; i < found.len; i++)
		if (i < 2 || memcmp(found.ptr + i - 2, "xxx", 3) != 0)
			buffer_putc(&cut, found.ptr[i]);
	if (!str_eq(buffer_str(&cut), str_from(right)))
		fail_msg("%s, %zu times x, %s: %.*s", prefix, len, suffix,
		    STR_ARG(buffer_str(&cut)));
	buffer_destroy(&file);
	buffer_destroy(&found);
	buffer_destroy(&cut);
}

#define OPEN_CELL " ! a quoted cell in column 2, still open after 256 KiB\n"

static void
a_quoted_cell_may_have_256_kib_and_no_more(void **state)
{
	static const size_t odd[] = {65536, 99991};

	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++) {
		assert_found("a\nb,\"", CELL_LIMIT, "\"\nc\n", odd[i],
		    "1|a\n2|b|xx\n3|c\n");
		assert_found("a\nb,\"", CELL_LIMIT + 1, "\"\nc\n", odd[i],
		    "1|a\n2" OPEN_CELL "3|c\n");
		assert_found("a\nb,\"", CELL_LIMIT + 1, "\"z\nc\n", odd[i],
		    "1|a\n2" OPEN_CELL "3|c\n");
		assert_found("a\nb,\"y\nc,\n", CELL_LIMIT + 500, "\nd\n",
		    odd[i], "1|a\n2" OPEN_CELL "3|c|\n4|xx\n5|d\n");
		assert_found("a\nb,\"", CELL_LIMIT + 500, "", odd[i],
		    "1|a\n2~" OPEN_CELL);
		assert_found("a\nb,", CELL_LIMIT + 500, "\nc\n", odd[i],
		    "1|a\n2|b|xx\n3|c\n");
	}
}

#define LONG_ROW " ! a row of more than 16 MiB, cut off in column 2\n"

static void
a_row_may_have_16_mib_and_no_more(void **state)
{
	(void)state;
	assert_found(
	    "b,", RECORD_LIMIT - 3, "\nc\n", RECORD_LIMIT / 4, "1|b|xx\n2|c\n");
	assert_found("b,", RECORD_LIMIT - 2, "\nc\n", RECORD_LIMIT / 4,
	    "1" LONG_ROW "2|c\n");
	assert_found("b,", RECORD_LIMIT + 4096, "\nc\n", RECORD_LIMIT / 3,
	    "1" LONG_ROW "2|c\n");
	assert_found(
	    "b,", RECORD_LIMIT + 4096, "", RECORD_LIMIT / 4, "1" LONG_ROW);
}

/* A window never has to be larger than RECORD_LIMIT. */
static void
a_window_of_the_record_limit_is_always_enough(void **state)
{
	static const char *const begins[] = {"b,", "\"\n\",", "\"a\"\"\n\","};

	(void)state;
	for (size_t i = 0; i < COUNT(begins); i++) {
		struct buffer window = BUFFER_EMPTY;
		struct csv_rows *rows = malloc(sizeof(*rows));
		struct csv_row row;
		struct fault fault;
		size_t at = 0;

		buffer_puts(&window, str_from(begins[i]));
		put_many(&window, 'x', RECORD_LIMIT - window.len);
		csv_rows_init(rows);
		assert_int_equal(csv_rows_next(rows, buffer_str(&window), false,
				     &at, &row, &fault),
		    CSV_BAD);
		assert_int_equal(at, window.len);
		free(rows);
		buffer_destroy(&window);
	}
}

static void
counts_the_columns_of_a_row_that_has_too_many(void **state)
{
	struct csv_rows *rows = malloc(sizeof(*rows));
	struct buffer window = BUFFER_EMPTY;
	struct csv_row row;
	struct fault fault;
	size_t at = 0;

	(void)state;
	put_many(&window, ',', 5000);
	buffer_putc(&window, '\n');
	csv_rows_init(rows);
	assert_int_equal(
	    csv_rows_next(rows, buffer_str(&window), false, &at, &row, &fault),
	    CSV_ROW);
	assert_int_equal(row.columns, 5001);
	assert_int_equal(csv_row_cell(&row, CSV_COLUMNS_MAX - 1).len, 0);
	free(rows);
	buffer_destroy(&window);
}

static void
refuses_to_unquote_what_is_not_one_cell(void **state)
{
	static const char *const bad[] = {
	    "\"a", "a\"b", "\"a\"b", "\"a\",b", "\"a\"\nb"};
	struct arena arena;
	struct csv_cells *cells;
	struct str text;

	(void)state;
	arena_init(&arena);
	cells = csv_cells_new(&arena);
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (csv_cell_text(cells, str_from(bad[i]), &arena, &text))
			fail_msg("%s was taken", bad[i]);
		assert_true(
		    csv_cell_text(cells, STR("\"a\"\"\""), &arena, &text));
		assert_true(str_eq(text, STR("a\"")));
	}
	csv_cells_free(cells);
	arena_destroy(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_rows_and_faults_in_windows_of_every_size),
	    cmocka_unit_test(agrees_with_libcsv_on_every_example),
	    cmocka_unit_test(agrees_with_libcsv_on_random_files),
	    cmocka_unit_test(every_way_of_looking_finds_the_same_marks),
	    cmocka_unit_test(a_quoted_cell_may_have_256_kib_and_no_more),
	    cmocka_unit_test(a_row_may_have_16_mib_and_no_more),
	    cmocka_unit_test(a_window_of_the_record_limit_is_always_enough),
	    cmocka_unit_test(counts_the_columns_of_a_row_that_has_too_many),
	    cmocka_unit_test(refuses_to_unquote_what_is_not_one_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

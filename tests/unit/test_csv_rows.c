/* SPDX-License-Identifier: MIT */
/* csv_rows and csv_cell held against libcsv itself, row by row, faults
 * included, in windows of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "csv_judge.h"
#include "mtrack/bytes.h"
#include "mtrack/reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

			csv_judge_found(file, chunks[c], &found);
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

		csv_judge_found(file, 65536, &found);
		csv_judge(file, &right);
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
		csv_judge_found(buffer_str(&file), chunk, &found);
		csv_judge(buffer_str(&file), &right);
		assert_same(buffer_str(&file), chunk, &found, &right);
	}
	buffer_destroy(&file);
	buffer_destroy(&found);
	buffer_destroy(&right);
}

/* A row looked through by WAY in steps of at most LEN bytes. */
static void
look(const struct bytes_way *way, struct str text, struct csv_scan *scan,
    uint32_t *commas)
{
	*scan = (struct csv_scan){.quotes.opens = 1};
	memset(commas, 0, CSV_COLUMNS_MAX * sizeof(*commas));
	while (text.len - scan->at >= CSV_STEP &&
	    !way->csv_steps(scan, commas, str_drop(text, scan->at), UINT64_MAX))
		;
}

/* The one in use is held against libcsv above. */
static void
every_way_of_looking_finds_the_same(void **state)
{
	static const char signs[] = "\",\n\r\0ax,,aaaaaaaaaaaaaaaaaaaaaaaa";
	uint64_t seed = 20261007;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		static uint32_t right_commas[CSV_COLUMNS_MAX];
		static uint32_t commas[CSV_COLUMNS_MAX];
		const struct bytes_way *way;
		struct csv_scan right, is;
		char text[8 * CSV_STEP];
		struct str bytes = {text, sizeof(text)};

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = signs[next_random(&seed) % sizeof(signs)];
		look(bytes_way(0), bytes, &right, right_commas);
		for (size_t i = 1; (way = bytes_way(i)); i++) {
			look(way, bytes, &is, commas);
			if (is.at != right.at || is.commas != right.commas ||
			    is.cell != right.cell ||
			    is.quoted != right.quoted ||
			    is.trouble != right.trouble ||
			    memcmp(&is.quotes, &right.quotes,
				sizeof(is.quotes)) != 0 ||
			    memcmp(commas, right_commas, sizeof(commas)) != 0)
				fail_msg("%s, round %d", way->name, round);
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
	csv_judge_found(buffer_str(&file), chunk, &found);
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
		csv_rows_init(rows, NULL);
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
	csv_rows_init(rows, NULL);
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
	    cmocka_unit_test(every_way_of_looking_finds_the_same),
	    cmocka_unit_test(a_quoted_cell_may_have_256_kib_and_no_more),
	    cmocka_unit_test(a_row_may_have_16_mib_and_no_more),
	    cmocka_unit_test(a_window_of_the_record_limit_is_always_enough),
	    cmocka_unit_test(counts_the_columns_of_a_row_that_has_too_many),
	    cmocka_unit_test(refuses_to_unquote_what_is_not_one_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* csv and tsv, byte for byte, and read back by libcsv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <csv.h>

#include "mtrack/writer_csv.h"
#include "written.h"

static const struct column one[] = {COLUMN("subject", FIELD_SUBJECT)};
static const struct column two[] = {
    COLUMN("sender", FIELD_SENDER),
    COLUMN("subject", FIELD_SUBJECT),
};
static const struct writer_plan plain = {.columns = one, .count = 1};
static const struct writer_plan safe = {
    .columns = one, .count = 1, .csv_safe = true};
static const struct writer_plan null_end = {
    .columns = one, .count = 1, .null_end = true};

static const struct row {
	const char *name;
	const struct writer_ops *ops;
	const struct writer_plan *plan;
	struct cell cell;
	struct str text;
} rows[] = {
    /* clang-format off */
    {"bare", &writer_csv, &plain, TEXT("hello world"), STR("hello world\n")},
    {"comma", &writer_csv, &plain, TEXT("a,b"), STR("\"a,b\"\n")},
    {"quotes", &writer_csv, &plain, TEXT("say \"hi\""), STR("\"say \"\"hi\"\"\"\n")},
    {"one quote", &writer_csv, &plain, TEXT("\""), STR("\"\"\"\"\n")},
    {"newline", &writer_csv, &plain, TEXT("a\nb"), STR("\"a\nb\"\n")},
    {"return", &writer_csv, &plain, TEXT("a\rb"), STR("\"a\rb\"\n")},
    {"space before", &writer_csv, &plain, TEXT(" a"), STR("\" a\"\n")},
    {"tab behind", &writer_csv, &plain, TEXT("a\t"), STR("\"a\t\"\n")},
    {"space inside", &writer_csv, &plain, TEXT("a  b\tc"), STR("a  b\tc\n")},
    {"NUL", &writer_csv, &plain, TEXT("a\0b"), STR("a\0b\n")},
    {"no UTF-8", &writer_csv, &plain, TEXT("a\xff\x1b[31m"), STR("a\xff\x1b[31m\n")},
    {"empty alone", &writer_csv, &plain, NOTHING, STR("\"\"\n")},
    {"formula, not safe", &writer_csv, &plain, TEXT("=1+1"), STR("=1+1\n")},
    {"equals", &writer_csv, &safe, TEXT("=1+1"), STR("'=1+1\n")},
    {"plus", &writer_csv, &safe, TEXT("+49 30"), STR("'+49 30\n")},
    {"minus", &writer_csv, &safe, TEXT("-1"), STR("'-1\n")},
    {"at", &writer_csv, &safe, TEXT("@SUM(A1)"), STR("'@SUM(A1)\n")},
    {"tab", &writer_csv, &safe, TEXT("\t=1"), STR("\"'\t=1\"\n")},
    {"CR", &writer_csv, &safe, TEXT("\r=1"), STR("\"'\r=1\"\n")},
    {"quoted formula", &writer_csv, &safe, TEXT("=A(\"x\",1)"), STR("\"'=A(\"\"x\"\",1)\"\n")},
    {"quote first", &writer_csv, &safe, TEXT("\"=1"), STR("\"\"\"=1\"\n")},
    {"no formula", &writer_csv, &safe, TEXT("a=1"), STR("a=1\n")},
    {"safe and empty", &writer_csv, &safe, NOTHING, STR("\"\"\n")},
    {"safe number", &writer_csv, &safe, NUMBER("12"), STR("12\n")},
    {"tsv bare", &writer_tsv, &plain, TEXT("a, \"b\" "), STR("a, \"b\" \n")},
    {"tsv escapes", &writer_tsv, &plain, TEXT("\ta\nb\rc\\n"), STR("\\ta\\nb\\rc\\\\n\n")},
    {"tsv empty", &writer_tsv, &plain, NOTHING, STR("\n")},
    {"tsv NUL", &writer_tsv, &plain, TEXT("a\0b"), STR("a\0b\n")},
    {"tsv -0", &writer_tsv, &null_end, TEXT("a\nb"), STR("a\\nb\0")},
    {"tsv -0 NUL", &writer_tsv, &null_end, TEXT("a\0b"), STR("a\\0b\0")},
    /* clang-format on */
};

static void
writes_cells_as_the_table_says(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buffer_clear(&text);
		written(
		    rows[i].ops, rows[i].plan, &rows[i].cell, NULL, 1, &text);
		assert_bytes(rows[i].name, buffer_str(&text), rows[i].text);
	}
	buffer_destroy(&text);
}

static void
prints_the_header_when_asked(void **state)
{
	static const struct cell cells[] = {
	    TEXT("a"), NOTHING, NOTHING, TEXT("b")};
	struct writer_plan plan = {.columns = two, .count = 2, .header = true};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	written(&writer_csv, &plan, cells, NULL, 2, &text);
	assert_bytes("csv", buffer_str(&text), STR("sender,subject\na,\n,b\n"));
	buffer_clear(&text);
	plan.null_end = true;
	written(&writer_tsv, &plan, cells, NULL, 2, &text);
	assert_bytes(
	    "tsv", buffer_str(&text), STR("sender\tsubject\0a\t\0\tb\0"));
	buffer_clear(&text);
	written(&writer_csv, &plan, NULL, NULL, 0, &text);
	assert_bytes("no row", buffer_str(&text), STR("sender,subject\n"));
	buffer_destroy(&text);
}

static void
writes_lists_and_attachments_as_text(void **state)
{
	static const struct str to[] = {{"a@b", 3}, {"c@d", 3}};
	static const struct attachment files[] = {{.name = {"x", 1}}};
	static const struct column columns[] = {
	    COLUMN("headerTo", FIELD_HEADER_TO),
	    COLUMN("attachments", FIELD_ATTACHMENTS),
	};
	static const struct cell cells[] = {
	    {.kind = CELL_LIST, .items = to, .count = 2},
	    {.kind = CELL_ATTACHMENTS, .attachments = files, .count = 1},
	};
	struct writer_plan plan = {.columns = columns, .count = 2};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	written(&writer_csv, &plan, cells, NULL, 1, &text);
	written(&writer_tsv, &plan, cells, NULL, 1, &text);
	assert_bytes("lists", buffer_str(&text),
	    STR("\"a@b, c@d\",\"[{\"\"fileName\"\":\"\"x\"\"}]\"\n"
		"a@b, c@d\t[{\"fileName\":\"x\"}]\n"));
	buffer_destroy(&text);
}

/* The rule in its plainest form, for what is copied many bytes at a time. */
static void
plain_csv(struct str s, struct buffer *text)
{
	bool quote = s.len &&
	    (ascii_is_space((unsigned char)s.ptr[0]) ||
		ascii_is_space((unsigned char)s.ptr[s.len - 1]));

	for (size_t i = 0; i < s.len; i++)
		quote |= memchr(",\"\r\n", s.ptr[i], 4) != NULL;
	if (quote)
		buffer_putc(text, '"');
	for (size_t i = 0; i < s.len; i++) {
		buffer_putc(text, s.ptr[i]);
		if (s.ptr[i] == '"')
			buffer_putc(text, '"');
	}
	buffer_puts(text, quote ? STR("\"\n") : STR("\n"));
}

static void
plain_tsv(struct str s, struct buffer *text)
{
	for (size_t i = 0; i < s.len; i++) {
		const char *at = memchr("\t\n\r\\", s.ptr[i], 4);

		if (at)
			buffer_putc(text, '\\');
		buffer_putc(text,
		    at ? "tnr\\"[strchr("\t\n\r\\", s.ptr[i]) - "\t\n\r\\"]
		       : s.ptr[i]);
	}
	buffer_putc(text, '\n');
}

/* Each mark, and its neighbours in the code, at each place of each length, the
 * text at the very end of its memory. */
static void
finds_every_mark_at_every_place(void **state)
{
	static const char marks[] = ",\"\r\n\t\\ -+!#\f\x0b\x0e\xac\xa2\x8d";
	struct buffer got = BUFFER_EMPTY;
	struct buffer want = BUFFER_EMPTY;

	(void)state;
	for (size_t len = 1; len < 50; len++) {
		char *bytes = test_malloc(len);
		struct cell cells[COUNT(marks)];

		for (size_t at = 0; at < len; at++) {
			for (size_t m = 0; m < COUNT(marks) - 1; m++) {
				memset(bytes, 'x', len);
				bytes[at] = marks[m];
				cells[0] = (struct cell){
				    .kind = CELL_TEXT, .text = {bytes, len}};
				buffer_clear(&got);
				buffer_clear(&want);
				written(
				    &writer_csv, &plain, cells, NULL, 1, &got);
				written(
				    &writer_tsv, &plain, cells, NULL, 1, &got);
				plain_csv(cells[0].text, &want);
				plain_tsv(cells[0].text, &want);
				assert_bytes("mark", buffer_str(&got),
				    buffer_str(&want));
			}
		}
		test_free(bytes);
	}
	buffer_destroy(&got);
	buffer_destroy(&want);
}

#define ROUND_ROWS 2000
#define ROUND_MAX  40

/* What libcsv read: cells one behind the other, their lengths beside. */
struct reread {
	struct buffer bytes;
	size_t lengths[ROUND_ROWS * 2];
	size_t cells;
	size_t rows;
};

static void
reread_cell(void *bytes, size_t len, void *ctx)
{
	struct reread *back = ctx;

	assert_true(back->cells < COUNT(back->lengths));
	back->lengths[back->cells++] = len;
	buffer_put(&back->bytes, bytes, len);
}

static void
reread_row(int end, void *ctx)
{
	struct reread *back = ctx;

	(void)end;
	back->rows++;
}

/* No byte is white space to libcsv: edges must come back as they were. */
static int
never_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void
reread(struct str text, struct reread *back)
{
	struct csv_parser parser;

	assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
	csv_set_space_func(&parser, never_space);
	assert_int_equal(csv_parse(&parser, text.ptr, text.len, reread_cell,
			     reread_row, back),
	    text.len);
	assert_int_equal(csv_fini(&parser, reread_cell, reread_row, back), 0);
	csv_free(&parser);
}

static void
reads_back_with_libcsv(void **state)
{
	static const char alphabet[] = "ab,,\"\"\r\n\t =+-@'\xc3\xa4\xff";
	static char bytes[ROUND_ROWS * 2][ROUND_MAX];
	static struct cell cells[ROUND_ROWS * 2];
	static struct reread back;
	struct writer_plan plan = {.columns = two, .count = 2};
	struct buffer text = BUFFER_EMPTY;
	uint64_t seed = 1;
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(cells); i++) {
		size_t len = chance(&seed, ROUND_MAX);

		for (size_t k = 0; k < len; k++)
			bytes[i][k] = alphabet[chance(&seed, sizeof(alphabet))];
		cells[i] = (struct cell){.kind = len ? CELL_TEXT : CELL_EMPTY,
		    .text = {bytes[i], len}};
	}
	written(&writer_csv, &plan, cells, NULL, ROUND_ROWS, &text);
	reread(buffer_str(&text), &back);
	assert_int_equal(back.rows, ROUND_ROWS);
	assert_int_equal(back.cells, COUNT(cells));
	for (size_t i = 0; i < COUNT(cells); i++) {
		assert_bytes("cell",
		    (struct str){back.bytes.ptr + at, back.lengths[i]},
		    cells[i].text);
		at += back.lengths[i];
	}
	buffer_destroy(&back.bytes);
	buffer_destroy(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_cells_as_the_table_says),
	    cmocka_unit_test(prints_the_header_when_asked),
	    cmocka_unit_test(writes_lists_and_attachments_as_text),
	    cmocka_unit_test(finds_every_mark_at_every_place),
	    cmocka_unit_test(reads_back_with_libcsv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

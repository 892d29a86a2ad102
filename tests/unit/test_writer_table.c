/* SPDX-License-Identifier: MIT */
/* table: byte for byte, and what must hold at every width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/unicode.h"
#include "mtrack/writer_table.h"
#include "written.h"

#define MEMORY (16u << 20)

static const struct column mail[] = {
    COLUMN("timestamp", FIELD_TIMESTAMP),
    COLUMN("sender", FIELD_SENDER),
    {.name = {"size", 4}, .field = FIELD_SIZE, .number = true},
    COLUMN("subject", FIELD_SUBJECT),
};
static const struct column counts[] = {
    COLUMN("day", FIELD_NONE),
    {.name = {"count", 5}, .field = FIELD_NONE, .number = true},
};
static const struct column size_first[] = {
    {.name = {"size", 4}, .field = FIELD_SIZE, .number = true},
    COLUMN("subject", FIELD_SUBJECT),
};

static const struct cell mails[] = {
    /* clang-format off */
    TEXT("2026-10-01T08:15:30Z"), TEXT("a@example.com"), NUMBER("12345"), TEXT("hello  w\n"),
    TEXT("2026-10-01T08:15:31Z"), NOTHING, NUMBER("7"), TEXT("\u4f60\u597d e\u0301 \x1b[2J"),
    TEXT("2026-10-01T08:15:32Z"), TEXT("\u4f60@b"), NOTHING, NOTHING,
    /* clang-format on */
};
static const struct cell days[] = {
    /* clang-format off */
    TEXT("2026-10-01"), NUMBER("80"),
    TEXT("2026-10-02"), NOTHING,
    TEXT("2026-10-03"), NUMBER("0"),
    TEXT("2026-10-04"), NUMBER("1"),
    TEXT("2026-10-05"), NUMBER("25"),
    /* clang-format on */
};
static const struct cell sizes[] = {
    NUMBER("12345"), TEXT("a"), NUMBER("7"), TEXT("b")};

static const struct writer_plan piped = {
    .columns = mail, .count = 4, .header = true, .memory = MEMORY};
static const struct writer_plan headless = {
    .columns = mail, .count = 4, .memory = MEMORY};
static const struct writer_plan at_50 = {
    .columns = mail, .count = 4, .header = true, .memory = MEMORY, .width = 50};
static const struct writer_plan at_20 = {
    .columns = mail, .count = 4, .header = true, .memory = MEMORY, .width = 20};
static const struct writer_plan bars = {.columns = counts,
    .count = 2,
    .header = true,
    .memory = MEMORY,
    .bars = true};
static const struct writer_plan bars_at_37 = {.columns = counts,
    .count = 2,
    .header = true,
    .memory = MEMORY,
    .bars = true,
    .width = 37};
static const struct writer_plan first = {
    .columns = size_first, .count = 2, .header = true, .memory = MEMORY};

static const struct row {
	const char *name;
	const struct writer_plan *plan;
	const struct cell *cells;
	size_t rows;
	const char *text;
} rows[] = {
    /* clang-format off */
    {"piped", &piped, mails, 3,
	"timestamp             sender          size  subject\n"
	"2026-10-01T08:15:30Z  a@example.com  12345  hello w\n"
	"2026-10-01T08:15:31Z  -                  7  \u4f60\u597d e\u0301 \\x1b[2J\n"
	"2026-10-01T08:15:32Z  \u4f60@b               -  -\n"},
    {"no rows", &piped, mails, 0, "timestamp  sender  size  subject\n"},
    {"no header", &headless, mails, 1,
	"2026-10-01T08:15:30Z  a@example.com  12345  hello w\n"},
    {"fitted to 50", &at_50, mails, 3,
	"timestamp             sender      size  subject\n"
	"2026-10-01T08:15:30Z  a@exampl\u2026  12345  hello w\n"
	"2026-10-01T08:15:31Z  -              7  \u4f60\u597d e\u0301 \\x\u2026\n"
	"2026-10-01T08:15:32Z  \u4f60@b           -  -\n"},
    {"least widths at 20", &at_20, mails, 2,
	"timestamp             sender     size  subject\n"
	"2026-10-01T08:15:30Z  a@examp\u2026  12345  hello w\n"
	"2026-10-01T08:15:31Z  -             7  \u4f60\u597d e\u0301 \u2026\n"},
    {"bars, piped", &bars, days, 5,
	"day         count\n"
	"2026-10-01     80  ########################################\n"
	"2026-10-02      -\n"
	"2026-10-03      0\n"
	"2026-10-04      1  #\n"
	"2026-10-05     25  ############\n"},
    {"bars on a terminal", &bars_at_37, days, 5,
	"day         count\n"
	"2026-10-01     80  \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\n"
	"2026-10-02      -\n"
	"2026-10-03      0\n"
	"2026-10-04      1  \u258f\n"
	"2026-10-05     25  \u2588\u2588\u2588\u2588\u2588\u258b\n"},
    {"a number first", &first, sizes, 2,
	"size   subject\n"
	"12345  a\n"
	"7      b\n"},
    /* clang-format on */
};

static void
prints_as_the_table_says(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buffer_clear(&text);
		written(&writer_table, rows[i].plan, rows[i].cells, NULL,
		    rows[i].rows, &text);
		assert_bytes(
		    rows[i].name, buffer_str(&text), str_from(rows[i].text));
	}
	buffer_destroy(&text);
}

static void
paints_rows_without_moving_them(void **state)
{
	const struct record records[2] = {
	    {.present = FIELD_BIT(FIELD_ACTION),
		.text = {[FIELD_ACTION] = STR("Delivered")}},
	    {.present = 0},
	};
	struct writer_plan plan = piped;
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	plan.color = true;
	written(&writer_table, &plan, mails, records, 2, &text);
	assert_bytes("colour", buffer_str(&text),
	    STR("\x1b[1mtimestamp             sender          size  subject"
		"\x1b[0m\n"
		"\x1b[32m2026-10-01T08:15:30Z  a@example.com  12345  hello w"
		"\x1b[0m\n"
		"2026-10-01T08:15:31Z  -                  7  "
		"\u4f60\u597d e\u0301 \\x1b[2J\n"));
	buffer_destroy(&text);
}

/* Widths come from the first rows; what is wider later is printed whole. */
static void
fits_to_the_sample_and_streams_on(void **state)
{
	static const struct cell cells[] = {TEXT("a"), TEXT("b"), TEXT("ccc"),
	    TEXT("d"), TEXT("eeeeeeee"), TEXT("f")};
	static const struct column columns[] = {
	    COLUMN("k", FIELD_SENDER), COLUMN("v", FIELD_SUBJECT)};
	struct writer_plan plan = {.columns = columns,
	    .count = 2,
	    .header = true,
	    .sample = 2,
	    .memory = MEMORY};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	written(&writer_table, &plan, cells, NULL, 3, &text);
	assert_bytes("sample", buffer_str(&text),
	    STR("k    v\na    b\nccc  d\neeeeeeee  f\n"));
	buffer_clear(&text);
	plan.sample = 0;
	written(&writer_table, &plan, cells, NULL, 3, &text);
	assert_bytes("all", buffer_str(&text),
	    STR("k         v\na         b\nccc       d\neeeeeeee  f\n"));
	buffer_clear(&text);
	plan.memory = 1;
	written(&writer_table, &plan, cells, NULL, 3, &text);
	assert_bytes("no memory", buffer_str(&text),
	    STR("k  v\na  b\nccc  d\neeeeeeee  f\n"));
	buffer_destroy(&text);
}

/* A number is never cut: the last column makes up for one that stands out. */
static void
stays_on_the_terminal_when_a_later_number_is_wider(void **state)
{
	static const struct cell cells[] = {
	    /* clang-format off */
	    TEXT("2026-10-01T08:15:30Z"), TEXT("a@b"), NUMBER("7"), TEXT("short"),
	    TEXT("2026-10-01T08:15:31Z"), TEXT("c@d"), NUMBER("123456789"), TEXT("0123456789abcdef"),
	    TEXT("2026-10-01T08:15:31Z"), TEXT("c@d"), NUMBER("12345678901234567890"), TEXT("0123456789abcdef"),
	    /* clang-format on */
	};
	struct writer_plan plan = at_50;
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	plan.sample = 1;
	written(&writer_table, &plan, cells, NULL, 3, &text);
	assert_bytes("number", buffer_str(&text),
	    STR("timestamp             sender  size  subject\n"
		"2026-10-01T08:15:30Z  a@b        7  short\n"
		"2026-10-01T08:15:31Z  c@d     123456789  01234567\u2026\n"
		"2026-10-01T08:15:31Z  c@d     12345678901234567890  "
		"012345\u2026\n"));
	buffer_destroy(&text);
}

#define ROWS 40

/* Cells of every kind of trouble, and their texts. */
struct sample {
	char bytes[ROWS * 4][80];
	struct cell cells[ROWS * 4];
};

static void
make_sample(struct sample *sample, uint64_t *seed)
{
	static const char *const parts[] = {"a", "mail", " ", "  ", "\t",
	    "\u4f60", "\u597d", "e\u0301", "\x1b[31m", "\u202e", "\xff", "-",
	    "@example.com", "\U0001f600", "."};

	for (size_t i = 0; i < ROWS * 4; i++) {
		char *to = sample->bytes[i];
		size_t count = chance(seed, 8);
		struct cell *cell = &sample->cells[i];

		*to = '\0';
		if (i % 4 == 0)
			strcpy(to, "2026-10-01T08:15:30Z");
		else if (i % 4 == 2)
			snprintf(to, 80, "%u", chance(seed, 100000));
		else
			for (size_t k = 0; k < count; k++)
				strcat(to, parts[chance(seed, COUNT(parts))]);
		*cell = (struct cell){.kind = CELL_TEXT, .text = str_from(to)};
		if (!*to)
			cell->kind = CELL_EMPTY;
		else if (i % 4 == 2)
			cell->kind = CELL_NUMBER;
	}
}

/* Columns of LINE on a terminal; nothing in it may be hostile. */
static size_t
line_width(struct str line)
{
	size_t width = 0;

	while (line.len) {
		size_t len;
		uint32_t cp = unicode_decode(line, &len);

		assert_false(cp & UNICODE_INVALID);
		assert_false(unicode_is_hostile(cp));
		width += unicode_width(cp);
		line = str_drop(line, len);
	}
	return width;
}

/* Columns of a line as awk -F'  +' counts them. */
static size_t
awk_fields(struct str line)
{
	size_t fields = 1;

	for (size_t i = 0; i + 1 < line.len; i++)
		if (line.ptr[i] == ' ' && line.ptr[i + 1] == ' ') {
			fields++;
			while (i + 1 < line.len && line.ptr[i + 1] == ' ')
				i++;
		}
	return fields;
}

static void
check_lines(struct str text, size_t width, size_t least)
{
	struct str line;
	size_t lines = 0;

	while (text.len && str_split(&text, '\n', &line)) {
		size_t columns = line_width(line);

		if (width && width >= least && columns > width)
			fail_msg("%zu columns at width %zu: %.*s", columns,
			    width, STR_ARG(line));
		if (line.ptr[line.len - 1] == ' ' || awk_fields(line) != 4)
			fail_msg("at width %zu: %.*s|", width, STR_ARG(line));
		lines++;
	}
	assert_int_equal(lines, ROWS + 1);
}

static void
never_runs_over_the_terminal(void **state)
{
	/* A whole time, number and gaps, and 8 for each text. */
	static const size_t least = 20 + 2 + 8 + 2 + 5 + 2 + 8;
	static struct sample sample;
	struct buffer text = BUFFER_EMPTY;
	struct buffer whole = BUFFER_EMPTY;
	uint64_t seed = 5;

	(void)state;
	make_sample(&sample, &seed);
	written(&writer_table, &piped, sample.cells, NULL, ROWS, &whole);
	check_lines(buffer_str(&whole), 0, 0);
	assert_int_equal(str_find(buffer_str(&whole), STR("\u2026")), SIZE_MAX);
	for (unsigned width = 20; width <= 200; width++) {
		for (size_t count = 0; count <= 5; count += 5) {
			struct writer_plan plan = piped;

			plan.width = width;
			plan.sample = count;
			buffer_clear(&text);
			written(&writer_table, &plan, sample.cells, NULL, ROWS,
			    &text);
			check_lines(buffer_str(&text), width, least);
		}
	}
	buffer_destroy(&text);
	buffer_destroy(&whole);
}

/* Wide enough is as good as no terminal. */
static void
cuts_nothing_that_fits(void **state)
{
	static struct sample sample;
	struct writer_plan plan = piped;
	struct buffer text = BUFFER_EMPTY;
	struct buffer whole = BUFFER_EMPTY;
	uint64_t seed = 9;

	(void)state;
	make_sample(&sample, &seed);
	written(&writer_table, &piped, sample.cells, NULL, ROWS, &whole);
	plan.width = 1000;
	written(&writer_table, &plan, sample.cells, NULL, ROWS, &text);
	assert_bytes("wide", buffer_str(&text), buffer_str(&whole));
	buffer_destroy(&text);
	buffer_destroy(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_as_the_table_says),
	    cmocka_unit_test(paints_rows_without_moving_them),
	    cmocka_unit_test(fits_to_the_sample_and_streams_on),
	    cmocka_unit_test(
		stays_on_the_terminal_when_a_later_number_is_wider),
	    cmocka_unit_test(never_runs_over_the_terminal),
	    cmocka_unit_test(cuts_nothing_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

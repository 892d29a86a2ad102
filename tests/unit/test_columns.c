/* SPDX-License-Identifier: MIT */
/* From a record to cells, and from cells to one text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/columns.h"
#include "written.h"

#define S(literal)                                                             \
	{                                                                      \
		(literal), sizeof(literal) - 1                                 \
	}
#define NOON INT64_C(1790856000000) /* 2026-10-01T12:00:00Z */

static const struct str to[] = {S("a@x.test"), S("b@x.test")};
static const struct str urls[] = {S("http://x.test/"), S("www.y.test")};
static const struct attachment attachments[] = {
    {S("a \"b\".zip"), S("00ff"), S("Deleted"), S("Decrypted")},
    {.name = S("c")},
};

static const struct record full = {
    .present = FIELDSET_PRINTABLE,
    .time = {NOON, NOON + 1001, NOON + 2000},
    .stamp = TIME_NONE,
    .size = UINT64_MAX,
    .text =
	{
	    [FIELD_DIRECTION] = S("in"),
	    [FIELD_TYPE] = S("accepted"),
	    [FIELD_ACTION] = S("Delivered"),
	    [FIELD_REASON] = S("because"),
	    [FIELD_SENDER] = S("<s@One.test>"),
	    [FIELD_RECIPIENT] = S("r@a@two.test"),
	    [FIELD_SUBJECT] = S("hello"),
	},
    .header_to = {to, 2},
    .embedded_urls = {urls, 2},
    .attachments = attachments,
    .attachment_count = 2,
    .origin = {.line = 77},
    .file = S("arc/x.json"),
};

/* Nothing is present: what stands in the record must not be looked at. */
static const struct record bare = {
    .time = {NOON, NOON, NOON},
    .stamp = TIME_NONE,
    .size = 5,
    .text = {[FIELD_REASON] = S("not present")},
    .header_to = {to, 2},
    .attachments = attachments,
    .attachment_count = 2,
};

static const struct record blocked = {
    .present = FIELD_BIT(FIELD_REASON) | FIELD_BIT(FIELD_GEN_TIME),
    .time = {0, NOON, 0},
    .stamp = NOON + 5000,
    .text = {[FIELD_REASON] = S("IP reputation")},
};

static const struct row {
	const struct record *rec;
	enum field field;
	bool action_or_reason;
	enum cell_kind kind;
	const char *text;
} rows[] = {
    {&full, FIELD_TIMESTAMP, false, CELL_TEXT, "2026-10-01T12:00:00Z"},
    {&full, FIELD_GEN_TIME, false, CELL_TEXT, "2026-10-01T12:00:01.001Z"},
    {&full, FIELD_DELIVERY_TIME, false, CELL_TEXT, "2026-10-01T12:00:02Z"},
    {&full, FIELD_DIRECTION, false, CELL_TEXT, "in"},
    {&full, FIELD_ACTION, false, CELL_TEXT, "Delivered"},
    {&full, FIELD_ACTION, true, CELL_TEXT, "Delivered"},
    {&full, FIELD_DETAILS, false, CELL_EMPTY, ""},
    {&full, FIELD_SUBJECT, false, CELL_TEXT, "hello"},
    {&full, FIELD_SIZE, false, CELL_NUMBER, "18446744073709551615"},
    {&full, FIELD_HEADER_TO, false, CELL_LIST, "a@x.test, b@x.test"},
    {&full, FIELD_EMBEDDED_URLS, false, CELL_LIST, "http://x.test/ www.y.test"},
    {&full, FIELD_ATTACHMENTS, false, CELL_ATTACHMENTS,
	"[{\"fileName\":\"a \\\"b\\\".zip\",\"sha256\":\"00ff\","
	"\"status\":\"Deleted\",\"passwordAnalysis\":\"Decrypted\"},"
	"{\"fileName\":\"c\"}]"},
    {&full, FIELD_FILE, false, CELL_TEXT, "arc/x.json"},
    {&full, FIELD_LINE, false, CELL_NUMBER, "77"},
    {&full, FIELD_SENDER_DOMAIN, false, CELL_TEXT, "One.test"},
    {&full, FIELD_RECIPIENT_DOMAIN, false, CELL_TEXT, "two.test"},
    {&bare, FIELD_TIMESTAMP, false, CELL_EMPTY, ""},
    {&bare, FIELD_DELIVERY_TIME, false, CELL_EMPTY, ""},
    {&bare, FIELD_ACTION, true, CELL_EMPTY, ""},
    {&bare, FIELD_SIZE, false, CELL_EMPTY, ""},
    {&bare, FIELD_HEADER_TO, false, CELL_EMPTY, ""},
    {&bare, FIELD_ATTACHMENTS, false, CELL_EMPTY, ""},
    {&bare, FIELD_SENDER_DOMAIN, false, CELL_EMPTY, ""},
    {&bare, FIELD_FILE, false, CELL_EMPTY, ""},
    {&blocked, FIELD_TIMESTAMP, false, CELL_TEXT, "2026-10-01T12:00:05Z"},
    {&blocked, FIELD_ACTION, false, CELL_EMPTY, ""},
    {&blocked, FIELD_ACTION, true, CELL_TEXT, "IP reputation"},
};

static void
gives_each_field_its_cell(void **state)
{
	struct buffer scratch = BUFFER_EMPTY;
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct column column = {STR("name"), rows[i].field, false};
		struct cell cell;
		char name[40];

		snprintf(name, sizeof(name), "row %zu", i);
		columns_fill(&column, 1, rows[i].rec, NULL,
		    rows[i].action_or_reason, &cell, &scratch);
		if (cell.kind != rows[i].kind)
			fail_msg("%s: kind is %d", name, (int)cell.kind);
		assert_bytes(name, columns_text(&column, &cell, &text),
		    str_from(rows[i].text));
	}
	buffer_destroy(&scratch);
	buffer_destroy(&text);
}

/* All times and numbers of a row stand in one buffer, which must not move. */
static void
keeps_all_texts_of_a_row_valid(void **state)
{
	struct column columns[FIELD_ALL + 1] = {0};
	struct cell cells[FIELD_ALL + 1];
	struct buffer scratch = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < FIELD_ALL; i++)
		columns[i].field = i % 2 ? FIELD_LINE : FIELD_GEN_TIME;
	columns[FIELD_ALL].field = FIELD_NONE;
	cells[FIELD_ALL] = (struct cell){.kind = CELL_NUMBER, .text = S("9")};
	columns_fill(
	    columns, FIELD_ALL + 1, &full, NULL, false, cells, &scratch);
	for (size_t i = 0; i < FIELD_ALL; i++)
		assert_bytes("cell", cells[i].text,
		    i % 2 ? STR("77") : STR("2026-10-01T12:00:01.001Z"));
	assert_bytes("no field", cells[FIELD_ALL].text, STR("9"));
	buffer_destroy(&scratch);
}

#define ITEMS_MAX 3

static const struct list_row {
	enum field field;
	const char *items[ITEMS_MAX];
	const char *text;
} lists[] = {
    {FIELD_HEADER_TO, {"a@b"}, "a@b"},
    {FIELD_HEADER_TO, {"a@b", "c@d", "e"}, "a@b, c@d, e"},
    {FIELD_HEADER_TO, {"A <a@b>", "\"B\" <c@d>"}, "A <a@b>, \"B\" <c@d>"},
    {FIELD_HEADER_TO, {"\"Doe, J\" <a@b>"}, "[\"\\\"Doe, J\\\" <a@b>\"]"},
    {FIELD_HEADER_TO, {"a;b", "c"}, "[\"a;b\",\"c\"]"},
    {FIELD_HEADER_TO, {"open \" quote", "c"}, "[\"open \\\" quote\",\"c\"]"},
    {FIELD_HEADER_TO, {"\"a\\\" \"", "c"}, "[\"\\\"a\\\\\\\" \\\"\",\"c\"]"},
    {FIELD_HEADER_TO, {" a@b"}, "[\" a@b\"]"},
    {FIELD_HEADER_TO, {"a@b", ""}, "[\"a@b\",\"\"]"},
    {FIELD_HEADER_TO, {"[a]"}, "[\"[a]\"]"},
    {FIELD_EMBEDDED_URLS, {"http://a", "b;c\"d"}, "http://a b;c\"d"},
    {FIELD_EMBEDDED_URLS, {"http://a/b,c"}, "[\"http://a/b,c\"]"},
    {FIELD_EMBEDDED_URLS, {"http://a/b c", "d"}, "[\"http://a/b c\",\"d\"]"},
    {FIELD_EMBEDDED_URLS, {"http://a\tb"}, "[\"http://a\\tb\"]"},
    {FIELD_EMBEDDED_URLS, {"[::1]/x"}, "[\"[::1]/x\"]"},
};

static void
writes_lists_so_that_they_read_back(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct str items[ITEMS_MAX];
		size_t count = 0;

		for (; count < ITEMS_MAX && lists[i].items[count]; count++)
			items[count] = str_from(lists[i].items[count]);
		buffer_clear(&text);
		columns_list_text(
		    lists[i].field, (struct strlist){items, count}, &text);
		assert_bytes(lists[i].items[0], buffer_str(&text),
		    str_from(lists[i].text));
	}
	buffer_destroy(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_each_field_its_cell),
	    cmocka_unit_test(keeps_all_texts_of_a_row_valid),
	    cmocka_unit_test(writes_lists_so_that_they_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

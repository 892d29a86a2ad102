/* SPDX-License-Identifier: MIT */
/* detail: blocks of lines, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/writer_detail.h"
#include "written.h"

static const struct column columns[] = {
    COLUMN("action", FIELD_ACTION),
    COLUMN("headerTo", FIELD_HEADER_TO),
    COLUMN("subject", FIELD_SUBJECT),
    COLUMN("size", FIELD_SIZE),
    COLUMN("attachments", FIELD_ATTACHMENTS),
};
static const struct str to[] = {{"a@b", 3}, {"c\x1b@d", 4}};
static const struct attachment files[] = {
    {.name = {"x\n.zip", 6}, .sha256 = {"00ff", 4}, .status = {"Deleted", 7}},
    {.password = {"Not analyzed", 12}},
    {.name = {"y", 1}},
};
static const struct cell cells[] = {
    /* clang-format off */
    TEXT("Bounced"), {.kind = CELL_LIST, .items = to, .count = 2},
    TEXT("a  b\n\xe2\x80\xae" "c\xff"), NUMBER("12"),
    {.kind = CELL_ATTACHMENTS, .attachments = files, .count = 3},
    NOTHING, NOTHING, TEXT("second"), NOTHING, NOTHING,
    /* clang-format on */
};

#define REST                                                                   \
	"headerTo:    a@b\n"                                                   \
	"             c\\x1b@d\n"                                              \
	"subject:     a  b\\n\\u202ec\\xff\n"                                  \
	"size:        12\n"                                                    \
	"attachments: x\\n.zip (sha256 00ff, status Deleted)\n"                \
	"             - (passwordAnalysis Not analyzed)\n"                     \
	"             y\n"

static void
prints_a_block_a_record(void **state)
{
	struct writer_plan plan = {.columns = columns, .count = COUNT(columns)};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	assert_true(writer_detail.records_only);
	written(&writer_detail, &plan, cells, NULL, 0, &text);
	assert_int_equal(text.len, 0);
	written(&writer_detail, &plan, cells, NULL, 2, &text);
	assert_bytes("blocks", buffer_str(&text),
	    STR("action:      Bounced\n" REST "\n"
		"subject:     second\n"));
	buffer_destroy(&text);
}

static void
paints_the_action(void **state)
{
	const struct record rec = {.present = FIELD_BIT(FIELD_ACTION),
	    .text = {[FIELD_ACTION] = STR("Bounced")}};
	struct writer_plan plan = {
	    .columns = columns, .count = COUNT(columns), .color = true};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	written(&writer_detail, &plan, cells, &rec, 1, &text);
	assert_bytes("colour", buffer_str(&text),
	    STR("action:      \x1b[31mBounced\x1b[0m\n" REST));
	buffer_destroy(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_a_block_a_record),
	    cmocka_unit_test(paints_the_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Statements for command lines, and the table they ask. What they answer is
 * for tests/engine, where there is an engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/sql.h"
#include "mtrack/sql_schema.h"
#include "optionkit.h"

/* The statement for LINE, NUL-terminated; empty after a fault. */
static void
ask(const char *line, struct buffer *sql)
{
	char whole[2048];
	struct fault fault;
	struct kit kit;

	snprintf(whole, sizeof(whole), "--sql|%s", line);
	kit_parse(&kit, whole);
	buffer_clear(sql);
	if (!kit.good || !sql_query(&kit.options, sql, &fault))
		buffer_clear(sql);
	buffer_putc(sql, '\0');
	kit_done(&kit);
}

static void
writes_each_criterion(void **state)
{
	static const struct {
		const char *line;
		const char *holds;
	} rows[] = {
	    {"--sender|a@b.c,<>", "(senderAddress IN ('a@b.c', ''))"},
	    {"--sender|*@b.c,*@d.e",
		"splitByChar('@', senderAddress)[-1] IN ('b.c', 'd.e')"},
	    {"--not-sender|t*@b.c",
		"NOT (match(senderAddress, '\\\\At[^@]*@b\\\\.c\\\\z'))"},
	    {"--header-to|*@*", "arrayExists(x -> true, headerToAddresses)"},
	    {"--subject|50%_*x\\*", "subjectFolded LIKE '%50\\\\%\\\\_%x*%'"},
	    {"--case-sensitive|--subject|Ab", "subject LIKE '%Ab%'"},
	    {"--phrase|it's", "subjectFolded LIKE '%it\\'s%'"},
	    {"--block-reason|RBL", "reasonFolded LIKE '%rbl%'"},
	    {"--direction|out", "IN ('out', 'outgoing')"},
	    {"--action|bounced,=O'Neill",
		"IN ('bounced') OR action IN ('O\\'Neill')"},
	    {"--message-id|<x@y>", "(messageKey IN ('x@y'))"},
	    {"--size|1K..", "(isNotNull(size) AND size >= 1024)"},
	    {"--attachment-name|*.exe|--attachment-status|deleted",
		"arrayExists((a, n) -> ((n != '' AND n LIKE '%.exe')) AND "},
	    {"--not-attachments", "NOT (notEmpty(attachments))"},
	    {"--feedback|--direction|in|--type|accepted",
		"(notEmpty(reportedRisk))"},
	    {"--since|2026-10-01|--until|2026-10-02|--late|3",
		"fileLast >= toDate32('2026-09-30') AND "
		"fileFirst <= toDate32('2026-10-05')"},
	    {"--since|2026-10-01|--until|2026-10-02",
		"timestamp < toDateTime64('2026-10-03 00:00:00.000', 3, "
		"'UTC')"},
	    {"-r|-n|5|--skip|2",
		"ORDER BY stamp DESC, fileFirst DESC, file DESC, "
		"fileOffset DESC, item DESC\nLIMIT 5\nOFFSET 2\n"},
	    {"--csv|--no-header", "FORMAT CSV;"},
	    {"--engine-table|logs.mail", "FROM `logs`.`mail`"},
	    {"--by|day", "WITH FILL STEP 1"},
	};
	struct buffer sql = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(rows[i].line, &sql);
		if (!strstr(sql.ptr, rows[i].holds))
			fail_msg("%s:\n%s", rows[i].line, sql.ptr);
	}
	buffer_destroy(&sql);
}

/* SPEC 2: a record that fails a state criterion still hides older ones. */
static void
state_criteria_are_put_to_winners_only(void **state)
{
	struct buffer sql = BUFFER_EMPTY;
	const char *winner;

	(void)state;
	ask("--action|bounced|--sender|a@b.c", &sql);
	winner = strstr(sql.ptr, ")\nWHERE true");
	assert_non_null(winner);
	assert_non_null(strstr(winner, "'bounced'"));
	assert_null(strstr(winner, "'a@b.c'"));
	assert_true(strstr(sql.ptr, "'bounced'") > winner);
	assert_true(strstr(sql.ptr, "'a@b.c'") < winner);
	buffer_destroy(&sql);
}

static void
history_merges_nothing(void **state)
{
	struct buffer sql = BUFFER_EMPTY;

	(void)state;
	ask("--history|--license|none", &sql);
	assert_null(strstr(sql.ptr, "argMax"));
	assert_non_null(strstr(sql.ptr, "WHERE true"));
	buffer_destroy(&sql);
}

static void
refuses_what_the_engine_cannot_do(void **state)
{
	static const char *const lines[] = {"--raw", "--format|engine", "-q",
	    "--jsonl|-0", "-o|x", "--by-message", "--export|x",
	    "--checkpoint|x", "--tz|local", "--engine-table|a`b",
	    "--subject|\xff", "--engine-schema"};
	struct buffer sql = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ask(lines[i], &sql);
		if (sql.ptr[0])
			fail_msg("%s:\n%s", lines[i], sql.ptr);
	}
	buffer_destroy(&sql);
}

static void
the_table_has_a_column_for_each_field(void **state)
{
	struct buffer sql = BUFFER_EMPTY;
	char line[80];

	(void)state;
	sql_schema(STR("`t`"), &sql);
	buffer_putc(&sql, '\0');
	for (unsigned i = 0; i < SQL_COLUMNS; i++) {
		snprintf(line, sizeof(line), "\n    %s ", sql_column_name(i));
		if (!strstr(sql.ptr, line))
			fail_msg("%s", line);
		if (i < FIELD_COUNT)
			assert_string_equal(
			    sql_column_name(i), field_row((enum field)i)->name);
	}
	buffer_destroy(&sql);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_each_criterion),
	    cmocka_unit_test(state_criteria_are_put_to_winners_only),
	    cmocka_unit_test(history_merges_nothing),
	    cmocka_unit_test(refuses_what_the_engine_cannot_do),
	    cmocka_unit_test(the_table_has_a_column_for_each_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

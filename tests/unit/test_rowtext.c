/* SPDX-License-Identifier: MIT */
/* Rows made ahead are the rows that the writer prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "mtrack/rowtext.h"
#include "mtrack/writer_csv.h"
#include "mtrack/writer_json.h"
#include "mtrack/writer_table.h"

static const struct column columns[] = {
    {{"sender", 6}, FIELD_SENDER, false},
    {{"subject", 7}, FIELD_SUBJECT, false},
};

static struct record
make(struct str sender, struct str subject)
{
	struct record rec = {
	    .present = FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_SUBJECT)};

	rec.text[FIELD_SENDER] = sender;
	rec.text[FIELD_SUBJECT] = subject;
	return rec;
}

static void
makes_each_row_alone(void **state)
{
	/* clang-format off */
	static const struct {
		const struct writer_ops *ops;
		const char *first;
		const char *second;
	} rows[] = {
		{&writer_csv, "a@b.org,\"x, \"\"y\"\"\"\n", "c@d.org,z\n"},
		{&writer_tsv, "a@b.org\tx, \"y\"\n", "c@d.org\tz\n"},
		{&writer_jsonl,
		    "{\"sender\":\"a@b.org\",\"subject\":\"x, \\\"y\\\"\"}\n",
		    "{\"sender\":\"c@d.org\",\"subject\":\"z\"}\n"},
	};
	/* clang-format on */
	const struct writer_plan writer = {
	    .columns = columns, .count = 2, .header = true};
	struct record first = make(STR("a@b.org"), STR("x, \"y\""));
	struct record second = make(STR("c@d.org"), STR("z"));

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rowtext_plan plan = {
		    rows[i].ops, &writer, NULL, false};
		struct rowtext *rowtext = rowtext_new(&plan);
		bool alone = rows[i].ops->rows_alone;
		struct str text = rowtext_make(rowtext, &first);
		bool good = str_eq(text, str_from(rows[i].first));

		text = rowtext_make(rowtext, &second);
		good &= str_eq(text, str_from(rows[i].second));
		if (!alone || !good)
			fail_msg("%s: %.*s", rows[i].ops->name, STR_ARG(text));
		rowtext_free(rowtext);
	}
	assert_false(writer_json.rows_alone);
	assert_false(writer_table.rows_alone);
}

/* Longer than what an output writes out by itself. */
static void
keeps_rows_of_any_length(void **state)
{
	const struct writer_plan writer = {.columns = columns, .count = 2};
	const struct rowtext_plan plan = {&writer_csv, &writer, NULL, false};
	struct rowtext *rowtext = rowtext_new(&plan);
	size_t len = 3u << 20;
	char *subject = malloc(len);
	struct record rec = make(STR("a@b.org"), (struct str){subject, len});

	(void)state;
	memset(subject, 's', len);
	for (int i = 0; i < 3; i++)
		assert_int_equal(rowtext_make(rowtext, &rec).len,
		    len + strlen("a@b.org,\n"));
	free(subject);
	rowtext_free(rowtext);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(makes_each_row_alone),
	    cmocka_unit_test(keeps_rows_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

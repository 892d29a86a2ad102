/* SPDX-License-Identifier: MIT */
/* Rows made of mails: by message, and states over time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mtrack/mails.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct line {
	const char *mail;
	const char *message;
	const char *recipient;
	const char *action;
	int64_t gen; /* seconds */
};

static void
set(struct record *rec, enum field field, const char *text)
{
	if (!text)
		return;
	rec->present |= FIELD_BIT(field);
	rec->text[field] = str_from(text);
}

static void
put(struct mails *mails, const struct line *line, uint64_t offset)
{
	struct record rec = {.stamp = TIME_NONE};
	struct fault fault;

	set(&rec, FIELD_MAIL_ID, line->mail);
	set(&rec, FIELD_MESSAGE_ID, line->message);
	set(&rec, FIELD_RECIPIENT, line->recipient);
	set(&rec, FIELD_ACTION, line->action);
	rec.present |= FIELD_BIT(FIELD_GEN_TIME);
	rec.time[FIELD_GEN_TIME] = line->gen * 1000;
	rec.origin.offset = offset;
	assert_true(mails_put(mails, &rec, &fault));
}

struct rows {
	char text[16][256];
	size_t count;
	size_t limit;
};

static enum flow
take(void *ctx, const struct record *rec)
{
	struct rows *rows = ctx;

	assert_true(rows->count < 16);
	snprintf(rows->text[rows->count++], sizeof(rows->text[0]),
	    "%.*s|%.*s|%lld|%.*s", STR_ARG(record_text(rec, FIELD_RECIPIENT)),
	    STR_ARG(record_text(rec, FIELD_ACTION)),
	    (long long)(rec->time[FIELD_GEN_TIME] / 1000), STR_ARG(rec->raw));
	return rows->count == rows->limit ? FLOW_STOP : FLOW_MORE;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
check(enum mail_rows kind, const struct line *lines, size_t count,
    const char *const *want, size_t wanted)
{
	/* In memory, and spilled; by one hand, and by two. */
	for (unsigned way = 0; way < 4; way++) {
		const struct mails_plan plan = {kind, FIELD_BIT(FIELD_ACTION),
		    NULL, way & 1 ? 64 : 1 << 20, "/tmp"};
		struct mails *mails = mails_new(&plan);
		struct mails *other = mails_new(&plan);
		struct rows rows = {.count = 0};
		struct fault fault;

		for (size_t i = 0; i < count; i++)
			put(way & 2 && i % 2 ? other : mails, &lines[i], i);
		mails_absorb(mails, other);
		assert_int_equal(
		    mails_drain(mails, take, &rows, &fault), FLOW_MORE);
		qsort(rows.text, rows.count, sizeof(rows.text[0]), compare);
		assert_int_equal(rows.count, wanted);
		for (size_t i = 0; i < wanted; i++)
			assert_string_equal(rows.text[i], want[i]);
		mails_free(mails);
		mails_free(other);
	}
}

static void
joins_the_recipients_of_a_mail(void **state)
{
	static const struct line lines[] = {
	    {"M1", "<i1>", "b@x", "Delivered", 5},
	    {"M1", "<i1>", "a@x", "Delivered", 9},
	    {"m1", "<i2>", "c@x", "Delivered", 7}, /* case is ignored */
	    {NULL, "<i1>", "d@x", "Delivered", 1},
	    {NULL, "i1", "e@x", "Bounced", 2},
	    {NULL, "I1", "f@x", "Bounced", 2}, /* case is kept */
	    {NULL, NULL, "g@x", "Expired", 3},
	    {NULL, NULL, "g@x", "Expired", 3},
	    {"M2", NULL, "h@x", NULL, 4},
	    {"M2", NULL, NULL, "Deleted", 4},
	};
	static const char *const want[] = {
	    "b@x, a@x, c@x|Delivered|9|",
	    "d@x, e@x|mixed|2|",
	    "f@x|Bounced|2|",
	    "g@x|Expired|3|",
	    "g@x|Expired|3|",
	    "h@x|mixed|4|",
	};

	(void)state;
	check(MAIL_BY_MESSAGE, lines, COUNT(lines), want, COUNT(want));
}

static void
lists_the_states_of_a_mail_oldest_first(void **state)
{
	static const struct line lines[] = {
	    {"M1", NULL, "b@x", "Delivered", 50},
	    {"m1", NULL, "B@x", "Temporary delivery error", 10},
	    {"M1", NULL, "a@x", "Delivered", 9},
	    {NULL, NULL, "a@x", "Bad\nline\x1b", 9},
	    {NULL, NULL, "a@x", NULL, 9},
	};
	static const char *const want[] = {
	    "a@x|Bad\nline\x1b|9|1970-01-01T00:00:09Z  Bad\\nline\\x1b",
	    "a@x|Delivered|9|1970-01-01T00:00:09Z  Delivered",
	    "a@x||9|1970-01-01T00:00:09Z",
	    ("b@x|Delivered|50|1970-01-01T00:00:10Z  Temporary delivery error\n"
	     "1970-01-01T00:00:50Z  Delivered"),
	};

	(void)state;
	check(MAIL_STATES, lines, COUNT(lines), want, COUNT(want));
}

static void
stops_when_nobody_wants_more(void **state)
{
	const struct mails_plan plan = {
	    MAIL_BY_MESSAGE, 0, NULL, 1 << 20, "/tmp"};
	struct mails *mails = mails_new(&plan);
	struct rows rows = {.limit = 2};
	struct fault fault;

	(void)state;
	for (uint64_t i = 0; i < 5; i++)
		put(mails, &(struct line){NULL, NULL, "a@x", NULL, 1}, i);
	assert_int_equal(mails_drain(mails, take, &rows, &fault), FLOW_STOP);
	assert_int_equal(rows.count, 2);
	mails_free(mails);
}

/* A mail with more recipients than a row can hold. */
static enum flow
measure(void *ctx, const struct record *rec)
{
	struct str text = record_text(rec, FIELD_RECIPIENT);

	*(size_t *)ctx = text.len;
	assert_memory_equal(text.ptr + text.len - 7, "zz, ...", 7);
	return FLOW_MORE;
}

static void
bounds_the_recipients_of_a_row(void **state)
{
	const struct mails_plan plan = {
	    MAIL_BY_MESSAGE, 0, NULL, 64 << 20, "/tmp"};
	struct mails *mails = mails_new(&plan);
	char *long_one = malloc(1 << 20);
	struct fault fault;
	size_t length = 0;

	(void)state;
	memset(long_one, 'z', 1 << 20);
	long_one[(1 << 20) - 1] = '\0';
	for (uint64_t i = 0; i < 20; i++)
		put(mails, &(struct line){"M", NULL, long_one, NULL, 1}, i);
	mails_drain(mails, measure, &length, &fault);
	assert_in_range(length, 16 << 20, 17 << 20);
	mails_free(mails);
	free(long_one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(joins_the_recipients_of_a_mail),
	    cmocka_unit_test(lists_the_states_of_a_mail_oldest_first),
	    cmocka_unit_test(stops_when_nobody_wants_more),
	    cmocka_unit_test(bounds_the_recipients_of_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

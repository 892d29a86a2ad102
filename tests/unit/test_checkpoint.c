/* SPDX-License-Identifier: MIT */
/* Checkpoints: marks that are kept, held back, forgotten; the lock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "mtrack/checkpoint.h"
#include "mtrack/fresh.h"
#include "mtrack/mark.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct place {
	struct arena arena;
	char folder[64];
	struct str path;
};

static int
set_up(void **state)
{
	static struct place place;

	arena_init(&place.arena);
	snprintf(place.folder, sizeof(place.folder), "/tmp/mtrack-XXXXXX");
	if (!mkdtemp(place.folder))
		return -1;
	place.path = arena_printf(&place.arena, "%s/state", place.folder);
	*state = &place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;

	unlink(place->path.ptr);
	rmdir(place->folder);
	arena_destroy(&place->arena);
	return 0;
}

static struct checkpoint *
open_it(struct place *place, bool history, uint32_t day)
{
	struct fault fault;
	struct checkpoint *checkpoint =
	    checkpoint_open(&place->arena, place->path, history, day, &fault);

	if (!checkpoint)
		fail_msg("%s", fault.what);
	return checkpoint;
}

/* A record for each letter: lower case ones have no mail ID; the state of the
 * others is the digit behind them. */
static void
make(struct record *rec, const char *at, uint64_t offset)
{
	bool mail = *at >= 'A' && *at <= 'Z';

	memset(rec, 0, sizeof(*rec));
	rec->stamp = TIME_NONE;
	rec->present = FIELD_BIT(FIELD_SENDER) |
	    (mail ? FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_ACTION) : 0);
	rec->text[FIELD_SENDER] = (struct str){at, 1};
	rec->text[FIELD_MAIL_ID] = (struct str){at, 1};
	rec->text[FIELD_ACTION] = (struct str){at + 1, 1};
	rec->origin.offset = offset;
}

static enum flow
collect(void *ctx, const struct record *rec)
{
	struct buffer *out = ctx;

	buffer_puts(out, rec->text[FIELD_SENDER]);
	if (record_has(rec, FIELD_ACTION))
		buffer_puts(out, rec->text[FIELD_ACTION]);
	return FLOW_MORE;
}

static int
by_byte(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

/* A run on DAY that finds RECORDS and should print NEWS (letters sorted where
 * there are no digits); it commits unless it DIES. */
static void
run(struct place *place, size_t row, const char *records, const char *news,
    uint32_t day, size_t memory, bool dies)
{
	const struct fresh_plan plan = {
	    false, FIELDSET_PRINTABLE, false, memory, "/tmp"};
	struct checkpoint *checkpoint = open_it(place, false, day);
	struct fresh *fresh = fresh_new(&plan);
	struct fresh *other = fresh_new(&plan);
	struct buffer out = BUFFER_EMPTY;
	struct record rec;
	struct fault fault;

	for (size_t i = 0; records[i]; i++) {
		make(&rec, records + i, i);
		i += record_has(&rec, FIELD_MAIL_ID);
		assert_true(fresh_put(i % 2 ? fresh : other, &rec, &fault));
	}
	fresh_absorb(fresh, other);
	assert_int_equal(
	    fresh_drain(fresh, checkpoint, collect, &out, &fault), FLOW_MORE);
	if (!strpbrk(news, "0123456789") && out.len)
		qsort(out.ptr, out.len, 1, by_byte);
	if (!str_eq(buffer_str(&out), str_from(news)))
		fail_msg("row %zu: '%.*s', not '%s'", row,
		    STR_ARG(buffer_str(&out)), news);
	if (dies)
		checkpoint_close(checkpoint);
	else
		assert_true(checkpoint_commit(checkpoint, &fault));
	fresh_free(fresh);
	fresh_free(other);
	buffer_destroy(&out);
}

static void
prints_what_no_run_has_printed(void **state)
{
	static const struct {
		const char *records;
		const char *news;
		uint32_t day;
		bool dies;
	} rows[] = {
	    {"abc", "abc", 100, false}, {"abc", "", 100, false},
	    {"cdab", "d", 100, false},   /* in any order */
	    {"abcdef", "ef", 101, true}, /* dies before its end */
	    {"abcdef", "ef", 101, false},
	    {"abcdefaa", "aa", 102, false}, /* logged twice alike, and again */
	    {"abcdefaaa", "a", 102, false}, {"", "", 103, false}, /* away */
	    {"abcdefaaa", "", 103 + MARK_DAYS - 1, false}, {"", "", 120, false},
	    {"f", "", 121, false},
	    {"abf", "", 116 + MARK_DAYS, false}, /* remembered to the last */
	    {"", "", 131 + MARK_DAYS, false},
	    {"ab", "ab", 131 + MARK_DAYS, false}, /* and then forgotten */
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		run(*state, i, rows[i].records, rows[i].news, rows[i].day,
		    1 << 20, rows[i].dies);
}

static void
prints_an_entry_again_when_its_state_changed(void **state)
{
	static const struct {
		const char *records;
		const char *news;
	} rows[] = {
	    {"A1", "A1"},
	    {"A1", ""},
	    {"A2", "A2"},
	    {"A2B1", "B1"},
	    {"A2B1", ""},
	    {"B2A2", "B2"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		run(*state, i, rows[i].records, rows[i].news, 100, 1 << 20,
		    false);
}

/* Thousands of marks: more than are read at a time, and spilled. */
static void
holds_many_marks(void **state)
{
	struct place *place = *state;
	const struct fresh_plan plan = {
	    true, FIELDSET_PRINTABLE, false, 4096, "/tmp"};

	for (unsigned turn = 0; turn < 3; turn++) {
		struct checkpoint *checkpoint = open_it(place, true, 100);
		struct fresh *fresh = fresh_new(&plan);
		struct buffer out = BUFFER_EMPTY;
		struct fault fault;
		char text[16];
		struct record rec;

		for (unsigned i = 0; i < 5000 + turn * 10; i++) {
			make(&rec, "a", i);
			snprintf(text, sizeof(text), "%u", i);
			rec.text[FIELD_SENDER] = str_from(text);
			assert_true(fresh_put(fresh, &rec, &fault));
		}
		assert_true(fresh_runs(fresh) > 0);
		assert_int_equal(
		    fresh_drain(fresh, checkpoint, collect, &out, &fault),
		    FLOW_MORE);
		assert_int_equal(
		    out.len, turn == 0 ? 10 + 180 + 2700 + 16000 : 40);
		assert_true(checkpoint_commit(checkpoint, &fault));
		fresh_free(fresh);
		buffer_destroy(&out);
	}
}

static void
lets_one_run_in_at_a_time(void **state)
{
	struct place *place = *state;
	struct checkpoint *first = open_it(place, false, 100);
	struct fault fault;
	char pid[32];

	assert_null(
	    checkpoint_open(&place->arena, place->path, false, 100, &fault));
	snprintf(pid, sizeof(pid), "by process %ld,", (long)getpid());
	assert_non_null(strstr(fault.what, pid));
	assert_true(checkpoint_commit(first, &fault));
	checkpoint_close(open_it(place, false, 100));
}

static void
leaves_nothing_of_a_first_run_that_failed(void **state)
{
	struct place *place = *state;

	checkpoint_close(open_it(place, false, 100));
	assert_int_equal(access(place->path.ptr, F_OK), -1);
}

/* Nor anything that stands where a link leads. */
static void
makes_nothing_through_a_link_to_nothing(void **state)
{
	struct place *place = *state;
	struct fault fault;
	char target[128];

	snprintf(target, sizeof(target), "%s/target", place->folder);
	assert_int_equal(symlink(target, place->path.ptr), 0);
	assert_null(
	    checkpoint_open(&place->arena, place->path, false, 100, &fault));
	assert_non_null(strstr(fault.what, "a link to nothing"));
	assert_int_equal(access(target, F_OK), -1);
}

/* An empty file that somebody made, as mktemp does. */
static void
keeps_a_file_that_it_did_not_make(void **state)
{
	struct place *place = *state;

	fclose(fopen(place->path.ptr, "w"));
	checkpoint_close(open_it(place, false, 100));
	assert_int_equal(access(place->path.ptr, F_OK), 0);
	run(place, 0, "ab", "ab", 100, 1 << 20, false);
}

static void
write_file(struct str path, const char *bytes, size_t size)
{
	FILE *file = fopen(path.ptr, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static void
refuses_what_is_no_checkpoint(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *why;
	} rows[] = {
	    {"x", 1, "no checkpoint"},
	    {"my notes, which are longer than a head is", 41, "no checkpoint"},
	    {"\x89MTX\r\n\x1a\nCHECKPNT"
	     "\x63\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		32, "another version"},
	    {"\x89MTX\r\n\x1a\nCHECKPNT"
	     "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	     "abc",
		35, "damaged"},
	    {"\x89MTX\r\n\x1a\nCHECKPNT"
	     "\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0"
	     "abc",
		35, "with --history"},
	    {"\x89MTX\r\n\x1a\nCHECKPNT"
	     "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	     "\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0",
		48, "damaged"},
	    {"\x89MTX\r\n\x1a\nCHECKPNT"
	     "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	     "\xff\xff\xff\xff\xff\xff\xff\xff\1\0\0\0\0\0\0\0",
		48, "damaged"},
	};
	struct place *place = *state;
	struct fault fault;

	for (size_t i = 0; i < COUNT(rows); i++) {
		write_file(place->path, rows[i].bytes, rows[i].size);
		if (checkpoint_open(
			&place->arena, place->path, false, 100, &fault))
			fail_msg("row %zu was taken", i);
		if (!strstr(fault.what, rows[i].why))
			fail_msg("row %zu: %s", i, fault.what);
	}
}

/* What a run that was killed leaves. */
static void
takes_a_bare_head_for_nothing(void **state)
{
	struct place *place = *state;

	write_file(place->path,
	    "\x89MTX\r\n\x1a\nCHECKPNT"
	    "\1\0\0\0\1\0\0\0\7\0\0\0\0\0\0\0",
	    32);
	run(place, 0, "ab", "ab", 100, 1 << 20, false);
}

static void
marks_states_and_contents(void **state)
{
	struct buffer scratch = BUFFER_EMPTY;
	struct record a;
	struct record b;
	struct entry_key x;
	struct entry_key y;

	(void)state;
	make(&a, "A1", 0);
	make(&b, "A1", 77);                  /* elsewhere */
	b.text[FIELD_SENDER] = STR("other"); /* no state */
	a.present |= FIELD_BIT(FIELD_GEN_TIME);
	b.present |= FIELD_BIT(FIELD_GEN_TIME);
	a.time[FIELD_GEN_TIME] = 1000;
	b.time[FIELD_GEN_TIME] = 1999; /* the same second */
	x = mark_of(&a, false, &scratch);
	y = mark_of(&b, false, &scratch);
	assert_true(x.high == y.high && x.low == y.low);
	y = mark_of(&b, true, &scratch);
	assert_false(x.high == y.high && x.low == y.low);
	x = mark_of(&a, true, &scratch);
	assert_false(x.high == y.high && x.low == y.low);
	b.time[FIELD_GEN_TIME] = 2000;
	x = mark_of(&a, false, &scratch);
	y = mark_of(&b, false, &scratch);
	assert_false(x.high == y.high && x.low == y.low);
	buffer_destroy(&scratch);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(prints_what_no_run_has_printed),
	    CASE(prints_an_entry_again_when_its_state_changed),
	    CASE(holds_many_marks),
	    CASE(lets_one_run_in_at_a_time),
	    CASE(leaves_nothing_of_a_first_run_that_failed),
	    CASE(makes_nothing_through_a_link_to_nothing),
	    CASE(keeps_a_file_that_it_did_not_make),
	    CASE(refuses_what_is_no_checkpoint),
	    CASE(takes_a_bare_head_for_nothing),
	    CASE(marks_states_and_contents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

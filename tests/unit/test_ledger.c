/* SPDX-License-Identifier: MIT */
/* The ledger of exports: what counts for a day, and whatever stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "mtrack/ledger.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
/* 2026-10-10T12:00:00Z. */
#define NOON ((INT64_C(20736) * 24 + 12) * 3600 * 1000)
#define DAY  (INT64_C(86400) * 1000)

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
	place.path =
	    arena_printf(&place.arena, "%s/a/b/exports.jsonl", place.folder);
	*state = &place;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *place = *state;
	char path[128];

	unlink(place->path.ptr);
	snprintf(path, sizeof(path), "%s/a/b", place->folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/a", place->folder);
	rmdir(path);
	rmdir(place->folder);
	arena_destroy(&place->arena);
	return 0;
}

static struct ledger *
begin(struct place *place, bool selected, const char *license, int64_t now)
{
	const struct ledger_entry what = {.selected = selected,
	    .file = STR("/x.csv"),
	    .query = STR("mtrack \"q\"")};
	struct fault fault;

	return ledger_begin(&place->arena, place->path, &what,
	    license_find(str_from(license)), now, &fault);
}

static void
end(struct ledger *ledger, enum ledger_state state, int64_t now)
{
	const struct ledger_entry how = {.state = state,
	    .records = 7,
	    .reason = state == LEDGER_FAILED ? STR("disk\nfull") : STR("")};
	struct fault fault;

	assert_true(ledger_end(ledger, &how, now, &fault));
}

static void
counts_what_was_completed_or_runs_on_that_day(void **state)
{
	struct place *place = *state;
	struct ledger *running;

	for (int i = 0; i < 4; i++)
		end(begin(place, false, "advanced", NOON), LEDGER_COMPLETED,
		    NOON);
	end(begin(place, true, "advanced", NOON), LEDGER_COMPLETED, NOON);
	end(begin(place, false, "advanced", NOON), LEDGER_FAILED, NOON);
	running = begin(place, false, "advanced", NOON + DAY / 2 - 1000);
	assert_non_null(running);
	assert_null(begin(place, false, "advanced", NOON));
	assert_null(begin(place, false, "standard", NOON - DAY / 2));
	end(begin(place, true, "advanced", NOON), LEDGER_COMPLETED, NOON);
	end(begin(place, false, "none", NOON - DAY), LEDGER_COMPLETED, NOON);
	end(begin(place, false, "advanced", NOON + DAY / 2), LEDGER_COMPLETED,
	    NOON);
	end(running, LEDGER_FAILED, NOON + DAY);
	end(begin(place, false, "advanced", NOON), LEDGER_COMPLETED, NOON);
	assert_null(begin(place, false, "advanced", NOON));
}

static void
tells_all_that_was_noted(void **state)
{
	struct place *place = *state;
	struct ledger_entry *entries;
	struct ledger *running;
	size_t count;
	struct fault fault;

	assert_true(
	    ledger_read(&place->arena, place->path, &entries, &count, &fault));
	assert_int_equal(count, 0);
	end(begin(place, false, "advanced", NOON), LEDGER_COMPLETED,
	    NOON + 1999);
	end(begin(place, true, "advanced", NOON), LEDGER_FAILED, NOON);
	running = begin(place, false, "advanced", NOON);
	assert_true(
	    ledger_read(&place->arena, place->path, &entries, &count, &fault));
	assert_int_equal(count, 3);
	assert_true(str_eq(entries[0].time, STR("2026-10-10T12:00:00Z")));
	assert_true(str_eq(entries[0].ended, STR("2026-10-10T12:00:01Z")));
	assert_true(str_eq(entries[0].file, STR("/x.csv")));
	assert_true(str_eq(entries[0].query, STR("mtrack \"q\"")));
	assert_int_equal(entries[0].state, LEDGER_COMPLETED);
	assert_int_equal(entries[0].records, 7);
	assert_false(entries[0].selected);
	assert_int_equal(entries[1].state, LEDGER_FAILED);
	assert_true(str_eq(entries[1].reason, STR("disk\nfull")));
	assert_true(entries[1].selected);
	assert_int_equal(entries[2].state, LEDGER_RUNNING);
	assert_int_equal(entries[2].ended.len, 0);
	end(running, LEDGER_COMPLETED, NOON);
}

static void
write_file(struct place *place, const char *text)
{
	FILE *file;

	end(begin(place, false, "none", NOON), LEDGER_COMPLETED, NOON);
	file = fopen(place->path.ptr, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define BEGUN                                                                  \
	"{\"time\":\"2026-10-10T08:00:00Z\",\"id\":\"1\",\"state\":"           \
	"\"running\"}\n"

static void
reads_whatever_stands_in_it(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		enum ledger_state first;
	} rows[] = {
	    {"", 0, 0},
	    {"\n\n", 0, 0},
	    {"notes\n[1]\n{}\n{\"id\":1}\n", 0, 0},
	    {BEGUN, 1, LEDGER_FAILED}, /* nobody holds it */
	    {BEGUN BEGUN, 2, LEDGER_FAILED},
	    {BEGUN "{\"time\":\"t\",\"id\":\"2\",\"state\":\"completed\"}\n", 1,
		LEDGER_FAILED},
	    {BEGUN "{\"time\":\"t\",\"id\":\"1\",\"state\":\"completed\"}", 1,
		LEDGER_COMPLETED},
	    {BEGUN "{\"time\":\"t\",\"id\":\"1\",\"state\":\"comple", 1,
		LEDGER_FAILED},
	    {BEGUN "{\"time\":\"t\",\"id\":\"1\",\"state\":\"completed\","
		   "\"records\":\"x\",\"more\":{\"a\":[]}}\n",
		1, LEDGER_COMPLETED},
	};
	struct place *place = *state;
	struct ledger_entry *entries;
	struct fault fault;
	size_t count;

	for (size_t i = 0; i < COUNT(rows); i++) {
		write_file(place, rows[i].text);
		assert_true(ledger_read(
		    &place->arena, place->path, &entries, &count, &fault));
		if (count != rows[i].count)
			fail_msg("row %zu: %zu entries", i, count);
		if (count && entries[0].state != rows[i].first)
			fail_msg("row %zu: state %d", i, entries[0].state);
		/* What is appended stands on lines of its own. */
		end(begin(place, false, "none", NOON), LEDGER_COMPLETED, NOON);
		assert_true(ledger_read(
		    &place->arena, place->path, &entries, &count, &fault));
		if (count != rows[i].count + 1 ||
		    entries[count - 1].state != LEDGER_COMPLETED)
			fail_msg("row %zu: nothing can be appended", i);
	}
}

static void
stands_where_xdg_says(void **state)
{
	static const struct {
		const char *state_home;
		const char *home;
		const char *path; /* NULL: a fault */
	} rows[] = {
	    {"/s", "/h", "/s/mtrack/exports.jsonl"},
	    {NULL, "/h", "/h/.local/state/mtrack/exports.jsonl"},
	    {"", "/h", "/h/.local/state/mtrack/exports.jsonl"},
	    {"relative", "/h", "/h/.local/state/mtrack/exports.jsonl"},
	    {NULL, NULL, NULL},
	    {NULL, "", NULL},
	};
	struct place *place = *state;
	struct fault fault;
	struct str path;

	for (size_t i = 0; i < COUNT(rows); i++) {
		bool good = ledger_path(&place->arena, rows[i].state_home,
		    rows[i].home, &path, &fault);

		if (good != (rows[i].path != NULL) ||
		    (good && !str_eq(path, str_from(rows[i].path))))
			fail_msg("row %zu", i);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void
follows_no_link(void **state)
{
	struct place *place = *state;
	struct ledger_entry *entries;
	struct fault fault;
	char target[128];
	size_t count;

	end(begin(place, false, "advanced", NOON), LEDGER_COMPLETED, NOON);
	snprintf(target, sizeof(target), "%s/target", place->folder);
	assert_int_equal(rename(place->path.ptr, target), 0);
	assert_int_equal(symlink(target, place->path.ptr), 0);
	assert_null(begin(place, false, "advanced", NOON));
	assert_false(
	    ledger_read(&place->arena, place->path, &entries, &count, &fault));
	assert_non_null(strstr(fault.what, "it is a link"));
	assert_int_equal(unlink(target), 0);
	assert_null(begin(place, false, "advanced", NOON));
	assert_int_equal(access(target, F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(counts_what_was_completed_or_runs_on_that_day),
	    CASE(tells_all_that_was_noted),
	    CASE(reads_whatever_stands_in_it),
	    CASE(follows_no_link),
	    CASE(stands_where_xdg_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

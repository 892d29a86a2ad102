/* SPDX-License-Identifier: MIT */
/* Shared side files: written and read back, never believed when they are wrong,
 * and kept in step with the files that share them. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/index_pack.h"
#include "mtrack/needle.h"
#include "mtrack/sidepack_writer.h"

#define FILES   9u
#define RECORDS 6u
#define NEEDLE  "s4-3@needle.example"

struct bench {
	struct arena arena;
	char folder[64];
	char side[128];
	struct str paths[1];
	struct archive archive;
	struct index_tasks tasks;
	struct intake_rules rules;
	struct criteria *criteria;
	struct needles needles;
	struct scan_index index;
	struct scan_plan build;
	struct scan_plan query;
	struct index_plan plan;
	struct index_result results[FILES + 8];
	atomic_bool stop;
};

static void
write_file(const char *path, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
	close(fd);
}

static void
write_poll(const struct bench *bench, unsigned number, const char *word)
{
	struct buffer text = BUFFER_EMPTY;
	char path[128];

	for (unsigned i = 0; i < RECORDS; i++)
		buffer_printf(&text,
		    "{\"genTime\":\"2026-10-01T%02u:00:%02uZ\",\"mailID\":"
		    "\"%s%u-%u\",\"sender\":\"%s%u-%u@needle.example\","
		    "\"recipient\":\"r@example.com\"}\n",
		    number, i, word, number, i, word, number, i);
	snprintf(path, sizeof(path), "%s/2026-10-01T%02u.jsonl", bench->folder,
	    number);
	write_file(path, buffer_str(&text));
	buffer_destroy(&text);
}

static void
list(struct bench *bench)
{
	bench->paths[0] = str_from(bench->folder);
	archive_list(&bench->arena, bench->paths, 1, &bench->archive);
	assert_true(bench->archive.count <=
	    sizeof(bench->results) / sizeof(*bench->results));
}

static void
bench_open(struct bench *bench)
{
	struct fault fault;

	memset(bench, 0, sizeof(*bench));
	snprintf(bench->folder, sizeof(bench->folder), "/tmp/mtrack-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(bench->side, sizeof(bench->side), "%s/mtrack-2026-10-01.mtxs",
	    bench->folder);
	bench->criteria = criteria_new(&bench->arena);
	assert_true(criteria_add(
	    bench->criteria, CRITERION_SENDER, false, STR(NEEDLE), &fault));
	criteria_period(bench->criteria, INT64_MIN, INT64_MAX);
	criteria_seal(bench->criteria);
	needles_make(&bench->arena, bench->criteria, &bench->needles);
	bench->build = (struct scan_plan){.archive = &bench->archive,
	    .rules = &bench->rules,
	    .criteria = bench->criteria,
	    .wanted = FIELDSET_PRINTABLE,
	    .decode_all = true,
	    .since = INT64_MIN,
	    .until = INT64_MAX,
	    .stop = &bench->stop};
	bench->index =
	    (struct scan_index){.settings = index_settings(&bench->rules),
		.skim = {&bench->needles, INT64_MIN, INT64_MAX}};
	bench->query = bench->build;
	bench->query.decode_all = false;
	bench->query.index = &bench->index;
	bench->plan = (struct index_plan){.scan = &bench->build,
	    .settings = bench->index.settings,
	    .block = INDEX_BLOCK};
	for (unsigned i = 0; i < FILES; i++)
		write_poll(bench, i, "s");
	list(bench);
}

static void
bench_close(struct bench *bench)
{
	unlink(bench->side);
	for (size_t i = 0; i < bench->archive.count; i++)
		unlink(bench->archive.files[i].path.ptr);
	assert_int_equal(rmdir(bench->folder), 0);
	arena_destroy(&bench->arena);
}

/* As --build-index; how many files came out as OUTCOME. */
static unsigned
build(struct bench *bench, enum index_outcome outcome)
{
	struct scanner *scanner = scanner_new(&bench->build);
	unsigned count = 0;

	index_tasks_make(
	    &bench->arena, &bench->archive, STR_NONE, &bench->tasks);
	for (size_t i = 0; i < bench->tasks.count; i++) {
		const struct index_task *task = &bench->tasks.tasks[i];

		assert_true(task->shared);
		index_pack(
		    &bench->arena, &bench->plan, scanner, task, bench->results);
	}
	for (size_t i = 0; i < bench->archive.count; i++) {
		count += bench->results[i].outcome == outcome;
		scan_result_destroy(&bench->results[i].scan);
	}
	scanner_free(scanner);
	return count;
}

static enum flow
take(void *ctx, const struct record *rec)
{
	unsigned *count = ctx;

	(void)rec;
	++*count;
	return FLOW_MORE;
}

/* Records of NEEDLE in files FROM to TO; how many files were SKIPPED: all that
 * have none, but that of some thousand one may look as if. */
static unsigned
ask(struct bench *bench, size_t from, size_t to, unsigned *skipped)
{
	struct scanner *scanner = scanner_new(&bench->query);
	struct scan_result result;
	unsigned count = 0;

	*skipped = 0;
	for (size_t i = from; i < to; i++) {
		scan_file(scanner, (uint32_t)i, take, &count, &result);
		*skipped += result.tally.index_blocks > 0;
		scan_result_destroy(&result);
	}
	scanner_free(scanner);
	return count;
}

/* ---- form ---- */

static void
gives_back_what_was_put_in_any_order(void **state)
{
	static const char *const names[] = {"m", "b", "zz", "ab", "a"};
	char folder[] = "/tmp/mtrack-XXXXXX";
	struct sidepack_writer writer;
	struct sidepack pack = {0};
	struct arena arena = {0};
	struct fault fault;
	struct extent place;
	struct str path;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(stat(folder, &st), 0);
	path = arena_printf(&arena, "%s/2026-10-01", folder);
	assert_true(sidepack_writer_open(&arena, &writer,
	    sidepack_path(&arena, STR_NONE, path), &st, &fault));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		sidepack_writer_put(
		    &writer, str_from(names[i]), str_from(names[i]));
	assert_true(sidepack_writer_commit(&writer, &fault));
	assert_int_equal(sidepack_seek(&pack, STR_NONE, path), SIDEPACK_GOOD);
	assert_int_equal(pack.count, sizeof(names) / sizeof(*names));
	for (size_t i = 0; i < pack.count; i++) {
		struct str name = str_from(names[i]);
		char bytes[4];

		assert_true(sidepack_find(&pack, name, &place));
		assert_int_equal(place.len, name.len);
		assert_true(sidepack_read(&pack, bytes, place.len, place.at));
		assert_memory_equal(bytes, name.ptr, name.len);
	}
	assert_false(sidepack_find(&pack, STR("aa"), &place));
	assert_false(sidepack_find(&pack, STR("zzz"), &place));
	assert_false(sidepack_find(&pack, STR(""), &place));
	assert_int_equal(unlink(pack.path.ptr), 0);
	sidepack_close(&pack);
	assert_int_equal(rmdir(folder), 0);
	arena_destroy(&arena);
}

static void
stands_by_folder_and_the_day_in_the_name(void **state)
{
	static const struct {
		const char *path;
		const char *where;
	} rows[] = {
	    {"2026-10-01.gz", "mtrack-2026-10-01.mtxs"},
	    {"a/x-20261001T0810.gz", "a/mtrack-2026-10-01.mtxs"},
	    {"/a/2026/10/01/x.gz", "/a/2026/10/01/mtrack.mtxs"},
	    {"a/2026-10-01--2026-10-02.gz", "a/mtrack.mtxs"},
	    {"/x.gz", "/mtrack.mtxs"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str path =
		    sidepack_path(&arena, STR_NONE, str_from(rows[i].path));

		if (strcmp(path.ptr, rows[i].where) != 0)
			fail_msg("%s: %s", rows[i].path, path.ptr);
	}
	assert_int_equal(
	    sidepack_path(&arena, STR("/tmp"), STR("/no/such/folder/x.gz")).len,
	    0);
	arena_destroy(&arena);
}

/* ---- who shares ---- */

static void
makes_one_task_of_small_files_of_a_day(void **state)
{
	enum {
		MANY = INDEX_SHARERS
	};
	struct archive_file files[4 * MANY];
	struct archive archive = {.files = files};
	struct index_tasks tasks;
	struct arena arena = {0};
	size_t shared = 0;

	(void)state;
	/* By turns: shares, is too large, is of a day with one file less, has
	 * no day. */
	for (size_t i = 0; i < 4 * MANY; i++) {
		int32_t day = i % 4 == 3 ? DAY_NONE : 20727 + (i % 4 == 2);

		if (i == 2)
			continue;
		files[archive.count++] = (struct archive_file){
		    .path = arena_printf(&arena, "/no/where/%s-%zu",
			i % 4 == 3       ? "x"
			    : i % 4 == 2 ? "2026-10-02"
					 : "2026-10-01",
			i),
		    .first = day,
		    .last = day,
		    .size = i % 4 == 1 ? SIDEPACK_SMALL + 1 : SIDEPACK_SMALL};
	}
	index_tasks_make(&arena, &archive, STR_NONE, &tasks);
	for (size_t i = 0; i < tasks.count; i++) {
		const struct index_task *task = &tasks.tasks[i];

		shared += task->shared;
		assert_int_equal(task->count, task->shared ? MANY : 1);
		for (size_t k = 0; k < task->count; k++)
			assert_int_equal(tasks.task_of[task->numbers[k]], i);
	}
	assert_int_equal(shared, 1);
	assert_int_equal(tasks.count, archive.count - MANY + 1);
	arena_destroy(&arena);
}

/* ---- use ---- */

static void
answers_for_every_file_that_shares(void **state)
{
	struct bench bench;
	unsigned skipped;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench, INDEX_MADE), FILES);
	assert_int_equal(access(bench.side, F_OK), 0);
	assert_int_equal(ask(&bench, 0, FILES, &skipped), 1);
	assert_in_range(skipped, FILES - 2, FILES - 1);
	assert_int_equal(build(&bench, INDEX_KEPT), FILES);
	bench_close(&bench);
}

static void
renews_what_changed_and_copies_the_rest(void **state)
{
	struct bench bench;
	unsigned skipped;

	(void)state;
	bench_open(&bench);
	build(&bench, INDEX_MADE);
	write_poll(&bench, 2, "changed");
	write_poll(&bench, FILES, "new");
	assert_int_equal(unlink(bench.archive.files[FILES - 1].path.ptr), 0);
	list(&bench);
	assert_int_equal(build(&bench, INDEX_KEPT), FILES - 2);
	assert_int_equal(build(&bench, INDEX_KEPT), FILES);
	assert_int_equal(ask(&bench, 0, FILES, &skipped), 1);
	assert_in_range(skipped, FILES - 2, FILES - 1);
	bench_close(&bench);
}

static void
keeps_parts_of_files_that_are_not_of_the_run(void **state)
{
	struct bench bench;
	unsigned skipped;

	(void)state;
	bench_open(&bench);
	build(&bench, INDEX_MADE);
	write_poll(&bench, 2, "changed");
	list(&bench);
	bench.archive.files += 2;
	bench.archive.count = 1;
	assert_int_equal(build(&bench, INDEX_MADE), 1);
	list(&bench);
	assert_int_equal(ask(&bench, 0, FILES, &skipped), 1);
	assert_in_range(skipped, FILES - 2, FILES - 1);
	bench_close(&bench);
}

/* ---- lies ---- */

/* Changed at AT, or cut there; the answer stays. */
static void
try_damage(struct bench *bench, const struct buffer *good, size_t at, bool cut)
{
	struct buffer bad = BUFFER_EMPTY;
	unsigned skipped;
	unsigned found;

	buffer_puts(&bad, buffer_str(good));
	if (cut)
		bad.len = at;
	else
		bad.ptr[at] ^= 0x41;
	write_file(bench->side, buffer_str(&bad));
	found = ask(bench, 3, 6, &skipped);
	if (found != 1 || (cut && skipped > 0))
		fail_msg("byte %zu%s: found %u, skipped %u", at,
		    cut ? " cut" : "", found, skipped);
	buffer_destroy(&bad);
}

static void
answers_the_same_whatever_byte_is_wrong(void **state)
{
	struct buffer good = BUFFER_EMPTY;
	struct sidepack_entry entry;
	struct sidepack pack = {0};
	struct bench bench;
	size_t directory;
	int fd;

	(void)state;
	bench_open(&bench);
	build(&bench, INDEX_MADE);
	fd = open(bench.side, O_RDONLY | O_CLOEXEC);
	assert_int_equal(buffer_read(&good, fd, 1u << 20), 0);
	close(fd);
	assert_int_equal(
	    sidepack_seek(&pack, STR_NONE, bench.archive.files[0].path),
	    SIDEPACK_GOOD);
	sidepack_entry(&pack, FILES - 1, &entry);
	directory = (size_t)(entry.place.at + entry.place.len);
	sidepack_close(&pack);
	for (size_t at = 0; at < good.len;
	     at += at < SIDEPACK_HEADER || at >= directory ? 1 : 7)
		try_damage(&bench, &good, at, false);
	for (size_t at = 0; at < good.len; at += 61)
		try_damage(&bench, &good, at, true);
	assert_int_equal(build(&bench, INDEX_MADE), FILES);
	assert_int_equal(build(&bench, INDEX_KEPT), FILES);
	buffer_destroy(&good);
	bench_close(&bench);
}

/* Each at its place in another's entry: it tells of another file. */
static void
believes_no_part_of_another_file(void **state)
{
	struct sidepack_writer writer;
	struct sidepack pack = {0};
	struct bench bench;
	struct fault fault;
	unsigned skipped;

	(void)state;
	bench_open(&bench);
	build(&bench, INDEX_MADE);
	sidepack_seek(&pack, STR_NONE, bench.archive.files[0].path);
	assert_true(sidepack_writer_open(
	    &bench.arena, &writer, str_from(bench.side), &pack.st, &fault));
	for (size_t i = 0; i < FILES; i++) {
		struct sidepack_entry entry, next;
		struct buffer bytes = BUFFER_EMPTY;

		sidepack_entry(&pack, i, &entry);
		sidepack_entry(&pack, (i + 1) % FILES, &next);
		buffer_reserve(&bytes, next.place.len);
		assert_true(sidepack_read(
		    &pack, bytes.ptr, next.place.len, next.place.at));
		bytes.len = next.place.len;
		sidepack_writer_put(&writer,
		    arena_keep(&bench.arena, entry.name), buffer_str(&bytes));
		buffer_destroy(&bytes);
	}
	assert_true(sidepack_writer_commit(&writer, &fault));
	sidepack_close(&pack);
	assert_int_equal(ask(&bench, 0, FILES, &skipped), 1);
	assert_int_equal(skipped, 0);
	bench_close(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_back_what_was_put_in_any_order),
	    cmocka_unit_test(stands_by_folder_and_the_day_in_the_name),
	    cmocka_unit_test(makes_one_task_of_small_files_of_a_day),
	    cmocka_unit_test(answers_for_every_file_that_shares),
	    cmocka_unit_test(renews_what_changed_and_copies_the_rest),
	    cmocka_unit_test(keeps_parts_of_files_that_are_not_of_the_run),
	    cmocka_unit_test(answers_the_same_whatever_byte_is_wrong),
	    cmocka_unit_test(believes_no_part_of_another_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

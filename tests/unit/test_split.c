/* SPDX-License-Identifier: MIT */
/* A log read in parts by its side file: every part gives its own, and whatever
 * becomes of either file meanwhile, the answer is right or says that it is not.
 */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "index_bench.h"

static void
reads_a_file_in_parts_that_threads_share(void **state)
{
	static const size_t counts[] = {2, 3, 7, 200};
	struct bench bench;
	struct answer plain;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	ask_for_all(&bench);
	plain = ask(&bench, false);
	assert_int_equal(plain.records, RECORDS);
	/* One part: the side file saves nothing. */
	assert_int_equal(ask(&bench, true).parts, 0);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct answer answer = ask_parts(&bench, counts[i]);

		assert_same(&answer, &plain);
		assert_int_equal(answer.parts, counts[i]);
		assert_int_equal(answer.skipped, 0);
		assert_false(answer.wrong);
	}
	bench_close(&bench);
}

/* Each thread has its share, not one of them all of it. */
static void
gives_each_part_its_records(void **state)
{
	struct bench bench;
	struct split *split = split_new(4);
	struct scanner *scanner;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	ask_for_all(&bench);
	scanner = scanner_new(&bench.query);
	for (size_t i = 4; i-- > 0;) {
		struct scan_job job = {0, split, i};
		struct buffer found = BUFFER_EMPTY;
		struct scan_result result;

		scan_part(scanner, &job, take, &found, &result);
		assert_in_range(
		    found.len / sizeof(uint64_t), RECORDS / 8, RECORDS * 3 / 8);
		assert_int_equal(
		    result.tally.records, found.len / sizeof(uint64_t));
		assert_int_equal(result.tally.passed_over, 0);
		buffer_destroy(&found);
		scan_result_destroy(&result);
	}
	scanner_free(scanner);
	split_free(split);
	bench_close(&bench);
}

/* A part that is not what it was is known before another was given. */
static void
reads_whole_what_is_wrong_in_one_part(void **state)
{
	struct bench bench;
	struct stat st;
	uint64_t broken = 0;

	(void)state;
	bench_open(&bench);
	for (unsigned i = 1; i < 8; i++)
		append_records(&bench, RECORDS * i, RECORDS);
	assert_int_equal(build(&bench), INDEX_MADE);
	ask_for_all(&bench);
	assert_int_equal(stat(bench.path, &st), 0);
	for (off_t at = 4096; at < st.st_size - 4096; at += 997) {
		struct answer plain, answer;

		change_byte(bench.path, at, 0x10);
		keep_time(bench.path, &st);
		plain = ask(&bench, false);
		answer = ask_parts(&bench, 5);
		assert_same(&answer, &plain);
		assert_int_equal(answer.parts, 0);
		assert_true(answer.wrong);
		broken += plain.records < RECORDS * 8;
		change_byte(bench.path, at, 0x10);
		keep_time(bench.path, &st);
	}
	assert_true(broken > 0);
	bench_close(&bench);
}

/* ---- what becomes of the files meanwhile ---- */

#define PARTS 4u
#define LOG   RECORDS /* that the log has */

static void
write_all(const char *path, struct str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.ptr, text.len), text.len);
	assert_int_equal(close(fd), 0);
}

/* A log of LOG records from FROM on, two of its lines broken. */
static void
write_log(struct bench *bench, const char *path, unsigned from, bool packed)
{
	struct buffer text = BUFFER_EMPTY;

	put_records(&text, from, LOG / 2);
	buffer_puts(&text, STR("{\"mailID\":\n{\"mailID\":\n"));
	put_records(&text, from + LOG / 2, LOG / 2);
	write_all(path, packed ? STR("") : buffer_str(&text));
	if (packed)
		append_member(path, buffer_str(&text));
	bench->file.size = 1; /* it has some */
	buffer_destroy(&text);
}

static void
grows(struct bench *bench, bool packed)
{
	struct buffer text = BUFFER_EMPTY;
	int fd = open(bench->path, O_WRONLY | O_APPEND);

	if (packed) {
		append_records(bench, LOG, RECORDS);
	} else {
		put_records(&text, LOG, RECORDS);
		assert_int_equal(write(fd, text.ptr, text.len), text.len);
	}
	buffer_destroy(&text);
	close(fd);
}

static void
is_touched(struct bench *bench, bool packed)
{
	struct timespec times[] = {{.tv_sec = 1}, {.tv_sec = 1}};

	(void)packed;
	assert_int_equal(utimensat(AT_FDCWD, bench->path, times, 0), 0);
}

static void
is_removed(struct bench *bench, bool packed)
{
	(void)packed;
	assert_int_equal(unlink(bench->path), 0);
}

static void
is_replaced(struct bench *bench, bool packed)
{
	char other[128];

	snprintf(other, sizeof(other), "%s/other", bench->folder);
	write_log(bench, other, 7, packed);
	assert_int_equal(rename(other, bench->path), 0);
}

static void
is_written_over(struct bench *bench, bool packed)
{
	write_log(bench, bench->path, 7, packed);
}

static void
is_cut(struct bench *bench, bool packed)
{
	struct stat st;

	(void)packed;
	assert_int_equal(stat(bench->path, &st), 0);
	assert_int_equal(truncate(bench->path, st.st_size / 8), 0);
}

static void
is_emptied(struct bench *bench, bool packed)
{
	(void)packed;
	assert_int_equal(truncate(bench->path, 0), 0);
}

/* Every page of 4 KiB of the side file is wrong in a byte. */
static void
has_a_bad_side_file(struct bench *bench, bool packed)
{
	struct stat st;

	(void)packed;
	assert_int_equal(stat(bench->side, &st), 0);
	for (off_t at = SIDECAR_HEADER; at < st.st_size; at += 1021)
		change_byte(bench->side, at, 0x10);
}

static void
has_a_cut_side_file(struct bench *bench, bool packed)
{
	(void)packed;
	assert_int_equal(truncate(bench->side, SIDECAR_HEADER), 0);
}

static void
has_no_side_file_any_more(struct bench *bench, bool packed)
{
	(void)packed;
	assert_int_equal(unlink(bench->side), 0);
}

/* A change that happens while a part is read, or before. */
struct meanwhile {
	struct bench *bench;
	void (*change)(struct bench *bench, bool packed);
	bool packed;
	bool changed;
	struct buffer found;
};

static void
change_now(struct meanwhile *meanwhile)
{
	if (!meanwhile->changed)
		meanwhile->change(meanwhile->bench, meanwhile->packed);
	meanwhile->changed = true;
}

static enum flow
take_meanwhile(void *ctx, const struct record *rec)
{
	struct meanwhile *meanwhile = ctx;

	change_now(meanwhile);
	return take(&meanwhile->found, rec);
}

/* What all parts say, by one thread; the change comes before part WHEN is
 * begun, or at its first record. */
static struct answer
ask_meanwhile(struct meanwhile *meanwhile, size_t when, bool inside)
{
	struct scanner *scanner = scanner_new(&meanwhile->bench->query);
	struct split *split = split_new(PARTS);
	struct reader_thread all = {.found = BUFFER_EMPTY};
	struct answer answer = {0};

	for (size_t i = 0; i < PARTS; i++) {
		struct scan_job job = {0, split, i};
		struct scan_result result;

		if (i == when && !inside)
			change_now(meanwhile);
		if (i >= when)
			scan_part(scanner, &job, take_meanwhile, meanwhile,
			    i ? &result : &all.result);
		else
			scan_part(scanner, &job, take, &meanwhile->found,
			    i ? &result : &all.result);
		if (i > 0)
			scan_result_join(&all.result, &result);
	}
	assert_true(meanwhile->changed);
	all.found = meanwhile->found;
	add_found(&answer, &all);
	conclude(&answer, &all.result);
	split_free(split);
	scanner_free(scanner);
	return answer;
}

/* What is told when it must be told, and if not, is right. */
static const struct {
	void (*change)(struct bench *bench, bool packed);
	const char *what;
	bool told; /* nobody can know what the log was */
	bool side; /* the side file changes, not the log */
} changes[] = {
    {grows, "grows", false, false},
    {is_touched, "is touched", false, false},
    {is_removed, "is removed", false, false},
    {is_replaced, "is replaced", false, false},
    {is_written_over, "is written over", true, false},
    {is_cut, "is cut", true, false},
    {is_emptied, "is emptied", true, false},
    {has_a_bad_side_file, "has a bad side file", false, true},
    {has_a_cut_side_file, "has a cut side file", false, true},
    {has_no_side_file_any_more, "has no side file", false, true},
};

/* The answer is that of the file when its first part was begun, or told to be
 * wrong. A fault may be told by more than one part that lost the side file. */
static void
try_change(size_t row, bool packed, size_t when, bool inside)
{
	struct bench bench;
	struct answer plain, answer;
	struct meanwhile meanwhile = {
	    .bench = &bench, .change = changes[row].change, .packed = packed};
	bool same;

	bench_open(&bench);
	write_log(&bench, bench.path, 0, packed);
	assert_int_equal(build(&bench), INDEX_MADE);
	ask_for_all(&bench);
	plain = ask(&bench, false);
	assert_int_equal(plain.records, LOG);
	assert_true(plain.faults > 0);
	answer = ask_meanwhile(&meanwhile, when, inside);
	same = answer.records == plain.records && answer.hash == plain.hash &&
	    (answer.faults == plain.faults ||
		(changes[row].side && answer.faults > plain.faults));
	if (changes[row].told ? answer.faults <= plain.faults : !same)
		fail_msg("%s log %s, %s part %zu: %llu records, %llu faults",
		    packed ? "packed" : "plain", changes[row].what,
		    inside ? "in" : "before", when,
		    (unsigned long long)answer.records,
		    (unsigned long long)answer.faults);
	bench_close(&bench);
}

static void
answers_right_or_tells_what_became_of_a_file(void **state)
{
	(void)state;
	for (size_t row = 0; row < sizeof(changes) / sizeof(*changes); row++)
		for (unsigned way = 0; way < 4; way++) {
			try_change(row, way & 1, 0, true);
			try_change(row, way & 1, 1 + way / 2, way & 2);
			try_change(row, way & 1, PARTS - 1, way & 2);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_a_file_in_parts_that_threads_share),
	    cmocka_unit_test(gives_each_part_its_records),
	    cmocka_unit_test(reads_whole_what_is_wrong_in_one_part),
	    cmocka_unit_test(answers_right_or_tells_what_became_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

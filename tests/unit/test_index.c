/* SPDX-License-Identifier: MIT */
/* Side files: made, used, extended, and never believed when they are wrong. A
 * query by a side file gives the records that one without gives, whatever was
 * done to either file, and in whatever parts threads read it. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "index_bench.h"
#include "sealed.h"

/* ---- using it ---- */

/* The records' members are long enough for places inside of them. */
static void
keeps_windows_with_a_dictionary(void **state)
{
	struct bench bench;
	struct sidecar side;
	struct fault fault;
	unsigned windows = 0;
	int fd;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	fd = open(bench.path, O_RDONLY);
	assert_int_equal(
	    sidecar_open(&side, bench.side, fd, bench.index.settings, &fault),
	    SIDECAR_VALID);
	for (uint64_t i = 0; i < side.blocks; i++) {
		unsigned char window[ENTRYPOINT_WINDOW];
		struct sidecar_block block;
		size_t len;

		assert_true(sidecar_block(&side, i, &block));
		assert_true(sidecar_window(&side, &block, window, &len));
		windows += len > 0;
	}
	assert_true(windows > 3);
	assert_true(side.dictionary.len > 0);
	sidecar_close(&side);
	close(fd);
	bench_close(&bench);
}

static void
skips_blocks_without_the_needle(void **state)
{
	struct bench bench;
	struct answer answer;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(build(&bench), INDEX_KEPT);
	answer = ask_both(&bench);
	assert_int_equal(answer.records, 1);
	assert_false(answer.wrong);
	assert_true(answer.skipped > 3);
	bench_close(&bench);
}

static void
skips_blocks_of_other_times(void **state)
{
	struct bench bench;
	struct answer answer;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	ask_for_all(&bench);
	/* The first minute: 2026-10-01T00:00 to 00:01. */
	bench.index.skim.since = bench.query.since = INT64_C(1790812800000);
	bench.index.skim.until = bench.query.until = INT64_C(1790812860000);
	answer = ask_both(&bench);
	assert_int_equal(answer.records, 60);
	assert_true(answer.skipped > 3);
	bench_close(&bench);
}

/* Only what is new is unpacked, and the block that was the last. */
static void
extends_a_file_that_grew(void **state)
{
	const uint64_t least = 20 * 200; /* 20 records */
	struct bench bench;
	struct answer answer;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_true(bench.unpacked > RECORDS * 200);
	for (unsigned i = 0; i < 70; i++) {
		append_records(&bench, i % 3 ? RECORDS + i * 20 : 210, 20);
		answer = ask_both(&bench);
		assert_true(answer.wrong);
		assert_int_equal(build(&bench), INDEX_EXTENDED);
		assert_in_range(
		    bench.unpacked, least, 2 * least + 2 * BLOCK + PIECE);
		answer = ask_both(&bench);
		assert_false(answer.wrong);
		assert_true(answer.skipped > 3);
		assert_int_equal(answer.records, 2 + i / 3);
	}
	bench_close(&bench);
}

/* What is new is read from the last block on, which must be what it was. */
static void
goes_on_from_no_block_that_has_changed(void **state)
{
	struct bench bench;
	struct stat st;

	(void)state;
	bench_open(&bench);
	for (unsigned i = 1; i < 8; i++)
		append_records(&bench, RECORDS * i, RECORDS);
	bench.plan.block = 200000;
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(stat(bench.path, &st), 0);
	append_records(&bench, 210, 20);
	change_byte(bench.path, st.st_size - SIDECAR_ENDS - 1000, 0x10);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_false(ask_both(&bench).wrong);
	bench_close(&bench);
}

/* Segments of the side file. */
static uint64_t
count_segments(const struct bench *bench, uint64_t *blocks)
{
	struct sidecar side;
	struct fault fault;
	uint64_t count;
	int fd = open(bench->path, O_RDONLY);

	assert_int_equal(
	    sidecar_open(&side, bench->side, fd, bench->index.settings, &fault),
	    SIDECAR_VALID);
	count = side.segments;
	*blocks = side.blocks;
	sidecar_close(&side);
	close(fd);
	return count;
}

/* A filter that goes on from a small one has that one's buckets. */
static void
begins_another_segment_where_one_is_crowded(void **state)
{
	struct bench bench;
	uint64_t blocks;

	(void)state;
	bench_open(&bench);
	assert_int_equal(truncate(bench.path, 0), 0);
	append_records(&bench, 0, 210);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(count_segments(&bench, &blocks), 1);
	for (unsigned i = 0; i < 20; i++) {
		append_records(&bench, 210 + 300 * i, 300);
		assert_int_equal(build(&bench), INDEX_EXTENDED);
		assert_int_equal(ask_both(&bench).records, 1);
	}
	assert_in_range(count_segments(&bench, &blocks), 3, 10);
	assert_true(ask_both(&bench).skipped + 4 > blocks);
	bench_close(&bench);
}

static void
has_at_most_256_blocks_in_a_segment(void **state)
{
	struct bench bench;
	uint64_t blocks;
	uint64_t segments;

	(void)state;
	bench_open(&bench);
	bench.plan.block = 1;
	for (unsigned i = 0; i < 260; i++)
		append_records(&bench, RECORDS + 25 * i, 25);
	assert_int_equal(build(&bench), INDEX_MADE);
	segments = count_segments(&bench, &blocks);
	assert_int_equal(segments, (blocks + 255) / 256);
	assert_in_range(blocks, 257, 1024);
	for (unsigned i = 0; i < 3; i++) {
		append_records(&bench, RECORDS + i, 10);
		assert_int_equal(build(&bench), INDEX_EXTENDED);
		assert_int_equal(ask_both(&bench).records, 1);
	}
	assert_true(ask_both(&bench).skipped > 250);
	bench_close(&bench);
}

/* ---- what it must not believe ---- */

static void
answers_right_with_any_byte_of_it_changed(void **state)
{
	struct bench bench;
	struct answer good;
	struct stat st;
	uint64_t noticed = 0;

	(void)state;
	/* Short, for it is mostly read whole; of two pages and more. */
	bench_open(&bench);
	assert_int_equal(truncate(bench.path, 0), 0);
	append_records(&bench, 200, 30);
	append_records(&bench, 300, 30);
	for (unsigned i = 0; i < 16; i++)
		append_records(&bench, i, 2);
	append_member(bench.path, STR("{\"mailID\":\n"));
	bench.plan.block = 1;
	assert_int_equal(build(&bench), INDEX_MADE);
	good = ask_both(&bench);
	assert_int_equal(good.faults, 1);
	assert_int_equal(stat(bench.side, &st), 0);
	assert_true(st.st_size > SIDECAR_HEADER + SIDECAR_PAGE);
	for (off_t at = 0; at < st.st_size; at++) {
		unsigned char flip = at % 2 ? 0x80 : 1;
		struct answer now;

		change_byte(bench.side, at, flip);
		now = at % 8 ? ask(&bench, true) : ask_parts(&bench, 2);
		if (now.records != good.records || now.hash != good.hash ||
		    now.faults != good.faults)
			fail_msg("byte %lld, bit %x: another answer",
			    (long long)at, flip);
		noticed += now.wrong;
		change_byte(bench.side, at, flip);
	}
	/* All but what this query has no need to read. */
	assert_true(noticed > (uint64_t)st.st_size / 2);
	assert_false(ask_both(&bench).wrong);
	bench_close(&bench);
}

/* Whether block NUMBER can be read, and as much memory as it asks for be
 * trusted to be needed. */
static bool
block_is_read(const struct bench *bench, uint64_t number)
{
	struct sidecar side;
	struct sidecar_block block;
	struct fault fault;
	int fd = open(bench->path, O_RDONLY);
	bool read;

	assert_true(fd >= 0);
	assert_int_equal(
	    sidecar_open(&side, bench->side, fd, bench->index.settings, &fault),
	    SIDECAR_VALID);
	read = sidecar_block(&side, number, &block);
	assert_int_equal(side.damaged, !read);
	sidecar_close(&side);
	close(fd);
	return read;
}

/* Right checksums make no number right. */
static void
believes_no_block_that_lies_outside_of_the_side_file(void **state)
{
	static const struct {
		unsigned at; /* of the block's bytes */
		unsigned bytes;
		uint64_t value;
	} rows[] = {
	    {72, 8, UINT64_MAX},  /* state: where */
	    {88, 4, 0xf0000000u}, /* how long */
	    {80, 8, UINT64_MAX},  /* window: where */
	    {92, 4, 0xf0000000u}, /* how long */
	    {108, 1, 3},          /* kind of entry point */
	    {109, 1, 8},          /* bit */
	    {24, 8, UINT64_MAX},  /* place in the log */
	    {0, 8, UINT64_MAX},   /* place in what it unpacks to */
	};
	struct bench bench;
	struct buffer side = BUFFER_EMPTY;
	struct sidecar_header header;
	struct fault fault;
	uint64_t checksums;

	(void)state;
	bench_open(&bench);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char *block;

		unlink(bench.side);
		assert_int_equal(build(&bench), INDEX_MADE);
		read_side(bench.side, &side);
		block = (unsigned char *)side.ptr;
		assert_true(
		    sidecar_header_get(&header, &checksums, block, &fault));
		block += SIDECAR_HEADER + SIDECAR_BLOCK +
		    header.sections[SECTION_BLOCKS].at;
		sealed_anew(&side);
		write_side(bench.side, &side);
		assert_true(block_is_read(&bench, 1));
		wire_put(block + rows[i].at, rows[i].value, rows[i].bytes);
		sealed_anew(&side);
		write_side(bench.side, &side);
		if (block_is_read(&bench, 1))
			fail_msg("byte %u is believed", rows[i].at);
		ask_both(&bench);
	}
	buffer_destroy(&side);
	bench_close(&bench);
}

/* Checksums right, and what stands there is none: every block in turn. */
static void
reads_whole_what_no_reader_can_go_on_from(void **state)
{
	static const unsigned lengths[] = {88, 92}; /* state, window */
	struct bench bench;
	struct buffer side = BUFFER_EMPTY;
	struct sidecar_header header;
	struct fault fault;
	uint64_t checksums;

	(void)state;
	bench_open(&bench);
	ask_for_all(&bench);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		unsigned char *block;
		unsigned wrong = 0;
		uint64_t len;

		unlink(bench.side);
		assert_int_equal(build(&bench), INDEX_MADE);
		read_side(bench.side, &side);
		block = (unsigned char *)side.ptr;
		assert_true(
		    sidecar_header_get(&header, &checksums, block, &fault));
		block += SIDECAR_HEADER + header.sections[SECTION_BLOCKS].at;
		len = header.sections[SECTION_BLOCKS].len;
		for (uint64_t at = SIDECAR_BLOCK; at < len; at += SIDECAR_BLOCK)
			if (wire_get32(block + at + lengths[i]) > 0)
				wire_put32(block + at + lengths[i], 1);
		sealed_anew(&side);
		write_side(bench.side, &side);
		for (unsigned from = 180; from < RECORDS; from += 20) {
			struct answer answer;

			bench.query.since = bench.index.skim.since =
			    INT64_C(1790812800000) + from * 1000;
			answer = ask_both(&bench);
			assert_int_equal(answer.records, RECORDS - from);
			wrong += answer.wrong;
		}
		assert_true(wrong > 0);
	}
	buffer_destroy(&side);
	bench_close(&bench);
}

static void
answers_right_with_its_end_cut_off(void **state)
{
	struct bench bench;
	struct stat st;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(stat(bench.side, &st), 0);
	for (off_t size = st.st_size - 1; size >= 0; size -= 97) {
		assert_int_equal(truncate(bench.side, size), 0);
		assert_true(ask_both(&bench).wrong);
	}
	bench_close(&bench);
}

static void
notices_a_file_that_was_touched(void **state)
{
	struct bench bench;
	struct timespec times[] = {{.tv_sec = 1}, {.tv_sec = 1}};

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(utimensat(AT_FDCWD, bench.path, times, 0), 0);
	assert_true(ask_both(&bench).wrong);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_false(ask_both(&bench).wrong);
	bench_close(&bench);
}

/* Of the same size and time: the ends, and every block that is read. */
static void
notices_bytes_that_changed_where_it_reads(void **state)
{
	struct bench bench;
	struct answer before;
	struct stat st;
	uint64_t noticed = 0;

	(void)state;
	bench_open(&bench);
	/* Longer than both ends together. */
	for (unsigned i = 1; i < 8; i++)
		append_records(&bench, RECORDS * i, RECORDS);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(stat(bench.path, &st), 0);
	assert_true(st.st_size > 4 * 4096);
	before = ask_both(&bench);
	for (off_t at = 0; at < st.st_size; at += 127) {
		struct answer now;

		change_byte(bench.path, at, 0x10);
		keep_time(bench.path, &st);
		now = ask(&bench, true);
		noticed += now.wrong;
		if (now.wrong) /* then it is read whole, as without */
			ask_both(&bench);
		else /* the blocks that hold the answer are untouched */
			assert_int_equal(now.hash, before.hash);
		if (at < 4096 || at >= st.st_size - 4096)
			assert_true(now.wrong);
		change_byte(bench.path, at, 0x10);
		keep_time(bench.path, &st);
	}
	assert_true(noticed > 0);
	assert_false(ask_both(&bench).wrong);
	bench_close(&bench);
}

static void
trusts_no_side_file_that_others_may_write(void **state)
{
	struct bench bench;
	struct stat st;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(stat(bench.side, &st), 0);
	assert_int_equal(st.st_mode & 022, 0);
	assert_int_equal(chmod(bench.side, 0620), 0);
	assert_true(ask_both(&bench).wrong);
	assert_int_equal(chmod(bench.side, 0602), 0);
	assert_true(ask_both(&bench).wrong);
	assert_int_equal(chmod(bench.side, 0600), 0);
	assert_false(ask_both(&bench).wrong);
	bench_close(&bench);
}

static void
is_no_more_readable_than_the_log(void **state)
{
	struct bench bench;
	struct stat st;

	(void)state;
	bench_open(&bench);
	assert_int_equal(chmod(bench.path, 0640), 0);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_int_equal(stat(bench.side, &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
	bench_close(&bench);
}

static void
is_not_used_under_other_settings(void **state)
{
	static const struct intake_map map = {
	    .field = FIELD_SENDER, .key = {"envelope", 8}};
	struct intake_rules other = {.maps = &map, .map_count = 1};
	struct bench bench;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	assert_true(index_settings(&other) != bench.index.settings);
	bench.index.settings = index_settings(&other);
	assert_true(ask_both(&bench).wrong);
	bench_close(&bench);
}

/* A side file that is fine, but reached through a link. */
static void
trusts_no_link(void **state)
{
	struct bench bench;
	char other[128];

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	snprintf(other, sizeof(other), "%s/other", bench.folder);
	assert_int_equal(rename(bench.side, other), 0);
	assert_int_equal(symlink(other, bench.side), 0);
	assert_true(ask_both(&bench).wrong);
	unlink(other);
	bench_close(&bench);
}

static void
writes_over_nothing_that_is_no_file(void **state)
{
	struct bench bench;
	char target[128];
	struct stat st;

	(void)state;
	bench_open(&bench);
	snprintf(target, sizeof(target), "%s/other", bench.folder);
	close(open(target, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(symlink(target, bench.side), 0);
	assert_int_equal(build(&bench), INDEX_FAILED);
	assert_int_equal(stat(target, &st), 0);
	assert_int_equal(st.st_size, 0);
	unlink(target);
	bench_close(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_windows_with_a_dictionary),
	    cmocka_unit_test(skips_blocks_without_the_needle),
	    cmocka_unit_test(skips_blocks_of_other_times),
	    cmocka_unit_test(extends_a_file_that_grew),
	    cmocka_unit_test(goes_on_from_no_block_that_has_changed),
	    cmocka_unit_test(begins_another_segment_where_one_is_crowded),
	    cmocka_unit_test(has_at_most_256_blocks_in_a_segment),
	    cmocka_unit_test(answers_right_with_any_byte_of_it_changed),
	    cmocka_unit_test(
		believes_no_block_that_lies_outside_of_the_side_file),
	    cmocka_unit_test(reads_whole_what_no_reader_can_go_on_from),
	    cmocka_unit_test(answers_right_with_its_end_cut_off),
	    cmocka_unit_test(notices_a_file_that_was_touched),
	    cmocka_unit_test(notices_bytes_that_changed_where_it_reads),
	    cmocka_unit_test(trusts_no_side_file_that_others_may_write),
	    cmocka_unit_test(is_no_more_readable_than_the_log),
	    cmocka_unit_test(is_not_used_under_other_settings),
	    cmocka_unit_test(trusts_no_link),
	    cmocka_unit_test(writes_over_nothing_that_is_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

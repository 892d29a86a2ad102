/* SPDX-License-Identifier: MIT */
/* Side files: made, used, extended, and never believed when they are wrong. A
 * query by a side file gives the records that one without gives, whatever was
 * done to either file, and in whatever parts threads read it. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "mtrack/index_file.h"
#include "mtrack/needle.h"
#include "mtrack/sidecar.h"
#include "sealed.h"

#define RECORDS 400u
#define MEMBER  50u /* records */
#define BLOCK   4000u
#define PIECE   3000u /* unpacked bytes of a deflate block */
#define NEEDLE  "person217@needle.example"

struct bench {
	struct arena arena;
	char folder[64];
	char path[96];
	char side[128];
	struct archive_file file;
	struct archive archive;
	struct intake_rules rules;
	struct criteria *criteria;
	struct needles needles;
	struct scan_index index;
	struct scan_plan build;
	struct scan_plan query;
	struct index_plan plan;
	atomic_bool stop;
	uint64_t unpacked; /* bytes, when it was built last */
};

/* What a query found: every record's place and bytes, in order. */
struct answer {
	uint64_t records;
	uint64_t hash;
	uint64_t skipped; /* blocks */
	uint64_t faults;
	uint64_t parts; /* that the file was read in, if in several */
	bool wrong;     /* the side file was not used */
	struct fault why;
};

/* What one thread found. */
struct reader_thread {
	const struct scan_plan *plan;
	struct scan_job job;
	struct scan_result result;
	struct buffer found; /* a hash of each record */
	pthread_t thread;
};

static void
put_records(struct buffer *out, unsigned from, unsigned count)
{
	for (unsigned i = from; i < from + count; i++)
		buffer_printf(out,
		    "{\"genTime\":\"2026-10-01T%02u:%02u:%02uZ\","
		    "\"timestamp\":\"2026-10-01T%02u:%02u:%02uZ\","
		    "\"mailID\":\"m-%u\",\"messageID\":\"<%u@x.example>\","
		    "\"sender\":\"person%u@needle.example\","
		    "\"recipient\":\"r%u@example.com\","
		    "\"senderIP\":\"192.0.2.%u\",\"action\":\"Delivered\"}\n",
		    i / 3600 % 24, i / 60 % 60, i % 60, i / 3600 % 24,
		    i / 60 % 60, i % 60, i, i, i, i % 7, i % 250);
}

/* One gzip member behind what PATH holds, in several deflate blocks that look
 * back at each other. */
static void
append_member(const char *path, struct str text)
{
	gzFile file = gzopen(path, "ab6");

	assert_non_null(file);
	while (text.len > 0) {
		struct str piece = str_take(text, PIECE);

		assert_int_equal(
		    gzwrite(file, piece.ptr, (unsigned)piece.len), piece.len);
		text = str_drop(text, piece.len);
		if (text.len > 0)
			assert_int_equal(gzflush(file, Z_SYNC_FLUSH), Z_OK);
	}
	assert_int_equal(gzclose(file), Z_OK);
}

static void
append_records(struct bench *bench, unsigned from, unsigned count)
{
	struct buffer text = BUFFER_EMPTY;
	struct stat st;

	put_records(&text, from, count);
	append_member(bench->path, buffer_str(&text));
	buffer_destroy(&text);
	assert_int_equal(stat(bench->path, &st), 0);
	bench->file.size = (uint64_t)st.st_size;
}

static void
bench_open(struct bench *bench)
{
	struct fault fault;

	memset(bench, 0, sizeof(*bench));
	arena_init(&bench->arena);
	snprintf(bench->folder, sizeof(bench->folder), "/tmp/mtrack-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(bench->path, sizeof(bench->path), "%s/log.gz", bench->folder);
	snprintf(bench->side, sizeof(bench->side), "%s.mtx", bench->path);
	bench->file = (struct archive_file){
	    .path = str_from(bench->path), .first = DAY_NONE, .last = DAY_NONE};
	bench->archive = (struct archive){.files = &bench->file, .count = 1};
	bench->criteria = criteria_new(&bench->arena);
	assert_true(criteria_add(
	    bench->criteria, CRITERION_SENDER, false, STR(NEEDLE), &fault));
	criteria_period(bench->criteria, INT64_MIN, INT64_MAX);
	criteria_seal(bench->criteria);
	needles_make(&bench->arena, bench->criteria, &bench->needles);
	assert_int_equal(bench->needles.count, 1);
	bench->build = (struct scan_plan){.archive = &bench->archive,
	    .rules = &bench->rules,
	    .criteria = bench->criteria,
	    .wanted = FIELDSET_PRINTABLE,
	    .decode_all = true,
	    .since = INT64_MIN,
	    .until = INT64_MAX,
	    .stop = &bench->stop};
	bench->query = bench->build;
	bench->query.decode_all = false;
	bench->query.want_raw = true;
	bench->index =
	    (struct scan_index){.settings = index_settings(&bench->rules),
		.skim = {&bench->needles, INT64_MIN, INT64_MAX}};
	bench->query.index = &bench->index;
	bench->plan = (struct index_plan){.scan = &bench->build,
	    .settings = bench->index.settings,
	    .block = BLOCK};
	for (unsigned i = 0; i < RECORDS; i += MEMBER)
		append_records(bench, i, MEMBER);
}

static void
bench_close(struct bench *bench)
{
	unlink(bench->side);
	unlink(bench->path);
	assert_int_equal(rmdir(bench->folder), 0);
	arena_destroy(&bench->arena);
}

static enum index_outcome
build(struct bench *bench)
{
	struct scanner *scanner = scanner_new(&bench->build);
	struct index_result result;

	index_file(&bench->arena, &bench->plan, scanner, 0, &result);
	bench->unpacked = result.scan.tally.bytes;
	scan_result_destroy(&result.scan);
	scanner_free(scanner);
	return result.outcome;
}

static enum flow
take(void *ctx, const struct record *rec)
{
	struct buffer *found = ctx;
	uint64_t hash = rec->origin.offset * 31 + rec->origin.line;

	for (size_t i = 0; i < rec->raw.len; i++)
		hash = hash * 31 + (unsigned char)rec->raw.ptr[i];
	buffer_put(found, &hash, sizeof(hash));
	return FLOW_MORE;
}

/* Adds what READER found to ANSWER. */
static void
add_found(struct answer *answer, struct reader_thread *reader)
{
	for (size_t i = 0; i < reader->found.len; i += sizeof(uint64_t)) {
		uint64_t hash;

		memcpy(&hash, reader->found.ptr + i, sizeof(hash));
		answer->hash = answer->hash * 31 + hash;
		answer->records++;
	}
	buffer_destroy(&reader->found);
}

static void
conclude(struct answer *answer, struct scan_result *result)
{
	answer->skipped = result->tally.index_blocks;
	answer->faults = result->fault_total;
	answer->parts = result->tally.index_parts;
	answer->wrong = result->index_wrong;
	answer->why = result->index_fault;
	scan_result_destroy(result);
}

static struct answer
ask(struct bench *bench, bool by_index)
{
	struct scan_plan plan = bench->query;
	struct reader_thread reader = {.found = BUFFER_EMPTY};
	struct answer answer = {0};
	struct scanner *scanner;

	if (!by_index)
		plan.index = NULL;
	scanner = scanner_new(&plan);
	scan_file(scanner, 0, take, &reader.found, &reader.result);
	add_found(&answer, &reader);
	conclude(&answer, &reader.result);
	scanner_free(scanner);
	return answer;
}

static void *
read_part(void *ctx)
{
	struct reader_thread *reader = ctx;
	struct scanner *scanner = scanner_new(reader->plan);

	scan_part(scanner, &reader->job, take, &reader->found, &reader->result);
	scanner_free(scanner);
	return NULL;
}

/* In COUNT parts, each read by a thread of its own. */
static struct answer
ask_parts(struct bench *bench, size_t count)
{
	struct reader_thread *readers =
	    ARENA_ARRAY(&bench->arena, struct reader_thread, count);
	struct split *split = split_new(count);
	struct answer answer = {0};

	for (size_t i = count; i-- > 0;) {
		readers[i] = (struct reader_thread){.plan = &bench->query,
		    .job = {0, split, i},
		    .found = BUFFER_EMPTY};
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
				     read_part, &readers[i]),
		    0);
	}
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
		add_found(&answer, &readers[i]);
		if (i > 0)
			scan_result_join(
			    &readers[0].result, &readers[i].result);
	}
	conclude(&answer, &readers[0].result);
	split_free(split);
	return answer;
}

static void
assert_same(const struct answer *answer, const struct answer *plain)
{
	assert_int_equal(answer->records, plain->records);
	assert_int_equal(answer->hash, plain->hash);
	assert_int_equal(answer->faults, plain->faults);
}

/* All ways say the same; what the one by index said. */
static struct answer
ask_both(struct bench *bench)
{
	struct answer plain = ask(bench, false);
	struct answer by_index = ask(bench, true);
	struct answer parts = ask_parts(bench, 3);

	assert_same(&by_index, &plain);
	assert_same(&parts, &plain);
	assert_int_equal(parts.wrong, by_index.wrong);
	return by_index;
}

static void
change_byte(const char *path, off_t at, unsigned char flip)
{
	unsigned char byte;
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= flip;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void
keep_time(const char *path, const struct stat *st)
{
	struct timespec times[] = {st->st_atim, st->st_mtim};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

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

/* Every record is asked for. */
static void
ask_for_all(struct bench *bench)
{
	struct criteria *all = criteria_new(&bench->arena);

	criteria_seal(all);
	bench->query.criteria = all;
	needles_make(&bench->arena, all, &bench->needles);
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

/* ---- what it must not believe ---- */

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

static void
answers_right_with_any_byte_of_it_changed(void **state)
{
	struct bench bench;
	struct answer good;
	struct stat st;
	uint64_t noticed = 0;

	(void)state;
	bench_open(&bench);
	assert_int_equal(build(&bench), INDEX_MADE);
	good = ask_both(&bench);
	assert_int_equal(stat(bench.side, &st), 0);
	for (off_t at = 0; at < st.st_size; at++) {
		unsigned char flip = at % 2 ? 0x80 : 1;
		struct answer now;

		change_byte(bench.side, at, flip);
		now = ask(&bench, true);
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

static void
read_side(const char *path, struct buffer *side)
{
	struct stat st;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	buffer_clear(side);
	buffer_reserve(side, (size_t)st.st_size);
	side->len = (size_t)st.st_size;
	assert_int_equal(read(fd, side->ptr, side->len), st.st_size);
	close(fd);
}

static void
write_side(const char *path, const struct buffer *side)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, side->ptr, side->len), side->len);
	close(fd);
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
	    cmocka_unit_test(begins_another_segment_where_one_is_crowded),
	    cmocka_unit_test(has_at_most_256_blocks_in_a_segment),
	    cmocka_unit_test(reads_a_file_in_parts_that_threads_share),
	    cmocka_unit_test(gives_each_part_its_records),
	    cmocka_unit_test(reads_whole_what_is_wrong_in_one_part),
	    cmocka_unit_test(answers_right_with_any_byte_of_it_changed),
	    cmocka_unit_test(
		believes_no_block_that_lies_outside_of_the_side_file),
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

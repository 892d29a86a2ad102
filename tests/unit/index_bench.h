/* SPDX-License-Identifier: MIT */
/* A log with a side file, and what a query finds in it by that, without it,
 * and in parts. To be included behind cmocka.h. */
#ifndef INDEX_BENCH_H
#define INDEX_BENCH_H

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "mtrack/index_file.h"
#include "mtrack/needle.h"
#include "mtrack/sidecar_data.h"

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

static inline void
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
static inline void
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

static inline void
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

static inline void
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

static inline void
bench_close(struct bench *bench)
{
	unlink(bench->side);
	unlink(bench->path);
	assert_int_equal(rmdir(bench->folder), 0);
	arena_destroy(&bench->arena);
}

static inline enum index_outcome
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

static inline enum flow
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
static inline void
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

static inline void
conclude(struct answer *answer, struct scan_result *result)
{
	answer->skipped = result->tally.index_blocks;
	answer->faults = result->fault_total;
	answer->parts = result->tally.index_parts;
	answer->wrong = result->index_wrong;
	answer->why = result->index_fault;
	scan_result_destroy(result);
}

static inline struct answer
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

static inline void *
read_part(void *ctx)
{
	struct reader_thread *reader = ctx;
	struct scanner *scanner = scanner_new(reader->plan);

	scan_part(scanner, &reader->job, take, &reader->found, &reader->result);
	scanner_free(scanner);
	return NULL;
}

/* In COUNT parts, each read by a thread of its own. */
static inline struct answer
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

static inline void
assert_same(const struct answer *answer, const struct answer *plain)
{
	assert_int_equal(answer->records, plain->records);
	assert_int_equal(answer->hash, plain->hash);
	assert_int_equal(answer->faults, plain->faults);
}

/* All ways say the same; what the one by index said. */
static inline struct answer
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

static inline void
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

static inline void
keep_time(const char *path, const struct stat *st)
{
	struct timespec times[] = {st->st_atim, st->st_mtim};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Every record is asked for. */
static inline void
ask_for_all(struct bench *bench)
{
	struct criteria *all = criteria_new(&bench->arena);

	criteria_seal(all);
	bench->query.criteria = all;
	needles_make(&bench->arena, all, &bench->needles);
}

static inline void
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

static inline void
write_side(const char *path, const struct buffer *side)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, side->ptr, side->len), side->len);
	close(fd);
}

#endif

/* SPDX-License-Identifier: MIT */
/* For fuzz targets: one archive file, its side file, and queries over it, as
 * scan.c runs them. Files stand in memory where there is a /dev/shm. */
#ifndef FUZZ_SCANNED_H
#define FUZZ_SCANNED_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/days.h"
#include "mtrack/index_file.h"
#include "mtrack/needle.h"

struct scanned {
	char folder[64];
	char path[80];
	char side[96];
	struct archive_file file;
	struct archive archive;
	struct intake_rules rules;
	struct criteria *none; /* that all records meet */
	struct arena arena;
	atomic_bool stop;
	/* Both live as long as this: they keep their buffers. */
	struct scan_plan plan;
	struct scanner *scanner;
};

/* What is asked; criteria are sealed. */
struct scanned_query {
	const struct criteria *criteria;
	int64_t since;
	int64_t until;
};

/* What was answered: a line a record. */
struct scanned_answer {
	struct buffer records;
	uint64_t faults;
	bool side_wrong;
	struct fault why;
};

/* Side files are salted: here always alike. */
ssize_t
getrandom(void *to, size_t size, unsigned flags)
{
	(void)flags;
	memset(to, 0x5a, size);
	return (ssize_t)size;
}

static inline void
scanned_demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static inline void
scanned_open(struct scanned *scanned)
{
	bool memory = access("/dev/shm", W_OK) == 0;

	*scanned = (struct scanned){.rules = {.map_count = 0}};
	snprintf(scanned->folder, sizeof(scanned->folder),
	    "%s/mtrack-fuzz-XXXXXX", memory ? "/dev/shm" : "/tmp");
	scanned_demand(mkdtemp(scanned->folder), "no folder");
	snprintf(
	    scanned->path, sizeof(scanned->path), "%s/log", scanned->folder);
	snprintf(scanned->side, sizeof(scanned->side), "%s.mtx", scanned->path);
	arena_init(&scanned->arena);
	scanned->none = criteria_new(&scanned->arena);
	criteria_period(scanned->none, INT64_MIN, INT64_MAX);
	criteria_seal(scanned->none);
	scanned->file = (struct archive_file){.path = str_from(scanned->path),
	    .first = DAY_NONE,
	    .last = DAY_NONE,
	    .named = true};
	scanned->archive =
	    (struct archive){.files = &scanned->file, .count = 1};
	scanned->scanner = scanner_new(&scanned->plan);
}

static inline void
scanned_close(struct scanned *scanned)
{
	unlink(scanned->side);
	unlink(scanned->path);
	rmdir(scanned->folder);
	scanner_free(scanned->scanner);
	arena_destroy(&scanned->arena);
}

/* NAME holds BYTES and was last written in 2026. */
static inline void
scanned_write(const char *name, struct str bytes)
{
	struct timespec times[] = {
	    {.tv_sec = 1790812800}, {.tv_sec = 1790812800, .tv_nsec = 1}};
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	scanned_demand(fd >= 0 && ftruncate(fd, (off_t)bytes.len) == 0 &&
		pwrite(fd, bytes.ptr, bytes.len, 0) == (ssize_t)bytes.len &&
		futimens(fd, times) == 0,
	    "a file cannot be written");
	close(fd);
}

static inline void
scanned_put(struct scanned *scanned, struct str bytes)
{
	scanned->file.size = bytes.len;
	scanned_write(scanned->path, bytes);
}

static inline void
scanned_set_plan(struct scanned *scanned)
{
	scanned->plan = (struct scan_plan){.archive = &scanned->archive,
	    .rules = &scanned->rules,
	    .criteria = scanned->none,
	    .wanted = FIELDSET_PRINTABLE,
	    .since = INT64_MIN,
	    .until = INT64_MAX,
	    .stop = &scanned->stop};
}

/* Makes the side file, or renews it, in blocks of about BLOCK bytes. */
static inline enum index_outcome
scanned_build(struct scanned *scanned, uint64_t block)
{
	struct index_plan plan = {.scan = &scanned->plan,
	    .settings = index_settings(&scanned->rules),
	    .block = block};
	struct index_result result;
	struct arena arena;

	arena_init(&arena);
	scanned_set_plan(scanned);
	scanned->plan.decode_all = true;
	index_file(&arena, &plan, scanned->scanner, 0, &result);
	scan_result_destroy(&result.scan);
	arena_destroy(&arena);
	return result.outcome;
}

static inline enum flow
scanned_take(void *ctx, const struct record *rec)
{
	struct scanned_answer *answer = ctx;

	buffer_printf(&answer->records, "%llu@%llu#%u %.*s\n",
	    (unsigned long long)rec->origin.line,
	    (unsigned long long)rec->origin.offset, rec->origin.item,
	    STR_ARG(rec->raw));
	return FLOW_MORE;
}

static inline void
scanned_ask(struct scanned *scanned, const struct scanned_query *query,
    bool by_side, struct scanned_answer *answer)
{
	struct needles needles;
	struct scan_index index;
	struct scan_result result;
	struct arena arena;

	arena_init(&arena);
	scanned_set_plan(scanned);
	needles_make(&arena, query->criteria, &needles);
	index = (struct scan_index){.settings = index_settings(&scanned->rules),
	    .skim = {&needles, query->since, query->until}};
	scanned->plan.criteria = query->criteria;
	scanned->plan.since = query->since;
	scanned->plan.until = query->until;
	scanned->plan.want_raw = true;
	if (by_side)
		scanned->plan.index = &index;
	*answer = (struct scanned_answer){.records = BUFFER_EMPTY};
	scan_file(scanned->scanner, 0, scanned_take, answer, &result);
	answer->faults = result.fault_total;
	answer->side_wrong = result.index_wrong;
	answer->why = result.index_fault;
	scan_result_destroy(&result);
	arena_destroy(&arena);
}

static inline void
scanned_demand_same(const struct scanned_answer *with,
    const struct scanned_answer *without, bool faults)
{
	if (str_eq(buffer_str(&with->records), buffer_str(&without->records)) &&
	    (!faults || with->faults == without->faults))
		return;
	fprintf(stderr,
	    "by the side file, %llu faults\n%.*s\nwithout, %llu\n%.*s\n",
	    (unsigned long long)with->faults,
	    STR_ARG(buffer_str(&with->records)),
	    (unsigned long long)without->faults,
	    STR_ARG(buffer_str(&without->records)));
	abort();
}

#endif

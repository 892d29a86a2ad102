/* SPDX-License-Identifier: MIT */
/* --build-index. Threads make one file's side file each; this thread tells what
 * became of it, in archive order. A run that is interrupted leaves what it has
 * finished, and nothing half done. */
#include "mtrack/indexer.h"

#include <unistd.h>

#include "mtrack/diag.h"
#include "mtrack/index_file.h"
#include "mtrack/index_pack.h"
#include "mtrack/output.h"
#include "mtrack/progress.h"
#include "mtrack/selection.h"
#include "mtrack/stopwatch.h"
#include "mtrack/tell.h"
#include "mtrack/workers.h"

#define OUTCOMES  (INDEX_FAILED + 1)
#define BLOCK_MIN 64u

struct indexer {
	const struct options *options;
	struct verdict *verdict;
	struct archive files;
	struct scan_plan scan;
	struct index_plan plan;
	struct index_tasks tasks;
	struct scanner **scanners; /* a thread's own each */
	struct arena *arenas;      /* likewise */
	struct index_result *results;
	atomic_bool stop;
	struct tally tally;
	uint64_t outcomes[OUTCOMES];
	uint64_t bytes;  /* of side files */
	uint64_t source; /* of the files that have one */
	struct counter counter;
	double begun;
};

static void
task(void *ctx, unsigned worker, size_t number)
{
	struct indexer *indexer = ctx;
	const struct index_task *task = &indexer->tasks.tasks[number];
	struct arena *arena = &indexer->arenas[worker];
	struct scanner *scanner = indexer->scanners[worker];
	uint32_t file = task->numbers[0];

	if (task->shared)
		index_pack(
		    arena, &indexer->plan, scanner, task, indexer->results);
	else
		index_file(arena, &indexer->plan, scanner, file,
		    &indexer->results[file]);
}

/* ---- telling ---- */

static void
tell_file(struct indexer *indexer, size_t number)
{
	const struct archive_file *file = &indexer->files.files[number];
	struct index_result *result = &indexer->results[number];
	bool trouble = tell_is_trouble(file, &result->scan);

	tell_result(file, &result->scan, indexer->options);
	if (result->outcome == INDEX_FAILED && result->fault.what[0])
		diag_say("%s", result->fault.what);
	if (result->outcome == INDEX_BUSY)
		diag_say("%.*s: left to another run that indexes it",
		    STR_ARG(file->path));
	indexer->verdict->trouble |= trouble || result->outcome == INDEX_FAILED;
	indexer->outcomes[result->outcome]++;
	if (result->outcome <= INDEX_KEPT) {
		indexer->bytes += result->bytes;
		indexer->source += result->source;
	}
	tally_add(&indexer->tally, &result->scan.tally);
	scan_result_destroy(&result->scan);
}

static void
put_count(struct buffer *out, const char *what, uint64_t count)
{
	if (count > 0)
		buffer_printf(
		    out, ", %llu %s", (unsigned long long)count, what);
}

/* What was written, a line on standard output. */
static void
put_summary(const struct indexer *indexer, struct buffer *out)
{
	const uint64_t *outcomes = indexer->outcomes;
	uint64_t have = outcomes[INDEX_MADE] + outcomes[INDEX_EXTENDED] +
	    outcomes[INDEX_KEPT];
	uint64_t promille =
	    indexer->source ? indexer->bytes * 1000 / indexer->source : 0;

	buffer_printf(out, "%llu file%s indexed: %llu made",
	    (unsigned long long)have, have == 1 ? "" : "s",
	    (unsigned long long)outcomes[INDEX_MADE]);
	put_count(out, "extended", outcomes[INDEX_EXTENDED]);
	put_count(out, "unchanged", outcomes[INDEX_KEPT]);
	put_count(out, "in use by another run", outcomes[INDEX_BUSY]);
	put_count(out, "not written", outcomes[INDEX_FAILED]);
	put_count(out, "without records", outcomes[INDEX_NONE]);
	buffer_printf(out, "; side files: %llu bytes, %llu.%llu %%\n",
	    (unsigned long long)indexer->bytes,
	    (unsigned long long)promille / 10,
	    (unsigned long long)promille % 10);
}

static void
print_summary(struct indexer *indexer)
{
	struct output out;

	output_init(&out, STDOUT_FILENO);
	put_summary(indexer, &out.buffer);
	if (!output_flush(&out, true)) {
		indexer->verdict->trouble = true;
		diag_say("standard output: %s", strerror(out.error));
	}
	output_destroy(&out);
}

/* ---- the run ---- */

static void
plan(struct indexer *indexer)
{
	const struct options *options = indexer->options;
	uint64_t block = options->index_block;

	indexer->scan = (struct scan_plan){.archive = &indexer->files,
	    .rules = &options->rules,
	    .criteria = options->criteria,
	    .wanted = FIELDSET_PRINTABLE,
	    .decode_all = true,
	    .since = INT64_MIN,
	    .until = INT64_MAX,
	    .late = options->late,
	    .stop = &indexer->stop,
	    .counter = &indexer->counter};
	indexer->plan = (struct index_plan){.scan = &indexer->scan,
	    .dir = options->index_dir,
	    .settings = index_settings(&options->rules),
	    .block = block >= BLOCK_MIN ? block : INDEX_BLOCK};
}

static bool
run_tasks(struct indexer *indexer, unsigned threads)
{
	const struct index_tasks *tasks = &indexer->tasks;
	struct workers *workers;

	if (tasks->count == 0)
		return true;
	workers = workers_start(threads, tasks->count, NULL, task, indexer);
	if (!workers)
		return false;
	for (size_t i = 0; i < indexer->files.count &&
	     workers_wait(workers, tasks->task_of[i]);
	     i++)
		tell_file(indexer, i);
	workers_join(workers);
	return true;
}

static uint64_t
total_bytes(const struct archive *files)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < files->count; i++)
		sum += files->files[i].size;
	return sum;
}

static void
index_all(struct arena *arena, struct indexer *indexer)
{
	const struct options *options = indexer->options;
	unsigned threads =
	    options->threads > 0 ? options->threads : workers_available();
	struct progress *progress;
	bool started;

	indexer->results =
	    ARENA_ARRAY(arena, struct index_result, indexer->files.count);
	indexer->scanners = ARENA_ARRAY(arena, struct scanner *, threads);
	indexer->arenas = ARENA_ARRAY(arena, struct arena, threads);
	for (unsigned i = 0; i < threads; i++)
		indexer->scanners[i] = scanner_new(&indexer->scan);
	progress = progress_start(
	    options->progress, &indexer->counter, total_bytes(&indexer->files));
	started = run_tasks(indexer, threads);
	progress_stop(progress);
	if (!started) {
		diag_say("no thread can be started");
		indexer->verdict->trouble = true;
	}
	for (unsigned i = 0; i < threads; i++) {
		scanner_free(indexer->scanners[i]);
		arena_destroy(&indexer->arenas[i]);
	}
}

void
indexer_run(
    struct arena *arena, const struct options *options, struct verdict *verdict)
{
	struct indexer indexer = {.options = options, .verdict = verdict};

	indexer.begun = stopwatch_seconds();
	archive_list(
	    arena, options->paths, options->path_count, &indexer.files);
	verdict->trouble |= tell_archive(&indexer.files);
	criteria_seal(options->criteria);
	plan(&indexer);
	index_tasks_make(
	    arena, &indexer.files, indexer.plan.dir, &indexer.tasks);
	index_all(arena, &indexer);
	print_summary(&indexer);
	if (options->stats)
		tell_stats(&indexer.tally, stopwatch_seconds() - indexer.begun);
	verdict->matched = true;
}

/* SPDX-License-Identifier: MIT */
/* mtrack: searches archives of Trend Micro Email Security mail tracking logs.
 *
 * The data's way, and the units that stand on it:
 *
 *   archive   walks the paths, reads days out of names
 *   selection the period, and the files that can matter for it
 *   jobs      what threads are given: files, and parts of large ones (split)
 *   workers   threads; each runs
 *     scan      ONE file: source -> reader -> criteria (message fields)
 *       source    bytes of a file, gunzipped member by member
 *       reader_*  JSON, CSV, CEF: bytes to record views, by intake's rules
 *     stages    what passed: merge (the last action) -> criteria (state
 *               fields) -> fresh (new since the checkpoint) -> mails (a row a
 *               mail) -> order, group, count or relay
 *   indexer   --build-index; index_file makes ONE file's side file (sidecar),
 *             by which scan_side reads a few blocks instead of the whole;
 *             index_pack one that many small files share (sidepack)
 *   printer   columns, and a writer_* behind output or outfile; deliver ends
 *             it, an export's line in the ledger, and the checkpoint
 *   query     runs all of it (plan says how), tells each file's troubles
 *             (tell), how far it is (progress), why it may be empty (hints)
 *
 * Instead of a query: coverage (the archive's health), explain, why (what the
 * query does with the records of one ID; why_cases judges them), sql.
 *
 * Beside it: options (the one table; criteria, period, license, config hang on
 * it), usage (help printed from it), completion (the shells' scripts), field
 * (the table of fields), formats (the table of forms), and the ground floor:
 * str, arena, buffer, fault, tally, unicode, bytes. A unit includes only units
 * below it: tests/layers.txt.
 *
 * A newcomer reads scan.c, stages.c and query.c, and has seen it all. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mtrack/completion.h"
#include "mtrack/coverage.h"
#include "mtrack/diag.h"
#include "mtrack/explain.h"
#include "mtrack/export.h"
#include "mtrack/indexer.h"
#include "mtrack/leftover.h"
#include "mtrack/options.h"
#include "mtrack/output.h"
#include "mtrack/query.h"
#include "mtrack/sql.h"
#include "mtrack/sql_schema.h"
#include "mtrack/sql_text.h"
#include "mtrack/usage.h"
#include "mtrack/why.h"

enum status {
	STATUS_MATCH = 0,
	STATUS_NONE = 1,
	STATUS_ERROR = 2,
	STATUS_UNPROVEN = 3,
};

static int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *
environment(const char *name)
{
	return getenv(name);
}

/* True when all of them are warnings. */
static bool
tell_faults(const struct option_faults *faults)
{
	bool fine = true;

	for (size_t i = 0; i < faults->count; i++) {
		const struct option_fault *at = &faults->items[i];

		diag_value(at->origin, at->name.len ? at->name.ptr : NULL,
		    at->value, &at->fault);
		fine &= at->fault.warning;
	}
	return fine;
}

/* The reader of our output is gone: end as SIGPIPE would have ended us, also
 * where it is ignored. */
static _Noreturn void
end_by_pipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	_exit(128 + SIGPIPE);
}

/* Help and the like: printed whole, or it is an error. */
static enum status
end_output(struct output *out)
{
	bool done = output_settle(out);
	int error = out->error;

	output_destroy(out);
	if (error == EPIPE)
		end_by_pipe();
	if (!done)
		diag_say("standard output: %s", strerror(error));
	return done ? STATUS_MATCH : STATUS_ERROR;
}

static enum status
print_text(const struct options *options)
{
	struct output out;

	output_init(&out, STDOUT_FILENO);
	switch (options->run) {
	case RUN_VERSION:
		usage_version(&out);
		break;
	case RUN_FIELDS_HELP:
		usage_fields(&out);
		break;
	case RUN_COMPLETION:
		completion_print(options->shell, &out);
		break;
	default:
		usage_help(options->help_group, &out);
		break;
	}
	return end_output(&out);
}

static enum status
print_explanation(struct arena *arena, const struct options *options)
{
	struct output out;
	enum status status;
	bool whole;

	output_init(&out, STDOUT_FILENO);
	whole = explain(arena, options, &out);
	status = end_output(&out);
	return whole ? status : STATUS_ERROR;
}

static enum status
print_sql(const struct options *options)
{
	struct output out;
	struct fault fault;

	output_init(&out, STDOUT_FILENO);
	if (sql_query(options, &out.buffer, &fault))
		return end_output(&out);
	output_destroy(&out);
	diag_say("%s", fault.what);
	return STATUS_ERROR;
}

static enum status
print_schema(const struct options *options)
{
	struct output out;
	struct buffer table = BUFFER_EMPTY;

	output_init(&out, STDOUT_FILENO);
	sql_table(options->engine_table, &table);
	sql_schema(buffer_str(&table), &out.buffer);
	buffer_destroy(&table);
	return end_output(&out);
}

static enum status
run_query(struct arena *arena, const struct options *options)
{
	struct verdict verdict = {0};

	if (options->run == RUN_COVERAGE)
		coverage_run(arena, options, &verdict);
	else if (options->run == RUN_EXPORT_STATUS)
		export_status(arena, options, &verdict);
	else if (options->run == RUN_WHY)
		why_run(arena, options, &verdict);
	else if (options->run == RUN_INDEX)
		indexer_run(arena, options, &verdict);
	else
		query_run(arena, options, &verdict);
	if (verdict.pipe)
		end_by_pipe();
	if (options->quiet && options->run == RUN_QUERY && verdict.matched)
		return STATUS_MATCH;
	if (verdict.trouble)
		return STATUS_ERROR;
	if (verdict.matched ||
	    ((options->output.len > 0 || options->checkpoint.len > 0) &&
		verdict.written))
		return STATUS_MATCH;
	return verdict.unproven ? STATUS_UNPROVEN : STATUS_NONE;
}

static enum status
run(struct arena *arena, const struct options *options)
{
	switch (options->run) {
	case RUN_QUERY:
	case RUN_COVERAGE:
	case RUN_EXPORT_STATUS:
	case RUN_WHY:
	case RUN_INDEX:
		return run_query(arena, options);
	case RUN_EXPLAIN:
		return print_explanation(arena, options);
	case RUN_SQL:
		return print_sql(options);
	case RUN_ENGINE_SCHEMA:
		return print_schema(options);
	case RUN_HELP:
	case RUN_VERSION:
	case RUN_FIELDS_HELP:
	case RUN_COMPLETION:
		return print_text(options);
	}
	return STATUS_ERROR;
}

/* A descriptor that the caller closed would be that of the first file that is
 * opened, and output or messages would be written into it. What is opened here
 * in its place cannot be read, or written. */
static void
hold_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null",
			    fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int
main(int argc, char **argv)
{
	struct arena arena;
	struct options options;
	struct option_faults faults = {0};
	enum status status = STATUS_ERROR;

	hold_descriptors();
	memory_settle();
	/* A file that may grow no further is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	leftover_watch();
	arena_init(&arena);
	if (options_parse(&arena, argc, argv, environment, clock_now(),
		&options, &faults))
		status =
		    tell_faults(&faults) ? run(&arena, &options) : STATUS_ERROR;
	else
		tell_faults(&faults);
	arena_destroy(&arena);
	return (int)status;
}

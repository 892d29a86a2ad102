/* SPDX-License-Identifier: MIT */
/* --explain. */
#include "mtrack/explain.h"

#include <fcntl.h>
#include <unistd.h>

#include "mtrack/archive.h"
#include "mtrack/days.h"
#include "mtrack/diag.h"
#include "mtrack/numeral.h"
#include "mtrack/plan.h"
#include "mtrack/selection.h"
#include "mtrack/side_open.h"
#include "mtrack/tell.h"
#include "mtrack/timestamp.h"

/* Files that are listed by name; more are only counted. */
#define FILES_LISTED 20

static void
put_time(struct buffer *out, int64_t ms, const char *open)
{
	if (ms == INT64_MIN || ms == INT64_MAX)
		buffer_puts(out, str_from(open));
	else
		timestamp_print(ms, NULL, out);
}

/* A query means the same for everyone but for these. */
static void
put_settings(struct buffer *out, const struct options *options)
{
	if (!options->config.len)
		return;
	buffer_puts(out, STR("settings: "));
	diag_escape(options->config, false, out);
	buffer_puts(out, STR(" (--no-config leaves it alone)\n"));
}

static void
put_period(struct buffer *out, const struct options *options,
    const struct selection *selection)
{
	buffer_puts(out, STR("period:   "));
	put_time(out, selection->since, "the beginning");
	buffer_puts(out, STR(" <= timestamp < "));
	put_time(out, selection->until, "the end");
	if (options->period == PERIOD_DEFAULT)
		buffer_printf(out, " (none given: the window of license %s)",
		    options->license->name);
	if (selection->undated_whole && selection->undated &&
	    selection->since != INT64_MIN)
		buffer_puts(out,
		    STR("; files without days and standard input are searched "
			"whole"));
	buffer_putc(out, '\n');
}

static void
put_merging(struct buffer *out, const struct options *options)
{
	buffer_puts(out,
	    options->history
		? STR("entries:  every record as logged (--history)\n")
		: STR("entries:  the last action for each mail ID and "
		      "recipient\n"));
}

/* What is put to the last action alone (SPEC 2). */
static void
put_state(struct buffer *out, const struct options *options)
{
	struct criterion_given given;
	bool any = false;

	if (options->history)
		return;
	for (size_t i = 0; criteria_given(options->criteria, i, &given); i++) {
		if (!given.state)
			continue;
		buffer_puts(out,
		    any ? STR(", ")
			: STR("state:    put to the last action: "));
		buffer_printf(
		    out, "%s%s", given.negated ? "not " : "", given.name);
		any = true;
	}
	if (any)
		buffer_putc(out, '\n');
}

/* ---- what becomes of what is found ---- */

static void
put_order(struct buffer *out, const struct options *options)
{
	static const char *const orders[] = {
	    [ORDER_ASC] = "by timestamp, oldest first",
	    [ORDER_DESC] = "by timestamp, newest first",
	    [ORDER_NONE] = "as read",
	};

	bool cut = options->skip > 0 || options->limit != LIMIT_NONE;

	if (options->quiet || options->by_count > 0 || (options->count && !cut))
		return;
	buffer_printf(out, "order:    %s", orders[options->order]);
	if (options->skip > 0) {
		buffer_puts(out, STR("; without the first "));
		numeral_put(options->skip, out);
	}
	if (options->limit != LIMIT_NONE) {
		buffer_puts(out, STR("; at most "));
		numeral_put(options->limit, out);
	}
	buffer_putc(out, '\n');
}

static void
put_counts(struct buffer *out, const struct options *options)
{
	buffer_puts(out, STR("counts per "));
	for (size_t i = 0; i < options->by_count; i++) {
		buffer_puts(out, i ? STR(", ") : STR_NONE);
		buffer_puts(out, options->by[i].name);
	}
	if (options->top != LIMIT_NONE) {
		buffer_puts(out, STR(", the first "));
		numeral_put(options->top, out);
	}
}

static void
put_rows(struct buffer *out, const struct options *options)
{
	if (options->quiet)
		buffer_puts(out, STR("none: the exit status tells"));
	else if (options->by_count > 0)
		put_counts(out, options);
	else if (options->count)
		buffer_puts(out, STR("a number"));
	else if (options->by_message)
		buffer_puts(out, STR("a row a mail"));
	else if (options->states)
		buffer_puts(
		    out, STR("a block a mail and recipient, with its states"));
	else
		buffer_puts(out, STR("a row an entry"));
}

static void
put_output(struct buffer *out, const struct options *options)
{
	buffer_puts(out, STR("output:   "));
	put_rows(out, options);
	if (!options->quiet && !options->count) {
		buffer_puts(out, STR(", "));
		buffer_puts(out, options->format);
	}
	if (!options->quiet) {
		buffer_puts(out, STR(", to "));
		if (options->output.len)
			diag_escape(options->output, false, out);
		else
			buffer_puts(out, STR("standard output"));
	}
	if (options->exporting)
		buffer_puts(out,
		    options->selected ? STR(" (Export Selected)")
				      : STR(" (Export All)"));
	buffer_putc(out, '\n');
	if (options->checkpoint.len == 0)
		return;
	buffer_puts(out, STR("only:     what is new since "));
	diag_escape(options->checkpoint, false, out);
	buffer_puts(out, STR(" was written\n"));
}

/* ---- where it is looked for ---- */

static void
put_literals(struct buffer *out, const struct options *options)
{
	const struct prefilter *filter = criteria_prefilter(options->criteria);

	for (size_t i = 0; i < filter->count; i++) {
		const struct literal_group *group = &filter->groups[i];

		buffer_puts(out,
		    i ? STR("          and ") : STR("decoded:  records with "));
		for (size_t k = 0; k < group->count; k++) {
			buffer_puts(out, k ? STR(" or ") : STR_NONE);
			buffer_putc(out, '`');
			diag_escape(group->literals[k], true, out);
			buffer_putc(out, '`');
		}
		buffer_puts(out, group->fold ? STR(", any case\n") : STR("\n"));
	}
}

static void
put_file(struct buffer *out, const struct archive_file *file)
{
	buffer_puts(out, STR("  "));
	diag_escape(file->path, false, out);
	buffer_puts(out, STR("  "));
	if (file->first == DAY_NONE) {
		buffer_puts(out, STR("no day in its name: always read\n"));
		return;
	}
	days_print(file->first, out);
	if (file->last != file->first) {
		buffer_puts(out, STR(" ... "));
		days_print(file->last, out);
	}
	buffer_putc(out, '\n');
}

static void
put_files(struct buffer *out, const struct options *options,
    const struct selection *selection)
{
	const struct archive *files = &selection->files;
	size_t listed =
	    files->count < FILES_LISTED ? files->count : FILES_LISTED;

	buffer_printf(out, "files:    %zu to be read, %llu of other days",
	    files->count, (unsigned long long)selection->passed_over);
	if (options->all_files)
		buffer_puts(out, STR(" (--all-files)"));
	else
		buffer_printf(out,
		    " (read: a day before the period to %u days after it)",
		    options->late);
	buffer_putc(out, '\n');
	for (size_t i = 0; i < listed; i++)
		put_file(out, &files->files[i]);
	if (listed < files->count)
		buffer_printf(
		    out, "  ... and %zu more\n", files->count - listed);
}

/* ---- side files ---- */

static bool
has_valid_side(const struct archive_file *file, struct sidepack *pack,
    const struct scan_index *index)
{
	enum sidecar_state state = SIDECAR_NONE;
	struct sidecar side;
	struct arena arena;
	struct fault fault;
	int fd;

	if (file->size == 0)
		return false;
	arena_init(&arena);
	fd = open(file->path.ptr, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0)
		state = side_open(&arena, pack, &side, index->dir, file->path,
		    fd, index->settings, &fault);
	if (state == SIDECAR_VALID || state == SIDECAR_GROWN)
		sidecar_close(&side);
	if (fd >= 0)
		close(fd);
	arena_destroy(&arena);
	return state == SIDECAR_VALID;
}

static void
put_needles(struct buffer *out, const struct needles *needles, bool period)
{
	buffer_puts(out, STR("  blocks are ruled out by:"));
	for (size_t i = 0; i < needles->count; i++)
		buffer_printf(out, " %s", needles->items[i].name);
	if (period)
		buffer_puts(out, STR(" period"));
	else if (needles->count == 0)
		buffer_puts(out, STR(" nothing"));
	buffer_putc(out, '\n');
	if (needles->unserved_count == 0)
		return;
	buffer_puts(out, STR("  not by:"));
	for (size_t i = 0; i < needles->unserved_count; i++)
		buffer_printf(out, " %s", needles->unserved[i]);
	buffer_putc(out, '\n');
}

static void
put_index(struct arena *arena, struct buffer *out,
    const struct options *options, const struct selection *selection)
{
	const struct archive *files = &selection->files;
	struct needles needles;
	struct sidepack pack = {0};
	struct scan_index index;
	size_t valid = 0;

	if (!plan_index(arena, options, selection, options->criteria, &needles,
		&index)) {
		buffer_printf(out, "index:    not used (%s)\n",
		    options->no_index ? "--no-index" : "--strict");
		return;
	}
	for (size_t i = 0; i < files->count; i++)
		valid += has_valid_side(&files->files[i], &pack, &index);
	sidepack_close(&pack);
	buffer_printf(out,
	    "index:    %zu of these files have a valid side "
	    "file\n",
	    valid);
	if (valid > 0)
		put_needles(out, &needles,
		    selection->since != INT64_MIN ||
			selection->until != INT64_MAX);
}

/* Each criterion under the others; one takes several lines. */
static void
put_criteria(struct buffer *out, const struct options *options)
{
	struct buffer lines = BUFFER_EMPTY;
	struct str rest, line;

	criteria_explain(options->criteria, &lines);
	rest = buffer_str(&lines);
	buffer_puts(
	    out, rest.len ? STR("criteria:\n") : STR("criteria: none\n"));
	while (rest.len && str_split(&rest, '\n', &line))
		if (line.len)
			buffer_printf(out, "  %.*s\n", STR_ARG(line));
	buffer_destroy(&lines);
}

bool
explain(struct arena *arena, const struct options *options, struct output *out)
{
	struct archive all;
	struct selection selection;

	archive_list(arena, options->paths, options->path_count, &all);
	selection_make(arena, options, &all, &selection);
	criteria_seal(options->criteria);
	put_settings(&out->buffer, options);
	put_period(&out->buffer, options, &selection);
	put_merging(&out->buffer, options);
	put_state(&out->buffer, options);
	put_order(&out->buffer, options);
	put_output(&out->buffer, options);
	put_criteria(&out->buffer, options);
	put_literals(&out->buffer, options);
	put_files(&out->buffer, options, &selection);
	put_index(arena, &out->buffer, options, &selection);
	return !tell_archive(&all);
}

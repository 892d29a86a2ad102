/* SPDX-License-Identifier: MIT */
/* --explain. */
#include "mtrack/explain.h"

#include "mtrack/archive.h"
#include "mtrack/days.h"
#include "mtrack/diag.h"
#include "mtrack/selection.h"
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

void
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
	buffer_puts(&out->buffer, STR("criteria:\n"));
	criteria_explain(options->criteria, &out->buffer);
	put_files(&out->buffer, options, &selection);
}

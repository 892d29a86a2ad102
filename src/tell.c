/* SPDX-License-Identifier: MIT */
/* What query says on standard error. */
#include "mtrack/tell.h"

#include "mtrack/days.h"
#include "mtrack/diag.h"
#include "mtrack/source.h"

bool
tell_archive(const struct archive *archive)
{
	bool trouble = false;

	for (size_t i = 0; i < archive->fault_count; i++) {
		const struct archive_fault *at = &archive->faults[i];

		diag_say("%.*s: %s", STR_ARG(at->path), at->fault.what);
		trouble |= !at->fault.warning;
	}
	return trouble;
}

/* A file in no known form is an error when somebody said that it is a log. */
static bool
should_be_log(const struct archive_file *file, const struct scan_result *result)
{
	return file->named || result->packed || archive_claims_log(file->path);
}

bool
tell_is_trouble(
    const struct archive_file *file, const struct scan_result *result)
{
	return result->fault_total > 0 || result->tally.damaged ||
	    (result->no_log && !result->side && should_be_log(file, result));
}

static void
tell_fault(struct str path, const struct scan_fault *at)
{
	if (at->line > 0)
		diag_say("%.*s:%llu: %s", STR_ARG(path),
		    (unsigned long long)at->line, at->fault.what);
	else
		diag_say("%.*s: %s", STR_ARG(path), at->fault.what);
}

static void
tell_stray(const struct archive_file *file, const struct scan_result *result)
{
	struct buffer text = BUFFER_EMPTY;

	days_print(result->stray, &text);
	buffer_puts(&text, STR(", its name says "));
	days_print(file->first, &text);
	if (file->last != file->first) {
		buffer_puts(&text, STR(" ... "));
		days_print(file->last, &text);
	}
	diag_say("%.*s: holds %.*s: rename it or use --all-files",
	    STR_ARG(file->path), STR_ARG(buffer_str(&text)));
	buffer_destroy(&text);
}

void
tell_result(const struct archive_file *file, const struct scan_result *result,
    const struct options *options)
{
	uint64_t more = result->fault_total - result->fault_count;

	for (size_t i = 0; i < result->fault_count; i++)
		tell_fault(file->path, &result->faults[i]);
	if (more > 0)
		diag_say("%.*s: %llu more fault%s", STR_ARG(file->path),
		    (unsigned long long)more, more == 1 ? "" : "s");
	if (result->no_log && !result->side)
		diag_say("%.*s: %s%s", STR_ARG(file->path),
		    result->utf16
			? "is UTF-16, which is not read here: use `iconv "
			  "-f UTF-16 -t UTF-8 FILE | mtrack -`"
			: "no mail tracking log",
		    should_be_log(file, result) ? "" : ", skipped");
	if (result->stray != DAY_NONE && !options->all_files)
		tell_stray(file, result);
	if (result->index_wrong && options->stats)
		diag_say("%.*s: its side file is not used: it %s",
		    STR_ARG(file->path), result->index_fault.what);
	if (result->growing && options->stats)
		diag_say("%.*s: still being written", STR_ARG(file->path));
}

void
tell_narrowed(const struct selection *selection)
{
	struct buffer text = BUFFER_EMPTY;

	days_print(days_of(selection->since), &text);
	buffer_puts(&text, STR(" ... "));
	days_print(days_of(selection->until - 1), &text);
	diag_say("searched %.*s, the license's window; all days: --license "
		 "none, others: --since, --until",
	    STR_ARG(buffer_str(&text)));
	buffer_destroy(&text);
}

struct stat_row {
	const char *name;
	uint64_t count;
};

void
tell_stats(const struct tally *tally, double seconds)
{
	const struct stat_row rows[] = {
	    {"files read", tally->files},
	    {"files of other days", tally->files_skipped},
	    {"bytes read", tally->bytes_packed},
	    {"bytes unpacked", tally->bytes},
	    {"records", tally->records},
	    {"passed over undecoded", tally->passed_over},
	    {"other", tally->other},
	    {"malformed", tally->malformed},
	    {"merged", tally->merged},
	    {"matched", tally->matched},
	    {"printed", tally->printed},
	    {"runs spilled", tally->spilled_runs},
	    {"files by side index", tally->index_files},
	    {"in parts", tally->index_parts},
	    {"blocks skipped", tally->index_blocks},
	    {"bytes skipped", tally->index_bytes},
	};
	struct buffer text = BUFFER_EMPTY;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		buffer_printf(&text, "%-22s %llu\n", rows[i].name,
		    (unsigned long long)rows[i].count);
	buffer_printf(&text, "%-22s %s\n", "unpacker", source_unpacker());
	buffer_printf(&text, "%-22s %.3f\n", "seconds", seconds);
	diag_raw(buffer_str(&text));
	buffer_destroy(&text);
}

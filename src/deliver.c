/* SPDX-License-Identifier: MIT */
/* What a query leaves behind. */
#include "mtrack/deliver.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mtrack/diag.h"

void
deliver_trouble(
    struct deliver *deliver, const struct fault *fault, struct verdict *verdict)
{
	diag_say("%s", fault->what);
	verdict->trouble = true;
	deliver->last = *fault;
}

/* ---- opening ---- */

/* --by: a column a key, then the count; NULL: the rows are records. */
static const struct column *
count_columns(struct arena *arena, const struct options *options)
{
	size_t count = options->by_count;
	struct column *columns;

	if (count == 0)
		return NULL;
	columns = ARENA_ARRAY(arena, struct column, count + 1);
	for (size_t i = 0; i < count; i++)
		columns[i] =
		    (struct column){options->by[i].name, FIELD_NONE, false};
	columns[count] = (struct column){STR("count"), FIELD_NONE, true};
	return columns;
}

static bool
open_checkpoint(
    struct arena *arena, struct deliver *deliver, struct fault *fault)
{
	const struct options *options = deliver->options;
	struct timespec now;

	if (options->checkpoint.len == 0)
		return true;
	clock_gettime(CLOCK_REALTIME, &now);
	deliver->checkpoint = checkpoint_open(arena, options->checkpoint,
	    options->history, (uint32_t)(now.tv_sec / 86400), fault);
	return deliver->checkpoint != NULL;
}

/* Renewing the checkpoint would take the output away again. */
static bool
is_apart(const struct options *options, struct fault *fault)
{
	struct stat state;
	struct stat out;
	int known = options->output.len ? stat(options->output.ptr, &out)
					: fstat(STDOUT_FILENO, &out);

	if (options->checkpoint.len == 0 || known < 0 ||
	    stat(options->checkpoint.ptr, &state) < 0 ||
	    state.st_dev != out.st_dev || state.st_ino != out.st_ino)
		return true;
	return fault_set(fault,
	    "checkpoint %.*s: the output goes into the same file",
	    STR_ARG(options->checkpoint));
}

static bool
open_export(struct arena *arena, struct deliver *deliver, struct fault *fault)
{
	if (deliver->options->exporting)
		deliver->export = export_begin(arena, deliver->options, fault);
	return !deliver->options->exporting || deliver->export;
}

static void
finish_export(struct deliver *deliver, uint64_t records, bool written,
    struct verdict *verdict)
{
	struct fault fault;

	if (deliver->export &&
	    !export_end(deliver->export, records,
		written ? NULL : deliver->last.what, &fault))
		deliver_trouble(deliver, &fault, verdict);
}

bool
deliver_open(struct arena *arena, const struct options *options,
    struct deliver *deliver, struct verdict *verdict)
{
	struct fault fault;

	*deliver = (struct deliver){.options = options};
	if (open_checkpoint(arena, deliver, &fault) &&
	    is_apart(options, &fault) && open_export(arena, deliver, &fault))
		deliver->printer =
		    printer_open(arena, options, count_columns(arena, options),
			options->by_count + 1, &fault);
	if (deliver->printer)
		return true;
	deliver_trouble(deliver, &fault, verdict);
	finish_export(deliver, 0, false, verdict);
	checkpoint_close(deliver->checkpoint);
	return false;
}

/* ---- ending ---- */

bool
deliver_allows(
    const struct deliver *deliver, uint64_t rows, struct fault *fault)
{
	const struct options *options = deliver->options;

	if (!deliver->export)
		return true;
	rows = rows > options->skip ? rows - options->skip : 0;
	return export_allows(
	    options, rows < options->limit ? rows : options->limit, fault);
}

static void
finish_printer(struct deliver *deliver, bool whole, struct verdict *verdict)
{
	struct fault fault;

	if (printer_close(deliver->printer, whole, &verdict->pipe, &fault)) {
		verdict->written = whole;
		return;
	}
	deliver->last = fault;
	verdict->trouble = true;
	if (!verdict->pipe)
		diag_say("%s", fault.what);
}

/* What is no file cannot be synced, and some file systems do not. */
static bool
is_durable(struct fault *fault)
{
	if (fsync(STDOUT_FILENO) == 0 ||
	    (errno != EIO && errno != ENOSPC && errno != EDQUOT))
		return true;
	return fault_set(fault, "standard output: %s", strerror(errno));
}

static void
finish_checkpoint(struct deliver *deliver, struct verdict *verdict)
{
	struct fault fault;

	if (!deliver->checkpoint)
		return;
	if (!verdict->written) {
		checkpoint_close(deliver->checkpoint);
		return;
	}
	if (!is_durable(&fault))
		checkpoint_close(deliver->checkpoint);
	else if (checkpoint_commit(deliver->checkpoint, &fault))
		return;
	deliver_trouble(deliver, &fault, verdict);
	verdict->written = false;
}

void
deliver_finish(struct deliver *deliver, bool whole, struct verdict *verdict)
{
	finish_printer(deliver, whole, verdict);
	finish_export(
	    deliver, printer_rows(deliver->printer), verdict->written, verdict);
	finish_checkpoint(deliver, verdict);
}

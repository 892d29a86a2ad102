/* SPDX-License-Identifier: MIT */
/* Between the query and a writer. */
#include "mtrack/printer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mtrack/display.h"
#include "mtrack/formats.h"
#include "mtrack/outfile.h"

/* With --sort none a table's widths are fitted to so many rows (SPEC 4.3). */
#define SAMPLE_ROWS 200

struct printer {
	const struct options *options;
	const struct format_row *format;
	struct outfile file; /* with -o */
	struct output plain; /* standard output */
	struct output *out;  /* one of the two */
	bool action_or_reason;
	bool begun;
	const struct column *columns;
	struct cell *cells;
	struct buffer scratch;
	struct buffer lines; /* struct str: the states of a record */
	struct writer_plan plan;
	struct rowtext_plan rowtext;
	struct writer writer;
	struct arena rows; /* what the writer holds back */
};

/* Table default (SPEC 4.2). */
static const enum field table_fields[] = {FIELD_TIMESTAMP, FIELD_DIRECTION,
    FIELD_ACTION, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT};

static void
set_column(struct column *column, enum field field)
{
	*column = (struct column){str_from(field_row(field)->name), field,
	    field_row(field)->kind == KIND_NUMBER || field == FIELD_LINE};
}

static void
choose_fields(struct arena *arena, struct printer *printer)
{
	const struct options *options = printer->options;
	const enum field *fields = options->fields;
	size_t count = options->field_count;
	bool table = str_eq(options->format, STR("table"));
	struct column *columns;

	if (!fields && table) {
		fields = table_fields;
		count = sizeof(table_fields) / sizeof(*table_fields);
		printer->action_or_reason = true;
	} else if (!fields) {
		/* The engine's table holds where a record stands as well. */
		count = str_eq(options->format, STR("engine")) ? FIELD_LINE + 1
							       : FIELD_COUNT;
	}
	columns = ARENA_ARRAY(arena, struct column, count + 1);
	for (size_t i = 0; i < count; i++)
		set_column(&columns[i], fields ? fields[i] : (enum field)i);
	printer->columns = columns;
	printer->plan.count = count;
	if (options->states)
		columns[printer->plan.count++] =
		    (struct column){STR("states"), FIELD_NONE, false};
}

static unsigned
terminal_width(int fd)
{
	struct winsize size;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static void
make_plan(struct printer *printer)
{
	const struct options *options = printer->options;
	struct writer_plan *plan = &printer->plan;
	int fd = printer->out->fd;

	plan->columns = printer->columns;
	plan->bars = options->by_count > 0;
	plan->header = !options->no_header;
	plan->csv_safe = options->csv_safe;
	plan->null_end = options->null_end;
	plan->color = options->color == WHEN_ALWAYS ||
	    (options->color == WHEN_AUTO && isatty(fd));
	plan->width = options->wide ? 0 : terminal_width(fd);
	plan->sample = options->order == ORDER_NONE ? SAMPLE_ROWS : 0;
	plan->memory = options->memory / 4;
}

struct printer *
printer_open(struct arena *arena, const struct options *options,
    const struct column *columns, size_t count, struct fault *fault)
{
	struct printer *printer = ARENA_NEW(arena, struct printer);

	printer->options = options;
	printer->format = format_find(options->format);
	if (options->output.len > 0) {
		if (!outfile_open(
			arena, &printer->file, options->output, fault))
			return NULL;
		printer->out = &printer->file.out;
	} else {
		output_init(&printer->plain, STDOUT_FILENO);
		printer->out = &printer->plain;
	}
	if (columns) {
		printer->columns = columns;
		printer->plan.count = count;
	} else {
		choose_fields(arena, printer);
	}
	make_plan(printer);
	if (printer->format->ops->verbatim && isatty(printer->out->fd))
		printer->out->filter = display_guard;
	printer->cells = ARENA_ARRAY(arena, struct cell, printer->plan.count);
	arena_init(&printer->rows);
	printer->writer = (struct writer){.ops = printer->format->ops,
	    .plan = &printer->plan,
	    .arena = &printer->rows,
	    .out = printer->out};
	printer->rowtext = (struct rowtext_plan){printer->format->ops,
	    &printer->plan, options->zone, printer->action_or_reason};
	return printer;
}

fieldset
printer_fields(const struct printer *printer)
{
	fieldset fields = 0;

	for (size_t i = 0; i < printer->plan.count; i++) {
		enum field field = printer->columns[i].field;

		if (field == FIELD_SENDER_DOMAIN)
			fields |= FIELD_BIT(FIELD_SENDER);
		else if (field == FIELD_RECIPIENT_DOMAIN)
			fields |= FIELD_BIT(FIELD_RECIPIENT);
		else if (field != FIELD_NONE)
			fields |= FIELD_BIT(field);
	}
	if (printer->action_or_reason || printer->plan.color)
		fields |= FIELD_BIT(FIELD_ACTION) | FIELD_BIT(FIELD_REASON) |
		    FIELD_BIT(FIELD_TYPE);
	return fields;
}

bool
printer_wants_raw(const struct printer *printer)
{
	return str_eq(printer->options->format, STR("raw"));
}

const struct rowtext_plan *
printer_rowtext(const struct printer *printer)
{
	return printer->format->ops->rows_alone ? &printer->rowtext : NULL;
}

bool
printer_begin(struct printer *printer)
{
	printer->begun = true;
	return printer->writer.ops->begin(&printer->writer);
}

static bool
write_row(
    struct printer *printer, const struct record *rec, const struct cell *cells)
{
	if (!printer->writer.ops->row(&printer->writer, cells, rec))
		return false;
	printer->writer.rows++;
	return true;
}

/* The lines of rec->raw as a list, which dies with the next record. */
static void
fill_states(struct printer *printer, const struct record *rec)
{
	struct cell *cell = &printer->cells[printer->plan.count - 1];
	struct str rest = rec->raw;
	struct str line;

	buffer_clear(&printer->lines);
	while (rest.ptr && str_split(&rest, '\n', &line))
		buffer_put(&printer->lines, &line, sizeof(line));
	*cell = (struct cell){.kind = CELL_LIST,
	    .items = (const struct str *)(void *)printer->lines.ptr,
	    .count = printer->lines.len / sizeof(line)};
}

bool
printer_record(struct printer *printer, const struct record *rec)
{
	columns_fill(printer->columns, printer->plan.count, rec,
	    printer->options->zone, printer->action_or_reason, printer->cells,
	    &printer->scratch);
	if (printer->options->states)
		fill_states(printer, rec);
	return write_row(printer, rec, printer->cells);
}

bool
printer_text(struct printer *printer, struct str row)
{
	buffer_puts(&printer->out->buffer, row);
	printer->writer.rows++;
	return output_flush(printer->out, false);
}

bool
printer_cells(struct printer *printer, const struct cell *cells)
{
	return write_row(printer, NULL, cells);
}

bool
printer_number(struct printer *printer, uint64_t number)
{
	buffer_printf(
	    &printer->out->buffer, "%llu\n", (unsigned long long)number);
	return true;
}

uint64_t
printer_rows(const struct printer *printer)
{
	return printer->writer.rows;
}

bool
printer_close(
    struct printer *printer, bool whole, bool *pipe, struct fault *fault)
{
	bool done =
	    !printer->begun || printer->writer.ops->end(&printer->writer);

	if (printer->out == &printer->file.out && whole && done) {
		done = outfile_commit(&printer->file, fault);
	} else if (printer->out == &printer->file.out) {
		outfile_abort(&printer->file);
		if (!done)
			fault_set(fault, "%.*s: %s",
			    STR_ARG(printer->options->output),
			    strerror(printer->out->error));
	} else {
		done = output_settle(printer->out) && done;
		if (!done)
			fault_set(fault, "standard output: %s",
			    strerror(printer->out->error));
		output_destroy(printer->out);
	}
	*pipe = printer->out->error == EPIPE;
	buffer_destroy(&printer->scratch);
	buffer_destroy(&printer->lines);
	arena_destroy(&printer->rows);
	return done;
}

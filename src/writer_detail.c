/* SPDX-License-Identifier: MIT */
/* detail: one block of lines a record. */
#include "mtrack/writer_detail.h"

#include "mtrack/diag.h"
#include "mtrack/display.h"
#include "mtrack/paint.h"

struct state {
	size_t label; /* width of the longest name, its colon and a space */
	bool any;     /* a block was printed */
};

static bool
detail_begin(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = ARENA_NEW(writer->arena, struct state);

	for (size_t i = 0; i < plan->count; i++)
		if (state->label < plan->columns[i].name.len + 2)
			state->label = plan->columns[i].name.len + 2;
	writer->state = state;
	return true;
}

/* One part of an attachment: `, status Deleted`. */
static void
put_part(struct str name, struct str value, bool *first, struct buffer *out)
{
	if (value.len == 0)
		return;
	buffer_puts(out, *first ? STR(" (") : STR(", "));
	*first = false;
	buffer_puts(out, name);
	diag_escape(value, false, out);
}

/* `invoice.pdf (sha256 9f86..., status Deleted)`. */
static void
put_attachment(const struct attachment *item, struct buffer *out)
{
	bool first = true;

	if (item->name.len)
		diag_escape(item->name, false, out);
	else
		buffer_putc(out, '-');
	put_part(STR("sha256 "), item->sha256, &first, out);
	put_part(STR("status "), item->status, &first, out);
	put_part(STR("passwordAnalysis "), item->password, &first, out);
	if (!first)
		buffer_putc(out, ')');
}

static void
put_line(const struct cell *cell, size_t line, struct buffer *out)
{
	if (cell->kind == CELL_LIST)
		diag_escape(cell->items[line], false, out);
	else if (cell->kind == CELL_ATTACHMENTS)
		put_attachment(&cell->attachments[line], out);
	else
		diag_escape(cell->text, false, out);
}

/* PAINT goes to the values that it was chosen by. */
static void
put_field(struct writer *writer, const struct column *column,
    const struct cell *cell, struct str paint)
{
	const struct state *state = writer->state;
	struct buffer *out = &writer->out->buffer;
	bool list = cell->kind == CELL_LIST || cell->kind == CELL_ATTACHMENTS;
	bool painted = paint.len &&
	    (column->field == FIELD_ACTION || column->field == FIELD_TYPE ||
		column->field == FIELD_REASON);

	buffer_puts(out, column->name);
	buffer_putc(out, ':');
	display_pad(state->label - column->name.len - 1, out);
	for (size_t i = 0; i < (list ? cell->count : 1); i++) {
		if (i)
			display_pad(state->label, out);
		if (painted)
			buffer_puts(out, paint);
		put_line(cell, i, out);
		if (painted)
			buffer_puts(out, PAINT_END);
		buffer_putc(out, '\n');
	}
}

static bool
detail_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = writer->state;
	struct str paint = plan->color ? paint_record(rec) : STR_NONE;

	if (state->any)
		buffer_putc(&writer->out->buffer, '\n');
	state->any = true;
	for (size_t i = 0; i < plan->count; i++)
		if (cells[i].kind != CELL_EMPTY)
			put_field(writer, &plan->columns[i], &cells[i], paint);
	return output_flush(writer->out, false);
}

static bool
detail_end(struct writer *writer)
{
	return output_flush(writer->out, false);
}

const struct writer_ops writer_detail = {
    .name = "detail",
    .records_only = true,
    .begin = detail_begin,
    .row = detail_row,
    .end = detail_end,
};

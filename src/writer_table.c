/* SPDX-License-Identifier: MIT */
/* table: rows are held back until their widths are known, then printed in
 * columns. */
#include "mtrack/writer_table.h"

#include "mtrack/display.h"
#include "mtrack/fit.h"
#include "mtrack/paint.h"

#define GAP       2  /* spaces between columns */
#define TEXT_MIN  8  /* a text column is not cut to less, */
#define TEXT_BARE 2  /* unless a narrow terminal then holds all */
#define BAR_MIN   10 /* what text columns leave to the bars */
#define BAR_PIPED 40 /* longest bar where no terminal sets a width */

/* One cell of a held row; its bytes follow. */
struct piece {
	size_t width;
	size_t len;
};

/* A row as it is held back:
 *
 *     held | piece bytes | piece bytes | ... one for each column
 */
struct held {
	struct str paint;
	uint64_t number; /* the last column's, for its bar */
};

struct state {
	struct fit *fits; /* of each column */
	struct buffer rows;
	struct buffer text; /* lists and attachments on their way */
	size_t count;       /* rows in the buffer */
	uint64_t most;      /* the longest bar's number */
	size_t bar;         /* its columns */
	bool settled;       /* widths are fixed, rows are printed at once */
};

static bool
is_time(enum field field)
{
	return field == FIELD_TIMESTAMP || field == FIELD_GEN_TIME ||
	    field == FIELD_DELIVERY_TIME;
}

/* A cut number or time would be another one. */
static bool
may_cut(const struct column *column)
{
	return !column->number && !is_time(column->field);
}

/* `awk -F'  +'` would take the padding before a first cell for a column. */
static bool
is_right(const struct writer_plan *plan, size_t column)
{
	return column > 0 && plan->columns[column].number;
}

static bool
has_bars(const struct writer_plan *plan)
{
	return plan->bars && plan->count > 1 &&
	    plan->columns[plan->count - 1].number;
}

static void
put_piece(struct state *state, struct str text, size_t column)
{
	struct buffer *rows = &state->rows;
	struct fit *fit = &state->fits[column];
	struct piece piece;
	size_t at = rows->len;

	buffer_put(rows, &(struct piece){0}, sizeof(piece));
	piece.width = display_cell(text, rows);
	if (rows->len == at + sizeof(piece)) {
		buffer_putc(rows, '-');
		piece.width = 1;
	}
	piece.len = rows->len - at - sizeof(piece);
	memcpy(rows->ptr + at, &piece, sizeof(piece));
	if (!state->settled && fit->natural < piece.width)
		fit->natural = piece.width;
}

static void
hold_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = writer->state;
	struct held held = {STR_NONE, 0};

	if (plan->color)
		held.paint = paint_record(rec);
	if (has_bars(plan) && cells[plan->count - 1].kind == CELL_NUMBER)
		str_to_u64(cells[plan->count - 1].text, &held.number);
	if (!state->settled && held.number > state->most)
		state->most = held.number;
	buffer_put(&state->rows, &held, sizeof(held));
	for (size_t i = 0; i < plan->count; i++)
		put_piece(state,
		    columns_text(&plan->columns[i], &cells[i], &state->text),
		    i);
	state->count++;
}

/* Width of COLUMN in a row whose cells before it stand OVER columns out: a
 * number wider than any that decided the widths. The last column makes up. */
static size_t
width_left(const struct writer *writer, size_t column, size_t over)
{
	const struct state *state = writer->state;
	const struct fit *fit = &state->fits[column];

	if (over == 0 || column + 1 < writer->plan->count)
		return fit->width;
	return fit->width > over + fit->least ? fit->width - over : fit->least;
}

/* Prints one cell and what parts it from the next; returns OVER and by how much
 * this cell stands out. */
static size_t
print_cell(struct writer *writer, size_t column, struct str text, size_t width,
    size_t over)
{
	const struct writer_plan *plan = writer->plan;
	struct buffer *out = &writer->out->buffer;
	size_t wish = width_left(writer, column, over);
	bool right = is_right(plan, column);
	bool cut =
	    plan->width && width > wish && may_cut(&plan->columns[column]);
	size_t pad = width < wish ? wish - width : 0;

	if (right)
		display_pad(pad, out);
	if (!cut)
		buffer_puts(out, text);
	else
		pad = wish - display_cut(text, wish, out);
	if (column + 1 < plan->count)
		display_pad(right ? GAP : pad + GAP, out);
	return !cut && width > wish ? over + width - wish : over;
}

/* Scaled to the longest; what is not zero shows at least a trace. */
static void
print_bar(struct writer *writer, uint64_t number)
{
	const struct state *state = writer->state;
	bool ascii = writer->plan->width == 0;
	unsigned step = ascii ? 8 : 1;
	double share = state->most ? (double)number / (double)state->most : 0;
	size_t eighths;

	if (!has_bars(writer->plan) || number == 0 || state->bar == 0)
		return;
	if (share > 1) /* beyond what the memory let decide */
		share = 1;
	eighths = (size_t)(share * (double)(state->bar * 8));
	if (eighths < step)
		eighths = step;
	display_pad(GAP, &writer->out->buffer);
	display_bar(eighths, ascii, &writer->out->buffer);
}

/* Prints the row at AT of the held ones; returns where the next begins. */
static size_t
print_row(struct writer *writer, size_t at)
{
	struct state *state = writer->state;
	struct buffer *out = &writer->out->buffer;
	struct held held;
	size_t over = 0;

	memcpy(&held, state->rows.ptr + at, sizeof(held));
	at += sizeof(held);
	buffer_puts(out, held.paint);
	for (size_t i = 0; i < writer->plan->count; i++) {
		struct piece piece;

		memcpy(&piece, state->rows.ptr + at, sizeof(piece));
		at += sizeof(piece);
		over = print_cell(writer, i,
		    (struct str){state->rows.ptr + at, piece.len}, piece.width,
		    over);
		at += piece.len;
	}
	print_bar(writer, held.number);
	if (held.paint.len)
		buffer_puts(out, PAINT_END);
	buffer_putc(out, '\n');
	output_flush(writer->out, false);
	return at;
}

static bool
print_held(struct writer *writer)
{
	struct state *state = writer->state;
	size_t at = 0;

	for (size_t i = 0; i < state->count; i++)
		at = print_row(writer, at);
	buffer_clear(&state->rows);
	state->count = 0;
	return output_flush(writer->out, false);
}

static void
print_header(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct buffer *out = &writer->out->buffer;

	if (!plan->header || plan->count == 0)
		return;
	if (plan->color)
		buffer_puts(out, PAINT_BOLD);
	for (size_t i = 0; i < plan->count; i++)
		print_cell(writer, i, plan->columns[i].name,
		    plan->columns[i].name.len, 0);
	if (plan->color)
		buffer_puts(out, PAINT_END);
	buffer_putc(out, '\n');
}

/* What COLUMNS and bars may share of a terminal's width. */
static size_t
room(const struct writer_plan *plan)
{
	size_t taken = (plan->count - 1) * GAP;

	if (has_bars(plan))
		taken += GAP + BAR_MIN;
	return plan->width > taken ? plan->width - taken : 0;
}

/* Whatever the columns leave of a terminal's width: to the bars, or to the
 * last column, for rows that were not seen yet. */
static void
use_rest(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = writer->state;
	size_t last = plan->count - 1;
	size_t taken = last * GAP;

	for (size_t i = 0; i < plan->count; i++)
		taken += state->fits[i].width;
	if (plan->width == 0)
		state->bar = BAR_PIPED;
	else if (plan->width > taken + GAP)
		state->bar = plan->width - taken - GAP;
	if (plan->width > taken && may_cut(&plan->columns[last]))
		state->fits[last].width += plan->width - taken;
}

/* Text columns are cut to LEAST at most; the sum of all widths then. */
static size_t
cut_texts(struct writer *writer, size_t least)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = writer->state;
	size_t sum = 0;

	for (size_t i = 0; i < plan->count; i++) {
		struct fit *fit = &state->fits[i];

		fit->least = fit->natural;
		if (may_cut(&plan->columns[i]) && fit->least > least)
			fit->least = least;
		sum += fit->least;
	}
	return sum;
}

/* Fixes the widths and prints what was held back. */
static bool
settle(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = writer->state;
	size_t space;

	state->settled = true;
	if (plan->count == 0)
		return print_held(writer);
	space = plan->width ? room(plan) : SIZE_MAX;
	if (cut_texts(writer, TEXT_MIN) > space &&
	    cut_texts(writer, TEXT_BARE) > space)
		cut_texts(writer, TEXT_MIN);
	fit_columns(state->fits, plan->count, space);
	use_rest(writer);
	print_header(writer);
	return print_held(writer);
}

static bool
table_begin(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = ARENA_NEW(writer->arena, struct state);

	state->fits = ARENA_ARRAY(writer->arena, struct fit, plan->count);
	for (size_t i = 0; plan->header && i < plan->count; i++)
		state->fits[i].natural = plan->columns[i].name.len;
	writer->state = state;
	return true;
}

static bool
table_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = writer->state;

	hold_row(writer, cells, rec);
	if (state->settled)
		return print_held(writer);
	if ((plan->sample && state->count >= plan->sample) ||
	    state->rows.len > plan->memory / 2) /* it grows by doubling */
		return settle(writer);
	return writer->out->error == 0;
}

static bool
table_end(struct writer *writer)
{
	struct state *state = writer->state;

	if (!state->settled)
		settle(writer);
	buffer_destroy(&state->rows);
	buffer_destroy(&state->text);
	return output_flush(writer->out, false);
}

const struct writer_ops writer_table = {
    .name = "table",
    .begin = table_begin,
    .row = table_row,
    .end = table_end,
};

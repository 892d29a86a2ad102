/* SPDX-License-Identifier: MIT */
/* json and jsonl. */
#include "mtrack/writer_json.h"

#include "mtrack/json.h"

struct state {
	struct str *keys; /* `"name":` of each column */
	bool open;        /* json: `[` was written */
};

/* Names are quoted once, not in every row. */
static bool
keys_begin(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct state *state = ARENA_NEW(writer->arena, struct state);
	struct buffer text = BUFFER_EMPTY;

	state->keys = ARENA_ARRAY(writer->arena, struct str, plan->count);
	for (size_t i = 0; i < plan->count; i++) {
		buffer_clear(&text);
		json_quote(plan->columns[i].name, &text);
		buffer_putc(&text, ':');
		state->keys[i] = arena_keep(writer->arena, buffer_str(&text));
	}
	buffer_destroy(&text);
	writer->state = state;
	return true;
}

static void
put_value(struct buffer *out, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_EMPTY:
		break;
	case CELL_TEXT:
		json_quote(cell->text, out);
		break;
	case CELL_NUMBER:
		buffer_puts(out, cell->text);
		break;
	case CELL_LIST:
		columns_list_json(cell->items, cell->count, out);
		break;
	case CELL_ATTACHMENTS:
		columns_attachments_json(cell->attachments, cell->count, out);
		break;
	}
}

static void
put_object(struct writer *writer, const struct cell *cells)
{
	const struct state *state = writer->state;
	struct buffer *out = &writer->out->buffer;
	bool first = true;

	buffer_putc(out, '{');
	for (size_t i = 0; i < writer->plan->count; i++) {
		if (cells[i].kind == CELL_EMPTY)
			continue;
		if (!first)
			buffer_putc(out, ',');
		first = false;
		buffer_puts(out, state->keys[i]);
		put_value(out, &cells[i]);
	}
	buffer_putc(out, '}');
}

static bool
array_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	struct state *state = writer->state;

	(void)rec;
	buffer_puts(
	    &writer->out->buffer, state->open ? STR(",\n") : STR("[\n"));
	state->open = true;
	put_object(writer, cells);
	return output_flush(writer->out, false);
}

static bool
array_end(struct writer *writer)
{
	const struct state *state = writer->state;

	buffer_puts(
	    &writer->out->buffer, state->open ? STR("\n]\n") : STR("[]\n"));
	return output_flush(writer->out, false);
}

static bool
lines_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	(void)rec;
	put_object(writer, cells);
	buffer_putc(&writer->out->buffer, writer->plan->null_end ? '\0' : '\n');
	return output_flush(writer->out, false);
}

static bool
lines_end(struct writer *writer)
{
	return output_flush(writer->out, false);
}

const struct writer_ops writer_json = {
    .name = "json",
    .verbatim = true,
    .begin = keys_begin,
    .row = array_row,
    .end = array_end,
};

const struct writer_ops writer_jsonl = {
    .name = "jsonl",
    .rows_alone = true,
    .verbatim = true,
    .begin = keys_begin,
    .row = lines_row,
    .end = lines_end,
};

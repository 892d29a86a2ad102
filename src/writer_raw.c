/* SPDX-License-Identifier: MIT */
/* raw: the records' own bytes as archived. */
#include "mtrack/writer_raw.h"

struct state {
	struct buffer header; /* the CSV header printed last */
	struct origin last;
	bool any;
};

static bool
raw_begin(struct writer *writer)
{
	writer->state = ARENA_NEW(writer->arena, struct state);
	return true;
}

/* A record from a pretty-printed page. Inside JSON strings no bare line break
 * can stand, so each one is white space between tokens: it becomes, with the
 * indentation behind it, one space. */
static void
put_joined(struct buffer *out, struct str raw)
{
	for (size_t i = 0; i < raw.len; i++) {
		char c = raw.ptr[i];

		if (c != '\n' && c != '\r') {
			buffer_putc(out, c);
			continue;
		}
		while (i + 1 < raw.len &&
		    ascii_is_space((unsigned char)raw.ptr[i + 1]))
			i++;
		buffer_putc(out, ' ');
	}
}

static void
put_line(struct writer *writer, struct str raw, bool join)
{
	struct buffer *out = &writer->out->buffer;

	if (join &&
	    (str_find_char(raw, '\n') != SIZE_MAX ||
		str_find_char(raw, '\r') != SIZE_MAX))
		put_joined(out, raw);
	else
		buffer_puts(out, raw);
	buffer_putc(out, writer->plan->null_end ? '\0' : '\n');
}

/* Rows that stand under the header printed last need none of their own, also
 * when records without any came between. */
static void
put_header(struct writer *writer, struct str header)
{
	struct state *state = writer->state;

	if (header.len == 0 || str_eq(header, buffer_str(&state->header)))
		return;
	put_line(writer, header, false);
	buffer_clear(&state->header);
	buffer_puts(&state->header, header);
}

static bool
raw_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	struct state *state = writer->state;
	bool again = state->any && state->last.file == rec->origin.file &&
	    state->last.offset == rec->origin.offset;

	(void)cells;
	if (again) /* another recipient of the same record */
		return output_flush(writer->out, false);
	state->any = true;
	state->last = rec->origin;
	put_header(writer, rec->raw_header);
	put_line(writer, rec->raw, rec->raw_header.len == 0);
	return output_flush(writer->out, false);
}

static bool
raw_end(struct writer *writer)
{
	struct state *state = writer->state;

	buffer_destroy(&state->header);
	return output_flush(writer->out, false);
}

const struct writer_ops writer_raw = {
    .name = "raw",
    .verbatim = true,
    .records_only = true,
    .begin = raw_begin,
    .row = raw_row,
    .end = raw_end,
};

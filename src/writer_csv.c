/* SPDX-License-Identifier: MIT */
/* csv and tsv: a cell is copied and searched for bytes that need care in one
 * pass; the few cells that hold one are written again. */
#include "mtrack/writer_csv.h"

#define LOW_BITS  UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

typedef unsigned char lanes __attribute__((vector_size(16)));

/* The four bytes that a format cannot write as they are. */
struct marks {
	unsigned char byte[4];
};

static const struct marks csv_marks = {{',', '"', '\r', '\n'}};
static const struct marks tsv_marks = {{'\t', '\n', '\r', '\\'}};

/* Both formats keep what the lists of a row are made of in one buffer. */
struct state {
	struct buffer text;
};

/* Not 0 when WORD holds C. */
static inline uint64_t
word_holds(uint64_t word, unsigned char c)
{
	uint64_t x = word ^ (LOW_BITS * c);

	return (x - LOW_BITS) & ~x & HIGH_BITS;
}

static inline uint64_t
word_marks(uint64_t word, struct marks marks)
{
	return word_holds(word, marks.byte[0]) |
	    word_holds(word, marks.byte[1]) | word_holds(word, marks.byte[2]) |
	    word_holds(word, marks.byte[3]);
}

/* All lanes hold C. */
static inline lanes
splat(unsigned char c)
{
	const lanes zero = {0};

	return zero + c;
}

/* Copies 16 bytes and marks the lanes that hold one of MARKS. */
static inline lanes
copy_lanes(char *to, const char *from, struct marks marks)
{
	lanes v;
	lanes found;

	memcpy(&v, from, sizeof(v));
	memcpy(to, &v, sizeof(v));
	found = (lanes)(v == splat(marks.byte[0]));
	for (size_t i = 1; i < sizeof(marks.byte); i++)
		found |= (lanes)(v == splat(marks.byte[i]));
	return found;
}

/* Up to 15 bytes, by two words that overlap:
 *
 *     0 1 2 3 4 5 6 7 8 9 a
 *     [---- head ---]
 *           [---- tail ---]
 */
static inline uint64_t
copy_short(char *to, struct str s, struct marks marks)
{
	uint64_t found = 0;

	if (s.len >= 8) {
		uint64_t head;
		uint64_t tail;

		memcpy(&head, s.ptr, 8);
		memcpy(&tail, s.ptr + s.len - 8, 8);
		memcpy(to, &head, 8);
		memcpy(to + s.len - 8, &tail, 8);
		return word_marks(head, marks) | word_marks(tail, marks);
	}
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		to[i] = s.ptr[i];
		found |= c == marks.byte[0] || c == marks.byte[1] ||
		    c == marks.byte[2] || c == marks.byte[3];
	}
	return found;
}

/* Copies S to TO; whether it holds one of MARKS. */
static inline bool
copy_marked(char *to, struct str s, struct marks marks)
{
	lanes found = {0};
	uint64_t half[2];
	size_t at = 0;

	if (s.len < 16)
		return copy_short(to, s, marks) != 0;
	for (; at + 16 <= s.len; at += 16)
		found |= copy_lanes(to + at, s.ptr + at, marks);
	at = s.len - 16;
	found |= copy_lanes(to + at, s.ptr + at, marks);
	memcpy(half, &found, sizeof(half));
	return (half[0] | half[1]) != 0;
}

/* Room for S written by the worst rule of either format, and a separator. */
static inline char *
room(struct buffer *out, size_t len)
{
	size_t need = len > SIZE_MAX / 4 ? SIZE_MAX : 2 * len + 8;

	if (out->cap - out->len < need)
		buffer_reserve(out, need);
	return out->ptr + out->len;
}

static void
put_quoted(struct buffer *out, struct str text)
{
	char *to = room(out, text.len);

	*to++ = '"';
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			*to++ = '"';
		*to++ = text.ptr[i];
	}
	*to++ = '"';
	out->len = (size_t)(to - out->ptr);
}

static inline bool
has_space_edge(struct str text)
{
	return ascii_is_space((unsigned char)text.ptr[0]) ||
	    ascii_is_space((unsigned char)text.ptr[text.len - 1]);
}

static inline void
put_csv(struct buffer *out, struct str text)
{
	char *to = room(out, text.len);

	if (text.len == 0)
		return;
	if (copy_marked(to, text, csv_marks) || has_space_edge(text))
		put_quoted(out, text);
	else
		out->len += text.len;
}

/* What a spreadsheet takes for a formula (OWASP, "CSV injection"). */
static bool
is_formula(struct str text)
{
	return text.len && memchr("=+-@\t\r", text.ptr[0], 6);
}

/* A text that is CSV-safe begins with `'`, inside the quotes if there are
 * any. */
static void
put_csv_safe(struct buffer *out, struct str text)
{
	size_t begin = out->len;

	put_csv(out, text);
	if (!is_formula(text))
		return;
	if (out->ptr[begin] == '"')
		begin++;
	buffer_putc(out, '\'');
	memmove(out->ptr + begin + 1, out->ptr + begin, out->len - begin - 1);
	out->ptr[begin] = '\'';
}

static struct str
cell_text(struct writer *writer, size_t column, const struct cell *cell)
{
	struct state *state = writer->state;

	if (cell->kind == CELL_TEXT || cell->kind == CELL_NUMBER)
		return cell->text;
	if (cell->kind == CELL_EMPTY)
		return STR_NONE;
	return columns_text(&writer->plan->columns[column], cell, &state->text);
}

/* A row of one empty cell would be a blank line, which readers skip. */
static bool
end_csv_row(struct writer *writer, size_t begin)
{
	struct buffer *out = &writer->out->buffer;

	if (out->len == begin)
		buffer_puts(out, STR("\"\""));
	buffer_putc(out, '\n');
	return output_flush(writer->out, false);
}

static bool
csv_begin(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct buffer *out = &writer->out->buffer;

	writer->state = ARENA_NEW(writer->arena, struct state);
	if (!plan->header)
		return true;
	for (size_t i = 0; i < plan->count; i++) {
		if (i)
			buffer_putc(out, ',');
		put_csv(out, plan->columns[i].name);
	}
	buffer_putc(out, '\n');
	return output_flush(writer->out, false);
}

static bool
csv_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	const struct writer_plan *plan = writer->plan;
	struct buffer *out = &writer->out->buffer;
	size_t begin = out->len;

	(void)rec;
	for (size_t i = 0; i < plan->count; i++) {
		struct str text = cell_text(writer, i, &cells[i]);

		if (i)
			buffer_putc(out, ',');
		if (plan->csv_safe)
			put_csv_safe(out, text);
		else
			put_csv(out, text);
	}
	return end_csv_row(writer, begin);
}

static bool
common_end(struct writer *writer)
{
	struct state *state = writer->state;

	buffer_destroy(&state->text);
	return output_flush(writer->out, false);
}

/* The letter behind the backslash, or 0 for a byte that stands for itself. A
 * NUL is escaped only where it would end the record. */
static char
tsv_escape(char c, bool null_end)
{
	switch (c) {
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\\':
		return '\\';
	case '\0':
		return null_end ? '0' : 0;
	default:
		return 0;
	}
}

static void
put_escaped(struct buffer *out, struct str text, bool null_end)
{
	char *to = room(out, text.len);

	for (size_t i = 0; i < text.len; i++) {
		char letter = tsv_escape(text.ptr[i], null_end);

		if (letter)
			*to++ = '\\';
		*to++ = letter ? letter : text.ptr[i];
	}
	out->len = (size_t)(to - out->ptr);
}

static inline void
put_tsv(struct buffer *out, struct str text, bool null_end)
{
	char *to = room(out, text.len);

	if (text.len == 0)
		return;
	if (copy_marked(to, text, tsv_marks) ||
	    (null_end && memchr(text.ptr, '\0', text.len)))
		put_escaped(out, text, null_end);
	else
		out->len += text.len;
}

static bool
end_tsv_row(struct writer *writer)
{
	buffer_putc(&writer->out->buffer, writer->plan->null_end ? '\0' : '\n');
	return output_flush(writer->out, false);
}

static bool
tsv_begin(struct writer *writer)
{
	const struct writer_plan *plan = writer->plan;
	struct buffer *out = &writer->out->buffer;

	writer->state = ARENA_NEW(writer->arena, struct state);
	if (!plan->header)
		return true;
	for (size_t i = 0; i < plan->count; i++) {
		if (i)
			buffer_putc(out, '\t');
		put_tsv(out, plan->columns[i].name, plan->null_end);
	}
	return end_tsv_row(writer);
}

static bool
tsv_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	const struct writer_plan *plan = writer->plan;
	struct buffer *out = &writer->out->buffer;

	(void)rec;
	for (size_t i = 0; i < plan->count; i++) {
		if (i)
			buffer_putc(out, '\t');
		put_tsv(out, cell_text(writer, i, &cells[i]), plan->null_end);
	}
	return end_tsv_row(writer);
}

const struct writer_ops writer_csv = {
    .name = "csv",
    .rows_alone = true,
    .verbatim = true,
    .begin = csv_begin,
    .row = csv_row,
    .end = common_end,
};

const struct writer_ops writer_tsv = {
    .name = "tsv",
    .rows_alone = true,
    .verbatim = true,
    .begin = tsv_begin,
    .row = tsv_row,
    .end = common_end,
};

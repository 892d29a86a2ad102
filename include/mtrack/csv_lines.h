/* SPDX-License-Identifier: MIT */
/* CSV text 64 bytes at a time: what quotes do to the marks, and the loop over
 * plain lines that every way of bytes.h has, around the masks of its own. */
#ifndef MTRACK_CSV_LINES_H
#define MTRACK_CSV_LINES_H

#include "mtrack/plain_lines.h"
#include "mtrack/str.h"

/* What 64 bytes of CSV text hold. */
struct bytes_csv {
	uint64_t quote;
	uint64_t comma;
	uint64_t end; /* `\n`, `\r` */
};

/* What the bytes before say of the next ones. */
struct csv_quotes {
	uint64_t inside; /* all bits set between quotes, else none */
	uint64_t opens;  /* 1: a quote may open, or be a doubled one */
	uint64_t closed; /* 1: the last byte closed a quote */
};

/* Bit I of the answer is the parity of the bits 0 to I of MASK: of quotes it
 * makes the bytes inside strings, opening quotes included, closing ones not. */
static inline uint64_t
bytes_parity(uint64_t mask)
{
	mask ^= mask << 1;
	mask ^= mask << 2;
	mask ^= mask << 4;
	mask ^= mask << 8;
	mask ^= mask << 16;
	return mask ^ mask << 32;
}

/* Takes commas and line ends between quotes out of the masks. A quote may open
 * at a row's begin, behind a comma, or right behind a closing one (then the
 * two are one doubled quote); a closing one must be followed by a comma, a line
 * end or a quote. The answer: the bytes that break this. Bits from the first of
 * them on mean nothing. VALID are the bytes that there are. */
static inline uint64_t
csv_mark_quotes(struct csv_quotes *q, struct bytes_csv *marks, uint64_t valid)
{
	uint64_t inside = bytes_parity(marks->quote) ^ q->inside;
	uint64_t opening = marks->quote & inside;
	uint64_t closing = marks->quote & ~inside;
	uint64_t parting, may_open, must_part;

	marks->comma &= ~inside;
	marks->end &= ~inside;
	parting = marks->comma | marks->end;
	may_open = (parting | closing) << 1 | q->opens;
	must_part = (closing << 1 | q->closed) & valid;
	q->inside = -(inside >> 63);
	q->opens = (parting | closing) >> 63;
	q->closed = closing >> 63;
	return (opening & ~may_open) | (must_part & ~(parting | marks->quote));
}

/* The same, at no cost where no quote is near. */
static inline uint64_t
csv_mark(struct csv_quotes *q, struct bytes_csv *marks, uint64_t valid)
{
	if (marks->quote | q->inside | q->closed)
		return csv_mark_quotes(q, marks, valid);
	q->opens = (marks->comma | marks->end) >> 63;
	return 0;
}

typedef void bytes_csv_masks_fn(const char *p, struct bytes_csv *masks);

#define CSV_DATE_BYTES 10u

/* Whether the 10 bytes at P are 0000-00-00 but for the digits. Of a byte that
 * differs from the form by a digit the upper half is 0, and stays so when what
 * a digit lacks to 16 is added; a dash must not differ at all. */
static inline bool
csv_begins_date(const char *p)
{
	static const char form[8] = {'0', '0', '0', '0', '-', '0', '0', '-'};
	static const char lack[8] = {6, 6, 6, 6, 15, 6, 6, 15};
	uint64_t bytes, want, more;

	memcpy(&bytes, p, sizeof(bytes));
	memcpy(&want, form, sizeof(want));
	memcpy(&more, lack, sizeof(more));
	bytes ^= want;
	return ((bytes | (bytes + more)) & 0xf0f0f0f0f0f0f0f0u) == 0 &&
	    ascii_is_digit((unsigned char)p[8]) &&
	    ascii_is_digit((unsigned char)p[9]);
}

/* A line under way. */
struct csv_line {
	size_t begin;
	size_t commas; /* met so far */
	bool quoted;
};

/* Whether the line that ends at END has what all plain lines have. */
static inline bool
csv_line_is_plain(const struct csv_line *line, const char *p, size_t end)
{
	size_t len = end - line->begin;

	if (p[end] != '\n' || len < CSV_DATE_BYTES || len > PLAIN_LINE_MOST ||
	    !csv_begins_date(p + line->begin))
		return false;
	return !line->quoted || !memchr(p + line->begin, '\\', len);
}

/* Ends the lines whose ends are in ENDS, of the 64 bytes at P + AT; false at
 * one that is not plain. MARKS loses what is of lines that were ended. */
static inline __attribute__((always_inline)) bool
csv_lines_end(struct plain_lines *lines, struct csv_line *line, const char *p,
    size_t at, uint64_t ends, struct bytes_csv *marks, size_t want)
{
	for (; ends; ends &= ends - 1) {
		uint64_t below = (ends & -ends) - 1;
		size_t end = at + (size_t)__builtin_ctzll(ends);

		line->commas +=
		    (size_t)__builtin_popcountll(marks->comma & below);
		line->quoted |= (marks->quote & below) != 0;
		if (line->commas != want || !csv_line_is_plain(line, p, end))
			return false;
		marks->comma &= ~below;
		marks->quote &= ~below;
		*line = (struct csv_line){end + 1, 0, false};
		lines->bytes = end + 1;
		lines->count++;
	}
	return true;
}

static inline __attribute__((always_inline)) struct plain_lines
csv_lines_by(bytes_csv_masks_fn *masks, const char *p, size_t len,
    size_t commas, bool quotes)
{
	struct plain_lines lines = {0, 0};
	struct csv_line line = {0, 0, false};
	struct csv_quotes q = {0, 1, 0};

	for (size_t at = 0; len - at >= 64; at += 64) {
		struct bytes_csv marks;
		uint64_t ends, bad;

		masks(p + at, &marks);
		ends = marks.end;
		bad = csv_mark(&q, &marks, UINT64_MAX);
		bad |= ends & ~marks.end; /* inside a cell */
		if (!quotes)
			bad |= marks.quote;
		ends = marks.end & ((bad & -bad) - 1);
		if (!csv_lines_end(
			&lines, &line, p, at, ends, &marks, commas) ||
		    bad)
			break;
		line.commas += (size_t)__builtin_popcountll(marks.comma);
		line.quoted |= marks.quote != 0;
	}
	return lines;
}

#endif

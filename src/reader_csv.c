/* SPDX-License-Identifier: MIT */
/* Reads CSV with a header row. A row goes
 *
 *     csv_rows -> header? -> columns? -> sieve -> csv_cell -> intake
 *                 in force   a fault     passed    wanted     emitted
 *                                        over      cells only
 */
#include "mtrack/reader_csv.h"

#include "mtrack/bytes.h"
#include "mtrack/cef_line.h"
#include "mtrack/csv_header.h"
#include "mtrack/sieve.h"
#include "mtrack/text_list.h"

/* A header comes within so many bytes, or never. */
#define SNIFF_BYTES (64u << 10)

struct reader_csv {
	struct reader base;
	struct csv_rows rows;
	struct csv_cells *cells;
	struct csv_header header;
	struct sieve sieve;
	struct intake intake;
	struct arena arena; /* of the row being read */
	enum {
		HEADER_EXPECTED,
		HEADER_IN_FORCE,
		HEADER_REFUSED, /* the rest of the file is passed over */
	} state;
	bool between;
};

static enum flow
tell(const struct reader_csv *csv, const struct csv_row *row, bool framing,
    struct fault *fault)
{
	const struct reader_settings *set = csv->base.set;

	fault->unfinished = !row->ended;
	return set->fault(set->fault_ctx, row->line, framing, fault);
}

/* ---- headers ---- */

static enum flow
take_header(struct reader_csv *csv, const struct csv_row *row)
{
	struct fault fault;

	if (csv_header_take(&csv->header, row, &fault)) {
		csv->state = HEADER_IN_FORCE;
		return FLOW_MORE;
	}
	csv->state = HEADER_REFUSED;
	return tell(csv, row, true, &fault);
}

static bool
parts_addresses(char c)
{
	return c == ',' || c == '"' || c == '@' ||
	    ascii_is_space((unsigned char)c);
}

/* An `@` between two characters that addresses have: `@timestamp` is a column
 * name of some collectors. */
static bool
holds_address(struct str text)
{
	size_t at = 0;
	size_t found;

	while ((found = str_find_char(str_drop(text, at), '@')) != SIZE_MAX) {
		at += found;
		if (at > 0 && at + 1 < text.len &&
		    !parts_addresses(text.ptr[at - 1]) &&
		    !parts_addresses(text.ptr[at + 1]))
			return true;
		at++;
	}
	return false;
}

/* A cell that begins as a date does: no column is named so, but a row may have
 * been cut in its middle, and the header of a further file follow it. */
static bool
holds_date(struct str text)
{
	static const char form[] = "0000-00-00";
	size_t at;

	while (text.len >= sizeof(form) - 1) {
		if (text.ptr[0] == '"')
			text = str_drop(text, 1);
		for (at = 0; at < sizeof(form) - 1 && at < text.len; at++) {
			char c = text.ptr[at];

			if (form[at] == '0' ? !ascii_is_digit((unsigned char)c)
					    : c != '-' && c != '/')
				break;
		}
		if (at == sizeof(form) - 1)
			return true;
		at = str_find_char(text, ',');
		text = str_drop(text, at == SIZE_MAX ? text.len : at + 1);
	}
	return false;
}

/* SPEC 1.3: at least three known columns and no e-mail address. */
static bool
is_new_header(struct reader_csv *csv, const struct csv_row *row)
{
	fieldset fields;

	if (row->raw.len >= CSV_DATE_BYTES && csv_begins_date(row->raw.ptr))
		return false; /* as most do */
	if (row->columns < 3 || holds_date(row->raw) || holds_address(row->raw))
		return false;
	fields = csv_header_look(&csv->header, row);
	return __builtin_popcountll(fields) >= 3;
}

/* ---- values ---- */

static void
put_list(
    struct reader_csv *csv, const struct csv_target *target, struct str text)
{
	struct intake *in = &csv->intake;
	struct strlist list;

	if (intake_list_json(in, target->field, text, target->mapped))
		return;
	list = target->field == FIELD_HEADER_TO
	    ? text_list_addresses(text, in->arena)
	    : text_list_urls(text, in->arena);
	intake_list(in, target->field, list.items, list.count, target->mapped);
}

/* JSON that is none, as when a collector cut it, is no value; other text is
 * the name of the one attachment. */
static void
put_attachments(
    struct reader_csv *csv, const struct csv_target *target, struct str text)
{
	struct intake *in = &csv->intake;

	if (target->part != PART_NONE)
		intake_attachment_part(in, target->part, text);
	else if (!intake_attachments_json(in, text, target->mapped) &&
	    text.ptr[0] != '[' && text.ptr[0] != '{')
		intake_text(in, target->field, text, target->mapped);
}

static void
put_value(
    struct reader_csv *csv, const struct csv_target *target, struct str text)
{
	if (text.len == 0 || str_eq(text, STR("N/A")))
		return;
	switch (target->field) {
	case FIELD_NONE:
		csv->intake.policy = true;
		break;
	case FIELD_HEADER_TO:
	case FIELD_EMBEDDED_URLS:
		put_list(csv, target, text);
		break;
	case FIELD_ATTACHMENTS:
		put_attachments(csv, target, text);
		break;
	default:
		if (target->mapped)
			intake_text(&csv->intake, target->field, text, true);
		else
			intake_own(&csv->intake, target->field, text);
	}
}

static bool
read_cells(
    struct reader_csv *csv, const struct csv_row *row, struct fault *fault)
{
	const struct csv_target *target = csv_header_target(&csv->header, 0);
	const struct csv_target *end = target + csv_header_count(&csv->header);

	intake_begin(&csv->intake);
	for (; target < end; target++) {
		struct str text = csv_row_cell(row, target->column);

		if (row->quoted && text.len && text.ptr[0] == '"' &&
		    !csv_cell_text(csv->cells, text, &csv->arena, &text))
			return fault_set(fault, "no whole cell in column %zu",
			    target->column + 1);
		put_value(csv, target, text);
	}
	return true;
}

/* ---- rows ---- */

static enum flow
emit_row(struct reader_csv *csv, const struct csv_row *row, uint64_t offset)
{
	struct record *rec = &csv->intake.rec;
	enum flow flow = FLOW_MORE;
	struct fault fault;

	if (!read_cells(csv, row, &fault))
		return tell(csv, row, true, &fault);
	if (csv->base.set->want_raw) {
		rec->raw = row->raw;
		rec->raw_header = buffer_str(&csv->header.raw);
	}
	if (!reader_emit(
		&csv->base, &csv->intake, offset, row->line, &flow, &fault))
		return tell(csv, row, false, &fault);
	return flow;
}

/* Bytes hide nothing from the prefilter but doubled quotes and, in the JSON of
 * quoted cells, escapes. */
static bool
may_match(struct reader_csv *csv, const struct csv_row *row, struct str window)
{
	if (!csv->sieve.filter ||
	    (row->quoted &&
		(csv->sieve.quotes ||
		    str_find_char(row->raw, '\\') != SIZE_MAX)))
		return true;
	return sieve_pass(&csv->sieve, window, csv->base.offset, row->raw);
}

static enum flow
take_row(struct reader_csv *csv, const struct csv_row *row, struct str window)
{
	const struct reader_settings *set = csv->base.set;
	struct fault fault;

	if (csv->state == HEADER_EXPECTED)
		return take_header(csv, row);
	if (str_eq(row->raw, buffer_str(&csv->header.raw)))
		return FLOW_MORE;
	if (is_new_header(csv, row))
		return take_header(csv, row);
	if (!row->ended && set->whole_lines) {
		fault_set(&fault, "the last line has no end");
		return tell(csv, row, false, &fault);
	}
	if (row->columns != csv->header.columns) {
		fault_set(&fault, "%zu columns where the header has %zu",
		    row->columns, csv->header.columns);
		return tell(csv, row, true, &fault);
	}
	if (!may_match(csv, row, window)) {
		set->tally->records++;
		set->tally->passed_over++;
		return FLOW_MORE;
	}
	return emit_row(
	    csv, row, csv->base.offset + (uint64_t)(row->raw.ptr - window.ptr));
}

/* The fast way: lines that are rows as most are, no header (which begins with
 * no date), and that cannot match. */
static void
pass_lines(struct reader_csv *csv, struct str window, size_t *at)
{
	struct tally *tally = csv->base.set->tally;
	struct str header = buffer_str(&csv->header.raw);
	struct plain_lines lines;
	size_t clear;

	if (!csv->sieve.filter || csv->state != HEADER_IN_FORCE ||
	    !csv_rows_between(&csv->rows) ||
	    (header.len >= CSV_DATE_BYTES && csv_begins_date(header.ptr)))
		return;
	clear = sieve_clear(&csv->sieve, window, csv->base.offset, *at);
	lines = bytes_csv_lines(window.ptr + *at, clear,
	    csv->header.columns - 1, !csv->sieve.quotes);
	*at += lines.bytes;
	csv->rows.line += lines.count;
	tally->records += lines.count;
	tally->passed_over += lines.count;
}

static enum flow
read_rows(struct reader_csv *csv, struct str window, bool last, size_t *used)
{
	enum flow flow = FLOW_MORE;
	struct csv_row row;
	struct fault fault;

	while (flow == FLOW_MORE && csv->state != HEADER_REFUSED) {
		enum csv_found found;

		pass_lines(csv, window, used);
		found =
		    csv_rows_next(&csv->rows, window, last, used, &row, &fault);
		if (found == CSV_SHORT)
			return FLOW_MORE;
		if (found == CSV_ROW)
			flow = take_row(csv, &row, window);
		else
			flow = tell(csv, &row, true, &fault);
	}
	return flow;
}

static enum flow
feed(struct reader *reader, struct str window, bool last, size_t *used)
{
	struct reader_csv *csv = (struct reader_csv *)reader;
	const char *end = window.ptr + window.len;
	enum flow flow;

	*used = 0;
	csv->rows.line = reader->line;
	csv_rows_forget(&csv->rows);
	flow = read_rows(csv, window, last, used);
	if (csv->state == HEADER_REFUSED) {
		csv->rows.line += bytes_count(window.ptr + *used, end, '\n');
		*used = window.len;
	}
	csv->between = *used == window.len && !csv->rows.skipping &&
	    csv->state != HEADER_REFUSED;
	reader->offset += *used;
	reader->line = csv->rows.line;
	return flow;
}

static bool
between(const struct reader *reader)
{
	return ((const struct reader_csv *)reader)->between;
}

/* The header in force is all that later rows need. */
static bool
save(const struct reader *reader, struct buffer *out)
{
	const struct reader_csv *csv = (const struct reader_csv *)reader;

	if (csv->state != HEADER_IN_FORCE || csv->rows.skipping)
		return false;
	buffer_puts(out, buffer_str(&csv->header.raw));
	return true;
}

static bool
restore(struct reader *reader, struct str state)
{
	struct reader_csv *csv = (struct reader_csv *)reader;
	struct csv_rows *rows = &csv->rows;
	struct csv_row row;
	struct fault fault;
	size_t used = 0;

	if (csv_rows_next(rows, state, true, &used, &row, &fault) != CSV_ROW ||
	    row.raw.len != state.len ||
	    !csv_header_take(&csv->header, &row, &fault))
		return false;
	csv_rows_init(rows, rows->marks);
	csv->state = HEADER_IN_FORCE;
	return true;
}

static struct reader *
open_csv(struct arena *arena, const struct reader_settings *set)
{
	struct reader_csv *csv = ARENA_NEW(arena, struct reader_csv);
	fieldset needs = intake_needs(set->wanted);

	csv->base = (struct reader){&reader_csv, set, 0, 1, false};
	csv_rows_init(&csv->rows, arena_alloc(arena, sizeof(struct csv_marks)));
	csv->cells = csv_cells_new(arena);
	csv_header_init(
	    &csv->header, set->rules, needs, csv->cells, &csv->arena);
	sieve_init(&csv->sieve, set->decode_all ? NULL : set->prefilter);
	arena_init(&csv->arena);
	csv->intake = (struct intake){
	    .rules = set->rules, .wanted = needs, .arena = &csv->arena};
	csv->state = HEADER_EXPECTED;
	csv->between = true;
	return &csv->base;
}

static void
close_csv(struct reader *reader)
{
	struct reader_csv *csv = (struct reader_csv *)reader;

	csv_cells_free(csv->cells);
	csv_header_destroy(&csv->header);
	arena_destroy(&csv->arena);
}

/* ---- sniffing ---- */

/* Rows of a further member need no header again; what their cells hold, others
 * may have written so that it looks like another form. */
static enum sniff
goes_on(const struct reader *reader, struct str head, bool all)
{
	const struct reader_csv *csv = (const struct reader_csv *)reader;
	struct csv_rows rows;
	struct csv_row row;
	struct fault fault;
	size_t at = 0;

	if (csv->state != HEADER_IN_FORCE)
		return SNIFF_NO;
	csv_rows_init(&rows, NULL);
	switch (csv_rows_next(&rows, head, all, &at, &row, &fault)) {
	case CSV_SHORT:
		return all || head.len >= RECORD_LIMIT ? SNIFF_NO : SNIFF_MORE;
	case CSV_ROW:
		return row.columns == csv->header.columns ? SNIFF_YES
							  : SNIFF_NO;
	case CSV_BAD:
		break;
	}
	return SNIFF_NO;
}

/* A row of names of ours; a header that lacks some is told as a fault. */
static bool
is_header(struct csv_header *header, const struct csv_row *row)
{
	fieldset fields;

	if (row->columns < 2 || row->columns > CSV_COLUMNS_MAX)
		return false;
	fields = csv_header_look(header, row);
	return csv_header_is_complete(fields) ||
	    __builtin_popcountll(fields) >= 3;
}

static enum sniff
sniff(struct str head, bool all, const struct intake_rules *rules)
{
	struct arena arena, scratch;
	struct csv_header header;
	struct csv_rows rows;
	struct csv_row row;
	struct fault fault;
	size_t at = 0;
	enum sniff answer = SNIFF_NO;
	struct cef_line other;

	/* The names of columns may stand in a subject. */
	if (cef_line_leads(str_take(head, str_find_char(head, '\n')), &other))
		return SNIFF_NO;
	arena_init(&arena);
	arena_init(&scratch);
	csv_header_init(&header, rules, 0, csv_cells_new(&arena), &scratch);
	csv_rows_init(&rows, NULL);
	head = str_take(head, SNIFF_BYTES);
	switch (csv_rows_next(&rows, head, all, &at, &row, &fault)) {
	case CSV_SHORT:
		answer = all || head.len == SNIFF_BYTES ? SNIFF_NO : SNIFF_MORE;
		break;
	case CSV_ROW:
		answer = is_header(&header, &row) ? SNIFF_YES : SNIFF_NO;
		break;
	case CSV_BAD:
		break;
	}
	csv_cells_free(header.cells);
	csv_header_destroy(&header);
	arena_destroy(&arena);
	arena_destroy(&scratch);
	return answer;
}

const struct reader_ops reader_csv = {
    .name = "CSV",
    .sniff = sniff,
    .open = open_csv,
    .feed = feed,
    .between = between,
    .goes_on = goes_on,
    .save = save,
    .restore = restore,
    .close = close_csv,
};

/* SPDX-License-Identifier: MIT */
/* engine. What queries would have to work out from every record (folded case,
 * bare addresses, addresses as numbers) is worked out here, once and by the
 * same code that a local run uses. A column without a value is left out. */
#include "mtrack/writer_engine.h"

#include "mtrack/criteria_value.h"
#include "mtrack/ip.h"
#include "mtrack/json.h"
#include "mtrack/promise.h"
#include "mtrack/sql_schema.h"
#include "mtrack/sql_text.h"
#include "mtrack/timestamp.h"
#include "mtrack/unicode.h"

struct state {
	uint32_t file; /* whose days these are */
	bool any;      /* a record was written */
	int32_t first;
	int32_t last;
	struct buffer scratch;
};

/* `,"name":` */
static void
put_key(unsigned column, struct buffer *out)
{
	char last = out->len ? out->ptr[out->len - 1] : '{';

	buffer_printf(
	    out, "%s\"%s\":", last == '{' ? "" : ",", sql_column_name(column));
}

static void
put_text(unsigned column, struct str text, struct buffer *out)
{
	if (text.len == 0)
		return;
	put_key(column, out);
	json_quote(text, out);
}

static void
put_number(unsigned column, uint64_t number, struct buffer *out)
{
	put_key(column, out);
	buffer_printf(out, "%llu", (unsigned long long)number);
}

/* The nearest time that the engine can hold. */
static void
put_time(unsigned column, int64_t ms, struct buffer *out)
{
	ms = ms < SQL_TIME_FIRST ? SQL_TIME_FIRST : ms;
	put_key(column, out);
	buffer_putc(out, '"');
	timestamp_print(ms > SQL_TIME_LAST ? SQL_TIME_LAST : ms, NULL, out);
	buffer_putc(out, '"');
}

static void
put_day(unsigned column, int32_t day, struct buffer *out)
{
	int year = 1900;
	int month = 1;
	int date = 1;

	if (day != DAY_NONE)
		timestamp_date(day, &year, &month, &date);
	put_key(column, out);
	buffer_printf(out, "\"%04d-%02d-%02d\"", year, month, date);
}

/* ---- the 24 fields ---- */

static void
put_list(enum field field, struct strlist list, struct buffer *out)
{
	put_key(field, out);
	columns_list_json(list.items, list.count, out);
}

static void
put_field(const struct record *rec, enum field field, struct buffer *out)
{
	switch (field_row(field)->kind) {
	case KIND_TIME:
		put_time(field, rec->time[field], out);
		break;
	case KIND_TEXT:
		put_text(field, rec->text[field], out);
		break;
	case KIND_NUMBER:
		put_number(field, rec->size, out);
		break;
	case KIND_LIST:
		put_list(field,
		    field == FIELD_HEADER_TO ? rec->header_to
					     : rec->embedded_urls,
		    out);
		break;
	case KIND_ATTACHMENTS:
		put_key(field, out);
		columns_attachments_json(
		    rec->attachments, rec->attachment_count, out);
		break;
	case KIND_DERIVED:
		break;
	}
}

/* ---- what queries need besides ---- */

static struct str
lower(struct str text, struct buffer *scratch)
{
	buffer_clear(scratch);
	buffer_puts_lower(scratch, text);
	return buffer_str(scratch);
}

static struct str
folded(struct str text, struct buffer *scratch)
{
	buffer_clear(scratch);
	unicode_fold_str(text, scratch);
	return buffer_str(scratch);
}

static void
put_address(unsigned column, struct str address, bool header,
    struct state *state, struct buffer *out)
{
	put_text(column,
	    lower(record_bare_address(address, header), &state->scratch), out);
}

/* One empty address stands for none: it is what the null sender matches. */
static void
put_header_to(const struct record *rec, struct state *state, struct buffer *out)
{
	size_t count =
	    record_has(rec, FIELD_HEADER_TO) ? rec->header_to.count : 0;

	put_key(SQL_HEADER_TO_ADDRESSES, out);
	buffer_puts(out, count ? STR("[") : STR("[\"\""));
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_putc(out, ',');
		json_quote(
		    lower(record_bare_address(rec->header_to.items[i], true),
			&state->scratch),
		    out);
	}
	buffer_putc(out, ']');
}

static void
put_attachment_names(
    const struct record *rec, struct state *state, struct buffer *out)
{
	if (!record_has(rec, FIELD_ATTACHMENTS))
		return;
	put_key(SQL_ATTACHMENT_NAMES, out);
	buffer_putc(out, '[');
	for (size_t i = 0; i < rec->attachment_count; i++) {
		if (i)
			buffer_putc(out, ',');
		json_quote(
		    folded(rec->attachments[i].name, &state->scratch), out);
	}
	buffer_putc(out, ']');
}

static void
put_ip(unsigned column, bool known, const struct ip *ip, struct buffer *out)
{
	if (!known)
		return;
	put_key(column, out);
	buffer_puts(out, ip->v6 ? STR("\"") : STR("\"::ffff:"));
	ip_print(ip, out);
	buffer_putc(out, '"');
}

static void
put_texts(const struct record *rec, struct state *state, struct buffer *out)
{
	struct ip ip;
	bool known;

	put_address(SQL_SENDER_ADDRESS, record_text(rec, FIELD_SENDER), false,
	    state, out);
	put_address(SQL_RECIPIENT_ADDRESS, record_text(rec, FIELD_RECIPIENT),
	    false, state, out);
	put_address(SQL_HEADER_FROM_ADDRESS,
	    record_text(rec, FIELD_HEADER_FROM), true, state, out);
	put_header_to(rec, state, out);
	put_text(SQL_SUBJECT_FOLDED,
	    folded(record_text(rec, FIELD_SUBJECT), &state->scratch), out);
	put_text(SQL_REASON_FOLDED,
	    folded(record_text(rec, FIELD_REASON), &state->scratch), out);
	put_attachment_names(rec, state, out);
	put_text(SQL_MESSAGE_KEY,
	    term_bare_id(record_text(rec, FIELD_MESSAGE_ID)), out);
	known = ip_parse(record_text(rec, FIELD_SENDER_IP), &ip);
	put_ip(SQL_SENDER_IPV6, known, &ip, out);
	known = ip_parse_delivered(record_text(rec, FIELD_DELIVERED_TO), &ip);
	put_ip(SQL_DELIVERED_TO_IPV6, known, &ip, out);
}

static void
put_place(const struct record *rec, struct state *state, struct buffer *out)
{
	if (!state->any || state->file != rec->origin.file) {
		state->first = state->last = DAY_NONE;
		promise_days(rec->file, &state->first, &state->last);
		state->file = rec->origin.file;
		state->any = true;
	}
	put_day(SQL_FILE_FIRST, state->first, out);
	put_day(SQL_FILE_LAST, state->last, out);
	put_text(SQL_FILE, rec->file, out);
	put_number(SQL_OFFSET, rec->origin.offset, out);
	put_number(SQL_ITEM, rec->origin.item, out);
	put_number(SQL_LINE, rec->origin.line, out);
}

/* ---- the contract ---- */

static bool
engine_begin(struct writer *writer)
{
	writer->state = ARENA_NEW(writer->arena, struct state);
	return true;
}

static bool
engine_row(
    struct writer *writer, const struct cell *cells, const struct record *rec)
{
	struct state *state = writer->state;
	struct buffer *out = &writer->out->buffer;
	bool stamped = record_has(rec, FIELD_TIMESTAMP);

	(void)cells;
	buffer_putc(out, '{');
	if (!stamped)
		put_time(FIELD_TIMESTAMP, record_own_stamp(rec), out);
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (record_has(rec, (enum field)i))
			put_field(rec, (enum field)i, out);
	put_key(SQL_STAMPED, out);
	buffer_puts(out, stamped ? STR("true") : STR("false"));
	put_texts(rec, state, out);
	put_place(rec, state, out);
	buffer_puts(out, STR("}\n"));
	return output_flush(writer->out, false);
}

static bool
engine_end(struct writer *writer)
{
	struct state *state = writer->state;

	buffer_destroy(&state->scratch);
	return output_flush(writer->out, false);
}

const struct writer_ops writer_engine = {
    .name = "engine",
    .records_only = true,
    .begin = engine_begin,
    .row = engine_row,
    .end = engine_end,
};

/* SPDX-License-Identifier: MIT */
/* A row on its way to a writer. */
#include "mtrack/columns.h"

#include "mtrack/json.h"
#include "mtrack/timestamp.h"

/* A printed time has at most 40 bytes, a 64-bit number 20: with this much set
 * aside for each cell the scratch buffer never moves under the cells. */
#define SCRATCH_CELL 64

/* Cells are filled in place: built elsewhere and copied, they cost more than
 * all else here, for a copy waits until its parts have left the core. */
static inline void
set_text(struct cell *cell, struct str text)
{
	cell->kind = text.len ? CELL_TEXT : CELL_EMPTY;
	cell->text = text;
	cell->count = 0;
}

static void
set_number(struct cell *cell, uint64_t number, struct buffer *scratch)
{
	char digits[20];
	size_t at = sizeof(digits);
	size_t begin = scratch->len;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buffer_put(scratch, digits + at, sizeof(digits) - at);
	set_text(cell, str_drop(buffer_str(scratch), begin));
	cell->kind = CELL_NUMBER;
}

static void
set_time(struct cell *cell, const struct record *rec, enum field field,
    const struct zone *zone, struct buffer *scratch)
{
	size_t begin = scratch->len;
	int64_t ms = TIME_NONE;

	if (field == FIELD_TIMESTAMP && rec->stamp != TIME_NONE)
		ms = rec->stamp;
	else if (record_has(rec, field))
		ms = rec->time[field];
	if (ms != TIME_NONE)
		timestamp_print(ms, zone, scratch);
	set_text(cell, str_drop(buffer_str(scratch), begin));
}

static void
set_list(struct cell *cell, const struct record *rec, enum field field)
{
	const struct strlist *list =
	    field == FIELD_HEADER_TO ? &rec->header_to : &rec->embedded_urls;

	set_text(cell, STR_NONE);
	if (!record_has(rec, field) || list->count == 0)
		return;
	cell->kind = CELL_LIST;
	cell->items = list->items;
	cell->count = list->count;
}

static void
set_attachments(struct cell *cell, const struct record *rec)
{
	set_text(cell, STR_NONE);
	if (!record_has(rec, FIELD_ATTACHMENTS) || rec->attachment_count == 0)
		return;
	cell->kind = CELL_ATTACHMENTS;
	cell->attachments = rec->attachments;
	cell->count = rec->attachment_count;
}

static void
set_domain(struct cell *cell, struct str address)
{
	if (address.len)
		address = record_domain(record_bare_address(address, false));
	set_text(cell, address);
}

static void
set_action(struct cell *cell, const struct record *rec, bool or_reason)
{
	struct str action = record_text(rec, FIELD_ACTION);

	if (action.len == 0 && or_reason)
		action = record_text(rec, FIELD_REASON);
	set_text(cell, action);
}

/* FIELD_FILE and what stands behind it: made from the record, never read. */
static void
set_derived(struct cell *cell, const struct record *rec, enum field field,
    struct buffer *scratch)
{
	if (field == FIELD_FILE)
		set_text(cell, rec->file);
	else if (field == FIELD_LINE)
		set_number(cell, rec->origin.line, scratch);
	else if (field == FIELD_SENDER_DOMAIN)
		set_domain(cell, record_text(rec, FIELD_SENDER));
	else
		set_domain(cell, record_text(rec, FIELD_RECIPIENT));
}

/* FIELD is below FIELD_ALL. */
static inline void
set_field(struct cell *cell, const struct record *rec, enum field field,
    const struct zone *zone, bool action_or_reason, struct buffer *scratch)
{
	switch (field) {
	case FIELD_TIMESTAMP:
	case FIELD_GEN_TIME:
	case FIELD_DELIVERY_TIME:
		set_time(cell, rec, field, zone, scratch);
		break;
	case FIELD_ACTION:
		set_action(cell, rec, action_or_reason);
		break;
	case FIELD_HEADER_TO:
	case FIELD_EMBEDDED_URLS:
		set_list(cell, rec, field);
		break;
	case FIELD_SIZE:
		set_text(cell, STR_NONE);
		if (record_has(rec, field))
			set_number(cell, rec->size, scratch);
		break;
	case FIELD_ATTACHMENTS:
		set_attachments(cell, rec);
		break;
	default:
		if (field < FIELD_COUNT)
			set_text(cell, record_text(rec, field));
		else
			set_derived(cell, rec, field, scratch);
		break;
	}
}

void
columns_fill(const struct column *columns, size_t count,
    const struct record *rec, const struct zone *zone, bool action_or_reason,
    struct cell *cells, struct buffer *scratch)
{
	buffer_clear(scratch);
	buffer_reserve(scratch, (count + 1) * SCRATCH_CELL);
	for (size_t i = 0; i < count; i++)
		if (columns[i].field < FIELD_ALL)
			set_field(&cells[i], rec, columns[i].field, zone,
			    action_or_reason, scratch);
}

/* One `"name":"value"` of an object whose first member comes when *FIRST. */
static void
put_member(struct str key, struct str value, bool *first, struct buffer *out)
{
	if (value.len == 0)
		return;
	if (!*first)
		buffer_putc(out, ',');
	*first = false;
	buffer_puts(out, key);
	json_quote(value, out);
}

void
columns_attachments_json(
    const struct attachment *items, size_t count, struct buffer *out)
{
	buffer_putc(out, '[');
	for (size_t i = 0; i < count; i++) {
		const struct attachment *item = &items[i];
		bool first = true;

		if (i)
			buffer_putc(out, ',');
		buffer_putc(out, '{');
		put_member(STR("\"fileName\":"), item->name, &first, out);
		put_member(STR("\"sha256\":"), item->sha256, &first, out);
		put_member(STR("\"status\":"), item->status, &first, out);
		put_member(
		    STR("\"passwordAnalysis\":"), item->password, &first, out);
		buffer_putc(out, '}');
	}
	buffer_putc(out, ']');
}

void
columns_list_json(const struct str *items, size_t count, struct buffer *out)
{
	buffer_putc(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_putc(out, ',');
		json_quote(items[i], out);
	}
	buffer_putc(out, ']');
}

/* Readers split header addresses at `,` or `;` outside double quotes and trim
 * them: an item that would not come back as it is. */
static bool
address_breaks(struct str item)
{
	size_t quotes = 0;
	bool backslash = false;
	bool separator = false;

	for (size_t i = 0; i < item.len; i++) {
		quotes += item.ptr[i] == '"';
		backslash |= item.ptr[i] == '\\';
		separator |= item.ptr[i] == ',' || item.ptr[i] == ';';
	}
	return separator || quotes % 2 || (quotes && backslash);
}

/* URLs are split at `,` and white space. */
static bool
url_breaks(struct str item)
{
	for (size_t i = 0; i < item.len; i++)
		if (item.ptr[i] == ',' ||
		    ascii_is_space((unsigned char)item.ptr[i]))
			return true;
	return false;
}

/* Whether the list must be a JSON array to be read again as it is. A first
 * item that begins with `[` would be taken for such an array. */
static bool
list_breaks(enum field field, struct strlist list)
{
	for (size_t i = 0; i < list.count; i++) {
		struct str item = list.items[i];

		if (item.len == 0 || item.len != str_trim(item).len)
			return true;
		if (field == FIELD_HEADER_TO ? address_breaks(item)
					     : url_breaks(item))
			return true;
	}
	return list.count && list.items[0].ptr[0] == '[';
}

void
columns_list_text(enum field field, struct strlist list, struct buffer *out)
{
	if (list_breaks(field, list)) {
		columns_list_json(list.items, list.count, out);
		return;
	}
	for (size_t i = 0; i < list.count; i++) {
		if (i && field == FIELD_HEADER_TO)
			buffer_putc(out, ',');
		if (i)
			buffer_putc(out, ' ');
		buffer_puts(out, list.items[i]);
	}
}

struct str
columns_text(
    const struct column *column, const struct cell *cell, struct buffer *out)
{
	buffer_clear(out);
	switch (cell->kind) {
	case CELL_EMPTY:
		return STR_NONE;
	case CELL_TEXT:
	case CELL_NUMBER:
		return cell->text;
	case CELL_LIST:
		columns_list_text(column->field,
		    (struct strlist){cell->items, cell->count}, out);
		break;
	case CELL_ATTACHMENTS:
		columns_attachments_json(cell->attachments, cell->count, out);
		break;
	}
	return buffer_str(out);
}

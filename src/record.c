/* SPDX-License-Identifier: MIT */
/* The record view, and its packed form:
 *
 *     | head | times | size stamp line | lengths ... | bytes ... | padding |
 *       32 B   8 B each, those present   4 B each
 *
 * Lengths come in the order of the fields; a list is its count, then a length
 * an item, an attachment four lengths. All stands in native byte order: packed
 * records live in memory and in unlinked temporary files only. */
#include "mtrack/record.h"

#define PACKED_STAMP 1u
#define PACKED_LINE  2u
#define PACKED_RAW   4u
#define PACKED_MARK  8u
#define PACKED_OWN   16u /* the stamp is the timestamp among the times */

struct packed_head {
	uint32_t length; /* of the whole, a multiple of 8 */
	uint32_t file;
	uint64_t offset;
	uint32_t item;
	uint32_t flags;
	fieldset present;
};

int64_t
record_own_stamp(const struct record *rec)
{
	if (record_has(rec, FIELD_TIMESTAMP))
		return rec->time[FIELD_TIMESTAMP];
	if (record_has(rec, FIELD_GEN_TIME))
		return rec->time[FIELD_GEN_TIME];
	return TIME_NONE;
}

struct str
record_domain(struct str address)
{
	size_t at = str_rfind_char(address, '@');

	return at == SIZE_MAX ? STR_NONE : str_drop(address, at + 1);
}

struct str
record_bare_address(struct str address, bool header)
{
	struct str bare = str_trim(address);
	size_t open;

	if (bare.len < 2 || bare.ptr[bare.len - 1] != '>')
		return bare;
	open = header ? str_rfind_char(bare, '<') : 0;
	if (open == SIZE_MAX || bare.ptr[open] != '<')
		return bare;
	return str_trim((struct str){bare.ptr + open + 1, bare.len - open - 2});
}

/* ---- packing ---- */

/* Room was reserved: the sizes were added up first. */
struct packer {
	char *numbers;
	char *lengths;
	char *bytes;
};

static void
put_number(struct packer *to, uint64_t number)
{
	memcpy(to->numbers, &number, sizeof(number));
	to->numbers += sizeof(number);
}

static void
put_length(struct packer *to, size_t length)
{
	uint32_t narrow = (uint32_t)length;

	memcpy(to->lengths, &narrow, sizeof(narrow));
	to->lengths += sizeof(narrow);
}

static void
put_text(struct packer *to, struct str text)
{
	put_length(to, text.len);
	if (text.len)
		memcpy(to->bytes, text.ptr, text.len);
	to->bytes += text.len;
}

static void
put_list(struct packer *to, struct strlist list)
{
	put_length(to, list.count);
	for (size_t i = 0; i < list.count; i++)
		put_text(to, list.items[i]);
}

static void
put_attachments(struct packer *to, const struct record *rec)
{
	put_length(to, rec->attachment_count);
	for (size_t i = 0; i < rec->attachment_count; i++) {
		put_text(to, rec->attachments[i].name);
		put_text(to, rec->attachments[i].sha256);
		put_text(to, rec->attachments[i].status);
		put_text(to, rec->attachments[i].password);
	}
}

/* What a pass over the record adds up to. */
struct extent {
	size_t numbers;
	size_t lengths;
	size_t bytes;
};

static void
measure_list(struct extent *sum, struct strlist list)
{
	sum->lengths += 1 + list.count;
	for (size_t i = 0; i < list.count; i++)
		sum->bytes += list.items[i].len;
}

static void
measure_field(struct extent *sum, const struct record *rec, enum field field)
{
	switch (field_row(field)->kind) {
	case KIND_TIME:
	case KIND_NUMBER:
		sum->numbers++;
		break;
	case KIND_TEXT:
		sum->lengths++;
		sum->bytes += rec->text[field].len;
		break;
	case KIND_LIST:
		measure_list(sum,
		    field == FIELD_HEADER_TO ? rec->header_to
					     : rec->embedded_urls);
		break;
	case KIND_ATTACHMENTS:
		sum->lengths += 1 + 4 * rec->attachment_count;
		for (size_t i = 0; i < rec->attachment_count; i++) {
			const struct attachment *at = &rec->attachments[i];

			sum->bytes += at->name.len + at->sha256.len +
			    at->status.len + at->password.len;
		}
		break;
	case KIND_DERIVED:
		break;
	}
}

static void
put_field(struct packer *to, const struct record *rec, enum field field)
{
	switch (field_row(field)->kind) {
	case KIND_TIME:
		put_number(to, (uint64_t)rec->time[field]);
		break;
	case KIND_NUMBER:
		put_number(to, rec->size);
		break;
	case KIND_TEXT:
		put_text(to, rec->text[field]);
		break;
	case KIND_LIST:
		put_list(to,
		    field == FIELD_HEADER_TO ? rec->header_to
					     : rec->embedded_urls);
		break;
	case KIND_ATTACHMENTS:
		put_attachments(to, rec);
		break;
	case KIND_DERIVED:
		break;
	}
}

/* How the stamp is kept: mostly it stands among the times already. */
static uint32_t
stamp_flag(const struct record *rec, fieldset present)
{
	if (rec->stamp == TIME_NONE)
		return 0;
	return present & FIELD_BIT(FIELD_TIMESTAMP) &&
		rec->stamp == rec->time[FIELD_TIMESTAMP]
	    ? PACKED_OWN
	    : PACKED_STAMP;
}

static struct extent
measure(const struct record *rec, fieldset present, uint32_t flags)
{
	struct extent sum = {0};

	for (fieldset left = present; left; left &= left - 1)
		measure_field(&sum, rec, (enum field)__builtin_ctzll(left));
	sum.numbers += !!(flags & PACKED_STAMP) + !!(flags & PACKED_LINE);
	if (flags & PACKED_RAW) {
		sum.lengths += 2;
		sum.bytes += rec->raw.len + rec->raw_header.len;
	}
	return sum;
}

size_t
record_pack(
    const struct record *rec, fieldset fields, bool raw, struct buffer *out)
{
	fieldset present = rec->present & fields & FIELDSET_PRINTABLE;
	uint32_t flags = stamp_flag(rec, present) |
	    (fields & FIELD_BIT(FIELD_LINE) ? PACKED_LINE : 0) |
	    (raw ? PACKED_RAW : 0);
	struct extent sum = measure(rec, present, flags);
	size_t length = (sizeof(struct packed_head) + 8 * sum.numbers +
			    4 * sum.lengths + sum.bytes + 7) &
	    ~(size_t)7;
	struct packed_head head = {(uint32_t)length, rec->origin.file,
	    rec->origin.offset, rec->origin.item, flags, present};
	struct packer to;

	buffer_reserve(out, length);
	to.numbers = out->ptr + out->len + sizeof(head);
	to.lengths = to.numbers + 8 * sum.numbers;
	to.bytes = to.lengths + 4 * sum.lengths;
	memset(out->ptr + out->len + length - 8, 0, 8);
	memcpy(out->ptr + out->len, &head, sizeof(head));
	if (flags & PACKED_STAMP)
		put_number(&to, (uint64_t)rec->stamp);
	if (flags & PACKED_LINE)
		put_number(&to, rec->origin.line);
	for (fieldset left = present; left; left &= left - 1)
		put_field(&to, rec, (enum field)__builtin_ctzll(left));
	if (flags & PACKED_RAW) {
		put_text(&to, rec->raw);
		put_text(&to, rec->raw_header);
	}
	out->len += length;
	return length;
}

size_t
record_pack_mark(const struct origin *origin, struct buffer *out)
{
	struct packed_head head = {sizeof(head), origin->file, origin->offset,
	    origin->item, PACKED_MARK, 0};

	buffer_put(out, &head, sizeof(head));
	return sizeof(head);
}

bool
record_packed_is_mark(const char *packed)
{
	struct packed_head head;

	memcpy(&head, packed, sizeof(head));
	return head.flags & PACKED_MARK;
}

/* ---- unpacking ---- */

struct unpacker {
	const char *numbers;
	const char *lengths;
	const char *bytes;
	struct str *items; /* room for all list items of the record */
};

static uint64_t
get_number(struct unpacker *from)
{
	uint64_t number;

	memcpy(&number, from->numbers, sizeof(number));
	from->numbers += sizeof(number);
	return number;
}

static uint32_t
get_length(struct unpacker *from)
{
	uint32_t length;

	memcpy(&length, from->lengths, sizeof(length));
	from->lengths += sizeof(length);
	return length;
}

static struct str
get_text(struct unpacker *from)
{
	struct str text = {from->bytes, get_length(from)};

	from->bytes += text.len;
	return text;
}

static struct strlist
get_list(struct unpacker *from)
{
	struct strlist list = {from->items, get_length(from)};

	for (size_t i = 0; i < list.count; i++)
		*from->items++ = get_text(from);
	return list;
}

static void
get_attachments(struct unpacker *from, struct record *rec)
{
	struct attachment *at = (struct attachment *)(void *)from->items;

	rec->attachments = at;
	rec->attachment_count = get_length(from);
	from->items += 4 * rec->attachment_count;
	for (size_t i = 0; i < rec->attachment_count; i++) {
		at[i].name = get_text(from);
		at[i].sha256 = get_text(from);
		at[i].status = get_text(from);
		at[i].password = get_text(from);
	}
}

static void
get_field(struct unpacker *from, struct record *rec, enum field field)
{
	switch (field_row(field)->kind) {
	case KIND_TIME:
		rec->time[field] = (int64_t)get_number(from);
		break;
	case KIND_NUMBER:
		rec->size = get_number(from);
		break;
	case KIND_TEXT:
		rec->text[field] = get_text(from);
		break;
	case KIND_LIST:
		if (field == FIELD_HEADER_TO)
			rec->header_to = get_list(from);
		else
			rec->embedded_urls = get_list(from);
		break;
	case KIND_ATTACHMENTS:
		get_attachments(from, rec);
		break;
	case KIND_DERIVED:
		break;
	}
}

/* How many numbers stand before the lengths. */
static size_t
count_numbers(const struct packed_head *head)
{
	const fieldset numeric = FIELD_BIT(FIELD_TIMESTAMP) |
	    FIELD_BIT(FIELD_GEN_TIME) | FIELD_BIT(FIELD_DELIVERY_TIME) |
	    FIELD_BIT(FIELD_SIZE);

	return (size_t)__builtin_popcountll(head->present & numeric) +
	    !!(head->flags & PACKED_STAMP) + !!(head->flags & PACKED_LINE);
}

/* The lengths of a packed record bound the items of its lists. */
static size_t
most_items(const struct packed_head *head)
{
	const fieldset lists = FIELD_BIT(FIELD_HEADER_TO) |
	    FIELD_BIT(FIELD_EMBEDDED_URLS) | FIELD_BIT(FIELD_ATTACHMENTS);

	return head->present & lists ? head->length / 4 : 0;
}

static size_t
count_lengths(const struct packed_head *head, const char *lengths)
{
	size_t count = 0;

	for (fieldset left = head->present; left; left &= left - 1) {
		enum field_kind kind =
		    field_row((enum field)__builtin_ctzll(left))->kind;
		uint32_t items = 0;

		if (kind == KIND_LIST || kind == KIND_ATTACHMENTS)
			memcpy(&items, lengths + 4 * count, sizeof(items));
		if (kind == KIND_TEXT || kind == KIND_LIST)
			count += 1 + items;
		else if (kind == KIND_ATTACHMENTS)
			count += 1 + 4 * (size_t)items;
	}
	return count + (head->flags & PACKED_RAW ? 2 : 0);
}

void
record_unpack(const char *packed, struct record *rec, struct buffer *items)
{
	struct packed_head head;
	struct unpacker from;

	memcpy(&head, packed, sizeof(head));
	buffer_clear(items);
	buffer_reserve(items, most_items(&head) * sizeof(struct str) + 1);
	from.numbers = packed + sizeof(head);
	from.lengths = from.numbers + 8 * count_numbers(&head);
	from.bytes = from.lengths + 4 * count_lengths(&head, from.lengths);
	from.items = (struct str *)(void *)items->ptr;
	rec->present = head.present;
	rec->origin = (struct origin){head.file, head.item, head.offset, 0};
	rec->stamp =
	    head.flags & PACKED_STAMP ? (int64_t)get_number(&from) : TIME_NONE;
	if (head.flags & PACKED_LINE)
		rec->origin.line = get_number(&from);
	for (fieldset left = head.present; left; left &= left - 1)
		get_field(&from, rec, (enum field)__builtin_ctzll(left));
	if (head.flags & PACKED_OWN)
		rec->stamp = rec->time[FIELD_TIMESTAMP];
	rec->raw = rec->raw_header = STR_NONE;
	if (head.flags & PACKED_RAW) {
		rec->raw = get_text(&from);
		rec->raw_header = get_text(&from);
	}
}

size_t
record_packed_length(const char *packed)
{
	uint32_t length;

	memcpy(&length, packed, sizeof(length));
	return length;
}

int64_t
record_packed_time(const char *packed, enum field field)
{
	struct packed_head head;
	size_t place;
	int64_t ms;

	memcpy(&head, packed, sizeof(head));
	if (!(head.present >> field & 1))
		return TIME_NONE;
	place = !!(head.flags & PACKED_STAMP) + !!(head.flags & PACKED_LINE) +
	    (size_t)__builtin_popcountll(head.present & (FIELD_BIT(field) - 1));
	memcpy(&ms, packed + sizeof(head) + 8 * place, sizeof(ms));
	return ms;
}

struct origin
record_packed_origin(const char *packed)
{
	struct packed_head head;

	memcpy(&head, packed, sizeof(head));
	return (struct origin){head.file, head.item, head.offset, 0};
}

int
origin_order(const struct origin *a, const struct origin *b)
{
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

int
record_packed_order(const char *a, const char *b)
{
	struct origin x = record_packed_origin(a);
	struct origin y = record_packed_origin(b);

	return origin_order(&x, &y);
}

/* SPDX-License-Identifier: MIT */
/* JSON values on their way into a record: lists and attachments. */
#include "mtrack/intake.h"

/* clang-format off */
/* The parts of an attachment: our JSON keys, and the console's labels. */
static const struct part_row {
	struct str key;
	const char *label;
} parts[] = {
	[PART_NONE]     = {{NULL, 0}, NULL},
	[PART_NAME]     = {{"fileName", 8}, "Attachment Filename"},
	[PART_SHA256]   = {{"sha256", 6}, "Attachment SHA256 Hash"},
	[PART_STATUS]   = {{"status", 6}, "Attachment Status"},
	[PART_PASSWORD] = {{"passwordAnalysis", 16}, "Attachment Password Analysis"},
};
/* clang-format on */

enum attachment_part
intake_part_from_column(struct str column)
{
	for (unsigned i = PART_NAME; i <= PART_PASSWORD; i++)
		if (field_column_is(column, parts[i].label))
			return (enum attachment_part)i;
	return PART_NONE;
}

static struct str *
part_of(struct attachment *attachment, enum attachment_part part)
{
	switch (part) {
	case PART_NAME:
		return &attachment->name;
	case PART_SHA256:
		return &attachment->sha256;
	case PART_STATUS:
		return &attachment->status;
	case PART_PASSWORD:
	case PART_NONE:
		break;
	}
	return &attachment->password;
}

static enum attachment_part
part_from_key(struct str key)
{
	for (unsigned i = PART_NAME; i <= PART_PASSWORD; i++)
		if (str_eq(parts[i].key, key))
			return (enum attachment_part)i;
	return PART_NONE;
}

/* TEXT of a member KEY into the parts it belongs to. A part that --map reads
 * from KEY keeps that value; MAPPED has a bit for each such part. */
static void
put_member(struct intake *in, struct attachment *attachment, unsigned *mapped,
    struct str key, struct str text)
{
	const struct intake_rules *rules = in->rules;
	enum attachment_part own = part_from_key(key);

	if (own != PART_NONE && !(*mapped >> own & 1))
		*part_of(attachment, own) = text;
	for (size_t i = 0; i < rules->map_count; i++) {
		const struct intake_map *map = &rules->maps[i];

		if (map->part == PART_NONE || text.len == 0 ||
		    !str_eq(map->key, key))
			continue;
		*part_of(attachment, map->part) = text;
		*mapped |= 1u << map->part;
	}
}

/* `{"fileName":…,"sha256":…}`; the syntax was checked before. */
static void
read_members(
    struct intake *in, struct str object, struct attachment *attachment)
{
	struct json_cursor cursor;
	struct json_value key;
	struct json_value value;
	struct fault fault;
	unsigned mapped = 0;

	json_open(&cursor, str_drop(object, 1));
	while (json_next(&cursor, &key, &value, &fault))
		put_member(in, attachment, &mapped, json_text(in->arena, &key),
		    json_text(in->arena, &value));
}

/* `["name","sha256"]`. */
static void
read_pair(struct intake *in, struct str array, struct attachment *attachment)
{
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault;

	json_open(&cursor, str_drop(array, 1));
	if (json_next(&cursor, NULL, &value, &fault))
		attachment->name = json_text(in->arena, &value);
	else
		return;
	if (json_next(&cursor, NULL, &value, &fault))
		attachment->sha256 = json_text(in->arena, &value);
}

/* False when VALUE is no attachment: null, or an empty text. */
static bool
read_attachment(struct intake *in, const struct json_value *value,
    struct attachment *attachment)
{
	*attachment = (struct attachment){0};
	if (value->kind == JSON_OBJECT) {
		read_members(in, value->text, attachment);
		return true;
	}
	if (value->kind == JSON_ARRAY)
		read_pair(in, value->text, attachment);
	else
		attachment->name = json_text(in->arena, value);
	return attachment->name.len || attachment->sha256.len;
}

static void
put_attachments(struct intake *in, struct str array, bool mapped)
{
	struct attachment *items = NULL;
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault;
	size_t capacity = 0;
	size_t count = 0;

	json_open(&cursor, str_drop(array, 1));
	while (json_next(&cursor, NULL, &value, &fault)) {
		items = arena_grow(
		    in->arena, items, count, &capacity, sizeof(*items));
		count += read_attachment(in, &value, &items[count]);
	}
	intake_attachments(in, items, count, mapped);
}

static struct strlist
read_texts(struct arena *arena, struct str array)
{
	struct str *items = NULL;
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault;
	size_t capacity = 0;
	size_t count = 0;

	json_open(&cursor, str_drop(array, 1));
	while (json_next(&cursor, NULL, &value, &fault)) {
		items =
		    arena_grow(arena, items, count, &capacity, sizeof(*items));
		items[count++] = json_text(arena, &value);
	}
	return (struct strlist){items, count};
}

void
intake_json(struct intake *in, enum field field, const struct json_value *value,
    bool mapped)
{
	if (value->kind < JSON_ARRAY) {
		struct str text = json_text(in->arena, value);

		if (field != FIELD_ATTACHMENTS || text.len == 0 ||
		    !intake_attachments_json(in, text, mapped))
			intake_text(in, field, text, mapped);
	} else if (value->kind == JSON_OBJECT) {
		struct attachment *one =
		    ARENA_NEW(in->arena, struct attachment);
		bool is_one = field == FIELD_ATTACHMENTS &&
		    read_attachment(in, value, one);

		if (is_one)
			intake_attachments(in, one, 1, mapped);
		else
			intake_text(in, field, STR_NONE, mapped);
	} else if (field == FIELD_ATTACHMENTS) {
		put_attachments(in, value->text, mapped);
	} else {
		struct strlist list = read_texts(in->arena, value->text);

		intake_list(in, field, list.items, list.count, mapped);
	}
}

/* TEXT without white space around it, if it is one whole JSON array. */
static bool
is_array(struct str *text)
{
	struct fault fault;
	size_t end;

	*text = str_trim(*text);
	return text->len && text->ptr[0] == '[' &&
	    json_skip(*text, &end, &fault) == JSON_WHOLE && end == text->len;
}

bool
intake_attachments_json(struct intake *in, struct str text, bool mapped)
{
	if (!is_array(&text))
		return false;
	put_attachments(in, text, mapped);
	return true;
}

bool
intake_list_json(
    struct intake *in, enum field field, struct str text, bool mapped)
{
	struct strlist list;

	if (!is_array(&text))
		return false;
	list = read_texts(in->arena, text);
	intake_list(in, field, list.items, list.count, mapped);
	return true;
}

void
intake_attachment_part(
    struct intake *in, enum attachment_part part, struct str text)
{
	struct strlist list = {&text, text.len != 0};
	struct str array = text;
	struct attachment *items;
	size_t count = in->rec.attachment_count;

	if (is_array(&array))
		list = read_texts(in->arena, array);
	if (list.count == 0)
		return;
	if (count < list.count)
		count = list.count;
	items = ARENA_ARRAY(in->arena, struct attachment, count);
	if (in->rec.attachment_count)
		memcpy(items, in->rec.attachments,
		    in->rec.attachment_count * sizeof(*items));
	for (size_t i = 0; i < list.count; i++)
		if (part_of(&items[i], part)->len == 0)
			*part_of(&items[i], part) = list.items[i];
	in->rec.attachments = items;
	in->rec.attachment_count = count;
	in->rec.present |= FIELD_BIT(FIELD_ATTACHMENTS);
}

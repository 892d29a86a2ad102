/* SPDX-License-Identifier: MIT */
/* The header row of a CSV file. */
#include "mtrack/csv_header.h"

#define TIMES (FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME))
#define IDENTITIES                                                             \
	(FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_RECIPIENT) |                \
	    FIELD_BIT(FIELD_MESSAGE_ID) | FIELD_BIT(FIELD_MAIL_ID))

/* Enough of the names that were found for a message. */
#define NAMES_BYTES 160

void
csv_header_init(struct csv_header *header, const struct intake_rules *rules,
    fieldset needs, struct csv_cells *cells, struct arena *scratch)
{
	*header = (struct csv_header){
	    .rules = rules, .needs = needs, .cells = cells, .scratch = scratch};
}

void
csv_header_destroy(struct csv_header *header)
{
	buffer_destroy(&header->raw);
	buffer_destroy(&header->targets);
	buffer_destroy(&header->proposed);
}

/* With a NUL behind it. */
static struct str
column_name(struct csv_header *header, const struct csv_row *row, size_t column)
{
	struct str name;

	if (!csv_cell_text(header->cells, csv_row_cell(row, column),
		header->scratch, &name))
		name = STR_NONE;
	return arena_keep(header->scratch, name);
}

/* What the column's own name says it carries. */
static bool
own_target(struct str name, struct csv_target *target)
{
	target->part = intake_part_from_column(name);
	target->field = target->part == PART_NONE ? field_from_column(name)
						  : FIELD_ATTACHMENTS;
	return target->field != FIELD_NONE ||
	    field_column_is(name, "policyAction");
}

static fieldset
propose(struct csv_header *header, const struct csv_target *target)
{
	buffer_put(&header->proposed, target, sizeof(*target));
	return target->field == FIELD_NONE ? 0 : FIELD_BIT(target->field);
}

static fieldset
propose_column(struct csv_header *header, struct str name, size_t column)
{
	const struct intake_rules *rules = header->rules;
	struct csv_target target = {.column = column};
	fieldset fields = 0;

	if (name.len == 0)
		return 0;
	if (own_target(name, &target))
		fields |= propose(header, &target);
	target.mapped = true;
	for (size_t i = 0; i < rules->map_count; i++) {
		const struct intake_map *map = &rules->maps[i];

		if (!field_column_is(map->key, name.ptr))
			continue;
		target.field = map->field;
		target.part = map->part;
		fields |= propose(header, &target);
	}
	return fields;
}

fieldset
csv_header_look(struct csv_header *header, const struct csv_row *row)
{
	fieldset fields = 0;

	arena_reset(header->scratch);
	buffer_clear(&header->proposed);
	for (size_t i = 0; i < row->columns && i < CSV_COLUMNS_MAX; i++)
		fields |=
		    propose_column(header, column_name(header, row, i), i);
	return fields;
}

bool
csv_header_is_complete(fieldset fields)
{
	return (fields & TIMES) && (fields & IDENTITIES);
}

static bool
refuse(struct csv_header *header, const struct csv_row *row, fieldset fields,
    struct fault *fault)
{
	struct buffer names = BUFFER_EMPTY;

	for (size_t i = 0;
	     i < row->columns && i < CSV_COLUMNS_MAX && names.len < NAMES_BYTES;
	     i++) {
		buffer_puts(&names, i ? STR(", ") : STR_NONE);
		buffer_puts(&names, column_name(header, row, i));
	}
	fault_value(fault, FAULT_NO_CARET,
	    "a CSV header names a time and one of sender, recipient, "
	    "messageID, mailID",
	    "--map timestamp=COLUMN, for a column of another name",
	    "no header: no column %s among %.*s",
	    fields & TIMES ? "sender, recipient, messageID or mailID"
			   : "timestamp or genTime",
	    STR_ARG(str_take(buffer_str(&names), NAMES_BYTES)));
	buffer_destroy(&names);
	return false;
}

/* Parts go to attachments that stand already, so they come last. */
static void
keep_targets(struct csv_header *header, bool parts)
{
	struct buffer *proposed = &header->proposed;
	size_t size = sizeof(struct csv_target);

	for (size_t at = 0; at < proposed->len; at += size) {
		struct csv_target target;

		memcpy(&target, proposed->ptr + at, size);
		if (parts == (target.part != PART_NONE) &&
		    (target.field == FIELD_NONE ||
			(header->needs & FIELD_BIT(target.field))))
			buffer_put(&header->targets, &target, size);
	}
}

bool
csv_header_take(
    struct csv_header *header, const struct csv_row *row, struct fault *fault)
{
	fieldset fields = csv_header_look(header, row);

	if (row->columns > CSV_COLUMNS_MAX)
		return fault_set(fault,
		    "no header: %zu columns, at most %d can be read",
		    row->columns, CSV_COLUMNS_MAX);
	if (!csv_header_is_complete(fields))
		return refuse(header, row, fields, fault);
	buffer_clear(&header->targets);
	keep_targets(header, false);
	keep_targets(header, true);
	buffer_clear(&header->raw);
	buffer_puts(&header->raw, row->raw);
	header->columns = row->columns;
	return true;
}

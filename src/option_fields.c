/* SPDX-License-Identifier: MIT */
/* Fields and keys of counts on the command line (SPEC 4.2, 4.3). */
#include "mtrack/list.h"
#include "mtrack/option_parser.h"

/* clang-format off */
static const enum field table_fields[] = {
	FIELD_TIMESTAMP, FIELD_DIRECTION, FIELD_ACTION, FIELD_SENDER,
	FIELD_RECIPIENT, FIELD_SUBJECT,
};
static const enum field all_fields[FIELD_COUNT] = {
	FIELD_TIMESTAMP, FIELD_GEN_TIME, FIELD_DELIVERY_TIME, FIELD_DIRECTION,
	FIELD_TYPE, FIELD_ACTION, FIELD_REASON, FIELD_SENDER, FIELD_RECIPIENT,
	FIELD_HEADER_FROM, FIELD_HEADER_TO, FIELD_SUBJECT, FIELD_MESSAGE_ID,
	FIELD_MAIL_ID, FIELD_SIZE, FIELD_SENDER_IP, FIELD_DELIVERED_TO,
	FIELD_UPSTREAM_TLS, FIELD_DOWNSTREAM_TLS, FIELD_DOWNSTREAM_DANE,
	FIELD_DETAILS, FIELD_ATTACHMENTS, FIELD_EMBEDDED_URLS,
	FIELD_REPORTED_RISK,
};
/* Keys of --by that are pieces of the timestamp. */
static const struct {
	const char *name;
	enum by_unit unit;
} times[] = {
	{"hour", BY_HOUR}, {"day", BY_DAY}, {"month", BY_MONTH},
};
/* clang-format on */

#define TIMES (sizeof(times) / sizeof(times[0]))

const enum field *
option_default_fields(struct str format, size_t *count)
{
	bool table = str_eq(format, STR("table"));

	*count = table ? sizeof(table_fields) / sizeof(table_fields[0])
		       : FIELD_COUNT;
	return table ? table_fields : all_fields;
}

/* What a list of fields is being made into; no field stands in it twice. */
struct choice_of_fields {
	enum field items[FIELD_ALL];
	size_t count;
};

static size_t
place_of(const struct choice_of_fields *chosen, enum field field)
{
	size_t at = 0;

	while (at < chosen->count && chosen->items[at] != field)
		at++;
	return at;
}

/* NULL, or why it cannot be added. */
static const char *
add_field(struct choice_of_fields *chosen, enum field field)
{
	if (place_of(chosen, field) < chosen->count)
		return "this field is there already";
	chosen->items[chosen->count++] = field;
	return NULL;
}

static const char *
take_field(struct choice_of_fields *chosen, enum field field)
{
	size_t at = place_of(chosen, field);

	if (at == chosen->count)
		return "this field is not among the default ones";
	chosen->count--;
	for (; at < chosen->count; at++)
		chosen->items[at] = chosen->items[at + 1];
	return NULL;
}

static enum field
printable_field(struct str name)
{
	enum field field = field_find(name);

	return field < FIELD_ALL ? field : FIELD_NONE;
}

/* Sets FAULT for the unknown field NAME, at CARET; EXTRA keys may be meant. */
static void
refuse_name(struct option_parser *parser, struct str name, size_t caret,
    bool keys, struct fault *fault)
{
	enum field meant = option_habit_field(name);
	const char *word = meant != FIELD_NONE ? field_row(meant)->name : NULL;
	struct str names[FIELD_ALL + TIMES];
	size_t count = 0;

	/* Nobody counts by the second. */
	if (keys && meant == FIELD_TIMESTAMP)
		word = "day";
	if (word) {
		fault_value(fault, caret,
		    "mtrack --fields help lists the fields", word,
		    "no such field; did you mean `%s`?", word);
		return;
	}
	for (; count < FIELD_ALL; count++)
		names[count] = str_from(field_row((enum field)count)->name);
	for (size_t i = 0; keys && i < TIMES; i++)
		names[count++] = str_from(times[i].name);
	fault_value(fault, caret, "mtrack --fields help lists the fields",
	    keys ? "action" : "timestamp,sender,subject", "no such field%.*s",
	    STR_ARG(option_did_you_mean(parser, name, names, count, "")));
}

static bool
is_sign(char c)
{
	return c == '+' || c == '-';
}

/* One item of --fields; SIGNED as the first one was. */
static bool
apply_item(struct option_parser *parser, const struct list_item *item,
    bool is_signed, struct choice_of_fields *chosen, struct fault *fault)
{
	struct str name = str_trim(str_drop(item->text, is_signed));
	const char *why = NULL;
	enum field field;

	if (is_sign(item->text.ptr[0]) != is_signed)
		return fault_value(fault, item->offset,
		    "names alone are the list, names with + and - change the "
		    "default one",
		    "+details,-direction", "plain and signed names mixed");
	if (!is_signed && str_eq_fold(name, STR("all"))) {
		for (size_t i = 0; i < FIELD_COUNT && !why; i++)
			why = add_field(chosen, (enum field)i);
	} else {
		field = printable_field(name);
		if (field == FIELD_NONE) {
			refuse_name(parser, name, item->offset + is_signed,
			    false, fault);
			return false;
		}
		why = is_signed && item->text.ptr[0] == '-'
		    ? take_field(chosen, field)
		    : add_field(chosen, field);
	}
	return !why ||
	    fault_value(fault, item->offset,
		"each field stands in the list once",
		"timestamp,sender,subject", "%s", why);
}

/* Items of a list of names: no file stands for one. */
static bool
split_names(struct option_parser *parser, const struct option_use *use,
    struct list *list)
{
	struct fault fault;
	size_t at = str_find_char(use->value, '@');

	if (at != SIZE_MAX) {
		fault_value(&fault, at, "mtrack --fields help lists the fields",
		    "timestamp,sender,subject", "no such field");
		option_complain(parser, use, use->value, &fault);
		return false;
	}
	if (list_split(parser->arena, use->value, list))
		return true;
	for (size_t i = 0; i < list->count; i++) {
		if (!list->items[i].fault)
			continue;
		fault = *list->items[i].fault;
		fault.example = "timestamp,sender,subject";
		option_complain(parser, use, use->value, &fault);
	}
	return false;
}

static void
apply_fields(struct option_parser *parser, const struct option_use *use,
    struct choice_of_fields *chosen)
{
	struct options *options = parser->options;
	struct list list = {0};
	struct fault fault;
	enum field *kept;
	bool good = true;
	bool is_signed;
	const enum field *from;

	if (!split_names(parser, use, &list))
		return;
	is_signed = is_sign(list.items[0].text.ptr[0]);
	if (is_signed) {
		from = option_default_fields(options->format, &chosen->count);
		memcpy(chosen->items, from, chosen->count * sizeof(*from));
	}
	for (size_t i = 0; i < list.count; i++)
		if (!apply_item(
			parser, &list.items[i], is_signed, chosen, &fault)) {
			option_complain(parser, use, use->value, &fault);
			good = false;
		}
	if (good && chosen->count == 0)
		option_refuse_with(parser, use,
		    "mtrack --fields help lists the fields",
		    "--fields timestamp,sender,subject", "no field is left");
	kept = ARENA_ARRAY(parser->arena, enum field, chosen->count);
	memcpy(kept, chosen->items, chosen->count * sizeof(*kept));
	options->fields = kept;
	options->field_count = chosen->count;
	options->action_or_reason = is_signed;
}

void
option_apply_fields(struct option_parser *parser, const struct option_use *use)
{
	parser->fields = use;
	if (str_eq_fold(str_trim(use->value), STR("help")) &&
	    parser->options->run == RUN_QUERY) {
		parser->options->run = RUN_FIELDS_HELP;
		parser->run = use;
	}
}

/* + and - change the default of a format that may be named later. */
void
option_finish_fields(struct option_parser *parser)
{
	struct choice_of_fields chosen = {.count = 0};

	if (parser->fields)
		apply_fields(parser, parser->fields, &chosen);
	if (!str_eq(parser->options->format, STR("table")))
		parser->options->action_or_reason = false;
}

/* ---- --by ---- */

static bool
by_key(struct str name, struct by_key *key)
{
	for (size_t i = 0; i < TIMES; i++)
		if (str_eq_fold(name, str_from(times[i].name))) {
			*key = (struct by_key){times[i].unit, FIELD_TIMESTAMP,
			    str_from(times[i].name)};
			return true;
		}
	key->unit = BY_FIELD;
	key->field = printable_field(name);
	if (key->field == FIELD_NONE)
		return false;
	key->name = str_from(field_row(key->field)->name);
	return true;
}

static bool
add_key(struct option_parser *parser, const struct list_item *item,
    struct fault *fault)
{
	struct options *options = parser->options;
	struct by_key key;

	if (!by_key(item->text, &key)) {
		refuse_name(parser, item->text, item->offset, true, fault);
		return false;
	}
	for (size_t i = 0; i < options->by_count; i++)
		if (str_eq(options->by[i].name, key.name))
			return fault_value(fault, item->offset,
			    "each key stands in the list once", "day,action",
			    "this key is there already");
	if (options->by_count == BY_KEYS_MAX)
		return fault_value(fault, item->offset,
		    "counts have four keys at most", "day,action",
		    "too many keys");
	options->by[options->by_count++] = key;
	return true;
}

void
option_apply_by(struct option_parser *parser, const struct option_use *use)
{
	struct list list = {0};
	struct fault fault;

	if (!split_names(parser, use, &list))
		return;
	parser->options->by_count = 0; /* the last --by holds */
	for (size_t i = 0; i < list.count; i++)
		if (!add_key(parser, &list.items[i], &fault))
			option_complain(parser, use, use->value, &fault);
}

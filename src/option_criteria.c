/* SPDX-License-Identifier: MIT */
/* Criteria on the command line: lists, `all`, blank values, hints, and what
 * one criterion needs of another (SPEC 3). */
#include "mtrack/list.h"
#include "mtrack/option_parser.h"

/* A good value of each criterion that takes one, for its complaints. */
/* clang-format off */
static const char *const examples[CRITERION_COUNT] = {
	[CRITERION_DIRECTION] = "in",
	[CRITERION_RECIPIENT] = "*@example.com",
	[CRITERION_SENDER] = "*@example.com",
	[CRITERION_HEADER_TO] = "*@example.com",
	[CRITERION_HEADER_FROM] = "*@example.com",
	[CRITERION_TYPE] = "accepted",
	[CRITERION_BLOCK_REASON] = "sender blocked",
	[CRITERION_ACTION] = "delivered",
	[CRITERION_SUBJECT] = "invoice",
	[CRITERION_PHRASE] = "Hello world",
	[CRITERION_MESSAGE_ID] = "<20261001.81500@example.com>",
	[CRITERION_MAIL_ID] = "00000000-0000-4000-8000-000000000001",
	[CRITERION_SENDER_IP] = "10.1.",
	[CRITERION_DELIVERED_TO] = "10.1.",
	[CRITERION_UPSTREAM_TLS] = "1.2,1.3",
	[CRITERION_DOWNSTREAM_TLS] = "1.2,1.3",
	[CRITERION_DANE] = "yes",
	[CRITERION_ATTACHMENT_SHA256] = "e3b0c44298fc1c149afbf4c8996fb924"
					"27ae41e4649b934ca495991b7852b855",
	[CRITERION_ATTACHMENT_NAME] = "*.pdf",
	[CRITERION_ATTACHMENT_STATUS] = "deleted",
	[CRITERION_ATTACHMENT_PASSWORD] = "not-decrypted",
	[CRITERION_REPORTED_RISK] = "spam",
	[CRITERION_SIZE] = "1M..",
	[CRITERION_DELAY] = "10m..",
};
/* clang-format on */

static const char *
example_of(const struct option_use *use)
{
	return examples[use->row->number];
}

static bool
is_blank(const struct option_use *use)
{
	return use->value.ptr && str_trim(use->value).len == 0;
}

static bool
is_all(const struct option_use *use)
{
	return (use->row->bits & OPTION_ALL) &&
	    str_eq_fold(str_trim(use->value), STR("all"));
}

static bool
is_same(const struct option_use *a, const struct option_use *b)
{
	return a->row == b->row && a->negated == b->negated;
}

/* Whether another value of the same criterion is blank: then it is left out,
 * and its other values are read for their faults only. */
static bool
is_left_out(const struct option_parser *parser, const struct option_use *use)
{
	for (size_t i = 0; i < parser->use_count; i++)
		if (is_same(&parser->uses[i], use) &&
		    is_blank(&parser->uses[i]))
			return true;
	return false;
}

static void
add_valueless(struct option_parser *parser, enum criterion which)
{
	struct fault unused;

	criteria_add(
	    parser->options->criteria, which, false, STR_NONE, &unused);
}

/* ---- one value ---- */

static void
note_choice(struct option_parser *parser, const struct option_use *use,
    struct str value)
{
	const struct choice *choice = choice_find(use->row->choices, value);

	if (use->negated || !choice)
		return;
	if (use->row->number == CRITERION_DIRECTION)
		parser->directions |= choice->asks;
	else if (use->row->number == CRITERION_TYPE)
		parser->types |= choice->asks;
}

static void
count_pattern(struct option_parser *parser, const struct option_use *use)
{
	const struct license *license = parser->options->license;
	uint64_t *count = &parser->patterns[use->row->number][use->negated];

	if (++*count == license->addresses + 1 &&
	    license->addresses != UNLIMITED)
		option_refuse_with(parser, use,
		    "--license none (in the configuration: license = none) "
		    "lifts the vendor's limits",
		    "--license none",
		    "more than %llu address patterns, the most that the %s "
		    "license allows for one field",
		    (unsigned long long)license->addresses, license->name);
}

/* VALUE of USE; on a fault, false with a caret in VALUE. */
static bool
add_value(struct option_parser *parser, const struct option_use *use,
    struct str value, struct fault *fault)
{
	struct criteria *to = is_left_out(parser, use)
	    ? parser->check
	    : parser->options->criteria;
	enum criterion which = (enum criterion)use->row->number;

	if (!criteria_add(to, which, use->negated, value, fault)) {
		if (which == CRITERION_DIRECTION || which == CRITERION_TYPE)
			parser->unsure = true;
		return false;
	}
	note_choice(parser, use, value);
	if (use->row->bits & OPTION_ADDRESS)
		count_pattern(parser, use);
	return true;
}

/* ---- lists ---- */

static void
complain_item(struct option_parser *parser, const struct option_use *use,
    const struct list_item *item, struct fault *fault)
{
	struct fault placed;

	if (!item->file.len) {
		fault->caret = list_caret(use->value, item, fault->caret);
		option_complain(parser, use, use->value, fault);
		return;
	}
	/* The value shown is the line of the file. */
	fault_value(&placed, fault->caret, fault->rule, fault->example,
	    "%.*s:%llu: %s", STR_ARG(item->file),
	    (unsigned long long)item->line, fault->what);
	option_complain(parser, use, item->text, &placed);
}

/* For addresses `@` is more likely a domain than a file; an empty item goes. */
static void
mend_item_fault(struct option_parser *parser, const struct option_use *use,
    const struct list_item *item, struct fault *fault)
{
	bool file = item->offset < use->value.len &&
	    use->value.ptr[item->offset] == '@';
	struct str kept;

	*fault = *item->fault;
	fault->caret = 0; /* of the item, as for values */
	if (file && (use->row->bits & OPTION_ADDRESS) &&
	    str_starts(str_from(fault->rule), STR("@FILE"))) {
		fault->rule = "@FILE takes one value a line from FILE; the "
			      "addresses of a domain are *@example.com";
		fault->example = example_of(use);
	} else if (!file) {
		kept = list_without_empty(parser->arena, use->value);
		fault->example = kept.len ? kept.ptr : example_of(use);
	}
}

static void
add_item(struct option_parser *parser, const struct option_use *use,
    const struct list_item *item)
{
	struct fault fault;

	if (item->fault)
		mend_item_fault(parser, use, item, &fault);
	else if ((use->row->bits & OPTION_ALL) &&
	    str_eq_fold(item->text, STR("all")))
		fault_value(&fault, 0,
		    "`all` stands alone: it is the same as leaving the option "
		    "out",
		    example_of(use), "`all` beside other values");
	else if ((item->file.len ||
		     !option_habit_value(parser, use, item->text, &fault)) &&
	    add_value(parser, use, item->text, &fault))
		return;
	complain_item(parser, use, item, &fault);
}

static void
apply_list(struct option_parser *parser, const struct option_use *use)
{
	struct list list = {.input_taken = parser->list_input};

	list_split(parser->arena, use->value, &list);
	if (list.standard_input && !parser->list_input)
		parser->list_input = use;
	for (size_t i = 0; i < list.count; i++)
		add_item(parser, use, &list.items[i]);
}

/* ---- `all` and blank ---- */

/* USE with a good value, as words of a command line. */
static const char *
good_use(struct option_parser *parser, const struct option_use *use)
{
	return arena_printf(
	    parser->arena, "%.*s '%s'", STR_ARG(use->name), example_of(use))
	    .ptr;
}

static void
apply_blank(struct option_parser *parser, const struct option_use *use)
{
	if (use->negated)
		option_refuse_with(parser, use,
		    "a --not- option needs a value that it drops",
		    good_use(parser, use), "a blank value");
	else if (use->row->bits & OPTION_AS_ATTACHMENTS)
		add_valueless(parser, CRITERION_ATTACHMENTS);
}

static void
apply_all(struct option_parser *parser, const struct option_use *use)
{
	if (use->negated) {
		option_refuse_with(parser, use,
		    "`all` asks for nothing: leave the option out",
		    good_use(parser, use), "`all` cannot be negated");
		return;
	}
	for (size_t i = 0; i < parser->use_count; i++)
		if (is_same(&parser->uses[i], use) &&
		    !is_all(&parser->uses[i])) {
			option_refuse_with(parser, use,
			    "`all` stands alone: it is the same as leaving the "
			    "option out",
			    good_use(parser, use), "`all` beside other values");
			return;
		}
	if (use->row->bits & OPTION_AS_ATTACHMENTS)
		add_valueless(parser, CRITERION_ATTACHMENTS);
	if (use->row->bits & OPTION_AS_FEEDBACK)
		add_valueless(parser, CRITERION_FEEDBACK);
}

static void
apply_single(struct option_parser *parser, const struct option_use *use)
{
	struct str value = use->row->bits & OPTION_VERBATIM
	    ? use->value
	    : str_trim(use->value);
	struct fault fault;
	bool habit = option_habit_value(parser, use, value, &fault);

	if (!habit && add_value(parser, use, value, &fault))
		return;
	if (!habit && use->row->choices != CHOICE_SETS &&
	    str_find_char(value, ',') != SIZE_MAX)
		fault.rule = "one value at a time: for another, give the "
			     "option again";
	option_complain(parser, use, value, &fault);
}

void
option_apply_criterion(
    struct option_parser *parser, const struct option_use *use)
{
	if (is_blank(use))
		apply_blank(parser, use);
	else if (is_all(use))
		apply_all(parser, use);
	else if (use->row->bits & OPTION_LIST)
		apply_list(parser, use);
	else
		apply_single(parser, use);
}

void
option_apply_case_sensitive(
    struct option_parser *parser, const struct option_use *use)
{
	(void)use;
	criteria_case_sensitive(parser->options->criteria);
}

/* ---- what one needs of another ---- */

/* Negated twins need and imply nothing, nor does what asks for nothing. */
static bool
is_effective(const struct option_use *use)
{
	return !use->negated && !is_blank(use) &&
	    (!is_all(use) || (use->row->bits & OPTION_AS_FEEDBACK));
}

static bool
is_first(const struct option_parser *parser, const struct option_use *use)
{
	const struct option_use *one = parser->uses;

	while (!(one->row == use->row && is_effective(one)))
		one++;
	return one == use;
}

static void
check_needs(struct option_parser *parser, const struct option_use *use)
{
	bool out = use->row->bits & OPTION_NEEDS_OUT;
	const char *good;

	if (!(use->row->bits & (OPTION_NEEDS_OUT | OPTION_NEEDS_IN)) ||
	    parser->unsure ||
	    (parser->directions == (out ? CHOICE_OUT : CHOICE_IN) &&
		parser->types == CHOICE_ACCEPTED))
		return;
	good = example_of(use);
	option_refuse_with(parser, use,
	    out ? "DANE is known of outgoing mail that was accepted"
		: "end users judge incoming mail that was accepted",
	    arena_printf(parser->arena,
		"%.*s%s%s --direction %s --type accepted", STR_ARG(use->name),
		good ? " " : "", good ? good : "", out ? "out" : "in")
		.ptr,
	    "needs --direction %s --type accepted", out ? "out" : "in");
}

static void
imply_blocked(struct option_parser *parser, const struct option_use *use)
{
	if (!(use->row->bits & OPTION_IMPLIES_BLOCKED))
		return;
	if (parser->types & CHOICE_ACCEPTED)
		option_refuse_with(parser, use,
		    "only blocked mail has a block reason",
		    good_use(parser, use),
		    "implies --type blocked, but --type accepted is given");
	else if (!parser->types)
		criteria_imply(parser->options->criteria, CRITERION_TYPE,
		    STR("blocked"), (enum criterion)use->row->number);
}

/* What is asked of an attachment asks for one, of each record alone (SPEC 2):
 * its status may be known of the last action only. */
static void
imply_attachments(struct option_parser *parser, const struct option_use *use)
{
	if (use->row->bits & OPTION_AS_ATTACHMENTS)
		criteria_imply(parser->options->criteria, CRITERION_ATTACHMENTS,
		    STR(""), (enum criterion)use->row->number);
}

void
option_finish_criteria(struct option_parser *parser)
{
	for (size_t i = 0; i < parser->use_count; i++) {
		const struct option_use *use = &parser->uses[i];

		if (!is_effective(use) || !is_first(parser, use) ||
		    is_left_out(parser, use))
			continue;
		check_needs(parser, use);
		imply_blocked(parser, use);
		imply_attachments(parser, use);
	}
}

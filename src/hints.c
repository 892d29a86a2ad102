/* SPDX-License-Identifier: MIT */
/* What a query says of its own result. */
#include "mtrack/hints.h"

#include "mtrack/criteria_term.h"
#include "mtrack/criteria_value.h"
#include "mtrack/diag.h"
#include "mtrack/numeral.h"
#include "mtrack/recount.h"

bool
hints_wanted(const struct options *options)
{
	return !options->quiet && (options->hints || diag_is_terminal());
}

/* ---- a result that was cut ---- */

static const char *
order_name(enum order order)
{
	switch (order) {
	case ORDER_ASC:
		return "oldest first (-r: newest first)";
	case ORDER_DESC:
		return "newest first";
	case ORDER_NONE:
		break;
	}
	return "as read";
}

void
hints_cut(const struct options *options, uint64_t printed, uint64_t matched)
{
	struct buffer text = BUFFER_EMPTY;

	if (printed == 0)
		return;
	buffer_puts(&text, STR("showing "));
	if (options->skip > 0) {
		numeral_put(options->skip + 1, &text);
		buffer_puts(&text, STR(" to "));
	}
	numeral_put(options->skip + printed, &text);
	if (matched != LIMIT_NONE) {
		buffer_puts(&text, STR(" of "));
		numeral_put(matched, &text);
	}
	buffer_puts(&text, STR(", "));
	buffer_puts(&text, str_from(order_name(options->order)));
	if (matched == LIMIT_NONE)
		buffer_puts(&text, STR(": what follows was not searched"));
	diag_say("%.*s", STR_ARG(buffer_str(&text)));
	buffer_destroy(&text);
}

/* ---- an empty result ---- */

/* What the vendor's help advises where a search finds nothing. */
static const struct {
	enum criterion which;
	const char *advice;
} advices[] = {
    {CRITERION_RECIPIENT,
	"hint: search without --recipient: of a message that was blocked for "
	"its sender's IP address only the first recipient is logged"},
    {CRITERION_SENDER,
	"hint: search without --sender where its IP address has a bad "
	"reputation: only the first recipient is then logged"},
};

/* Whether what TERM asks for reads like a regular expression: `.*@x.test`,
 * `a@x\.test`. The console's rules allow it, and no mail has it. */
static bool
is_regular(const struct term *term)
{
	if (term->row->add != term_add_address)
		return false;
	for (size_t i = 0; i < term->count; i++) {
		const struct address_pattern *pattern =
		    &term->items.patterns[i];

		if (str_starts(pattern->local, STR(".")) ||
		    str_find_char(pattern->domain, '\\') != SIZE_MAX)
			return true;
	}
	return false;
}

/* Whether TEXT is written as the service's own IDs are: a UUID. */
static bool
is_uuid(struct str text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < text.len && i < sizeof(form) - 1; i++)
		if (form[i] == '-'
			? text.ptr[i] != '-'
			: !strchr("0123456789abcdefABCDEF", text.ptr[i]))
			return false;
	return text.len == sizeof(form) - 1;
}

/* An ID of the one kind that was given as the other. */
static void
advise_ids(const struct criteria *criteria)
{
	enum criterion which;
	const struct term *term;

	for (size_t at = 0; (term = criteria_term(criteria, at, &which)); at++)
		for (size_t i = 0; i < term->count; i++)
			if (which == CRITERION_MESSAGE_ID &&
			    is_uuid(term->items.texts[i]))
				diag_say("hint: %.*s reads like a mail ID: "
					 "--mail-id",
				    STR_ARG(term->items.texts[i]));
			else if (which == CRITERION_MAIL_ID &&
			    str_find_char(term->items.texts[i], '@') !=
				SIZE_MAX)
				diag_say("hint: %.*s reads like a message ID: "
					 "--message-id",
				    STR_ARG(term->items.texts[i]));
}

static void
advise_patterns(const struct criteria *criteria)
{
	enum criterion which;
	const struct term *term;

	for (size_t at = 0; (term = criteria_term(criteria, at, &which)); at++)
		if (is_regular(term))
			diag_say("hint: --%s takes no regular expression: `*` "
				 "alone stands for any characters, as in "
				 "'*@example.com'",
			    term->row->name);
}

static void
advise(const struct options *options, const struct selection *selection)
{
	struct criterion_given given;

	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		for (size_t at = 0;
		     criteria_given(options->criteria, at, &given); at++)
			if (given.which == advices[i].which && !given.negated)
				diag_say("%s", advices[i].advice);
	if (options->period == PERIOD_GIVEN || selection->narrowed)
		diag_say("hint: widen the period: --since, --until");
}

void
hints_empty(const struct options *options, const struct selection *selection,
    fieldset seen, uint64_t looked_at)
{
	struct buffer count = BUFFER_EMPTY;
	struct criterion_given given;

	advise_patterns(options->criteria);
	advise_ids(options->criteria);
	advise(options, selection);
	numeral_count(looked_at, "record", "records", &count);
	for (size_t at = 0;
	     looked_at > 0 && criteria_given(options->criteria, at, &given);
	     at++) {
		const char *field = field_row(given.field)->name;

		if (given.negated || given.implied || seen >> given.field & 1)
			continue;
		diag_say("hint: no value of %s in the %.*s looked at (--%s); "
			 "where it has another name there: --map %s=NAME",
		    field, STR_ARG(buffer_str(&count)), given.name, field);
	}
	buffer_destroy(&count);
}

/* ---- recounts ---- */

static void
tell_without(const char *dashes, const char *name, uint64_t count)
{
	struct buffer text = BUFFER_EMPTY;

	numeral_count(count, "entry", "entries", &text);
	diag_say(
	    "without %s%s: %.*s", dashes, name, STR_ARG(buffer_str(&text)));
	buffer_destroy(&text);
}

static void
recount_period(struct arena *arena, const struct options *options,
    const struct archive *all)
{
	struct options open = *options;
	struct selection selection;
	uint64_t count;

	open.period = PERIOD_GIVEN;
	open.since = INT64_MIN;
	open.until = INT64_MAX;
	selection_make(arena, &open, all, &selection);
	if (recount(&open, &selection, options->criteria, &count))
		tell_without("", "the period", count);
}

void
hints_recount(struct arena *arena, const struct options *options,
    const struct archive *all, const struct selection *selection)
{
	struct criterion_given given;
	uint64_t count;

	for (size_t at = 0; criteria_given(options->criteria, at, &given);
	     at++) {
		if (given.implied ||
		    !recount(options, selection,
			criteria_without(arena, options->criteria, at), &count))
			continue;
		tell_without(
		    given.negated ? "--not-" : "--", given.name, count);
	}
	if (options->period == PERIOD_GIVEN || selection->narrowed)
		recount_period(arena, options, all);
}

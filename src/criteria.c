/* SPDX-License-Identifier: MIT */
/* What the user asked, as two predicates over a record. */
#include "mtrack/criteria.h"

#include "mtrack/criteria_explain.h"
#include "mtrack/criteria_literal.h"
#include "mtrack/criteria_match.h"
#include "mtrack/criteria_value.h"
#include "mtrack/timestamp.h"

#define TERMS_MAX (2 * CRITERION_COUNT)

/* Terms that are put to records together, cheap ones first. */
struct terms {
	const struct term *items[TERMS_MAX];
	size_t count;
};

struct criteria {
	struct arena *arena;
	struct term terms[CRITERION_COUNT][2]; /* the second: negated */
	struct terms given;                    /* as they came */
	struct terms message;
	struct terms state;
	struct terms shared; /* must hold for one and the same attachment */
	bool shared_is_state;
	bool has_period;
	int64_t since;
	int64_t until;
	struct prefilter prefilter;
};

#define ADDRESS(name, cost, field, match, test)                                \
	{                                                                      \
		name, false, false, cost, FIELD_BIT(field), field, 0, 0,       \
		    term_add_address, match, test, term_explain_addresses,     \
		    term_literal_address                                       \
	}
#define CHOICE(name, state, cost, field, set)                                  \
	{                                                                      \
		name, state, false, cost, FIELD_BIT(field), field, set, 0,     \
		    term_add_choice, term_match_text, term_test_choice,        \
		    term_explain_choices, NULL                                 \
	}
#define TEXT(name, state, cost, field, add, test, explain, literal)            \
	{                                                                      \
		name, state, false, cost, FIELD_BIT(field), field, 0, 0, add,  \
		    term_match_text, test, explain, literal                    \
	}
#define ATTACHMENT(name, state, cost, set, part, add, test, explain, literal)  \
	{                                                                      \
		name, state, true, cost, FIELD_BIT(FIELD_ATTACHMENTS),         \
		    FIELD_ATTACHMENTS, set, part, add, term_match_attachments, \
		    test, explain, literal                                     \
	}
#define PRESENT(name, state, field)                                            \
	{                                                                      \
		name, state, false, 1, FIELD_BIT(field), field, 0, 0,          \
		    term_add_nothing, term_match_present, NULL,                \
		    term_explain_nothing, NULL                                 \
	}

/* The two kinds of fields are SPEC 2's. */
/* clang-format off */
static const struct term_row rows[CRITERION_COUNT] = {
	[CRITERION_DIRECTION] = CHOICE("direction", false, 1, FIELD_DIRECTION, CHOICE_DIRECTION),
	[CRITERION_RECIPIENT] = ADDRESS("recipient", 4, FIELD_RECIPIENT,
	    term_match_address, term_test_address),
	[CRITERION_SENDER] = ADDRESS("sender", 4, FIELD_SENDER,
	    term_match_address, term_test_address),
	[CRITERION_HEADER_TO] = ADDRESS("header-to", 5, FIELD_HEADER_TO,
	    term_match_header_to, term_test_header_address),
	[CRITERION_HEADER_FROM] = ADDRESS("header-from", 5, FIELD_HEADER_FROM,
	    term_match_address, term_test_header_address),
	[CRITERION_TYPE] = CHOICE("type", true, 1, FIELD_TYPE, CHOICE_TYPE),
	[CRITERION_BLOCK_REASON] = TEXT("block-reason", true, 6, FIELD_REASON,
	    term_add_contained, term_test_rule, term_explain_rules, NULL),
	[CRITERION_ACTION] = {"action", true, false, 2, FIELD_BIT(FIELD_ACTION), FIELD_ACTION,
	    CHOICE_ACTION, 0, term_add_action, term_match_text, term_test_action,
	    term_explain_choices, NULL},
	[CRITERION_SUBJECT] = TEXT("subject", false, 7, FIELD_SUBJECT,
	    term_add_subject, term_test_rule, term_explain_rules, term_literal_rule),
	/* Its values go to the subject's term: they are ORed with them. */
	[CRITERION_PHRASE] = TEXT("subject", false, 7, FIELD_SUBJECT,
	    term_add_phrase, term_test_rule, term_explain_rules, term_literal_rule),
	[CRITERION_MESSAGE_ID] = TEXT("message-id", false, 2, FIELD_MESSAGE_ID,
	    term_add_message_id, term_test_message_id, term_explain_texts, term_literal_text),
	[CRITERION_SENDER_IP] = TEXT("sender-ip", false, 3, FIELD_SENDER_IP,
	    term_add_prefix, term_test_sender_ip, term_explain_prefixes, term_literal_ip),
	[CRITERION_DELIVERED_TO] = TEXT("delivered-to", true, 3, FIELD_DELIVERED_TO,
	    term_add_prefix, term_test_delivered_to, term_explain_prefixes, NULL),
	[CRITERION_UPSTREAM_TLS] = CHOICE("upstream-tls", false, 2, FIELD_UPSTREAM_TLS, CHOICE_TLS),
	[CRITERION_DOWNSTREAM_TLS] = CHOICE("downstream-tls", true, 2, FIELD_DOWNSTREAM_TLS,
	    CHOICE_TLS),
	[CRITERION_DANE] = CHOICE("dane", true, 2, FIELD_DOWNSTREAM_DANE, CHOICE_DANE),
	[CRITERION_ATTACHMENTS] = PRESENT("attachments", false, FIELD_ATTACHMENTS),
	[CRITERION_ATTACHMENT_SHA256] = ATTACHMENT("attachment-sha256", false, 5, 0,
	    TERM_PART_SHA256, term_add_sha256, term_test_folded, term_explain_texts,
	    term_literal_folded),
	[CRITERION_ATTACHMENT_NAME] = ATTACHMENT("attachment-name", false, 7, 0,
	    TERM_PART_NAME, term_add_name, term_test_rule, term_explain_rules, NULL),
	[CRITERION_ATTACHMENT_STATUS] = ATTACHMENT("attachment-status", true, 5,
	    CHOICE_ATTACHMENT_STATUS, TERM_PART_STATUS, term_add_choice, term_test_choice,
	    term_explain_choices, NULL),
	[CRITERION_ATTACHMENT_PASSWORD] = ATTACHMENT("attachment-password", true, 5,
	    CHOICE_ATTACHMENT_PASSWORD, TERM_PART_PASSWORD, term_add_choice, term_test_choice,
	    term_explain_choices, NULL),
	[CRITERION_FEEDBACK] = PRESENT("feedback", true, FIELD_REPORTED_RISK),
	[CRITERION_REPORTED_RISK] = CHOICE("reported-risk", true, 2, FIELD_REPORTED_RISK,
	    CHOICE_RISK),
	[CRITERION_MAIL_ID] = TEXT("mail-id", false, 2, FIELD_MAIL_ID,
	    term_add_folded, term_test_folded, term_explain_texts, term_literal_folded),
	[CRITERION_SIZE] = {"size", false, false, 1, FIELD_BIT(FIELD_SIZE), FIELD_SIZE, 0, 0,
	    term_add_sizes, term_match_size, NULL, term_explain_sizes, NULL},
	[CRITERION_DELAY] = {"delay", true, false, 1,
	    FIELD_BIT(FIELD_DELIVERY_TIME) | FIELD_BIT(FIELD_TIMESTAMP) |
	    FIELD_BIT(FIELD_GEN_TIME), FIELD_DELIVERY_TIME, 0, 0,
	    term_add_delays, term_match_delay, NULL, term_explain_delays, NULL},
};
/* clang-format on */

struct criteria *
criteria_new(struct arena *arena)
{
	struct criteria *criteria = ARENA_NEW(arena, struct criteria);

	criteria->arena = arena;
	for (size_t i = 0; i < CRITERION_COUNT; i++)
		for (size_t negated = 0; negated < 2; negated++) {
			criteria->terms[i][negated].row = &rows[i];
			criteria->terms[i][negated].negated = negated;
		}
	return criteria;
}

void
criteria_case_sensitive(struct criteria *criteria)
{
	for (size_t i = 0; i < CRITERION_COUNT; i++) {
		criteria->terms[i][0].case_sensitive = true;
		criteria->terms[i][1].case_sensitive = true;
	}
}

static void
put_term(struct terms *terms, const struct term *term)
{
	terms->items[terms->count++] = term;
}

bool
criteria_add(struct criteria *criteria, enum criterion which, bool negated,
    struct str value, struct fault *fault)
{
	struct term *term =
	    &criteria->terms[which == CRITERION_PHRASE ? CRITERION_SUBJECT
						       : which][negated];

	if (!rows[which].add(criteria->arena, term, value, fault))
		return false;
	if (!term->given)
		put_term(&criteria->given, term);
	term->given = true;
	return true;
}

void
criteria_imply(struct criteria *criteria, enum criterion which,
    struct str value, enum criterion by)
{
	struct term *term = &criteria->terms[which][0];
	struct fault unused;

	if (!term->given)
		term->implied_by = &criteria->terms[by][0];
	criteria_add(criteria, which, false, value, &unused);
}

void
criteria_period(struct criteria *criteria, int64_t since, int64_t until)
{
	criteria->since = since;
	criteria->until = until;
	criteria->has_period = since != INT64_MIN || until != INT64_MAX;
}

/* ---- sealing ---- */

/* Behind all that cost as much. */
static void
put_by_cost(struct terms *terms, const struct term *term)
{
	size_t at = terms->count++;

	while (at > 0 && terms->items[at - 1]->row->cost > term->row->cost) {
		terms->items[at] = terms->items[at - 1];
		at--;
	}
	terms->items[at] = term;
}

bool
criteria_is_shared(const struct term *term)
{
	return term->row->attachment && !term->negated;
}

bool
criteria_is_state(const struct criteria *criteria, const struct term *term)
{
	return criteria_is_shared(term) ? criteria->shared_is_state
					: term->row->state;
}

/* Puts GROUP before the shorter ones; the last one may fall out. */
static void
put_group(struct prefilter *filter, const struct literal_group *group)
{
	size_t shortest = term_literals_shortest(group);
	size_t max = sizeof(filter->groups) / sizeof(filter->groups[0]);
	size_t at = 0;
	size_t last;

	while (at < filter->count &&
	    term_literals_shortest(&filter->groups[at]) >= shortest)
		at++;
	if (at == max)
		return;
	last = filter->count < max ? filter->count++ : max - 1;
	memmove(&filter->groups[at + 1], &filter->groups[at],
	    (last - at) * sizeof(*group));
	filter->groups[at] = *group;
}

/* Only what is put to each record alone may prefilter: a record that fails a
 * state criterion still hides older ones (SPEC 2). */
static void
find_literals(struct criteria *criteria)
{
	struct literal_group group;

	for (size_t i = 0; i < criteria->given.count; i++) {
		const struct term *term = criteria->given.items[i];
		if (!term->negated && !criteria_is_state(criteria, term) &&
		    term_literals(criteria->arena, term, &group))
			put_group(&criteria->prefilter, &group);
	}
}

/* Orders the terms that were given. */
static void
order_terms(struct criteria *criteria)
{
	for (size_t i = 0; i < criteria->given.count; i++) {
		const struct term *term = criteria->given.items[i];

		if (criteria_is_shared(term)) {
			put_by_cost(&criteria->shared, term);
			criteria->shared_is_state |= term->row->state;
		} else {
			put_by_cost(term->row->state ? &criteria->state
						     : &criteria->message,
			    term);
		}
	}
	find_literals(criteria);
}

void
criteria_seal(struct criteria *criteria)
{
	for (size_t i = 0; i < CRITERION_COUNT; i++)
		for (size_t negated = 0; negated < 2; negated++)
			term_value_seal(
			    criteria->arena, &criteria->terms[i][negated]);
	order_terms(criteria);
}

struct criteria *
criteria_without(
    struct arena *arena, const struct criteria *criteria, size_t place)
{
	struct criteria *rest = ARENA_NEW(arena, struct criteria);
	const struct term *out = criteria->given.items[place];

	rest->arena = arena;
	rest->has_period = criteria->has_period;
	rest->since = criteria->since;
	rest->until = criteria->until;
	for (size_t i = 0; i < criteria->given.count; i++) {
		const struct term *term = criteria->given.items[i];

		if (term != out && term->implied_by != out)
			put_term(&rest->given, term);
	}
	order_terms(rest);
	return rest;
}

/* ---- what is needed ---- */

static fieldset
fields_of(const struct terms *terms)
{
	fieldset fields = 0;

	for (size_t i = 0; i < terms->count; i++)
		fields |= terms->items[i]->row->fields;
	return fields;
}

fieldset
criteria_message_fields(const struct criteria *criteria)
{
	return fields_of(&criteria->message) |
	    (criteria->shared_is_state ? 0 : fields_of(&criteria->shared)) |
	    (criteria->has_period ? FIELD_BIT(FIELD_TIMESTAMP) : 0);
}

fieldset
criteria_state_fields(const struct criteria *criteria)
{
	return fields_of(&criteria->state) |
	    (criteria->shared_is_state ? fields_of(&criteria->shared) : 0);
}

bool
criteria_has_state(const struct criteria *criteria)
{
	return criteria->state.count || criteria->shared_is_state;
}

const struct prefilter *
criteria_prefilter(const struct criteria *criteria)
{
	return &criteria->prefilter;
}

/* ---- put to records ---- */

static bool
meets(const struct term *term, const struct record *rec, struct buffer *scratch)
{
	return term->row->match(term, rec, scratch) != term->negated;
}

static inline bool
meets_all(
    const struct terms *terms, const struct record *rec, struct buffer *scratch)
{
	for (size_t i = 0; i < terms->count; i++)
		if (!meets(terms->items[i], rec, scratch))
			return false;
	return true;
}

/* The first COUNT of the shared terms, for one and the same attachment. */
static bool
meets_shared(const struct terms *shared, size_t count, const struct record *rec,
    struct buffer *scratch)
{
	size_t attachments =
	    record_has(rec, FIELD_ATTACHMENTS) ? rec->attachment_count : 0;

	for (size_t i = 0; i < attachments; i++) {
		const struct attachment *one = &rec->attachments[i];
		size_t met = 0;

		while (met < count &&
		    term_attachment_test(shared->items[met], one, scratch))
			met++;
		if (met == count)
			return true;
	}
	return count == 0;
}

bool
criteria_in_period(const struct criteria *criteria, int64_t stamp)
{
	return !criteria->has_period ||
	    (criteria->since <= stamp && stamp < criteria->until);
}

bool
criteria_message(const struct criteria *criteria, const struct record *rec,
    struct buffer *scratch)
{
	if (record_has(rec, FIELD_TIMESTAMP) &&
	    !criteria_in_period(criteria, rec->time[FIELD_TIMESTAMP]))
		return false;
	return meets_all(&criteria->message, rec, scratch) &&
	    (criteria->shared_is_state || criteria->shared.count == 0 ||
		meets_shared(
		    &criteria->shared, criteria->shared.count, rec, scratch));
}

bool
criteria_state(const struct criteria *criteria, const struct record *rec,
    struct buffer *scratch)
{
	return meets_all(&criteria->state, rec, scratch) &&
	    (!criteria->shared_is_state ||
		meets_shared(
		    &criteria->shared, criteria->shared.count, rec, scratch));
}

/* ---- told to the user ---- */

bool
criteria_test(const struct criteria *criteria, size_t place,
    const struct record *rec, struct buffer *scratch, enum criterion *which,
    bool *negated, bool *met)
{
	const struct term *term;
	size_t shared = 0;

	if (place >= criteria->given.count)
		return false;
	term = criteria->given.items[place];
	*which = (enum criterion)(term->row - rows);
	*negated = term->negated;
	if (!criteria_is_shared(term)) {
		*met = meets(term, rec, scratch);
		return true;
	}
	/* Together with those before it, so that the one is named with which no
	 * attachment is left. */
	while (criteria->shared.items[shared] != term)
		shared++;
	*met = meets_shared(&criteria->shared, shared + 1, rec, scratch);
	return true;
}

bool
criteria_given(const struct criteria *criteria, size_t place,
    struct criterion_given *given)
{
	const struct term *term;

	if (place >= criteria->given.count)
		return false;
	term = criteria->given.items[place];
	*given = (struct criterion_given){
	    .which = (enum criterion)(term->row - rows),
	    .name = term->row->name,
	    .negated = term->negated,
	    .implied = term->implied_by != NULL,
	    .state = criteria_is_state(criteria, term),
	    .field = term->row->field};
	return true;
}

const struct term *
criteria_term(
    const struct criteria *criteria, size_t place, enum criterion *which)
{
	if (place >= criteria->given.count)
		return NULL;
	*which = (enum criterion)(criteria->given.items[place]->row - rows);
	return criteria->given.items[place];
}

void
criteria_explain(const struct criteria *criteria, struct buffer *out)
{
	if (criteria->has_period) {
		buffer_puts(out, STR("period:"));
		if (criteria->since != INT64_MIN) {
			buffer_puts(out, STR(" from "));
			timestamp_print(criteria->since, NULL, out);
		}
		if (criteria->until != INT64_MAX) {
			buffer_puts(out, STR(" to before "));
			timestamp_print(criteria->until, NULL, out);
		}
		buffer_putc(out, '\n');
	}
	for (size_t i = 0; i < criteria->given.count; i++) {
		const struct term *term = criteria->given.items[i];

		buffer_printf(
		    out, "%s%s:", term->negated ? "not " : "", term->row->name);
		term->row->explain(term, out);
	}
}

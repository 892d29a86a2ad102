/* SPDX-License-Identifier: MIT */
/* Criteria as conditions in SQL. */
#include "mtrack/sql_criteria.h"

#include "mtrack/criteria_term.h"
#include "mtrack/sql_text.h"

struct sql_row;
typedef void put_fn(const struct sql_row *row, const struct term *term,
    const char *text, struct buffer *out);

/* How a criterion is written. */
struct sql_row {
	put_fn *put;
	const char *text;   /* what is looked at; of an attachment: by name a */
	const char *folded; /* the same in folded case, or NULL */
	sql_columns columns;
};

/* Between the values of one criterion, which are ORed. */
static void
put_or(size_t place, struct buffer *out)
{
	if (place)
		buffer_puts(out, STR(" OR "));
}

static void
put_comma(size_t place, struct buffer *out)
{
	if (place)
		buffer_puts(out, STR(", "));
}

/* TEXT IN (the texts of TERM). */
static void
put_texts(const struct sql_row *row, const struct term *term, const char *text,
    struct buffer *out)
{
	(void)row;
	buffer_printf(out, "%s IN (", text);
	for (size_t i = 0; i < term->count; i++) {
		put_comma(i, out);
		sql_literal(term->items.texts[i], out);
	}
	buffer_putc(out, ')');
}

/* Every spelling of the choices of TERM, as choice_find reads them. */
static void
put_choice(const struct sql_row *row, const struct term *term, const char *text,
    struct buffer *out)
{
	const struct choice *choice;
	size_t count = 0;

	(void)row;
	buffer_printf(out,
	    "translate(lower(trim(BOTH ' \\t\\n\\x0b\\f\\r' FROM %s)), "
	    "' _', '--') IN (",
	    text);
	for (size_t i = 0; (choice = choice_row(term->row->set, i)); i++) {
		if (!(choice->bit & term->mask))
			continue;
		put_comma(count++, out);
		sql_literal(str_from(choice->name), out);
		for (size_t j = 0; j < CHOICE_SPELLINGS && choice->also[j];
		     j++) {
			buffer_puts(out, STR(", "));
			sql_literal(str_from(choice->also[j]), out);
		}
	}
	buffer_putc(out, ')');
}

static void
put_action(const struct sql_row *row, const struct term *term, const char *text,
    struct buffer *out)
{
	if (term->mask)
		put_choice(row, term, text, out);
	if (term->count) {
		put_or(term->mask != 0, out);
		put_texts(row, term, text, out);
	}
}

static void
put_present(const struct sql_row *row, const struct term *term,
    const char *text, struct buffer *out)
{
	(void)row;
	(void)term;
	buffer_printf(out, "notEmpty(%s)", text);
}

/* ---- rules on texts ---- */

static void
put_rule_term(
    const struct subject_term *term, const char *text, struct buffer *out)
{
	if (!term->whole && term->count == 1 && term->parts[0].len == 0)
		return;
	buffer_printf(out, " AND %s LIKE ", text);
	sql_like(term->parts, term->count, term->whole, out);
	if (!term->edges || !sql_phrase_has_edges(term->parts[0]))
		return;
	buffer_printf(out, " AND match(%s, ", text);
	sql_phrase(term->parts[0], out);
	buffer_putc(out, ')');
}

/* An empty text meets no rule, not even the one that is met by all others. */
static void
put_rules(const struct sql_row *row, const struct term *term, const char *text,
    struct buffer *out)
{
	const char *tried = term->case_sensitive ? text : row->folded;
	struct subject_term part;

	for (size_t i = 0; i < term->count; i++) {
		put_or(i, out);
		buffer_printf(out, "(%s != ''", tried);
		for (size_t j = 0; subject_term(term->items.rules[i], j, &part);
		     j++)
			put_rule_term(&part, tried, out);
		buffer_putc(out, ')');
	}
	if (term->count == 0)
		buffer_puts(out, STR("false"));
}

/* ---- addresses ---- */

static bool
has_star(struct str s)
{
	return str_find_char(s, '*') != SIZE_MAX;
}

enum shape {
	SHAPE_ALL,
	SHAPE_WHOLE,  /* local@domain, or the null sender */
	SHAPE_DOMAIN, /* *@domain */
	SHAPE_GLOB,
	SHAPES,
};

static enum shape
shape_of(const struct address_pattern *pattern)
{
	if (pattern->everything)
		return SHAPE_ALL;
	if (pattern->null)
		return SHAPE_WHOLE;
	if (has_star(pattern->domain))
		return SHAPE_GLOB;
	if (str_eq(pattern->local, STR("*")))
		return SHAPE_DOMAIN;
	return has_star(pattern->local) ? SHAPE_GLOB : SHAPE_WHOLE;
}

static void
put_pattern(const struct address_pattern *pattern, enum shape shape,
    const char *text, struct buffer *out)
{
	struct buffer whole = BUFFER_EMPTY;

	if (shape == SHAPE_ALL)
		buffer_puts(out, STR("true"));
	if (shape == SHAPE_GLOB) {
		buffer_printf(out, "match(%s, ", text);
		sql_address(pattern->local, pattern->domain, out);
		buffer_putc(out, ')');
	}
	if (shape == SHAPE_WHOLE && !pattern->null)
		buffer_printf(&whole, "%.*s@%.*s", STR_ARG(pattern->local),
		    STR_ARG(pattern->domain));
	if (shape == SHAPE_DOMAIN)
		buffer_puts(&whole, pattern->domain);
	if (shape == SHAPE_WHOLE || shape == SHAPE_DOMAIN)
		sql_literal(buffer_str(&whole), out);
	buffer_destroy(&whole);
}

/* Lists from files may hold thousands: whole addresses are one list, and so are
 * domains. */
static void
begin_list(enum shape shape, const char *text, struct buffer *out)
{
	if (shape == SHAPE_WHOLE)
		buffer_printf(out, "%s IN (", text);
	else if (shape == SHAPE_DOMAIN)
		buffer_printf(out,
		    "position(%s, '@') > 0 AND "
		    "splitByChar('@', %s)[-1] IN (",
		    text, text);
}

static void
put_shape(const struct term *term, enum shape shape, const char *text,
    size_t *done, struct buffer *out)
{
	bool list = shape == SHAPE_WHOLE || shape == SHAPE_DOMAIN;
	size_t count = 0;

	for (size_t i = 0; i < term->count; i++) {
		const struct address_pattern *one = &term->items.patterns[i];

		if (shape_of(one) != shape)
			continue;
		if (count && list) {
			buffer_puts(out, STR(", "));
		} else {
			put_or((*done)++, out);
			begin_list(shape, text, out);
		}
		put_pattern(one, shape, text, out);
		count++;
	}
	if (count && list)
		buffer_putc(out, ')');
}

static void
put_addresses(const struct sql_row *row, const struct term *term,
    const char *text, struct buffer *out)
{
	size_t done = 0;

	(void)row;
	for (size_t shape = 0; shape < SHAPES; shape++)
		put_shape(term, (enum shape)shape, text, &done, out);
	if (done == 0)
		buffer_puts(out, STR("false"));
}

static void
put_address_list(const struct sql_row *row, const struct term *term,
    const char *text, struct buffer *out)
{
	buffer_puts(out, STR("arrayExists(x -> "));
	put_addresses(row, term, "x", out);
	buffer_printf(out, ", %s)", text);
}

/* ---- numbers ---- */

static void
put_prefixes(const struct sql_row *row, const struct term *term,
    const char *text, struct buffer *out)
{
	(void)row;
	for (size_t i = 0; i < term->count; i++) {
		put_or(i, out);
		sql_prefix(text, &term->items.prefixes[i], out);
	}
}

static void
put_range(const struct range *range, const char *text, struct buffer *out)
{
	if (range->min != INT64_MIN)
		buffer_printf(
		    out, " AND %s >= %lld", text, (long long)range->min);
	if (range->max != INT64_MAX)
		buffer_printf(
		    out, " AND %s <= %lld", text, (long long)range->max);
}

static void
put_sizes(const struct sql_row *row, const struct term *term, const char *text,
    struct buffer *out)
{
	(void)row;
	for (size_t i = 0; i < term->count; i++) {
		put_or(i, out);
		buffer_printf(out, "(isNotNull(%s)", text);
		put_range(&term->items.ranges[i], text, out);
		buffer_putc(out, ')');
	}
}

static void
put_delays(const struct sql_row *row, const struct term *term, const char *text,
    struct buffer *out)
{
	(void)text;
	(void)row;
	for (size_t i = 0; i < term->count; i++) {
		put_or(i, out);
		buffer_puts(out, STR("(isNotNull(deliveryTime)"));
		put_range(&term->items.ranges[i],
		    "toUnixTimestamp64Milli(deliveryTime) - "
		    "toUnixTimestamp64Milli(stamp)",
		    out);
		buffer_putc(out, ')');
	}
}

/* ---- the table ---- */

#define AT     SQL_BIT(FIELD_ATTACHMENTS)
#define BIT(f) SQL_BIT(FIELD_##f)

/* clang-format off */
static const struct sql_row rows[CRITERION_COUNT] = {
	[CRITERION_DIRECTION] = {put_choice, "direction", NULL, BIT(DIRECTION)},
	[CRITERION_RECIPIENT] = {put_addresses, "recipientAddress", NULL,
	    SQL_BIT(SQL_RECIPIENT_ADDRESS)},
	[CRITERION_SENDER] = {put_addresses, "senderAddress", NULL, SQL_BIT(SQL_SENDER_ADDRESS)},
	[CRITERION_HEADER_TO] = {put_address_list, "headerToAddresses", NULL,
	    SQL_BIT(SQL_HEADER_TO_ADDRESSES)},
	[CRITERION_HEADER_FROM] = {put_addresses, "headerFromAddress", NULL,
	    SQL_BIT(SQL_HEADER_FROM_ADDRESS)},
	[CRITERION_TYPE] = {put_choice, "type", NULL, BIT(TYPE)},
	[CRITERION_BLOCK_REASON] = {put_rules, "reason", "reasonFolded",
	    BIT(REASON) | SQL_BIT(SQL_REASON_FOLDED)},
	[CRITERION_ACTION] = {put_action, "action", NULL, BIT(ACTION)},
	[CRITERION_SUBJECT] = {put_rules, "subject", "subjectFolded",
	    BIT(SUBJECT) | SQL_BIT(SQL_SUBJECT_FOLDED)},
	/* Its values are in the subject's term. */
	[CRITERION_PHRASE] = {put_rules, "subject", "subjectFolded",
	    BIT(SUBJECT) | SQL_BIT(SQL_SUBJECT_FOLDED)},
	[CRITERION_MESSAGE_ID] = {put_texts, "messageKey", NULL, SQL_BIT(SQL_MESSAGE_KEY)},
	[CRITERION_SENDER_IP] = {put_prefixes, "senderIPv6", NULL, SQL_BIT(SQL_SENDER_IPV6)},
	[CRITERION_DELIVERED_TO] = {put_prefixes, "deliveredToIPv6", NULL,
	    SQL_BIT(SQL_DELIVERED_TO_IPV6)},
	[CRITERION_UPSTREAM_TLS] = {put_choice, "upstreamTLS", NULL, BIT(UPSTREAM_TLS)},
	[CRITERION_DOWNSTREAM_TLS] = {put_choice, "downstreamTLS", NULL, BIT(DOWNSTREAM_TLS)},
	[CRITERION_DANE] = {put_choice, "downstreamDANE", NULL, BIT(DOWNSTREAM_DANE)},
	[CRITERION_ATTACHMENTS] = {put_present, "attachments", NULL, AT},
	[CRITERION_ATTACHMENT_SHA256] = {put_texts, "lower(" SQL_TRIM("a.sha256") ")", NULL, AT},
	[CRITERION_ATTACHMENT_NAME] = {put_rules, "a.fileName", "n",
	    AT | SQL_BIT(SQL_ATTACHMENT_NAMES)},
	[CRITERION_ATTACHMENT_STATUS] = {put_choice, "a.status", NULL, AT},
	[CRITERION_ATTACHMENT_PASSWORD] = {put_choice, "a.passwordAnalysis", NULL, AT},
	[CRITERION_FEEDBACK] = {put_present, "reportedRisk", NULL, BIT(REPORTED_RISK)},
	[CRITERION_REPORTED_RISK] = {put_choice, "reportedRisk", NULL, BIT(REPORTED_RISK)},
	[CRITERION_MAIL_ID] = {put_texts, "lower(" SQL_TRIM("mailID") ")", NULL, BIT(MAIL_ID)},
	[CRITERION_SIZE] = {put_sizes, "size", NULL, BIT(SIZE)},
	[CRITERION_DELAY] = {put_delays, "deliveryTime", NULL, BIT(DELIVERY_TIME)},
};
/* clang-format on */

/* Closes what is open for one and the same attachment. */
static void
end_attachment(bool names, struct buffer *out)
{
	buffer_puts(out,
	    names ? STR(", attachments, attachmentNames)")
		  : STR(", attachments)"));
}

static bool
names_attachment(const struct criteria *criteria)
{
	const struct term *term;
	enum criterion which;

	for (size_t i = 0; (term = criteria_term(criteria, i, &which)); i++)
		if (criteria_is_shared(term) &&
		    which == CRITERION_ATTACHMENT_NAME)
			return true;
	return false;
}

static void
begin_attachment(bool names, struct buffer *out)
{
	buffer_puts(out,
	    names ? STR("arrayExists((a, n) -> ") : STR("arrayExists(a -> "));
}

/* The criteria that must hold for one and the same attachment. */
static void
put_shared(const struct criteria *criteria, bool state, const char *before,
    struct buffer *out)
{
	bool names = names_attachment(criteria);
	const struct term *term;
	enum criterion which;
	size_t count = 0;

	for (size_t i = 0; (term = criteria_term(criteria, i, &which)); i++) {
		if (!criteria_is_shared(term) ||
		    criteria_is_state(criteria, term) != state)
			continue;
		if (count++ == 0) {
			buffer_puts(out, str_from(before));
			begin_attachment(names, out);
		} else {
			buffer_puts(out, STR(" AND "));
		}
		buffer_putc(out, '(');
		rows[which].put(&rows[which], term, rows[which].text, out);
		buffer_putc(out, ')');
	}
	if (count)
		end_attachment(names, out);
}

static void
put_alone(const struct term *term, enum criterion which, struct buffer *out)
{
	const struct sql_row *row = &rows[which];
	bool names = which == CRITERION_ATTACHMENT_NAME;

	buffer_puts(out, term->negated ? STR("NOT (") : STR("("));
	if (term->row->attachment)
		begin_attachment(names, out);
	row->put(row, term, row->text, out);
	if (term->row->attachment)
		end_attachment(names, out);
	buffer_putc(out, ')');
}

void
sql_criteria(const struct criteria *criteria, bool state, const char *before,
    struct buffer *out)
{
	const struct term *term;
	enum criterion which;

	for (size_t i = 0; (term = criteria_term(criteria, i, &which)); i++) {
		if (criteria_is_shared(term) ||
		    criteria_is_state(criteria, term) != state)
			continue;
		buffer_puts(out, str_from(before));
		put_alone(term, which, out);
	}
	put_shared(criteria, state, before, out);
}

sql_columns
sql_criteria_columns(const struct criteria *criteria, bool state)
{
	const struct term *term;
	enum criterion which;
	sql_columns columns = 0;

	for (size_t i = 0; (term = criteria_term(criteria, i, &which)); i++)
		if (criteria_is_state(criteria, term) == state)
			columns |= rows[which].columns;
	return columns;
}

static bool
has_edges(const struct subject_rule *rule)
{
	struct subject_term part;

	for (size_t i = 0; subject_term(rule, i, &part); i++)
		if (part.edges && sql_phrase_has_edges(part.parts[0]))
			return true;
	return false;
}

bool
sql_criteria_edges(const struct criteria *criteria)
{
	const struct term *term;
	enum criterion which;

	for (size_t i = 0; (term = criteria_term(criteria, i, &which)); i++)
		for (size_t j = 0;
		     rows[which].put == put_rules && j < term->count; j++)
			if (has_edges(term->items.rules[j]))
				return true;
	return false;
}

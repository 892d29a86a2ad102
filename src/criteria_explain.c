/* SPDX-License-Identifier: MIT */
/* Terms as they were understood. */
#include "mtrack/criteria_explain.h"

#include <arpa/inet.h>

#include "mtrack/diag.h"

static void
put_or(struct buffer *out, bool *first)
{
	buffer_puts(out, *first ? STR(" ") : STR(" or "));
	*first = false;
}

void
term_explain_nothing(const struct term *term, struct buffer *out)
{
	(void)term;
	buffer_puts(out, STR(" any\n"));
}

static void
explain_address(const struct address_pattern *pattern, struct buffer *out)
{
	diag_escape(pattern->local, false, out);
	buffer_putc(out, '@');
	diag_escape(pattern->domain, false, out);
}

void
term_explain_addresses(const struct term *term, struct buffer *out)
{
	bool first = true;

	for (size_t i = 0; i < term->count; i++) {
		const struct address_pattern *one = &term->items.patterns[i];

		put_or(out, &first);
		if (one->everything)
			buffer_puts(out, STR("any, the null sender included"));
		else if (one->null)
			buffer_puts(out, STR("<> (the null sender)"));
		else
			explain_address(one, out);
	}
	buffer_putc(out, '\n');
}

void
term_explain_texts(const struct term *term, struct buffer *out)
{
	bool first = true;

	for (size_t i = 0; i < term->count; i++) {
		put_or(out, &first);
		diag_escape(term->items.texts[i], false, out);
	}
	buffer_putc(out, '\n');
}

void
term_explain_choices(const struct term *term, struct buffer *out)
{
	const struct choice *row;
	bool first = true;

	for (size_t i = 0; (row = choice_row(term->row->set, i)); i++)
		if (row->bit & term->mask) {
			put_or(out, &first);
			buffer_puts(out, str_from(row->name));
		}
	for (size_t i = 0; i < term->count; i++) {
		put_or(out, &first);
		buffer_putc(out, '=');
		diag_escape(term->items.texts[i], false, out);
	}
	buffer_putc(out, '\n');
}

/* A rule's terms, a line each, indented under the criterion's name. */
void
term_explain_rules(const struct term *term, struct buffer *out)
{
	struct buffer terms = BUFFER_EMPTY;

	for (size_t i = 0; i < term->count; i++) {
		struct str rest;
		struct str line;

		buffer_clear(&terms);
		subject_explain(term->items.rules[i], &terms);
		rest = str_trim(buffer_str(&terms));
		buffer_puts(out, i ? STR("  or\n") : STR("\n"));
		while (str_split(&rest, '\n', &line))
			buffer_printf(out, "  %.*s\n", STR_ARG(line));
	}
	buffer_destroy(&terms);
}

void
term_explain_prefixes(const struct term *term, struct buffer *out)
{
	char text[INET6_ADDRSTRLEN];
	bool first = true;

	for (size_t i = 0; i < term->count; i++) {
		const struct ip_prefix *one = &term->items.prefixes[i];
		const unsigned char *bytes = one->ip.bytes;

		put_or(out, &first);
		if (inet_ntop(one->ip.v6 ? AF_INET6 : AF_INET,
			one->ip.v6 ? bytes : bytes + 12, text, sizeof(text)))
			buffer_printf(out, "%s/%u", text, one->bits);
	}
	buffer_putc(out, '\n');
}

/* Ends in UNIT, the open ones left out. */
static void
explain_ranges(
    const struct term *term, int64_t unit, const char *name, struct buffer *out)
{
	bool first = true;

	for (size_t i = 0; i < term->count; i++) {
		const struct range *one = &term->items.ranges[i];

		put_or(out, &first);
		if (one->min != INT64_MIN)
			buffer_printf(
			    out, "%lld", (long long)(one->min / unit));
		buffer_puts(out, STR(".."));
		if (one->max != INT64_MAX)
			buffer_printf(
			    out, "%lld", (long long)(one->max / unit));
		buffer_printf(out, " %s", name);
	}
	buffer_putc(out, '\n');
}

void
term_explain_sizes(const struct term *term, struct buffer *out)
{
	explain_ranges(term, 1, "bytes", out);
}

void
term_explain_delays(const struct term *term, struct buffer *out)
{
	explain_ranges(term, 1000, "seconds", out);
}

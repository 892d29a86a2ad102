/* SPDX-License-Identifier: MIT */
/* Terms put to records. */
#include "mtrack/criteria_match.h"

#include "mtrack/criteria_value.h"

/* Binary search in sorted texts: lists from files may hold thousands. */
static bool
is_among(const struct str *texts, size_t count, struct str text)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(text, texts[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool
has_text(const struct term *term, struct str text)
{
	return is_among(term->items.texts, term->count, text);
}

/* TEXT in lower case, in SCRATCH. */
static struct str
lower(struct str text, struct buffer *scratch)
{
	buffer_clear(scratch);
	buffer_puts_lower(scratch, text);
	return buffer_str(scratch);
}

static bool
has_key(const struct term *term, struct str address, struct buffer *scratch)
{
	struct str text = lower(address, scratch);
	size_t at = str_rfind_char(text, '@');

	return at != SIZE_MAX &&
	    (is_among(term->keys, term->key_count, text) ||
		is_among(term->keys, term->key_count, str_drop(text, at)));
}

static bool
test_bare_address(
    const struct term *term, struct str address, struct buffer *scratch)
{
	if (term->keys) {
		if (has_key(term, address, scratch))
			return true;
		for (size_t i = 0; i < term->other_count; i++)
			if (address_match(term->others[i], address))
				return true;
		return false;
	}
	for (size_t i = 0; i < term->count; i++)
		if (address_match(&term->items.patterns[i], address))
			return true;
	return false;
}

bool
term_test_address(
    const struct term *term, struct str text, struct buffer *scratch)
{
	return test_bare_address(
	    term, record_bare_address(text, false), scratch);
}

bool
term_test_header_address(
    const struct term *term, struct str text, struct buffer *scratch)
{
	return test_bare_address(
	    term, record_bare_address(text, true), scratch);
}

bool
term_test_choice(
    const struct term *term, struct str text, struct buffer *scratch)
{
	const struct choice *choice =
	    choice_find(term->row->set, str_trim(text));

	(void)scratch;
	return choice && (choice->bit & term->mask);
}

bool
term_test_action(
    const struct term *term, struct str text, struct buffer *scratch)
{
	return term_test_choice(term, text, scratch) || has_text(term, text);
}

bool
term_test_rule(const struct term *term, struct str text, struct buffer *scratch)
{
	for (size_t i = 0; i < term->count; i++)
		if (subject_match(term->items.rules[i], text, scratch))
			return true;
	return false;
}

bool
term_test_message_id(
    const struct term *term, struct str text, struct buffer *scratch)
{
	(void)scratch;
	return has_text(term, term_bare_id(text));
}

bool
term_test_folded(
    const struct term *term, struct str text, struct buffer *scratch)
{
	return has_text(term, lower(str_trim(text), scratch));
}

static bool
test_ip(const struct term *term, const struct ip *ip)
{
	for (size_t i = 0; i < term->count; i++)
		if (ip_match(&term->items.prefixes[i], ip))
			return true;
	return false;
}

bool
term_test_sender_ip(
    const struct term *term, struct str text, struct buffer *scratch)
{
	struct ip ip;

	(void)scratch;
	return ip_parse(text, &ip) && test_ip(term, &ip);
}

bool
term_test_delivered_to(
    const struct term *term, struct str text, struct buffer *scratch)
{
	struct ip ip;

	(void)scratch;
	return ip_parse_delivered(text, &ip) && test_ip(term, &ip);
}

bool
term_match_text(
    const struct term *term, const struct record *rec, struct buffer *scratch)
{
	struct str text = record_text(rec, term->row->field);

	return text.len && term->row->test(term, text, scratch);
}

bool
term_match_address(
    const struct term *term, const struct record *rec, struct buffer *scratch)
{
	return term->row->test(
	    term, record_text(rec, term->row->field), scratch);
}

bool
term_match_header_to(
    const struct term *term, const struct record *rec, struct buffer *scratch)
{
	if (!record_has(rec, FIELD_HEADER_TO) || rec->header_to.count == 0)
		return term->row->test(term, STR_NONE, scratch);
	for (size_t i = 0; i < rec->header_to.count; i++)
		if (term->row->test(term, rec->header_to.items[i], scratch))
			return true;
	return false;
}

bool
term_match_present(
    const struct term *term, const struct record *rec, struct buffer *scratch)
{
	(void)scratch;
	return record_has(rec, term->row->field);
}

static bool
in_ranges(const struct term *term, int64_t value)
{
	for (size_t i = 0; i < term->count; i++)
		if (range_match(&term->items.ranges[i], value))
			return true;
	return false;
}

bool
term_match_size(
    const struct term *term, const struct record *rec, struct buffer *scratch)
{
	(void)scratch;
	return record_has(rec, FIELD_SIZE) &&
	    in_ranges(
		term, rec->size > INT64_MAX ? INT64_MAX : (int64_t)rec->size);
}

bool
term_match_delay(
    const struct term *term, const struct record *rec, struct buffer *scratch)
{
	int64_t delay;

	(void)scratch;
	return record_has(rec, FIELD_DELIVERY_TIME) &&
	    rec->stamp != TIME_NONE &&
	    !__builtin_sub_overflow(
		rec->time[FIELD_DELIVERY_TIME], rec->stamp, &delay) &&
	    in_ranges(term, delay);
}

static struct str
part_of(const struct attachment *attachment, enum term_part part)
{
	switch (part) {
	case TERM_PART_SHA256:
		return attachment->sha256;
	case TERM_PART_NAME:
		return attachment->name;
	case TERM_PART_STATUS:
		return attachment->status;
	case TERM_PART_PASSWORD:
		return attachment->password;
	}
	return STR_NONE;
}

bool
term_attachment_test(const struct term *term,
    const struct attachment *attachment, struct buffer *scratch)
{
	struct str text = part_of(attachment, term->row->part);

	return text.len && term->row->test(term, text, scratch);
}

bool
term_match_attachments(
    const struct term *term, const struct record *rec, struct buffer *scratch)
{
	if (!record_has(rec, FIELD_ATTACHMENTS))
		return false;
	for (size_t i = 0; i < rec->attachment_count; i++)
		if (term_attachment_test(term, &rec->attachments[i], scratch))
			return true;
	return false;
}

/* SPDX-License-Identifier: MIT */
/* Values of criteria, compiled into terms. */
#include "mtrack/criteria_value.h"

#include <stdlib.h>

#define SHA256_DIGITS 64
#define PATTERNS_FEW  8 /* up to here one after the other */

/* Room for one more item of SIZE bytes; the caller fills it, then counts it. */
static void
grow(struct arena *arena, struct term *term, size_t size)
{
	term->items.any = arena_grow(
	    arena, term->items.any, term->count, &term->capacity, size);
}

static void
add_text(struct arena *arena, struct term *term, struct str text)
{
	grow(arena, term, sizeof(*term->items.texts));
	term->items.texts[term->count++] = text;
}

static bool
add_rule(
    struct arena *arena, struct term *term, const struct subject_rule *rule)
{
	if (!rule) /* a blank one asks for nothing */
		return true;
	grow(arena, term, sizeof(const struct subject_rule *));
	term->items.rules[term->count++] = rule;
	return true;
}

bool
term_add_nothing(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	(void)arena;
	(void)term;
	(void)value;
	(void)fault;
	return true;
}

bool
term_add_address(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	grow(arena, term, sizeof(*term->items.patterns));
	if (!address_compile(
		arena, value, &term->items.patterns[term->count], fault))
		return false;
	term->count++;
	return true;
}

bool
term_add_choice(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	return choice_ask(arena, term->row->set, value, &term->mask, fault);
}

bool
term_add_action(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	if (!value.len || value.ptr[0] != '=')
		return term_add_choice(arena, term, value, fault);
	if (value.len == 1)
		return fault_value(fault, 1,
		    "=TEXT is an action as the record writes it, case kept",
		    "=Deferred", "a text is missing after `=`");
	add_text(arena, term, arena_keep(arena, str_drop(value, 1)));
	return true;
}

bool
term_add_subject(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	const struct subject_rule *rule;

	return subject_compile(
		   arena, value, term->case_sensitive, &rule, fault) &&
	    add_rule(arena, term, rule);
}

bool
term_add_phrase(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	(void)fault;
	return add_rule(
	    arena, term, subject_phrase(arena, value, term->case_sensitive));
}

bool
term_add_contained(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	(void)fault;
	return add_rule(
	    arena, term, subject_contained(arena, value, term->case_sensitive));
}

bool
term_add_name(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	(void)fault;
	return add_rule(
	    arena, term, subject_name(arena, value, term->case_sensitive));
}

struct str
term_bare_id(struct str id)
{
	id = str_trim(id);
	if (id.len && id.ptr[0] == '<')
		id = str_drop(id, 1);
	if (id.len && id.ptr[id.len - 1] == '>')
		id.len--;
	return id;
}

bool
term_add_message_id(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	struct str id = term_bare_id(value);

	if (id.len == 0)
		return fault_value(fault, 0,
		    "a message ID is compared whole, with or without < and >",
		    "<20261001.81500@example.com>",
		    "no message ID inside < and >");
	add_text(arena, term, arena_keep(arena, id));
	return true;
}

bool
term_add_folded(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	char *lower = arena_alloc(arena, value.len);

	(void)fault;
	ascii_lower_copy(lower, value.ptr, value.len);
	add_text(arena, term, (struct str){lower, value.len});
	return true;
}

static bool
is_hex(unsigned char c)
{
	c = ascii_lower(c);
	return ascii_is_digit(c) || (c >= 'a' && c <= 'f');
}

bool
term_add_sha256(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	static const char rule[] = "a SHA256 hash is 64 hexadecimal digits";
	static const char example[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4"
				      "649b934ca495991b7852b855";

	for (size_t i = 0; i < value.len; i++)
		if (!is_hex((unsigned char)value.ptr[i]))
			return fault_value(
			    fault, i, rule, example, "no hexadecimal digit");
	if (value.len != SHA256_DIGITS)
		return fault_value(fault,
		    value.len < SHA256_DIGITS ? value.len : SHA256_DIGITS, rule,
		    example, "%zu digits instead of 64", value.len);
	return term_add_folded(arena, term, value, fault);
}

bool
term_add_prefix(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	grow(arena, term, sizeof(*term->items.prefixes));
	if (!ip_prefix_parse(value, &term->items.prefixes[term->count], fault))
		return false;
	term->count++;
	return true;
}

static bool
add_range(struct arena *arena, struct term *term, struct range range)
{
	grow(arena, term, sizeof(range));
	term->items.ranges[term->count++] = range;
	return true;
}

bool
term_add_sizes(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	struct range range;

	return range_sizes(value, &range, fault) &&
	    add_range(arena, term, range);
}

bool
term_add_delays(struct arena *arena, struct term *term, struct str value,
    struct fault *fault)
{
	struct range range;

	return range_delays(value, &range, fault) &&
	    add_range(arena, term, range);
}

/* ---- sealing ---- */

static int
compare_texts(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
sort_texts(struct str *texts, size_t count)
{
	if (count)
		qsort(texts, count, sizeof(*texts), compare_texts);
}

/* The text that addresses are looked up by: the whole, or `@` and the domain
 * where the local part is any. False where more than that is asked. */
static bool
pattern_key(
    struct arena *arena, const struct address_pattern *pattern, struct str *key)
{
	struct str local = pattern->local;
	bool any = str_eq(local, STR("*"));

	if (pattern->everything || pattern->null ||
	    str_find_char(pattern->domain, '*') != SIZE_MAX ||
	    (!any && str_find_char(local, '*') != SIZE_MAX))
		return false;
	*key = arena_printf(arena, "%.*s@%.*s", any ? 0 : (int)local.len,
	    local.ptr, STR_ARG(pattern->domain));
	return true;
}

/* Lists from files may hold thousands: no record is put to each of them. */
static void
seal_addresses(struct arena *arena, struct term *term)
{
	if (term->count <= PATTERNS_FEW)
		return;
	term->keys = ARENA_ARRAY(arena, struct str, term->count);
	term->others =
	    ARENA_ARRAY(arena, const struct address_pattern *, term->count);
	for (size_t i = 0; i < term->count; i++) {
		const struct address_pattern *one = &term->items.patterns[i];

		if (pattern_key(arena, one, &term->keys[term->key_count]))
			term->key_count++;
		else
			term->others[term->other_count++] = one;
	}
	sort_texts(term->keys, term->key_count);
}

void
term_value_seal(struct arena *arena, struct term *term)
{
	term_add_fn *add = term->row->add;

	if (add == term_add_address)
		seal_addresses(arena, term);
	else if (add == term_add_action || add == term_add_message_id ||
	    add == term_add_folded || add == term_add_sha256)
		sort_texts(term->items.texts, term->count);
}

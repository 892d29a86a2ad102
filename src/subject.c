/* SPDX-License-Identifier: MIT */
/* The console's subject rules (SPEC 3.3) and the glob of attachment names,
 * compiled. */
#include "mtrack/subject.h"

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/diag.h"
#include "mtrack/unicode.h"
#include "mtrack/word.h"

enum kind {
	KIND_KEYWORD,
	KIND_PHRASE,
	KIND_CONTAINED,
	KIND_NAME,
};

/* clang-format off */
static const struct {
	const char *label;
	bool edges;        /* begins and ends where no word is cut */
	bool whole;        /* is all of the text, not a piece of it */
	const char *escaped; /* what a backslash stands before in --explain */
} kinds[] = {
	[KIND_KEYWORD]   = { "keyword",   false, false, "\"*\\" },
	[KIND_PHRASE]    = { "phrase",    true,  false, "\"\\" },
	[KIND_CONTAINED] = { "contained", false, false, "" },
	[KIND_NAME]      = { "name",      false, true,  "" },
};
/* clang-format on */

/* What must be found in the subject: its parts in this order, any run of
 * characters between two. */
struct term {
	enum kind kind;
	struct str *parts; /* folded, unless the rule keeps case */
	size_t count;      /* at least 1 */
};

struct subject_rule {
	struct term *terms; /* all must be found */
	size_t count;
	bool case_sensitive;
};

/* A rule being made. */
struct making {
	struct arena *arena;
	struct subject_rule *rule;
	size_t terms_cap;
	size_t parts_cap;
	struct buffer text; /* the part being read */
};

static struct making
making_begin(struct arena *arena, bool case_sensitive)
{
	struct making making = {
	    arena, ARENA_NEW(arena, struct subject_rule), 0, 0, BUFFER_EMPTY};

	making.rule->case_sensitive = case_sensitive;
	return making;
}

static struct term *
making_term(struct making *making, enum kind kind)
{
	struct subject_rule *rule = making->rule;

	rule->terms = arena_grow(making->arena, rule->terms, rule->count,
	    &making->terms_cap, sizeof(*rule->terms));
	rule->terms[rule->count] = (struct term){kind, NULL, 0};
	making->parts_cap = 0;
	buffer_clear(&making->text);
	return &rule->terms[rule->count++];
}

/* The text read so far becomes a part of TERM. */
static void
making_part(struct making *making, struct term *term)
{
	struct buffer folded = BUFFER_EMPTY;

	if (!making->rule->case_sensitive)
		unicode_fold_str(buffer_str(&making->text), &folded);
	else
		buffer_puts(&folded, buffer_str(&making->text));
	term->parts = arena_grow(making->arena, term->parts, term->count,
	    &making->parts_cap, sizeof(*term->parts));
	term->parts[term->count++] =
	    arena_keep(making->arena, buffer_str(&folded));
	buffer_clear(&making->text);
	buffer_destroy(&folded);
}

/* A star; one behind another adds nothing. */
static void
making_star(struct making *making, struct term *term)
{
	if (term->count == 0 || making->text.len)
		making_part(making, term);
}

static const struct subject_rule *
making_end(struct making *making)
{
	buffer_destroy(&making->text);
	return making->rule->count ? making->rule : NULL;
}

/* The bytes of white space at AT of VALUE, or 0. */
static size_t
space_at(struct str value, size_t at)
{
	size_t len;

	return unicode_is_space(unicode_decode(str_drop(value, at), &len)) ? len
									   : 0;
}

/* Takes one byte of VALUE at *AT, or the character that a backslash stands
 * before. */
static void
take_byte(struct making *making, struct str value, size_t *at)
{
	char c = value.ptr[*at];

	if (c == '\\' && *at + 1 < value.len) {
		char next = value.ptr[*at + 1];

		if (next == '"' || next == '*' || next == '\\') {
			c = next;
			++*at;
		}
	}
	buffer_putc(&making->text, c);
	++*at;
}

/* Reads a phrase whose opening quote stands at *AT. */
static bool
read_phrase(
    struct making *making, struct str value, size_t *at, struct fault *fault)
{
	struct term *term = making_term(making, KIND_PHRASE);
	size_t open = (*at)++;

	while (*at < value.len && value.ptr[*at] != '"')
		take_byte(making, value, at);
	if (*at == value.len)
		return fault_value(fault, open,
		    "a phrase ends with a quote; a quote that is meant as a "
		    "character is written \\\"",
		    "\"Hello world\"", "this quote is not closed");
	if (making->text.len == 0)
		return fault_value(fault, open,
		    "a phrase holds at least one character; without the flag "
		    "any subject will do",
		    "\"Hello world\"", "nothing between the quotes");
	making_part(making, term);
	++*at;
	if (*at < value.len && !space_at(value, *at))
		return fault_value(fault, *at,
		    "behind a phrase stands a space; a quote that is meant as "
		    "a character is written \\\"",
		    "\"Hello world\" again", "text right behind a quote");
	return true;
}

static bool
read_keyword(
    struct making *making, struct str value, size_t *at, struct fault *fault)
{
	struct term *term = making_term(making, KIND_KEYWORD);

	while (*at < value.len && !space_at(value, *at)) {
		if (value.ptr[*at] == '"')
			return fault_value(fault, *at,
			    "before a phrase stands a space; a quote that is "
			    "meant as a character is written \\\"",
			    "again \"Hello world\"", "a quote inside a word");
		if (value.ptr[*at] == '*') {
			making_star(making, term);
			++*at;
		} else {
			take_byte(making, value, at);
		}
	}
	making_part(making, term);
	return true;
}

bool
subject_compile(struct arena *arena, struct str value, bool case_sensitive,
    const struct subject_rule **rule, struct fault *fault)
{
	struct making making = making_begin(arena, case_sensitive);
	bool good = true;
	size_t at = 0;

	while (good && at < value.len) {
		size_t space = space_at(value, at);

		if (space)
			at += space;
		else if (value.ptr[at] == '"')
			good = read_phrase(&making, value, &at, fault);
		else
			good = read_keyword(&making, value, &at, fault);
	}
	*rule = making_end(&making);
	if (!good)
		*rule = NULL;
	return good;
}

/* A rule of one term: all of TEXT, in which only STARS, if any, are special.
 * A text that is empty is in every subject there is. */
static const struct subject_rule *
single(struct arena *arena, struct str text, bool case_sensitive,
    enum kind kind, bool stars)
{
	struct making making = making_begin(arena, case_sensitive);
	struct term *term =
	    making_term(&making, text.len ? kind : KIND_CONTAINED);

	for (size_t i = 0; i < text.len; i++) {
		if (stars && text.ptr[i] == '*')
			making_star(&making, term);
		else
			buffer_putc(&making.text, text.ptr[i]);
	}
	making_part(&making, term);
	return making_end(&making);
}

const struct subject_rule *
subject_phrase(struct arena *arena, struct str text, bool case_sensitive)
{
	return single(arena, text, case_sensitive, KIND_PHRASE, false);
}

const struct subject_rule *
subject_contained(struct arena *arena, struct str text, bool case_sensitive)
{
	return single(arena, text, case_sensitive, KIND_CONTAINED, false);
}

const struct subject_rule *
subject_name(struct arena *arena, struct str glob, bool case_sensitive)
{
	return single(arena, glob, case_sensitive, KIND_NAME, true);
}

/* Where PART first stands in S from FROM on, or SIZE_MAX. Bytes that are no
 * UTF-8 may not be found inside of a character. */
static size_t
find_part(struct str s, size_t from, struct str part)
{
	while (part.len <= s.len - from) {
		size_t at = str_find(str_drop(s, from), part);

		if (at == SIZE_MAX)
			break;
		at += from;
		if (unicode_start(s, at) == at &&
		    unicode_start(s, at + part.len) == at + part.len)
			return at;
		from = at + 1;
	}
	return SIZE_MAX;
}

static bool
phrase_match(struct str phrase, struct str s)
{
	size_t at = find_part(s, 0, phrase);

	while (at != SIZE_MAX) {
		if (!word_is_cut(s, at) && !word_is_cut(s, at + phrase.len))
			return true;
		at = find_part(s, at + 1, phrase);
	}
	return false;
}

/* Each part at its first place behind the one before: if that fails, no other
 * choice would do better. */
static bool
parts_match(const struct str *parts, size_t count, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = find_part(s, from, parts[i]);

		if (at == SIZE_MAX)
			return false;
		from = at + parts[i].len;
	}
	return true;
}

/* The first part begins S, the last one ends it, the others lie between. */
static bool
name_match(const struct term *term, struct str s)
{
	struct str first = term->parts[0];
	struct str last = term->parts[term->count - 1];

	if (term->count == 1)
		return str_eq(first, s);
	if (s.len < first.len || s.len - first.len < last.len ||
	    !str_eq(str_take(s, first.len), first) ||
	    !str_eq(str_drop(s, s.len - last.len), last) ||
	    unicode_start(s, first.len) != first.len ||
	    unicode_start(s, s.len - last.len) != s.len - last.len)
		return false;
	s = str_drop(str_take(s, s.len - last.len), first.len);
	return parts_match(term->parts + 1, term->count - 2, s);
}

bool
subject_match(
    const struct subject_rule *rule, struct str subject, struct buffer *scratch)
{
	if (subject.len == 0)
		return false;
	if (!rule->case_sensitive) {
		buffer_clear(scratch);
		unicode_fold_str(subject, scratch);
		subject = buffer_str(scratch);
	}
	for (size_t i = 0; i < rule->count; i++) {
		const struct term *term = &rule->terms[i];
		bool found;

		if (kinds[term->kind].whole)
			found = name_match(term, subject);
		else if (kinds[term->kind].edges)
			found = phrase_match(term->parts[0], subject);
		else
			found = parts_match(term->parts, term->count, subject);
		if (!found)
			return false;
	}
	return true;
}

/* How many bytes at the start of S a raw subject is sure to hold as they are
 * or in the other case. */
static size_t
literal_run(struct str s, bool any_case)
{
	size_t at = 0;

	while (at < s.len && !(s.ptr[at] & 0x80) &&
	    !(any_case && (s.ptr[at] == 'k' || s.ptr[at] == 's')))
		at++;
	return at;
}

struct str
subject_literal(
    struct arena *arena, const struct subject_rule *rule, bool *any_case)
{
	struct str best = STR_NONE;

	*any_case = !rule->case_sensitive;
	for (size_t i = 0; i < rule->count; i++) {
		const struct term *term = &rule->terms[i];

		for (size_t j = 0; j < term->count; j++) {
			struct str rest = term->parts[j];

			while (rest.len) {
				size_t run = literal_run(rest, *any_case);

				if (run > best.len)
					best = str_take(rest, run);
				rest = str_drop(rest, run + 1);
			}
		}
	}
	return best.len ? arena_keep(arena, best) : STR_NONE;
}

bool
subject_term(
    const struct subject_rule *rule, size_t place, struct subject_term *term)
{
	const struct term *from;

	if (place >= rule->count)
		return false;
	from = &rule->terms[place];
	*term = (struct subject_term){kinds[from->kind].edges,
	    kinds[from->kind].whole, from->parts, from->count};
	return true;
}

/* Appends PART as it would have to be written, nothing hostile in it. */
static void
explain_part(struct str part, const char *escaped, struct buffer *out)
{
	struct buffer text = BUFFER_EMPTY;

	for (size_t i = 0; i < part.len; i++) {
		if (part.ptr[i] && strchr(escaped, part.ptr[i]))
			buffer_putc(&text, '\\');
		buffer_putc(&text, part.ptr[i]);
	}
	diag_escape(buffer_str(&text), false, out);
	buffer_destroy(&text);
}

void
subject_explain(const struct subject_rule *rule, struct buffer *out)
{
	for (size_t i = 0; i < rule->count; i++) {
		const struct term *term = &rule->terms[i];
		const char *quote = kinds[term->kind].edges ? "\"" : "";

		buffer_printf(out, "%s %s", kinds[term->kind].label, quote);
		for (size_t j = 0; j < term->count; j++) {
			if (j)
				buffer_putc(out, '*');
			explain_part(
			    term->parts[j], kinds[term->kind].escaped, out);
		}
		buffer_printf(out, "%s%s\n", quote,
		    rule->case_sensitive ? ", case kept" : "");
	}
}

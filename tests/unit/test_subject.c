/* SPDX-License-Identifier: MIT */
/* The console's subject rules (SPEC 3.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/subject.h"
#include "mtrack/unicode.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* What a test needs for one rule after another. */
struct bench {
	struct arena arena;
	struct buffer scratch;
};

static int
set_up(void **state)
{
	static struct bench bench;

	arena_init(&bench.arena);
	bench.scratch = BUFFER_EMPTY;
	*state = &bench;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *bench = *state;

	arena_destroy(&bench->arena);
	buffer_destroy(&bench->scratch);
	return 0;
}

static const struct subject_rule *
compile(struct bench *bench, struct str value, bool case_sensitive)
{
	const struct subject_rule *rule;
	struct fault fault;

	if (!subject_compile(
		&bench->arena, value, case_sensitive, &rule, &fault))
		fail_msg("'%.*s': %s", STR_ARG(value), fault.what);
	return rule;
}

/* "1" and "0" of WANTED: which of the three subjects of SPEC 3.3 match. */
static void
finds_what_spec_3_3_says(void **state)
{
	static const char *const subjects[] = {
	    "Hello world", "Hello new world", "\"Hello\""};
	/* clang-format off */
	static const struct {
		const char *value;
		const char *wanted;
	} rows[] = {
		{ "Hello world", "110" },
		{ "\"Hello world\"", "100" },
		{ "\\\"Hello\\\"", "001" },
		{ "\"Hello\"", "111" },
		{ "Hell", "111" },
		{ "\"Hell\"", "000" },
	};
	/* clang-format on */
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct subject_rule *rule =
		    compile(bench, str_from(rows[i].value), false);

		for (size_t j = 0; j < COUNT(subjects); j++)
			if (subject_match(rule, str_from(subjects[j]),
				&bench->scratch) != (rows[i].wanted[j] == '1'))
				fail_msg(
				    "%s on %s", rows[i].value, subjects[j]);
	}
}

static void
matches_keywords_and_phrases(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		const char *subject;
		bool matches;
	} rows[] = {
		/* keywords: all, anywhere, in any order, inside words */
		{ "world hello", "Hello world", true },
		{ "ell orl", "Hello world", true },
		{ "hello mars", "Hello world", false },
		{ "hello hello", "hello", true },
		{ "\thello \xe3\x80\x80 world\n", "Hello world", true },
		{ "hello\xc2\xa0world", "Hello new world", true },
		/* the star */
		{ "h*o", "Hello", true },
		{ "he*llo", "hello", true },
		{ "w*w", "wow", true },
		{ "w*w", "w", false },
		{ "o*o", "Hello world", true },
		{ "d*h", "Hello world", false },
		{ "*world*", "Hello world", true },
		{ "a**b", "ab", true },
		{ "*", "x", true },
		{ "*", " ", true },
		{ "*", "", false },
		{ "** *", "x", true },
		{ "50\\*", "50* off", true },
		{ "50\\*", "50 off", false },
		{ "a\\**c", "a*bc", true },
		{ "a\\**c", "abc", false },
		/* phrases: as they stand, and no piece of a word */
		{ "\"50*\"", "50* off", true },
		{ "\"5*\"", "50* off", false },
		{ "\"new  world\"", "new world", false },
		{ "\" world\"", "Hello world", true },
		{ "\"a b\" c", "c a b", true },
		{ "\"a b\" c", "a c b", false },
		{ "\"world\"", "worlds world", true },
		{ "\"world\"", "worlds", false },
		{ "\"world\"", "myworld", false },
		{ "\"world\"", "my_world", false },
		{ "\"world\"", "world2", false },
		{ "\"world\"", "(world)", true },
		{ "\"world\"", "my-world.com", true },
		{ "\"(a\"", "x(a)", true },
		{ "\"(a)\"", "x(a)y", true },
		{ "\"aa\"", "aaa aa", true },
		{ "\"a a\"", "aa a a", true },
		{ "\"_a\"", "x_a", false },
		{ "\"7\"", "17 7", true },
		{ "\"\\\"Hello\\\"\"", "say \"Hello\" now", true },
		{ "\"\\\"Hello\\\"\"", "Hello", false },
		{ "\"a\\\\b\"", "a\\b", true },
		{ "\"a\\*b\"", "a*b", true },
		{ "\"a\\nb\"", "a\\nb", true },
		/* backslashes */
		{ "C:\\temp", "C:\\temp", true },
		{ "a\\\\b", "a\\b", true },
		{ "a\\\\b", "a\\\\b", false },
		{ "a\\", "a\\", true },
		{ "a\\", "a", false },
		{ "\\\\\\*", "\\*", true },
		/* case */
		{ "\xc3\x84rger", "\xc3\xa4RGER", true },
		{ "stra\xc3\x9f" "e", "STRA\xe1\xba\x9e" "E", true },
		{ "strasse", "stra\xc3\x9f" "e", false },
		{ "kelvin", "\xe2\x84\xaa" "elvin", true },
		{ "\xe2\x84\xaa", "k", true },
		{ "sale", "\xc5\xbf" "ale", true },
		{ "\xce\xbf\xce\xb4\xce\xbf\xcf\x82", "\xce\x9f\xce\x94\xce\x9f\xce\xa3", true },
		{ "istanbul", "\xc4\xb0stanbul", false },
		{ "\xc4\xb0stanbul", "\xc4\xb0STANBUL", true },
		/* unspaced scripts have no edges */
		{ "\"\xe6\x97\xa5\xe6\x9c\xac\"", "\xe6\x96\xb0\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", true },
		{ "\"ABC\"", "\xe6\x97\xa5" "ABC\xe3\x83\xbc", true },
		{ "\"\xe6\x97\xa5\"", "ABC\xe6\x97\xa5" "1", true },
		{ "\"ABC\"", "\xe6\x97\xa5" "ABCD", false },
		/* a mark belongs to its letter */
		{ "\"cafe\"", "cafe\xcc\x81 au lait", false },
		{ "\"cafe\xcc\x81\"", "cafe\xcc\x81 au lait", true },
		{ "\"cafe\xcc\x81\"", "cafe\xcc\x81s", false },
		{ "\"au\"", "e\xcc\x81" "au", false },
		{ "\"au\"", "-\xcc\x81" "au", true },
		{ "cafe", "cafe\xcc\x81", true },
		/* invalid UTF-8: bytes, each a non-letter, never half a character */
		{ "\"world\"", "\xffworld\xc3", true },
		{ "\xff", "a\xff" "b", true },
		{ "\xa4", "\xc3\xa4", false },
		{ "\xa4", "\xc3\xa4\xa4", true },
		{ "\xc3", "\xc3\xa4", false },
		{ "\xc3", "\xc3\xa4\xc3", true },
		{ "\"\xa4\"", "\xc3\xa4 \xa4", true },
		{ "*\xa4", "\xc3\xa4", false },
		{ "A\xff" "B", "a\xff" "b", true },
	};
	/* clang-format on */
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (subject_match(
			compile(bench, str_from(rows[i].value), false),
			str_from(rows[i].subject),
			&bench->scratch) != rows[i].matches)
			fail_msg("row %zu: %s on %s", i, rows[i].value,
			    rows[i].subject);
}

static void
keeps_case_when_asked(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		const char *subject;
		bool matches;
	} rows[] = {
		{ "Hello", "Hello world", true },
		{ "hello", "Hello world", false },
		{ "\"Hello\" w*D", "Hello worlD", true },
		{ "\"Hello\"", "Hellos", false },
		{ "k", "\xe2\x84\xaa", false },
		{ "*", "x", true },
		{ "*", "", false },
	};
	/* clang-format on */
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (subject_match(compile(bench, str_from(rows[i].value), true),
			str_from(rows[i].subject),
			&bench->scratch) != rows[i].matches)
			fail_msg("%s on %s", rows[i].value, rows[i].subject);
}

static void
has_no_rule_for_a_blank_value(void **state)
{
	static const char *const rows[] = {"", " ", "\t \n", "\xe3\x80\x80"};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (compile(*state, str_from(rows[i]), false))
			fail_msg("row %zu", i);
}

static void
refuses_bad_quotes_and_points_at_the_place(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		size_t caret;
		const char *what;
	} rows[] = {
		{ "\"Hello", 0, "this quote is not closed" },
		{ "Hello \"", 6, "this quote is not closed" },
		{ "Hello \"world", 6, "this quote is not closed" },
		{ "\"Hello\\\"", 0, "this quote is not closed" },
		{ "\"a\" \"b", 4, "this quote is not closed" },
		{ "\"\"", 0, "nothing between the quotes" },
		{ "a \"\" b", 2, "nothing between the quotes" },
		{ "\"\"\"", 0, "nothing between the quotes" },
		{ "foo\"bar\"", 3, "a quote inside a word" },
		{ "foo\"", 3, "a quote inside a word" },
		{ "*\"foo\"", 1, "a quote inside a word" },
		{ "\\\"foo\"", 5, "a quote inside a word" },
		{ "\xe6\x97\xa5\"foo\"", 3, "a quote inside a word" },
		{ "\"a\"b", 3, "text right behind a quote" },
		{ "\"a\"\"b\"", 3, "text right behind a quote" },
		{ "\"a\"*", 3, "text right behind a quote" },
		{ "x \"a\"\\ y", 5, "text right behind a quote" },
	};
	/* clang-format on */
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct subject_rule *rule;
		struct fault fault;

		if (subject_compile(&bench->arena, str_from(rows[i].value),
			false, &rule, &fault))
			fail_msg("%s was taken", rows[i].value);
		if (fault.caret != rows[i].caret ||
		    strcmp(fault.what, rows[i].what))
			fail_msg("%s: %s at %zu", rows[i].value, fault.what,
			    fault.caret);
		assert_null(rule);
		assert_non_null(fault.rule);
		assert_non_null(compile(bench, str_from(fault.example), false));
	}
}

static void
takes_a_phrase_flag_as_it_stands(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		const char *subject;
		bool matches;
	} rows[] = {
		{ "Hello world", "HELLO WORLD!", true },
		{ "Hello world", "Hello new world", false },
		{ "Hell", "Hello", false },
		{ "\"Hello\"", "say \"hello\"", true },
		{ "\"Hello\"", "say hello", false },
		{ "50*", "50* off", true },
		{ "50*", "500 off", false },
		{ "a\\*", "a\\*", true },
		{ "a\\*", "a*", false },
		{ " x", "a x", true },
		{ " x", "x", false },
		{ "", "x", true },
		{ "", "", false },
	};
	/* clang-format on */
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (subject_match(subject_phrase(&bench->arena,
				      str_from(rows[i].text), false),
			str_from(rows[i].subject),
			&bench->scratch) != rows[i].matches)
			fail_msg("%s on %s", rows[i].text, rows[i].subject);
}

static void
finds_a_contained_text_inside_words(void **state)
{
	struct bench *bench = *state;
	const struct subject_rule *rule =
	    subject_contained(&bench->arena, STR("tation* \"B"), false);
	struct buffer *scratch = &bench->scratch;

	assert_true(subject_match(rule, STR("Reputation* \"bad\""), scratch));
	assert_false(subject_match(rule, STR("Reputation \"bad\""), scratch));
	assert_false(subject_match(rule, STR(""), scratch));
	rule = subject_contained(&bench->arena, STR("Bad"), true);
	assert_false(subject_match(rule, STR("bad"), scratch));
	assert_true(subject_match(rule, STR("xBadx"), scratch));
}

static void
matches_the_whole_of_a_name(void **state)
{
	/* clang-format off */
	static const struct {
		const char *glob;
		const char *name;
		bool matches;
	} rows[] = {
		{ "invoice.pdf", "Invoice.PDF", true },
		{ "invoice.pdf", "my invoice.pdf", false },
		{ "invoice", "invoice.pdf", false },
		{ "*.pdf", "invoice.pdf", true },
		{ "*.pdf", ".pdf", true },
		{ "*.pdf", "invoice.pdf.exe", false },
		{ "invoice*", "invoice", true },
		{ "invoice*", "an invoice", false },
		{ "in*.p*f", "invoice.pdf", true },
		{ "a*a", "a", false },
		{ "a*a", "aa", true },
		{ "a*b*b", "ab", false },
		{ "a*bc*c", "abc", false },
		{ "*b*", "abc", true },
		{ "*", "x", true },
		{ "*", "", false },
		{ "**", "x", true },
		{ "\\*", "\\x", true },
		{ "\"a\"", "\"A\"", true },
		{ "*\xc3\x84*", "l\xc3\xa4rm.txt", true },
		{ "\xe6\x97\xa5*", "\xe6\x97\xa5\xe6\x9c\xac.txt", true },
		{ "*\xa4", "\xc3\xa4", false },
		{ "\xc3*", "\xc3\xa4", false },
		{ "", "x", true }, /* as a blank value: any name at all */
		{ "", "", false },
	};
	/* clang-format on */
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (subject_match(subject_name(&bench->arena,
				      str_from(rows[i].glob), false),
			str_from(rows[i].name),
			&bench->scratch) != rows[i].matches)
			fail_msg("%s on %s", rows[i].glob, rows[i].name);
}

static void
explains_the_terms_as_they_would_be_written(void **state)
{
	static const char value[] =
	    "Te*T \\*x\\\\ \"Hello \\\"W* orld\" * \xe2\x80\xae\xff";
	static const char wanted[] = "keyword te*t\n"
				     "keyword \\*x\\\\\n"
				     "phrase \"hello \\\"w* orld\"\n"
				     "keyword *\n"
				     "keyword \\u202e\\xff\n";
	struct bench *bench = *state;
	struct buffer out = BUFFER_EMPTY;

	subject_explain(compile(bench, str_from(value), false), &out);
	subject_explain(compile(bench, STR("Abc"), true), &out);
	subject_explain(subject_name(&bench->arena, STR("*.PDF"), false), &out);
	subject_explain(
	    subject_contained(&bench->arena, STR("A*\""), false), &out);
	buffer_putc(&out, '\0');
	if (strncmp(out.ptr, wanted, strlen(wanted)))
		fail_msg("%s", out.ptr);
	assert_string_equal(out.ptr + strlen(wanted),
	    "keyword Abc, case kept\nname *.pdf\ncontained a*\"\n");
	buffer_destroy(&out);
}

static void
offers_a_literal_without_k_and_s(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		const char *literal;
		const char *kept; /* with case kept */
	} rows[] = {
		{ "Invoice", "invoice", "Invoice" },
		{ "password", "word", "password" },
		{ "kiss", "i", "kiss" },
		{ "sks", "", "sks" },
		{ "te*mporary \"a new phrase\"", "a new phra", "a new phrase" },
		{ "\xc3\x84rger", "rger", "rger" },
		{ "\xe6\x97\xa5\xe6\x9c\xac", "", "" },
		{ "*", "", "" },
	};
	/* clang-format on */
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str value = str_from(rows[i].value);
		bool any;
		struct str folded = subject_literal(
		    &bench->arena, compile(bench, value, false), &any);

		assert_true(any);
		if (!str_eq(folded, str_from(rows[i].literal)))
			fail_msg("%s: '%.*s'", rows[i].value, STR_ARG(folded));
		folded = subject_literal(
		    &bench->arena, compile(bench, value, true), &any);
		assert_false(any);
		if (!str_eq(folded, str_from(rows[i].kept)))
			fail_msg("%s: '%.*s'", rows[i].value, STR_ARG(folded));
	}
}

/* Pieces that random values and subjects are made of. */
static const char *const pieces[] = {"a", "A", "b", "k", "K", "\xe2\x84\xaa",
    "s", "S", "\xc5\xbf", "_", "1", " ", "\xe3\x80\x80", "-", "\xe6\x97\xa5",
    "\xcc\x81", "\xc3\xa4", "\xc3\x84", "\xc3", "\xa4", "\xff", "\xcf\x82",
    "\xce\xa3", "*", "\\", "\"", "*", "\""};
#define SUBJECT_PIECES (COUNT(pieces) - 2)

static struct str
random_text(char *text, uint32_t *seed, size_t kinds, size_t most)
{
	struct str s = {text, 0};

	*seed = *seed * 1664525u + 1013904223u;
	for (size_t n = (*seed >> 16) % (most + 1); n; n--) {
		struct str piece;

		*seed = *seed * 1664525u + 1013904223u;
		piece = str_from(pieces[(*seed >> 16) % kinds]);
		memcpy(text + s.len, piece.ptr, piece.len);
		s.len += piece.len;
	}
	return s;
}

/* The rules of SPEC 3.3 once more, in the plainest way: code points in an
 * array, every place tried, a star tries every run. */
struct points {
	uint32_t cp[64];
	bool star[64]; /* in a keyword: any run */
	size_t count;
};

static struct points
points_of(struct str s)
{
	struct points points = {.count = 0};
	size_t len;

	for (size_t at = 0; at < s.len; at += len)
		points.cp[points.count++] =
		    unicode_fold(unicode_decode(str_drop(s, at), &len));
	return points;
}

static bool
is_sticky(uint32_t cp)
{
	/* of the letters in the pieces, only U+65E5 is unspaced */
	return unicode_is_word(cp) && cp != 0x65e5;
}

static bool
is_edge(const struct points *s, size_t at)
{
	size_t base = at;

	if (at == 0 || at == s->count)
		return true;
	while (base > 0 && unicode_is_mark(s->cp[base - 1]))
		base--;
	if (base == 0 || !is_sticky(s->cp[base - 1]))
		return true;
	return !is_sticky(s->cp[at]) && !unicode_is_mark(s->cp[at]);
}

static bool
stands_at(const struct points *term, size_t from, const struct points *s,
    size_t at, size_t *end)
{
	if (from == term->count) {
		*end = at;
		return true;
	}
	if (term->star[from]) {
		for (; at <= s->count; at++)
			if (stands_at(term, from + 1, s, at, end))
				return true;
		return false;
	}
	return at < s->count && term->cp[from] == s->cp[at] &&
	    stands_at(term, from + 1, s, at + 1, end);
}

static bool
reference_has(const struct points *term, bool phrase, const struct points *s)
{
	size_t end;

	for (size_t at = 0; at <= s->count; at++)
		if (stands_at(term, 0, s, at, &end) &&
		    (!phrase || (is_edge(s, at) && is_edge(s, end))))
			return true;
	return false;
}

/* 1, 0, or -1 for a value that is refused. */
static int
reference_match(struct str value, struct str subject)
{
	struct points v = points_of(value), s = points_of(subject);
	int all = s.count > 0;
	bool any = false;

	for (size_t i = 0; i < v.count;) {
		struct points term = {.count = 0};
		bool phrase = v.cp[i] == '"';

		if (!phrase && unicode_is_space(v.cp[i])) {
			i++;
			continue;
		}
		any = true;
		for (i += phrase; i < v.count; i++) {
			bool special = v.cp[i] == '\\' && i + 1 < v.count &&
			    (v.cp[i + 1] == '"' || v.cp[i + 1] == '*' ||
				v.cp[i + 1] == '\\');

			if (phrase ? v.cp[i] == '"' : unicode_is_space(v.cp[i]))
				break;
			if (!phrase && v.cp[i] == '"')
				return -1;
			term.star[term.count] = !phrase && v.cp[i] == '*';
			i += special;
			term.cp[term.count++] = v.cp[i];
		}
		if (phrase) {
			if (i == v.count || term.count == 0)
				return -1;
			if (++i < v.count && !unicode_is_space(v.cp[i]))
				return -1;
		}
		all = all && reference_has(&term, phrase, &s);
	}
	return any ? all : 0;
}

static void
agrees_with_the_plain_reading_of_the_rules(void **state)
{
	struct bench *bench = *state;
	uint32_t seed = 11;
	unsigned hits = 0, refused = 0;

	for (unsigned round = 0; round < 60000; round++) {
		char value_text[64], subject_text[64];
		struct str value =
		    random_text(value_text, &seed, COUNT(pieces), 6);
		struct str subject =
		    random_text(subject_text, &seed, SUBJECT_PIECES, 10);
		const struct subject_rule *rule;
		struct fault fault;
		int found = -1;

		if (subject_compile(&bench->arena, value, false, &rule, &fault))
			found = rule &&
			    subject_match(rule, subject, &bench->scratch);
		else if (fault.caret >= value.len)
			fail_msg("round %u: caret", round);
		if (found != reference_match(value, subject))
			fail_msg("round %u: <%.*s> on <%.*s>: %d", round,
			    STR_ARG(value), STR_ARG(subject), found);
		hits += found == 1;
		refused += found == -1;
		if (round % 256 == 0)
			arena_reset(&bench->arena);
	}
	assert_true(hits > 2000);
	assert_true(refused > 2000);
}

static bool
holds(struct str s, struct str literal, bool any_case)
{
	for (; s.len >= literal.len; s = str_drop(s, 1)) {
		if (any_case ? str_starts_fold(s, literal)
			     : str_starts(s, literal))
			return true;
		if (s.len == 0)
			break;
	}
	return false;
}

static void
never_matches_without_its_literal(void **state)
{
	struct bench *bench = *state;
	uint32_t seed = 23;
	unsigned hits = 0;

	for (unsigned round = 0; round < 60000; round++) {
		char value_text[64], subject_text[64];
		struct str value =
		    random_text(value_text, &seed, COUNT(pieces), 4);
		struct str subject =
		    random_text(subject_text, &seed, SUBJECT_PIECES, 12);
		const struct subject_rule *rule;
		struct fault fault;
		struct str literal;
		bool any_case;

		if (!subject_compile(
			&bench->arena, value, round % 2, &rule, &fault) ||
		    !rule || !subject_match(rule, subject, &bench->scratch))
			continue;
		literal = subject_literal(&bench->arena, rule, &any_case);
		hits += literal.len > 0;
		if (!holds(subject, literal, any_case))
			fail_msg("round %u: <%.*s> on <%.*s>: <%.*s>", round,
			    STR_ARG(value), STR_ARG(subject), STR_ARG(literal));
		arena_reset(&bench->arena);
	}
	assert_true(hits > 1000);
}

/* A subject of marks only, of which each could be a phrase's. */
static void
is_not_slowed_down_by_a_heap_of_marks(void **state)
{
	struct bench *bench = *state;
	struct buffer subject = BUFFER_EMPTY;
	const struct subject_rule *rule =
	    compile(bench, STR("\"x\xcc\x81\" \xcc*\xcc*\x81"), false);

	for (unsigned i = 0; i < 50000; i++)
		buffer_puts(&subject, STR("x\xcc\x81\xcc\x81\xcc\x81"));
	assert_false(
	    subject_match(rule, buffer_str(&subject), &bench->scratch));
	buffer_destroy(&subject);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_spec_3_3_says),
	    cmocka_unit_test(matches_keywords_and_phrases),
	    cmocka_unit_test(keeps_case_when_asked),
	    cmocka_unit_test(has_no_rule_for_a_blank_value),
	    cmocka_unit_test(refuses_bad_quotes_and_points_at_the_place),
	    cmocka_unit_test(takes_a_phrase_flag_as_it_stands),
	    cmocka_unit_test(finds_a_contained_text_inside_words),
	    cmocka_unit_test(matches_the_whole_of_a_name),
	    cmocka_unit_test(explains_the_terms_as_they_would_be_written),
	    cmocka_unit_test(offers_a_literal_without_k_and_s),
	    cmocka_unit_test(agrees_with_the_plain_reading_of_the_rules),
	    cmocka_unit_test(never_matches_without_its_literal),
	    cmocka_unit_test(is_not_slowed_down_by_a_heap_of_marks),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: MIT */
/* JSON, with jansson as the judge. Known differences, each held by a test of
 * its own: invalid UTF-8 and lone surrogates are let pass here, numbers have no
 * size, and nesting ends at JSON_DEPTH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#define JSON_JUDGE_FAIL fail_msg
#include "json_judge.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct str documents[] = {
	/* scalars */
	STR("null"), STR("true"), STR("false"), STR("0"), STR("-0"), STR("1"),
	STR("-1"), STR("12345678901"), STR("1.5"), STR("-1.5e3"), STR("1E+2"),
	STR("1e-2"), STR("0.0"), STR("0e0"), STR("\"\""), STR("\"a\""),
	STR(" 1 "), STR("\t\n\r 1"), STR("1\n"),
	STR("01"), STR("-"), STR("+1"), STR(".5"), STR("1."), STR("1.e1"),
	STR("1e"), STR("1e+"), STR("1e1.5"), STR("--1"), STR("0x10"), STR("1_0"),
	STR("-01"), STR("00"), STR("1 2"), STR("NaN"), STR("Infinity"),
	STR("nul"), STR("nulll"), STR("True"), STR("tru"), STR("fals"), STR("truefalse"),
	STR("null,"), STR(""), STR(" "), STR("\v1"), STR("\f1"), STR("1\v"), STR("'a'"), STR("a"),
	STR("\xef\xbb\xbf" "1"),
	/* strings */
	STR("\"\\\"\""), STR("\"\\\\\""), STR("\"\\/\""), STR("\"\\b\\f\\n\\r\\t\""),
	STR("\"\\u0041\""), STR("\"\\u00e9\""), STR("\"\\u20AC\""),
	STR("\"\\ud83d\\ude00\""), STR("\"\\u0000\""), STR("\"a\\u0000b\""),
	STR("\"\\uFFFF\""), STR("\"\\uffff\\u0020\""), STR("\"\x7f\""),
	STR("\"\xc3\xa9\""), STR("\"\xf0\x9f\x98\x80\""), STR("\"/\""),
	STR("\"\\a\""), STR("\"\\'\""), STR("\"\\x41\""), STR("\"\\u\""), STR("\"\\u1\""),
	STR("\"\\u12\""), STR("\"\\u123\""), STR("\"\\u123g\""), STR("\"\\U0041\""),
	STR("\"\\u 041\""), STR("\"\\u+041\""), STR("\"\\\""), STR("\"\\"), STR("\"\\\\\\\""),
	STR("\""), STR("\"a"), STR("\"a\"b"), STR("\"a\" \"b\""), STR("\"\n\""), STR("\"\t\""),
	STR("\"\x01\""), STR("\"\x1f\""), STR("\"\0\""), STR("\"\\\n\""), STR("\"\\0\""),
	STR("\"0123456789abcdef0123456789abcdef0123456789abcdef\\n\""),
	STR("\"0123456789abcdef0123456789abcdef0123456789abcde\n\""),
	/* arrays */
	STR("[]"), STR("[ ]"), STR("[1]"), STR("[1,2]"), STR("[ 1 , 2 ]"), STR("[[]]"),
	STR("[[],[]]"), STR("[\"a\",[1,{\"b\":null}],true]"), STR("[\n]"), STR("[null]"),
	STR("["), STR("[1"), STR("[1,"), STR("[1,]"), STR("[,1]"), STR("[,]"), STR("[1 2]"),
	STR("[1,,2]"), STR("]"), STR("[]]"), STR("[}"), STR("[1}"), STR("[\"a\":1]"), STR("[:]"),
	STR("[]1"), STR("[] []"), STR("[],"), STR("[1;2]"), STR("[/**/]"), STR("[//\n]"),
	STR("[\"a\"\"b\"]"), STR("[-]"), STR("[truefalse]"), STR("[1e]"), STR("[\x01]"),
	/* objects */
	STR("{}"), STR("{ }"), STR("{\"a\":1}"), STR("{ \"a\" : 1 }"), STR("{\"a\":1,\"b\":2}"),
	STR("{\"\":0}"), STR("{\"a\":{}}"), STR("{\"a\":[{}]}"), STR("{\"a\":{\"b\":{\"c\":[]}}}"),
	STR("{\"a\":1,\"a\":2}"), STR("{\"\\u0061\":1}"), STR("{\"a\":1,\"\\u0061\":2}"),
	STR("{\"a b\":\"c\",\n\t\"d\":null}"),
	STR("{"), STR("{\"a\""), STR("{\"a\":"), STR("{\"a\":1"), STR("{\"a\":1,"),
	STR("{\"a\":1,}"), STR("{,}"), STR("{,\"a\":1}"), STR("{\"a\"}"), STR("{\"a\",1}"),
	STR("{\"a\":}"), STR("{\"a\"::1}"), STR("{\"a\":1:2}"), STR("{a:1}"), STR("{1:1}"),
	STR("{'a':1}"), STR("{\"a\":1 \"b\":2}"), STR("{\"a\":1,,\"b\":2}"), STR("{]"), STR("{\"a\":1]"),
	STR("{\"a\" 1}"), STR("}"), STR("{}}"), STR("{}{}"), STR("{null:1}"), STR("{[]:1}"),
	STR("{\"a\":b}"), STR("{\"a\":\"b}"), STR("{\"a:1}"), STR("{\"a\":1;\"b\":2}"),
	STR("{\"a\\q\":1}"), STR("{\"a\n\":1}"), STR("{\"a\":nul}"), STR("{\"a\":-}"),
	/* of the service's form */
	STR("{\"nextToken\":\"x\",\"logs\":[{\"sender\":\"a@b\",\"size\":12,\"headerTo\":[\"\"],"
	    "\"attachments\":[{\"fileName\":\"{[\\\"\",\"sha256\":null}],\"x\":[[\"a\",\"b\"]]}]}"),
};
/* clang-format on */

#ifdef HAVE_JANSSON

static void
agrees_with_jansson_on_odd_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(documents); i++)
		json_judge(documents[i]);
}

/* The same numbers on every machine (SplitMix64). */
static uint64_t
next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void
put_string(struct buffer *out, uint64_t *seed)
{
	static const char *const pieces[] = {"a", "Zebra", "@example.com", " ",
	    "{", "}", "[", "]", ",", ":", "\\\"", "\\\\", "\\/", "\\n", "\\t",
	    "\\u0041", "\\u00e9", "\\u3042", "\\ud83d\\ude00", "\xc3\xa9",
	    "\xe3\x81\x82", "0123456789abcdefghijklmnopqrstuvwxyz"};

	buffer_putc(out, '"');
	for (uint64_t n = next(seed) % 6; n; n--)
		buffer_puts(out, str_from(pieces[next(seed) % COUNT(pieces)]));
	buffer_putc(out, '"');
}

static void
put_space(struct buffer *out, uint64_t *seed)
{
	if (next(seed) % 8 == 0)
		buffer_puts(out, str_take(STR(" \n\t\r  "), next(seed) % 6));
}

static void
put_value(struct buffer *out, uint64_t *seed, unsigned depth)
{
	static const char *const words[] = {"null", "true", "false", "0", "-1",
	    "12.5", "1e3", "123456", "-0.25E-2"};
	uint64_t kind = next(seed) % (depth ? 8 : 4);
	bool object = kind >= 6;

	put_space(out, seed);
	if (kind < 2) {
		buffer_puts(out, str_from(words[next(seed) % COUNT(words)]));
	} else if (kind < 4) {
		put_string(out, seed);
	} else {
		buffer_putc(out, object ? '{' : '[');
		put_space(out, seed);
		for (uint64_t n = next(seed) % 5, i = 0; i < n; i++) {
			if (i)
				buffer_putc(out, ',');
			put_space(out, seed);
			if (object) {
				put_string(out, seed);
				put_space(out, seed);
				buffer_putc(out, ':');
			}
			put_value(out, seed, depth - 1);
		}
		buffer_putc(out, object ? '}' : ']');
	}
	put_space(out, seed);
}

/* One byte flipped, taken out, put in, or the end cut off. */
static void
damage(struct buffer *text, uint64_t *seed)
{
	static const char bytes[] = "\"\\{}[]:,0eE+-. \ntfn\x01u";
	size_t at = next(seed) % text->len;
	char byte = bytes[next(seed) % (sizeof(bytes) - 1)];

	switch (next(seed) % 4) {
	case 0:
		text->ptr[at] = byte;
		return;
	case 1:
		text->len--;
		memmove(text->ptr + at, text->ptr + at + 1, text->len - at);
		return;
	case 2:
		buffer_putc(text, ' ');
		memmove(text->ptr + at + 1, text->ptr + at, text->len - at - 1);
		text->ptr[at] = byte;
		return;
	default:
		text->len = at;
	}
}

/* A copy just as long as it is, so that a sanitizer sees reads beyond it. */
static void
judge_copy(struct str text)
{
	char *copy = malloc(text.len ? text.len : 1);

	if (text.len)
		memcpy(copy, text.ptr, text.len);
	json_judge((struct str){copy, text.len});
	free(copy);
}

static void
agrees_with_jansson_on_generated_documents(void **state)
{
	struct buffer text = BUFFER_EMPTY;
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		buffer_clear(&text);
		put_value(&text, &seed, 5);
		judge_copy(buffer_str(&text));
		damage(&text, &seed);
		judge_copy(buffer_str(&text));
		if (text.len)
			damage(&text, &seed);
		judge_copy(buffer_str(&text));
	}
	buffer_destroy(&text);
}

static void
quoted_strings_come_back_by_jansson(void **state)
{
	struct buffer out = BUFFER_EMPTY;
	char bytes[3];

	(void)state;
	/* Every byte after every kind of byte, valid UTF-8 or not. */
	for (unsigned i = 0; i < 256 * 256; i++) {
		json_t *string;
		struct str text = {bytes, 3};

		bytes[0] = 'x';
		bytes[1] = (char)(i >> 8);
		bytes[2] = (char)i;
		buffer_clear(&out);
		json_quote(text, &out);
		string = json_loadb(
		    out.ptr, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		if (!string)
			fail_msg("bytes %02x %02x give '%.*s'", i >> 8, i & 255,
			    STR_ARG(buffer_str(&out)));
		if (i < 0x8000 && (i & 255) < 0x80)
			assert_memory_equal(
			    json_string_value(string), bytes, 3);
		json_decref(string);
	}
	buffer_destroy(&out);
}

#endif

/* Each prefix of a good document is short, never bad. */
static void
a_prefix_is_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(documents); i++) {
		struct str text = documents[i];
		size_t end;

		if (!json_judge_accepts(text) ||
		    (text.ptr[0] != '{' && text.ptr[0] != '['))
			continue;
		while (text.len && text.ptr[text.len - 1] != '}' &&
		    text.ptr[text.len - 1] != ']')
			text.len--;
		for (size_t len = 0; len < text.len; len++)
			if (json_judge_check_skip(str_take(text, len), &end) !=
			    JSON_SHORT)
				fail_msg(
				    "%zu bytes of '%.*s'", len, STR_ARG(text));
	}
}

/* The two ways into a document answer alike. */
static void
walking_and_skipping_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(documents); i++) {
		struct str text = documents[i];
		struct json_cursor cursor;
		struct json_value key;
		struct json_value value;
		struct fault fault = {.what = ""};
		struct fault skipped;
		size_t end;
		enum json_end result = json_skip(text, &end, &skipped);

		if (text.len == 0 || text.ptr[0] != '{')
			continue;
		json_open(&cursor, str_drop(text, 1));
		while (json_next(&cursor, &key, &value, &fault))
			continue;
		if (cursor.at != text.ptr + end ||
		    cursor.cut != (result == JSON_SHORT) ||
		    (fault.what[0] == '\0') != (result == JSON_WHOLE))
			fail_msg("'%.*s': %s / %s", STR_ARG(text), fault.what,
			    skipped.what);
		if (result != JSON_WHOLE)
			assert_string_equal(fault.what, skipped.what);
	}
}

static void
faults_name_the_byte(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		enum json_end result;
		size_t end;
		const char *what;
	} rows[] = {
		{"{\"a\":1,}", JSON_BAD, 7, "a key is expected"},
		{"{\"a\" 1}", JSON_BAD, 5, "`:` is expected"},
		{"{\"a\":1 \"b\"}", JSON_BAD, 7, "`,` or `}` is expected"},
		{"[1 2]", JSON_BAD, 3, "`,` or `]` is expected"},
		{"[1,]", JSON_BAD, 3, "a value is expected"},
		{"[tru]", JSON_BAD, 4, "a value is expected"},
		{"[-]", JSON_BAD, 2, "bad number"},
		{"\"\\q\"", JSON_BAD, 1, "bad escape in a string"},
		{"\"\\u12x4\"", JSON_BAD, 1, "bad \\u escape in a string"},
		{"\"a\nb\"", JSON_BAD, 2, JSON_BARE_CONTROL},
		{"\"a", JSON_SHORT, 2, "it ends inside a string"},
		{"\"\\u00", JSON_SHORT, 1, "it ends inside a string"},
		{"{\"a\":[1", JSON_SHORT, 7, "it ends inside an array"},
		{"{\"a\":1", JSON_SHORT, 6, "it ends inside an object"},
		{"1.", JSON_SHORT, 2, "it ends inside a number"},
		{"tr", JSON_SHORT, 2, "it ends inside a value"},
		{"12 x", JSON_WHOLE, 2, ""},
		{"{} x", JSON_WHOLE, 2, ""},
		{" [] x", JSON_WHOLE, 3, ""},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fault fault = {.what = ""};
		size_t end;
		enum json_end result =
		    json_skip(str_from(rows[i].text), &end, &fault);

		if (result != rows[i].result || end != rows[i].end ||
		    strcmp(fault.what, rows[i].what))
			fail_msg("'%s': %d at %zu, %s", rows[i].text, result,
			    end, fault.what);
	}
}

/* DEPTH brackets of each kind. */
static struct str
nested(char *to, size_t depth, bool object)
{
	size_t len = 0;

	for (size_t i = 0; i < depth; i++) {
		memcpy(to + len, "{\"a\":", 5);
		if (!object)
			to[len] = '[';
		len += object ? 5 : 1;
	}
	if (object)
		to[len++] = '1';
	memset(to + len, object ? '}' : ']', depth);
	return (struct str){to, len + depth};
}

static void
nesting_ends_somewhere(void **state)
{
	static char text[JSON_DEPTH * 8];
	struct fault fault;
	size_t end;

	(void)state;
	for (int object = 0; object < 2; object++) {
		assert_int_equal(
		    json_skip(nested(text, JSON_DEPTH, object), &end, &fault),
		    JSON_WHOLE);
		assert_int_equal(json_skip(nested(text, JSON_DEPTH + 1, object),
				     &end, &fault),
		    JSON_BAD);
		assert_string_equal(fault.what, "nested too deep");
	}
	memset(text, '[', sizeof(text));
	assert_int_equal(
	    json_skip((struct str){text, sizeof(text)}, &end, &fault),
	    JSON_BAD);
}

static void
what_jansson_refuses_is_let_pass(void **state)
{
	static const struct str rows[] = {
	    STR("\"\xff\""),
	    STR("\"\xc3\""),
	    STR("\"\xed\xa0\x80\""),
	    STR("\"\\ud800\""),
	    STR("\"\\udc00\""),
	    STR("\"\\ud800\\ud800\""),
	    STR("\"\\ud800x\""),
	    STR("{\"\\u0000\":1}"),
	    STR("123456789012345678901234567890"),
	    STR("1e999"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!json_judge_accepts(rows[i]))
			fail_msg("'%.*s'", STR_ARG(rows[i]));
}

static void
escapes_become_what_they_stand_for(void **state)
{
	/* clang-format off */
	static const struct {
		struct str text;
		bool good;
		struct str is;
	} rows[] = {
		{STR(""), true, STR("")},
		{STR("plain"), true, STR("plain")},
		{STR("\\\"\\\\\\/\\b\\f\\n\\r\\t"), true, STR("\"\\/\b\f\n\r\t")},
		{STR("a\\u0000b"), true, STR("a\0b")},
		{STR("\\u00e9\\u00E9\\u20ac\\uFFFD"), true,
		    STR("\xc3\xa9\xc3\xa9\xe2\x82\xac\xef\xbf\xbd")},
		{STR("\\ud83d\\ude00"), true, STR("\xf0\x9f\x98\x80")},
		{STR("\\uDBFF\\uDFFF"), true, STR("\xf4\x8f\xbf\xbf")},
		{STR("\\ud83d"), true, STR("\xef\xbf\xbd")},
		{STR("\\ude00"), true, STR("\xef\xbf\xbd")},
		{STR("\\ud83dx"), true, STR("\xef\xbf\xbdx")},
		{STR("\\ud83d\\n"), true, STR("\xef\xbf\xbd\n")},
		{STR("\\ud83d\\ud83d\\ude00"), true, STR("\xef\xbf\xbd\xf0\x9f\x98\x80")},
		{STR("\\ude00\\ud83d"), true, STR("\xef\xbf\xbd\xef\xbf\xbd")},
		{STR("\\ud83d\\u0041"), true, STR("\xef\xbf\xbd" "A")},
		{STR("\xff\\u0041"), true, STR("\xff" "A")},
		{STR("\\"), false, STR("")},
		{STR("\\q"), false, STR("")},
		{STR("\\u12"), false, STR("")},
		{STR("\\u12g4"), false, STR("")},
		{STR("\\ud83d\\u12"), false, STR("")},
	};
	/* clang-format on */
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool good;

		buffer_clear(&out);
		good = json_unescape(rows[i].text, &out);
		if (good != rows[i].good ||
		    (good && !str_eq(buffer_str(&out), rows[i].is)))
			fail_msg("'%.*s' gives '%.*s'", STR_ARG(rows[i].text),
			    STR_ARG(buffer_str(&out)));
	}
	buffer_destroy(&out);
}

static void
quotes_for_the_way_out(void **state)
{
	/* clang-format off */
	static const struct {
		struct str text;
		const char *is;
	} rows[] = {
		{STR(""), "\"\""},
		{STR("plain"), "\"plain\""},
		{STR("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
		{STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
		{STR("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\""},
		{STR("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\""},
		{STR("a\xff" "b"), "\"a\xef\xbf\xbd" "b\""},
		{STR("\xc3"), "\"\xef\xbf\xbd\""},
		{STR("\xe3\x81"), "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{STR("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{STR("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
		{STR("\xf5\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{STR("\xc3\n"), "\"\xef\xbf\xbd\\n\""},
	};
	/* clang-format on */
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buffer_clear(&out);
		json_quote(rows[i].text, &out);
		if (!str_eq(buffer_str(&out), str_from(rows[i].is)))
			fail_msg("row %zu gives '%.*s'", i,
			    STR_ARG(buffer_str(&out)));
	}
	buffer_destroy(&out);
}

static void
values_as_text(void **state)
{
	struct str text = STR("{\"a\":\"x\\n\",\"b\":12.50,\"c\":true,"
			      "\"d\":null,\"e\":[1],\"f\":{},\"g\":\"y\"}");
	static const char *const is[] = {
	    "x\n", "12.50", "true", "", "", "", "y"};
	struct json_cursor cursor;
	struct json_value key;
	struct json_value value;
	struct fault fault;
	struct arena arena;
	size_t i = 0;

	(void)state;
	arena_init(&arena);
	json_open(&cursor, str_drop(text, 1));
	for (; json_next(&cursor, &key, &value, &fault); i++) {
		struct str one = json_text(&arena, &value);

		if (!str_eq(one, str_from(is[i])))
			fail_msg("member %zu", i);
		/* Nothing escaped, nothing copied. */
		if (one.len && !value.escaped)
			assert_ptr_equal(one.ptr, value.text.ptr);
	}
	assert_int_equal(i, COUNT(is));
	arena_destroy(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef HAVE_JANSSON
	    cmocka_unit_test(agrees_with_jansson_on_odd_documents),
	    cmocka_unit_test(agrees_with_jansson_on_generated_documents),
	    cmocka_unit_test(quoted_strings_come_back_by_jansson),
#endif
	    cmocka_unit_test(a_prefix_is_short),
	    cmocka_unit_test(walking_and_skipping_agree),
	    cmocka_unit_test(faults_name_the_byte),
	    cmocka_unit_test(nesting_ends_somewhere),
	    cmocka_unit_test(what_jansson_refuses_is_let_pass),
	    cmocka_unit_test(escapes_become_what_they_stand_for),
	    cmocka_unit_test(quotes_for_the_way_out),
	    cmocka_unit_test(values_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* An object's end by its braces, what escapes may hide, and one line of raw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "mtrack/json_object.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* 64 bytes are looked at together: what stands at their edges matters, so each
 * object is tried behind this many bytes of a string. */
#define SHIFTS 130

static void
the_end_is_that_of_good_json(void **state)
{
	/* clang-format off */
	static const struct {
		const char *rest; /* behind `{"a":"xxx` */
		size_t lines;
		bool escapes;
	} rows[] = {
		{"\"}", 0, false},
		{"\"} }", 0, false},
		{"\",\"b\":{}}{", 0, false},
		{"\",\"b\":[{\"c\":{}}]}x}", 0, false},
		{"}}}}\"}", 0, false},
		{"\\\"}\"}", 0, true},
		{"\\\\\"}", 0, true},
		{"\\\\\\\"}\\\\\"}", 0, true},
		{"\",\n\"b\"\n:1}\n", 2, false},
		{"\",\"b\":\"\\\\\\\\\\\\\\\\\\\\\\\"}\",\"c\":[{},{}]}", 0, true},
		{"\",\"0123456789012345678901234567890123456789012345678901234567\":1}", 0, false},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t shift = 0; shift < SHIFTS; shift++) {
			struct buffer text = BUFFER_EMPTY;
			struct json_span span;
			struct fault fault;
			size_t end;
			char *copy;

			buffer_puts(&text, STR("{\"a\":\""));
			for (size_t x = 0; x < shift; x++)
				buffer_putc(&text, 'x');
			buffer_puts(&text, str_from(rows[i].rest));
			/* Just as long as it is, for the sanitizer. */
			copy = malloc(text.len);
			memcpy(copy, text.ptr, text.len);
			assert_int_equal(json_skip((struct str){copy, text.len},
					     &end, &fault),
			    JSON_WHOLE);
			if (!json_object_span(
				(struct str){copy, text.len}, &span) ||
			    span.end != end || !span.certain ||
			    span.lines != rows[i].lines ||
			    span.escapes != rows[i].escapes)
				fail_msg("row %zu, shift %zu: %zu not %zu", i,
				    shift, span.end, end);
			/* Shorter, it is not found, and not refused. */
			if (json_object_span(
				(struct str){copy, end - 1}, &span) ||
			    !span.certain)
				fail_msg("row %zu, shift %zu, cut", i, shift);
			free(copy);
			buffer_destroy(&text);
		}
}

/* Bad JSON, in whose strings a record may begin by another reading. */
static void
an_end_may_be_uncertain(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		bool certain;
	} rows[] = {
		{"{\"a\":\"x}", true}, /* no end */
		{"{\"a\":\"x\n\"}", false},
		{"{\"a\":\"{\"}", false},
		{"{\"a\":\"x,\"b\":\"y\"},{\"c\":1},{\"d\":\"}\"}", false},
		{"{\"a\":,,}", true},
		{"{\"a\"}", true},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct json_span span;

		json_object_span(str_from(rows[i].text), &span);
		if (span.certain != rows[i].certain)
			fail_msg("'%s'", rows[i].text);
	}
}

static void
escapes_hide_ascii_only_as_u00xx(void **state)
{
	/* clang-format off */
	static const struct {
		const char *literal;
		const char *raw;
		bool may;
	} rows[] = {
		{"abc", "\\n\\\"\\/\\u3042", false},
		{"abc", "\\u0061bc", true},
		{"abc", "\\\\u0061bc", true}, /* JSON text inside a string */
		{"a/c", "\\n", true},
		{"a\"c", "\\n", true},
		{"a\\c", "\\n", true},
		{"\xc3\xa9", "\\n", true},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct prefilter filter = {
		    {{{STR("x")}, 1, false}, {{STR("y"), STR("")}, 2, true}},
		    2};

		filter.groups[1].literals[1] = str_from(rows[i].literal);
		if (json_may_hide(json_hiding(&filter),
			str_from(rows[i].raw)) != rows[i].may)
			fail_msg("'%s' in '%s'", rows[i].literal, rows[i].raw);
	}
	assert_false(json_hiding(NULL).simple);
}

static void
raw_is_one_line(void **state)
{
	struct str plain = STR("{\"a\": 1}");
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_ptr_equal(json_one_line(&arena, plain).ptr, plain.ptr);
	assert_true(str_eq(json_one_line(&arena, STR("{\r\n  \"a\":\n\n 1\n}")),
	    STR("{  \"a\": 1}")));
	arena_destroy(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_end_is_that_of_good_json),
	    cmocka_unit_test(an_end_may_be_uncertain),
	    cmocka_unit_test(escapes_hide_ascii_only_as_u00xx),
	    cmocka_unit_test(raw_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

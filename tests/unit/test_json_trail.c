/* SPDX-License-Identifier: MIT */
/* A trail changes nothing but the time: objects read with one that has learnt
 * from all before them give what they give without; and by the places of their
 * quotes, where they can be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>

#include "mtrack/json_object.h"
#include "mtrack/json_plain.h"

/* Pieces that objects are put together from: keys known and unknown, white
 * space, values of every kind, and what is no JSON. */
static const char *const pieces[] = {"\"genTime\":\"2026-10-01T00:00:00Z\"",
    "\"sender\":\"a@b.c\"", "\"sender\" : \"x\\u0041@b.c\"", "\"size\":12",
    "\"size\": 12", "\"x\":[1,{\"sender\":\"no\"}]",
    "\"\\u0073ender\":\"esc@b.c\"", "\"policyAction\":\"\"", "\"action\":null",
    "\"recipient\":[\"r@s\",\"t@u\"]", "\"subject\":\"a, \\\"b\\\": {\"",
    "\"subject\":\"\"", "\"recipient\":\"r@s\"",
    "\"averyveryverylongkeythatnobodywouldeverwrite\":1", "\"size\":012",
    "\"action\":\"Delivered", "\"action\" \"Delivered\"", "sender", "\"a\":1,"};
#define PIECES (sizeof(pieces) / sizeof(*pieces))

static void
print_record(const struct intake *in, struct buffer *out)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (record_has(&in->rec, (enum field)i) &&
		    field_row((enum field)i)->kind == KIND_TEXT)
			buffer_printf(
			    out, "%u=%.*s ", i, STR_ARG(in->rec.text[i]));
	buffer_printf(out, "size=%llu to=%zu policy=%d",
	    record_has(&in->rec, FIELD_SIZE) ? (unsigned long long)in->rec.size
					     : 0,
	    in->recipient_count, in->policy);
}

static void
read_object(struct json_trail *trail, struct str text, struct buffer *out)
{
	const struct intake_rules rules = {0};
	struct arena arena;
	struct intake in = {
	    .rules = &rules, .wanted = FIELDSET_PRINTABLE, .arena = &arena};
	struct fault fault = {0};
	size_t end;

	arena_init(&arena);
	buffer_clear(out);
	buffer_printf(out, "%d ",
	    (int)json_object_read(
		&in, trail, intake_needs(in.wanted), text, &end, &fault));
	buffer_printf(out, "%zu '%s' ", end, fault.what);
	print_record(&in, out);
	arena_destroy(&arena);
}

/* False when it is not plain. */
static bool
read_plain(struct json_plain *plain, struct str text, struct buffer *out)
{
	const struct intake_rules rules = {0};
	struct arena arena;
	struct intake in = {
	    .rules = &rules, .wanted = FIELDSET_PRINTABLE, .arena = &arena};
	char *copy = malloc(text.len); /* a sanitizer sees its end */
	size_t end;
	bool read;

	memcpy(copy, text.ptr, text.len);
	arena_init(&arena);
	json_plain_forget(plain);
	read = json_plain_read(plain, &in, (struct str){copy, text.len}, &end);
	buffer_clear(out);
	if (read) {
		buffer_printf(out, "%d %zu '' ", OBJECT_WHOLE, end);
		print_record(&in, out);
	}
	arena_destroy(&arena);
	free(copy);
	return read;
}

static void
make_object(struct buffer *out, uint64_t *seed)
{
	unsigned members;
	bool usual; /* the members in their usual order */

	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	members = (unsigned)(*seed >> 60);
	usual = *seed >> 50 & 1;
	buffer_clear(out);
	buffer_putc(out, '{');
	for (unsigned i = 0; i < members; i++) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		if (i > 0)
			buffer_puts(
			    out, *seed >> 40 & 7 ? STR(",") : STR(" ,\n "));
		buffer_puts(out,
		    str_from(pieces[usual ? i
					  : (*seed >> 33) %
				(*seed >> 50 & 3 ? PIECES / 2 : PIECES)]));
	}
	buffer_puts(out,
	    STR("}{\"behind\":\"the object, for it to be read far "
		"enough from the end of the bytes\"}"));
}

static void
changes_nothing_that_is_read(void **state)
{
	struct arena arena;
	struct json_trail *trail;
	struct json_plain *plain;
	unsigned plains = 0;
	struct buffer object = BUFFER_EMPTY;
	struct buffer with = BUFFER_EMPTY;
	struct buffer without = BUFFER_EMPTY;
	uint64_t seed = 7;

	(void)state;
	arena_init(&arena);
	trail = json_trail_new(&arena, ~(fieldset)0);
	plain = json_plain_new(&arena, trail);
	for (unsigned turn = 0; turn < 30000; turn++) {
		struct str text;

		make_object(&object, &seed);
		text = buffer_str(&object);
		if (turn % 3 == 0) /* the bytes end somewhere inside */
			text.len = 1 + (seed >> 20) % text.len;
		if (turn % 5 == 0 && text.len > 1) /* a byte of it is damaged */
			object.ptr[1 + (seed >> 24) % (text.len - 1)] =
			    "\"{}[]:,\n\\x"[(seed >> 12) % 10];
		read_object(NULL, text, &without);
		if (read_plain(plain, text, &with)) {
			plains++;
			if (!str_eq(buffer_str(&with), buffer_str(&without)))
				fail_msg("%.*s\nplain:   %.*s\nwithout: %.*s",
				    STR_ARG(text), STR_ARG(buffer_str(&with)),
				    STR_ARG(buffer_str(&without)));
		}
		read_object(trail, text, &with);
		if (!str_eq(buffer_str(&with), buffer_str(&without)))
			fail_msg("%.*s\nwith:    %.*s\nwithout: %.*s",
			    STR_ARG(text), STR_ARG(buffer_str(&with)),
			    STR_ARG(buffer_str(&without)));
	}
	assert_in_range(plains, 1000, 30000);
	buffer_destroy(&object);
	buffer_destroy(&with);
	buffer_destroy(&without);
	arena_destroy(&arena);
}

static void
follows_what_it_has_learnt(void **state)
{
	const struct str text = STR(
	    ",\"sender\":\"somebody@example.com\", and a good deal of text");
	struct arena arena;
	struct json_trail *trail;
	const struct json_step *step;

	(void)state;
	arena_init(&arena);
	trail = json_trail_new(&arena, ~(fieldset)0);
	step = trail->steps;
	assert_null(json_trail_next(step, text.ptr, text.ptr + text.len));
	step = json_trail_learn(trail, step, STR(",\"sender\":"), FIELD_SENDER);
	assert_non_null(step);
	assert_ptr_equal(
	    json_trail_next(trail->steps, text.ptr, text.ptr + text.len), step);
	assert_int_equal(step->length, 10);
	assert_int_equal(step->marks, 2);
	assert_int_equal(step->field, FIELD_SENDER);
	assert_null(json_trail_next(trail->steps, text.ptr, text.ptr + 12));
	arena_destroy(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(changes_nothing_that_is_read),
	    cmocka_unit_test(follows_what_it_has_learnt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

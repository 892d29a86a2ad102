/* SPDX-License-Identifier: MIT */
/* Any bytes as JSON: skipping and walking agree, what is quoted comes back,
 * an object's span is its end, and jansson reads the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define JSON_JUDGE_FAIL(...) (fprintf(stderr, __VA_ARGS__), abort())
#include "../unit/json_judge.h"
#include "mtrack/json_object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* Walks VALUE, an array or object that is known to be good. */
static void
walk(struct arena *arena, const struct json_value *value, unsigned depth)
{
	bool object = value->kind == JSON_OBJECT;
	struct json_cursor cursor;
	struct json_value key;
	struct json_value item;
	struct fault fault;

	if (value->kind < JSON_ARRAY) {
		struct str text = json_text(arena, value);

		check(text.len <= value->text.len);
		return;
	}
	json_open(&cursor, str_drop(value->text, 1));
	while (json_next(&cursor, object ? &key : NULL, &item, &fault))
		if (depth < 64)
			walk(arena, &item, depth + 1);
	check(fault.what[0] == '\0');
	check(cursor.at == value->text.ptr + value->text.len);
}

static void
check_span(struct str object)
{
	struct json_span span;

	if (json_object_span(object, &span))
		check(span.end == object.len);
	else
		check(!span.certain);
}

static void
check_quote(struct arena *arena, struct str text)
{
	struct buffer quoted = BUFFER_EMPTY;
	struct buffer again = BUFFER_EMPTY;
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault;

	json_quote(text, &quoted);
	json_open(&cursor, buffer_str(&quoted));
	check(json_value(&cursor, &value, &fault));
	check(cursor.at == quoted.ptr + quoted.len);
	/* What came of it is valid UTF-8, so it stays as it is. */
	json_quote(json_text(arena, &value), &again);
	check(str_eq(buffer_str(&quoted), buffer_str(&again)));
	buffer_destroy(&quoted);
	buffer_destroy(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault = {.what = ""};
	struct arena arena;
	size_t end;
	enum json_end result;

	arena_init(&arena);
	result = json_skip(text, &end, &fault);
	check(end <= size);
	check((result == JSON_WHOLE) == (fault.what[0] == '\0'));
	while (text.len && strchr(" \t\r\n", text.ptr[0]) && text.ptr[0]) {
		text = str_drop(text, 1);
		end--;
	}
	if (text.len) {
		json_open(&cursor, text);
		check(json_value(&cursor, &value, &fault) ==
		    (result == JSON_WHOLE));
		check(cursor.at == text.ptr + end);
		check(cursor.cut == (result == JSON_SHORT));
	}
	if (result == JSON_WHOLE) {
		walk(&arena, &value, 0);
		if (value.kind == JSON_OBJECT)
			check_span(value.text);
	}
	check_quote(&arena, (struct str){(const char *)data, size});
#ifdef HAVE_JANSSON
	json_judge((struct str){(const char *)data, size});
#endif
	arena_destroy(&arena);
	return 0;
}

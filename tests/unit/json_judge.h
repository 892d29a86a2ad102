/* SPDX-License-Identifier: MIT */
/* jansson as the judge of our JSON: both accept a text or neither does, and
 * what they read is the same. JSON_JUDGE_FAIL(format, ...) is the includer's:
 * it says so and does not return. Without HAVE_JANSSON only what needs no
 * judge is here. */
#ifndef JSON_JUDGE_H
#define JSON_JUDGE_H

#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_JANSSON
/* Both name their kinds of values alike. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_TRUE   JANSSON_TRUE
#define JSON_FALSE  JANSSON_FALSE
#define JSON_NULL   JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#endif

#include "mtrack/json.h"

static inline enum json_end
json_judge_check_skip(struct str text, size_t *end)
{
	struct fault fault = {.what = ""};
	enum json_end result = json_skip(text, end, &fault);

	if (*end > text.len)
		JSON_JUDGE_FAIL("the end lies beyond '%.*s'", STR_ARG(text));
	if ((result == JSON_WHOLE) != (fault.what[0] == '\0'))
		JSON_JUDGE_FAIL("'%.*s': a fault, or none", STR_ARG(text));
	return result;
}

/* Whether TEXT is one value and white space. */
static inline bool
json_judge_accepts(struct str text)
{
	size_t end;

	if (json_judge_check_skip(text, &end) != JSON_WHOLE)
		return false;
	for (; end < text.len; end++)
		if (!strchr(" \t\r\n", text.ptr[end]) || !text.ptr[end])
			return false;
	return true;
}

#ifdef HAVE_JANSSON

static inline void
json_judge_demand(bool holds, struct str text)
{
	if (!holds)
		JSON_JUDGE_FAIL("'%.*s' is read in two ways", STR_ARG(text));
}

static inline void json_judge_same(
    const struct json_value *value, const json_t *should);

static inline void
json_judge_same_text(
    const struct json_value *value, const char *should, size_t len)
{
	struct arena arena;
	struct str is;

	arena_init(&arena);
	is = json_text(&arena, value);
	if (!str_eq(is, (struct str){should, len}))
		JSON_JUDGE_FAIL(
		    "'%.*s' gives '%.*s'", STR_ARG(value->text), STR_ARG(is));
	arena_destroy(&arena);
}

static inline void
json_judge_same_array(struct str text, const json_t *should)
{
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault;
	size_t count = 0;

	json_open(&cursor, str_drop(text, 1));
	for (; json_next(&cursor, NULL, &value, &fault); count++)
		json_judge_same(&value, json_array_get(should, count));
	json_judge_demand(fault.what[0] == 0, text);
	json_judge_demand(cursor.at == text.ptr + text.len, text);
	json_judge_demand(count == json_array_size(should), text);
}

struct json_judge_member {
	struct str name;
	struct json_value value;
};

static inline bool
json_judge_is_last(
    const struct json_judge_member *members, size_t i, size_t count)
{
	for (size_t j = i + 1; j < count; j++)
		if (str_eq(members[i].name, members[j].name))
			return false;
	return true;
}

/* Of a key given twice jansson keeps the last. */
static inline void
json_judge_same_object(struct str text, const json_t *should)
{
	struct json_cursor cursor;
	struct json_value key;
	struct json_value value;
	struct fault fault;
	struct arena arena;
	struct json_judge_member *members = NULL;
	size_t capacity = 0;
	size_t count = 0;
	size_t distinct = 0;

	arena_init(&arena);
	json_open(&cursor, str_drop(text, 1));
	while (json_next(&cursor, &key, &value, &fault)) {
		members = arena_grow(
		    &arena, members, count, &capacity, sizeof(*members));
		members[count++] = (struct json_judge_member){
		    arena_keep(&arena, json_text(&arena, &key)), value};
	}
	json_judge_demand(fault.what[0] == 0, text);
	json_judge_demand(cursor.at == text.ptr + text.len, text);
	for (size_t i = 0; i < count; i++) {
		if (!json_judge_is_last(members, i, count))
			continue;
		distinct++;
		json_judge_same(&members[i].value,
		    json_object_get(should, members[i].name.ptr));
	}
	json_judge_demand(distinct == json_object_size(should), text);
	arena_destroy(&arena);
}

static inline void
json_judge_same(const struct json_value *value, const json_t *should)
{
	char number[400];

	json_judge_demand(should, value->text);
	switch (value->kind) {
	case JSON_OBJECT:
		json_judge_demand(
		    json_typeof(should) == JANSSON_OBJECT, value->text);
		json_judge_same_object(value->text, should);
		return;
	case JSON_ARRAY:
		json_judge_demand(
		    json_typeof(should) == JANSSON_ARRAY, value->text);
		json_judge_same_array(value->text, should);
		return;
	case JSON_STRING:
		json_judge_demand(
		    json_typeof(should) == JANSSON_STRING, value->text);
		json_judge_same_text(value, json_string_value(should),
		    json_string_length(should));
		return;
	case JSON_NUMBER:
		if (value->text.len >= sizeof(number))
			return;
		snprintf(number, sizeof(number), "%.*s", STR_ARG(value->text));
		json_judge_demand(json_typeof(should) == JSON_INTEGER ||
			json_typeof(should) == JSON_REAL,
		    value->text);
		if (strtod(number, NULL) != json_number_value(should))
			JSON_JUDGE_FAIL("'%s'", number);
		return;
	case JSON_TRUE:
		json_judge_demand(
		    json_typeof(should) == JANSSON_TRUE, value->text);
		return;
	case JSON_FALSE:
		json_judge_demand(
		    json_typeof(should) == JANSSON_FALSE, value->text);
		return;
	case JSON_NULL:
		json_judge_demand(
		    json_typeof(should) == JANSSON_NULL, value->text);
		return;
	}
}

/* What jansson refuses and we do not. */
static inline bool
json_judge_is_known_difference(const json_error_t *error)
{
	return strstr(error->text, "too big") ||
	    strstr(error->text, "overflow") ||
	    strstr(error->text, "invalid Unicode") ||
	    strstr(error->text, "unable to decode byte") ||
	    strstr(error->text, "NUL byte in object key");
}

/* What we refuse and jansson does not: deep nesting, and a NUL, which it takes
 * for the end. */
static inline bool
json_judge_is_ours_alone(struct str text)
{
	struct fault fault = {.what = ""};
	size_t end;

	json_skip(text, &end, &fault);
	while (end < text.len && memchr(" \t\r\n", text.ptr[end], 4))
		end++;
	return strstr(fault.what, "nested too deep") ||
	    (end < text.len && text.ptr[end] == '\0');
}

static inline void
json_judge(struct str text)
{
	json_error_t error;
	json_t *tree = json_loadb(
	    text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	struct json_cursor cursor;
	struct json_value value;
	struct fault fault;

	if (!tree && json_judge_is_known_difference(&error))
		return;
	if (tree && json_judge_is_ours_alone(text)) {
		json_decref(tree);
		return;
	}
	if (json_judge_accepts(text) != (tree != NULL))
		JSON_JUDGE_FAIL("jansson %s '%.*s': %s",
		    tree ? "accepts" : "refuses", STR_ARG(text),
		    tree ? "" : error.text);
	if (!tree)
		return;
	while (strchr(" \t\r\n", text.ptr[0]))
		text = str_drop(text, 1);
	json_open(&cursor, text);
	json_judge_demand(json_value(&cursor, &value, &fault), text);
	json_judge_same(&value, tree);
	json_decref(tree);
}

#endif
#endif

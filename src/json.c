/* SPDX-License-Identifier: MIT */
/* JSON read from memory without a tree. */
#include "mtrack/json.h"

#include "mtrack/bytes.h"

/* A place in text and its end; every function below moves `at` over what it
 * has checked and leaves it on the byte at fault otherwise. */
struct scan {
	const char *at;
	const char *end;
	struct fault *fault;
};

static enum json_end
bad(struct scan *scan, const char *what)
{
	fault_set(scan->fault, "%s", what);
	return JSON_BAD;
}

static enum json_end
cut(struct scan *scan, const char *inside)
{
	fault_set(scan->fault, "it ends inside %s", inside);
	return JSON_SHORT;
}

static inline void
skip_space(struct scan *scan)
{
	const char *at = scan->at;

	while (at < scan->end &&
	    (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	scan->at = at;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* at is on a backslash. */
static enum json_end
skip_escape(struct scan *scan)
{
	const char *at = scan->at + 1;

	if (at == scan->end)
		return cut(scan, "a string");
	if (*at != 'u') {
		if (*at == '\0' || !strchr("\"\\/bfnrt", *at))
			return bad(scan, "bad escape in a string");
		scan->at = at + 1;
		return JSON_WHOLE;
	}
	at++;
	for (int i = 0; i < 4; i++, at++) {
		if (at == scan->end)
			return cut(scan, "a string");
		if (hex_digit(*at) < 0)
			return bad(scan, "bad \\u escape in a string");
	}
	scan->at = at;
	return JSON_WHOLE;
}

/* at is behind the opening quote; afterwards on the closing one. */
static enum json_end
skip_string(struct scan *scan, bool *escaped)
{
	*escaped = false;
	for (;;) {
		enum json_end end;

		scan->at = bytes_find_json_special(scan->at, scan->end);
		if (scan->at == scan->end)
			return cut(scan, "a string");
		if (*scan->at == '"')
			return JSON_WHOLE;
		if (*scan->at != '\\')
			return bad(scan, JSON_BARE_CONTROL);
		*escaped = true;
		end = skip_escape(scan);
		if (end != JSON_WHOLE)
			return end;
	}
}

static enum json_end
skip_word(struct scan *scan, struct str word)
{
	for (size_t i = 0; i < word.len; i++, scan->at++) {
		if (scan->at == scan->end)
			return cut(scan, "a value");
		if (*scan->at != word.ptr[i])
			return bad(scan, "a value is expected");
	}
	return JSON_WHOLE;
}

static enum json_end
skip_digits(struct scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && ascii_is_digit((unsigned char)*scan->at))
		scan->at++;
	if (scan->at > start)
		return JSON_WHOLE;
	return scan->at == scan->end ? cut(scan, "a number")
				     : bad(scan, "bad number");
}

static enum json_end
skip_number(struct scan *scan)
{
	enum json_end end;

	if (*scan->at == '-')
		scan->at++;
	if (scan->at < scan->end && *scan->at == '0')
		scan->at++;
	else if ((end = skip_digits(scan)) != JSON_WHOLE)
		return end;
	if (scan->at < scan->end && *scan->at == '.') {
		scan->at++;
		if ((end = skip_digits(scan)) != JSON_WHOLE)
			return end;
	}
	if (scan->at == scan->end || (*scan->at != 'e' && *scan->at != 'E'))
		return JSON_WHOLE;
	scan->at++;
	if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
		scan->at++;
	return skip_digits(scan);
}

/* A string, number or word, at on its first byte. */
static enum json_end
skip_scalar(struct scan *scan)
{
	enum json_end end;
	bool escaped;

	switch (*scan->at) {
	case '"':
		scan->at++;
		end = skip_string(scan, &escaped);
		scan->at += end == JSON_WHOLE;
		return end;
	case 't':
		return skip_word(scan, STR("true"));
	case 'f':
		return skip_word(scan, STR("false"));
	case 'n':
		return skip_word(scan, STR("null"));
	default:
		if (*scan->at == '-' ||
		    ascii_is_digit((unsigned char)*scan->at))
			return skip_number(scan);
		return bad(scan, "a value is expected");
	}
}

/* The open brackets around a place: a bit each, set for objects. */
struct nest {
	uint64_t objects[JSON_DEPTH / 64];
	unsigned depth;
};

static bool
in_object(const struct nest *nest)
{
	unsigned top = nest->depth - 1;

	return nest->objects[top / 64] >> top % 64 & 1;
}

static void
push(struct nest *nest, bool object)
{
	uint64_t bit = (uint64_t)1 << nest->depth % 64;

	if (object)
		nest->objects[nest->depth / 64] |= bit;
	else
		nest->objects[nest->depth / 64] &= ~bit;
	nest->depth++;
}

static const char *
inside(bool object)
{
	return object ? "an object" : "an array";
}

/* `"key" :`, with the white space before, between and behind. */
static enum json_end
skip_key(struct scan *scan)
{
	enum json_end end;
	bool escaped;

	skip_space(scan);
	if (scan->at == scan->end)
		return cut(scan, "an object");
	if (*scan->at != '"')
		return bad(scan, "a key is expected");
	scan->at++;
	end = skip_string(scan, &escaped);
	if (end != JSON_WHOLE)
		return end;
	scan->at++;
	skip_space(scan);
	if (scan->at == scan->end)
		return cut(scan, "an object");
	if (*scan->at != ':')
		return bad(scan, "`:` is expected");
	scan->at++;
	skip_space(scan);
	return scan->at == scan->end ? cut(scan, "an object") : JSON_WHOLE;
}

/* Behind a value: takes closing brackets, then the comma and, in an object,
 * the next key, until a value must follow or nothing is open any more. */
static enum json_end
skip_to_value(struct scan *scan, struct nest *nest)
{
	while (nest->depth) {
		bool object = in_object(nest);

		skip_space(scan);
		if (scan->at == scan->end)
			return cut(scan, inside(object));
		if (*scan->at == ',') {
			scan->at++;
			if (object)
				return skip_key(scan);
			skip_space(scan);
			return scan->at == scan->end ? cut(scan, "an array")
						     : JSON_WHOLE;
		}
		if (*scan->at != (object ? '}' : ']'))
			return bad(scan,
			    object ? "`,` or `}` is expected"
				   : "`,` or `]` is expected");
		scan->at++;
		nest->depth--;
	}
	return JSON_WHOLE;
}

/* Takes an opening bracket, and its closing one if nothing is between. */
static enum json_end
skip_opening(struct scan *scan, struct nest *nest)
{
	bool object = *scan->at == '{';

	if (nest->depth == JSON_DEPTH)
		return bad(scan, "nested too deep");
	push(nest, object);
	scan->at++;
	skip_space(scan);
	if (scan->at == scan->end)
		return cut(scan, inside(object));
	if (*scan->at == (object ? '}' : ']'))
		return skip_to_value(scan, nest);
	return object ? skip_key(scan) : JSON_WHOLE;
}

/* An array or object, at on its opening bracket. */
static enum json_end
skip_nested(struct scan *scan)
{
	struct nest nest;

	nest.depth = 0;
	do {
		enum json_end end;

		if (*scan->at == '{' || *scan->at == '[') {
			end = skip_opening(scan, &nest);
		} else {
			end = skip_scalar(scan);
			if (end == JSON_WHOLE)
				end = skip_to_value(scan, &nest);
		}
		if (end != JSON_WHOLE)
			return end;
	} while (nest.depth);
	return JSON_WHOLE;
}

enum json_end
json_skip(struct str text, size_t *end, struct fault *fault)
{
	struct scan scan = {text.ptr, text.ptr + text.len, fault};
	enum json_end result;

	skip_space(&scan);
	if (scan.at == scan.end)
		result = cut(&scan, "white space");
	else if (*scan.at == '{' || *scan.at == '[')
		result = skip_nested(&scan);
	else
		result = skip_scalar(&scan);
	*end = (size_t)(scan.at - text.ptr);
	return result;
}

void
json_open(struct json_cursor *cursor, struct str text)
{
	cursor->at = text.ptr;
	cursor->end = text.ptr + text.len;
	cursor->first = true;
	cursor->cut = false;
}

/* Leaves the cursor where SCAN stands; whether all went well. */
static bool
settle(struct json_cursor *cursor, const struct scan *scan, enum json_end end)
{
	cursor->at = scan->at;
	cursor->cut = end == JSON_SHORT;
	return end == JSON_WHOLE;
}

/* The comma before all but the first member; *over at the closing bracket. */
static enum json_end
skip_comma(struct scan *scan, bool *first, bool object, bool *over)
{
	skip_space(scan);
	*over = false;
	if (scan->at == scan->end)
		return cut(scan, inside(object));
	if (*scan->at == (object ? '}' : ']')) {
		scan->at++;
		scan->fault->what[0] = '\0';
		*over = true;
		return JSON_WHOLE;
	}
	if (*first) {
		*first = false;
		return JSON_WHOLE;
	}
	if (*scan->at != ',')
		return bad(scan,
		    object ? "`,` or `}` is expected"
			   : "`,` or `]` is expected");
	scan->at++;
	skip_space(scan);
	return scan->at == scan->end ? cut(scan, inside(object)) : JSON_WHOLE;
}

/* `,"key":` without white space and escapes, and something behind it, as
 * programs write it: most members. */
static inline bool
take_plain_key(struct json_cursor *cursor, struct json_value *key)
{
	const char *at = cursor->at;
	const char *quote;

	if (cursor->end - at < 2)
		return false;
	if (!cursor->first && *at++ != ',')
		return false;
	if (*at++ != '"')
		return false;
	quote = bytes_find_json_special(at, cursor->end);
	if (cursor->end - quote < 3 || quote[0] != '"' || quote[1] != ':' ||
	    (unsigned char)quote[2] <= ' ')
		return false;
	key->kind = JSON_STRING;
	key->escaped = false;
	key->text = (struct str){at, (size_t)(quote - at)};
	cursor->at = quote + 2;
	cursor->first = false;
	return true;
}

static bool
take_key(
    struct json_cursor *cursor, struct json_value *key, struct fault *fault)
{
	struct scan scan = {cursor->at, cursor->end, fault};
	bool over;
	enum json_end end = skip_comma(&scan, &cursor->first, true, &over);
	const char *start;

	if (end != JSON_WHOLE || over)
		return settle(cursor, &scan, end) && !over;
	if (*scan.at != '"')
		return settle(cursor, &scan, bad(&scan, "a key is expected"));
	start = ++scan.at;
	end = skip_string(&scan, &key->escaped);
	if (end != JSON_WHOLE)
		return settle(cursor, &scan, end);
	key->kind = JSON_STRING;
	key->text = (struct str){start, (size_t)(scan.at - start)};
	scan.at++;
	skip_space(&scan);
	if (scan.at == scan.end)
		end = cut(&scan, "an object");
	else if (*scan.at != ':')
		end = bad(&scan, "`:` is expected");
	else
		scan.at++;
	skip_space(&scan);
	if (end == JSON_WHOLE && scan.at == scan.end)
		end = cut(&scan, "an object");
	return settle(cursor, &scan, end);
}

bool
json_key(
    struct json_cursor *cursor, struct json_value *key, struct fault *fault)
{
	return take_plain_key(cursor, key) || take_key(cursor, key, fault);
}

bool
json_element(struct json_cursor *cursor, struct fault *fault)
{
	struct scan scan = {cursor->at, cursor->end, fault};
	bool over;
	enum json_end end = skip_comma(&scan, &cursor->first, false, &over);

	return settle(cursor, &scan, end) && !over;
}

static enum json_kind
kind_of(char c)
{
	switch (c) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

static bool
take_value(
    struct json_cursor *cursor, struct json_value *value, struct fault *fault)
{
	struct scan scan = {cursor->at, cursor->end, fault};
	const char *start = scan.at;
	enum json_end end;

	if (*start == '"') {
		start = ++scan.at;
		end = skip_string(&scan, &value->escaped);
		value->kind = JSON_STRING;
		value->text = (struct str){start, (size_t)(scan.at - start)};
		scan.at += end == JSON_WHOLE;
		return settle(cursor, &scan, end);
	}
	value->kind = kind_of(*start);
	value->escaped = false;
	end =
	    value->kind >= JSON_ARRAY ? skip_nested(&scan) : skip_scalar(&scan);
	value->text = (struct str){start, (size_t)(scan.at - start)};
	return settle(cursor, &scan, end);
}

bool
json_value(
    struct json_cursor *cursor, struct json_value *value, struct fault *fault)
{
	const char *start = cursor->at + 1;
	const char *quote;

	if (*cursor->at != '"')
		return take_value(cursor, value, fault);
	quote = bytes_find_json_special(start, cursor->end);
	if (quote == cursor->end || *quote != '"')
		return take_value(cursor, value, fault);
	value->kind = JSON_STRING;
	value->escaped = false;
	value->text = (struct str){start, (size_t)(quote - start)};
	cursor->at = quote + 1;
	return true;
}

bool
json_next(struct json_cursor *cursor, struct json_value *key,
    struct json_value *value, struct fault *fault)
{
	bool more =
	    key ? json_key(cursor, key, fault) : json_element(cursor, fault);

	return more && json_value(cursor, value, fault);
}

/* SPDX-License-Identifier: MIT */
/* JSON's grammar: what may stand where, checked and passed over. */
#include "mtrack/json_scan.h"

#include "mtrack/bytes.h"

enum json_end
json_scan_bad(struct json_scan *scan, const char *what)
{
	fault_set(scan->fault, "%s", what);
	return JSON_BAD;
}

enum json_end
json_scan_cut(struct json_scan *scan, const char *inside)
{
	fault_set(scan->fault, "it ends inside %s", inside);
	return JSON_SHORT;
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
skip_escape(struct json_scan *scan)
{
	const char *at = scan->at + 1;

	if (at == scan->end)
		return json_scan_cut(scan, "a string");
	if (*at != 'u') {
		if (*at == '\0' || !strchr("\"\\/bfnrt", *at))
			return json_scan_bad(scan, "bad escape in a string");
		scan->at = at + 1;
		return JSON_WHOLE;
	}
	at++;
	for (int i = 0; i < 4; i++, at++) {
		if (at == scan->end)
			return json_scan_cut(scan, "a string");
		if (hex_digit(*at) < 0)
			return json_scan_bad(
			    scan, "bad \\u escape in a string");
	}
	scan->at = at;
	return JSON_WHOLE;
}

/* at is behind the opening quote; afterwards on the closing one. */
enum json_end
json_scan_string(struct json_scan *scan, bool *escaped)
{
	*escaped = false;
	for (;;) {
		enum json_end end;

		scan->at = bytes_find_json_special(scan->at, scan->end);
		if (scan->at == scan->end)
			return json_scan_cut(scan, "a string");
		if (*scan->at == '"')
			return JSON_WHOLE;
		if (*scan->at != '\\')
			return json_scan_bad(scan, JSON_BARE_CONTROL);
		*escaped = true;
		end = skip_escape(scan);
		if (end != JSON_WHOLE)
			return end;
	}
}

static enum json_end
skip_word(struct json_scan *scan, struct str word)
{
	for (size_t i = 0; i < word.len; i++, scan->at++) {
		if (scan->at == scan->end)
			return json_scan_cut(scan, "a value");
		if (*scan->at != word.ptr[i])
			return json_scan_bad(scan, "a value is expected");
	}
	return JSON_WHOLE;
}

static enum json_end
skip_digits(struct json_scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && ascii_is_digit((unsigned char)*scan->at))
		scan->at++;
	if (scan->at > start)
		return JSON_WHOLE;
	return scan->at == scan->end ? json_scan_cut(scan, "a number")
				     : json_scan_bad(scan, "bad number");
}

static enum json_end
skip_number(struct json_scan *scan)
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
enum json_end
json_scan_scalar(struct json_scan *scan)
{
	enum json_end end;
	bool escaped;

	switch (*scan->at) {
	case '"':
		scan->at++;
		end = json_scan_string(scan, &escaped);
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
		return json_scan_bad(scan, "a value is expected");
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

const char *
json_scan_inside(bool object)
{
	return object ? "an object" : "an array";
}

/* `"key" :`, with the white space before, between and behind. */
static enum json_end
skip_key(struct json_scan *scan)
{
	enum json_end end;
	bool escaped;

	json_scan_space(scan);
	if (scan->at == scan->end)
		return json_scan_cut(scan, "an object");
	if (*scan->at != '"')
		return json_scan_bad(scan, "a key is expected");
	scan->at++;
	end = json_scan_string(scan, &escaped);
	if (end != JSON_WHOLE)
		return end;
	scan->at++;
	json_scan_space(scan);
	if (scan->at == scan->end)
		return json_scan_cut(scan, "an object");
	if (*scan->at != ':')
		return json_scan_bad(scan, "`:` is expected");
	scan->at++;
	json_scan_space(scan);
	return scan->at == scan->end ? json_scan_cut(scan, "an object")
				     : JSON_WHOLE;
}

/* Behind a value: takes closing brackets, then the comma and, in an object,
 * the next key, until a value must follow or nothing is open any more. */
static enum json_end
skip_to_value(struct json_scan *scan, struct nest *nest)
{
	while (nest->depth) {
		bool object = in_object(nest);

		json_scan_space(scan);
		if (scan->at == scan->end)
			return json_scan_cut(scan, json_scan_inside(object));
		if (*scan->at == ',') {
			scan->at++;
			if (object)
				return skip_key(scan);
			json_scan_space(scan);
			return scan->at == scan->end
			    ? json_scan_cut(scan, "an array")
			    : JSON_WHOLE;
		}
		if (*scan->at != (object ? '}' : ']'))
			return json_scan_bad(scan,
			    object ? "`,` or `}` is expected"
				   : "`,` or `]` is expected");
		scan->at++;
		nest->depth--;
	}
	return JSON_WHOLE;
}

/* Takes an opening bracket, and its closing one if nothing is between. */
static enum json_end
skip_opening(struct json_scan *scan, struct nest *nest)
{
	bool object = *scan->at == '{';

	if (nest->depth == JSON_DEPTH)
		return json_scan_bad(scan, "nested too deep");
	push(nest, object);
	scan->at++;
	json_scan_space(scan);
	if (scan->at == scan->end)
		return json_scan_cut(scan, json_scan_inside(object));
	if (*scan->at == (object ? '}' : ']'))
		return skip_to_value(scan, nest);
	return object ? skip_key(scan) : JSON_WHOLE;
}

/* An array or object, at on its opening bracket. */
enum json_end
json_scan_nested(struct json_scan *scan)
{
	struct nest nest;

	nest.depth = 0;
	do {
		enum json_end end;

		if (*scan->at == '{' || *scan->at == '[') {
			end = skip_opening(scan, &nest);
		} else {
			end = json_scan_scalar(scan);
			if (end == JSON_WHOLE)
				end = skip_to_value(scan, &nest);
		}
		if (end != JSON_WHOLE)
			return end;
	} while (nest.depth);
	return JSON_WHOLE;
}

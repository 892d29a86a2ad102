/* SPDX-License-Identifier: MIT */
/* JSON read from memory without a tree: values skipped, members walked. */
#include "mtrack/json.h"

#include "mtrack/bytes.h"
#include "mtrack/json_scan.h"

enum json_end
json_skip(struct str text, size_t *end, struct fault *fault)
{
	struct json_scan scan = {text.ptr, text.ptr + text.len, fault};
	enum json_end result;

	json_scan_space(&scan);
	if (scan.at == scan.end)
		result = json_scan_cut(&scan, "white space");
	else if (*scan.at == '{' || *scan.at == '[')
		result = json_scan_nested(&scan);
	else
		result = json_scan_scalar(&scan);
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
settle(
    struct json_cursor *cursor, const struct json_scan *scan, enum json_end end)
{
	cursor->at = scan->at;
	cursor->cut = end == JSON_SHORT;
	return end == JSON_WHOLE;
}

/* The comma before all but the first member; *over at the closing bracket. */
static enum json_end
skip_comma(struct json_scan *scan, bool *first, bool object, bool *over)
{
	json_scan_space(scan);
	*over = false;
	if (scan->at == scan->end)
		return json_scan_cut(scan, json_scan_inside(object));
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
		return json_scan_bad(scan,
		    object ? "`,` or `}` is expected"
			   : "`,` or `]` is expected");
	scan->at++;
	json_scan_space(scan);
	return scan->at == scan->end
	    ? json_scan_cut(scan, json_scan_inside(object))
	    : JSON_WHOLE;
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
	struct json_scan scan = {cursor->at, cursor->end, fault};
	bool over;
	enum json_end end = skip_comma(&scan, &cursor->first, true, &over);
	const char *start;

	if (end != JSON_WHOLE || over)
		return settle(cursor, &scan, end) && !over;
	if (*scan.at != '"')
		return settle(
		    cursor, &scan, json_scan_bad(&scan, "a key is expected"));
	start = ++scan.at;
	end = json_scan_string(&scan, &key->escaped);
	if (end != JSON_WHOLE)
		return settle(cursor, &scan, end);
	key->kind = JSON_STRING;
	key->text = (struct str){start, (size_t)(scan.at - start)};
	scan.at++;
	json_scan_space(&scan);
	if (scan.at == scan.end)
		end = json_scan_cut(&scan, "an object");
	else if (*scan.at != ':')
		end = json_scan_bad(&scan, "`:` is expected");
	else
		scan.at++;
	json_scan_space(&scan);
	if (end == JSON_WHOLE && scan.at == scan.end)
		end = json_scan_cut(&scan, "an object");
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
	struct json_scan scan = {cursor->at, cursor->end, fault};
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
	struct json_scan scan = {cursor->at, cursor->end, fault};
	const char *start = scan.at;
	enum json_end end;

	if (*start == '"') {
		start = ++scan.at;
		end = json_scan_string(&scan, &value->escaped);
		value->kind = JSON_STRING;
		value->text = (struct str){start, (size_t)(scan.at - start)};
		scan.at += end == JSON_WHOLE;
		return settle(cursor, &scan, end);
	}
	value->kind = kind_of(*start);
	value->escaped = false;
	end = value->kind >= JSON_ARRAY ? json_scan_nested(&scan)
					: json_scan_scalar(&scan);
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

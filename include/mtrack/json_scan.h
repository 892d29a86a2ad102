/* SPDX-License-Identifier: MIT */
/* JSON's grammar (RFC 8259): what may stand where. For json.c; others want
 * json.h. */
#ifndef MTRACK_JSON_SCAN_H
#define MTRACK_JSON_SCAN_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

/* Deeper nesting is a fault, not a crash. */
#define JSON_DEPTH 512
/* What is told of a character below 0x20 in a string; when it is a line break,
 * the string goes over its line's end. */
#define JSON_BARE_CONTROL "bare control character in a string"

/* Where a value ends, and whether it does. */
enum json_end {
	JSON_WHOLE, /* *end is just behind the value */
	JSON_SHORT, /* the bytes end inside it: more may make it whole; the
	               fault says inside what */
	JSON_BAD,   /* no JSON: the fault tells, *end is the byte at fault */
};

/* A place in text. Each function moves it over what it has checked, and leaves
 * it on the byte at fault otherwise. */
struct json_scan {
	const char *at;
	const char *end;
	struct fault *fault;
};

/* Leave a fault: JSON_BAD, and JSON_SHORT for what ends too early. */
enum json_end json_scan_bad(struct json_scan *scan, const char *what);
enum json_end json_scan_cut(struct json_scan *scan, const char *inside);
/* `an object` or `an array`, for json_scan_cut. */
const char *json_scan_inside(bool object);

static inline void
json_scan_space(struct json_scan *scan)
{
	const char *at = scan->at;

	while (at < scan->end &&
	    (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	scan->at = at;
}

/* at is behind the opening quote; afterwards on the closing one. */
enum json_end json_scan_string(struct json_scan *scan, bool *escaped);
/* A string, number or word, at on its first byte. */
enum json_end json_scan_scalar(struct json_scan *scan);
/* An array or object, at on its opening bracket. */
enum json_end json_scan_nested(struct json_scan *scan);

#endif

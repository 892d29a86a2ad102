/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259) read from memory without a tree, and strings written. */
#ifndef MTRACK_JSON_H
#define MTRACK_JSON_H

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/json_scan.h"
#include "mtrack/str.h"

/* Checks that a value stands at the start of TEXT (white space before it is
 * allowed) and finds its end. Full RFC 8259 syntax; strings must be free of
 * bare control characters; invalid UTF-8 and lone surrogates are let pass. A
 * number at the very end of TEXT is whole when it could end there. */
enum json_end json_skip(struct str text, size_t *end, struct fault *fault);

enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json_value {
	enum json_kind kind;
	bool escaped;    /* a string with a backslash in it */
	struct str text; /* string: between the quotes, still escaped;
	                    others: the bytes of the value */
};

/* Walks one object or array: begin with CURSOR on the bytes behind its opening
 * bracket. Each call gives the next member or element; false at the closing
 * bracket (cursor behind it, fault->what empty) or at a syntax fault
 * (fault->what set, cursor->at the byte at fault; cursor->cut when the bytes
 * just ended too early). KEY is NULL for arrays; its text is still escaped. */
struct json_cursor {
	const char *at;
	const char *end;
	bool first;
	bool cut;
};
void json_open(struct json_cursor *cursor, struct str text);
bool json_next(struct json_cursor *cursor, struct json_value *key,
    struct json_value *value, struct fault *fault);
/* The two halves of json_next on an object: the key (false at the closing
 * brace or a fault), then cursor->at is the first byte of its value, which
 * json_value takes. */
bool json_key(
    struct json_cursor *cursor, struct json_value *key, struct fault *fault);
bool json_value(
    struct json_cursor *cursor, struct json_value *value, struct fault *fault);
/* Whether the next element of an array stands at cursor->at: json_key's twin.
 */
bool json_element(struct json_cursor *cursor, struct fault *fault);

/* Unescapes a string's TEXT; lone surrogates become U+FFFD. Appended to OUT.
 * False on a bad escape. */
bool json_unescape(struct str text, struct buffer *out);
/* What VALUE says as text: a string unescaped, a number, true or false by its
 * bytes, empty for null, arrays and objects. Borrowed where nothing is
 * escaped, else in ARENA. VALUE has passed json_value, so it cannot fail. */
struct str json_text(struct arena *arena, const struct json_value *value);

/* Appends S as a quoted JSON string, always valid UTF-8: an invalid byte
 * becomes U+FFFD. */
void json_quote(struct str s, struct buffer *out);

#endif

/* SPDX-License-Identifier: MIT */
/* One line of CEF over syslog, taken apart (SPEC 1.4). */
#ifndef MTRACK_CEF_LINE_H
#define MTRACK_CEF_LINE_H

#include "mtrack/intake.h"

struct cef_line {
	struct str vendor; /* still escaped, as all of these */
	struct str product;
	struct str event; /* ID */
	struct str extension;
};

/* Finds the record behind the syslog frame, which is anything. */
bool cef_line_split(
    struct str text, struct cef_line *line, struct fault *fault);
/* Whether the first thing in TEXT behind a frame is a CEF header: a JSON record
 * may quote one, in a subject that anybody may have written. */
bool cef_line_leads(struct str text, struct cef_line *line);
/* Whether it is a mail tracking event of the vendor. */
bool cef_line_is_tracking(const struct cef_line *line);

/* What a key of the extension is to us. */
struct cef_key {
	struct str name;
	enum field field; /* FIELD_NONE unless it is a field's own key */
	unsigned slot;    /* 1 … CEF_SLOTS: the value that a label names */
	bool label;       /* the label of that slot */
};
#define CEF_SLOTS 6
#define CEF_KEYS  22u

/* Which key came behind each key last: senders have one order, so a few
 * bytes' compare finds the next one. All zeros: none is known. */
struct cef_habit {
	struct cef_guess {
		uint64_t
		    tail; /* the last bytes before its `=`, a space first */
		uint64_t mask;
		const struct cef_key *key; /* NULL: none */
	} behind[CEF_KEYS];
};

/* Walks an extension; what stands before its first key is passed over. A value
 * ends where a known key begins, or one of the RULES' --map. */
struct cef_cursor {
	const struct intake_rules *rules;
	struct str rest;    /* the value that comes next, and all behind it */
	struct cef_key key; /* of that value; no name: none comes */
	struct cef_habit *habit;
	struct cef_guess *guess; /* of what comes behind the key, or NULL */
};
void cef_line_open(struct cef_cursor *cursor, const struct intake_rules *rules,
    struct cef_habit *habit, struct str extension);
/* VALUE is still escaped. */
bool cef_line_next(
    struct cef_cursor *cursor, struct cef_key *key, struct str *value);
/* VALUE without its escapes: borrowed where it has none, else in ARENA. */
struct str cef_line_unescape(struct str value, struct arena *arena);

#endif

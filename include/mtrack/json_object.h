/* SPDX-License-Identifier: MIT */
/* One JSON object of an archive: into a record, or only to its end. */
#ifndef MTRACK_JSON_OBJECT_H
#define MTRACK_JSON_OBJECT_H

#include "mtrack/intake.h"
#include "mtrack/json_trail.h"
#include "mtrack/reader.h"

enum object_end {
	OBJECT_WHOLE, /* *end is behind its brace; the intake is filled */
	OBJECT_PAGE, /* it is an envelope: *end is behind the `[` of its logs */
	OBJECT_SHORT, /* the bytes end inside it: the fault says inside what */
	OBJECT_BAD,   /* the fault tells, *end is the byte at fault */
};

/* Reads the object at the start of TEXT (a `{`) into IN, which is begun anew.
 * Fields outside NEEDS (intake_needs) are only checked for syntax. TRAIL makes
 * the reading of objects alike fast; NULL where keys are mapped, each is then
 * looked at. */
enum object_end json_object_read(struct intake *in, struct json_trail *trail,
    fieldset needs, struct str text, size_t *end, struct fault *fault);

struct json_span {
	size_t end;   /* bytes from the object's `{` to behind its `}` */
	size_t lines; /* line breaks among them */
	bool escapes; /* there is a backslash among them */
	/* Even if its JSON is bad, no record that begins inside it reaches
	 * beyond its end, because none of its strings holds a `{` or a line
	 * break: whoever looks for a record inside it need not look further. */
	bool certain;
};

/* Where the object at the start of TEXT ends if its JSON is good, found by
 * quotes and braces alone; false when that is not within TEXT, or is not
 * certain. */
bool json_object_span(struct str text, struct json_span *span);

/* Whether a prefilter's literals may stand in JSON text as escapes:
 * `\u00XX`, and `\"`, `\\`, `\/` for these three characters. */
struct json_hiding {
	bool simple;  /* a literal has `"`, `\`, `/` or a control character */
	bool unicode; /* a literal has a byte above 0x7f */
};
struct json_hiding json_hiding(const struct prefilter *filter);
/* Whether RAW, JSON text with a backslash in it, may hide a literal. */
bool json_may_hide(struct json_hiding hiding, struct str raw);

/* RAW on one line: as it is, or a copy in ARENA without the line breaks
 * between its tokens. */
struct str json_one_line(struct arena *arena, struct str raw);

#endif

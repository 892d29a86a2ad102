/* SPDX-License-Identifier: MIT */
/* The place of the JSON reader in its bytes, and what may stand there. Shared
 * by reader_json, which reads what stands at the top, json_page, which reads
 * what stands inside pages and arrays, and json_resume, which finds the way
 * back after damage. */
#ifndef MTRACK_JSON_WALK_H
#define MTRACK_JSON_WALK_H

#include "mtrack/json_object.h"
#include "mtrack/json_plain.h"
#include "mtrack/sieve.h"

#define WALK_DEPTH 8 /* containers around a record; pages need two */

/* What a step answers. */
enum step {
	STEP_ON,   /* something was done: go on */
	STEP_WAIT, /* all is used up, or more bytes are needed */
	STEP_OUT,  /* walk.flow is no longer FLOW_MORE */
};

/* What is around a record. */
enum level {
	LEVEL_ARRAY, /* `[`, of records, or of pages */
	LEVEL_LOGS,  /* an envelope's logs array */
	LEVEL_PAGE,  /* an envelope, behind its logs array */
};

enum walk_mode {
	WALK_READ,
	WALK_RESUME,    /* a fault is open: looking for the next record */
	WALK_SKIP_LINE, /* the rest of the line is lost; that was told */
};

struct walk {
	struct reader reader;
	struct arena arena; /* of the current record */
	struct intake intake;
	struct json_trail *trail; /* of the records before, or NULL */
	struct json_plain *plain; /* by the trail */
	fieldset needs;
	const struct prefilter *prefilter; /* NULL: everything is decoded */
	struct sieve sieve;                /* of the prefilter */
	struct json_hiding hiding;

	/* The window while it is fed: [at, end) is not used up yet. */
	const char *window;
	const char *at;
	const char *end;
	bool last;
	uint64_t line; /* of at */
	enum flow flow;
	/* Bytes behind at that were seen to hold no line break, and that were
	 * too few for the value at at: what was looked at is not looked at
	 * again with each longer window. */
	size_t unbroken;
	size_t too_few;

	/* Between windows. */
	enum walk_mode mode;
	bool framed;   /* one record a line (SPEC 1.6) */
	bool at_start; /* at is the first byte of a line */
	bool spaced;   /* white space stands before at */
	bool fresh;    /* nothing but white space before at on its line */
	bool alone;    /* a record filled its line so far; framed at its end */
	bool stray;    /* closing brackets of a broken page may follow */
	enum level levels[WALK_DEPTH];
	unsigned depth;
	bool behind; /* of an element or member: `,` or a bracket must follow */

	/* WALK_RESUME */
	struct fault fault;
	uint64_t fault_line;
	bool fault_framing;
	uint64_t lost; /* bytes since the fault's beginning */
	char before;   /* the last byte before at that is no white space */
};

/* ---- moving ---- */

/* Moves at to TO and counts the lines between. */
void walk_to(struct walk *walk, const char *to);
/* The same when [at, TO) is known to hold no line break. */
void walk_along(struct walk *walk, const char *to);
/* Over white space; false at the window's end. */
bool walk_space(struct walk *walk);
/* The end of the line at at: its line break, or the end of all bytes. NULL
 * when it is not in the window yet, or not within RECORD_LIMIT: then
 * *too_long. */
const char *walk_line_end(struct walk *walk, bool *too_long);
/* Whether to wait before trying the value at at again. Afterwards
 * walk_too_few when it was short again and more may come. */
bool walk_must_wait(const struct walk *walk);
bool walk_too_few(struct walk *walk);
/* The bytes that a value at at may use: no more than RECORD_LIMIT. */
struct str walk_value(const struct walk *walk);
/* Whether a `[` at P begins an array that may hold records: `{`, `[` or `]`
 * comes next. *SURE is false when more bytes are needed to tell. */
bool walk_is_array(const struct walk *walk, const char *p, bool *sure);
/* Whether a UTF-8 byte order mark stands at at, SURE likewise. */
bool walk_is_bom(const struct walk *walk, bool *sure);
bool walk_push(struct walk *walk, enum level level);
/* Whether TEXT begins with an object that could be read the short way: its
 * record is in the intake. */
bool walk_read_plain(struct walk *walk, struct str text, size_t *size);

/* ---- telling and counting ---- */

#define WALK_TOO_LONG "a record of more than 16 MiB"

/* STEP_ON, unless the stage behind has enough. */
enum step walk_on(const struct walk *walk);
/* The last byte of all is no line break, so the last line lacks its end. */
bool walk_ends_open(const struct walk *walk);
/* Makes of json_object_read's fault at END of OBJECT what is told of it. */
void walk_describe(const struct walk *walk, enum object_end result,
    const char *object, size_t end, struct fault *fault);
/* Whether RAW, a line or an element, holds no record that can match, which is
 * counted. What holds pages is looked into. ESCAPES: it has a backslash. */
bool walk_pass_over(struct walk *walk, struct str raw, bool escapes);
/* Counts a record that was passed over; true. */
bool walk_count_passed(struct walk *walk);
/* Tells FAULT of LINE. */
void walk_tell(
    struct walk *walk, uint64_t line, bool framing, const struct fault *fault);
/* Hands on the record [START, END), which is in the intake. RAW is what it is
 * printed as, if that is more than its own bytes. */
void walk_emit(
    struct walk *walk, const char *start, const char *end, struct str raw);

/* ---- pages: json_page.c ---- */

/* An envelope begins at at; END is behind the `[` of its logs. */
enum step walk_open_page(struct walk *walk, const char *end);
/* A step inside a page or array. */
enum step walk_inside(struct walk *walk);

/* ---- after damage: json_resume.c ---- */

/* The value at at is bad: what is lost from there on is counted, and told with
 * FAULT once a record is found again. */
void walk_break(struct walk *walk, bool framing, const struct fault *fault);
/* The same when something else should stand at at, which may itself begin a
 * line that opens a record. */
void walk_break_before(
    struct walk *walk, bool framing, const struct fault *fault);
/* The same when the search must not go beyond END: all that is before it is
 * read at once, and reading goes on there, behind an element. */
void walk_break_within(
    struct walk *walk, const char *end, const struct fault *fault);
/* One step of the search. */
enum step walk_resume(struct walk *walk);

#endif

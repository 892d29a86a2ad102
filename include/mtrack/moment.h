/* SPDX-License-Identifier: MIT */
/* Moments and spans as a user writes them on a command line (SPEC 3.1). */
#ifndef MTRACK_MOMENT_H
#define MTRACK_MOMENT_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct arena;
struct buffer;
struct zone;

/* Constant for a command line. */
struct moment_rules {
	struct arena *arena;
	const struct zone *zone; /* for times without one; NULL is UTC */
	int64_t now;             /* ms; what relative times count from */
};

/* `now`, `today`, `yesterday`, `-3d`, `-90m`, a date, or a time of SPEC 1.5.
 * A date alone is its midnight, with AS_END the midnight after it. A local
 * time that exists twice is the first of the two, one that does not exist is
 * a fault; a day whose midnight does not exist begins at the change. */
bool moment_parse(const struct moment_rules *rules, struct str text,
    bool as_end, int64_t *ms, struct fault *fault);
/* Whether TEXT has the form of a moment, good or bad: for hints. */
bool moment_looks_like(struct str text);

/* `24h`: a count of m, h, d or w, in milliseconds, more than none. The fault's
 * example is what TEXT was meant to be (`30d` for `30days`), in ARENA, where
 * that is plain. */
bool moment_span(
    struct arena *arena, struct str text, int64_t *ms, struct fault *fault);
/* SPAN before NOW, or where the year 1 begins: no record is older, and days
 * are counted in 32 bits. */
int64_t moment_before(int64_t now, int64_t span);
/* `61 days 4 hours`, appended. */
void moment_print_span(int64_t ms, struct buffer *out);

#endif

/* SPDX-License-Identifier: MIT */
/* Text to milliseconds since 1970-01-01T00:00:00Z and back (SPEC 1.5, 4.2). */
#ifndef MTRACK_TIMESTAMP_H
#define MTRACK_TIMESTAMP_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct zone;
struct buffer;

#define DAY_MS INT64_C(86400000)

/* How times without a zone and of other forms are read. */
struct timestamp_rules {
	const struct zone *zone;   /* NULL is UTC */
	const struct str *formats; /* strptime forms of --time-format */
	size_t format_count;
};

/* Reads the forms of SPEC 1.5, the given formats first... then the built-in
 * ones; the whole of TEXT must be used. False when it is none of them. */
bool timestamp_parse(
    struct str text, const struct timestamp_rules *rules, int64_t *ms);
/* Whether FORMAT is one that timestamp_parse can use; the fault has a caret. */
bool timestamp_format_check(struct str format, struct fault *fault);

/* `2026-10-01T08:15:30Z`, milliseconds only where not zero; in a zone with
 * its offset. ZONE NULL is UTC. At most 40 bytes, appended. */
void timestamp_print(int64_t ms, const struct zone *zone, struct buffer *out);

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t timestamp_days(int year, int month, int day);
void timestamp_date(int64_t days, int *year, int *month, int *day);
/* Whether the date exists. */
bool timestamp_is_date(int year, int month, int day);

#endif

/* SPDX-License-Identifier: MIT */
/* Text to milliseconds since 1970-01-01T00:00:00Z and back (SPEC 1.5, 4.2). */
#ifndef MTRACK_TIMESTAMP_H
#define MTRACK_TIMESTAMP_H

#include "mtrack/fault.h"
#include "mtrack/str.h"
#include "mtrack/zone.h"

struct buffer;

#define DAY_MS INT64_C(86400000)

/* How times without a zone and of other forms are read. */
struct timestamp_rules {
	const struct zone *zone;   /* NULL is UTC */
	const struct str *formats; /* strptime forms of --time-format */
	size_t format_count;
};

/* A time as it was read, for who asks more than the instant. */
struct timestamp {
	int64_t ms;
	int64_t day;  /* as written, days since 1970-01-01; not if Unix time */
	bool is_date; /* a date alone: ms is its midnight */
	/* How often the clock showed it; ZONE_ONCE where an offset is given.
	 * With ZONE_NEVER ms is the instant of the change. */
	enum zone_local local;
};

/* Reads the forms of SPEC 1.5, the given formats first, then the built-in
 * ones; the whole of TEXT must be used. False when it is none of them, when the
 * date does not exist, or when it lies outside the years 1 to 9999 in UTC. A
 * leap second (23:59:60 UTC) is the last millisecond before it, so that it
 * stays in its day. A local time that never was is the instant at which the
 * clock was set forward over it. */
bool timestamp_parse(
    struct str text, const struct timestamp_rules *rules, int64_t *ms);
/* The same for times that are mostly of one day: NEAR, all zero at first,
 * remembers the date read last. */
struct timestamp_near {
	char date[10]; /* as written */
	int64_t midnight;
};
bool timestamp_parse_near(struct str text, const struct timestamp_rules *rules,
    struct timestamp_near *near, int64_t *ms);
/* The same, with what else can be said of it. */
bool timestamp_read(struct str text, const struct timestamp_rules *rules,
    struct timestamp *found);
/* Whether FORMAT is one that timestamp_parse can use; the fault has a caret.
 * As in strptime white space stands for any white space, the other characters
 * for themselves; %Y has four digits, the other numbers one or two, %b is
 * English, %z takes Z too, %S a fraction too. */
bool timestamp_format_check(struct str format, struct fault *fault);

/* `2026-10-01T08:15:30Z`, milliseconds only where not zero; in a zone with
 * its offset, to the minute. ZONE NULL is UTC. At most 40 bytes, appended. What
 * would not read back, a year outside 1 to 9999 or an offset of a day, is
 * printed in UTC; a year outside 0 to 9999 there has a sign. */
void timestamp_print(int64_t ms, const struct zone *zone, struct buffer *out);

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t timestamp_days(int year, int month, int day);
void timestamp_date(int64_t days, int *year, int *month, int *day);
/* Whether the date exists, from year 1 to 9999. */
bool timestamp_is_date(int year, int month, int day);

#endif

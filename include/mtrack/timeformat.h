/* SPDX-License-Identifier: MIT */
/* Times in the user's own forms: --time-format, a part of strptime (SPEC 1.5).
 */
#ifndef MTRACK_TIMEFORMAT_H
#define MTRACK_TIMEFORMAT_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

/* What a clock and a calendar show, not yet checked against each other. */
struct timeparts {
	int year;
	int month; /* from 1 */
	int day;
	int hour;
	int minute;
	int second; /* 60 in a leap second */
	int ms;
	int32_t offset;  /* seconds east of UTC */
	bool has_offset; /* else it is local time */
	bool is_date;    /* no time of day was given */
};

/* The whole of TEXT by FORMAT, which timeformat_check has passed. */
bool timeformat_parse(
    struct str format, struct str text, struct timeparts *parts);
/* See timestamp_format_check. */
bool timeformat_check(struct str format, struct fault *fault);

/* Takes `.25` off the front, if it stands there; digits behind the third are
 * cut. False when the dot has no digit. */
bool timeparts_fraction(struct str *rest, struct timeparts *parts);
/* Takes `Z`, `z` or an offset off the front. */
bool timeparts_offset(struct str *rest, struct timeparts *parts);

#endif

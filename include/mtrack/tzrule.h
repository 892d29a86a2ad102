/* SPDX-License-Identifier: MIT */
/* The rule of a zone's summer time, a POSIX TZ string: the end of a TZif file
 * and a form of $TZ (RFC 8536, 3.3; POSIX, 8.3). */
#ifndef MTRACK_TZRULE_H
#define MTRACK_TZRULE_H

#include "mtrack/str.h"

enum tzedge_kind {
	EDGE_JULIAN,  /* `J60`: day 1..365, February 29 never counted */
	EDGE_ORDINAL, /* `59`: day 0..365, February 29 counted */
	EDGE_WEEKDAY, /* `M3.5.0`: month, week (5 the last), day of the week */
};

/* When summer time begins or ends in a year, in local time before it. */
struct tzedge {
	enum tzedge_kind kind;
	int day; /* of the year, or of the week from Sunday */
	int week;
	int month;
	int32_t time; /* seconds from midnight; may lie on other days */
};

struct tzrule {
	int32_t standard; /* seconds east of UTC */
	int32_t summer;
	bool has_summer;
	struct tzedge start;
	struct tzedge end;
};

/* `CET-1CEST,M3.5.0,M10.5.0/3`; false when TEXT is none. */
bool tzrule_parse(struct str text, struct tzrule *rule);
/* The instant of EDGE in YEAR (above 0), OFFSET being in force before it. */
int64_t tzrule_instant(const struct tzedge *edge, int64_t year, int32_t offset);
/* Days from 1970-01-01 to January 1 of YEAR, which is above 0. */
int64_t tzrule_year(int64_t year);

#endif

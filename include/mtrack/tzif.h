/* SPDX-License-Identifier: MIT */
/* What a time zone is made of: TZif bytes (RFC 8536) or a POSIX TZ string
 * turned into spans of one offset each. Asked through zone.h alone. */
#ifndef MTRACK_TZIF_H
#define MTRACK_TZIF_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct arena;

/* No offset is larger, east or west (RFC 8536, 3.2: a little over a day). */
#define ZONE_OFFSET_MAX (26 * 3600)

#define ZONE_DAY INT64_C(86400)
/* The Gregorian calendar repeats after 400 years, weekdays too. */
#define ZONE_CYCLE (INT64_C(146097) * ZONE_DAY)

/* OFFSET, in seconds east of UTC, holds from this instant (seconds since 1970)
 * until the next span begins. */
struct zone_span {
	int64_t from;
	int32_t offset;
};

struct zone {
	const struct zone_span *spans; /* ascending; the first from INT64_MIN */
	size_t count;                  /* at least 1; neighbours differ */
	/* Where cyclic, what [cycle, cycle + ZONE_CYCLE) holds goes on for
	 * ever behind it; before it too where always. */
	bool cyclic;
	bool always;
	int64_t cycle;
};

/* Fills *ZONE from the BYTES of a zone file; its spans live in ARENA. What is
 * cut short, inconsistent or counts leap seconds is a fault. */
bool tzif_read(struct arena *arena, struct str bytes, struct zone *zone,
    struct fault *fault);
/* The same from a string as in $TZ: `CET-1CEST,M3.5.0,M10.5.0/3`. False when
 * it is none. */
bool tzif_read_posix(struct arena *arena, struct str text, struct zone *zone);

#endif

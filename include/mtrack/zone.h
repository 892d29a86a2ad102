/* SPDX-License-Identifier: MIT */
/* Time zones: UTC, fixed offsets and the system's TZif files, read by mtrack
 * itself because glibc takes an unknown zone for UTC (RFC 8536). */
#ifndef MTRACK_ZONE_H
#define MTRACK_ZONE_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct arena;
struct zone;

/* NAME is an IANA name (`Europe/Berlin`, looked up in $TZDIR where that is an
 * absolute path, else in the system's folder), `UTC`, `Z`, `local` or an offset
 * (`+09:00`, `-0530`, `+09`). `local` is $TZ as glibc reads it (a name, a path,
 * a POSIX string; empty is UTC), without it /etc/localtime, without that UTC.
 * The zone lives in ARENA; *ZONE is NULL for UTC, whatever its name. A bad name
 * is a fault. */
bool zone_open(struct arena *arena, struct str name, const struct zone **zone,
    struct fault *fault);
/* The same from the bytes of a zone file, for tests and fuzzers. */
bool zone_from_tzif(struct arena *arena, struct str bytes,
    const struct zone **zone, struct fault *fault);
/* Seconds to add to UTC at the instant UTC (seconds since 1970). */
int32_t zone_offset(const struct zone *zone, int64_t utc);

enum zone_local {
	ZONE_ONCE,  /* the local time exists once */
	ZONE_TWICE, /* the clock was set back: the first of the two is given */
	ZONE_NEVER, /* the clock was set forward over it */
};
/* Local wall-clock seconds (as if UTC) to the instant they name. With
 * ZONE_NEVER *utc is the instant of the change. */
enum zone_local zone_to_utc(
    const struct zone *zone, int64_t local, int64_t *utc);

/* Takes an offset, `+09:00`, `-0530` or `+09`, off the front of *REST, in
 * seconds; at most 23:59. False, and *REST as it was, when none stands there.
 */
bool zone_take_offset(struct str *rest, int32_t *seconds);

#endif

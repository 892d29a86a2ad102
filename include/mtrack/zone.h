/* SPDX-License-Identifier: MIT */
/* Time zones: UTC, fixed offsets and the system's TZif files, read by mtrack
 * itself because glibc takes an unknown zone for UTC (RFC 8536). */
#ifndef MTRACK_ZONE_H
#define MTRACK_ZONE_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct arena;
struct zone;

/* NAME is an IANA name (`Europe/Berlin`), `UTC`, `Z`, `local` ($TZ as its zone
 * name or path, else /etc/localtime) or an offset (`+09:00`, `-0530`, `+09`).
 * The zone lives in ARENA; *ZONE is NULL for UTC. A bad name is a fault. */
bool zone_open(struct arena *arena, struct str name, const struct zone **zone,
    struct fault *fault);
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

#endif

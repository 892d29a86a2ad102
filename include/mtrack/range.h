/* SPDX-License-Identifier: MIT */
/* Ranges of sizes and delays as a user writes them (SPEC 3): `MIN..MAX`,
 * `MIN..`, `..MAX`, both ends included. Single amounts too (--memory). */
#ifndef MTRACK_RANGE_H
#define MTRACK_RANGE_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct range {
	int64_t min; /* INT64_MIN where open */
	int64_t max; /* INT64_MAX where open */
};

/* Bytes, with `K M G` (1024). */
bool range_sizes(struct str text, struct range *range, struct fault *fault);
/* Milliseconds; `s m h d`, without a unit seconds. */
bool range_delays(struct str text, struct range *range, struct fault *fault);
bool range_match(const struct range *range, int64_t value);

/* One size: `512M`, in bytes. */
bool range_size(struct str text, uint64_t *bytes, struct fault *fault);

#endif

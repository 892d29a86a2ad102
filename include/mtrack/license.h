/* SPDX-License-Identifier: MIT */
/* The vendor's limits by license (SPEC 5). */
#ifndef MTRACK_LICENSE_H
#define MTRACK_LICENSE_H

#include <stdint.h>

#include "mtrack/str.h"

#define UNLIMITED UINT64_MAX

struct license {
	const char *name;
	uint64_t window_days;    /* one search may span */
	uint64_t addresses;      /* patterns a field and polarity */
	uint64_t export_records; /* an export may hold */
	uint64_t exports_a_day;
};

/* By name, ASCII case ignored; NULL when there is none. */
const struct license *license_find(struct str name);
/* `advanced`. */
const struct license *license_default(void);
/* Row PLACE, NULL beyond the end: for suggestions and completions. */
const struct license *license_row(uint64_t place);

#endif

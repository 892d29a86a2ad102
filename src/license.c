/* SPDX-License-Identifier: MIT */
/* The vendor's limits by license. */
#include "mtrack/license.h"

/* clang-format off */
static const struct license licenses[] = {
	/* The console of a full subscription. */
	{"advanced", 60, 10, 50000, 5},
	/* The console's smaller subscription: half the window. */
	{"standard", 30, 10, 50000, 5},
	/* The archive is the user's own: no limit at all. */
	{"none", UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED},
};
/* clang-format on */

#define LICENSES (sizeof(licenses) / sizeof(licenses[0]))

const struct license *
license_row(uint64_t place)
{
	return place < LICENSES ? &licenses[place] : NULL;
}

const struct license *
license_default(void)
{
	return &licenses[0];
}

const struct license *
license_find(struct str name)
{
	for (size_t i = 0; i < LICENSES; i++)
		if (str_eq_fold(name, str_from(licenses[i].name)))
			return &licenses[i];
	return NULL;
}

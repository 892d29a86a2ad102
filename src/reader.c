/* SPDX-License-Identifier: MIT */
/* The prefilter: what a record's bytes must hold to have a chance. */
#include "mtrack/reader.h"

#include "mtrack/bytes.h"

static bool
holds_one(const struct literal_group *group, struct str raw)
{
	for (size_t i = 0; i < group->count; i++)
		if (bytes_search(raw, group->literals[i], group->fold) !=
		    SIZE_MAX)
			return true;
	return false;
}

bool
prefilter_pass(const struct prefilter *filter, struct str raw)
{
	for (size_t i = 0; i < filter->count; i++)
		if (!holds_one(&filter->groups[i], raw))
			return false;
	return true;
}

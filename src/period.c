/* SPDX-License-Identifier: MIT */
/* The period of a run when none was asked for. */
#include "mtrack/period.h"

#include "mtrack/archive.h"
#include "mtrack/options.h"
#include "mtrack/timestamp.h"

bool
period_window(const struct options *options, int32_t newest_day, int64_t *since,
    int64_t *until)
{
	uint64_t days = options->license->window_days;

	*since = options->since;
	*until = options->until;
	if (options->period == PERIOD_DEFAULT && days != UNLIMITED &&
	    newest_day != DAY_NONE) {
		*until = ((int64_t)newest_day + 1) * DAY_MS;
		*since = *until - (int64_t)days * DAY_MS;
	}
	return *since != INT64_MIN || *until != INT64_MAX;
}

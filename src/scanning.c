/* SPDX-License-Identifier: MIT */
/* What the scan of a file answers. */
#include "mtrack/scanning.h"

void
scan_result_destroy(struct scan_result *result)
{
	memory_free(result->faults);
	result->faults = NULL;
}

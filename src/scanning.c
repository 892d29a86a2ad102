/* SPDX-License-Identifier: MIT */
/* What the scan of a file answers. */
#include "mtrack/scanning.h"

void
scan_result_destroy(struct scan_result *result)
{
	memory_free(result->faults);
	result->faults = NULL;
}

static void
widen(struct scan_result *whole, const struct scan_result *part)
{
	if (part->first == TIME_NONE)
		return;
	if (whole->first == TIME_NONE || part->first < whole->first)
		whole->first = part->first;
	if (whole->last == TIME_NONE || part->last > whole->last)
		whole->last = part->last;
}

void
scan_result_join(struct scan_result *whole, struct scan_result *part)
{
	size_t room = FAULTS_TOLD - whole->fault_count;
	size_t more = part->fault_count < room ? part->fault_count : room;

	tally_add(&whole->tally, &part->tally);
	if (more > 0) {
		whole->faults = memory_resize(whole->faults,
		    whole->fault_count + more, sizeof(*whole->faults));
		memcpy(whole->faults + whole->fault_count, part->faults,
		    more * sizeof(*whole->faults));
		whole->fault_count += more;
	}
	whole->fault_total += part->fault_total;
	if (part->index_wrong && !whole->index_wrong) {
		whole->index_wrong = true;
		whole->index_fault = part->index_fault;
	}
	whole->growing |= part->growing;
	if (whole->stray == DAY_NONE)
		whole->stray = part->stray;
	whole->seen |= part->seen;
	whole->accepted += part->accepted;
	whole->blocked += part->blocked;
	widen(whole, part);
	scan_result_destroy(part);
}

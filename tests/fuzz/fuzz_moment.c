/* SPDX-License-Identifier: MIT */
/* Any bytes as a moment of a command line: what is read prints as what reads
 * back the same, and faults point into it. The first byte chooses zone and
 * end. */
#include <stdint.h>
#include <stdlib.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/moment.h"
#include "mtrack/timestamp.h"
#include "mtrack/tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const zones[] = {
    "UTC0",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    /* midnight that does not exist */
    "<-03>3<-02>,M10.3.0/0,M2.3.0/0",
    "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
};

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_back(const struct moment_rules *rules, int64_t ms)
{
	struct buffer out = BUFFER_EMPTY;
	struct fault fault;
	int64_t again;

	timestamp_print(ms, rules->zone, &out);
	check(moment_parse(rules, buffer_str(&out), false, &again, &fault));
	check(again == ms);
	buffer_destroy(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct moment_rules rules = {.now = INT64_C(1791633600123)};
	struct str text = {(const char *)data + 1, size - 1};
	struct arena arena;
	struct zone zone;
	struct fault fault;
	int64_t ms;

	if (size == 0)
		return 0;
	arena_init(&arena);
	check(tzif_read_posix(&arena, str_from(zones[data[0] & 3]), &zone));
	rules.arena = &arena;
	rules.zone = &zone;
	if (moment_parse(&rules, text, data[0] & 4, &ms, &fault)) {
		check_back(&rules, ms);
	} else {
		check(fault.what[0] && fault.rule && fault.example);
		check(fault.caret <= text.len || fault.caret == FAULT_NO_CARET);
		check(moment_parse(
		    &rules, str_from(fault.example), data[0] & 4, &ms, &fault));
	}
	arena_destroy(&arena);
	return 0;
}

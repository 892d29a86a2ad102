/* SPDX-License-Identifier: MIT */
/* Fuzzes times, time formats and zone files: what is read prints as what reads
 * back the same. The first byte chooses: a zone file, a POSIX string, or a
 * format and a text with a newline between them. */
#include <stdlib.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/timestamp.h"
#include "mtrack/tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_back(int64_t ms, const struct zone *zone)
{
	const struct timestamp_rules rules = {0};
	struct buffer out = BUFFER_EMPTY;
	int64_t again;

	timestamp_print(ms, zone, &out);
	if (out.len > 40 ||
	    !timestamp_parse(buffer_str(&out), &rules, &again) || again != ms)
		abort();
	buffer_destroy(&out);
}

static void
check_text(struct str format, struct str text, const struct zone *zone)
{
	const struct timestamp_rules plain = {zone, NULL, 0};
	const struct timestamp_rules custom = {zone, &format, 1};
	struct fault fault;
	int64_t ms;

	if (timestamp_parse(text, &plain, &ms))
		check_back(ms, zone);
	if (timestamp_format_check(format, &fault) &&
	    timestamp_parse(text, &custom, &ms))
		check_back(ms, zone);
}

/* What the clock shows at an instant names this instant, or is shown twice. */
static void
check_zone(const struct zone *zone)
{
	for (int64_t utc = -60000000000; utc < 250000000000;
	     utc += 4999999999) {
		int64_t back;
		enum zone_local found =
		    zone_to_utc(zone, utc + zone_offset(zone, utc), &back);

		if (found == ZONE_NEVER || (found == ZONE_ONCE && back != utc))
			abort();
		check_back(utc * 1000 + 7, zone);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct zone *zone = NULL;
	struct zone posix;
	struct arena arena;
	struct fault fault;
	struct str text;
	size_t at;

	if (!size)
		return 0;
	arena_init(&arena);
	text = (struct str){(const char *)data + 1, size - 1};
	at = str_find_char(text, '\n');
	if (data[0] == 'T' && zone_from_tzif(&arena, text, &zone, &fault))
		check_zone(zone);
	else if (data[0] == 'P' && tzif_read_posix(&arena, text, &posix))
		check_zone(&posix);
	else
		check_text(str_take(text, at),
		    at == SIZE_MAX ? text : str_drop(text, at + 1), zone);
	arena_destroy(&arena);
	return 0;
}

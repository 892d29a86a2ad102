/* SPDX-License-Identifier: MIT */
/* Any bytes as a JSON archive: the size of the windows changes nothing, nor
 * does a prefilter change what matches, and all bytes are used up. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/reader_test.h"
#include "mtrack/reader_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* The lines of RUN's records that hold NEEDLE. */
static void
matching(const struct reader_run *run, struct str needle, struct buffer *out)
{
	struct str rest = buffer_str(&run->records);
	struct str line;

	buffer_clear(out);
	while (rest.len && str_split(&rest, '\n', &line))
		if (str_find(line, needle) != SIZE_MAX)
			buffer_puts(out, line);
}

static void
check_prefilter(struct str bytes, const struct reader_run *plain)
{
	static const struct prefilter filters[] = {
	    {{{{STR("ab")}, 1, false}}, 1},
	    {{{{STR("/")}, 1, false}}, 1},
	};
	struct buffer is = BUFFER_EMPTY;
	struct buffer should = BUFFER_EMPTY;
	struct reader_run run = {.ops = &reader_json, .wanted = plain->wanted};

	for (size_t i = 0; i < 2; i++) {
		struct str needle = filters[i].groups[0].literals[0];

		run.prefilter = &filters[i];
		reader_run(&run, bytes, 64);
		matching(plain, needle, &should);
		matching(&run, needle, &is);
		check(str_eq(buffer_str(&is), buffer_str(&should)));
	}
	reader_run_destroy(&run);
	buffer_destroy(&is);
	buffer_destroy(&should);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct reader_run whole = {
	    .ops = &reader_json,
	    .wanted = FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_SUBJECT) |
		FIELD_BIT(FIELD_ATTACHMENTS),
	};
	struct reader_run parts = whole;

	if (size > 4096)
		return 0;
	reader_json.sniff(bytes, true, &whole.rules);
	reader_run(&whole, bytes, size + 1);
	for (size_t chunk = 1; chunk < 30; chunk = chunk * 3 + 1) {
		reader_run(&parts, bytes, chunk);
		check(str_eq(
		    buffer_str(&parts.records), buffer_str(&whole.records)));
		check(str_eq(
		    buffer_str(&parts.faults), buffer_str(&whole.faults)));
	}
	check_prefilter(bytes, &whole);
	reader_run_destroy(&whole);
	reader_run_destroy(&parts);
	return 0;
}

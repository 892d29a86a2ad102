/* SPDX-License-Identifier: MIT */
/* Any bytes as a CSV file: the first byte says how large the pieces are that it
 * is read in, and that must not change what is found. */
#include "../unit/reader_test.h"
#include "mtrack/reader_csv.h"

static const struct intake_rules no_rules;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_pieces(struct str bytes, size_t chunk, const struct prefilter *prefilter)
{
	struct reader_run whole = {.ops = &reader_csv,
	    .wanted = FIELDSET_PRINTABLE,
	    .want_raw = true,
	    .prefilter = prefilter};
	struct reader_run pieces = whole;

	reader_run(&whole, bytes, bytes.len + 1);
	reader_run(&pieces, bytes, chunk);
	check(str_eq(buffer_str(&whole.records), buffer_str(&pieces.records)));
	check(str_eq(buffer_str(&whole.faults), buffer_str(&pieces.faults)));
	check(whole.tally.records == pieces.tally.records);
	check(whole.tally.passed_over == pieces.tally.passed_over);
	check(whole.tally.other == pieces.tally.other);
	reader_run_destroy(&whole);
	reader_run_destroy(&pieces);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct prefilter filter = {
	    .groups = {{.literals = {{"a", 1}, {"test", 4}},
		.count = 2,
		.fold = true}},
	    .count = 1};
	struct buffer headed = BUFFER_EMPTY;
	struct str bytes;

	if (size == 0)
		return 0;
	bytes = (struct str){(const char *)data + 1, size - 1};
	reader_csv.sniff(bytes, true, &no_rules);
	check_pieces(bytes, 1u + data[0] % 80u, NULL);
	/* And behind a header, so that rows are reached at once. */
	buffer_puts(&headed, STR("genTime,sender,headerTo,attachments\n"));
	buffer_puts(&headed, bytes);
	check_pieces(buffer_str(&headed), 1u + data[0] % 80u, NULL);
	check_pieces(buffer_str(&headed), 1u + data[0] % 80u, &filter);
	buffer_destroy(&headed);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Any criteria, any archive: a reader that passes over what lacks the bytes of
 * the criteria finds the same matches and framing faults as one that decodes
 * every record. A byte for the format and the size of the pieces, a line of
 * words between `|`, then the archive. */
#include "../unit/reader_test.h"
#include "asked.h"
#include "mtrack/reader_cef.h"
#include "mtrack/reader_csv.h"
#include "mtrack/reader_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sight {
	const struct criteria *criteria;
	struct buffer scratch;
};

static bool
matches(void *ctx, const struct record *rec)
{
	struct sight *sight = ctx;

	return criteria_message(sight->criteria, rec, &sight->scratch);
}

/* The lines of FAULTS that are of framing. */
static void
framing(struct str faults, struct buffer *out)
{
	struct str line;

	while (faults.len && str_split(&faults, '\n', &line)) {
		size_t at = str_find_char(line, ' ');

		if (!str_starts(str_drop(line, at + 1), STR("framing")))
			continue;
		buffer_puts(out, line);
		buffer_putc(out, '\n');
	}
}

/* Of a page that holds a bad record the rest may look as if the page were at
 * fault, to one who reads the record or to one who passes over it (SPEC 1.6).
 */
static bool
has_pages(const struct reader_ops *ops, struct str bytes)
{
	return ops == &reader_json && str_find_char(bytes, '[') != SIZE_MAX;
}

static void
demand_same(const char *what, struct str with, struct str without)
{
	if (str_eq(with, without))
		return;
	fprintf(stderr, "%s with the prefilter\n%.*s\nwithout\n%.*s\n", what,
	    STR_ARG(with), STR_ARG(without));
	abort();
}

static void
compare(const struct reader_ops *ops, struct asked *asked, struct str bytes,
    size_t chunk)
{
	struct sight sight = {.criteria = asked->options.criteria};
	struct buffer some = BUFFER_EMPTY;
	struct buffer all = BUFFER_EMPTY;
	struct reader_run with = {.ops = ops,
	    .rules = asked->options.rules,
	    .wanted = FIELDSET_PRINTABLE,
	    .want_raw = true,
	    .keep = matches,
	    .keep_ctx = &sight};
	struct reader_run without = with;

	with.prefilter = criteria_prefilter(sight.criteria);
	reader_run(&with, bytes, chunk);
	reader_run(&without, bytes, bytes.len + 1);
	demand_same(
	    "records", buffer_str(&with.records), buffer_str(&without.records));
	framing(buffer_str(&with.faults), &some);
	framing(buffer_str(&without.faults), &all);
	if (!has_pages(ops, bytes))
		demand_same("faults", buffer_str(&some), buffer_str(&all));
	reader_run_destroy(&with);
	reader_run_destroy(&without);
	buffer_destroy(&some);
	buffer_destroy(&all);
	buffer_destroy(&sight.scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct reader_ops *const forms[] = {
	    &reader_json, &reader_csv, &reader_cef};
	struct str bytes = {(const char *)data + 1, size - 1};
	struct asked asked;
	struct str words;

	if (size == 0)
		return 0;
	str_split(&bytes, '\n', &words);
	if (asked_init(&asked, words))
		compare(forms[data[0] % 3], &asked, bytes, 1u + data[0] / 3u);
	asked_destroy(&asked);
	return 0;
}

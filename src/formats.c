/* SPDX-License-Identifier: MIT */
/* Names every input and output form once. */
#include "mtrack/formats.h"

#include "mtrack/reader_cef.h"
#include "mtrack/reader_csv.h"
#include "mtrack/reader_json.h"
#include "mtrack/writer_csv.h"
#include "mtrack/writer_detail.h"
#include "mtrack/writer_engine.h"
#include "mtrack/writer_json.h"
#include "mtrack/writer_raw.h"
#include "mtrack/writer_table.h"

/* clang-format off */
static const struct format_row outputs[] = {
	{"table",  "aligned columns for people",                    &writer_table},
	{"detail", "one block a record, every field with a value",  &writer_detail},
	{"csv",    "RFC 4180 with a header row",                    &writer_csv},
	{"tsv",    "tabs, nothing quoted: for awk, cut and sort",   &writer_tsv},
	{"json",   "one array, one record a line",                  &writer_json},
	{"jsonl",  "one JSON record a line",                        &writer_jsonl},
	{"raw",    "the matched records' own bytes, as archived",   &writer_raw},
	{"engine", "every record, for the table of --engine-schema", &writer_engine},
};
/* clang-format on */

/* The one whose sign stands first in the file before those whose sign may be
 * quoted in it by anybody: a header row, a brace, `CEF:` behind a frame. */
static const struct reader_ops *const inputs[] = {
    &reader_csv, &reader_json, &reader_cef};

const struct format_row *
format_row(size_t place)
{
	return place < sizeof(outputs) / sizeof(*outputs) ? &outputs[place]
							  : NULL;
}

const struct format_row *
format_find(struct str name)
{
	for (size_t i = 0; i < sizeof(outputs) / sizeof(*outputs); i++)
		if (str_eq_fold(str_from(outputs[i].name), name))
			return &outputs[i];
	return NULL;
}

const struct reader_ops *
format_reader(size_t place)
{
	return place < sizeof(inputs) / sizeof(*inputs) ? inputs[place] : NULL;
}

enum sniff
format_sniff(struct str head, bool all, const struct intake_rules *rules,
    const struct reader_ops **ops)
{
	enum sniff best = SNIFF_NO;

	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		enum sniff sniff = inputs[i]->sniff(head, all, rules);

		if (sniff == SNIFF_YES && best == SNIFF_NO) {
			*ops = inputs[i];
			return SNIFF_YES;
		}
		if (sniff == SNIFF_MORE)
			best = SNIFF_MORE;
	}
	return best;
}

/* SPDX-License-Identifier: MIT */
/* Names every input and output form once: the only unit that knows the
 * implementations of reader.h and writer.h. */
#ifndef MTRACK_FORMATS_H
#define MTRACK_FORMATS_H

#include "mtrack/reader.h"
#include "mtrack/writer.h"

struct format_row {
	const char *name;
	const char *help; /* one line */
	const struct writer_ops *ops;
};

/* Output format PLACE, NULL beyond the last: table detail csv tsv json jsonl
 * raw. */
const struct format_row *format_row(size_t place);
/* By name, case ignored; NULL when there is none. */
const struct format_row *format_find(struct str name);

/* The reader for a file that begins with HEAD (BOM and blank lines taken off).
 * SNIFF_MORE when more bytes could tell and ALL is false; *ops is set with
 * SNIFF_YES. */
enum sniff format_sniff(struct str head, bool all,
    const struct intake_rules *rules, const struct reader_ops **ops);

/* Reader PLACE, NULL beyond the last: where a reader stands here is written
 * into side files. */
const struct reader_ops *format_reader(size_t place);

#endif

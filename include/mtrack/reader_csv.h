/* SPDX-License-Identifier: MIT */
/* Reads CSV with a header row (SPEC 1.3). */
#ifndef MTRACK_READER_CSV_H
#define MTRACK_READER_CSV_H

#include "mtrack/reader.h"

extern const struct reader_ops reader_csv;

/* reader_csv.sniff where --map may have named the header's columns. */
enum sniff reader_csv_sniff(
    struct str head, bool all, const struct intake_rules *rules);

#endif

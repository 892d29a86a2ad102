/* SPDX-License-Identifier: MIT */
/* Which days an archive covers, by the names of its files (SPEC 6). */
#ifndef MTRACK_DAYS_H
#define MTRACK_DAYS_H

#include "mtrack/archive.h"
#include "mtrack/buffer.h"

/* Whether some file of ARCHIVE promises DAY (days since 1970). */
bool days_covered(const struct archive *archive, int32_t day);
/* The first and last day that a name promises; false when none does. */
bool days_span(const struct archive *archive, int32_t *first, int32_t *last);
/* How many of FIRST ... LAST no file covers; they are appended to OUT, when it
 * is not NULL, as `2026-10-05, 2026-10-07 ... 2026-10-09`, the first few
 * ranges at least. */
uint64_t days_missing(const struct archive *archive, int32_t first,
    int32_t last, struct buffer *out);
/* `2026-10-05`, appended. */
void days_print(int32_t day, struct buffer *out);
/* The day of an instant in milliseconds. */
int32_t days_of(int64_t ms);

#endif

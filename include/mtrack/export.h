/* SPDX-License-Identifier: MIT */
/* --export and --export-status: the console's exports, with its caps and a
 * ledger (SPEC 4.4). */
#ifndef MTRACK_EXPORT_H
#define MTRACK_EXPORT_H

#include "mtrack/arena.h"
#include "mtrack/options.h"
#include "mtrack/verdict.h"

struct export;

/* Notes in the ledger that the export of OPTIONS begins. NULL with a fault when
 * it may not: the day's exports are used up, or it cannot be noted. */
struct export *export_begin(
    struct arena *arena, const struct options *options, struct fault *fault);
/* Whether ROWS, which would be printed, are as few as the license allows. */
bool export_allows(
    const struct options *options, uint64_t rows, struct fault *fault);
/* Notes how it ended: RECORDS were written, or, where WHY is not NULL, it
 * failed because of that. */
bool export_end(struct export *export, uint64_t records, const char *why,
    struct fault *fault);

/* Prints the ledger, newest last, in the format of OPTIONS. */
void export_status(struct arena *arena, const struct options *options,
    struct verdict *verdict);

#endif

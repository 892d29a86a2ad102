/* SPDX-License-Identifier: MIT */
/* What a query leaves behind: its output, the line in the ledger of an export,
 * the checkpoint. All are opened before anything is read, and ended in this
 * order, so that the checkpoint is renewed only after the output is complete
 * (SPEC 4.4, 7). */
#ifndef MTRACK_DELIVER_H
#define MTRACK_DELIVER_H

#include "mtrack/checkpoint.h"
#include "mtrack/export.h"
#include "mtrack/printer.h"

struct deliver {
	const struct options *options;
	struct printer *printer;
	struct checkpoint *checkpoint; /* or NULL */
	struct export *export;         /* or NULL */
	struct fault last;             /* that was told: why an export failed */
};

/* False, and nothing left open, with a fault told. */
bool deliver_open(struct arena *arena, const struct options *options,
    struct deliver *deliver, struct verdict *verdict);
/* Whether ROWS entries may be printed, before skip and limit: an export has a
 * cap. False with a fault. */
bool deliver_allows(
    const struct deliver *deliver, uint64_t rows, struct fault *fault);
/* Ends all: the output is WHOLE, or leaves no trace. Tells faults, and sets
 * verdict's written, pipe and trouble. */
void deliver_finish(
    struct deliver *deliver, bool whole, struct verdict *verdict);
/* Tells FAULT and remembers it. */
void deliver_trouble(struct deliver *deliver, const struct fault *fault,
    struct verdict *verdict);

#endif

/* SPDX-License-Identifier: MIT */
/* Entries that no run with this checkpoint has printed yet (SPEC 7): all that
 * match are sorted by their marks (mark.h) and held against those of the file,
 * in one pass, in bounded memory. */
#ifndef MTRACK_FRESH_H
#define MTRACK_FRESH_H

#include "mtrack/checkpoint.h"
#include "mtrack/record.h"

struct fresh;

struct fresh_plan {
	bool history;    /* records as logged: content is all there is */
	fieldset fields; /* that are needed afterwards */
	bool raw;
	size_t memory;
	const char *dir; /* for temporary files */
};

struct fresh *fresh_new(const struct fresh_plan *plan);
void fresh_free(struct fresh *fresh);
/* REC has matched; it holds the fields of mark_fields. */
bool fresh_put(
    struct fresh *fresh, const struct record *rec, struct fault *fault);
/* Takes all that OTHER holds over. */
void fresh_absorb(struct fresh *fresh, struct fresh *other);
/* Gives those that are new, in no order, and writes the marks that the next
 * run is to know into CHECKPOINT. Of equal records the later ones in archive
 * order are new. FLOW_FAIL with a fault. */
enum flow fresh_drain(struct fresh *fresh, struct checkpoint *checkpoint,
    record_fn *fn, void *ctx, struct fault *fault);
uint64_t fresh_runs(const struct fresh *fresh);

#endif

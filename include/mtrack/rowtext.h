/* SPDX-License-Identifier: MIT */
/* A row of the output as text, made before its turn: by the thread that read
 * its record, so that what is left for the one that prints is to sort and to
 * copy. For formats whose rows depend on nothing but their record. */
#ifndef MTRACK_ROWTEXT_H
#define MTRACK_ROWTEXT_H

#include "mtrack/writer.h"

/* Constant for a run. */
struct rowtext_plan {
	const struct writer_ops *ops; /* with rows_alone */
	const struct writer_plan *writer;
	const struct zone *zone;
	bool action_or_reason;
};

struct rowtext;

struct rowtext *rowtext_new(const struct rowtext_plan *plan);
void rowtext_free(struct rowtext *rowtext);
/* REC's row, its line end too; it dies with the next one. */
struct str rowtext_make(struct rowtext *rowtext, const struct record *rec);

#endif

/* SPDX-License-Identifier: MIT */
/* Entries that belong together made into one row: those of one mail
 * (--by-message), or the records of one mail and recipient, with its states
 * over time (detail with --history; SPEC 4.3). Spilled beyond the memory
 * allowed. A row's texts are bounded: of a mail with more recipients or states
 * than 16 MiB of text the first ones are kept, and `...` stands for the rest.
 */
#ifndef MTRACK_MAILS_H
#define MTRACK_MAILS_H

#include "mtrack/fault.h"
#include "mtrack/record.h"

struct zone;
struct mails;

enum mail_rows {
	/* By mail ID, else message ID, else each by itself. The first entry in
	 * archive order gives the row its fields; recipients are joined by
	 * `, ` in that order; genTime and deliveryTime are the newest; of the
	 * other state fields the texts that differ become `mixed`. */
	MAIL_BY_MESSAGE,
	/* By mail ID and recipient, else each by itself. The newest record
	 * gives the fields; rec->raw holds a line for each, oldest first,
	 * safe for terminals. */
	MAIL_STATES,
};

struct mails_plan {
	enum mail_rows rows;
	fieldset fields; /* that are printed; what the rows need is added */
	const struct zone *zone; /* of the states' times */
	size_t memory;
	const char *dir; /* for temporary files */
};

/* Fields that rows of this kind look at. */
fieldset mails_fields(enum mail_rows rows);
struct mails *mails_new(const struct mails_plan *plan);
void mails_free(struct mails *mails);
bool mails_put(
    struct mails *mails, const struct record *rec, struct fault *fault);
/* Takes all that OTHER holds over. */
void mails_absorb(struct mails *mails, struct mails *other);
/* Gives the rows, in no order, and forgets all. FLOW_FAIL with a fault when
 * what was spilled could not be read back, else what FN answered last. */
enum flow mails_drain(
    struct mails *mails, record_fn *fn, void *ctx, struct fault *fault);
uint64_t mails_runs(const struct mails *mails);

#endif

/* SPDX-License-Identifier: MIT */
/* The header row of a CSV file: which column carries which field (SPEC 1.3). */
#ifndef MTRACK_CSV_HEADER_H
#define MTRACK_CSV_HEADER_H

#include "mtrack/buffer.h"
#include "mtrack/csv_cell.h"
#include "mtrack/csv_rows.h"
#include "mtrack/intake.h"

/* One use of a column; a column that --map names may have several. */
struct csv_target {
	size_t column;
	enum field field; /* FIELD_NONE: policyAction, no mail tracking */
	enum attachment_part part; /* of FIELD_ATTACHMENTS, one column each */
	bool mapped;               /* through --map */
};

struct csv_header {
	const struct intake_rules *rules;
	fieldset needs;
	struct csv_cells *cells;
	struct arena *scratch;
	struct buffer raw;      /* the header in force, without its line end */
	size_t columns;         /* of every row under it */
	struct buffer targets;  /* struct csv_target[], parts last */
	struct buffer proposed; /* the same of the row last looked at */
};

static inline size_t
csv_header_count(const struct csv_header *header)
{
	return header->targets.len / sizeof(struct csv_target);
}

static inline const struct csv_target *
csv_header_target(const struct csv_header *header, size_t number)
{
	const void *first = header->targets.ptr;

	return (const struct csv_target *)first + number;
}

/* Targets are kept for the fields in NEEDS. SCRATCH is reset by each call. */
void csv_header_init(struct csv_header *header,
    const struct intake_rules *rules, fieldset needs, struct csv_cells *cells,
    struct arena *scratch);
void csv_header_destroy(struct csv_header *header);

/* The fields that ROW names if it is taken for a header. */
fieldset csv_header_look(struct csv_header *header, const struct csv_row *row);
/* Whether FIELDS make a header: a time, and one of sender, recipient,
 * messageID and mailID. */
bool csv_header_is_complete(fieldset fields);
/* ROW becomes the header in force. False when it makes no header: the fault
 * names what was found, the header in force stays. */
bool csv_header_take(
    struct csv_header *header, const struct csv_row *row, struct fault *fault);

#endif

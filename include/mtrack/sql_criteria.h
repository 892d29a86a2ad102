/* SPDX-License-Identifier: MIT */
/* Criteria as conditions in SQL, with the answers that criteria_match gives. */
#ifndef MTRACK_SQL_CRITERIA_H
#define MTRACK_SQL_CRITERIA_H

#include "mtrack/buffer.h"
#include "mtrack/criteria.h"
#include "mtrack/sql_schema.h"

/* Appends BEFORE and a condition for each criterion that is put to winners
 * (STATE), or to each record (not STATE); none can be NULL. */
void sql_criteria(const struct criteria *criteria, bool state,
    const char *before, struct buffer *out);
/* The columns that those conditions name. */
sql_columns sql_criteria_columns(const struct criteria *criteria, bool state);

/* Whether they name `edge` (sql_text.h). */
bool sql_criteria_edges(const struct criteria *criteria);

#endif

/* SPDX-License-Identifier: MIT */
/* The table that records are loaded into: its columns, once, for the schema,
 * the format that loads it and the queries (SPEC 9). */
#ifndef MTRACK_SQL_SCHEMA_H
#define MTRACK_SQL_SCHEMA_H

#include "mtrack/buffer.h"
#include "mtrack/field.h"

/* The 24 fields have their own numbers, then what queries need besides. */
enum sql_column {
	SQL_STAMPED = FIELD_COUNT,
	SQL_SENDER_ADDRESS,
	SQL_RECIPIENT_ADDRESS,
	SQL_HEADER_FROM_ADDRESS,
	SQL_HEADER_TO_ADDRESSES,
	SQL_SUBJECT_FOLDED,
	SQL_REASON_FOLDED,
	SQL_ATTACHMENT_NAMES,
	SQL_MESSAGE_KEY,
	SQL_SENDER_IPV6,
	SQL_DELIVERED_TO_IPV6,
	SQL_FILE_FIRST,
	SQL_FILE_LAST,
	SQL_FILE,
	SQL_OFFSET,
	SQL_ITEM,
	SQL_LINE,
	SQL_COLUMNS,
};

/* A set of columns, a bit each. */
typedef uint64_t sql_columns;
#define SQL_BIT(column) ((sql_columns)1 << (column))
/* Where a record stands: what the order of the archive is told by. */
#define SQL_PLACE                                                              \
	(SQL_BIT(SQL_FILE_FIRST) | SQL_BIT(SQL_FILE) | SQL_BIT(SQL_OFFSET) |   \
	    SQL_BIT(SQL_ITEM))

/* COLUMN is below SQL_COLUMNS. */
const char *sql_column_name(unsigned column);
/* CREATE TABLE for TABLE, in backticks already. */
void sql_schema(struct str table, struct buffer *out);

/* COLUMN without ASCII white space at both ends. */
#define SQL_TRIM(column) "trim(BOTH ' \\t\\n\\x0b\\f\\r' FROM " column ")"

#endif

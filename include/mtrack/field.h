/* SPDX-License-Identifier: MIT */
/* THE field table: every field of a record once, with its names in each input
 * form (SPEC 1.2 to 1.4), in the output's order (SPEC 4.2). */
#ifndef MTRACK_FIELD_H
#define MTRACK_FIELD_H

#include "mtrack/str.h"

enum field {
	FIELD_TIMESTAMP,
	FIELD_GEN_TIME,
	FIELD_DELIVERY_TIME,
	FIELD_DIRECTION,
	FIELD_TYPE,
	FIELD_ACTION,
	FIELD_REASON,
	FIELD_SENDER,
	FIELD_RECIPIENT,
	FIELD_HEADER_FROM,
	FIELD_HEADER_TO,
	FIELD_SUBJECT,
	FIELD_MESSAGE_ID,
	FIELD_MAIL_ID,
	FIELD_SIZE,
	FIELD_SENDER_IP,
	FIELD_DELIVERED_TO,
	FIELD_UPSTREAM_TLS,
	FIELD_DOWNSTREAM_TLS,
	FIELD_DOWNSTREAM_DANE,
	FIELD_DETAILS,
	FIELD_ATTACHMENTS,
	FIELD_EMBEDDED_URLS,
	FIELD_REPORTED_RISK,
	/* Up to here the 24 that csv, tsv and json print by default. */
	FIELD_COUNT,
	/* Made from the record, never read. */
	FIELD_FILE = FIELD_COUNT,
	FIELD_LINE,
	FIELD_SENDER_DOMAIN,
	FIELD_RECIPIENT_DOMAIN,
	FIELD_ALL,
	/* Read, never printed: it carries both TLS legs. */
	FIELD_TLS_INFO = FIELD_ALL,
	FIELD_NONE,
};

/* A set of fields, a bit each: FIELD_BIT(FIELD_SENDER) | ... */
typedef uint64_t fieldset;
#define FIELD_BIT(field)   ((fieldset)1 << (field))
#define FIELDSET_PRINTABLE (FIELD_BIT(FIELD_COUNT) - 1)

enum field_kind {
	KIND_TIME,        /* milliseconds since 1970 in record.time[] */
	KIND_TEXT,        /* record.text[] */
	KIND_NUMBER,      /* record.size */
	KIND_LIST,        /* record.header_to, record.embedded_urls */
	KIND_ATTACHMENTS, /* record.attachments */
	KIND_DERIVED,     /* made from others when printed */
};

#define FIELD_NAMES 4

struct field_row {
	const char *name; /* as printed, and the vendor's JSON key */
	enum field_kind kind;
	bool state; /* a state field of SPEC 2: judged after the merge */
	const char *keys[FIELD_NAMES]; /* further JSON keys; NULL-terminated */
	const char *labels[FIELD_NAMES]; /* the console's, for CSV headers;
	                                    those of attachment parts: see
	                                    intake_part_from_column */
	const char *cef;                 /* CEF key or cs label, or NULL */
	const char *help;                /* one line for --fields help */
};

/* Row of FIELD, which is below FIELD_NONE. */
const struct field_row *field_row(enum field field);
/* By the printed name, ASCII case ignored; FIELD_NONE when there is none (and
 * for `tlsInfo`, which is never printed). */
enum field field_find(struct str name);
/* By JSON key, case exact. */
enum field field_from_json(struct str key);
/* By CSV column name: keys and labels, ignoring case, spaces, `_`, `-`, `()`.
 */
enum field field_from_column(struct str column);
/* Whether COLUMN is NAME, by the same rule. */
bool field_column_is(struct str column, const char *name);
/* By CEF key (`suser`), or by the label of a `cs` key (`mailUuid`). */
enum field field_from_cef(struct str key);

#endif

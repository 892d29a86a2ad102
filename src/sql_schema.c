/* SPDX-License-Identifier: MIT */
/* The table that records are loaded into. */
#include "mtrack/sql_schema.h"

#define TIME   "DateTime64(3, 'UTC')"
#define WORD   "LowCardinality(String)"
#define TEXT   "String CODEC(ZSTD(1))"
#define TEXTS  "Array(String) CODEC(ZSTD(1))"
#define NUMBER "UInt64 CODEC(Delta, ZSTD(1))"
#define ATTACHMENT                                                             \
	"Tuple(fileName String, sha256 String, status String, "                \
	"passwordAnalysis String)"

struct column_row {
	const char *name; /* of a field: NULL, its own */
	const char *type;
	const char *what; /* a comment, or NULL */
};

/* Texts that have no value are empty, numbers and times NULL. */
/* clang-format off */
static const struct column_row columns[SQL_COLUMNS] = {
	[FIELD_TIMESTAMP] = {NULL, TIME " CODEC(Delta, ZSTD(1))", "genTime where it has none"},
	[FIELD_GEN_TIME] = {NULL, "Nullable(" TIME ") CODEC(ZSTD(1))", NULL},
	[FIELD_DELIVERY_TIME] = {NULL, "Nullable(" TIME ") CODEC(ZSTD(1))", NULL},
	[FIELD_DIRECTION] = {NULL, WORD, NULL},
	[FIELD_TYPE] = {NULL, WORD, NULL},
	[FIELD_ACTION] = {NULL, WORD, NULL},
	[FIELD_REASON] = {NULL, WORD, NULL},
	[FIELD_SENDER] = {NULL, TEXT, NULL},
	[FIELD_RECIPIENT] = {NULL, TEXT, NULL},
	[FIELD_HEADER_FROM] = {NULL, TEXT, NULL},
	[FIELD_HEADER_TO] = {NULL, TEXTS, NULL},
	[FIELD_SUBJECT] = {NULL, TEXT, NULL},
	[FIELD_MESSAGE_ID] = {NULL, TEXT, NULL},
	[FIELD_MAIL_ID] = {NULL, TEXT, NULL},
	[FIELD_SIZE] = {NULL, "Nullable(UInt64) CODEC(ZSTD(1))", NULL},
	[FIELD_SENDER_IP] = {NULL, TEXT, NULL},
	[FIELD_DELIVERED_TO] = {NULL, TEXT, NULL},
	[FIELD_UPSTREAM_TLS] = {NULL, WORD, NULL},
	[FIELD_DOWNSTREAM_TLS] = {NULL, WORD, NULL},
	[FIELD_DOWNSTREAM_DANE] = {NULL, WORD, NULL},
	[FIELD_DETAILS] = {NULL, TEXT, NULL},
	[FIELD_ATTACHMENTS] = {NULL, "Array(" ATTACHMENT ") CODEC(ZSTD(1))", NULL},
	[FIELD_EMBEDDED_URLS] = {NULL, TEXTS, NULL},
	[FIELD_REPORTED_RISK] = {NULL, WORD, NULL},
	[SQL_STAMPED] = {"stamped", "Bool", "whether timestamp is the record's own"},
	[SQL_SENDER_ADDRESS] = {"senderAddress", TEXT, "bare, lower case"},
	[SQL_RECIPIENT_ADDRESS] = {"recipientAddress", TEXT, "likewise"},
	[SQL_HEADER_FROM_ADDRESS] = {"headerFromAddress", TEXT, "likewise"},
	[SQL_HEADER_TO_ADDRESSES] = {"headerToAddresses", TEXTS, "likewise; one empty where there is none"},
	[SQL_SUBJECT_FOLDED] = {"subjectFolded", TEXT, "by Unicode's simple case folding"},
	[SQL_REASON_FOLDED] = {"reasonFolded", WORD, "likewise"},
	[SQL_ATTACHMENT_NAMES] = {"attachmentNames", TEXTS, "of attachments, folded likewise"},
	[SQL_MESSAGE_KEY] = {"messageKey", TEXT, "messageID without < and >"},
	[SQL_SENDER_IPV6] = {"senderIPv6", "Nullable(IPv6) CODEC(ZSTD(1))", "IPv4 is ::ffff:0:0/96"},
	[SQL_DELIVERED_TO_IPV6] = {"deliveredToIPv6", "Nullable(IPv6) CODEC(ZSTD(1))", "likewise"},
	[SQL_FILE_FIRST] = {"fileFirst", "Date32", "first day in the file's name, 1900-01-01 without one"},
	[SQL_FILE_LAST] = {"fileLast", "Date32", "last day"},
	[SQL_FILE] = {"file", WORD, "path"},
	[SQL_OFFSET] = {"fileOffset", NUMBER, "unpacked byte at which the record begins"},
	[SQL_ITEM] = {"item", "UInt32 CODEC(ZSTD(1))", "place of the recipient in the record"},
	[SQL_LINE] = {"line", NUMBER, NULL},
};

static const char *const indexes[] = {
	"INDEX mailIDs lower(" SQL_TRIM("mailID") ") TYPE bloom_filter(0.01) GRANULARITY 1",
	"INDEX messageKeys messageKey TYPE bloom_filter(0.01) GRANULARITY 1",
	"INDEX senders senderAddress TYPE bloom_filter(0.01) GRANULARITY 1",
	"INDEX recipients recipientAddress TYPE bloom_filter(0.01) GRANULARITY 1",
	"INDEX senderIPs senderIPv6 TYPE bloom_filter(0.01) GRANULARITY 1",
	"INDEX subjects subjectFolded TYPE ngrambf_v1(3, 65536, 3, 0) GRANULARITY 1",
};
/* clang-format on */

#define INDEXES (sizeof(indexes) / sizeof(indexes[0]))

const char *
sql_column_name(unsigned column)
{
	return columns[column].name ? columns[column].name
				    : field_row((enum field)column)->name;
}

void
sql_schema(struct str table, struct buffer *out)
{
	buffer_printf(out, "CREATE TABLE %.*s\n(\n", STR_ARG(table));
	for (unsigned i = 0; i < SQL_COLUMNS; i++) {
		buffer_printf(
		    out, "    %s %s,", sql_column_name(i), columns[i].type);
		if (columns[i].what)
			buffer_printf(out, " -- %s", columns[i].what);
		buffer_putc(out, '\n');
	}
	for (size_t i = 0; i < INDEXES; i++)
		buffer_printf(
		    out, "    %s%s\n", indexes[i], i + 1 < INDEXES ? "," : "");
	buffer_puts(out,
	    STR(")\n"
		"ENGINE = MergeTree\n"
		"PARTITION BY (fileFirst, fileLast)\n"
		"ORDER BY (recipientAddress, timestamp);\n"));
}

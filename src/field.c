/* SPDX-License-Identifier: MIT */
/* The field table and the ways into it. */
#include "mtrack/field.h"

/* clang-format off */
static const struct field_row rows[FIELD_NONE] = {
	[FIELD_TIMESTAMP] = {"timestamp", KIND_TIME, .labels = {"Timestamp"},
	    .help = "when the message was received"},
	[FIELD_GEN_TIME] = {"genTime", KIND_TIME, .state = true, .cef = "rt",
	    .help = "when the log record was made"},
	[FIELD_DELIVERY_TIME] = {"deliveryTime", KIND_TIME, .state = true,
	    .help = "when the message was last handed on, or tried to be"},
	[FIELD_DIRECTION] = {"direction", KIND_TEXT, .labels = {"Direction"},
	    .cef = "direction",
	    .help = "in or out"},
	[FIELD_TYPE] = {"type", KIND_TEXT, .state = true, .keys = {"logType"},
	    .labels = {"Traffic Type", "Type"},
	    .help = "accepted or blocked"},
	[FIELD_ACTION] = {"action", KIND_TEXT, .state = true, .labels = {"Action"},
	    .cef = "act",
	    .help = "the last action taken on an accepted message"},
	[FIELD_REASON] = {"reason", KIND_TEXT, .state = true, .labels = {"Block Reason"},
	    .cef = "reason",
	    .help = "why a message was blocked"},
	[FIELD_SENDER] = {"sender", KIND_TEXT, .labels = {"Sender"}, .cef = "suser",
	    .help = "envelope sender"},
	[FIELD_RECIPIENT] = {"recipient", KIND_TEXT, .labels = {"Recipient"}, .cef = "duser",
	    .help = "envelope recipient"},
	[FIELD_HEADER_FROM] = {"headerFrom", KIND_TEXT, .labels = {"Email Header (From)"},
	    .help = "address in the message's From header"},
	[FIELD_HEADER_TO] = {"headerTo", KIND_LIST, .labels = {"Email Header (To)"},
	    .help = "addresses in the message's To header"},
	[FIELD_SUBJECT] = {"subject", KIND_TEXT, .labels = {"Subject"}, .cef = "msg",
	    .help = "subject of the message"},
	[FIELD_MESSAGE_ID] = {"messageID", KIND_TEXT, .labels = {"Message ID"},
	    .cef = "messageId",
	    .help = "Message-ID header, as a rule in angle brackets"},
	[FIELD_MAIL_ID] = {"mailID", KIND_TEXT, .labels = {"Mail ID"}, .cef = "mailUuid",
	    .help = "the service's own ID of the mail"},
	[FIELD_SIZE] = {"size", KIND_NUMBER, .labels = {"Size"}, .cef = "cn1",
	    .help = "size of the message in bytes"},
	[FIELD_SENDER_IP] = {"senderIP", KIND_TEXT, .labels = {"Sender IP"}, .cef = "src",
	    .help = "address of the host the message came from"},
	[FIELD_DELIVERED_TO] = {"deliveredTo", KIND_TEXT, .state = true,
	    .labels = {"Delivered To"}, .cef = "deviceTranslatedAddress",
	    .help = "the host the message was handed on to"},
	[FIELD_UPSTREAM_TLS] = {"upstreamTLS", KIND_TEXT, .labels = {"Upstream TLS"},
	    .help = "TLS version on the way in"},
	[FIELD_DOWNSTREAM_TLS] = {"downstreamTLS", KIND_TEXT, .state = true,
	    .labels = {"Downstream TLS"},
	    .help = "TLS version on the way out"},
	[FIELD_DOWNSTREAM_DANE] = {"downstreamDANE", KIND_TEXT, .state = true,
	    .labels = {"Downstream DANE"},
	    .help = "whether DANE secured the way out: Yes or No"},
	[FIELD_DETAILS] = {"details", KIND_TEXT, .state = true, .labels = {"Details"},
	    .help = "the downstream server's answer, or more about the block"},
	[FIELD_ATTACHMENTS] = {"attachments", KIND_ATTACHMENTS, .cef = "attachments",
	    .help = "attachments: fileName, sha256, status, passwordAnalysis"},
	[FIELD_EMBEDDED_URLS] = {"embeddedUrls", KIND_LIST, .cef = "embeddedUrl",
	    .help = "URLs in the message's body"},
	[FIELD_REPORTED_RISK] = {"reportedRisk", KIND_TEXT, .state = true,
	    .labels = {"Reported Risk"},
	    .help = "what the end user reported: Spam, Phishing or Not a Risk"},
	[FIELD_FILE] = {"file", KIND_DERIVED,
	    .help = "the archive file that holds the record"},
	[FIELD_LINE] = {"line", KIND_DERIVED,
	    .help = "the line of that file where the record begins"},
	[FIELD_SENDER_DOMAIN] = {"senderDomain", KIND_DERIVED,
	    .help = "what follows the @ of the sender"},
	[FIELD_RECIPIENT_DOMAIN] = {"recipientDomain", KIND_DERIVED,
	    .help = "what follows the @ of the recipient"},
	[FIELD_TLS_INFO] = {"tlsInfo", KIND_TEXT, .cef = "tlsInfo",
	    .help = "both TLS legs as the vendor logs them"},
};
/* clang-format on */

const struct field_row *
field_row(enum field field)
{
	return &rows[field];
}

enum field
field_find(struct str name)
{
	for (unsigned i = 0; i < FIELD_ALL; i++)
		if (str_eq_fold(str_from(rows[i].name), name))
			return (enum field)i;
	return FIELD_NONE;
}

/* Length and first letter tell all JSON keys apart, so that one comparison
 * settles a key: this is asked for every member of every decoded record. The
 * names stand here again for the compiler, which then compares words; a test
 * holds the rows against them. */
#define SHAPE(length, first) ((length) << 8 | (unsigned char)(first))
#define KEY(first, name, field)                                                \
	case SHAPE(sizeof(name) - 1, first):                                   \
		return memcmp(key.ptr, name, sizeof(name) - 1) ? FIELD_NONE    \
							       : field

enum field
field_from_json(struct str key)
{
	if (key.len == 0)
		return FIELD_NONE;
	/* clang-format off */
	switch (SHAPE(key.len, key.ptr[0])) {
	KEY('s', "size", FIELD_SIZE);
	KEY('t', "type", FIELD_TYPE);
	KEY('a', "action", FIELD_ACTION);
	KEY('m', "mailID", FIELD_MAIL_ID);
	KEY('r', "reason", FIELD_REASON);
	KEY('s', "sender", FIELD_SENDER);
	KEY('d', "details", FIELD_DETAILS);
	KEY('g', "genTime", FIELD_GEN_TIME);
	KEY('l', "logType", FIELD_TYPE);
	KEY('s', "subject", FIELD_SUBJECT);
	KEY('t', "tlsInfo", FIELD_TLS_INFO);
	KEY('h', "headerTo", FIELD_HEADER_TO);
	KEY('s', "senderIP", FIELD_SENDER_IP);
	KEY('d', "direction", FIELD_DIRECTION);
	KEY('m', "messageID", FIELD_MESSAGE_ID);
	KEY('r', "recipient", FIELD_RECIPIENT);
	KEY('t', "timestamp", FIELD_TIMESTAMP);
	KEY('h', "headerFrom", FIELD_HEADER_FROM);
	KEY('a', "attachments", FIELD_ATTACHMENTS);
	KEY('d', "deliveredTo", FIELD_DELIVERED_TO);
	KEY('u', "upstreamTLS", FIELD_UPSTREAM_TLS);
	KEY('d', "deliveryTime", FIELD_DELIVERY_TIME);
	KEY('e', "embeddedUrls", FIELD_EMBEDDED_URLS);
	KEY('r', "reportedRisk", FIELD_REPORTED_RISK);
	KEY('d', "downstreamTLS", FIELD_DOWNSTREAM_TLS);
	KEY('d', "downstreamDANE", FIELD_DOWNSTREAM_DANE);
	default: return FIELD_NONE;
	}
	/* clang-format on */
}

/* What a column name is compared without (SPEC 1.3). */
static bool
is_filler(char c)
{
	return c == ' ' || c == '_' || c == '-' || c == '(' || c == ')';
}

static bool
same_column(struct str column, const char *name)
{
	size_t at = 0;

	for (; *name; name++) {
		if (is_filler(*name))
			continue;
		while (at < column.len && is_filler(column.ptr[at]))
			at++;
		if (at == column.len ||
		    ascii_lower((unsigned char)column.ptr[at]) !=
			ascii_lower((unsigned char)*name))
			return false;
		at++;
	}
	while (at < column.len && is_filler(column.ptr[at]))
		at++;
	return at == column.len;
}

static bool
one_of(struct str column, const char *const *names)
{
	for (unsigned i = 0; i < FIELD_NAMES && names[i]; i++)
		if (same_column(column, names[i]))
			return true;
	return false;
}

bool
field_column_is(struct str column, const char *name)
{
	return same_column(column, name);
}

enum field
field_from_column(struct str column)
{
	for (unsigned i = 0; i < FIELD_NONE; i++)
		if (rows[i].kind != KIND_DERIVED &&
		    (same_column(column, rows[i].name) ||
			one_of(column, rows[i].keys) ||
			one_of(column, rows[i].labels)))
			return (enum field)i;
	return FIELD_NONE;
}

enum field
field_from_cef(struct str key)
{
	for (unsigned i = 0; i < FIELD_NONE; i++)
		if (rows[i].cef && str_eq(str_from(rows[i].cef), key))
			return (enum field)i;
	return FIELD_NONE;
}

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
 * settles a key: this is asked for every member of every decoded record. A
 * test holds the rows against it. */
#define SHAPE(length, first) ((length) << 8 | (unsigned char)(first))

static enum field
guess(struct str key)
{
	/* clang-format off */
	switch (SHAPE(key.len, key.ptr[0])) {
	case SHAPE(4, 's'): return FIELD_SIZE;
	case SHAPE(4, 't'): return FIELD_TYPE;
	case SHAPE(6, 'a'): return FIELD_ACTION;
	case SHAPE(6, 'm'): return FIELD_MAIL_ID;
	case SHAPE(6, 'r'): return FIELD_REASON;
	case SHAPE(6, 's'): return FIELD_SENDER;
	case SHAPE(7, 'd'): return FIELD_DETAILS;
	case SHAPE(7, 'g'): return FIELD_GEN_TIME;
	case SHAPE(7, 'l'): return FIELD_TYPE;
	case SHAPE(7, 's'): return FIELD_SUBJECT;
	case SHAPE(7, 't'): return FIELD_TLS_INFO;
	case SHAPE(8, 'h'): return FIELD_HEADER_TO;
	case SHAPE(8, 's'): return FIELD_SENDER_IP;
	case SHAPE(9, 'd'): return FIELD_DIRECTION;
	case SHAPE(9, 'm'): return FIELD_MESSAGE_ID;
	case SHAPE(9, 'r'): return FIELD_RECIPIENT;
	case SHAPE(9, 't'): return FIELD_TIMESTAMP;
	case SHAPE(10, 'h'): return FIELD_HEADER_FROM;
	case SHAPE(11, 'a'): return FIELD_ATTACHMENTS;
	case SHAPE(11, 'd'): return FIELD_DELIVERED_TO;
	case SHAPE(11, 'u'): return FIELD_UPSTREAM_TLS;
	case SHAPE(12, 'd'): return FIELD_DELIVERY_TIME;
	case SHAPE(12, 'e'): return FIELD_EMBEDDED_URLS;
	case SHAPE(12, 'r'): return FIELD_REPORTED_RISK;
	case SHAPE(13, 'd'): return FIELD_DOWNSTREAM_TLS;
	case SHAPE(14, 'd'): return FIELD_DOWNSTREAM_DANE;
	default: return FIELD_NONE;
	}
	/* clang-format on */
}

static bool
is_text(struct str s, const char *text)
{
	return !memcmp(s.ptr, text, s.len) && text[s.len] == '\0';
}

enum field
field_from_json(struct str key)
{
	enum field field;

	if (key.len == 0)
		return FIELD_NONE;
	field = guess(key);
	if (field == FIELD_NONE)
		return FIELD_NONE;
	/* Lengths agree with the name or, for `logType`, with its other key,
	 * so no comparison reads beyond a literal. */
	if (strlen(rows[field].name) == key.len)
		return is_text(key, rows[field].name) ? field : FIELD_NONE;
	return is_text(key, rows[field].keys[0]) ? field : FIELD_NONE;
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

/* SPDX-License-Identifier: MIT */
/* What every reader does with a value once it is text: the rules of SPEC 1.2
 * to 1.5 that are the same in JSON, CSV and CEF. */
#ifndef MTRACK_INTAKE_H
#define MTRACK_INTAKE_H

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/json.h"
#include "mtrack/record.h"
#include "mtrack/timestamp.h"

/* --map FIELD=KEY, and FIELD of attachments.NAME. */
struct intake_map {
	enum field field;
	enum attachment_part {
		PART_NONE,
		PART_NAME,
		PART_SHA256,
		PART_STATUS,
		PART_PASSWORD,
	} part; /* with FIELD_ATTACHMENTS only */
	struct str key;
};

/* Constant after the command line was read. */
struct intake_rules {
	struct timestamp_rules times;
	const struct intake_map *maps;
	size_t map_count;
};

/* The record being filled. Texts put in are borrowed until intake_emit. */
struct intake {
	const struct intake_rules *rules;
	fieldset
	    wanted; /* fields that anyone will look at; others may be left */
	struct arena *arena; /* of the current record */
	struct record rec;
	fieldset mapped;        /* filled through --map: no own key overrides */
	fieldset bad_times;     /* genTime, timestamp: could not be read */
	struct str bad_text[2]; /* of these, by field */
	bool policy;            /* has policyAction: no mail tracking record */
	bool known_type;        /* rec's type is accepted or blocked */
	const struct str *recipients;
	size_t recipient_count;
	struct str recipient; /* a list of one */
	struct timestamp_near near;
	struct str tls_info;
};

/* The fields a reader must put in so that WANTED come out right and the
 * verdict never depends on WANTED. */
fieldset intake_needs(fieldset wanted);
/* Forgets the last record; its memory is reused. */
void intake_begin(struct intake *in);

/* FIELD gets TEXT as JSON strings, CSV cells and CEF values give it. Empty
 * means no value (CSV readers pass `N/A` as empty). For FIELD_RECIPIENT one
 * recipient, FIELD_HEADER_TO and FIELD_EMBEDDED_URLS a list of one,
 * FIELD_ATTACHMENTS one attachment of that name. A second call for a field
 * replaces the first. MAPPED: it came through --map, so it goes before the
 * field's own key, whichever comes first; without a value it changes
 * nothing. */
void intake_text(
    struct intake *in, enum field field, struct str text, bool mapped);
/* Fields whose text is kept as it is. */
#define INTAKE_BARE                                                            \
	(FIELD_BIT(FIELD_ACTION) | FIELD_BIT(FIELD_REASON) |                   \
	    FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_HEADER_FROM) |           \
	    FIELD_BIT(FIELD_SUBJECT) | FIELD_BIT(FIELD_MESSAGE_ID) |           \
	    FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_SENDER_IP) |            \
	    FIELD_BIT(FIELD_DELIVERED_TO) | FIELD_BIT(FIELD_DETAILS))
/* intake_text through a field's own key, short for most. */
static inline void
intake_own(struct intake *in, enum field field, struct str text)
{
	if (text.len && (INTAKE_BARE & ~in->mapped) >> field & 1) {
		in->rec.text[field] = text;
		in->rec.present |= FIELD_BIT(field);
	} else if (field <= FIELD_DELIVERY_TIME && !(in->mapped >> field & 1) &&
	    timestamp_parse_near(
		text, &in->rules->times, &in->near, &in->rec.time[field])) {
		in->rec.present |= FIELD_BIT(field);
		in->bad_times &= ~FIELD_BIT(field);
	} else if (field == FIELD_RECIPIENT && text.len > 2 /* no `<>` */ &&
	    !(in->mapped >> field & 1)) {
		in->recipient = text;
		in->recipients = &in->recipient;
		in->recipient_count = 1;
	} else {
		intake_text(in, field, text, false);
	}
}

/* FIELD is FIELD_RECIPIENT, FIELD_HEADER_TO or FIELD_EMBEDDED_URLS (for other
 * fields the first item that is not empty counts). Empty items are dropped.
 * ITEMS are borrowed, in the record's arena. */
void intake_list(struct intake *in, enum field field, const struct str *items,
    size_t count, bool mapped);
void intake_attachments(struct intake *in, const struct attachment *items,
    size_t count, bool mapped);
/* One PART of the record's attachments, from a column of its own: of the first
 * attachment, or, where TEXT is a JSON array of strings, of each in turn. To be
 * put in after FIELD_ATTACHMENTS. */
void intake_attachment_part(
    struct intake *in, enum attachment_part part, struct str text);
/* PART_NONE unless COLUMN is one of the console's labels of attachment parts
 * (`Attachment Filename`). */
enum attachment_part intake_part_from_column(struct str column);
/* FIELD gets any VALUE that json_value gave (SPEC 1.2); its text stays
 * borrowed. Members of attachments are read through --map. */
void intake_json(struct intake *in, enum field field,
    const struct json_value *value, bool mapped);
/* JSON text of attachments (`[{"fileName":…}]`, `[["name","sha256"]]`) or of a
 * string list, as CSV cells and CEF values carry them. False when TEXT is not
 * such JSON: then nothing was put in. */
bool intake_attachments_json(struct intake *in, struct str text, bool mapped);
bool intake_list_json(
    struct intake *in, enum field field, struct str text, bool mapped);

/* Whether this is a mail tracking record at all (SPEC 1.2): no policyAction,
 * and one of sender, recipient, messageID, mailID. A null sender (`<>`) is no
 * value. */
bool intake_is_record(const struct intake *in);

enum intake_verdict {
	INTAKE_RECORD, /* emitted: *flow is what the stage answered */
	INTAKE_OTHER,  /* no mail tracking record (SPEC 1.2): count it */
	INTAKE_BAD,    /* malformed: the fault tells */
};

/* Finishes the record (type, TLS legs, list of recipients) and hands it to
 * EMIT, once for each recipient (item 0, 1, …). in->rec.origin, raw and
 * raw_header were set by the reader. */
enum intake_verdict intake_emit(struct intake *in, record_fn *emit, void *ctx,
    enum flow *flow, struct fault *fault);

#endif

/* SPDX-License-Identifier: MIT */
/* What every reader does with a value once it is text: the rules of SPEC 1.2
 * to 1.5 that are the same in JSON, CSV and CEF. */
#ifndef MTRACK_INTAKE_H
#define MTRACK_INTAKE_H

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/fault.h"
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
	fieldset
	    mapped;    /* filled through --map: the own key may not override */
	bool policy;   /* has policyAction: no mail tracking record */
	bool bad_time; /* genTime or timestamp could not be read */
	struct str bad_time_text;
	enum field bad_time_field;
	const struct str *recipients;
	size_t recipient_count;
	struct str tls_info;
	struct str explicit_type;
};

/* Forgets the last record; its memory is reused. */
void intake_begin(struct intake *in);

/* FIELD gets TEXT as JSON strings, CSV cells and CEF values give it. Empty
 * means no value (CSV readers pass `N/A` as empty). For FIELD_RECIPIENT one
 * recipient, FIELD_HEADER_TO and FIELD_EMBEDDED_URLS a list of one. A second
 * call for a field replaces the first. MAPPED: it came through --map. */
void intake_text(
    struct intake *in, enum field field, struct str text, bool mapped);
/* FIELD is FIELD_RECIPIENT, FIELD_HEADER_TO or FIELD_EMBEDDED_URLS (for other
 * fields the first item that is not empty counts). Empty items are dropped.
 * ITEMS are borrowed, in the record's arena. */
void intake_list(struct intake *in, enum field field, const struct str *items,
    size_t count, bool mapped);
void intake_attachments(
    struct intake *in, const struct attachment *items, size_t count);
/* JSON text of attachments (`[{"fileName":…}]`, `[["name","sha256"]]`) or of a
 * string list, as CSV cells and CEF values carry them. False when TEXT is not
 * such JSON: then nothing was put in. */
bool intake_attachments_json(struct intake *in, struct str text);
bool intake_list_json(
    struct intake *in, enum field field, struct str text, bool mapped);

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

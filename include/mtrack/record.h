/* SPDX-License-Identifier: MIT */
/* The record VIEW: one recipient's row of a mail tracking log. It owns
 * nothing: its texts point into a reader's window or arena and die with the
 * next record. What must live longer is packed into one run of bytes. */
#ifndef MTRACK_RECORD_H
#define MTRACK_RECORD_H

#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/field.h"

#define TIME_NONE INT64_MIN

struct attachment {
	struct str name;
	struct str sha256;
	struct str status;
	struct str password;
};

struct strlist {
	const struct str *items;
	size_t count;
};

/* Where a record stands. The order of (file, offset, item) is the archive's
 * order: file is its index in the archive list, offset the unpacked byte where
 * the record begins, item the recipient's place in it. */
struct origin {
	uint32_t file;
	uint32_t item;
	uint64_t offset;
	uint64_t line; /* from 1 */
};

struct record {
	fieldset present; /* fields that have a value; only these are valid */
	int64_t time[3];  /* by FIELD_TIMESTAMP ... FIELD_DELIVERY_TIME, ms */
	int64_t stamp;    /* the entry's timestamp of SPEC 2, set by query */
	uint64_t size;    /* bytes */
	struct str text[FIELD_COUNT]; /* of KIND_TEXT */
	struct strlist header_to;
	struct strlist embedded_urls;
	const struct attachment *attachments;
	size_t attachment_count;
	struct origin origin;
	struct str file; /* path of origin.file */
	struct str raw;  /* its own bytes as archived (SPEC 4.3); of a row of
	                    mails.h its states, a line each */
	struct str raw_header; /* CSV: the header in force, else empty */
};

/* Every stage that takes records has this form. REC dies with the call. */
typedef enum flow record_fn(void *ctx, const struct record *rec);

static inline bool
record_has(const struct record *rec, enum field field)
{
	return rec->present >> field & 1;
}

/* The text of a KIND_TEXT field, empty when it has no value. */
static inline struct str
record_text(const struct record *rec, enum field field)
{
	return record_has(rec, field) ? rec->text[field] : STR_NONE;
}

/* Own timestamp, else genTime: for order and period when nothing better is
 * known. TIME_NONE when it has neither. */
int64_t record_own_stamp(const struct record *rec);
/* What follows the last `@`; empty when there is none. */
struct str record_domain(struct str address);
/* SPEC 10: `<>` is the null sender (empty), `<a@b>` is a@b. For header fields
 * `Name <a@b>` too, when HEADER. */
struct str record_bare_address(struct str address, bool header);

/* Appends REC's FIELDS (raw and raw_header too when RAW) to OUT as one run of
 * bytes; returns its length, a multiple of 8. */
size_t record_pack(
    const struct record *rec, fieldset fields, bool raw, struct buffer *out);
/* The same for a mark instead of the record at ORIGIN: no fields, no times. */
size_t record_pack_mark(const struct origin *origin, struct buffer *out);
bool record_packed_is_mark(const char *packed);
/* The reverse: REC's texts point into PACKED (aligned to 8), its lists into
 * ITEMS, a buffer that the next unpacking reuses. */
void record_unpack(
    const char *packed, struct record *rec, struct buffer *items);
/* Bytes of a packed record. */
size_t record_packed_length(const char *packed);
/* One of the three times of a packed record, or TIME_NONE. */
int64_t record_packed_time(const char *packed, enum field field);
/* Where it stands; the line is not told. */
struct origin record_packed_origin(const char *packed);
/* Archive order: negative, 0, positive. */
int origin_order(const struct origin *a, const struct origin *b);
/* Archive order of two packed records: negative, 0, positive. */
int record_packed_order(const char *a, const char *b);

#endif

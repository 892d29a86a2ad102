/* SPDX-License-Identifier: MIT */
/* The mark of an entry: a hash over fields, each as its number, then its parts
 * with their lengths. */
#define XXH_INLINE_ALL
#include "mtrack/mark.h"

#include <xxhash.h>

static void
put_number(uint64_t number, struct buffer *out)
{
	buffer_put(out, &number, sizeof(number));
}

static void
put_text(struct str text, struct buffer *out)
{
	put_number(text.len, out);
	buffer_puts(out, text);
}

static void
put_list(struct strlist list, struct buffer *out)
{
	put_number(list.count, out);
	for (size_t i = 0; i < list.count; i++)
		put_text(list.items[i], out);
}

static void
put_attachments(const struct record *rec, bool state, struct buffer *out)
{
	put_number(rec->attachment_count, out);
	for (size_t i = 0; i < rec->attachment_count; i++) {
		const struct attachment *one = &rec->attachments[i];

		if (!state) {
			put_text(one->name, out);
			put_text(one->sha256, out);
		}
		put_text(one->status, out);
		put_text(one->password, out);
	}
}

/* API times have no fractions, syslog times do (SPEC 2). */
static uint64_t
whole_seconds(int64_t ms)
{
	return (uint64_t)(ms / 1000 - (ms % 1000 < 0));
}

/* STATE: only what of it may change in the life of a mail. */
static void
put_field(
    const struct record *rec, enum field field, bool state, struct buffer *out)
{
	put_number(field, out);
	switch (field_row(field)->kind) {
	case KIND_TIME:
		put_number(state ? whole_seconds(rec->time[field])
				 : (uint64_t)rec->time[field],
		    out);
		break;
	case KIND_NUMBER:
		put_number(rec->size, out);
		break;
	case KIND_TEXT:
		put_text(rec->text[field], out);
		break;
	case KIND_LIST:
		put_list(field == FIELD_HEADER_TO ? rec->header_to
						  : rec->embedded_urls,
		    out);
		break;
	case KIND_ATTACHMENTS:
		put_attachments(rec, state, out);
		break;
	case KIND_DERIVED:
		break;
	}
}

struct entry_key
mark_of(const struct record *rec, bool history, struct buffer *scratch)
{
	bool entry = !history && record_has(rec, FIELD_MAIL_ID);
	struct entry_key identity = {0, 0};
	XXH128_hash_t hash;

	if (entry)
		identity = entry_identity(rec, scratch);
	buffer_clear(scratch);
	put_number(identity.high, scratch);
	put_number(identity.low, scratch);
	for (fieldset left = rec->present & MARK_FIELDS; left;
	     left &= left - 1) {
		enum field field = (enum field)__builtin_ctzll(left);

		if (!entry || field_row(field)->state ||
		    field == FIELD_ATTACHMENTS)
			put_field(rec, field, entry, scratch);
	}
	hash = XXH3_128bits(scratch->ptr, scratch->len);
	return (struct entry_key){hash.high64, hash.low64};
}

/* SPDX-License-Identifier: MIT */
/* Entries that belong together made into one row. They are sorted as entries
 * of the merge are (entry.h), by the hash of what makes them one. */
#define XXH_INLINE_ALL
#include "mtrack/mails.h"

#include <xxhash.h>

#include "mtrack/arena.h"
#include "mtrack/diag.h"
#include "mtrack/entry.h"
#include "mtrack/spill.h"
#include "mtrack/timestamp.h"

/* Bytes of joined recipients, or of states. */
#define TEXT_LIMIT (16u << 20)
#define MIXED      STR("mixed")

struct mails {
	struct mails_plan plan;
	struct sorter *sorter;
	struct buffer scratch;
};

static const fieldset KEYS = FIELD_BIT(FIELD_MAIL_ID) |
    FIELD_BIT(FIELD_MESSAGE_ID) | FIELD_BIT(FIELD_RECIPIENT) |
    FIELD_BIT(FIELD_GEN_TIME) | FIELD_BIT(FIELD_TIMESTAMP);
static const fieldset STATES = FIELD_BIT(FIELD_TYPE) | FIELD_BIT(FIELD_ACTION) |
    FIELD_BIT(FIELD_REASON) | FIELD_BIT(FIELD_DETAILS) |
    FIELD_BIT(FIELD_DELIVERED_TO);

/* ---- on the way in ---- */

static int
by_place(const char *a, const char *b)
{
	uint64_t x = entry_key_of(a).low;
	uint64_t y = entry_key_of(b).low;

	if (x != y)
		return x < y ? -1 : 1;
	return record_packed_order(entry_winner(a), entry_winner(b));
}

static int64_t
logged_at(const char *packed)
{
	int64_t gen = record_packed_time(packed, FIELD_GEN_TIME);

	return gen != TIME_NONE ? gen
				: record_packed_time(packed, FIELD_TIMESTAMP);
}

static int
by_time(const char *a, const char *b)
{
	uint64_t x = entry_key_of(a).low;
	uint64_t y = entry_key_of(b).low;
	int64_t at = logged_at(entry_winner(a));
	int64_t other = logged_at(entry_winner(b));

	if (x == y && at != other)
		return at < other ? -1 : 1;
	return by_place(a, b);
}

static struct entry_key
hash_text(char kind, struct str text, bool fold, struct buffer *scratch)
{
	XXH128_hash_t hash;

	buffer_clear(scratch);
	buffer_putc(scratch, kind);
	if (fold)
		buffer_puts_lower(scratch, text);
	else
		buffer_puts(scratch, text);
	hash = XXH3_128bits(scratch->ptr, scratch->len);
	return (struct entry_key){hash.high64, hash.low64};
}

/* What stands alone is told by its place. */
static struct entry_key
hash_place(const struct record *rec, struct buffer *scratch)
{
	const uint64_t place[] = {
	    rec->origin.file, rec->origin.item, rec->origin.offset};

	return hash_text('p', (struct str){(const char *)place, sizeof(place)},
	    false, scratch);
}

static struct str
bare_id(struct str id)
{
	id = str_trim(id);
	if (id.len > 1 && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>')
		return (struct str){id.ptr + 1, id.len - 2};
	return id;
}

static struct entry_key
row_key(struct mails *mails, const struct record *rec)
{
	struct str mail = record_text(rec, FIELD_MAIL_ID);
	struct str message = record_text(rec, FIELD_MESSAGE_ID);

	if (mails->plan.rows == MAIL_STATES && mail.len)
		return entry_identity(rec, &mails->scratch);
	if (mail.len && mails->plan.rows == MAIL_BY_MESSAGE)
		return hash_text('m', mail, true, &mails->scratch);
	if (message.len && mails->plan.rows == MAIL_BY_MESSAGE)
		return hash_text('i', bare_id(message), false, &mails->scratch);
	return hash_place(rec, &mails->scratch);
}

fieldset
mails_fields(enum mail_rows rows)
{
	return rows == MAIL_STATES ? KEYS | STATES : KEYS;
}

struct mails *
mails_new(const struct mails_plan *plan)
{
	struct mails *mails = memory_resize(NULL, 1, sizeof(*mails));
	const struct sorter_plan sort = {
	    plan->rows == MAIL_STATES ? by_time : by_place, entry_length,
	    UINT64_MAX, plan->memory, plan->dir};

	*mails = (struct mails){.plan = *plan};
	mails->plan.fields |= mails_fields(plan->rows);
	mails->sorter = sorter_new(&sort);
	return mails;
}

void
mails_free(struct mails *mails)
{
	if (!mails)
		return;
	sorter_free(mails->sorter);
	buffer_destroy(&mails->scratch);
	memory_free(mails);
}

bool
mails_put(struct mails *mails, const struct record *rec, struct fault *fault)
{
	struct entry_key key = row_key(mails, rec);

	buffer_clear(&mails->scratch);
	entry_pack(key, rec, mails->plan.fields, false, &mails->scratch);
	return sorter_put(mails->sorter, key.high, mails->scratch.ptr, fault);
}

void
mails_absorb(struct mails *mails, struct mails *other)
{
	sorter_absorb(mails->sorter, other->sorter);
}

uint64_t
mails_runs(const struct mails *mails)
{
	return sorter_runs(mails->sorter);
}

/* ---- on the way out ---- */

struct drain {
	const struct mails_plan *plan;
	record_fn *fn;
	void *ctx;
	struct buffer head;  /* the entry that gives the fields */
	struct buffer text;  /* joined recipients, or states */
	bool cut;            /* TEXT is full */
	fieldset mixed;      /* texts that differ */
	int64_t newest[3];   /* by field of a time */
	struct record first; /* head unpacked */
	struct record next;
	struct buffer first_items;
	struct buffer next_items;
};

/* Room for more text; once it is full `...` tells that there was more. */
static bool
has_room(struct drain *drain)
{
	struct buffer *text = &drain->text;

	if (text->len < TEXT_LIMIT)
		return true;
	if (!drain->cut)
		buffer_puts(text,
		    drain->plan->rows == MAIL_STATES ? STR("\n...")
						     : STR(", ..."));
	drain->cut = true;
	return false;
}

static void
put_part(struct str before, struct str text, struct buffer *out)
{
	if (text.len == 0)
		return;
	buffer_puts(out, before);
	diag_escape(text, false, out);
}

/* `2026-10-01T08:15:30Z  Temporary delivery error  timed out  -> mx[1.2.3.4]`
 */
static void
add_state(struct drain *drain)
{
	const struct record *rec = &drain->next;
	struct buffer *out = &drain->text;
	struct str action = record_text(rec, FIELD_ACTION);
	int64_t ms = record_has(rec, FIELD_GEN_TIME) ? rec->time[FIELD_GEN_TIME]
						     : record_own_stamp(rec);

	if (!has_room(drain))
		return;
	if (out->len)
		buffer_putc(out, '\n');
	if (ms != TIME_NONE)
		timestamp_print(ms, drain->plan->zone, out);
	else
		buffer_putc(out, '-');
	put_part(
	    STR("  "), action.len ? action : record_text(rec, FIELD_TYPE), out);
	put_part(STR("  "), record_text(rec, FIELD_REASON), out);
	put_part(STR("  "), record_text(rec, FIELD_DETAILS), out);
	put_part(STR("  -> "), record_text(rec, FIELD_DELIVERED_TO), out);
}

static void
add_recipient(struct drain *drain)
{
	struct str recipient = record_text(&drain->next, FIELD_RECIPIENT);

	if (recipient.len == 0 || !has_room(drain))
		return;
	if (drain->text.len)
		buffer_puts(&drain->text, STR(", "));
	buffer_puts(&drain->text, recipient);
}

static void
compare_states(struct drain *drain)
{
	const enum field times[] = {FIELD_GEN_TIME, FIELD_DELIVERY_TIME};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		enum field field = times[i];

		if (record_has(&drain->next, field) &&
		    drain->next.time[field] > drain->newest[field])
			drain->newest[field] = drain->next.time[field];
	}
	for (int field = 0; field < FIELD_COUNT; field++) {
		const struct field_row *row = field_row((enum field)field);

		if (row->state && row->kind == KIND_TEXT &&
		    !str_eq(record_text(&drain->first, (enum field)field),
			record_text(&drain->next, (enum field)field)))
			drain->mixed |= FIELD_BIT(field);
	}
}

static void
set_text(struct record *rec, enum field field, struct str text)
{
	rec->text[field] = text;
	rec->present |= FIELD_BIT(field);
}

static enum flow
give_message(struct drain *drain)
{
	struct record *rec = &drain->first;

	if (drain->text.len)
		set_text(rec, FIELD_RECIPIENT, buffer_str(&drain->text));
	for (fieldset left = drain->mixed; left; left &= left - 1)
		set_text(rec, (enum field)__builtin_ctzll(left), MIXED);
	for (enum field field = FIELD_GEN_TIME; field <= FIELD_DELIVERY_TIME;
	     field++)
		if (drain->newest[field] != TIME_NONE) {
			rec->time[field] = drain->newest[field];
			rec->present |= FIELD_BIT(field);
		}
	return drain->fn(drain->ctx, rec);
}

static enum flow
give_row(struct drain *drain)
{
	if (drain->head.len == 0)
		return FLOW_MORE;
	if (drain->plan->rows == MAIL_BY_MESSAGE)
		return give_message(drain);
	record_unpack(
	    entry_winner(drain->head.ptr), &drain->first, &drain->first_items);
	drain->first.raw = buffer_str(&drain->text);
	return drain->fn(drain->ctx, &drain->first);
}

static void
set_head(struct drain *drain, const char *entry)
{
	buffer_clear(&drain->head);
	buffer_put(&drain->head, entry, entry_length(entry));
}

static void
begin_row(struct drain *drain, const char *entry)
{
	set_head(drain, entry);
	record_unpack(
	    entry_winner(drain->head.ptr), &drain->first, &drain->first_items);
	buffer_clear(&drain->text);
	drain->mixed = 0;
	drain->cut = false;
	for (size_t i = 0; i < 3; i++)
		drain->newest[i] = TIME_NONE;
}

static enum flow
take_sorted(void *ctx, uint64_t high, const char *entry)
{
	struct drain *drain = ctx;
	enum flow flow = FLOW_MORE;

	if (drain->head.len == 0 ||
	    entry_key_of(drain->head.ptr).high != high ||
	    entry_key_of(drain->head.ptr).low != entry_key_of(entry).low) {
		flow = give_row(drain);
		begin_row(drain, entry);
	}
	record_unpack(entry_winner(entry), &drain->next, &drain->next_items);
	if (drain->plan->rows == MAIL_STATES) {
		add_state(drain);
		set_head(drain, entry); /* the newest comes last */
	} else {
		add_recipient(drain);
		compare_states(drain);
	}
	return flow;
}

enum flow
mails_drain(struct mails *mails, record_fn *fn, void *ctx, struct fault *fault)
{
	struct drain drain = {.plan = &mails->plan, .fn = fn, .ctx = ctx};
	enum flow flow =
	    sorter_drain(mails->sorter, take_sorted, &drain, fault);

	if (flow == FLOW_MORE)
		flow = give_row(&drain);
	buffer_destroy(&drain.head);
	buffer_destroy(&drain.text);
	buffer_destroy(&drain.first_items);
	buffer_destroy(&drain.next_items);
	return flow;
}

/* SPDX-License-Identifier: MIT */
/* Counts per value; a key is (length 4 B, value) for each. */
#define XXH_INLINE_ALL
#include "mtrack/group.h"

#include <stdio.h>
#include <xxhash.h>

#include "mtrack/arena.h"
#include "mtrack/group_item.h"
#include "mtrack/spill.h"
#include "mtrack/timestamp.h"
#include "mtrack/zone.h"

#define SLOTS_LEAST 256u
#define RECENT      32u

struct slot {
	uint64_t hash;
	char *item; /* NULL: free */
};

struct group {
	struct group_plan plan;
	struct arena arena;
	struct slot *slots;
	size_t slot_count;
	size_t count;
	struct sorter *spilled; /* by hash, once the table was too large */
	/* Items counted lately, by the end of their key: most of what is
	 * counted is of a few values. */
	char *recent[RECENT];
	enum field lone; /* the one key, where it is a text as it stands */
	struct buffer key;
	struct buffer scratch;
};

static const fieldset ADDRESSES = FIELD_BIT(FIELD_SENDER) |
    FIELD_BIT(FIELD_RECIPIENT) | FIELD_BIT(FIELD_HEADER_FROM) |
    FIELD_BIT(FIELD_HEADER_TO) | FIELD_BIT(FIELD_SENDER_DOMAIN) |
    FIELD_BIT(FIELD_RECIPIENT_DOMAIN);

static int
compare_keys(const char *a, const char *b)
{
	return str_cmp(group_item_key(a), group_item_key(b));
}

/* ---- the table ---- */

static struct slot *
find_slot(const struct group *group, uint64_t hash, struct str key)
{
	size_t mask = group->slot_count - 1;

	for (size_t at = hash & mask;; at = (at + 1) & mask) {
		struct slot *slot = &group->slots[at];

		if (!slot->item ||
		    (slot->hash == hash &&
			str_eq(group_item_key(slot->item), key)))
			return slot;
	}
}

static void
grow_slots(struct group *group)
{
	struct slot *old = group->slots;
	size_t old_count = group->slot_count;

	group->slot_count = old_count ? 2 * old_count : SLOTS_LEAST;
	group->slots = memory_resize(NULL, group->slot_count, sizeof(*old));
	memset(group->slots, 0, group->slot_count * sizeof(*old));
	for (size_t i = 0; i < old_count; i++)
		if (old[i].item)
			*find_slot(group, old[i].hash,
			    group_item_key(old[i].item)) = old[i];
	memory_free(old);
}

static void
forget_items(struct group *group)
{
	arena_destroy(&group->arena);
	memory_free(group->slots);
	group->slots = NULL;
	memset(group->recent, 0, sizeof(group->recent));
	group->slot_count = group->count = 0;
}

static void
lend_items(struct group *group)
{
	for (size_t i = 0; i < group->slot_count; i++)
		if (group->slots[i].item)
			sorter_put_borrowed(group->spilled,
			    group->slots[i].hash, group->slots[i].item);
}

static bool
spill_table(struct group *group, struct fault *fault)
{
	const struct sorter_plan plan = {compare_keys, group_item_length,
	    UINT64_MAX, group->plan.memory, group->plan.dir};

	if (!group->spilled)
		group->spilled = sorter_new(&plan);
	lend_items(group);
	if (!sorter_spill(group->spilled, fault))
		return false;
	forget_items(group);
	return true;
}

/* KEY is never empty: it has a length. */
static inline char **
recent_place(struct group *group, struct str key)
{
	unsigned char last = (unsigned char)key.ptr[key.len - 1];

	return &group->recent[(key.len + last) % RECENT];
}

/* The same by the text of a lone key, without that length before it. */
static bool
count_recent(struct group *group, struct str text)
{
	size_t length = sizeof(uint32_t) + text.len;
	size_t last = text.len ? (unsigned char)text.ptr[text.len - 1] : 0;
	char *item = group->recent[(length + last) % RECENT];
	struct str key;

	if (!item)
		return false;
	key = str_drop(group_item_key(item), sizeof(uint32_t));
	if (key.len != text.len ||
	    (key.len && memcmp(key.ptr, text.ptr, key.len) != 0))
		return false;
	group_item_add(item, 1);
	return true;
}

static bool
count_key(
    struct group *group, struct str key, uint64_t count, struct fault *fault)
{
	char **recent = recent_place(group, key);
	uint64_t hash;
	struct slot *slot;

	if (*recent && str_eq(group_item_key(*recent), key)) {
		group_item_add(*recent, count);
		return true;
	}
	hash = XXH3_64bits(key.ptr, key.len);
	if (4 * group->count >= 3 * group->slot_count)
		grow_slots(group);
	slot = find_slot(group, hash, key);
	*recent = slot->item;
	if (slot->item) {
		group_item_add(slot->item, count);
		return true;
	}
	slot->hash = hash;
	slot->item = arena_alloc(&group->arena, group_item_size(key.len));
	group_item_write(slot->item, key, count);
	*recent = slot->item;
	group->count++;
	if (group->arena.held + group->slot_count * sizeof(*slot) +
		group->count * 32 <=
	    group->plan.memory)
		return true;
	return spill_table(group, fault);
}

/* ---- from records ---- */

static bool
is_text(const struct by_key *key)
{
	return key->unit == BY_FIELD && key->field < FIELD_COUNT &&
	    field_row(key->field)->kind == KIND_TEXT;
}

/* Counted as it stands. */
static bool
is_bare_text(const struct by_key *key)
{
	return is_text(key) && !(ADDRESSES >> key->field & 1);
}

fieldset
group_fields(const struct by_key *keys, size_t count)
{
	fieldset fields = 0;

	for (size_t i = 0; i < count; i++) {
		if (keys[i].unit != BY_FIELD)
			continue;
		if (keys[i].field == FIELD_SENDER_DOMAIN)
			fields |= FIELD_BIT(FIELD_SENDER);
		else if (keys[i].field == FIELD_RECIPIENT_DOMAIN)
			fields |= FIELD_BIT(FIELD_RECIPIENT);
		else
			fields |= FIELD_BIT(keys[i].field);
	}
	return fields;
}

static void
put_value(struct group *group, struct str value, bool fold)
{
	uint32_t length = (uint32_t)value.len;
	char *copy;

	buffer_put(&group->key, &length, sizeof(length));
	buffer_puts(&group->key, value);
	copy = group->key.ptr + group->key.len - value.len;
	for (size_t i = 0; fold && i < value.len; i++)
		copy[i] = (char)ascii_lower((unsigned char)copy[i]);
}

static void
put_time(struct group *group, enum by_unit unit, int64_t stamp)
{
	int64_t seconds = stamp / 1000 - (stamp % 1000 < 0);
	int64_t days;
	int year, month, day;
	char text[40];

	if (stamp == TIME_NONE) {
		put_value(group, STR_NONE, false);
		return;
	}
	if (group->plan.zone)
		seconds += zone_offset(group->plan.zone, seconds);
	days = seconds / 86400 - (seconds % 86400 < 0);
	timestamp_date(days, &year, &month, &day);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d", year, month, day,
	    (int)((seconds - days * 86400) / 3600));
	put_value(group,
	    str_take(str_from(text),
		unit == BY_HOUR      ? 13
		    : unit == BY_DAY ? 10
				     : 7),
	    false);
}

static bool put_keys(struct group *group, const struct record *rec, size_t at,
    struct fault *fault);

static bool
put_items(struct group *group, const struct record *rec, size_t at,
    const struct cell *cell, bool fold, struct fault *fault)
{
	size_t kept = group->key.len;
	struct str name;

	for (size_t i = 0; i < cell->count; i++) {
		name = cell->kind == CELL_LIST ? cell->items[i]
					       : cell->attachments[i].name;
		if (fold)
			name = record_bare_address(name, true);
		group->key.len = kept;
		put_value(group, name, fold);
		if (!put_keys(group, rec, at + 1, fault))
			return false;
	}
	return true;
}

/* Puts the values from key AT on behind those before it, and counts; a list
 * branches. */
static bool
put_keys(struct group *group, const struct record *rec, size_t at,
    struct fault *fault)
{
	const struct by_key *key = &group->plan.keys[at];
	struct column column = {key->name, key->field, false};
	struct cell cell = {0};
	bool fold;

	if (at == group->plan.count)
		return count_key(group, buffer_str(&group->key), 1, fault);
	if (key->unit != BY_FIELD) {
		put_time(group, key->unit, rec->stamp);
		return put_keys(group, rec, at + 1, fault);
	}
	fold = ADDRESSES >> key->field & 1;
	if (is_text(key))
		cell.text = record_text(rec, key->field);
	else
		columns_fill(&column, 1, rec, group->plan.zone, false, &cell,
		    &group->scratch);
	if (cell.count > 0)
		return put_items(group, rec, at, &cell, fold, fault);
	put_value(group,
	    fold ? record_bare_address(
		       cell.text, key->field == FIELD_HEADER_FROM)
		 : cell.text,
	    fold);
	return put_keys(group, rec, at + 1, fault);
}

bool
group_put(struct group *group, const struct record *rec, struct fault *fault)
{
	if (group->lone != FIELD_NONE &&
	    count_recent(group, record_text(rec, group->lone)))
		return true;
	buffer_clear(&group->key);
	return put_keys(group, rec, 0, fault);
}

/* ---- whole tables ---- */

struct group *
group_new(const struct group_plan *plan)
{
	struct group *group = memory_resize(NULL, 1, sizeof(*group));

	*group = (struct group){.plan = *plan, .lone = FIELD_NONE};
	if (plan->count == 1 && is_bare_text(&plan->keys[0]))
		group->lone = plan->keys[0].field;
	return group;
}

void
group_free(struct group *group)
{
	if (!group)
		return;
	forget_items(group);
	sorter_free(group->spilled);
	buffer_destroy(&group->key);
	buffer_destroy(&group->scratch);
	memory_free(group);
}

bool
group_absorb(struct group *group, struct group *other, struct fault *fault)
{
	bool done = true;

	for (size_t i = 0; done && i < other->slot_count; i++)
		if (other->slots[i].item)
			done = count_key(group,
			    group_item_key(other->slots[i].item),
			    group_item_count(other->slots[i].item), fault);
	forget_items(other);
	if (!done || !other->spilled)
		return done;
	if (!spill_table(group, fault))
		return false;
	sorter_absorb(group->spilled, other->spilled);
	return true;
}

uint64_t
group_runs(const struct group *group)
{
	return group->spilled ? sorter_runs(group->spilled) : 0;
}

struct str
group_value(struct str *key)
{
	uint32_t length;
	struct str value;

	memcpy(&length, key->ptr, sizeof(length));
	value = str_take(str_drop(*key, sizeof(length)), length);
	*key = str_drop(*key, sizeof(length) + length);
	return value;
}

/* Items of a sorter come with equal keys in a row. */
struct drain {
	group_fn *fn;
	void *ctx;
	struct fault *fault;
	struct buffer key;
	uint64_t hash;
	uint64_t count; /* 0: no key yet */
};

static enum flow
give_last(struct drain *drain)
{
	if (drain->count == 0)
		return FLOW_MORE;
	return drain->fn(
	    drain->ctx, buffer_str(&drain->key), drain->count, drain->fault);
}

static enum flow
take_sorted(void *ctx, uint64_t hash, const char *item)
{
	struct drain *drain = ctx;
	enum flow flow;

	if (drain->count > 0 && drain->hash == hash &&
	    str_eq(buffer_str(&drain->key), group_item_key(item))) {
		drain->count += group_item_count(item);
		return FLOW_MORE;
	}
	flow = give_last(drain);
	buffer_clear(&drain->key);
	buffer_puts(&drain->key, group_item_key(item));
	drain->hash = hash;
	drain->count = group_item_count(item);
	return flow;
}

enum flow
group_drain(struct group *group, group_fn *fn, void *ctx, struct fault *fault)
{
	struct drain drain = {.fn = fn, .ctx = ctx, .fault = fault};
	enum flow flow = FLOW_MORE;

	if (group->spilled) {
		lend_items(group);
		flow = sorter_drain(group->spilled, take_sorted, &drain, fault);
		if (flow == FLOW_MORE)
			flow = give_last(&drain);
		buffer_destroy(&drain.key);
	}
	for (size_t i = 0;
	     !group->spilled && flow == FLOW_MORE && i < group->slot_count; i++)
		if (group->slots[i].item)
			flow = fn(ctx, group_item_key(group->slots[i].item),
			    group_item_count(group->slots[i].item), fault);
	forget_items(group);
	return flow;
}

/* SPDX-License-Identifier: MIT */
/* One entry of the merge:
 *
 *     | length flags | key | [rest of the losers] | packed winner |
 *         8 B         16 B         48 B
 *
 * The losers matter only while the winner has no timestamp of its own: then the
 * newest record that has one lends its, else the oldest genTime stands. */
#define XXH_INLINE_ALL
#include "mtrack/entry.h"

#include <xxhash.h>

#define ENTRY_LOSERS 1u
#define ENTRY_APART  2u
#define ENTRY_SHOWN  4u

struct entry_head {
	uint32_t length;
	uint32_t flags;
	struct entry_key key;
};

/* When a record was made, as rank: SPEC 2's order of tests. */
struct rank {
	int64_t ms; /* genTime, else timestamp */
	bool stamped;
	struct origin origin;
};

struct losers {
	int64_t oldest;    /* least genTime of all records, the winner's too */
	int64_t stamp;     /* of the newest record that has one; or none */
	int64_t lender_ms; /* its rank */
	uint64_t lender_offset;
	uint32_t lender_file;
	uint32_t lender_item;
	uint64_t unused;
};

struct entry_key
entry_identity(const struct record *rec, struct buffer *scratch)
{
	struct str recipient =
	    record_bare_address(record_text(rec, FIELD_RECIPIENT), false);
	XXH128_hash_t hash;

	buffer_clear(scratch);
	buffer_puts_lower(scratch, record_text(rec, FIELD_MAIL_ID));
	buffer_putc(scratch, '\0');
	buffer_puts_lower(scratch, recipient);
	hash = XXH3_128bits(scratch->ptr, scratch->len);
	return (struct entry_key){hash.high64, hash.low64};
}

static size_t
pack(struct entry_head head, const struct record *rec, fieldset fields,
    bool raw, struct buffer *out)
{
	size_t start = out->len;
	size_t length;

	buffer_put(out, &head, sizeof(head));
	length = sizeof(head) + record_pack(rec, fields, raw, out);
	head.length = (uint32_t)length;
	memcpy(out->ptr + start, &head, sizeof(head));
	return length;
}

size_t
entry_pack(struct entry_key key, const struct record *rec, fieldset fields,
    bool raw, struct buffer *out)
{
	return pack((struct entry_head){0, 0, key}, rec, fields, raw, out);
}

size_t
entry_pack_apart(struct entry_key key, const struct record *rec, bool shown,
    struct buffer *out)
{
	uint32_t flags = ENTRY_APART | (shown ? ENTRY_SHOWN : 0);

	return pack((struct entry_head){0, flags, key}, rec,
	    FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME), false, out);
}

size_t
entry_length(const char *entry)
{
	uint32_t length;

	memcpy(&length, entry, sizeof(length));
	return length;
}

static struct entry_head
head_of(const char *entry)
{
	struct entry_head head;

	memcpy(&head, entry, sizeof(head));
	return head;
}

struct entry_key
entry_key_of(const char *entry)
{
	return head_of(entry).key;
}

bool
entry_is_apart(const char *entry)
{
	return head_of(entry).flags & ENTRY_APART;
}

bool
entry_is_shown(const char *entry)
{
	return head_of(entry).flags & ENTRY_SHOWN;
}

const char *
entry_winner(const char *entry)
{
	uint32_t flags = head_of(entry).flags;

	return entry + sizeof(struct entry_head) +
	    (flags & ENTRY_LOSERS ? sizeof(struct losers) : 0);
}

static struct losers
losers_of(const char *entry)
{
	const char *winner = entry_winner(entry);
	int64_t gen = record_packed_time(winner, FIELD_GEN_TIME);
	struct losers losers = {.oldest = gen, .stamp = TIME_NONE};

	if (head_of(entry).flags & ENTRY_LOSERS)
		memcpy(
		    &losers, entry + sizeof(struct entry_head), sizeof(losers));
	return losers;
}

int64_t
entry_stamp(const char *entry)
{
	int64_t own = record_packed_time(entry_winner(entry), FIELD_TIMESTAMP);
	struct losers losers;

	if (own != TIME_NONE)
		return own;
	losers = losers_of(entry);
	return losers.stamp != TIME_NONE ? losers.stamp : losers.oldest;
}

static struct rank
rank_of(const char *packed)
{
	int64_t gen = record_packed_time(packed, FIELD_GEN_TIME);
	int64_t own = record_packed_time(packed, FIELD_TIMESTAMP);

	return (struct rank){gen != TIME_NONE ? gen : own, own != TIME_NONE,
	    record_packed_origin(packed)};
}

/* Whole seconds, rounded down, for times before 1970 too. */
static int64_t
seconds(int64_t ms)
{
	return ms / 1000 - (ms % 1000 < 0);
}

static bool
rank_above(const struct rank *a, const struct rank *b)
{
	if (seconds(a->ms) != seconds(b->ms))
		return seconds(a->ms) > seconds(b->ms);
	if (a->stamped != b->stamped)
		return a->stamped;
	if (a->ms != b->ms)
		return a->ms > b->ms;
	return origin_order(&a->origin, &b->origin) > 0;
}

static struct rank
lender_rank(const struct losers *losers)
{
	return (struct rank){losers->lender_ms, true,
	    {losers->lender_file, losers->lender_item, losers->lender_offset,
		0}};
}

/* What is known of the losers once LOSER's entry is among them. */
static struct losers
add_loser(struct losers sum, const char *loser)
{
	const char *packed = entry_winner(loser);
	int64_t own = record_packed_time(packed, FIELD_TIMESTAMP);
	struct losers more = losers_of(loser);
	struct rank mine = lender_rank(&sum);
	struct rank other = lender_rank(&more);
	struct losers result = sum;

	if (own != TIME_NONE) {
		other = rank_of(packed);
		more.stamp = own;
	}
	if (more.stamp != TIME_NONE &&
	    (sum.stamp == TIME_NONE || rank_above(&other, &mine))) {
		result.stamp = more.stamp;
		result.lender_ms = other.ms;
		result.lender_file = other.origin.file;
		result.lender_item = other.origin.item;
		result.lender_offset = other.origin.offset;
	}
	if (sum.oldest == TIME_NONE ||
	    (more.oldest != TIME_NONE && more.oldest < sum.oldest))
		result.oldest = more.oldest;
	return result;
}

const char *
entry_combine(
    const char *a, const char *b, const char **lost, struct buffer *scratch)
{
	struct rank rank_a = rank_of(entry_winner(a));
	struct rank rank_b = rank_of(entry_winner(b));
	const char *winner = rank_above(&rank_a, &rank_b) ? a : b;
	const char *loser = winner == a ? b : a;
	const char *packed = entry_winner(winner);
	struct entry_head head = head_of(winner);
	struct losers losers;

	if (lost)
		*lost = loser;
	if (record_packed_time(packed, FIELD_TIMESTAMP) != TIME_NONE)
		return winner;
	losers = add_loser(losers_of(winner), loser);
	head.flags |= ENTRY_LOSERS;
	head.length = (uint32_t)(sizeof(head) + sizeof(losers) +
	    record_packed_length(packed));
	buffer_clear(scratch);
	buffer_put(scratch, &head, sizeof(head));
	buffer_put(scratch, &losers, sizeof(losers));
	buffer_put(scratch, packed, record_packed_length(packed));
	return scratch->ptr;
}

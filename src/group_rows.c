/* SPDX-License-Identifier: MIT */
/* The rows of --by in their order, sorted by their counts where no time comes
 * first. */
#include "mtrack/group_rows.h"

#include <stdio.h>

#include "mtrack/arena.h"
#include "mtrack/days.h"
#include "mtrack/group_item.h"
#include "mtrack/spill.h"
#include "mtrack/timestamp.h"

struct rows {
	const struct group_plan *plan;
	struct sorter *sorter;
	size_t time_key; /* place of the key that is a time, or SIZE_MAX */
	struct buffer item;
	group_row_fn *fn;
	group_missing_fn *missing;
	void *ctx;
	uint64_t left;
	char last[16]; /* the time given last, empty: none */
};

static int
by_values(const char *a, const char *b)
{
	struct str x = group_item_key(a);
	struct str y = group_item_key(b);
	int order = 0;

	while (order == 0 && x.len > 0)
		order = str_cmp(group_value(&x), group_value(&y));
	return order;
}

/* ---- times ---- */

static struct str
time_value(struct str key, size_t place)
{
	struct str value = group_value(&key);

	while (place-- > 0)
		value = group_value(&key);
	return value;
}

static int
two_digits(const char *at)
{
	return (at[0] - '0') * 10 + at[1] - '0';
}

/* Days since 1970 of a time value (a month's first). */
static int64_t
value_days(const char *text)
{
	return timestamp_days(two_digits(text) * 100 + two_digits(text + 2),
	    two_digits(text + 5),
	    strlen(text) >= 10 ? two_digits(text + 8) : 1);
}

/* The time value after TEXT: next hour, day or month, by its length. */
static void
step(char *text, size_t size)
{
	size_t length = strlen(text);
	int hour = length > 10 ? two_digits(text + 11) + 1 : 24;
	int64_t days = value_days(text);
	int year, month, day;
	char whole[16];

	if (length <= 7)
		days += 31; /* some day of the next month */
	else if (hour == 24)
		days++;
	timestamp_date(days, &year, &month, &day);
	snprintf(whole, sizeof(whole), "%04u-%02u-%02uT%02u",
	    (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100,
	    (unsigned)hour % 24);
	whole[length <= 7 ? 7 : length <= 10 ? 10 : 13] = '\0';
	snprintf(text, size, "%s", whole);
}

/* An hour that the clock passed over, when it was set forward, is no hole. */
static bool
never_was(const struct rows *rows, const char *time)
{
	const struct timestamp_rules rules = {.zone = rows->plan->zone};
	struct timestamp found;
	char text[24];

	if (!rows->plan->zone || strlen(time) <= 10)
		return false;
	snprintf(text, sizeof(text), "%s:00", time);
	return timestamp_read(str_from(text), &rules, &found) &&
	    found.local == ZONE_NEVER;
}

/* The moment at which a time value begins. */
static int64_t
value_begin(const struct rows *rows, const char *time)
{
	const struct timestamp_rules rules = {.zone = rows->plan->zone};
	struct timestamp found = {.ms = value_days(time) * DAY_MS};
	char text[24];

	snprintf(text, sizeof(text), strlen(time) > 10 ? "%s:00" : "%s", time);
	timestamp_read(str_from(text), &rules, &found);
	return found.ms;
}

/* Whether the archive has no file of a day (UTC) that TIME, an hour or a day of
 * the zone, is a part of. */
static bool
is_missing(const struct rows *rows, const char *time)
{
	char next[sizeof(rows->last)];
	int64_t begin = value_begin(rows, time);
	int64_t end;

	snprintf(next, sizeof(next), "%s", time);
	step(next, sizeof(next));
	end = value_begin(rows, next) - 1;
	return rows->missing(rows->ctx, days_of(begin)) ||
	    (end > begin && rows->missing(rows->ctx, days_of(end)));
}

/* ---- giving ---- */

static enum flow
give_row(struct rows *rows, const struct cell *cells)
{
	if (rows->left == 0)
		return FLOW_STOP;
	rows->left--;
	return rows->fn(rows->ctx, cells);
}

/* A row of 0 for each time between the one given last and NOW. */
static enum flow
fill_holes(struct rows *rows, struct str now)
{
	struct cell cells[BY_KEYS_MAX + 1] = {0};
	enum flow flow = FLOW_MORE;

	if (now.len == 0 || now.len >= sizeof(rows->last))
		return FLOW_MORE;
	while (flow == FLOW_MORE && rows->last[0] &&
	    str_cmp(str_from(rows->last), now) < 0) {
		step(rows->last, sizeof(rows->last));
		if (str_cmp(str_from(rows->last), now) >= 0)
			break;
		if (never_was(rows, rows->last))
			continue;
		cells[rows->time_key] = (struct cell){
		    .kind = CELL_TEXT, .text = str_from(rows->last)};
		cells[rows->plan->count] =
		    (struct cell){.kind = CELL_NUMBER, .text = STR("0")};
		if (rows->missing && strlen(rows->last) >= 10 &&
		    is_missing(rows, rows->last))
			cells[rows->plan->count].kind = CELL_EMPTY;
		flow = give_row(rows, cells);
	}
	memcpy(rows->last, now.ptr, now.len);
	rows->last[now.len] = '\0';
	return flow;
}

static bool
is_number(const struct by_key *key)
{
	return key->unit == BY_FIELD &&
	    (key->field == FIELD_LINE ||
		field_row(key->field)->kind == KIND_NUMBER);
}

static enum flow
give_item(void *ctx, uint64_t sort_key, const char *item)
{
	struct rows *rows = ctx;
	struct cell cells[BY_KEYS_MAX + 1] = {0};
	struct str key = group_item_key(item);
	enum flow flow = FLOW_MORE;
	char number[24];

	(void)sort_key;
	if (rows->time_key != SIZE_MAX)
		flow = fill_holes(rows, time_value(key, rows->time_key));
	if (flow != FLOW_MORE)
		return flow;
	for (size_t i = 0; i < rows->plan->count; i++) {
		cells[i].text = group_value(&key);
		cells[i].kind = !cells[i].text.len    ? CELL_EMPTY
		    : is_number(&rows->plan->keys[i]) ? CELL_NUMBER
						      : CELL_TEXT;
	}
	snprintf(number, sizeof(number), "%llu",
	    (unsigned long long)group_item_count(item));
	cells[rows->plan->count] =
	    (struct cell){.kind = CELL_NUMBER, .text = str_from(number)};
	return give_row(rows, cells);
}

/* Where a time comes first its digits are the key, so that equal times stand
 * together; within one, the count. */
static uint64_t
sort_key(const struct rows *rows, struct str key, uint64_t count)
{
	struct str time;
	uint64_t digits = 0;

	if (rows->time_key == SIZE_MAX)
		return ~count;
	time = time_value(key, rows->time_key);
	for (size_t i = 0; i < time.len; i++)
		if (ascii_is_digit((unsigned char)time.ptr[i]))
			digits = digits * 10 + (uint64_t)(time.ptr[i] - '0');
	return digits;
}

static int
by_count(const char *a, const char *b)
{
	uint64_t x = group_item_count(a);
	uint64_t y = group_item_count(b);

	return x != y ? (x < y ? 1 : -1) : by_values(a, b);
}

static enum flow
take(void *ctx, struct str key, uint64_t count, struct fault *fault)
{
	struct rows *rows = ctx;

	buffer_clear(&rows->item);
	buffer_reserve(&rows->item, group_item_size(key.len));
	group_item_write(rows->item.ptr, key, count);
	return sorter_put(rows->sorter, sort_key(rows, key, count),
		   rows->item.ptr, fault)
	    ? FLOW_MORE
	    : FLOW_FAIL;
}

enum flow
group_rows(struct group *group, const struct group_plan *plan, uint64_t top,
    group_row_fn *fn, group_missing_fn *missing, void *ctx, struct fault *fault)
{
	const struct sorter_plan sort = {
	    by_count, group_item_length, UINT64_MAX, plan->memory, plan->dir};
	struct rows rows = {.plan = plan,
	    .time_key = SIZE_MAX,
	    .fn = fn,
	    .missing = missing,
	    .ctx = ctx,
	    .left = top};
	enum flow flow;

	for (size_t i = plan->count; i-- > 0;)
		if (plan->keys[i].unit != BY_FIELD)
			rows.time_key = i;
	rows.sorter = sorter_new(&sort);
	flow = group_drain(group, take, &rows, fault);
	if (flow == FLOW_MORE)
		flow = sorter_drain(rows.sorter, give_item, &rows, fault);
	sorter_free(rows.sorter);
	buffer_destroy(&rows.item);
	return flow;
}

/* SPDX-License-Identifier: MIT */
/* Moments and spans as a user writes them. */
#include "mtrack/moment.h"

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/suggest.h"
#include "mtrack/timestamp.h"
#include "mtrack/zone.h"

static const char moment_rule[] =
    "a time is YYYY-MM-DD, YYYY-MM-DDTHH:MM[:SS] with or without a zone, now, "
    "today, yesterday, or -N with m, h, d or w";
static const char moment_example[] = "2026-10-01T08:00";
static const char span_example[] = "24h";
static const char span_rule[] = "a period is a whole number of m, h, d or w";

static const struct str moment_words[] = {
    {"now", 3},
    {"today", 5},
    {"yesterday", 9},
};
#define WORDS (sizeof(moment_words) / sizeof(moment_words[0]))

struct unit {
	char letter;
	int64_t ms;
	const char *one;
	const char *many;
};

/* Largest first. */
/* clang-format off */
static const struct unit units[] = {
	{'w', INT64_C(604800000), NULL, NULL},
	{'d', INT64_C(86400000), "day", "days"},
	{'h', INT64_C(3600000), "hour", "hours"},
	{'m', INT64_C(60000), "minute", "minutes"},
	{0, INT64_C(1000), "second", "seconds"},
};
/* clang-format on */

/* Counts over this are not mended. */
#define MEND_MOST 100000

#define UNITS (sizeof(units) / sizeof(units[0]))

/* What others write for a unit, each of its beginnings too; DAYS of those that
 * are none here. */
static const struct {
	const char *name;
	char letter;
	uint64_t days;
} unit_names[] = {
    {"minutes", 'm', 0},
    {"mins", 'm', 0},
    {"hours", 'h', 0},
    {"hrs", 'h', 0},
    {"days", 'd', 0},
    {"weeks", 'w', 0},
    {"wks", 'w', 0},
    {"months", 'd', 30},
    {"years", 'd', 365},
};

#define UNIT_NAMES (sizeof(unit_names) / sizeof(unit_names[0]))

static int64_t
unit_ms(char letter)
{
	for (size_t i = 0; i < UNITS; i++)
		if (units[i].letter && units[i].letter == letter)
			return units[i].ms;
	return 0;
}

/* `30days`, `2 weeks`, `30`: what is meant, a good span; NULL where that is not
 * plain. DIGITS of TEXT are its number. */
static const char *
mend_span(struct arena *arena, struct str text, size_t digits)
{
	struct str word = str_trim(str_drop(text, digits));
	uint64_t count;

	if (!str_to_u64(str_take(text, digits), &count) || count == 0 ||
	    count > MEND_MOST)
		return NULL;
	if (word.len == 0)
		return arena_printf(arena, "%llud", (unsigned long long)count)
		    .ptr;
	for (size_t i = 0; i < UNIT_NAMES; i++) {
		struct str name = str_from(unit_names[i].name);

		if (!str_eq_fold(str_take(name, word.len), word))
			continue;
		if (unit_names[i].days)
			count *= unit_names[i].days;
		return arena_printf(arena, "%llu%c", (unsigned long long)count,
		    unit_names[i].letter)
		    .ptr;
	}
	return NULL;
}

static bool
parse_span(struct str text, int64_t *ms, struct fault *fault)
{
	struct str number = str_take(text, text.len ? text.len - 1 : 0);
	struct str last = str_drop(text, number.len);
	int64_t unit = last.len
	    ? unit_ms((char)ascii_lower((unsigned char)last.ptr[0]))
	    : 0;
	uint64_t count;

	if (unit == 0 && last.len && !ascii_is_digit((unsigned char)*last.ptr))
		return fault_value(fault, number.len, span_rule, span_example,
		    "there is no such unit");
	if (unit == 0)
		return fault_value(
		    fault, text.len, span_rule, "7d", "the unit is missing");
	for (size_t i = 0; i < number.len; i++)
		if (!ascii_is_digit((unsigned char)number.ptr[i]))
			return fault_value(fault, i, span_rule, span_example,
			    "a whole number is wanted here");
	if (number.len == 0)
		return fault_value(fault, 0, span_rule, span_example,
		    "the number before the unit is missing");
	if (!str_to_u64(number, &count) ||
	    count > (uint64_t)(INT64_MAX / 4 / unit))
		return fault_value(fault, 0, span_rule, span_example,
		    "the number is too large");
	if (count == 0)
		return fault_value(fault, 0, span_rule, span_example,
		    "a period of no length holds no record");
	*ms = (int64_t)count * unit;
	return true;
}

bool
moment_span(
    struct arena *arena, struct str text, int64_t *ms, struct fault *fault)
{
	size_t digits = 0;
	const char *meant;

	if (parse_span(text, ms, fault))
		return true;
	while (digits < text.len &&
	    ascii_is_digit((unsigned char)text.ptr[digits]))
		digits++;
	meant = mend_span(arena, text, digits);
	if (!meant)
		return false;
	fault->example = meant;
	if (digits < text.len)
		return fault_value(fault, digits, span_rule, meant,
		    "the unit is one letter: m, h, d or w");
	return false;
}

int64_t
moment_before(int64_t now, int64_t span)
{
	int64_t first = timestamp_days(1, 1, 1) * DAY_MS;

	return now - span < first ? first : now - span;
}

void
moment_print_span(int64_t ms, struct buffer *out)
{
	bool first = true;

	for (size_t i = 0; i < UNITS; i++) {
		int64_t count = ms / units[i].ms;

		if (!units[i].one || count == 0)
			continue;
		buffer_printf(out, "%s%lld %s", first ? "" : " ",
		    (long long)count,
		    count == 1 ? units[i].one : units[i].many);
		ms -= count * units[i].ms;
		first = false;
	}
	if (first)
		buffer_puts(out, STR("0 seconds"));
}

static unsigned
two_digits(const char *at)
{
	return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

/* YYYY-MM-DD or YYYY/MM/DD at the start of TEXT. */
static bool
has_date_form(struct str text)
{
	static const char form[] = "dddd-dd-dd";

	if (text.len < sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		bool digit = ascii_is_digit((unsigned char)text.ptr[i]);

		if (form[i] == 'd' ? !digit
				   : text.ptr[i] != '-' && text.ptr[i] != '/')
			return false;
	}
	return text.ptr[4] == text.ptr[7];
}

bool
moment_looks_like(struct str text)
{
	int64_t span;
	struct fault fault;

	return has_date_form(text) || str_eq_fold(text, STR("now")) ||
	    str_eq_fold(text, STR("today")) ||
	    str_eq_fold(text, STR("yesterday")) ||
	    (text.len && text.ptr[0] == '-' &&
		parse_span(str_drop(text, 1), &span, &fault));
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* The instant at which day DAY (since 1970) begins where ZONE's clocks are. */
static int64_t
day_start(const struct zone *zone, int64_t day)
{
	int64_t utc;

	zone_to_utc(zone, day * (DAY_MS / 1000), &utc);
	return utc * 1000;
}

/* The calendar day of now, where ZONE's clocks are. */
static int64_t
day_of(const struct moment_rules *rules)
{
	int64_t utc = floor_div(rules->now, 1000);

	return floor_div(utc + zone_offset(rules->zone, utc), DAY_MS / 1000);
}

static bool
parse_date(const struct moment_rules *rules, struct str text, bool as_end,
    int64_t *ms, struct fault *fault)
{
	int year = (int)(two_digits(text.ptr) * 100 + two_digits(text.ptr + 2));
	int month = (int)two_digits(text.ptr + 5);
	int day = (int)two_digits(text.ptr + 8);

	if (!timestamp_is_date(year, month, day))
		return fault_value(fault, month < 1 || month > 12 ? 5 : 8,
		    "a date is YYYY-MM-DD and exists in the calendar",
		    "2026-10-01", "there is no such date");
	*ms = day_start(
	    rules->zone, timestamp_days(year, month, day) + (as_end ? 1 : 0));
	return true;
}

/* A time of SPEC 1.5 as if its clock were at OFFSET, where it names none. */
static bool
parse_at(const struct moment_rules *rules, struct str text, const char *offset,
    int64_t *ms)
{
	struct timestamp_rules times = {0};
	struct fault unused;

	return zone_open(
		   rules->arena, str_from(offset), &times.zone, &unused) &&
	    timestamp_parse(text, &times, ms);
}

/* The wall-clock time in AS_UTC to the instant it names in the rules' zone. */
static bool
from_local(const struct moment_rules *rules, int64_t as_utc, int64_t *ms,
    struct fault *fault)
{
	int64_t seconds = floor_div(as_utc, 1000);
	int64_t utc;

	if (zone_to_utc(rules->zone, seconds, &utc) == ZONE_NEVER)
		return fault_value(fault, 0,
		    "a local time that the clocks passed over names no moment",
		    "2026-10-01T08:00+02:00",
		    "this time does not exist: clocks were set forward");
	*ms = utc * 1000 + (as_utc - seconds * 1000);
	return true;
}

/* 31.12.2026, 12/31/2026 and 2026-12-1: with dots the day comes first, with
 * slashes the month, else the year. NULL for all else. */
static const char *
mend_date(struct arena *arena, struct str text)
{
	char between = str_find_char(text, '.') != SIZE_MAX ? '.'
	    : str_find_char(text, '/') != SIZE_MAX          ? '/'
							    : '-';
	uint64_t parts[3];
	struct str part;
	size_t count = 0;

	while (str_split(&text, between, &part))
		if (count == 3 || !str_to_u64(part, &parts[count++]))
			return NULL;
	if (count != 3)
		return NULL;
	if (between != '-' && parts[2] > 31) {
		uint64_t year = parts[2];
		uint64_t first = parts[0];

		parts[2] = between == '.' ? first : parts[1];
		parts[1] = between == '.' ? parts[1] : first;
		parts[0] = year;
	}
	if (parts[0] < 1990 || parts[0] > 2099 || parts[1] > 12 ||
	    parts[2] > 31 ||
	    !timestamp_is_date((int)parts[0], (int)parts[1], (int)parts[2]))
		return NULL;
	return arena_printf(arena, "%u-%02u-%02u", (unsigned)parts[0],
	    (unsigned)parts[1], (unsigned)parts[2])
	    .ptr;
}

/* `3d`, `3 days ago`: a time before now without its sign. NULL for all else. */
static const char *
mend_ago(struct arena *arena, struct str text)
{
	static const struct str ago = {"ago", 3};
	struct fault fault;
	int64_t unused;

	if (text.len > ago.len &&
	    str_eq_fold(str_drop(text, text.len - ago.len), ago))
		text = str_trim(str_take(text, text.len - ago.len));
	if (text.len == str_digits(text))
		return NULL;
	if (moment_span(arena, text, &unused, &fault))
		return arena_printf(arena, "-%.*s", STR_ARG(text)).ptr;
	return fault.caret == str_digits(text) && fault.caret > 0 &&
		fault.example != span_example
	    ? arena_printf(arena, "-%s", fault.example).ptr
	    : NULL;
}

/* The word that was meant, its first letter right; or empty. */
static struct str
near_word(struct str text)
{
	struct str word = suggest_nearest(text, moment_words, WORDS);

	return word.len &&
		ascii_lower((unsigned char)text.ptr[0]) ==
		    (unsigned char)word.ptr[0]
	    ? word
	    : STR_NONE;
}

static bool
parse_time(const struct moment_rules *rules, struct str text, int64_t *ms,
    struct fault *fault)
{
	int64_t as_utc;
	int64_t as_plus_one;
	const char *date = mend_date(rules->arena, text);
	const char *ago = mend_ago(rules->arena, text);
	struct str word = near_word(text);

	if (date)
		return fault_value(fault, 0, moment_rule, date,
		    "a date is written YYYY-MM-DD");
	if (ago)
		return fault_value(fault, 0, moment_rule, ago,
		    "a time before now begins with -");
	if (word.len)
		return fault_value(fault, 0, moment_rule, word.ptr,
		    "no time in a form that is known; did you mean `%s`?",
		    word.ptr);
	if (!parse_at(rules, text, "UTC", &as_utc) ||
	    !parse_at(rules, text, "+01:00", &as_plus_one))
		return fault_value(fault, 0, moment_rule, moment_example,
		    "no time in a form that is known");
	/* Read the same under two zones, it has one of its own. */
	if (as_utc != as_plus_one)
		return from_local(rules, as_utc, ms, fault);
	*ms = as_utc;
	return true;
}

static bool
parse_ago(const struct moment_rules *rules, struct str text, int64_t *ms,
    struct fault *fault)
{
	int64_t span;

	if (!moment_span(rules->arena, str_drop(text, 1), &span, fault)) {
		fault->caret++;
		fault->rule = "a time before now is -N with m, h, d or w";
		fault->example =
		    arena_printf(rules->arena, "-%s", fault->example).ptr;
		return false;
	}
	*ms = moment_before(rules->now, span);
	return true;
}

bool
moment_parse(const struct moment_rules *rules, struct str text, bool as_end,
    int64_t *ms, struct fault *fault)
{
	text = str_trim(text);
	if (str_eq_fold(text, STR("now")))
		*ms = rules->now;
	else if (str_eq_fold(text, STR("today")))
		*ms = day_start(rules->zone, day_of(rules) + as_end);
	else if (str_eq_fold(text, STR("yesterday")))
		*ms = day_start(rules->zone, day_of(rules) - 1 + as_end);
	else if (text.len && text.ptr[0] == '-')
		return parse_ago(rules, text, ms, fault);
	else if (text.len == 10 && has_date_form(text))
		return parse_date(rules, text, as_end, ms, fault);
	else
		return parse_time(rules, text, ms, fault);
	return true;
}

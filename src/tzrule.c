/* SPDX-License-Identifier: MIT */
/* The rule of a zone's summer time, a POSIX TZ string. */
#include "mtrack/tzrule.h"

#define HOUR 3600
#define DAY  INT64_C(86400)

static const struct tzedge start_default = {EDGE_WEEKDAY, 0, 2, 3, 2 * HOUR};
static const struct tzedge end_default = {EDGE_WEEKDAY, 0, 1, 11, 2 * HOUR};

static bool
take(struct str *rest, char c)
{
	if (!rest->len || rest->ptr[0] != c)
		return false;
	*rest = str_drop(*rest, 1);
	return true;
}

/* One to three digits. */
static bool
take_number(struct str *rest, int least, int most, int *number)
{
	size_t at = 0;
	int value = 0;

	while (at < rest->len && at < 3 &&
	    ascii_is_digit((unsigned char)rest->ptr[at]))
		value = value * 10 + (rest->ptr[at++] - '0');
	if (at == 0 || value < least || value > most)
		return false;
	*rest = str_drop(*rest, at);
	*number = value;
	return true;
}

/* `[+-]H[:MM[:SS]]` in seconds. */
static bool
take_time(struct str *rest, int most_hours, int32_t *seconds)
{
	bool negative = take(rest, '-');
	int hours;
	int minutes = 0;
	int left = 0;

	if (!negative)
		take(rest, '+');
	if (!take_number(rest, 0, most_hours, &hours))
		return false;
	if (take(rest, ':')) {
		if (!take_number(rest, 0, 59, &minutes))
			return false;
		if (take(rest, ':') && !take_number(rest, 0, 59, &left))
			return false;
	}
	*seconds = hours * HOUR + minutes * 60 + left;
	if (negative)
		*seconds = -*seconds;
	return true;
}

static bool
is_letter(char c)
{
	unsigned char low = ascii_lower((unsigned char)c);

	return low >= 'a' && low <= 'z';
}

/* `CET` or `<+0330>`; what it says is of no use here. */
static bool
take_name(struct str *rest)
{
	size_t at = 0;

	if (take(rest, '<')) {
		at = str_find_char(*rest, '>');
		if (at == SIZE_MAX || at < 3)
			return false;
		*rest = str_drop(*rest, at + 1);
		return true;
	}
	while (at < rest->len && is_letter(rest->ptr[at]))
		at++;
	*rest = str_drop(*rest, at);
	return at >= 3;
}

/* `M3.5.0/2`, `J60`, `59/24`: times of a week around (RFC 8536, 3.3.1). */
static bool
take_edge(struct str *rest, struct tzedge *edge)
{
	bool good;

	edge->time = 2 * HOUR;
	if (take(rest, 'M')) {
		edge->kind = EDGE_WEEKDAY;
		good = take_number(rest, 1, 12, &edge->month) &&
		    take(rest, '.') && take_number(rest, 1, 5, &edge->week) &&
		    take(rest, '.') && take_number(rest, 0, 6, &edge->day);
	} else if (take(rest, 'J')) {
		edge->kind = EDGE_JULIAN;
		good = take_number(rest, 1, 365, &edge->day);
	} else {
		edge->kind = EDGE_ORDINAL;
		good = take_number(rest, 0, 365, &edge->day);
	}
	if (good && take(rest, '/'))
		good = take_time(rest, 167, &edge->time);
	return good;
}

/* POSIX counts offsets westward. Without dates the United States' hold, as in
 * glibc. */
bool
tzrule_parse(struct str text, struct tzrule *rule)
{
	int32_t west;

	*rule = (struct tzrule){0};
	if (!take_name(&text) || !take_time(&text, 24, &west))
		return false;
	rule->standard = -west;
	if (!text.len)
		return true;
	rule->has_summer = true;
	rule->summer = rule->standard + HOUR;
	rule->start = start_default;
	rule->end = end_default;
	if (!take_name(&text))
		return false;
	if (text.len && text.ptr[0] != ',') {
		if (!take_time(&text, 24, &west))
			return false;
		rule->summer = -west;
	}
	if (!text.len)
		return true;
	return take(&text, ',') && take_edge(&text, &rule->start) &&
	    take(&text, ',') && take_edge(&text, &rule->end) && !text.len;
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 || year % 400 == 0);
}

int64_t
tzrule_year(int64_t year)
{
	int64_t past = year - 1;

	return 365 * (year - 1970) + past / 4 - past / 100 + past / 400 - 477;
}

/* The day of the year (from 0) that a rule `Mm.w.d` names. */
static int64_t
weekday_in_year(const struct tzedge *edge, int64_t year)
{
	static const int16_t before[13] = {
	    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	int month = edge->month;
	int64_t first = before[month - 1] + (month > 2 && is_leap(year));
	int64_t end = before[month] + (month > 1 && is_leap(year));
	/* 1970-01-01 was a Thursday; 7 * 200000 keeps it above 0. */
	int64_t weekday = (tzrule_year(year) + first + 4 + 1400000) % 7;
	int64_t day = first + (edge->day - weekday + 7) % 7;

	day += 7 * (edge->week - 1);
	return day < end ? day : day - 7;
}

int64_t
tzrule_instant(const struct tzedge *edge, int64_t year, int32_t offset)
{
	int64_t day = edge->day;

	if (edge->kind == EDGE_WEEKDAY)
		day = weekday_in_year(edge, year);
	else if (edge->kind == EDGE_JULIAN)
		day += edge->day > 59 && is_leap(year) ? 0 : -1;
	return (tzrule_year(year) + day) * DAY + edge->time - offset;
}

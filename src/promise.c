/* SPDX-License-Identifier: MIT */
/* The days that a path promises. A name that is only nearly a date promises
 * nothing: the file is then always read. */
#include "mtrack/promise.h"

#include "mtrack/timestamp.h"

#define YEAR_FIRST 1990
#define YEAR_LAST  2099

/* Days from FIRST to LAST, both included. */
struct span {
	int32_t first;
	int32_t last;
};

static const struct span no_days = {DAY_NONE, DAY_NONE};

static void
span_add(struct span *span, struct span more)
{
	if (more.first == DAY_NONE)
		return;
	if (span->first == DAY_NONE || more.first < span->first)
		span->first = more.first;
	if (span->last == DAY_NONE || more.last > span->last)
		span->last = more.last;
}

/* The number of COUNT digits at AT. */
static int
number(struct str text, size_t at, size_t count)
{
	int value = 0;

	for (size_t i = at; i < at + count; i++)
		value = value * 10 + (text.ptr[i] - '0');
	return value;
}

static bool
is_year(int year)
{
	return year >= YEAR_FIRST && year <= YEAR_LAST;
}

static struct span
day_span(int year, int month, int day)
{
	int32_t at;

	if (!is_year(year) || !timestamp_is_date(year, month, day))
		return no_days;
	at = (int32_t)timestamp_days(year, month, day);
	return (struct span){at, at};
}

static struct span
month_span(int year, int month)
{
	struct span span = day_span(year, month, 1);

	if (span.first == DAY_NONE)
		return no_days;
	if (month == 12)
		span.last = (int32_t)timestamp_days(year + 1, 1, 1) - 1;
	else
		span.last = (int32_t)timestamp_days(year, month + 1, 1) - 1;
	return span;
}

/* `20261003`, with or without `081530` behind: COUNT digits. */
static struct span
compact_span(struct str text, size_t count)
{
	if (count == 14 &&
	    (number(text, 8, 2) > 23 || number(text, 10, 2) > 59 ||
		number(text, 12, 2) > 60))
		return no_days;
	if (count != 8 && count != 14)
		return no_days;
	return day_span(
	    number(text, 0, 4), number(text, 4, 2), number(text, 6, 2));
}

/* Whether SEPARATOR and exactly two digits stand at AT. */
static bool
has_pair(struct str text, size_t at, char separator)
{
	return at < text.len && text.ptr[at] == separator &&
	    str_digits(str_drop(text, at + 1)) == 2;
}

/* `2026-10-03`, `2026_10_03`, or `2026-10` alone. *used is its length. */
static struct span
parted_span(struct str text, size_t *used)
{
	char separator = text.len > 4 ? text.ptr[4] : '\0';
	int year = number(text, 0, 4);

	*used = 4;
	if ((separator != '-' && separator != '_') ||
	    !has_pair(text, 4, separator))
		return no_days;
	if (has_pair(text, 7, separator)) {
		*used = 10;
		return day_span(year, number(text, 5, 2), number(text, 8, 2));
	}
	if (separator != '-')
		return no_days;
	*used = 7;
	return month_span(year, number(text, 5, 2));
}

/* All days from the first to the last that NAME speaks of. */
static struct span
name_span(struct str name)
{
	struct span span = no_days;

	while (name.len) {
		size_t count = str_digits(name);
		size_t used = count ? count : 1;

		if (count == 4)
			span_add(&span, parted_span(name, &used));
		else
			span_add(&span, compact_span(name, count));
		name = str_drop(name, used);
	}
	return span;
}

/* Takes the last part of *path off. */
static struct str
take_last(struct str *path)
{
	size_t slash = str_rfind_char(*path, '/');
	struct str last = *path;

	if (slash == SIZE_MAX) {
		*path = str_take(*path, 0);
		return last;
	}
	last = str_drop(*path, slash + 1);
	*path = str_take(*path, slash);
	return last;
}

static bool
is_number(struct str name, size_t count)
{
	return name.len == count && str_digits(name) == count;
}

/* `2026/10/03` and `2026/10`, where PATH ends. */
static struct span
calendar_span(struct str path)
{
	struct str part[3];

	for (size_t i = 0; i < 3; i++)
		part[i] = take_last(&path);
	if (!is_number(part[0], 2))
		return no_days;
	if (is_number(part[1], 4))
		return month_span(number(part[1], 0, 4), number(part[0], 0, 2));
	if (!is_number(part[1], 2) || !is_number(part[2], 4))
		return no_days;
	return day_span(number(part[2], 0, 4), number(part[1], 0, 2),
	    number(part[0], 0, 2));
}

bool
promise_days(struct str path, int32_t *first, int32_t *last)
{
	struct span span = name_span(take_last(&path));

	while (span.first == DAY_NONE && path.len) {
		span = calendar_span(path);
		span_add(&span, name_span(take_last(&path)));
	}
	if (span.first == DAY_NONE)
		return false;
	*first = span.first;
	*last = span.last;
	return true;
}

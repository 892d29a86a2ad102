/* SPDX-License-Identifier: MIT */
/* Times in the user's own forms: --time-format, a part of strptime. */
#include "mtrack/timeformat.h"

#include "mtrack/zone.h"

#define RULE    "a time format is made of %Y %m %d %b %H %I %p %M %S %z and text"
#define EXAMPLE "%d/%m/%Y %H:%M:%S"

struct reading {
	struct str rest;
	struct timeparts *parts;
	int hour12; /* of %I; 0 where not given */
	bool afternoon;
};

/* ---- one directive each ---- */

/* LEAST to MOST digits behind white space, as strptime has it. */
static bool
take_number(struct reading *reading, size_t least, size_t most, int *number)
{
	struct str s = reading->rest;
	size_t at = 0;
	int value = 0;

	while (s.len && ascii_is_space((unsigned char)s.ptr[0]))
		s = str_drop(s, 1);
	while (
	    at < most && at < s.len && ascii_is_digit((unsigned char)s.ptr[at]))
		value = value * 10 + (s.ptr[at++] - '0');
	reading->rest = str_drop(s, at);
	*number = value;
	return at >= least;
}

static bool
take_year(struct reading *reading)
{
	return take_number(reading, 4, 4, &reading->parts->year);
}

static bool
take_month(struct reading *reading)
{
	return take_number(reading, 1, 2, &reading->parts->month);
}

static bool
take_day(struct reading *reading)
{
	return take_number(reading, 1, 2, &reading->parts->day);
}

/* `Oct` or `October`, in any case. */
static bool
take_month_name(struct reading *reading)
{
	static const char *const names[12] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};

	for (int i = 0; i < 12; i++) {
		struct str name = str_from(names[i]);

		if (!str_starts_fold(reading->rest, name))
			name = str_take(name, 3);
		if (!str_starts_fold(reading->rest, name))
			continue;
		reading->parts->month = i + 1;
		reading->rest = str_drop(reading->rest, name.len);
		return true;
	}
	return false;
}

static bool
take_hour(struct reading *reading)
{
	return take_number(reading, 1, 2, &reading->parts->hour);
}

static bool
take_hour12(struct reading *reading)
{
	return take_number(reading, 1, 2, &reading->hour12) &&
	    reading->hour12 >= 1 && reading->hour12 <= 12;
}

static bool
take_half(struct reading *reading)
{
	reading->afternoon = str_starts_fold(reading->rest, STR("pm"));
	if (!reading->afternoon && !str_starts_fold(reading->rest, STR("am")))
		return false;
	reading->rest = str_drop(reading->rest, 2);
	return true;
}

static bool
take_minute(struct reading *reading)
{
	return take_number(reading, 1, 2, &reading->parts->minute);
}

/* A dot without a digit is left to the format's text. */
static bool
take_second(struct reading *reading)
{
	struct str *rest = &reading->rest;

	if (!take_number(reading, 1, 2, &reading->parts->second))
		return false;
	if (rest->len > 1 && ascii_is_digit((unsigned char)rest->ptr[1]))
		timeparts_fraction(rest, reading->parts);
	return true;
}

static bool
take_offset(struct reading *reading)
{
	reading->parts->has_offset =
	    timeparts_offset(&reading->rest, reading->parts);
	return reading->parts->has_offset;
}

static bool
take_percent(struct reading *reading)
{
	if (!str_starts(reading->rest, STR("%")))
		return false;
	reading->rest = str_drop(reading->rest, 1);
	return true;
}

/* ---- the directives ---- */

/* What of a time a directive gives; no two of a format may give the same. */
enum part {
	PART_YEAR = 1,
	PART_MONTH = 2,
	PART_DAY = 4,
	PART_HOUR = 8,
	PART_HALF = 16,
	PART_MINUTE = 32,
	PART_SECOND = 64,
	PART_ZONE = 128,
	PART_HOUR12 = 256, /* beside PART_HOUR: wants PART_HALF */
};

static const struct directive {
	char letter;
	unsigned gives;
	bool (*take)(struct reading *reading);
} directives[] = {
    {'Y', PART_YEAR, take_year},
    {'m', PART_MONTH, take_month},
    {'b', PART_MONTH, take_month_name},
    {'d', PART_DAY, take_day},
    {'H', PART_HOUR, take_hour},
    {'I', PART_HOUR | PART_HOUR12, take_hour12},
    {'p', PART_HALF, take_half},
    {'M', PART_MINUTE, take_minute},
    {'S', PART_SECOND, take_second},
    {'z', PART_ZONE, take_offset},
    {'%', 0, take_percent},
};

static const struct directive *
directive_find(char letter)
{
	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		if (directives[i].letter == letter)
			return &directives[i];
	return NULL;
}

/* ---- shared with the built-in forms ---- */

bool
timeparts_fraction(struct str *rest, struct timeparts *parts)
{
	int weight = 100;
	size_t at = 1;

	if (!rest->len || rest->ptr[0] != '.')
		return true;
	for (; at < rest->len && ascii_is_digit((unsigned char)rest->ptr[at]);
	     at++) {
		parts->ms += (rest->ptr[at] - '0') * weight;
		weight /= 10;
	}
	*rest = str_drop(*rest, at);
	return at > 1;
}

bool
timeparts_offset(struct str *rest, struct timeparts *parts)
{
	if (!rest->len)
		return false;
	if (ascii_lower((unsigned char)rest->ptr[0]) != 'z')
		return zone_take_offset(rest, &parts->offset);
	parts->offset = 0;
	*rest = str_drop(*rest, 1);
	return true;
}

/* ---- formats ---- */

/* One element of *FORMAT: a directive, white space, or a character. */
static bool
take_element(struct str *format, struct reading *reading, unsigned *given)
{
	char c = format->ptr[0];
	const struct directive *directive;

	if (c == '%' && format->len > 1) {
		directive = directive_find(format->ptr[1]);
		*format = str_drop(*format, 2);
		*given |= directive ? directive->gives : 0;
		return directive && directive->take(reading);
	}
	*format = str_drop(*format, 1);
	if (ascii_is_space((unsigned char)c)) {
		while (reading->rest.len &&
		    ascii_is_space((unsigned char)reading->rest.ptr[0]))
			reading->rest = str_drop(reading->rest, 1);
		return true;
	}
	if (!reading->rest.len || reading->rest.ptr[0] != c)
		return false;
	reading->rest = str_drop(reading->rest, 1);
	return true;
}

bool
timeformat_parse(struct str format, struct str text, struct timeparts *parts)
{
	struct reading reading = {.rest = text, .parts = parts};
	unsigned given = 0;

	*parts = (struct timeparts){0};
	while (format.len)
		if (!take_element(&format, &reading, &given))
			return false;
	if (reading.hour12)
		parts->hour =
		    reading.hour12 % 12 + (reading.afternoon ? 12 : 0);
	parts->is_date = !(given & PART_HOUR);
	return reading.rest.len == 0;
}

/* What a whole format must give together. */
static bool
check_whole(unsigned given, struct fault *fault)
{
	const char *lacks = NULL;

	if (!(given & PART_YEAR))
		lacks = "the format has no year (%Y)";
	else if (!(given & PART_MONTH))
		lacks = "the format has no month (%m or %b)";
	else if (!(given & PART_DAY))
		lacks = "the format has no day (%d)";
	else if ((given & PART_HOUR12) && !(given & PART_HALF))
		lacks = "%I is a half day's hour and needs %p";
	else if ((given & PART_HALF) && !(given & PART_HOUR12))
		lacks = "%p goes with %I, not with %H";
	else if ((given & PART_MINUTE) && !(given & PART_HOUR))
		lacks = "%M needs an hour (%H, or %I and %p)";
	else if ((given & PART_SECOND) && !(given & PART_MINUTE))
		lacks = "%S needs minutes (%M)";
	if (!lacks)
		return true;
	return fault_value(fault, FAULT_NO_CARET, RULE, EXAMPLE, "%s", lacks);
}

bool
timeformat_check(struct str format, struct fault *fault)
{
	unsigned given = 0;

	for (size_t at = 0; at < format.len; at++) {
		const struct directive *directive;

		if (format.ptr[at] != '%')
			continue;
		if (at + 1 == format.len)
			return fault_value(fault, at, RULE, EXAMPLE,
			    "a lone %% at the end (write %%%% for the "
			    "character)");
		directive = directive_find(format.ptr[at + 1]);
		if (!directive)
			return fault_value(fault, at, RULE, EXAMPLE,
			    "%%%c is not known here", format.ptr[at + 1]);
		if (directive->gives & given)
			return fault_value(fault, at, RULE, EXAMPLE,
			    "%%%c gives again what the format has already",
			    directive->letter);
		given |= directive->gives;
		at++;
	}
	return check_whole(given, fault);
}

/* SPDX-License-Identifier: MIT */
/* Text to milliseconds since 1970-01-01T00:00:00Z and back. */
#include "mtrack/timestamp.h"

#include <endian.h>

#include "mtrack/buffer.h"
#include "mtrack/timeformat.h"

#define DAY_SECONDS  INT64_C(86400)
#define CYCLE_DAYS   INT64_C(146097)       /* of 400 years */
#define FIRST_SECOND INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define END_SECOND   INT64_C(253402300800) /* 10000-01-01T00:00:00Z */

static const unsigned char month_days[13] = {
    0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static const uint16_t days_before[13] = {
    0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

/* ---- the calendar ---- */

/* The year in two halves, century and year of it, as both the digits and the
 * rule of leap years have it. */
static inline bool
is_leap(unsigned century, unsigned year)
{
	return ((year ? year : century) & 3) == 0;
}

/* Days from 1970-01-01, which lies 719528 behind 0000-01-01. All leap days up
 * to the year's end are counted; its own is taken back before March. */
static inline int64_t
days_of(unsigned century, unsigned year, unsigned month, unsigned day)
{
	unsigned days = century * 36524 + century / 4 + year * 365 + year / 4 +
	    days_before[month] + day;

	days -= month <= 2 && is_leap(century, year);
	return (int64_t)days - 719528;
}

static inline bool
is_date(unsigned century, unsigned year, unsigned month, unsigned day)
{
	if (month - 1 > 11 || day - 1 > 30 || (century | year) == 0)
		return false;
	return day <= month_days[month] ||
	    (month == 2 && day == 29 && is_leap(century, year));
}

bool
timestamp_is_date(int year, int month, int day)
{
	return year >= 1 && year <= 9999 && month >= 1 && day >= 1 &&
	    is_date((unsigned)year / 100, (unsigned)year % 100, (unsigned)month,
		(unsigned)day);
}

/* Years of any size are brought into one cycle of 400 first. */
int64_t
timestamp_days(int year, int month, int day)
{
	int64_t cycles = year / 400 - (year % 400 < 0);
	unsigned rest = (unsigned)(year - cycles * 400);

	return cycles * CYCLE_DAYS +
	    days_of(rest / 100, rest % 100, (unsigned)month, 1) + day - 1;
}

/* Years are counted from March, so that the leap day ends one; a month from
 * there begins (153 * m + 2) / 5 days after it. */
void
timestamp_date(int64_t days, int *year, int *month, int *day)
{
	int64_t since = days + 719468; /* 0000-03-01 */
	int64_t cycle =
	    (since >= 0 ? since : since - CYCLE_DAYS + 1) / CYCLE_DAYS;
	unsigned in_cycle = (unsigned)(since - cycle * CYCLE_DAYS);
	unsigned y = (in_cycle - in_cycle / 1460 + in_cycle / 36524 -
			 in_cycle / 146096) /
	    365;
	unsigned in_year = in_cycle - (365 * y + y / 4 - y / 100);
	unsigned m = (5 * in_year + 2) / 153;

	*day = (int)(in_year - (153 * m + 2) / 5) + 1;
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + cycle * 400) + (m >= 10);
}

/* ---- reading ---- */

/* The form that nearly every record has, `2026-10-01T08:15:30Z`, many bytes at
 * a time. XOR with the form makes digits 0..9 and the fixed characters 0; what
 * is greater carries into the top bit of its byte when 0x7f minus the greatest
 * value is added. Then each byte becomes ten times itself and the one behind
 * it, and the same is done with the pairs that have a greatest value.
 *
 *     Y Y Y Y - M M -   D D   T   h h : m m : s s   Z    little-endian: the
 *     20  26      10    01        08    15    30         first is the lowest
 */
#define FORM_DATE    UINT64_C(0x2d30302d30303030) /* 0000-00- */
#define DIGITS_DATE  UINT64_C(0x7f76767f76767676)
#define FORM_CLOCK   UINT64_C(0x30303a30303a3030) /* 00:00:00 */
#define DIGITS_CLOCK UINT64_C(0x767a7f767a7f767d) /* tens: 2, 5 and 5 */
#define TOP_BITS     UINT64_C(0x8080808080808080)

#define BYTE(x, at) ((unsigned)((x) >> (8 * (at))) & 0xff)

static inline unsigned
digit(char c)
{
	return (unsigned char)c - (unsigned)'0';
}

/* `2026-10-01` at TEXT, into NEAR. */
static bool
parse_usual_date(const char *text, struct timestamp_near *near)
{
	unsigned tens = digit(text[8]);
	unsigned ones = digit(text[9]);
	uint64_t date;

	memcpy(&date, text, 8);
	date = le64toh(date) ^ FORM_DATE;
	if ((((date + DIGITS_DATE) | date) & TOP_BITS) || tens > 9 || ones > 9)
		return false;
	date = date * 10 + (date >> 8);
	if (!is_date(
		BYTE(date, 0), BYTE(date, 2), BYTE(date, 5), 10 * tens + ones))
		return false;
	memcpy(near->date, text, sizeof(near->date));
	near->midnight = DAY_MS *
	    days_of(
		BYTE(date, 0), BYTE(date, 2), BYTE(date, 5), 10 * tens + ones);
	return true;
}

static inline bool
parse_usual(const char *text, struct timestamp_near *near, int64_t *ms)
{
	uint64_t clock;

	/* Before the first date NEAR's is zeros, which is none. */
	if ((text[4] != '-' ||
		memcmp(text, near->date, sizeof(near->date)) != 0) &&
	    !parse_usual_date(text, near))
		return false;
	memcpy(&clock, text + 11, 8);
	clock = le64toh(clock) ^ FORM_CLOCK;
	if ((((clock + DIGITS_CLOCK) | clock) & TOP_BITS) || text[10] != 'T')
		return false;
	clock = clock * 10 + (clock >> 8);
	if (BYTE(clock, 0) > 23)
		return false;
	*ms = near->midnight + BYTE(clock, 0) * 3600000 +
	    BYTE(clock, 3) * 60000 + BYTE(clock, 6) * 1000;
	return true;
}

/* COUNT digits, no more and no less of them needed. */
static bool
take_digits(struct str *rest, size_t count, int *number)
{
	int value = 0;

	if (rest->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		unsigned char c = (unsigned char)rest->ptr[i];

		if (!ascii_is_digit(c))
			return false;
		value = value * 10 + (c - '0');
	}
	*rest = str_drop(*rest, count);
	*number = value;
	return true;
}

static bool
take_char(struct str *rest, char c)
{
	if (!rest->len || rest->ptr[0] != c)
		return false;
	*rest = str_drop(*rest, 1);
	return true;
}

/* `2026-10-01` or `2026/10/01`. */
static bool
take_date(struct str *rest, struct timeparts *parts)
{
	char separator = rest->len > 4 && rest->ptr[4] == '/' ? '/' : '-';

	return take_digits(rest, 4, &parts->year) &&
	    take_char(rest, separator) && take_digits(rest, 2, &parts->month) &&
	    take_char(rest, separator) && take_digits(rest, 2, &parts->day);
}

/* `08:15`, `08:15:30`, `08:15:30.25`. */
static bool
take_time(struct str *rest, struct timeparts *parts)
{
	if (!take_digits(rest, 2, &parts->hour) || !take_char(rest, ':') ||
	    !take_digits(rest, 2, &parts->minute))
		return false;
	if (!take_char(rest, ':'))
		return true;
	return take_digits(rest, 2, &parts->second) &&
	    timeparts_fraction(rest, parts);
}

static bool
parse_built_in(struct str text, struct timeparts *parts)
{
	*parts = (struct timeparts){0};
	if (!take_date(&text, parts))
		return false;
	parts->is_date = text.len == 0;
	if (parts->is_date)
		return true;
	if (text.ptr[0] != 'T' && text.ptr[0] != 't' && text.ptr[0] != ' ')
		return false;
	text = str_drop(text, 1);
	if (!take_time(&text, parts))
		return false;
	if (text.len)
		parts->has_offset = timeparts_offset(&text, parts);
	return text.len == 0;
}

/* Ten digits are seconds, thirteen are milliseconds. */
static bool
parse_unix(struct str text, struct timestamp *found)
{
	uint64_t number;

	if ((text.len != 10 && text.len != 13) || !str_to_u64(text, &number))
		return false;
	*found = (struct timestamp){0};
	found->ms = (int64_t)number * (text.len == 10 ? 1000 : 1);
	return true;
}

/* From what the clock showed to the instant; false for what no clock shows. */
static bool
resolve(const struct timeparts *parts, const struct zone *zone,
    struct timestamp *found)
{
	bool leap_second = parts->second == 60;
	int second = leap_second ? 59 : parts->second;
	int64_t utc;

	if (!timestamp_is_date(parts->year, parts->month, parts->day) ||
	    parts->hour > 23 || parts->minute > 59 || second > 59)
		return false;
	*found = (struct timestamp){.is_date = parts->is_date};
	found->day = timestamp_days(parts->year, parts->month, parts->day);
	utc = found->day * DAY_SECONDS + parts->hour * 3600 +
	    parts->minute * 60 + second;
	if (parts->has_offset)
		utc -= parts->offset;
	else
		found->local = zone_to_utc(zone, utc, &utc);
	if (utc < FIRST_SECOND || utc >= END_SECOND)
		return false;
	found->ms = utc * 1000;
	if (found->local != ZONE_NEVER)
		found->ms += leap_second ? 999 : parts->ms;
	return !leap_second ||
	    (utc - FIRST_SECOND) % DAY_SECONDS == DAY_SECONDS - 1;
}

bool
timestamp_read(struct str text, const struct timestamp_rules *rules,
    struct timestamp *found)
{
	struct timeparts parts;

	for (size_t i = 0; i < rules->format_count; i++)
		if (timeformat_parse(rules->formats[i], text, &parts) &&
		    resolve(&parts, rules->zone, found))
			return true;
	if (parse_built_in(text, &parts))
		return resolve(&parts, rules->zone, found);
	return parse_unix(text, found);
}

/* Apart, so that the usual form pays nothing for the others. */
static __attribute__((noinline)) bool
parse_other(struct str text, const struct timestamp_rules *rules, int64_t *ms)
{
	struct timestamp found;

	if (!timestamp_read(text, rules, &found))
		return false;
	*ms = found.ms;
	return true;
}

/* `.123Z` */
static bool
is_fraction(const char *text, int64_t *ms)
{
	unsigned hundreds = digit(text[1]);
	unsigned tens = digit(text[2]);
	unsigned ones = digit(text[3]);

	*ms = 100 * hundreds + 10 * tens + ones;
	return text[0] == '.' && hundreds <= 9 && tens <= 9 && ones <= 9 &&
	    text[4] == 'Z';
}

bool
timestamp_parse_near(struct str text, const struct timestamp_rules *rules,
    struct timestamp_near *near, int64_t *ms)
{
	int64_t fraction = 0;

	if (!rules->format_count &&
	    ((text.len == 20 && text.ptr[19] == 'Z') ||
		(text.len == 24 && is_fraction(text.ptr + 19, &fraction))) &&
	    parse_usual(text.ptr, near, ms)) {
		*ms += fraction;
		return true;
	}
	return parse_other(text, rules, ms);
}

bool
timestamp_parse(
    struct str text, const struct timestamp_rules *rules, int64_t *ms)
{
	struct timestamp_near near = {0};

	return timestamp_parse_near(text, rules, &near, ms);
}

bool
timestamp_format_check(struct str format, struct fault *fault)
{
	return timeformat_check(format, fault);
}

/* ---- printing ---- */

static inline char *
put2(char *at, unsigned number)
{
	static const char pairs[] =
	    "00010203040506070809101112131415161718192021222324"
	    "25262728293031323334353637383940414243444546474849"
	    "50515253545556575859606162636465666768697071727374"
	    "75767778798081828384858687888990919293949596979899";

	memcpy(at, pairs + 2 * number, 2);
	return at + 2;
}

/* Four digits; outside 1 to 9999 a sign and as many as are needed. */
static char *
put_year(char *at, int year)
{
	unsigned rest = year < 0 ? 0 - (unsigned)year : (unsigned)year;
	char digits[12];
	size_t count = 0;

	if (year >= 0 && year <= 9999)
		return put2(put2(at, rest / 100), rest % 100);
	*at++ = year < 0 ? '-' : '+';
	for (; rest || count < 4; rest /= 10)
		digits[count++] = (char)('0' + rest % 10);
	while (count)
		*at++ = digits[--count];
	return at;
}

static char *
put_offset(char *at, int32_t minutes)
{
	unsigned size = (unsigned)(minutes < 0 ? -minutes : minutes);

	*at++ = minutes < 0 ? '-' : '+';
	at = put2(at, size / 60);
	*at++ = ':';
	return put2(at, size % 60);
}

static char *
put_clock(char *at, unsigned second_of_day, unsigned ms)
{
	*at++ = 'T';
	at = put2(at, second_of_day / 3600);
	*at++ = ':';
	at = put2(at, second_of_day / 60 % 60);
	*at++ = ':';
	at = put2(at, second_of_day % 60);
	if (ms) {
		*at++ = '.';
		*at++ = (char)('0' + ms / 100);
		at = put2(at, ms % 100);
	}
	return at;
}

/* Rounds down, before 1970 too. */
static inline int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Offsets of before 1972 may have seconds: what is printed is the wall clock of
 * the next lower minute's offset, so that it names the same instant. */
void
timestamp_print(int64_t ms, const struct zone *zone, struct buffer *out)
{
	int64_t utc = floor_div(ms, 1000);
	int64_t local = utc;
	int32_t minutes = 0;
	int64_t days;
	char *at;
	int year;
	int month;
	int day;

	if (zone) {
		minutes = (int32_t)floor_div(zone_offset(zone, utc), 60);
		local = utc + minutes * 60;
		if (local < FIRST_SECOND || local >= END_SECOND ||
		    minutes <= -24 * 60 || minutes >= 24 * 60) {
			zone = NULL;
			local = utc;
		}
	}
	if (out->cap - out->len < 40)
		buffer_reserve(out, 40);
	days = floor_div(local, DAY_SECONDS);
	timestamp_date(days, &year, &month, &day);
	at = put_year(out->ptr + out->len, year);
	*at++ = '-';
	at = put2(at, (unsigned)month);
	*at++ = '-';
	at = put2(at, (unsigned)day);
	at = put_clock(at, (unsigned)(local - days * DAY_SECONDS),
	    (unsigned)((ms % 1000 + 1000) % 1000));
	if (zone)
		at = put_offset(at, minutes);
	else
		*at++ = 'Z';
	out->len = (size_t)(at - out->ptr);
}

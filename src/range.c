/* SPDX-License-Identifier: MIT */
/* Ranges of sizes and delays. */
#include "mtrack/range.h"

struct unit {
	char letter; /* lower case; 0 is no unit at all */
	int64_t factor;
};

struct scale {
	const struct unit *units;
	const char *rule;
	const char *example;
	const char *one_rule;
	const char *one_example;
};

/* clang-format off */
static const struct unit size_units[] = {
	{0, 1}, {'k', 1 << 10}, {'m', 1 << 20}, {'g', 1 << 30}, {0, 0},
};
static const struct unit delay_units[] = {
	{0, 1000}, {'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000},
	{0, 0},
};
/* clang-format on */

static const struct scale sizes = {
    size_units,
    "a range is MIN..MAX, MIN.. or ..MAX, in bytes or with K, M or G",
    "1M..10M",
    "a size is a whole number of bytes, or one with K, M or G",
    "512M",
};
static const struct scale delays = {
    delay_units,
    "a range is MIN..MAX, MIN.. or ..MAX, in seconds or with s, m, h or d",
    "5m..2h",
    "a delay is a whole number of seconds, or one with s, m, h or d",
    "90s",
};

/* The factor of the unit in TEXT, 0 when there is no such unit. */
static int64_t
unit_factor(const struct unit *units, struct str text)
{
	char letter =
	    text.len ? (char)ascii_lower((unsigned char)text.ptr[0]) : '\0';

	if (text.len > 1)
		return 0;
	for (; units->factor; units++)
		if (units->letter == letter)
			return units->factor;
	return 0;
}

/* One amount, the whole of TEXT: NULL, or why it is none, with *at the byte
 * at fault. */
static const char *
amount(const struct scale *scale, struct str text, int64_t *value, size_t *at)
{
	size_t count = str_digits(text);
	int64_t factor = unit_factor(scale->units, str_drop(text, count));
	uint64_t number;

	*at = count;
	if (count == 0)
		return "a number is missing";
	if (factor == 0)
		return "there is no such unit";
	*at = 0;
	if (!str_to_u64(str_take(text, count), &number) ||
	    number > (uint64_t)(INT64_MAX / factor))
		return "the number is too large";
	*value = (int64_t)number * factor;
	return NULL;
}

static bool
refuse(const struct scale *scale, size_t caret, const char *why,
    struct fault *fault)
{
	return fault_value(
	    fault, caret, scale->rule, scale->example, "%s", why);
}

/* One end of a range, which begins at BASE of the value; empty is open. */
static bool
end(const struct scale *scale, struct str text, size_t base, int64_t *value,
    struct fault *fault)
{
	struct str trimmed = str_trim(text);
	const char *why;
	size_t at;

	if (trimmed.len == 0)
		return true;
	base += (size_t)(trimmed.ptr - text.ptr);
	why = amount(scale, trimmed, value, &at);
	return !why || refuse(scale, base + at, why, fault);
}

/* `1h`, `>1h`, `<=10M`: an amount where a range is wanted. */
static bool
refuse_amount(const struct scale *scale, struct str text, struct fault *fault)
{
	struct str bare = str_trim(text);
	bool below = str_starts(bare, STR("<"));
	int64_t unused;
	size_t at;

	while (bare.len && strchr("<>= ", bare.ptr[0]))
		bare = str_drop(bare, 1);
	if (amount(scale, bare, &unused, &at))
		return refuse(scale, text.len, "`..` is missing", fault);
	return fault_value(fault, text.len, scale->rule, scale->example,
	    "`..` is missing; did you mean `%s%.*s%s`?", below ? ".." : "",
	    STR_ARG(bare), below ? "" : "..");
}

static bool
parse(const struct scale *scale, struct str text, struct range *range,
    struct fault *fault)
{
	size_t dots = str_find(text, STR(".."));
	struct str min = str_take(text, dots);
	struct str max = str_drop(text, dots == SIZE_MAX ? dots : dots + 2);

	*range = (struct range){INT64_MIN, INT64_MAX};
	if (dots == SIZE_MAX)
		return refuse_amount(scale, text, fault);
	if (!str_trim(min).len && !str_trim(max).len)
		return refuse(
		    scale, 0, "a range needs at least one end", fault);
	if (!end(scale, min, 0, &range->min, fault) ||
	    !end(scale, max, dots + 2, &range->max, fault))
		return false;
	if (range->min > range->max)
		return refuse(scale, 0, "MIN is over MAX", fault);
	return true;
}

bool
range_sizes(struct str text, struct range *range, struct fault *fault)
{
	return parse(&sizes, text, range, fault);
}

bool
range_delays(struct str text, struct range *range, struct fault *fault)
{
	return parse(&delays, text, range, fault);
}

bool
range_match(const struct range *range, int64_t value)
{
	return range->min <= value && value <= range->max;
}

bool
range_size(struct str text, uint64_t *bytes, struct fault *fault)
{
	int64_t value;
	size_t at;
	const char *why = amount(&sizes, text, &value, &at);

	if (why)
		return fault_value(
		    fault, at, sizes.one_rule, sizes.one_example, "%s", why);
	*bytes = (uint64_t)value;
	return true;
}

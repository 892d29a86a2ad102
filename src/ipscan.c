/* SPDX-License-Identifier: MIT */
/* The grammar of IP addresses and prefixes. */
#include "mtrack/ipscan.h"

#define GROUPS 8

/* ---- what can be wrong ---- */

enum wrong {
	RIGHT,
	WRONG_EMPTY,
	WRONG_CHARACTER,
	WRONG_OCTET_EMPTY,
	WRONG_OCTET_ZERO,
	WRONG_OCTET_SIZE,
	WRONG_OCTET_FIFTH,
	WRONG_LAST_DOT,
	WRONG_SHORT_CIDR,
	WRONG_BITS,
	WRONG_BITS_V4,
	WRONG_BITS_V6,
	WRONG_GROUP_SIZE,
	WRONG_GROUP_EMPTY,
	WRONG_GROUP_COUNT,
	WRONG_GROUP_NINTH,
	WRONG_GAP_TWICE,
	WRONG_GAP_FULL,
	WRONG_EMBEDDED,
	WRONG_ZONE,
	WRONG_BRACKET,
	WRONG_STAR,
	WRONG_CHARACTER_V6,
};

#define RULE_V4                                                                \
	"IPv4 is one to four numbers of 0 to 255 between dots, or all four "   \
	"and /BITS"
#define RULE_V6                                                                \
	"IPv6 is eight groups of up to four hex digits, `::` once for zeros, " \
	"or that and /BITS"
#define RULE_PREFIX                                                            \
	"a network is the numbers it begins with (10.1.), or CIDR "            \
	"(10.1.0.0/16, 2001:db8::/32)"

/* clang-format off */
static const struct wrong_row {
	const char *what;
	const char *rule;
	const char *example;
} wrong_rows[] = {
    [WRONG_EMPTY] = {"the address is empty", RULE_V4, "10.1."},
    [WRONG_CHARACTER] = {"this character is no part of an IP address", RULE_V4, "10.1."},
    [WRONG_OCTET_EMPTY] = {"a number is missing here", RULE_V4, "10.1.2.3"},
    [WRONG_OCTET_ZERO] = {"a number begins with 0", RULE_V4, "10.1.2.3"},
    [WRONG_OCTET_SIZE] = {"a number is over 255", RULE_V4, "10.1.2.3"},
    [WRONG_OCTET_FIFTH] = {"this is a fifth number", RULE_V4, "10.1.2.3"},
    [WRONG_LAST_DOT] = {"a dot stands behind a whole address", RULE_V4, "1.2.3.4"},
    [WRONG_SHORT_CIDR] = {"/BITS needs all four numbers before it", RULE_V4, "10.1.0.0/16"},
    [WRONG_BITS] = {"a whole number of bits belongs behind the slash", RULE_V4, "10.1.0.0/16"},
    [WRONG_BITS_V4] = {"IPv4 has no more than 32 bits", RULE_V4, "10.1.0.0/16"},
    [WRONG_BITS_V6] = {"IPv6 has no more than 128 bits", RULE_V6, "2001:db8::/32"},
    [WRONG_GROUP_SIZE] = {"a group has more than four digits", RULE_V6, "2001:db8::1"},
    [WRONG_GROUP_EMPTY] = {"a group is missing here", RULE_V6, "2001:db8::1"},
    [WRONG_GROUP_COUNT] = {"there are fewer than eight groups and no `::`", RULE_V6, "2001:db8::/32"},
    [WRONG_GROUP_NINTH] = {"there are more than eight groups", RULE_V6, "2001:db8::1"},
    [WRONG_GAP_TWICE] = {"`::` stands here a second time", RULE_V6, "2001:db8::1"},
    [WRONG_GAP_FULL] = {"`::` stands for nothing: all eight groups are given", RULE_V6, "2001:db8::1"},
    [WRONG_EMBEDDED] = {"the IPv4 address in it is not whole", RULE_V6, "::ffff:10.1.2.3"},
    [WRONG_ZONE] = {"an interface (`%`) is no part of the address", RULE_V6, "fe80::1"},
    [WRONG_BRACKET] = {"the address stands without brackets", RULE_V6, "2001:db8::1"},
    [WRONG_STAR] = {"a star is no part of an IP address", RULE_PREFIX, "10.1.0.0/16"},
    [WRONG_CHARACTER_V6] = {"this character is no part of an IP address", RULE_V6, "2001:db8::1"},
};
/* clang-format on */

static bool
complain(struct ipscan *scan, enum wrong wrong, size_t caret)
{
	scan->wrong = wrong;
	scan->caret = caret;
	return false;
}

static bool
more(const struct ipscan *scan)
{
	return scan->at < scan->text.len;
}

static bool
next_is(const struct ipscan *scan, char c)
{
	return more(scan) && scan->text.ptr[scan->at] == c;
}

static bool
next_is_digit(const struct ipscan *scan)
{
	return more(scan) &&
	    ascii_is_digit((unsigned char)scan->text.ptr[scan->at]);
}

/* What the next byte is blamed for, when nothing fits it. */
static bool
unexpected(struct ipscan *scan, enum wrong missing)
{
	char c = more(scan) ? scan->text.ptr[scan->at] : '.';
	enum wrong wrong = scan->v6 ? WRONG_CHARACTER_V6 : WRONG_CHARACTER;

	if (c == '*')
		wrong = WRONG_STAR;
	else if (c == '%')
		wrong = WRONG_ZONE;
	else if (c == '[' || c == ']')
		wrong = WRONG_BRACKET;
	else if (c == '.' || c == ':' || c == '/')
		wrong = missing;
	return complain(scan, wrong, scan->at);
}

/* ---- IPv4 ---- */

static bool
take_octet(struct ipscan *scan, unsigned char *octet)
{
	size_t begin = scan->at;
	unsigned value = 0;

	while (next_is_digit(scan) && value < 256)
		value =
		    value * 10 + (unsigned)(scan->text.ptr[scan->at++] - '0');
	if (scan->at == begin)
		return unexpected(scan, WRONG_OCTET_EMPTY);
	if (scan->text.ptr[begin] == '0' && scan->at > begin + 1)
		return complain(scan, WRONG_OCTET_ZERO, begin);
	if (value > 255)
		return complain(scan, WRONG_OCTET_SIZE, begin);
	*octet = (unsigned char)value;
	return true;
}

/* One to four octets up to the end or a slash; a dot may stand behind fewer
 * than four. BEGINS gets where each begins. */
static bool
take_octets(struct ipscan *scan, unsigned char octets[4], size_t begins[4],
    unsigned *count)
{
	*count = 0;
	for (;;) {
		if (*count == 4)
			return next_is_digit(scan)
			    ? complain(scan, WRONG_OCTET_FIFTH, scan->at)
			    : complain(scan, WRONG_LAST_DOT, scan->at - 1);
		begins[*count] = scan->at;
		if (!take_octet(scan, &octets[*count]))
			return false;
		++*count;
		if (!next_is(scan, '.'))
			break;
		scan->at++;
		if (*count < 4 && (!more(scan) || next_is(scan, '/')))
			break;
	}
	return !more(scan) || next_is(scan, '/') ||
	    unexpected(scan, WRONG_CHARACTER);
}

/* Four octets and nothing behind them. */
static bool
take_whole_v4(struct ipscan *scan, unsigned char octets[4])
{
	size_t begins[4];
	unsigned count;

	return take_octets(scan, octets, begins, &count) && count == 4 &&
	    !more(scan);
}

/* ---- IPv6 ---- */

struct groups {
	unsigned char bytes[16];
	size_t begins[GROUPS]; /* by group; not those that `::` stands for */
	unsigned count;
	unsigned gap; /* groups before `::`; above GROUPS when there is none */
	size_t gap_at;
};

static int
hex_digit(char c)
{
	unsigned char low = ascii_lower((unsigned char)c);

	if (ascii_is_digit(low))
		return low - '0';
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* The last two groups may be written as IPv4. */
static bool
take_embedded(struct ipscan *scan, size_t begin, struct groups *groups)
{
	struct str rest = str_drop(scan->text, begin);
	size_t end = str_find_char(rest, '/');
	struct ipscan inner = {.text = str_take(rest, end)};

	if (groups->count > GROUPS - 2)
		return complain(scan, WRONG_GROUP_NINTH, begin);
	if (!take_whole_v4(&inner, groups->bytes + 2 * groups->count))
		return inner.wrong == RIGHT
		    ? complain(scan, WRONG_EMBEDDED, begin)
		    : complain(scan, inner.wrong, begin + inner.caret);
	groups->begins[groups->count] = begin;
	groups->begins[groups->count + 1] = begin;
	groups->count += 2;
	scan->at = begin + inner.text.len;
	return true;
}

static bool
take_group(struct ipscan *scan, struct groups *groups)
{
	size_t begin = scan->at;
	unsigned value = 0;
	int digit;

	while (
	    more(scan) && (digit = hex_digit(scan->text.ptr[scan->at])) >= 0) {
		value = (value << 4 | (unsigned)digit) & 0xfffff;
		scan->at++;
	}
	if (next_is(scan, '.') && scan->at > begin)
		return take_embedded(scan, begin, groups);
	if (scan->at == begin)
		return unexpected(scan, WRONG_GROUP_EMPTY);
	if (scan->at - begin > 4)
		return complain(scan, WRONG_GROUP_SIZE, begin);
	if (groups->count == GROUPS)
		return complain(scan, WRONG_GROUP_NINTH, begin);
	groups->bytes[2 * groups->count] = (unsigned char)(value >> 8);
	groups->bytes[2 * groups->count + 1] = (unsigned char)value;
	groups->begins[groups->count++] = begin;
	return true;
}

/* Takes `:` or `::` and answers whether a group must follow. */
static bool
take_colons(struct ipscan *scan, struct groups *groups, bool *group_follows)
{
	size_t begin = scan->at++;

	*group_follows = true;
	if (!next_is(scan, ':'))
		return groups->count > 0 ||
		    complain(scan, WRONG_GROUP_EMPTY, begin);
	scan->at++;
	if (groups->gap <= GROUPS)
		return complain(scan, WRONG_GAP_TWICE, begin);
	if (groups->count == GROUPS)
		return complain(scan, WRONG_GAP_FULL, begin);
	groups->gap = groups->count;
	groups->gap_at = begin;
	*group_follows = more(scan) && !next_is(scan, '/');
	return true;
}

/* Moves what stands behind `::` to the end. */
static bool
close_gap(struct ipscan *scan, struct groups *groups)
{
	unsigned missing = GROUPS - groups->count;
	unsigned behind = groups->count - groups->gap;

	if (groups->gap > GROUPS)
		return missing == 0 ||
		    complain(scan, WRONG_GROUP_COUNT, scan->at);
	if (missing == 0)
		return complain(scan, WRONG_GAP_FULL, groups->gap_at);
	memmove(groups->bytes + 2 * (groups->gap + missing),
	    groups->bytes + 2 * groups->gap, 2 * (size_t)behind);
	memmove(groups->begins + groups->gap + missing,
	    groups->begins + groups->gap, behind * sizeof(groups->begins[0]));
	memset(groups->bytes + 2 * groups->gap, 0, 2 * (size_t)missing);
	return true;
}

/* An address up to the end or a slash. */
static bool
take_v6(struct ipscan *scan, struct groups *groups)
{
	bool group_follows = !next_is(scan, ':');

	*groups = (struct groups){.gap = GROUPS + 1};
	for (;;) {
		if (group_follows && !take_group(scan, groups))
			return false;
		if (!more(scan) || next_is(scan, '/'))
			return close_gap(scan, groups);
		if (!next_is(scan, ':'))
			return unexpected(scan, WRONG_CHARACTER);
		if (!take_colons(scan, groups, &group_follows))
			return false;
	}
}

/* ---- the whole ---- */

/* `/16`, up to the end. */
static bool
take_bits(struct ipscan *scan)
{
	unsigned most = scan->v6 ? 128 : 32;
	size_t begin = ++scan->at;
	unsigned value = 0;

	while (next_is_digit(scan) && value <= most)
		value =
		    value * 10 + (unsigned)(scan->text.ptr[scan->at++] - '0');
	if (value > most)
		return complain(
		    scan, scan->v6 ? WRONG_BITS_V6 : WRONG_BITS_V4, begin);
	if (scan->at == begin || more(scan))
		return complain(scan, WRONG_BITS, scan->at);
	if (scan->text.ptr[begin] == '0' && scan->at > begin + 1)
		return complain(scan, WRONG_BITS, begin);
	scan->bits = value;
	scan->has_bits = true;
	return true;
}

static bool
read_v4(struct ipscan *scan)
{
	unsigned count;

	if (!take_octets(scan, scan->bytes + IPSCAN_V4,
		scan->begins + IPSCAN_V4, &count))
		return false;
	scan->bits = 8 * count;
	if (!more(scan))
		return true;
	if (count < 4)
		return complain(scan, WRONG_SHORT_CIDR, scan->at);
	return take_bits(scan);
}

static bool
read_v6(struct ipscan *scan)
{
	struct groups groups;

	scan->v6 = true;
	if (!take_v6(scan, &groups))
		return false;
	memcpy(scan->bytes, groups.bytes, sizeof(scan->bytes));
	for (size_t i = 0; i < 16; i++)
		scan->begins[i] = groups.begins[i / 2];
	scan->bits = 128;
	return !more(scan) || take_bits(scan);
}

/* A colon is what tells IPv6, and stands behind four digits at most; a fifth
 * is looked at so that the fault is told in IPv6's terms. */
bool
ipscan_read(struct ipscan *scan, struct str text)
{
	size_t at = 0;

	*scan = (struct ipscan){.text = text};
	if (!text.len)
		return complain(scan, WRONG_EMPTY, 0);
	while (at < text.len && at < 6 && hex_digit(text.ptr[at]) >= 0)
		at++;
	if (at < text.len && text.ptr[at] == ':')
		return read_v6(scan);
	return read_v4(scan);
}

/* `10.1.*`, `10.1.*.*`: the octets before the star, and their dots. */
static struct str
octets_before_star(const struct ipscan *scan, unsigned *dots)
{
	struct str before = str_take(scan->text, scan->caret);
	struct str rest = str_drop(scan->text, scan->caret);

	*dots = 0;
	for (size_t i = 0; i < before.len; i++)
		*dots += before.ptr[i] == '.';
	for (size_t i = 0; i < rest.len; i++)
		if (rest.ptr[i] != '*' && rest.ptr[i] != '.')
			return STR_NONE;
	if (*dots == 0 || *dots > 3 || before.ptr[before.len - 1] != '.')
		return STR_NONE;
	return before;
}

bool
ipscan_fault(const struct ipscan *scan, struct fault *fault)
{
	static const char *const zeros[] = {"", "0.0.0/8", "0.0/16", "0/24"};
	const struct wrong_row *row = &wrong_rows[scan->wrong];
	struct str octets = STR_NONE;
	unsigned dots;

	if (scan->wrong == WRONG_STAR && !scan->v6)
		octets = octets_before_star(scan, &dots);
	if (octets.len)
		return fault_value(fault, scan->caret, row->rule, row->example,
		    "a prefix stands without a star; did you mean `%.*s` or "
		    "`%.*s%s`?",
		    STR_ARG(octets), STR_ARG(octets), zeros[dots]);
	return fault_value(
	    fault, scan->caret, row->rule, row->example, "%s", row->what);
}

/* SPDX-License-Identifier: MIT */
/* Texts and numbers as ClickHouse SQL writes them. */
#include "mtrack/sql_text.h"

#include "mtrack/timestamp.h"
#include "mtrack/unicode.h"
#include "mtrack/word.h"

#define DAY_FIRST (SQL_TIME_FIRST / DAY_MS)
#define DAY_LAST  (SQL_TIME_LAST / DAY_MS)

/* ---- literals ---- */

static void
put_byte(char c, struct buffer *out)
{
	if (c == '\'' || c == '\\') {
		buffer_putc(out, '\\');
		buffer_putc(out, c);
	} else if ((unsigned char)c < ' ' || c == 0x7f) {
		buffer_printf(out, "\\x%02x", (unsigned char)c);
	} else {
		buffer_putc(out, c);
	}
}

static void
put_bytes(struct str s, struct buffer *out)
{
	for (size_t i = 0; i < s.len; i++)
		put_byte(s.ptr[i], out);
}

void
sql_literal(struct str s, struct buffer *out)
{
	buffer_putc(out, '\'');
	put_bytes(s, out);
	buffer_putc(out, '\'');
}

void
sql_like(const struct str *parts, size_t count, bool whole, struct buffer *out)
{
	buffer_puts(out, whole ? STR("'") : STR("'%"));
	for (size_t i = 0; i < count; i++) {
		struct str part = parts[i];

		if (i)
			buffer_putc(out, '%');
		for (size_t j = 0; j < part.len; j++) {
			if (strchr("\\%_", part.ptr[j]) && part.ptr[j])
				put_byte('\\', out);
			put_byte(part.ptr[j], out);
		}
	}
	buffer_puts(out, whole ? STR("'") : STR("%'"));
}

/* ---- regular expressions ---- */

/* S with nothing special in it, inside of a literal. */
static void
put_quoted(struct str s, struct buffer *out)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c && strchr("\\.+*?()|[]{}^$", c))
			put_byte('\\', out);
		if (c)
			put_byte(c, out);
		else
			put_bytes(STR("\\x{0}"), out);
	}
}

/* A letter of a script without spaces, and nothing else, as ranges. */
static void
put_unspaced(struct buffer *out)
{
	uint32_t first = 0;
	bool open = false;

	for (uint32_t cp = 0xe00; cp <= 0x40000; cp++) {
		bool is = word_is_unspaced(cp);

		if (is && !open)
			first = cp;
		if (!is && open && first == cp - 1)
			buffer_printf(out, "\\\\x{%x}", first);
		else if (!is && open)
			buffer_printf(
			    out, "\\\\x{%x}-\\\\x{%x}", first, cp - 1);
		open = is;
	}
}

void
sql_edge(struct buffer *out)
{
	buffer_putc(out, '\'');
	put_bytes(STR("[^\\p{L}\\p{Nd}\\p{M}_]|["), out);
	put_unspaced(out);
	buffer_puts(out, STR("]'"));
}

static bool
is_edged(uint32_t cp)
{
	return unicode_is_word(cp) && !word_is_unspaced(cp);
}

/* Whether what stands before PHRASE matters. */
static bool
has_left_edge(struct str phrase)
{
	size_t len;
	uint32_t first = phrase.len ? unicode_decode(phrase, &len) : ' ';

	return is_edged(first) || unicode_is_mark(first);
}

/* Whether what stands behind it does: when its last character that is no mark
 * is of a word. Where it is all marks the left edge has decided. */
static bool
has_right_edge(struct str phrase)
{
	size_t at = phrase.len;
	size_t len;

	while (at > 0) {
		uint32_t cp = unicode_decode_back(phrase, at, &len);

		if (!unicode_is_mark(cp))
			return is_edged(cp);
		at -= len;
	}
	return false;
}

bool
sql_phrase_has_edges(struct str phrase)
{
	return has_left_edge(phrase) || has_right_edge(phrase);
}

void
sql_phrase(struct str phrase, struct buffer *out)
{
	buffer_putc(out, '\'');
	if (has_left_edge(phrase)) {
		put_bytes(STR("(?:\\A|"), out);
		buffer_puts(out, STR("' || edge || '"));
		put_bytes(STR(")\\p{M}*"), out);
	}
	put_quoted(phrase, out);
	if (has_right_edge(phrase)) {
		put_bytes(STR("(?:\\z|"), out);
		buffer_puts(out, STR("' || edge || ')"));
	}
	buffer_putc(out, '\'');
}

static void
put_glob(struct str glob, struct buffer *out)
{
	struct str part;

	for (bool first = true; str_split(&glob, '*', &part); first = false) {
		if (!first)
			put_bytes(STR("[^@]*"), out);
		put_quoted(part, out);
	}
}

void
sql_address(struct str local, struct str domain, struct buffer *out)
{
	buffer_putc(out, '\'');
	if (str_eq(local, STR("*"))) {
		put_bytes(STR("@"), out);
	} else {
		put_bytes(STR("\\A"), out);
		put_glob(local, out);
		buffer_putc(out, '@');
	}
	put_glob(domain, out);
	put_bytes(STR("\\z"), out);
	buffer_putc(out, '\'');
}

/* ---- times and addresses ---- */

static void
put_date(int64_t day, struct buffer *out)
{
	int year, month, date;

	timestamp_date(day, &year, &month, &date);
	buffer_printf(out, "%04d-%02d-%02d", year, month, date);
}

void
sql_time(int64_t ms, struct buffer *out)
{
	int64_t day = ms / DAY_MS - (ms % DAY_MS < 0);
	unsigned rest = (unsigned)(ms - day * DAY_MS);

	buffer_puts(out, STR("toDateTime64('"));
	put_date(day, out);
	buffer_printf(out, " %02u:%02u:%02u.%03u', 3, 'UTC')", rest / 3600000,
	    rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
}

void
sql_day(int64_t day, struct buffer *out)
{
	day = day < DAY_FIRST ? DAY_FIRST : day;
	buffer_puts(out, STR("toDate32('"));
	put_date(day > DAY_LAST ? DAY_LAST : day, out);
	buffer_puts(out, STR("')"));
}

/* As IPv6, in which IPv4 is mapped (RFC 4291, 2.5.5.2). */
static void
put_ip(struct ip ip, struct buffer *out)
{
	buffer_puts(out, ip.v6 ? STR("toIPv6('") : STR("toIPv6('::ffff:"));
	ip_print(&ip, out);
	buffer_puts(out, STR("')"));
}

/* The last address that PREFIX covers. */
static struct ip
last_ip(const struct ip_prefix *prefix)
{
	unsigned bits = prefix->bits + (prefix->ip.v6 ? 0 : 96);
	struct ip last = prefix->ip;

	for (unsigned i = bits / 8; i < 16; i++)
		last.bytes[i] |=
		    i == bits / 8 ? (unsigned char)(0xff >> bits % 8) : 0xff;
	return last;
}

/* Whether an IPv6 prefix covers mapped IPv4 addresses: they are none of its
 * own (SPEC 3.5). */
static bool
covers_mapped(const struct ip_prefix *prefix)
{
	static const unsigned char mapped[16] = {[10] = 0xff, [11] = 0xff};
	const struct ip four = {.v6 = true};
	struct ip same = four;

	memcpy(same.bytes, mapped, sizeof(mapped));
	return prefix->ip.v6 && ip_match(prefix, &same);
}

void
sql_prefix(
    const char *column, const struct ip_prefix *prefix, struct buffer *out)
{
	bool whole = prefix->bits == (prefix->ip.v6 ? 128 : 32);

	buffer_printf(out, "(isNotNull(%s) AND %s %s ", column, column,
	    whole ? "=" : ">=");
	put_ip(prefix->ip, out);
	if (whole) {
		buffer_putc(out, ')');
		return;
	}
	buffer_printf(out, " AND %s <= ", column);
	put_ip(last_ip(prefix), out);
	if (covers_mapped(prefix))
		buffer_printf(out,
		    " AND NOT (%s >= toIPv6('::ffff:0.0.0.0') AND "
		    "%s <= toIPv6('::ffff:255.255.255.255'))",
		    column, column);
	buffer_putc(out, ')');
}

/* ---- names ---- */

static bool
is_name_byte(char c, bool first)
{
	unsigned char low = ascii_lower((unsigned char)c);

	return c == '_' || (low >= 'a' && low <= 'z') ||
	    (!first && ascii_is_digit(low));
}

bool
sql_table_check(struct str name, struct fault *fault)
{
	bool first = true; /* of a name */
	bool second = false;

	for (size_t i = 0; i <= name.len; i++) {
		char c = i < name.len ? name.ptr[i] : '\0';

		if (i == name.len && !first)
			return true;
		if (c == '.' && !first && !second) {
			first = second = true;
			continue;
		}
		if (!is_name_byte(c, first))
			return fault_value(fault, i,
			    "a table is NAME or DATABASE.NAME, of letters, "
			    "digits and `_`, none beginning with a digit",
			    "logs.mail_tracking", "no name of a table");
		first = false;
	}
	return true;
}

void
sql_table(struct str name, struct buffer *out)
{
	struct str part;

	for (bool first = true; str_split(&name, '.', &part); first = false)
		buffer_printf(out, "%s`%.*s`", first ? "" : ".", STR_ARG(part));
}

size_t
sql_invalid(struct str s)
{
	size_t at = 0;
	size_t len;

	for (; at < s.len; at += len)
		if (unicode_decode(str_drop(s, at), &len) & UNICODE_INVALID)
			return at;
	return SIZE_MAX;
}

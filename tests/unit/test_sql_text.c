/* SPDX-License-Identifier: MIT */
/* Literals of SQL: nothing breaks out of them, and they say what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "mtrack/sql_text.h"

/* What the engine makes of the literal at the start of SQL: its bytes into
 * TEXT, and how long the literal is; 0 when it is none. An escape that this
 * unit does not write is no literal either. */
static size_t
read_literal(struct str sql, struct buffer *text)
{
	size_t at = 1;

	buffer_clear(text);
	if (sql.len == 0 || sql.ptr[0] != '\'')
		return 0;
	for (; at < sql.len && sql.ptr[at] != '\''; at++) {
		unsigned char c = (unsigned char)sql.ptr[at];
		unsigned value;

		if (c < ' ' || c == 0x7f)
			return 0;
		if (c != '\\') {
			buffer_putc(text, (char)c);
			continue;
		}
		if (++at >= sql.len)
			return 0;
		if (sql.ptr[at] == '\'' || sql.ptr[at] == '\\') {
			buffer_putc(text, sql.ptr[at]);
		} else if (sql.ptr[at] == 'x' && at + 2 < sql.len &&
		    sscanf(sql.ptr + at + 1, "%2x", &value) == 1) {
			buffer_putc(text, (char)value);
			at += 2;
		} else {
			return 0;
		}
	}
	return at < sql.len ? at + 1 : 0;
}

/* Bytes that are special to someone, and all others. */
static struct str
hostile_text(uint32_t *state, char *room, size_t size)
{
	static const char special[] = "'\\'\\%_\"`;-/*(){}\n\t\r?$@";
	size_t len;

	*state = *state * 1664525u + 1013904223u;
	len = (*state >> 16) % size;
	for (size_t i = 0; i < len; i++) {
		*state = *state * 1664525u + 1013904223u;
		room[i] = *state >> 31
		    ? special[(*state >> 8) % sizeof(special)]
		    : (char)(*state >> 16);
	}
	return (struct str){room, len};
}

static void
no_bytes_end_a_literal_early(void **state)
{
	struct buffer sql = BUFFER_EMPTY;
	struct buffer text = BUFFER_EMPTY;
	uint32_t random = 1;
	char room[64];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct str given = hostile_text(&random, room, sizeof(room));

		buffer_clear(&sql);
		sql_literal(given, &sql);
		if (read_literal(buffer_str(&sql), &text) != sql.len ||
		    !str_eq(buffer_str(&text), given))
			fail_msg(
			    "round %u: %.*s", i, STR_ARG(buffer_str(&sql)));
	}
	buffer_destroy(&sql);
	buffer_destroy(&text);
}

/* A LIKE pattern without its escapes; a bare % or _ is an error. */
static bool
unlike(struct str pattern, struct buffer *out)
{
	buffer_clear(out);
	for (size_t i = 0; i < pattern.len; i++) {
		if (pattern.ptr[i] == '%' || pattern.ptr[i] == '_')
			return false;
		if (pattern.ptr[i] == '\\' && ++i == pattern.len)
			return false;
		buffer_putc(out, pattern.ptr[i]);
	}
	return true;
}

static void
no_bytes_are_wildcards_of_like(void **state)
{
	struct buffer sql = BUFFER_EMPTY;
	struct buffer text = BUFFER_EMPTY;
	struct buffer plain = BUFFER_EMPTY;
	uint32_t random = 2;
	char room[64];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct str given = hostile_text(&random, room, sizeof(room));

		buffer_clear(&sql);
		sql_like(&given, 1, true, &sql);
		if (read_literal(buffer_str(&sql), &text) != sql.len ||
		    !unlike(buffer_str(&text), &plain) ||
		    !str_eq(buffer_str(&plain), given))
			fail_msg(
			    "round %u: %.*s", i, STR_ARG(buffer_str(&sql)));
	}
	buffer_destroy(&sql);
	buffer_destroy(&text);
	buffer_destroy(&plain);
}

static void
no_bytes_are_wildcards_of_match(void **state)
{
	struct buffer sql = BUFFER_EMPTY;
	struct buffer text = BUFFER_EMPTY;
	uint32_t random = 3;
	char room[64];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct str given = hostile_text(&random, room, sizeof(room));
		struct str re;
		bool bad = false;

		if (given.len == 0 || str_find_char(given, '*') != SIZE_MAX)
			continue;
		buffer_clear(&sql);
		sql_address(given, STR("d"), &sql);
		bad = read_literal(buffer_str(&sql), &text) != sql.len;
		re = buffer_str(&text);
		bad |= !str_starts(re, STR("\\A"));
		re = str_take(str_drop(re, 2), re.len >= 6 ? re.len - 6 : 0);
		for (size_t j = 0; j < re.len && !bad; j++) {
			if (str_starts(str_drop(re, j), STR("\\x{0}")))
				j += 4;
			else if (re.ptr[j] == '\\')
				j++;
			else
				bad = !re.ptr[j] ||
				    strchr(".+*?()|[]{}^$", re.ptr[j]);
		}
		if (bad)
			fail_msg(
			    "round %u: %.*s", i, STR_ARG(buffer_str(&sql)));
	}
	buffer_destroy(&sql);
	buffer_destroy(&text);
}

static void
writes_times_days_and_prefixes(void **state)
{
	static const struct {
		const char *prefix;
		const char *sql;
	} rows[] = {
	    {"10.1.2.3", "(isNotNull(c) AND c = toIPv6('::ffff:10.1.2.3'))"},
	    {"10.1.",
		"(isNotNull(c) AND c >= toIPv6('::ffff:10.1.0.0') AND "
		"c <= toIPv6('::ffff:10.1.255.255'))"},
	    {"2001:db8::/33",
		"(isNotNull(c) AND c >= toIPv6('2001:db8::') AND "
		"c <= toIPv6('2001:db8:7fff:ffff:ffff:ffff:ffff:ffff'))"},
	    {"::/0",
		"(isNotNull(c) AND c >= toIPv6('::') AND "
		"c <= toIPv6('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff') AND "
		"NOT (c >= toIPv6('::ffff:0.0.0.0') AND "
		"c <= toIPv6('::ffff:255.255.255.255')))"},
	};
	struct buffer sql = BUFFER_EMPTY;
	struct ip_prefix prefix;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(
		    ip_prefix_parse(str_from(rows[i].prefix), &prefix, &fault));
		buffer_clear(&sql);
		sql_prefix("c", &prefix, &sql);
		buffer_putc(&sql, '\0');
		assert_string_equal(sql.ptr, rows[i].sql);
	}
	buffer_clear(&sql);
	sql_time(-1, &sql);
	sql_day(20736, &sql);
	sql_day(-999999999, &sql);
	sql_day(999999999, &sql);
	buffer_putc(&sql, '\0');
	assert_string_equal(sql.ptr,
	    "toDateTime64('1969-12-31 23:59:59.999', 3, 'UTC')"
	    "toDate32('2026-10-10')toDate32('1900-01-01')"
	    "toDate32('2299-12-31')");
	buffer_destroy(&sql);
}

static void
a_phrase_asks_for_its_edges_only_where_words_end(void **state)
{
	static const struct {
		const char *phrase;
		const char *sql;
	} rows[] = {
	    {"a b",
		"'(?:\\\\A|' || edge || ')\\\\p{M}*a b(?:\\\\z|' || edge || "
		"')'"},
	    {"-a", "'-a(?:\\\\z|' || edge || ')'"},
	    {"a-", "'(?:\\\\A|' || edge || ')\\\\p{M}*a-'"},
	    {"(*)", "'\\\\(\\\\*\\\\)'"},
	    {"\xe6\x9d\xb1", "'\xe6\x9d\xb1'"}, /* Han */
	    /* a mark alone belongs to what stands before it */
	    {"\xcc\x81", "'(?:\\\\A|' || edge || ')\\\\p{M}*\xcc\x81'"},
	};
	struct buffer sql = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str phrase = str_from(rows[i].phrase);

		buffer_clear(&sql);
		sql_phrase(phrase, &sql);
		buffer_putc(&sql, '\0');
		assert_string_equal(sql.ptr, rows[i].sql);
		assert_int_equal(sql_phrase_has_edges(phrase),
		    strstr(rows[i].sql, "edge") != NULL);
	}
	buffer_destroy(&sql);
}

static void
a_table_is_one_name_or_two(void **state)
{
	static const struct {
		const char *name;
		size_t caret; /* SIZE_MAX: good */
	} rows[] = {
	    {"mail_tracking", SIZE_MAX},
	    {"logs.mail_2", SIZE_MAX},
	    {"", 0},
	    {"a.b.c", 3},
	    {"a`b", 1},
	    {"2a", 0},
	    {"a.", 2},
	    {".a", 0},
	    {"a b", 1},
	    {"a\xc3\xa9", 1},
	};
	struct buffer sql = BUFFER_EMPTY;
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool good = sql_table_check(str_from(rows[i].name), &fault);

		if (good != (rows[i].caret == SIZE_MAX) ||
		    (!good && fault.caret != rows[i].caret))
			fail_msg("`%s`", rows[i].name);
	}
	sql_table(STR("logs.mail"), &sql);
	buffer_putc(&sql, '\0');
	assert_string_equal(sql.ptr, "`logs`.`mail`");
	buffer_destroy(&sql);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_bytes_end_a_literal_early),
	    cmocka_unit_test(no_bytes_are_wildcards_of_like),
	    cmocka_unit_test(no_bytes_are_wildcards_of_match),
	    cmocka_unit_test(writes_times_days_and_prefixes),
	    cmocka_unit_test(a_phrase_asks_for_its_edges_only_where_words_end),
	    cmocka_unit_test(a_table_is_one_name_or_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

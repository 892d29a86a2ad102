/* SPDX-License-Identifier: MIT */
/* Messages to standard error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "mtrack/buffer.h"
#include "mtrack/diag.h"
#include "mtrack/unicode.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Standard error while it is caught: a socket that keeps each write(2) as one
 * message, so that they can be counted. */
struct caught {
	int ends[2];
	int saved;
	char text[16384];
	size_t len;
	unsigned writes;
};

static void
catch_begin(struct caught *caught)
{
	caught->len = 0;
	caught->writes = 0;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, caught->ends), 0);
	caught->saved = dup(STDERR_FILENO);
	assert_true(caught->saved >= 0);
	assert_true(dup2(caught->ends[1], STDERR_FILENO) >= 0);
}

static void
catch_end(struct caught *caught)
{
	ssize_t count;

	dup2(caught->saved, STDERR_FILENO);
	close(caught->saved);
	close(caught->ends[1]);
	for (;;) {
		count = read(caught->ends[0], caught->text + caught->len,
		    sizeof(caught->text) - 1 - caught->len);
		if (count <= 0)
			break;
		caught->len += (size_t)count;
		caught->writes++;
	}
	close(caught->ends[0]);
	caught->text[caught->len] = '\0';
}

static void
escapes_what_a_terminal_must_not_get(void **state)
{
	/* clang-format off */
	static const struct {
		struct str text;
		const char *plain;
		const char *quoted;
	} rows[] = {
		{ STR(""), "", "" },
		{ STR("plain text ~"), "plain text ~", "plain text ~" },
		{ STR("a\\x1b"), "a\\x1b", "a\\\\x1b" },
		{ STR("\x1b[31m"), "\\x1b[31m", "\\x1b[31m" },
		{ STR("a\nb\tc\rd"), "a\\nb\\tc\\rd", "a\\nb\\tc\\rd" },
		{ {"\0\a\x7f", 3}, "\\x00\\x07\\x7f", "\\x00\\x07\\x7f" },
		{ STR("\xc2\x9b" "1m"), "\\u009b1m", "\\u009b1m" },
		{ STR("\xe2\x80\xae" "fdp.exe"), "\\u202efdp.exe", "\\u202efdp.exe" },
		{ STR("\xe2\x81\xa6\xe2\x81\xa9"), "\\u2066\\u2069", "\\u2066\\u2069" },
		{ STR("\xef\xbb\xbfx"), "\\ufeffx", "\\ufeffx" },
		{ STR("\xf3\xa0\x81\x81"), "\\U000e0041", "\\U000e0041" },
		{ STR("\xff\xc3(\xe2\x82"), "\\xff\\xc3(\\xe2\\x82", "\\xff\\xc3(\\xe2\\x82" },
		{ STR("\xed\xa0\x80"), "\\xed\\xa0\\x80", "\\xed\\xa0\\x80" },
		{ STR("Gr\xc3\xbc\xc3\x9f" "e \xe6\x97\xa5\xe6\x9c\xac"),
		  "Gr\xc3\xbc\xc3\x9f" "e \xe6\x97\xa5\xe6\x9c\xac",
		  "Gr\xc3\xbc\xc3\x9f" "e \xe6\x97\xa5\xe6\x9c\xac" },
	};
	/* clang-format on */
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		buffer_clear(&out);
		diag_escape(rows[i].text, false, &out);
		if (!str_eq(buffer_str(&out), str_from(rows[i].plain)))
			fail_msg("row %zu: %.*s", i, STR_ARG(out));
		buffer_clear(&out);
		diag_escape(rows[i].text, true, &out);
		if (!str_eq(buffer_str(&out), str_from(rows[i].quoted)))
			fail_msg("row %zu, quoted: %.*s", i, STR_ARG(out));
	}
	buffer_destroy(&out);
}

static bool
is_harmless(struct str s)
{
	size_t len;

	for (size_t at = 0; at < s.len; at += len) {
		uint32_t cp = unicode_decode(str_drop(s, at), &len);

		if (unicode_is_hostile(cp) && cp != '\n')
			return false;
	}
	return true;
}

static void
says_one_safe_line_in_one_write(void **state)
{
	struct caught caught;
	char filler[3000];

	(void)state;
	catch_begin(&caught);
	diag_say("%s:%d: cannot open", "a\x1b[2Jb\nmtrack: all is well", 7);
	catch_end(&caught);
	assert_string_equal(caught.text,
	    "mtrack: a\\x1b[2Jb\\nmtrack: all is well:7: cannot open\n");
	assert_int_equal(caught.writes, 1);

	memset(filler, 'x', sizeof(filler));
	catch_begin(&caught);
	diag_say("%.*s", (int)sizeof(filler), filler);
	diag_raw(STR("a  b\n\tc\n"));
	catch_end(&caught);
	assert_int_equal(caught.writes, 2);
	assert_int_equal(caught.len, sizeof(filler) + 9 + 8);
	assert_string_equal(caught.text + sizeof(filler) + 9, "a  b\n\tc\n");
}

#define FAULT(sentence, law, good, place, only_warns)                          \
	{                                                                      \
		.what = sentence, .rule = law, .example = good,                \
		.caret = place, .warning = only_warns                          \
	}

static void
shows_a_fault_with_caret_rule_and_example(void **state)
{
	static const char rule[] = "the rule";
	/* clang-format off */
	static const struct {
		const char *name;
		struct str value;
		struct fault fault;
		const char *wanted;
	} rows[] = {
		{ "--sender", STR("*x@example.com"),
		  FAULT("the local part begins with `*`", rule, "test*@example.com", 0, false),
		  "mtrack: --sender '*x@example.com': the local part begins with `*`\n"
		  "        *x@example.com\n"
		  "        ^\n"
		  "    rule: the rule\n"
		  "    example: --sender 'test*@example.com'\n" },
		{ "--limit", STR("1x"), FAULT("no number", NULL, "100", 1, false),
		  "mtrack: --limit '1x': no number\n"
		  "        1x\n"
		  "         ^\n"
		  "    example: --limit 100\n" },
		{ "--sender", STR("a@"), FAULT("cut short", NULL, NULL, 2, false),
		  "mtrack: --sender 'a@': cut short\n"
		  "        a@\n"
		  "          ^\n" },
		/* a caret beyond the end stays at the end */
		{ "--x", STR("a"), FAULT("bad", NULL, NULL, 99, false),
		  "mtrack: --x 'a': bad\n        a\n         ^\n" },
		{ "--x", {"", 0}, FAULT("empty", NULL, NULL, 0, false),
		  "mtrack: --x '': empty\n        \n        ^\n" },
		/* what is not there is left out */
		{ "--x", {NULL, 0}, FAULT("needs a value", rule, NULL, 0, false),
		  "mtrack: --x: needs a value\n    rule: the rule\n" },
		{ "", {"v", 1}, FAULT("unknown", NULL, "it's", FAULT_NO_CARET, false),
		  "mtrack: 'v': unknown\n    example: 'it'\\''s'\n" },
		{ NULL, {NULL, 0}, FAULT("nothing to read", NULL, NULL, FAULT_NO_CARET, false),
		  "mtrack: nothing to read\n" },
		{ "--x", STR("v"), FAULT("odd", NULL, NULL, FAULT_NO_CARET, true),
		  "mtrack: warning: --x 'v': odd\n" },
		/* the caret counts columns: escapes, wide characters, marks */
		{ "--x", STR("a\x1b" "b!"), FAULT("bad", NULL, NULL, 3, false),
		  "mtrack: --x 'a\\x1bb!': bad\n        a\\x1bb!\n              ^\n" },
		{ "--x", STR("\\\"!"), FAULT("bad", NULL, NULL, 2, false),
		  "mtrack: --x '\\\"!': bad\n        \\\"!\n          ^\n" },
		{ "--x", STR("\xe6\x97\xa5!"), FAULT("bad", NULL, NULL, 3, false),
		  "mtrack: --x '\xe6\x97\xa5!': bad\n        \xe6\x97\xa5!\n          ^\n" },
		{ "--x", STR("\xe6\x97\xa5!"), FAULT("bad", NULL, NULL, 2, false),
		  "mtrack: --x '\xe6\x97\xa5!': bad\n        \xe6\x97\xa5!\n        ^\n" },
		{ "--x", STR("e\xcc\x81!"), FAULT("bad", NULL, NULL, 3, false),
		  "mtrack: --x 'e\xcc\x81!': bad\n        e\xcc\x81!\n         ^\n" },
		{ "--x", STR("ae\xcc\x81!"), FAULT("bad", NULL, NULL, 2, false),
		  "mtrack: --x 'ae\xcc\x81!': bad\n        ae\xcc\x81!\n         ^\n" },
		{ "--x", STR("\xff!"), FAULT("bad\nmtrack: good", NULL, NULL, 1, false),
		  "mtrack: --x '\\xff!': bad\\nmtrack: good\n        \\xff!\n            ^\n" },
		/* a long value: a window around the caret */
		{ "--x", STR("0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789!"
		    "0123456789012345678901234567890123456789"
		    "0123456789012345678901234567890123456789"),
		  FAULT("bad", NULL, NULL, 80, false),
		  "mtrack: --x '0123456789012345678901234567890123456789...': bad\n"
		  "        ...56789012345678901234567890123456789!"
		  "0123456789012345678901234567890123...\n"
		  "                                              ^\n" },
		{ "--x", STR("0123456789012345678901234567890123456789"
		    "01234567890123456789012345678901234567890"),
		  FAULT("bad", NULL, NULL, 81, false),
		  "mtrack: --x '0123456789012345678901234567890123456789...': bad\n"
		  "        ...12345678901234567890123456789"
		  "01234567890123456789012345678901234567890\n"
		  "                                        "
		  "                                         ^\n" },
	};
	/* clang-format on */
	struct caught caught;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		catch_begin(&caught);
		diag_value(
		    STR(""), rows[i].name, rows[i].value, &rows[i].fault);
		catch_end(&caught);
		if (caught.writes != 1 || strcmp(caught.text, rows[i].wanted))
			fail_msg("row %zu: %u writes\n%s", i, caught.writes,
			    caught.text);
	}
}

static void
names_the_line_of_a_setting(void **state)
{
	struct fault fault = {.what = "no such license",
	    .rule = "one of them",
	    .example = "standard",
	    .caret = 0};
	struct caught caught;

	(void)state;
	catch_begin(&caught);
	diag_value(STR("/etc/x:3"), "license", STR("gold"), &fault);
	catch_end(&caught);
	assert_string_equal(caught.text,
	    "mtrack: /etc/x:3: license 'gold': no such license\n"
	    "        gold\n"
	    "        ^\n"
	    "    rule: one of them\n"
	    "    example: license = standard\n");
	catch_begin(&caught);
	diag_value(STR(""), "MTRACK_LICENSE", STR("gold"), &fault);
	catch_end(&caught);
	assert_non_null(
	    strstr(caught.text, "    example: MTRACK_LICENSE=standard\n"));
}

/* Random hostile values: nothing raw, no endless lines, and the caret never
 * beyond what is shown. */
static void
keeps_hostile_values_harmless_and_short(void **state)
{
	static const char *const pieces[] = {"a", "\x1b", "\n", "\xff", "\xc2",
	    "\xe2\x80\xae", "\xe6\x97\xa5", "\xcc\x81", "\xcc\x81", "'", "\\",
	    "\xf0\x9f\x98\x80"};
	uint32_t seed = 5;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct buffer value = BUFFER_EMPTY;
		struct fault fault = {.what = "bad"};
		struct caught caught;
		struct str rest, line;
		unsigned lines = 0;

		for (unsigned n = round % 300; n; n--) {
			seed = seed * 1664525u + 1013904223u;
			buffer_puts(&value,
			    str_from(pieces[(seed >> 16) % COUNT(pieces)]));
		}
		buffer_putc(&value, '\0');
		fault.caret = (seed >> 8) % value.len;
		catch_begin(&caught);
		diag_value(STR(""), "--x", buffer_str(&value), &fault);
		catch_end(&caught);
		rest = (struct str){caught.text, caught.len};
		if (!is_harmless(rest))
			fail_msg("round %u: %s", round, caught.text);
		while (str_split(&rest, '\n', &line)) {
			lines++;
			if (line.len > 400)
				fail_msg("round %u: %s", round, caught.text);
		}
		if (lines != 4 || caught.text[caught.len - 2] != '^')
			fail_msg("round %u: %s", round, caught.text);
		buffer_destroy(&value);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(escapes_what_a_terminal_must_not_get),
	    cmocka_unit_test(says_one_safe_line_in_one_write),
	    cmocka_unit_test(shows_a_fault_with_caret_rule_and_example),
	    cmocka_unit_test(names_the_line_of_a_setting),
	    cmocka_unit_test(keeps_hostile_values_harmless_and_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

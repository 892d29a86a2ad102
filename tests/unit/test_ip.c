/* SPDX-License-Identifier: MIT */
/* IP addresses and prefixes: SPEC 3.5 and chapter 10, RFC 4291, RFC 5952. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mtrack/buffer.h"
#include "mtrack/ip.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What ip_print says, NUL-terminated in TEXT. */
static const char *
shown(const struct ip *ip, char text[64])
{
	struct buffer out = BUFFER_EMPTY;

	ip_print(ip, &out);
	snprintf(text, 64, "%.*s", STR_ARG(buffer_str(&out)));
	buffer_destroy(&out);
	return text;
}

static const char *
prefix_shown(const struct ip_prefix *prefix, char text[64])
{
	struct buffer out = BUFFER_EMPTY;

	ip_prefix_print(prefix, &out);
	snprintf(text, 64, "%.*s", STR_ARG(buffer_str(&out)));
	buffer_destroy(&out);
	return text;
}

static void
reads_addresses_and_prints_them_canonically(void **state)
{
	static const struct {
		const char *text;
		const char *printed;
	} rows[] = {
	    {"1.2.3.4", "1.2.3.4"},
	    {"0.0.0.0", "0.0.0.0"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"10.109.99.9", "10.109.99.9"},
	    {"::", "::"},
	    {"::1", "::1"},
	    {"1::", "1::"},
	    {"2001:db8::1", "2001:db8::1"},
	    {"2001:DB8:0:0:0:0:2:1", "2001:db8::2:1"},
	    {"2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1"},
	    /* RFC 5952, 4.2.2: one group alone is not shortened. */
	    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	    /* 4.2.3: the longest run, of equals the first. */
	    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
	    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
	    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
	    {"::ffff:1.2.3.4", "1.2.3.4"},
	    {"::FFFF:102:304", "1.2.3.4"},
	    {"0:0:0:0:0:ffff:10.0.0.1", "10.0.0.1"},
	    {"::1.2.3.4", "::102:304"},
	    {"::fffe:1.2.3.4", "::fffe:102:304"},
	    {"1::ffff:1.2.3.4", "1::ffff:102:304"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip ip;
		struct ip again;

		if (!ip_parse(str_from(rows[i].text), &ip))
			fail_msg("%s was refused", rows[i].text);
		if (strcmp(shown(&ip, text), rows[i].printed))
			fail_msg("%s printed as %s", rows[i].text, text);
		assert_true(ip_parse(str_from(text), &again));
		assert_int_equal(ip.v6, again.v6);
		assert_memory_equal(ip.bytes, again.bytes, 16);
	}
}

static void
refuses_what_is_no_whole_address(void **state)
{
	static const char *const rows[] = {"", " ", ".", "1", "1.2.3", "1.2.3.",
	    "1.2.3.4.", "1.2.3.4.5", "1.2.3.04", "01.2.3.4", "1.2.3.256",
	    "1.2.3.4/32", "1.2.3.4 ", " 1.2.3.4", "1..3.4", "a.b.c.d",
	    "0x1.2.3.4", "1.2.3.-4", "999999999999.1.1.1", ":",
	    ":::", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
	    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3",
	    "12345::", "g::", "::1%eth0", "fe80::1%1", "[::1]", "::1.2.3",
	    "::1.2.3.4.5", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
	    "::256.1.1.1", "1.2.3.4::", "::/0", "none"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip ip;

		if (ip_parse(str_from(rows[i]), &ip))
			fail_msg("`%s` was taken", rows[i]);
	}
}

static void
finds_the_address_in_deliveredTo(void **state)
{
	static const struct {
		const char *text;
		const char *ip;
	} rows[] = {
	    {"2.2.2.2", "2.2.2.2"},
	    {"mx1.example.net[203.0.113.10]:25", "203.0.113.10"},
	    {"alt1.gmail-smtp-in.l.google.com[2.2.2.2]:25", "2.2.2.2"},
	    {"mx[203.0.113.10]", "203.0.113.10"},
	    {"[203.0.113.10]:25", "203.0.113.10"},
	    {"mx[2001:db8::25]:25", "2001:db8::25"},
	    {"mx[::ffff:1.2.3.4]:25", "1.2.3.4"},
	    {"2001:db8::25", "2001:db8::25"},
	    {"1.2.3.4:25", "1.2.3.4"},
	    {"none", NULL},
	    {"", NULL},
	    {"mx1.example.net", NULL},
	    {"mx[]:25", NULL},
	    {"mx[1.2.3.4", NULL},
	    {"mx]1.2.3.4[", NULL},
	    {"mx[1.2.3.4]25", NULL},
	    {"mx[1.2.3.4]:", NULL},
	    {"mx[1.2.3.4]:x", NULL},
	    {"mx:25", NULL},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip ip;
		bool found = ip_parse_delivered(str_from(rows[i].text), &ip);

		if (found != (rows[i].ip != NULL))
			fail_msg("`%s`: %s", rows[i].text,
			    found ? "found one" : "found none");
		if (found && strcmp(shown(&ip, text), rows[i].ip))
			fail_msg("`%s`: found %s", rows[i].text, text);
	}
}

static void
reads_prefixes_as_users_write_them(void **state)
{
	static const struct {
		const char *text;
		const char *printed;
	} rows[] = {
	    {"10", "10.0.0.0/8"},
	    {"10.", "10.0.0.0/8"},
	    {"0", "0.0.0.0/8"},
	    {"10.1", "10.1.0.0/16"},
	    {"10.1.", "10.1.0.0/16"},
	    {"10.1.2", "10.1.2.0/24"},
	    {"10.1.2.", "10.1.2.0/24"},
	    {"10.1.2.3", "10.1.2.3"},
	    {"10.1.2.3/32", "10.1.2.3"},
	    {"10.1.0.0/20", "10.1.0.0/20"},
	    {"0.0.0.0/0", "0.0.0.0/0"},
	    {"128.0.0.0/1", "128.0.0.0/1"},
	    {"2001:db8::1", "2001:db8::1"},
	    {"2001:DB8::/32", "2001:db8::/32"},
	    {"2001:db8::/31", "2001:db8::/31"},
	    {"2001:db8:8000::/33", "2001:db8:8000::/33"},
	    {"::/0", "::/0"},
	    {"::1/128", "::1"},
	    {"::ffff:10.1.0.0/112", "10.1.0.0/16"},
	    {"::ffff:10.1.2.3", "10.1.2.3"},
	    {"::ffff:0:0/96", "0.0.0.0/0"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip_prefix prefix;
		struct fault fault;

		if (!ip_prefix_parse(str_from(rows[i].text), &prefix, &fault))
			fail_msg("%s: %s", rows[i].text, fault.what);
		if (strcmp(prefix_shown(&prefix, text), rows[i].printed))
			fail_msg("%s is shown as %s", rows[i].text, text);
	}
}

static const struct {
	const char *text;
	size_t caret;
	const char *what;
} faults[] = {
    {"", 0, "empty"},
    {"256.1", 0, "over 255"},
    {"10.300", 3, "over 255"},
    {"10.99999999999999999999", 3, "over 255"},
    {"10.1.2.3.4", 9, "fifth"},
    {"10.01", 3, "begins with 0"},
    {"00", 0, "begins with 0"},
    {"10.1.2.3.", 8, "behind a whole address"},
    {"1.2.3.4.", 7, "behind a whole address"},
    {"10.1/16", 4, "all four numbers"},
    {"10.1./16", 5, "all four numbers"},
    {"10..1", 3, "missing"},
    {".1", 0, "missing"},
    {"/8", 0, "missing"},
    {"10.*", 3, "did you mean `10.` or `10.0.0.0/8`?"},
    {"10.1.2.*", 7, "`10.1.2.` or `10.1.2.0/24`?"},
    {"10.*.1", 3, "a star is no part"},
    {"1.2.3.4.*", 7, "a dot stands behind"},
    {"*", 0, "a star is no part"},
    {"10.1.2.3-9", 8, "character"},
    {"10.1 ", 4, "character"},
    {"mx.example.net", 0, "character"},
    {"10.1.0.0/", 9, "whole number of bits"},
    {"10.1.0.0/x", 9, "whole number of bits"},
    {"10.1.0.0/1x", 10, "whole number of bits"},
    {"10.1.0.0/016", 9, "whole number of bits"},
    {"10.1.0.0/255.255.0.0", 9, "32 bits"},
    {"10.1.0.0/33", 9, "32 bits"},
    {"10.1.0.0/4294967312", 9, "32 bits"},
    {"10.1.0.1/16", 7, "the network is 10.1.0.0/16"},
    {"10.1.16.0/19", 5, "the network is 10.1.0.0/19"},
    {"10.1.2.3/0", 0, "the network is 0.0.0.0/0"},
    {"2001:db8::1/32", 10, "the network is 2001:db8::/32"},
    {"2001:db8::/28", 5, "the network is 2001:db0::/28"},
    {"::ffff:10.1.2.3/112", 7, "the network is 10.1.0.0/16"},
    {"::ffff:10.1.2.3/20", 2, "the network is ::/20"},
    {"2001:db8::/129", 11, "128 bits"},
    {"2001:db8:", 9, "a group is missing"},
    {":1", 0, "a group is missing"},
    {":::", 2, "a group is missing"},
    {"2001:db8", 8, "fewer than eight"},
    {"1:2:3:4:5:6:7:8:9", 16, "more than eight"},
    {"1::2::3", 4, "second time"},
    {"1:2:3:4:5:6:7:8::", 15, "stands for nothing"},
    {"1::2:3:4:5:6:7:8", 1, "stands for nothing"},
    {"12345::", 0, "four digits"},
    {"2001:db8::12345", 10, "four digits"},
    {"2001:xyz::", 5, "character"},
    {"fe80::1%eth0", 7, "interface"},
    {"[::1]", 0, "brackets"},
    {"::1.2.3", 2, "not whole"},
    {"::1.2.256.3", 6, "over 255"},
    {"1:2:3:4:5:6:7:1.2.3.4", 14, "more than eight"},
};

static void
points_at_what_is_wrong_with_a_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct ip_prefix prefix;
		struct ip_prefix good;
		struct fault fault;
		struct fault none;

		if (ip_prefix_parse(str_from(faults[i].text), &prefix, &fault))
			fail_msg("`%s` was taken", faults[i].text);
		if (fault.caret != faults[i].caret ||
		    !strstr(fault.what, faults[i].what))
			fail_msg("`%s`: %zu: %s", faults[i].text, fault.caret,
			    fault.what);
		assert_non_null(fault.rule);
		assert_true(strlen(fault.rule) < 110);
		assert_true(
		    ip_prefix_parse(str_from(fault.example), &good, &none));
	}
}

static void
matches_whole_octets_and_bits_of_one_family(void **state)
{
	static const struct {
		const char *prefix;
		const char *ip;
		bool met;
	} rows[] = {
	    /* SPEC 3.5: 10.1 is never 10.100.x.x */
	    {"10.1", "10.1.0.0", true},
	    {"10.1", "10.1.255.255", true},
	    {"10.1.", "10.1.2.3", true},
	    {"10.1", "10.100.2.3", false},
	    {"10.1", "10.10.2.3", false},
	    {"10.1", "110.1.2.3", false},
	    {"10.1", "1.10.1.2", false},
	    {"1", "1.255.0.3", true},
	    {"1", "10.1.1.1", false},
	    {"10.1.0.0/20", "10.1.15.255", true},
	    {"10.1.0.0/20", "10.1.16.0", false},
	    {"10.1.2.3", "10.1.2.3", true},
	    {"10.1.2.3", "10.1.2.4", false},
	    {"10.1.2.3", "::ffff:10.1.2.3", true},
	    {"::ffff:10.1.2.3", "10.1.2.3", true},
	    {"0.0.0.0/0", "255.1.2.3", true},
	    {"0.0.0.0/0", "::1", false},
	    {"::/0", "::1", true},
	    {"::/0", "1.2.3.4", false},
	    {"::/96", "::1.2.3.4", true},
	    {"::/96", "1.2.3.4", false},
	    {"2001:db8::/33", "2001:db8:7fff::1", true},
	    {"2001:db8::/33", "2001:db8:8000::1", false},
	    {"2001:db8::1", "2001:db8:0::0:1", true},
	    {"::1/128", "::2", false},
	    {"fe80::/127", "fe80::1", true},
	    {"fe80::/127", "fe80::2", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ip_prefix prefix;
		struct fault fault;
		struct ip ip;

		assert_true(
		    ip_prefix_parse(str_from(rows[i].prefix), &prefix, &fault));
		assert_true(ip_parse(str_from(rows[i].ip), &ip));
		if (ip_match(&prefix, &ip) != rows[i].met)
			fail_msg("%s and %s", rows[i].prefix, rows[i].ip);
	}
}

/* splitmix64, seed fixed. */
static uint64_t
next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Bit by bit, as the word prefix says. */
static bool
same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	for (unsigned i = 0; i < bits; i++)
		if ((a[i / 8] ^ b[i / 8]) & 0x80u >> i % 8)
			return false;
	return true;
}

static void
agrees_with_a_comparison_bit_by_bit(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct ip_prefix prefix = {0};
		struct ip ip = {0};
		unsigned first;

		prefix.ip.v6 = ip.v6 = next_random(&seed) & 1;
		first = ip.v6 ? 0 : 12;
		for (unsigned i = first; i < 16; i++) {
			ip.bytes[i] = (unsigned char)next_random(&seed);
			prefix.ip.bytes[i] = ip.bytes[i];
		}
		prefix.bits = next_random(&seed) % (ip.v6 ? 129 : 33);
		ip.bytes[first + next_random(&seed) % (16 - first)] ^=
		    (unsigned char)(1u << next_random(&seed) % 8);
		assert_int_equal(ip_match(&prefix, &ip),
		    same_bits(prefix.ip.bytes + first, ip.bytes + first,
			prefix.bits));
	}
}

static void
prints_what_reads_back_the_same(void **state)
{
	uint64_t seed = 7;
	char text[64];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct ip ip = {.v6 = true};
		struct ip again;
		uint64_t kept = next_random(&seed);

		for (unsigned i = 0; i < 16; i++)
			if (kept >> i / 2 & 1)
				ip.bytes[i] = (unsigned char)next_random(&seed);
		assert_true(ip_parse(str_from(shown(&ip, text)), &again));
		if (memcmp(ip.bytes, again.bytes, 16) || !again.v6)
			fail_msg("%s does not read back", text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_addresses_and_prints_them_canonically),
	    cmocka_unit_test(refuses_what_is_no_whole_address),
	    cmocka_unit_test(finds_the_address_in_deliveredTo),
	    cmocka_unit_test(reads_prefixes_as_users_write_them),
	    cmocka_unit_test(points_at_what_is_wrong_with_a_prefix),
	    cmocka_unit_test(matches_whole_octets_and_bits_of_one_family),
	    cmocka_unit_test(agrees_with_a_comparison_bit_by_bit),
	    cmocka_unit_test(prints_what_reads_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

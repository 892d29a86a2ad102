/* SPDX-License-Identifier: MIT */
/* Fuzzes addresses and prefixes: what is read prints as what reads back the
 * same, faults point into the value, and their examples are good. */
#include <stdlib.h>

#include "mtrack/buffer.h"
#include "mtrack/ip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool met)
{
	if (!met)
		abort();
}

static bool
same(const struct ip *a, const struct ip *b)
{
	return a->v6 == b->v6 && !memcmp(a->bytes, b->bytes, 16);
}

static void
check_address(struct str text)
{
	struct buffer out = BUFFER_EMPTY;
	struct ip ip;
	struct ip again;

	if (ip_parse(text, &ip)) {
		ip_print(&ip, &out);
		require(ip_parse(buffer_str(&out), &again));
		require(same(&ip, &again));
		require(ip_parse_delivered(text, &again));
		require(same(&ip, &again));
	} else if (ip_parse_delivered(text, &ip)) {
		ip_print(&ip, &out);
	}
	buffer_destroy(&out);
}

static void
check_prefix(struct str text)
{
	struct buffer out = BUFFER_EMPTY;
	struct ip_prefix prefix;
	struct ip_prefix again;
	struct fault fault;
	struct fault none;

	if (ip_prefix_parse(text, &prefix, &fault)) {
		ip_prefix_print(&prefix, &out);
		require(ip_prefix_parse(buffer_str(&out), &again, &fault));
		require(same(&prefix.ip, &again.ip));
		require(prefix.bits == again.bits);
		require(ip_match(&prefix, &prefix.ip));
	} else {
		require(fault.caret <= text.len);
		require(
		    ip_prefix_parse(str_from(fault.example), &again, &none));
	}
	buffer_destroy(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};

	check_address(text);
	check_prefix(text);
	return 0;
}

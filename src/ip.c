/* SPDX-License-Identifier: MIT */
/* IP addresses and prefixes, both families as 128 bits. */
#include "mtrack/ip.h"

#include "mtrack/buffer.h"
#include "mtrack/ipscan.h"

#define V4     IPSCAN_V4
#define GROUPS 8

#define RULE_CIDR "no bit of the address may be set behind the first BITS"

/* Whether BYTES is of `::ffff:0:0/96`, what records write for IPv4. */
static bool
is_mapped(const unsigned char bytes[16])
{
	static const unsigned char prefix[V4] = {[10] = 0xff, [11] = 0xff};

	return !memcmp(bytes, prefix, V4);
}

/* Mapped addresses, and prefixes of them alone, become IPv4. */
static void
set_prefix(const struct ipscan *scan, struct ip_prefix *prefix)
{
	memcpy(prefix->ip.bytes, scan->bytes, 16);
	prefix->ip.v6 = scan->v6;
	prefix->bits = scan->bits;
	if (!scan->v6 || scan->bits < 96 || !is_mapped(scan->bytes))
		return;
	memset(prefix->ip.bytes, 0, V4);
	prefix->ip.v6 = false;
	prefix->bits -= 96;
}

bool
ip_parse(struct str text, struct ip *ip)
{
	struct ip_prefix prefix;
	struct ipscan scan;

	if (!ipscan_read(&scan, text) || scan.has_bits ||
	    scan.bits != (scan.v6 ? 128 : 32))
		return false;
	set_prefix(&scan, &prefix);
	*ip = prefix.ip;
	return true;
}

/* `:25` or nothing. */
static bool
is_port(struct str text)
{
	uint64_t port;

	return !text.len ||
	    (text.ptr[0] == ':' && str_to_u64(str_drop(text, 1), &port));
}

bool
ip_parse_delivered(struct str text, struct ip *ip)
{
	size_t open = str_rfind_char(text, '[');
	size_t close = str_rfind_char(text, ']');

	if (ip_parse(text, ip))
		return true;
	if (open != SIZE_MAX)
		return close != SIZE_MAX && close > open &&
		    is_port(str_drop(text, close + 1)) &&
		    ip_parse(
			(struct str){text.ptr + open + 1, close - open - 1},
			ip);
	close = str_find_char(text, ':');
	return close != SIZE_MAX && is_port(str_drop(text, close)) &&
	    ip_parse(str_take(text, close), ip);
}

/* ---- prefixes ---- */

/* The first byte that has a bit set behind the first BITS of PREFIX, or 16. */
static unsigned
first_host_byte(const struct ip_prefix *prefix)
{
	unsigned bits = prefix->bits + (prefix->ip.v6 ? 0 : 8 * V4);

	for (unsigned i = bits / 8; i < 16; i++) {
		unsigned mask = i == bits / 8 ? 0xffu >> bits % 8 : 0xff;

		if (prefix->ip.bytes[i] & mask)
			return i;
	}
	return 16;
}

/* Clears all bits from HOST, the first byte with host bits, on. */
static void
clear_host(struct ip_prefix *prefix, unsigned host)
{
	unsigned bits = prefix->bits + (prefix->ip.v6 ? 0 : 8 * V4);

	for (unsigned i = host; i < 16; i++)
		prefix->ip.bytes[i] &=
		    i == bits / 8 ? (unsigned char)~(0xffu >> bits % 8) : 0;
}

/* Says which network was probably meant. */
static bool
host_fault(struct ip_prefix *prefix, unsigned host, const struct ipscan *scan,
    struct fault *fault)
{
	struct buffer network = BUFFER_EMPTY;

	clear_host(prefix, host);
	ip_prefix_print(prefix, &network);
	fault_value(fault, scan->begins[host], RULE_CIDR, "10.1.0.0/16",
	    "host bits are set, the network is %.*s",
	    STR_ARG(buffer_str(&network)));
	buffer_destroy(&network);
	return false;
}

bool
ip_prefix_parse(struct str text, struct ip_prefix *prefix, struct fault *fault)
{
	struct ipscan scan;
	unsigned host;

	if (!ipscan_read(&scan, text))
		return ipscan_fault(&scan, fault);
	set_prefix(&scan, prefix);
	host = first_host_byte(prefix);
	return host == 16 || host_fault(prefix, host, &scan, fault);
}

bool
ip_match(const struct ip_prefix *prefix, const struct ip *ip)
{
	const unsigned char *a = prefix->ip.bytes;
	const unsigned char *b = ip->bytes;
	unsigned whole = prefix->bits / 8;
	unsigned rest = prefix->bits % 8;

	if (prefix->ip.v6 != ip->v6)
		return false;
	if (!ip->v6) {
		a += V4;
		b += V4;
	}
	if (memcmp(a, b, whole))
		return false;
	return !rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

/* ---- printing ---- */

static void
put_v4(const unsigned char *octets, struct buffer *out)
{
	for (size_t i = 0; i < 4; i++) {
		unsigned n = octets[i];

		if (i)
			buffer_putc(out, '.');
		if (n > 99)
			buffer_putc(out, (char)('0' + n / 100));
		if (n > 9)
			buffer_putc(out, (char)('0' + n / 10 % 10));
		buffer_putc(out, (char)('0' + n % 10));
	}
}

static void
put_group(unsigned value, struct buffer *out)
{
	int shift = 12;

	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		buffer_putc(out, "0123456789abcdef"[value >> shift & 15]);
}

static unsigned
group_at(const struct ip *ip, unsigned place)
{
	return (unsigned)ip->bytes[2 * place] << 8 | ip->bytes[2 * place + 1];
}

/* The first of the longest runs of zero groups, two at least (RFC 5952, 4.2).
 */
static unsigned
longest_gap(const struct ip *ip, unsigned *begin)
{
	unsigned longest = 1;

	for (unsigned i = 0; i < GROUPS; i++) {
		unsigned end = i;

		while (end < GROUPS && group_at(ip, end) == 0)
			end++;
		if (end - i > longest) {
			longest = end - i;
			*begin = i;
		}
	}
	return longest > 1 ? longest : 0;
}

void
ip_print(const struct ip *ip, struct buffer *out)
{
	unsigned gap_begin = GROUPS;
	unsigned gap;

	if (!ip->v6) {
		put_v4(ip->bytes + V4, out);
		return;
	}
	gap = longest_gap(ip, &gap_begin);
	for (unsigned i = 0; i < GROUPS; i++) {
		if (i == gap_begin) {
			buffer_put(out, "::", 2);
			i += gap - 1;
			continue;
		}
		if (i && i != gap_begin + gap)
			buffer_putc(out, ':');
		put_group(group_at(ip, i), out);
	}
}

void
ip_prefix_print(const struct ip_prefix *prefix, struct buffer *out)
{
	ip_print(&prefix->ip, out);
	if (prefix->bits < (prefix->ip.v6 ? 128 : 32))
		buffer_printf(out, "/%u", prefix->bits);
}

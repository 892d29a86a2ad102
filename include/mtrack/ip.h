/* SPDX-License-Identifier: MIT */
/* IP addresses and prefixes (SPEC 3.5), both families as 128 bits. */
#ifndef MTRACK_IP_H
#define MTRACK_IP_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct buffer;

/* IPv4 stands in the last four bytes, behind zeros; the family tells them
 * apart. */
struct ip {
	unsigned char bytes[16];
	bool v6;
};

struct ip_prefix {
	struct ip ip;
	unsigned bits; /* that must be equal: 0..32 or 0..128 */
};

/* A whole address of a record: four octets without leading zeros, or IPv6 as in
 * RFC 4291, without a zone; `::ffff:1.2.3.4` is 1.2.3.4 (SPEC 10). */
bool ip_parse(struct str text, struct ip *ip);
/* The address in a deliveredTo value: bare, an IPv4 one with `:port`, or the
 * one in brackets of `host[ip]:port`; false when there is none (`none`). */
bool ip_parse_delivered(struct str text, struct ip *ip);
/* An address, octet prefix or CIDR as a user writes it. The fault has a caret.
 * What covers `::ffff:0:0/96` or less is IPv4, as it is in records. */
bool ip_prefix_parse(
    struct str text, struct ip_prefix *prefix, struct fault *fault);
bool ip_match(const struct ip_prefix *prefix, const struct ip *ip);

/* Appended as people write it, IPv6 after RFC 5952. */
void ip_print(const struct ip *ip, struct buffer *out);
/* The same with `/BITS` behind it, unless it is one whole address. */
void ip_prefix_print(const struct ip_prefix *prefix, struct buffer *out);

#endif

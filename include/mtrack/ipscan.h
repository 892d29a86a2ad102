/* SPDX-License-Identifier: MIT */
/* The grammar of IP addresses and prefixes (SPEC 3.5): text to bytes, and what
 * is wrong with the text. What the bytes mean is ip.h's. */
#ifndef MTRACK_IPSCAN_H
#define MTRACK_IPSCAN_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

/* Where the bytes of IPv4 begin among the sixteen. */
#define IPSCAN_V4 12

struct ipscan {
	unsigned char bytes[16]; /* IPv4: zeros, then its octets */
	bool v6;
	bool has_bits; /* `/BITS` was given */
	unsigned bits; /* as given, else those of the groups or octets given */
	/* For faults: where the octet or group of each byte stands; not valid
	 * for bytes that were left out. */
	size_t begins[16];
	/* Used while reading. */
	struct str text;
	size_t at;
	int wrong; /* what was found to be wrong, and where */
	size_t caret;
};

/* Reads the whole of TEXT: IPv4, one to three of its octets with or without the
 * last dot, IPv6, and whole addresses with `/BITS`. */
bool ipscan_read(struct ipscan *scan, struct str text);
/* Says why ipscan_read answered false; returns false. */
bool ipscan_fault(const struct ipscan *scan, struct fault *fault);

#endif

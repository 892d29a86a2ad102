/* SPDX-License-Identifier: MIT */
/* A prefilter put to the records of a window one after the other: each byte is
 * searched once, whatever the windows and records are, and while nothing is
 * found records cost next to nothing. */
#ifndef MTRACK_SIEVE_H
#define MTRACK_SIEVE_H

#include "mtrack/reader.h"

struct sieve {
	const struct prefilter *filter; /* NULL: all records pass */
	bool quotes; /* a literal holds `"`, which CSV doubles */
	/* Of each literal of the first group: the first place that it may
	 * stand at, as an offset in the file, and whether it does. */
	uint64_t place[LITERALS_MAX];
	bool found[LITERALS_MAX];
};

/* FILTER may be NULL; it must outlive the sieve. */
void sieve_init(struct sieve *sieve, const struct prefilter *filter);
/* Whether RECORD, a part of WINDOW, may hold a match. OFFSET is where WINDOW
 * begins in the file. Records are asked for in the order of the file. */
bool sieve_pass(
    struct sieve *sieve, struct str window, uint64_t offset, struct str record);
/* How many of WINDOW's bytes from FROM on are sure to hold no record that may
 * match, if they hold it whole. 0 without a filter. */
size_t sieve_clear(
    struct sieve *sieve, struct str window, uint64_t offset, size_t from);

#endif

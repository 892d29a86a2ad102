/* SPDX-License-Identifier: MIT */
/* What happened, counted: one tally a file, summed up for --stats and the exit
 * status. */
#ifndef MTRACK_TALLY_H
#define MTRACK_TALLY_H

#include <stdbool.h>
#include <stdint.h>

struct tally {
	uint64_t files;         /* opened and read */
	uint64_t files_skipped; /* chosen by no day of the period */
	uint64_t bytes_packed;  /* read from disk */
	uint64_t bytes;         /* unpacked */
	uint64_t records;       /* mail tracking records met */
	uint64_t passed_over;   /* of these, rejected before being decoded */
	uint64_t other;         /* objects and events of other kinds */
	uint64_t malformed;     /* faults in the data, told or only counted */
	uint64_t merged;  /* records hidden by a newer one of their entry */
	uint64_t matched; /* entries that met every criterion */
	uint64_t printed; /* of these, after skip and limit */
	uint64_t spilled_runs; /* sorted runs written to temporary files */
	uint64_t index_files;  /* answered with a side index */
	uint64_t index_parts;  /* that those were read in, if in several */
	uint64_t index_blocks; /* blocks that a side index proved irrelevant */
	uint64_t index_bytes;  /* bytes not unpacked because of that */
	bool damaged;          /* a file could not be read to its end */
};

/* Adds ONE to SUM. */
void tally_add(struct tally *sum, const struct tally *one);

#endif

/* SPDX-License-Identifier: MIT */
/* A file's answer by its side file. */
#ifndef MTRACK_SCAN_SIDE_H
#define MTRACK_SCAN_SIDE_H

#include "mtrack/scanner.h"

enum scan_side {
	SCAN_SIDE_NONE,  /* no side file can be used: who has part 0 reads the
	                    file whole */
	SCAN_SIDE_DONE,  /* *flow tells how */
	SCAN_SIDE_UNFIT, /* the records in [from, upto) are still to be given
	                  */
};

/* Answers for PART of the file that is SPLIT, which is to be left. */
enum scan_side scan_side(
    struct scanner *scanner, struct split *split, size_t part, enum flow *flow);
/* Framing faults kept in scanner->side, up to those of LINE; all of them, and
 * those of the source, with UINT64_MAX. */
void scan_side_tell(struct scanner *scanner, uint64_t line);

#endif

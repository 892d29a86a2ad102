/* SPDX-License-Identifier: MIT */
/* A file's answer by its side file. */
#ifndef MTRACK_SCAN_SIDE_H
#define MTRACK_SCAN_SIDE_H

#include "mtrack/scanner.h"

enum scan_side {
	SCAN_SIDE_NONE, /* read the file whole, but what is before from */
	SCAN_SIDE_DONE, /* *flow tells how */
};

/* Answers by the side file, if there is one that can be used. */
enum scan_side scan_side(struct scanner *scanner, enum flow *flow);
/* Framing faults kept in scanner->side, up to those of LINE; all of them, and
 * those of the source, with UINT64_MAX. */
void scan_side_tell(struct scanner *scanner, uint64_t line);

#endif

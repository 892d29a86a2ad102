/* SPDX-License-Identifier: MIT */
/* Looking at many bytes at a time: the one structural scanner that the JSON
 * and CSV readers share, and the any-case search of the prefilter. SSE2 or
 * NEON through compiler vectors, AVX2 where the machine has it, plain C
 * elsewhere; all give the same answers. */
#ifndef MTRACK_BYTES_H
#define MTRACK_BYTES_H

#include "mtrack/str.h"

/* Bit I of the answer says that byte I of the 64 at P is C. P may be any
 * address with 64 readable bytes. */
uint64_t bytes_mask(const char *p, char c);
/* The first byte of [P, END) that is A or B (or END). */
const char *bytes_find2(const char *p, const char *end, char a, char b);
/* The first byte that JSON text may not hold bare inside a string: `"`, `\`,
 * or a control character below 0x20 (or END). */
const char *bytes_find_json_special(const char *p, const char *end);
/* Where NEEDLE (lower case, not empty) first stands in HAY, ASCII case
 * ignored when FOLD; SIZE_MAX when nowhere. */
size_t bytes_search(struct str hay, struct str needle, bool fold);

#endif

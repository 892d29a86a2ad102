/* SPDX-License-Identifier: MIT */
/* Wildcards on bytes: `*` is any run, of the bytes a caller allows. */
#ifndef MTRACK_PATTERN_H
#define MTRACK_PATTERN_H

#include "mtrack/str.h"

/* The whole of TEXT against GLOB, in which `*` is any run, the empty one too.
 * FOLD: GLOB is lower case and TEXT's ASCII case is ignored. Linear in
 * len(TEXT) * stars at worst. */
bool pattern_match(struct str glob, struct str text, bool fold);

#endif

/* SPDX-License-Identifier: MIT */
/* Wildcards on bytes: `*` is any run of them. */
#ifndef MTRACK_PATTERN_H
#define MTRACK_PATTERN_H

#include "mtrack/str.h"

/* The whole of TEXT against GLOB, in which `*` is any run, the empty one too.
 * FOLD: GLOB is lower case and TEXT's ASCII case is ignored. Never
 * more than len(GLOB) * len(TEXT) steps, whatever TEXT's author wrote. */
bool pattern_match(struct str glob, struct str text, bool fold);

#endif

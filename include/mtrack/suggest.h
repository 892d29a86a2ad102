/* SPDX-License-Identifier: MIT */
/* The nearest known name to one that is unknown. */
#ifndef MTRACK_SUGGEST_H
#define MTRACK_SUGGEST_H

#include "mtrack/str.h"

/* The one of COUNT NAMES that WORD was probably meant to be (a letter missing,
 * too many, wrong, or two swapped: at most one such slip for each three
 * letters, but one at least), the first of several equally near; ASCII case is
 * ignored, `-`, `_` and space are the same. Empty when none is near enough.
 * What it returns belongs to NAMES. */
struct str suggest_nearest(
    struct str word, const struct str *names, size_t count);

#endif

/* SPDX-License-Identifier: MIT */
/* Wildcards on bytes. */
#include "mtrack/pattern.h"

static bool
same(char glob, char text, bool fold)
{
	return glob == (fold ? (char)ascii_lower((unsigned char)text) : text);
}

/* Only the last star seen is ever tried again: what matched before it matched
 * as early as it could, so a longer run there cannot help. That keeps the work
 * below len(TEXT) * len(GLOB), with no nesting. */
bool
pattern_match(struct str glob, struct str text, bool fold)
{
	size_t g = 0, t = 0;
	size_t star = SIZE_MAX; /* just behind the last star */
	size_t mark = 0;        /* where that star's run ends for now */

	while (t < text.len) {
		if (g < glob.len && glob.ptr[g] == '*') {
			star = ++g;
			mark = t;
		} else if (g < glob.len &&
		    same(glob.ptr[g], text.ptr[t], fold)) {
			g++;
			t++;
		} else if (star != SIZE_MAX) {
			g = star;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (g < glob.len && glob.ptr[g] == '*')
		g++;
	return g == glob.len;
}

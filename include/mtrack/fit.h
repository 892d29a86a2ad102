/* SPDX-License-Identifier: MIT */
/* Column widths that share what a terminal is wide. */
#ifndef MTRACK_FIT_H
#define MTRACK_FIT_H

#include <stddef.h>

struct fit {
	size_t natural; /* what the widest cell needs */
	size_t least;   /* never narrower than this; at most natural */
	size_t width;   /* the answer */
};

/* Sets the widths of FITS[COUNT] so that their sum is at most ROOM: the widest
 * are lowered to one common height first, so that what is short stays whole.
 * Where not even the least widths fit, each column gets its least. */
void fit_columns(struct fit *fits, size_t count, size_t room);

#endif

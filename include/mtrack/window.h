/* SPDX-License-Identifier: MIT */
/* The 32 KiB that deflate may look back at, made small: what nothing behind
 * looks at becomes zero. */
#ifndef MTRACK_WINDOW_H
#define MTRACK_WINDOW_H

#include "mtrack/buffer.h"
#include "mtrack/entrypoint.h"

/* What windows are made small with, one after another: taken once. */
struct window_thinner;

struct window_thinner *window_thinner_new(void);
void window_thinner_free(
    struct window_thinner *thinner); /* NULL does nothing */
/* Clears the bytes of WINDOW (LEN of them) that the stream behind never uses.
 * PACKED is what stands there, from the byte that holds bit BIT on; all of the
 * window stays where that is not enough to tell. */
void window_thin(struct window_thinner *thinner, unsigned char *window,
    size_t len, struct str packed, unsigned bit);

#endif

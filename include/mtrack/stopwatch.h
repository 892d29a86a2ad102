/* SPDX-License-Identifier: MIT */
/* How long something takes, whatever is done to the clock on the wall. */
#ifndef MTRACK_STOPWATCH_H
#define MTRACK_STOPWATCH_H

/* Seconds since a moment that stays the same while the program runs. */
double stopwatch_seconds(void);

#endif

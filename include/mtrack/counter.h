/* SPDX-License-Identifier: MIT */
/* How far a run has come: counted by the threads that scan, read while they
 * do. The three are not told together: each is right for itself. */
#ifndef MTRACK_COUNTER_H
#define MTRACK_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

struct counter {
	_Atomic uint64_t bytes;   /* of the files on disk that are done with */
	_Atomic uint64_t records; /* met */
	_Atomic uint64_t matches; /* of these, met the message criteria */
};

#endif

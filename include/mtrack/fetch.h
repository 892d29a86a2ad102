/* SPDX-License-Identifier: MIT */
/* Bytes of a file, from a place in it. */
#ifndef MTRACK_FETCH_H
#define MTRACK_FETCH_H

#include <stdbool.h>
#include <stdint.h>

/* All LEN bytes that stand at AT of FD; false when there are not so many, or
 * they cannot be read. */
bool fetch_bytes(int fd, void *to, uint64_t len, uint64_t at);

#endif

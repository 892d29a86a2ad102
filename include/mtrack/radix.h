/* SPDX-License-Identifier: MIT */
/* Sorts numbers where they stand. */
#ifndef MTRACK_RADIX_H
#define MTRACK_RADIX_H

#include <stddef.h>
#include <stdint.h>

/* The least first. Takes no memory, and time for COUNT items times the bytes
 * in which they differ. */
void radix_sort(uint64_t *items, size_t count);

#endif

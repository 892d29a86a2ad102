/* SPDX-License-Identifier: MIT */
/* A value (or several) and how often it was met, as one piece of memory that a
 * table and a sorter's run can hold:
 *
 *     | length | key bytes | count | key | padding with 0 |
 *       4 B      4 B         8 B
 *
 * The length is that of the whole, a multiple of 8; the key is group.h's,
 * values with their lengths. */
#ifndef MTRACK_GROUP_ITEM_H
#define MTRACK_GROUP_ITEM_H

#include "mtrack/str.h"

/* Bytes of the item of a key of KEY_BYTES. */
size_t group_item_size(size_t key_bytes);
/* TO has group_item_size(key.len) bytes. */
void group_item_write(char *to, struct str key, uint64_t count);
/* For a sorter_plan. */
size_t group_item_length(const char *item);
struct str group_item_key(const char *item);
uint64_t group_item_count(const char *item);
void group_item_add(char *item, uint64_t more);

#endif

/* SPDX-License-Identifier: MIT */
/* Counted values in memory and in runs. */
#include "mtrack/group_item.h"

struct head {
	uint32_t length;
	uint32_t bytes;
	uint64_t count;
};

static struct head
head_of(const char *item)
{
	struct head head;

	memcpy(&head, item, sizeof(head));
	return head;
}

size_t
group_item_size(size_t key_bytes)
{
	return (sizeof(struct head) + key_bytes + 7) & ~(size_t)7;
}

void
group_item_write(char *to, struct str key, uint64_t count)
{
	size_t length = group_item_size(key.len);
	size_t used = sizeof(struct head) + key.len;
	const struct head head = {(uint32_t)length, (uint32_t)key.len, count};

	memcpy(to, &head, sizeof(head));
	memcpy(to + sizeof(head), key.ptr, key.len);
	memset(to + used, 0, length - used);
}

size_t
group_item_length(const char *item)
{
	return head_of(item).length;
}

struct str
group_item_key(const char *item)
{
	return (struct str){item + sizeof(struct head), head_of(item).bytes};
}

uint64_t
group_item_count(const char *item)
{
	return head_of(item).count;
}

void
group_item_add(char *item, uint64_t more)
{
	struct head head = head_of(item);

	head.count += more;
	memcpy(item, &head, sizeof(head));
}

/* SPDX-License-Identifier: MIT */
/* The archive file that a side file tells of. */
#include "mtrack/sidecar_source.h"

#include "mtrack/fetch.h"

#define HASH_CHUNK (256u << 10)

static bool
read_ends(int source, uint64_t size, uint64_t *head, uint64_t *tail)
{
	unsigned char bytes[SIDECAR_ENDS] = {0};
	uint64_t len = size < sizeof(bytes) ? size : sizeof(bytes);

	if (!fetch_bytes(source, bytes, len, 0))
		return false;
	*head = sidecar_checksum(bytes, len);
	if (!fetch_bytes(source, bytes, len, size - len))
		return false;
	*tail = sidecar_checksum(bytes, len);
	return true;
}

static void
look_at(const struct stat *st, struct sidecar_source *look)
{
	look->size = (uint64_t)st->st_size;
	look->seconds = st->st_mtim.tv_sec;
	look->nanoseconds = (uint32_t)st->st_mtim.tv_nsec;
}

bool
sidecar_source_look(int source, struct sidecar_source *look)
{
	struct stat st;

	*look = (struct sidecar_source){0};
	if (fstat(source, &st) || !S_ISREG(st.st_mode) || st.st_size < 0)
		return false;
	look_at(&st, look);
	return read_ends(source, look->size, &look->head, &look->tail);
}

/* Whether the first bytes, and those that were the last, are what they were.
 */
static bool
ends_match(int source, const struct sidecar_source *then)
{
	uint64_t head;
	uint64_t tail;

	return read_ends(source, then->size, &head, &tail) &&
	    head == then->head && tail == then->tail;
}

static bool
was_modified(
    const struct sidecar_source *now, const struct sidecar_source *then)
{
	return now->seconds != then->seconds ||
	    now->nanoseconds != then->nanoseconds;
}

bool
sidecar_source_is_untouched(int source, const struct sidecar_source *then)
{
	struct sidecar_source now;
	struct stat st;

	if (fstat(source, &st))
		return false;
	look_at(&st, &now);
	return now.size == then->size && !was_modified(&now, then);
}

enum sidecar_state
sidecar_source_compare(int source, const struct stat *st,
    const struct sidecar_source *then, struct fault *fault)
{
	struct sidecar_source now;

	look_at(st, &now);
	if (now.size < then->size) {
		fault_set(fault, "is stale: the file became shorter");
		return SIDECAR_WRONG;
	}
	if (now.size == then->size && was_modified(&now, then)) {
		fault_set(fault, "is stale: the file was modified since");
		return SIDECAR_WRONG;
	}
	if (!ends_match(source, then)) {
		fault_set(fault, "is stale: the file's bytes have changed");
		return SIDECAR_WRONG;
	}
	return now.size == then->size ? SIDECAR_VALID : SIDECAR_GROWN;
}

bool
sidecar_source_hash(int source, uint64_t from, uint64_t to,
    struct buffer *scratch, uint64_t *hash)
{
	uint64_t sum = 0;

	buffer_clear(scratch);
	buffer_reserve(scratch, HASH_CHUNK);
	while (from < to) {
		uint64_t len = to - from < HASH_CHUNK ? to - from : HASH_CHUNK;

		if (!fetch_bytes(source, scratch->ptr, len, from))
			return false;
		sum = sum * 31 + sidecar_checksum(scratch->ptr, len);
		from += len;
	}
	*hash = sum;
	return true;
}

bool
sidecar_source_is_same(
    const struct sidecar_source *a, const struct sidecar_source *b)
{
	return a->size == b->size && a->seconds == b->seconds &&
	    a->nanoseconds == b->nanoseconds && a->head == b->head &&
	    a->tail == b->tail;
}

/* SPDX-License-Identifier: MIT */
/* Any bytes as a file: both unpackers tell one story, and none writes where it
 * may not. The first byte chooses how the file is read:
 *
 *     bit 0    a sound gzip header is put before the rest
 *     bits 1-3 how much is read at a time */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mtrack/buffer.h"
#include "mtrack/source.h"

#define MOST (8u << 20) /* a few bytes may unpack to much */

struct story {
	struct buffer bytes;
	struct buffer events;
	struct fault fault;
};

static void
demand(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "fuzz_source: %s\n", what);
	abort();
}

static void
tell(struct story *story, struct source *source, size_t size)
{
	static const char fence[64] = "nothing is written behind the end";
	char *to = malloc(size + sizeof(fence));
	enum source_event event = SOURCE_BYTES;

	demand(to, "out of memory");
	memcpy(to + size, fence, sizeof(fence));
	while (event < SOURCE_END && story->bytes.len < MOST) {
		size_t count;

		event = source_read(source, to, size, &count, &story->fault);
		demand(count <= size, "too many bytes");
		demand(!memcmp(to + size, fence, sizeof(fence)), "overrun");
		buffer_put(&story->bytes, to, count);
		if (event != SOURCE_BYTES)
			buffer_printf(
			    &story->events, "%zu:%d ", story->bytes.len, event);
	}
	free(to);
}

static struct story
story_of(const char *path, enum source_unpacking unpacking, size_t size)
{
	struct story story = {.fault = {.what = ""}};
	struct source *source =
	    source_open_with(path, false, unpacking, &story.fault);

	demand(source, "not opened");
	if (source_form(source, &story.fault) != SOURCE_FOREIGN)
		tell(&story, source, size);
	source_close(source);
	return story;
}

static void
story_destroy(struct story *story)
{
	buffer_destroy(&story->bytes);
	buffer_destroy(&story->events);
}

/* Where one stopped at MOST, the other has at least as much. */
static void
compare(const struct story *a, const struct story *b)
{
	size_t least =
	    a->bytes.len < b->bytes.len ? a->bytes.len : b->bytes.len;

	demand(str_eq(str_take(buffer_str(&a->bytes), least),
		   str_take(buffer_str(&b->bytes), least)),
	    "bytes differ");
	if (least >= MOST)
		return;
	demand(a->bytes.len == b->bytes.len, "lengths differ");
	demand(str_eq(buffer_str(&a->events), buffer_str(&b->events)),
	    "events differ");
	demand(!strcmp(a->fault.what, b->fault.what), "faults differ");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t sizes[] = {1, 2, 7, 37, 4096, 32768, 65536, 262144};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	uint8_t how = size ? data[0] : 0;
	size_t step = sizes[how >> 1 & 7];
	char path[40];
	struct story one;
	struct story two;

	demand(fd >= 0, "no memory file");
	if (how & 1)
		demand(
		    write(fd, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10) == 10, "write");
	if (size > 1)
		demand(write(fd, data + 1, size - 1) == (ssize_t)size - 1,
		    "write");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	one = story_of(path, SOURCE_ZLIB, step);
	two = story_of(path, SOURCE_FAST, step);
	compare(&one, &two);
	story_destroy(&one);
	story_destroy(&two);
	close(fd);
	return 0;
}

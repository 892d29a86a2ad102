/* SPDX-License-Identifier: MIT */
/* Any bytes as a checkpoint: refused, or what it holds is kept when it is
 * replaced. The first byte: 1 for --history; 2 puts head and end right first.
 */
#include "workfolder.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "mtrack/buffer.h"
#include "mtrack/checkpoint.h"

#define HEAD 32u /* magic, version, history, pid */
#define FOOT 16u /* count, hash */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Around BYTES what a whole checkpoint has. */
static void
complete(struct buffer *out, struct str bytes, uint32_t history)
{
	static const char magic[] = "\x89MTX\r\n\x1a\nCHECKPNT";
	uint64_t count = bytes.len / sizeof(struct mark);
	uint32_t version = 1;
	uint64_t number = 7;

	bytes = str_take(bytes, count * sizeof(struct mark));
	buffer_put(out, magic, 16);
	buffer_put(out, &version, 4);
	buffer_put(out, &history, 4);
	buffer_put(out, &number, 8);
	buffer_puts(out, bytes);
	buffer_put(out, &count, 8);
	number = XXH3_64bits(bytes.ptr, bytes.len);
	buffer_put(out, &number, 8);
}

/* Reads all marks into OUT; false when the file is refused. */
static bool
read_marks(struct str path, bool history, bool replace, struct buffer *out)
{
	struct checkpoint *checkpoint;
	struct arena arena;
	struct fault fault;
	struct mark mark;

	arena_init(&arena);
	checkpoint = checkpoint_open(&arena, path, history, 20736, &fault);
	if (!checkpoint)
		workfolder_demand(fault.what[0], "a fault says nothing");
	while (checkpoint && checkpoint_next(checkpoint, &mark, &fault)) {
		buffer_put(out, &mark, sizeof(mark));
		if (replace)
			checkpoint_put(checkpoint, &mark);
	}
	workfolder_demand(
	    !checkpoint || !fault.what[0], "marks cannot be read again");
	if (checkpoint && replace)
		workfolder_demand(
		    checkpoint_commit(checkpoint, &fault), "not replaced");
	else
		checkpoint_close(checkpoint);
	arena_destroy(&arena);
	return checkpoint != NULL;
}

static void
try(struct str bytes, bool history, bool whole)
{
	struct str path = workfolder_put(bytes);
	struct buffer first = BUFFER_EMPTY;
	struct buffer second = BUFFER_EMPTY;
	bool good = read_marks(path, history, true, &first);

	workfolder_demand(good || !whole, "a whole checkpoint is refused");
	if (good) {
		workfolder_demand(read_marks(path, history, false, &second),
		    "what was written is refused");
		workfolder_demand(
		    str_eq(buffer_str(&first), buffer_str(&second)),
		    "marks have changed");
		workfolder_demand(!whole ||
			str_eq(buffer_str(&first),
			    str_take(str_drop(bytes, HEAD), first.len)),
		    "marks are not those of the file");
	}
	buffer_destroy(&first);
	buffer_destroy(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data + 1, size - 1};
	struct buffer whole = BUFFER_EMPTY;

	if (size == 0)
		return 0;
	if (data[0] & 2) {
		complete(&whole, bytes, data[0] & 1);
		try(buffer_str(&whole), data[0] & 1, true);
	} else {
		try(bytes, data[0] & 1, false);
	}
	buffer_destroy(&whole);
	return 0;
}

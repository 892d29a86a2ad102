/* SPDX-License-Identifier: MIT */
/* For tests of writers: rows of cells in, the bytes they became out. */
#ifndef WRITTEN_H
#define WRITTEN_H

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mtrack/writer.h"

#define TEXT(literal)                                                          \
	{                                                                      \
		.kind = CELL_TEXT, .text = {(literal), sizeof(literal) - 1 }   \
	}
#define NUMBER(literal)                                                        \
	{                                                                      \
		.kind = CELL_NUMBER, .text = {(literal), sizeof(literal) - 1 } \
	}
#define NOTHING                                                                \
	{                                                                      \
		.kind = CELL_EMPTY                                             \
	}
#define COLUMN(literal, id)                                                    \
	{                                                                      \
		.name = {(literal), sizeof(literal) - 1}, .field = (id),       \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Runs OPS over ROWS rows of PLAN->count cells each and appends what reached
 * the descriptor to TEXT. RECORDS (or NULL) has one for each row. */
static inline void
written(const struct writer_ops *ops, const struct writer_plan *plan,
    const struct cell *cells, const struct record *records, size_t rows,
    struct buffer *text)
{
	struct arena arena;
	struct output out;
	struct writer writer = {.ops = ops, .plan = plan, .arena = &arena};
	int fd = memfd_create("written", MFD_CLOEXEC);

	assert_true(fd >= 0);
	arena_init(&arena);
	output_init(&out, fd);
	writer.out = &out;
	assert_true(ops->begin(&writer));
	for (size_t i = 0; i < rows; i++)
		assert_true(
		    ops->row(&writer, cells ? cells + i * plan->count : NULL,
			records ? &records[i] : NULL));
	assert_true(ops->end(&writer));
	assert_true(output_flush(&out, true));
	buffer_reserve(text, out.bytes + 1);
	assert_int_equal(
	    pread(fd, text->ptr + text->len, out.bytes, 0), out.bytes);
	text->len += out.bytes;
	close(fd);
	output_destroy(&out);
	arena_destroy(&arena);
}

/* Fails with both texts shown when they differ. */
static inline void
assert_bytes(const char *row, struct str got, struct str want)
{
	if (str_eq(got, want))
		return;
	fprintf(stderr, "%s\n--- got\n%.*s\n--- want\n%.*s\n---\n", row,
	    STR_ARG(got), STR_ARG(want));
	fail();
}

/* The same numbers in every run (Knuth's MMIX constants). */
static inline uint32_t
chance(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % below;
}

#endif

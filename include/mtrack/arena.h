/* SPDX-License-Identifier: MIT */
/* Memory that is freed at once: allocate many times, destroy or reset once.
 * The only unit that calls malloc. Nothing here returns NULL: when memory
 * runs out there is no record that could still be answered right, so the
 * program says so and leaves with status 2 (temporary files are unnamed until
 * they are complete, so none is left behind). */
#ifndef MTRACK_ARENA_H
#define MTRACK_ARENA_H

#include <stdarg.h>

#include "mtrack/str.h"

struct arena_block;

struct arena {
	struct arena_block *head;
	size_t used; /* bytes taken from the head block */
	size_t held; /* bytes of all blocks, for budgets */
};

void arena_init(struct arena *arena);
/* Frees all; the arena is as after arena_init. */
void arena_destroy(struct arena *arena);
/* Forgets all allocations and keeps the newest block for the next ones. */
void arena_reset(struct arena *arena);

/* Hands all that FROM holds over to TO; FROM is empty then. */
void arena_join(struct arena *to, struct arena *from);

/* SIZE bytes, aligned for any type, not cleared. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same, aligned for 64-bit words only: nothing is lost between many. */
void *arena_alloc_words(struct arena *arena, size_t size);
/* COUNT elements of SIZE bytes, all zero. */
void *arena_zero(struct arena *arena, size_t count, size_t size);
#define ARENA_NEW(arena, type) ((type *)arena_zero(arena, 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count)                                        \
	((type *)arena_zero(arena, count, sizeof(type)))

/* A copy of S that lives as long as the arena, with a NUL behind it. */
struct str arena_keep(struct arena *arena, struct str s);
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A growing array: room for one more element of SIZE bytes behind COUNT ones.
 * ITEMS may move (the old place stays valid until the arena goes); CAPACITY is
 * kept by the caller and begins as 0. Returns the array. */
void *arena_grow(struct arena *arena, void *items, size_t count,
    size_t *capacity, size_t size);

/* Once, by main, before anything else: memory that is freed goes back to the
 * system, however large its pieces have been so far. Left to itself, malloc
 * learns from what was freed to keep ever larger pieces, and --memory would be
 * held to by what is in use, but not by what the system sees. */
void memory_settle(void);

/* For the few long-lived tables that grow and shrink: like realloc, COUNT
 * elements of SIZE bytes, overflow checked. */
void *memory_resize(void *old, size_t count, size_t size);
void memory_free(void *old);

#endif

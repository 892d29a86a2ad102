/* SPDX-License-Identifier: MIT */
/* Memory that is freed at once. */
#include "mtrack/arena.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mtrack/leftover.h"

#define BLOCK_BYTES (64u << 10)
#define BLOCK_MOST  (4u << 20)
#define ALIGNMENT   _Alignof(max_align_t)
/* What is larger is mapped by itself and given back when it is freed. */
#define MAPPED_BYTES (128u << 10)

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

/* The one place below main that speaks: no memory is left to carry a fault
 * upward in. */
static _Noreturn void
exhausted(void)
{
	static const char text[] = "mtrack: out of memory\n";

	leftover_remove();
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(2);
}

static size_t
add_checked(size_t a, size_t b)
{
	size_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		exhausted();
	return sum;
}

static size_t
multiply_checked(size_t a, size_t b)
{
	size_t product;

	if (__builtin_mul_overflow(a, b, &product))
		exhausted();
	return product;
}

void
memory_settle(void)
{
#ifdef M_MMAP_THRESHOLD
	mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
#endif
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	size_t bytes = multiply_checked(count, size);
	void *new = realloc(old, bytes ? bytes : 1);

	if (!new)
		exhausted();
	return new;
}

void
memory_free(void *old)
{
	free(old);
}

void
arena_init(struct arena *arena)
{
	*arena = (struct arena){0};
}

void
arena_destroy(struct arena *arena)
{
	while (arena->head) {
		struct arena_block *next = arena->head->next;

		memory_free(arena->head);
		arena->head = next;
	}
	arena_init(arena);
}

void
arena_reset(struct arena *arena)
{
	struct arena_block *kept = arena->head;

	if (!kept)
		return;
	arena->head = kept->next;
	arena_destroy(arena);
	kept->next = NULL;
	*arena = (struct arena){kept, 0, kept->size};
}

/* FROM's blocks go behind TO's newest one, which stays the one in use. */
void
arena_join(struct arena *to, struct arena *from)
{
	struct arena_block *last = from->head;

	if (!last)
		return;
	if (!to->head) {
		*to = *from;
	} else {
		while (last->next)
			last = last->next;
		last->next = to->head->next;
		to->head->next = from->head;
		to->held += from->held;
	}
	arena_init(from);
}

/* A quarter more each time, so that little is left unused, and mapped but for
 * the first, so that what is freed is another's; a block of its own for what
 * is large. */
static void
add_block(struct arena *arena, size_t need)
{
	size_t size = arena->held / 4;
	struct arena_block *block;

	if (arena->held == 0)
		size = BLOCK_BYTES;
	else if (size < MAPPED_BYTES)
		size = MAPPED_BYTES;
	if (size > BLOCK_MOST)
		size = BLOCK_MOST;
	if (size < need)
		size = need;
	block = memory_resize(NULL, 1, add_checked(sizeof(*block), size));
	block->next = arena->head;
	block->size = size;
	arena->head = block;
	arena->used = 0;
	arena->held += size;
}

/* SIZE, padded to a multiple of ALIGNMENT, at such a place. */
static inline void *
take(struct arena *arena, size_t size, size_t alignment)
{
	size_t padded = add_checked(size, alignment - 1) & ~(alignment - 1);
	void *at;

	arena->used = (arena->used + alignment - 1) & ~(alignment - 1);
	if (!arena->head || arena->head->size < arena->used ||
	    arena->head->size - arena->used < padded)
		add_block(arena, padded);
	at = arena->head->bytes + arena->used;
	arena->used += padded;
	return at;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return take(arena, size, ALIGNMENT);
}

void *
arena_alloc_words(struct arena *arena, size_t size)
{
	return take(arena, size, sizeof(uint64_t));
}

void *
arena_zero(struct arena *arena, size_t count, size_t size)
{
	size_t bytes = multiply_checked(count, size);

	return memset(arena_alloc(arena, bytes), 0, bytes);
}

struct str
arena_keep(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, add_checked(s.len, 1));

	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return (struct str){copy, s.len};
}

struct str
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_list again;
	char *text;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = arena_alloc(arena, (size_t)(len > 0 ? len : 0) + 1);
	text[0] = '\0';
	if (len > 0)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){text, (size_t)(len > 0 ? len : 0)};
}

void *
arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
    size_t size)
{
	void *larger;

	if (count < *capacity)
		return items;
	*capacity = *capacity ? multiply_checked(*capacity, 2) : 8;
	larger = arena_alloc(arena, multiply_checked(*capacity, size));
	if (count)
		memcpy(larger, items, count * size);
	return larger;
}

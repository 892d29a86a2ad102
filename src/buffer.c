/* SPDX-License-Identifier: MIT */
/* Bytes that grow at the end. */
#include "mtrack/buffer.h"

#include <stdio.h>

#include "mtrack/arena.h"

void
buffer_destroy(struct buffer *buffer)
{
	memory_free(buffer->ptr);
	*buffer = BUFFER_EMPTY;
}

void
buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t need;
	size_t cap = buffer->cap ? buffer->cap : 64;

	if (buffer->cap - buffer->len >= more)
		return;
	if (__builtin_add_overflow(buffer->len, more, &need))
		need = SIZE_MAX; /* memory_resize refuses it */
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	buffer->ptr = memory_resize(buffer->ptr, cap, 1);
	buffer->cap = cap;
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len <= 0)
		return;
	buffer_reserve(buffer, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(buffer->ptr + buffer->len, (size_t)len + 1, format, args);
	va_end(args);
	buffer->len += (size_t)len;
}

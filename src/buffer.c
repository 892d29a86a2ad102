/* SPDX-License-Identifier: MIT */
/* Bytes that grow at the end. */
#include "mtrack/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "mtrack/arena.h"

#define READ_BYTES (16u << 10)

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

int
buffer_read(struct buffer *buffer, int fd, size_t limit)
{
	for (;;) {
		ssize_t got;

		if (buffer->len > limit)
			return EFBIG;
		buffer_reserve(buffer, READ_BYTES);
		got = read(
		    fd, buffer->ptr + buffer->len, buffer->cap - buffer->len);
		if (got == 0)
			return 0;
		if (got > 0)
			buffer->len += (size_t)got;
		else if (errno != EINTR)
			return errno;
	}
}

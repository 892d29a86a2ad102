/* SPDX-License-Identifier: MIT */
/* Bytes that grow at the end: lines being built, windows on a file, batches
 * of packed records. */
#ifndef MTRACK_BUFFER_H
#define MTRACK_BUFFER_H

#include "mtrack/str.h"

struct buffer {
	char *ptr;
	size_t len;
	size_t cap;
};

#define BUFFER_EMPTY ((struct buffer){NULL, 0, 0})

void buffer_destroy(struct buffer *buffer);
/* Makes room for MORE bytes behind len; what ptr points to may move. */
void buffer_reserve(struct buffer *buffer, size_t more);
/* Appends what FD still holds. 0, or the errno of what went wrong: EFBIG where
 * the buffer would hold more than LIMIT. */
int buffer_read(struct buffer *buffer, int fd, size_t limit);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline void
buffer_clear(struct buffer *buffer)
{
	buffer->len = 0;
}

static inline struct str
buffer_str(const struct buffer *buffer)
{
	return (struct str){buffer->ptr, buffer->len};
}

static inline void
buffer_put(struct buffer *buffer, const void *bytes, size_t count)
{
	if (buffer->cap - buffer->len < count)
		buffer_reserve(buffer, count);
	if (count)
		memcpy(buffer->ptr + buffer->len, bytes, count);
	buffer->len += count;
}

static inline void
buffer_puts(struct buffer *buffer, struct str s)
{
	buffer_put(buffer, s.ptr, s.len);
}

/* ASCII in lower case, other bytes as they are. */
static inline void
buffer_puts_lower(struct buffer *buffer, struct str s)
{
	if (s.len == 0)
		return;
	buffer_reserve(buffer, s.len);
	ascii_lower_copy(buffer->ptr + buffer->len, s.ptr, s.len);
	buffer->len += s.len;
}

static inline void
buffer_putc(struct buffer *buffer, char c)
{
	if (buffer->cap == buffer->len)
		buffer_reserve(buffer, 1);
	buffer->ptr[buffer->len++] = c;
}

#endif

/* SPDX-License-Identifier: MIT */
/* Bytes with a length: what every text in mtrack is, from a cell of a log to
 * the value of an option. Never NUL-terminated by promise. ASCII only: what
 * knows Unicode is unicode.h. */
#ifndef MTRACK_STR_H
#define MTRACK_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})
/* For printf's "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).ptr

static inline struct str
str_from(const char *text)
{
	return (struct str){text, strlen(text)};
}

static inline unsigned char
ascii_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static inline bool
ascii_is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Writes COUNT bytes of FROM with ASCII in lower case, other bytes as they
 * are. */
static inline void
ascii_lower_copy(char *restrict to, const char *restrict from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = (char)ascii_lower((unsigned char)from[i]);
}

/* Space, tab, newline, vertical tab, form feed, carriage return. */
static inline bool
ascii_is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The first COUNT bytes, or all of them when there are fewer. */
static inline struct str
str_take(struct str s, size_t count)
{
	return (struct str){s.ptr, count < s.len ? count : s.len};
}

/* All but the first COUNT bytes. */
static inline struct str
str_drop(struct str s, size_t count)
{
	if (count > s.len)
		count = s.len;
	return (struct str){s.len ? s.ptr + count : s.ptr, s.len - count};
}

bool str_eq(struct str a, struct str b);
/* Equal when ASCII case is ignored. */
bool str_eq_fold(struct str a, struct str b);
/* Bytewise order, a prefix first: negative, 0, positive. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_starts_fold(struct str s, struct str prefix);
/* Where NEEDLE first stands in S, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle);
size_t str_find_char(struct str s, char c);
/* Where C last stands in S, or SIZE_MAX. */
size_t str_rfind_char(struct str s, char c);
/* S without ASCII white space at both ends. */
struct str str_trim(struct str s);
/* How many ASCII digits S begins with. */
size_t str_digits(struct str s);
/* Takes the part before SEPARATOR off *REST; false when *REST is used up.
 * "a,,b" gives "a", "", "b"; "" gives one empty part. Begin with REST->ptr
 * not NULL. */
bool str_split(struct str *rest, char separator, struct str *part);
/* A whole decimal number without sign; false when it is none or too big. */
bool str_to_u64(struct str s, uint64_t *number);

#endif

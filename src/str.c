/* SPDX-License-Identifier: MIT */
/* Bytes with a length. */
#include "mtrack/str.h"

#include <strings.h>

bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

bool
str_eq_fold(struct str a, struct str b)
{
	return a.len == b.len && str_starts_fold(a, b);
}

int
str_cmp(struct str a, struct str b)
{
	size_t least = a.len < b.len ? a.len : b.len;
	int order = least ? memcmp(a.ptr, b.ptr, least) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_take(s, prefix.len), prefix);
}

bool
str_starts_fold(struct str s, struct str prefix)
{
	if (s.len < prefix.len)
		return false;
	for (size_t i = 0; i < prefix.len; i++)
		if (ascii_lower((unsigned char)s.ptr[i]) !=
		    ascii_lower((unsigned char)prefix.ptr[i]))
			return false;
	return true;
}

size_t
str_find(struct str s, struct str needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	at = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
	return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

size_t
str_find_char(struct str s, char c)
{
	const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

size_t
str_rfind_char(struct str s, char c)
{
	const char *at = s.len ? memrchr(s.ptr, c, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : SIZE_MAX;
}

struct str
str_trim(struct str s)
{
	while (s.len && ascii_is_space((unsigned char)s.ptr[0]))
		s = str_drop(s, 1);
	while (s.len && ascii_is_space((unsigned char)s.ptr[s.len - 1]))
		s.len--;
	return s;
}

size_t
str_digits(struct str s)
{
	size_t count = 0;

	while (count < s.len && ascii_is_digit((unsigned char)s.ptr[count]))
		count++;
	return count;
}

bool
str_split(struct str *rest, char separator, struct str *part)
{
	size_t at;

	if (!rest->ptr)
		return false;
	at = str_find_char(*rest, separator);
	if (at == SIZE_MAX) {
		*part = *rest;
		*rest = STR_NONE;
	} else {
		*part = str_take(*rest, at);
		*rest = str_drop(*rest, at + 1);
	}
	return true;
}

bool
str_to_u64(struct str s, uint64_t *number)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (!ascii_is_digit(c) ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, c - '0', &value))
			return false;
	}
	*number = value;
	return true;
}

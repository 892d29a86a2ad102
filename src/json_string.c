/* SPDX-License-Identifier: MIT */
/* JSON strings: unescaped on the way in, quoted on the way out. */
#include "mtrack/bytes.h"
#include "mtrack/json.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static int
hex_value(char c)
{
	if (ascii_is_digit((unsigned char)c))
		return c - '0';
	c = (char)ascii_lower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit of `\uXXXX` at the start of TEXT, or -1. */
static int32_t
escaped_unit(struct str text)
{
	int32_t unit = 0;

	if (text.len < 6 || text.ptr[0] != '\\' || text.ptr[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = hex_value(text.ptr[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* At most 4 bytes; returns how many. */
static size_t
put_utf8(uint32_t cp, char *to)
{
	if (cp < 0x80) {
		to[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		to[0] = (char)(0xc0 | cp >> 6);
		to[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		to[0] = (char)(0xe0 | cp >> 12);
		to[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		to[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | cp >> 18);
	to[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	to[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	to[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

/* `\uXXXX` at the start of *TEXT, or a surrogate pair of two: taken off it.
 * Bytes written, 0 when it is no escape. */
static size_t
put_unit(struct str *text, char *to)
{
	int32_t unit = escaped_unit(*text);
	int32_t low;

	if (unit < 0)
		return 0;
	*text = str_drop(*text, 6);
	if (unit < 0xd800 || unit > 0xdfff)
		return put_utf8((uint32_t)unit, to);
	low = unit < 0xdc00 ? escaped_unit(*text) : -1;
	if (low < 0xdc00 || low > 0xdfff)
		return put_utf8(0xfffd, to);
	*text = str_drop(*text, 6);
	return put_utf8(0x10000u + ((uint32_t)unit - 0xd800u) * 0x400u +
		((uint32_t)low - 0xdc00u),
	    to);
}

static size_t
put_escape(struct str *text, char *to)
{
	static const char from[] = "\"\\/bfnrt";
	static const char into[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (text->len < 2)
		return 0;
	if (text->ptr[1] == 'u')
		return put_unit(text, to);
	at = memchr(from, text->ptr[1], sizeof(from) - 1);
	if (!at)
		return 0;
	*to = into[at - from];
	*text = str_drop(*text, 2);
	return 1;
}

/* TEXT unescaped at TO, which has room for TEXT's own length: no escape is
 * shorter than what it stands for. *len bytes came of it. */
static bool
unescape(struct str text, char *to, size_t *len)
{
	char *at = to;

	while (text.len) {
		size_t plain = str_find_char(text, '\\');
		size_t put;

		if (plain == SIZE_MAX)
			plain = text.len;
		memcpy(at, text.ptr, plain);
		at += plain;
		text = str_drop(text, plain);
		if (text.len == 0)
			break;
		put = put_escape(&text, at);
		if (put == 0)
			return false;
		at += put;
	}
	*len = (size_t)(at - to);
	return true;
}

bool
json_unescape(struct str text, struct buffer *out)
{
	size_t len;

	if (text.len == 0)
		return true;
	buffer_reserve(out, text.len);
	if (!unescape(text, out->ptr + out->len, &len))
		return false;
	out->len += len;
	return true;
}

struct str
json_text(struct arena *arena, const struct json_value *value)
{
	char *to;
	size_t len;

	if (value->kind == JSON_NULL || value->kind >= JSON_ARRAY)
		return STR_NONE;
	if (!value->escaped)
		return value->text;
	to = arena_alloc(arena, value->text.len);
	return unescape(value->text, to, &len) ? (struct str){to, len}
					       : STR_NONE;
}

/* Bytes of the UTF-8 character at the start of S (not empty); 0 when it is
 * none: overlong, a surrogate, above U+10FFFF, or cut. */
static size_t
utf8_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	if (p[0] == 0xed)
		high = 0x9f;
	if (p[0] == 0xf0)
		low = 0x90;
	if (p[0] == 0xf4)
		high = 0x8f;
	if (s.len < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static void
put_special(char c, struct buffer *out)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char into[] = "\"\\bfnrt";
	const char *at = memchr(from, c, sizeof(from) - 1);

	if (at) {
		buffer_putc(out, '\\');
		buffer_putc(out, into[at - from]);
	} else {
		buffer_printf(out, "\\u%04x", (unsigned char)c);
	}
}

/* The part of S before a special byte, with invalid bytes replaced. */
static void
put_plain(struct str s, struct buffer *out)
{
	size_t good = 0; /* bytes of s that are known to be valid */

	while (good < s.len) {
		size_t len = utf8_length(str_drop(s, good));

		if (len) {
			good += len;
			continue;
		}
		buffer_put(out, s.ptr, good);
		buffer_puts(out, STR(REPLACEMENT));
		s = str_drop(s, good + 1);
		good = 0;
	}
	buffer_put(out, s.ptr, s.len);
}

void
json_quote(struct str s, struct buffer *out)
{
	const char *end = s.len ? s.ptr + s.len : s.ptr;

	buffer_reserve(out, s.len + 2);
	buffer_putc(out, '"');
	while (s.len) {
		const char *special = bytes_find_json_special(s.ptr, end);
		size_t plain = (size_t)(special - s.ptr);

		put_plain(str_take(s, plain), out);
		if (special < end)
			put_special(*special, out);
		s = str_drop(s, plain + 1);
	}
	buffer_putc(out, '"');
}

/* SPDX-License-Identifier: MIT */
/* Text as a terminal may get it. */
#include "mtrack/display.h"

#include "mtrack/diag.h"
#include "mtrack/unicode.h"

/* Length of what S begins with that can be taken as it is: graphic ASCII. */
static size_t
graphic_run(struct str s)
{
	size_t i = 0;

	while (i < s.len && s.ptr[i] > ' ' && s.ptr[i] < 0x7f)
		i++;
	return i;
}

/* White space that is hostile too (U+2028, U+0085) is shown as an escape; of
 * C0 only what str.h calls space is taken for such. */
static bool
is_blank(uint32_t cp)
{
	if (cp < 0x80)
		return ascii_is_space((unsigned char)cp);
	return !(cp & UNICODE_INVALID) && unicode_is_space(cp) &&
	    !unicode_is_hostile(cp);
}

/* TEXT is a run of graphic ASCII that begins with CP, or CP alone. */
static size_t
put_text(struct str text, uint32_t cp, struct buffer *out)
{
	size_t begin = out->len;

	if (cp & UNICODE_INVALID || unicode_is_hostile(cp)) {
		diag_escape(text, false, out);
		return out->len - begin;
	}
	buffer_puts(out, text);
	return cp < 0x80 ? text.len : unicode_width(cp);
}

size_t
display_cell(struct str s, struct buffer *out)
{
	size_t begin = out->len;
	size_t width = 0;
	bool blank = false; /* white space stands before what comes */

	while (s.len) {
		size_t len = graphic_run(s);
		uint32_t cp =
		    len ? (unsigned char)s.ptr[0] : unicode_decode(s, &len);

		if (is_blank(cp)) {
			blank = true;
		} else {
			if (blank && out->len > begin) {
				buffer_putc(out, ' ');
				width++;
			}
			blank = false;
			width += put_text(str_take(s, len), cp, out);
		}
		s = str_drop(s, len);
	}
	return width;
}

size_t
display_cut(struct str cell, size_t limit, struct buffer *out)
{
	size_t width = 0;
	size_t at = 0;

	while (at < cell.len) {
		size_t len;
		uint32_t cp = unicode_decode(str_drop(cell, at), &len);
		size_t more = unicode_width(cp);

		if (width + more > limit - 1)
			break;
		width += more;
		at += len;
	}
	buffer_puts(out, str_take(cell, at));
	buffer_puts(out, STR("\u2026"));
	return width + 1;
}

void
display_pad(size_t count, struct buffer *out)
{
	if (out->cap - out->len < count)
		buffer_reserve(out, count);
	if (count)
		memset(out->ptr + out->len, ' ', count);
	out->len += count;
}

void
display_bar(size_t eighths, bool ascii, struct buffer *out)
{
	static const char blocks[8][4] = {"", "\u258f", "\u258e", "\u258d",
	    "\u258c", "\u258b", "\u258a", "\u2589"};

	for (size_t i = 0; i < eighths / 8; i++)
		buffer_puts(out, ascii ? STR("#") : STR("\u2588"));
	if (!ascii)
		buffer_puts(out, str_from(blocks[eighths % 8]));
}

void
display_guard(struct buffer *lines)
{
	struct buffer safe = BUFFER_EMPTY;
	struct str rest = buffer_str(lines);

	while (rest.len) {
		size_t len = 0;

		while (len < rest.len && rest.ptr[len] != '\n' &&
		    rest.ptr[len] != '\t')
			len++;
		diag_escape(str_take(rest, len), false, &safe);
		rest = str_drop(rest, len);
		if (!rest.len)
			break;
		buffer_putc(&safe, rest.ptr[0]);
		rest = str_drop(rest, 1);
	}
	buffer_clear(lines);
	buffer_puts(lines, buffer_str(&safe));
	buffer_destroy(&safe);
}

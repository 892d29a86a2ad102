/* SPDX-License-Identifier: MIT */
/* Messages to standard error, made safe for terminals. */
#include "mtrack/diag.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "mtrack/buffer.h"
#include "mtrack/unicode.h"

#define PREFIX        "mtrack: "
#define VALUE_COLUMNS 70 /* of a value in a line of its own */
#define NAMED_COLUMNS 40 /* of one behind the flag's name */

/* One character as it is printed, or its escape. Returns its columns. */
static size_t
put_char(uint32_t cp, bool quoted, struct buffer *out)
{
	size_t before = out->len;

	if (cp == '\\' && quoted) {
		buffer_puts(out, STR("\\\\"));
	} else if (!unicode_is_hostile(cp)) {
		unicode_put(out, cp);
		return unicode_width(cp);
	} else if (cp == '\n') {
		buffer_puts(out, STR("\\n"));
	} else if (cp == '\t') {
		buffer_puts(out, STR("\\t"));
	} else if (cp == '\r') {
		buffer_puts(out, STR("\\r"));
	} else if (cp < 0x80 || cp & UNICODE_INVALID) {
		buffer_printf(out, "\\x%02x", (unsigned)(cp & 0xff));
	} else if (cp < 0x10000) {
		buffer_printf(out, "\\u%04x", (unsigned)cp);
	} else {
		buffer_printf(out, "\\U%08x", (unsigned)cp);
	}
	return out->len - before;
}

void
diag_escape(struct str s, bool quoted, struct buffer *out)
{
	size_t len;

	for (size_t at = 0; at < s.len; at += len) {
		unsigned char c = (unsigned char)s.ptr[at];

		len = 1;
		if (c >= ' ' && c < 0x7f && c != '\\')
			buffer_putc(out, (char)c);
		else
			put_char(
			    unicode_decode(str_drop(s, at), &len), quoted, out);
	}
}

/* Messages and the status line share the terminal's last line. */
static struct {
	pthread_mutex_t lock;
	bool shown; /* a status line stands there */
} status = {PTHREAD_MUTEX_INITIALIZER, false};

/* There is nowhere left to report a standard error that fails. */
static void
write_out(struct str text)
{
	while (text.len) {
		ssize_t count = write(STDERR_FILENO, text.ptr, text.len);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return;
		text = str_drop(text, (size_t)count);
	}
}

static void
take_status_away(void)
{
	if (status.shown)
		write_out(STR("\r\x1b[K"));
	status.shown = false;
}

static void
write_all(struct str text)
{
	pthread_mutex_lock(&status.lock);
	take_status_away();
	write_out(text);
	pthread_mutex_unlock(&status.lock);
}

bool
diag_is_terminal(void)
{
	return isatty(STDERR_FILENO);
}

void
diag_status(struct str line)
{
	struct buffer out = BUFFER_EMPTY;

	pthread_mutex_lock(&status.lock);
	if (line.len == 0) {
		take_status_away();
	} else {
		buffer_putc(&out, '\r');
		diag_escape(line, false, &out);
		buffer_puts(&out, STR("\x1b[K"));
		write_out(buffer_str(&out));
		status.shown = true;
	}
	pthread_mutex_unlock(&status.lock);
	buffer_destroy(&out);
}

void
diag_say(const char *format, ...)
{
	struct buffer text = BUFFER_EMPTY;
	struct buffer line = BUFFER_EMPTY;
	va_list args;
	va_list again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len > 0) {
		buffer_reserve(&text, (size_t)len + 1);
		vsnprintf(text.ptr, (size_t)len + 1, format, again);
		text.len = (size_t)len;
	}
	va_end(again);
	buffer_puts(&line, STR(PREFIX));
	diag_escape(buffer_str(&text), false, &line);
	buffer_putc(&line, '\n');
	write_all(buffer_str(&line));
	buffer_destroy(&text);
	buffer_destroy(&line);
}

void
diag_raw(struct str text)
{
	write_all(text);
}

/* The columns of the character at AT of S; *LEN its bytes. A mark takes none,
 * but *COST counts one, or a heap of them would make an endless line. */
static size_t
columns_at(
    struct str s, size_t at, size_t *len, size_t *cost, struct buffer *scratch)
{
	size_t columns;

	buffer_clear(scratch);
	columns =
	    put_char(unicode_decode(str_drop(s, at), len), false, scratch);
	*cost = columns ? columns : 1;
	return columns;
}

/* The part of S, LIMIT columns at most, that is shown when byte CARET is what
 * matters: all of it, or a window with the caret about in its middle.
 *
 *     long value that goes on and on and
 *     FIRST-^      CARET-^      LAST-^
 */
static void
window(struct str s, size_t caret, size_t limit, size_t *first, size_t *last,
    struct buffer *scratch)
{
	size_t used = 0;
	size_t len, cost;
	size_t from = caret, to = caret;
	bool back = true, on = true;

	while (back || on) {
		back = back && from > 0;
		if (back) {
			size_t at = unicode_start(s, from - 1);

			columns_at(s, at, &len, &cost, scratch);
			back = used + cost <= limit;
			used += back ? cost : 0;
			from = back ? at : from;
		}
		on = on && to < s.len;
		if (on) {
			columns_at(s, to, &len, &cost, scratch);
			on = used + cost <= limit;
			used += on ? cost : 0;
			to += on ? len : 0;
		}
	}
	*first = from;
	*last = to;
}

/* Appends what WINDOW leaves of S, escaped, dots where it was cut; returns the
 * column at which byte CARET stands. */
static size_t
put_window(struct str s, size_t caret, size_t limit, struct buffer *out)
{
	struct buffer scratch = BUFFER_EMPTY;
	size_t first, last, len, cost;
	size_t column, columns = 0;

	caret = unicode_start(s, caret < s.len ? caret : s.len);
	window(s, caret, limit, &first, &last, &scratch);
	if (first > 0)
		buffer_puts(out, STR("..."));
	column = columns = first > 0 ? 3 : 0;
	for (size_t at = first; at < last; at += len) {
		size_t wide = columns_at(s, at, &len, &cost, &scratch);

		/* A mark stands over the character before it. */
		if (at <= caret && wide)
			column = columns;
		buffer_puts(out, buffer_str(&scratch));
		columns += wide;
	}
	if (caret >= last)
		column = columns;
	if (last < s.len)
		buffer_puts(out, STR("..."));
	buffer_destroy(&scratch);
	return column;
}

/* Appends TEXT as a word of the shell: in quotes where it needs them. TEXT
 * holds nothing hostile. */
static void
put_word(struct str text, bool always, struct buffer *out)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789@%+:,./_-";
	bool bare = text.len > 0 && !always;

	for (size_t i = 0; bare && i < text.len; i++)
		bare = text.ptr[i] && strchr(plain, text.ptr[i]);
	if (bare) {
		buffer_puts(out, text);
		return;
	}
	buffer_putc(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\'')
			buffer_puts(out, STR("'\\''"));
		else
			buffer_putc(out, text.ptr[i]);
	}
	buffer_putc(out, '\'');
}

/* `mtrack: --sender '*x@example.com': the local part begins with `*``; a
 * setting's ORIGIN stands first. */
static void
put_sentence(struct str origin, struct str name, struct str value,
    const struct fault *fault, struct buffer *out)
{
	struct buffer shown = BUFFER_EMPTY;

	buffer_puts(out, STR(PREFIX));
	if (fault->warning)
		buffer_puts(out, STR("warning: "));
	diag_escape(origin, false, out);
	if (origin.len)
		buffer_puts(out, STR(": "));
	diag_escape(name, false, out);
	if (value.ptr) {
		if (name.len)
			buffer_putc(out, ' ');
		put_window(value, 0, NAMED_COLUMNS, &shown);
		put_word(buffer_str(&shown), true, out);
	}
	if (name.len || value.ptr)
		buffer_puts(out, STR(": "));
	diag_escape(str_from(fault->what), false, out);
	buffer_putc(out, '\n');
	buffer_destroy(&shown);
}

/* What stands between NAME and a value where the two are written together. */
static struct str
between(struct str origin, struct str name)
{
	if (origin.len)
		return STR(" = ");
	return str_starts(name, STR("-")) || !name.len ? STR(" ") : STR("=");
}

static void
put_advice(struct str origin, struct str name, const struct fault *fault,
    struct buffer *out)
{
	struct buffer safe = BUFFER_EMPTY;

	if (fault->rule) {
		buffer_puts(out, STR("    rule: "));
		diag_escape(str_from(fault->rule), false, out);
		buffer_putc(out, '\n');
	}
	if (fault->example) {
		buffer_puts(out, STR("    example: "));
		diag_escape(str_from(fault->example), false, &safe);
		if (!fault->whole)
			diag_escape(name, false, out);
		if (!fault->whole && name.len)
			buffer_puts(out, between(origin, name));
		if (fault->whole || origin.len)
			buffer_puts(out, buffer_str(&safe));
		else
			put_word(buffer_str(&safe), false, out);
		buffer_putc(out, '\n');
	}
	buffer_destroy(&safe);
}

void
diag_value(struct str origin, const char *name, struct str value,
    const struct fault *fault)
{
	struct buffer out = BUFFER_EMPTY;
	struct str flag = name ? str_from(name) : STR("");
	size_t column;

	put_sentence(origin, flag, value, fault, &out);
	if (value.ptr && fault->caret != FAULT_NO_CARET) {
		buffer_puts(&out, STR("        "));
		column = put_window(value, fault->caret, VALUE_COLUMNS, &out);
		buffer_printf(&out, "\n        %*s^\n", (int)column, "");
	}
	put_advice(origin, flag, fault, &out);
	write_all(buffer_str(&out));
	buffer_destroy(&out);
}

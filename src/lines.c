/* SPDX-License-Identifier: MIT */
/* Bounded lines in a window that moves over a file. */
#include "mtrack/lines.h"

#include "mtrack/reader.h"

/* The rest of a line that was given as too long. */
static bool
skip_rest(struct lines *lines, struct str window, size_t *at)
{
	size_t end = str_find_char(str_drop(window, *at), '\n');

	if (end == SIZE_MAX) {
		*at = window.len;
		return false;
	}
	*at += end + 1;
	lines->number++;
	lines->skipping = false;
	return true;
}

static struct str
without_return(struct str text)
{
	if (text.len && text.ptr[text.len - 1] == '\r')
		text.len--;
	return text;
}

static enum line_found
give(struct lines *lines, struct str bytes, size_t end, size_t *at,
    struct line *line)
{
	bool ended = end != SIZE_MAX;

	*line = (struct line){.number = lines->number, .ended = ended};
	lines->searched = 0;
	if (ended ? end >= RECORD_LIMIT : bytes.len >= RECORD_LIMIT) {
		line->text = str_take(bytes, RECORD_LIMIT);
		line->ended = true;
		lines->skipping = true;
		*at += RECORD_LIMIT;
		return LINE_LONG;
	}
	line->text = str_take(bytes, end);
	*at += line->text.len + ended;
	lines->number += ended;
	line->text = without_return(line->text);
	return LINE_WHOLE;
}

enum line_found
lines_next(struct lines *lines, struct str window, bool last, size_t *at,
    struct line *line)
{
	while (*at < window.len) {
		struct str bytes = str_drop(window, *at);
		size_t end;

		if (lines->skipping) {
			if (!skip_rest(lines, window, at))
				return LINE_SHORT;
			continue;
		}
		end = str_find_char(str_drop(bytes, lines->searched), '\n');
		if (end != SIZE_MAX)
			end += lines->searched;
		if (end == SIZE_MAX && !last && bytes.len < RECORD_LIMIT) {
			lines->searched = bytes.len;
			return LINE_SHORT;
		}
		if (give(lines, bytes, end, at, line) == LINE_LONG)
			return LINE_LONG;
		if (str_trim(line->text).len)
			return LINE_WHOLE;
	}
	return LINE_SHORT;
}

/* SPDX-License-Identifier: MIT */
/* Whether a file's first bytes are a JSON archive. */
#include "mtrack/json_sniff.h"

#include "mtrack/cef_line.h"
#include "mtrack/json_object.h"

#define SNIFF_LINES 16

/* Whether a whole line has a record behind its first `{`. */
static bool
line_has_record(struct str line, const struct intake_rules *rules)
{
	struct arena arena;
	struct intake in = {.rules = rules, .arena = &arena};
	struct fault fault;
	size_t end;
	bool has;

	line = str_drop(line, str_find_char(line, '{'));
	if (line.len == 0)
		return false;
	arena_init(&arena);
	has = json_object_read(&in, NULL, intake_needs(0), line, &end,
		  &fault) == OBJECT_WHOLE &&
	    intake_is_record(&in);
	arena_destroy(&arena);
	return has;
}

/* A file of lines: syslog, or one whose first lines are damaged. */
static enum sniff
sniff_lines(struct str head, bool all, const struct intake_rules *rules)
{
	for (int i = 0; i < SNIFF_LINES && head.len; i++) {
		size_t end = str_find_char(head, '\n');
		struct str line = str_take(head, end);
		struct cef_line other;

		if (cef_line_leads(line, &other))
			return SNIFF_NO;
		if (end == SIZE_MAX && !all)
			return SNIFF_MORE;
		if (line_has_record(line, rules))
			return SNIFF_YES;
		head = str_drop(head, end == SIZE_MAX ? end : end + 1);
	}
	return head.len || all ? SNIFF_NO : SNIFF_MORE;
}

enum sniff
json_sniff(struct str head, bool all, const struct intake_rules *rules)
{
	struct str rest = head;

	if (rest.len == 0)
		return all ? SNIFF_NO : SNIFF_MORE;
	if (rest.ptr[0] != '{' && rest.ptr[0] != '[')
		return sniff_lines(head, all, rules);
	while (rest.len &&
	    (rest.ptr[0] == '[' || ascii_is_space((unsigned char)rest.ptr[0])))
		rest = str_drop(rest, 1);
	if (rest.len && rest.ptr[0] == ']')
		return SNIFF_YES;
	if (rest.len && rest.ptr[0] == '{')
		rest = str_drop(rest, 1);
	else if (rest.len)
		return sniff_lines(head, all, rules);
	while (rest.len && ascii_is_space((unsigned char)rest.ptr[0]))
		rest = str_drop(rest, 1);
	if (rest.len == 0)
		return all ? SNIFF_NO : SNIFF_MORE;
	if (rest.ptr[0] == '"' || rest.ptr[0] == '}')
		return SNIFF_YES;
	return sniff_lines(head, all, rules);
}

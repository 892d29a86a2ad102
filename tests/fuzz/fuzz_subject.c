/* SPDX-License-Identifier: MIT */
/* Any bytes as a subject rule, any as a subject: a byte of flags, then one
 * line of rule, the rest is the subject. */
#include <stdint.h>
#include <stdlib.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/subject.h"
#include "mtrack/unicode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
holds_literal(struct str subject, struct str literal, bool any_case)
{
	if (!any_case)
		return str_find(subject, literal) != SIZE_MAX;
	for (size_t at = 0; at + literal.len <= subject.len; at++)
		if (str_starts_fold(str_drop(subject, at), literal))
			return true;
	return false;
}

static void
check_rule(struct arena *arena, const struct subject_rule *rule,
    struct str subject, struct buffer *scratch)
{
	struct buffer out = BUFFER_EMPTY;
	struct str literal;
	bool any_case;

	literal = subject_literal(arena, rule, &any_case);
	if (subject_match(rule, subject, scratch)) {
		check(subject.len > 0);
		check(holds_literal(subject, literal, any_case));
	}
	subject_explain(rule, &out);
	for (size_t i = 0; i < out.len; i++)
		check(out.ptr[i] == '\n' || (unsigned char)out.ptr[i] >= ' ');
	buffer_destroy(&out);
}

/* What a text is itself, it holds. */
static void
check_itself(struct arena *arena, struct str subject, bool case_sensitive,
    struct buffer *scratch)
{
	const struct subject_rule *rule;

	if (subject.len == 0)
		return;
	rule = subject_phrase(arena, subject, case_sensitive);
	check(subject_match(rule, subject, scratch));
	rule = subject_contained(arena, subject, case_sensitive);
	check(subject_match(rule, subject, scratch));
	rule = subject_name(arena, subject, case_sensitive);
	check(subject_match(rule, subject, scratch));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	struct str value;
	struct buffer scratch = BUFFER_EMPTY;
	struct arena arena;
	const struct subject_rule *rule;
	struct fault fault;
	bool kept;

	if (size < 2)
		return 0;
	kept = data[0] & 1;
	rest = str_drop(rest, 1);
	str_split(&rest, '\n', &value);
	arena_init(&arena);
	if (!subject_compile(&arena, value, kept, &rule, &fault))
		check(fault.caret < value.len && fault.rule && fault.example);
	else if (rule)
		check_rule(&arena, rule, rest, &scratch);
	check_rule(&arena, subject_phrase(&arena, value, kept), rest, &scratch);
	check_rule(&arena, subject_name(&arena, value, kept), rest, &scratch);
	check_itself(&arena, rest, kept, &scratch);
	buffer_destroy(&scratch);
	arena_destroy(&arena);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* The console's subject rules (SPEC 3.3) and the glob of attachment names,
 * compiled. */
#ifndef MTRACK_SUBJECT_H
#define MTRACK_SUBJECT_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct arena;
struct buffer;
struct subject_rule;

/* Reads VALUE as the console does: keywords, "phrases", escapes. *RULE is NULL
 * for a blank value. Faults have a caret in VALUE. */
bool subject_compile(struct arena *arena, struct str value, bool case_sensitive,
    const struct subject_rule **rule, struct fault *fault);
/* TEXT as one exact phrase (--phrase), nothing special in it. Here and below
 * an empty text is met by every subject but the empty one. */
const struct subject_rule *subject_phrase(
    struct arena *arena, struct str text, bool case_sensitive);
/* TEXT merely contained (--block-reason). */
const struct subject_rule *subject_contained(
    struct arena *arena, struct str text, bool case_sensitive);
/* `*` any run of characters, the whole of a name (--attachment-name). */
const struct subject_rule *subject_name(
    struct arena *arena, struct str glob, bool case_sensitive);

/* SCRATCH is reused between calls for the folded subject; no allocation in the
 * steady state. An empty subject matches nothing. */
bool subject_match(const struct subject_rule *rule, struct str subject,
    struct buffer *scratch);

/* A run of ASCII bytes, lower case unless the rule keeps case, that every
 * matching subject holds in its raw UTF-8 form whatever its case (no `k` or
 * `s` where case is ignored: U+212A and U+017F fold to them); empty when there
 * is none. For prefilters. */
struct str subject_literal(
    struct arena *arena, const struct subject_rule *rule, bool *any_case);
/* One term of a rule: PARTS in this order, any run of characters between two;
 * folded unless the rule keeps case. */
struct subject_term {
	bool edges; /* begins and ends where no word is cut */
	bool whole; /* is all of the text, not a piece of it */
	const struct str *parts;
	size_t count;
};

/* Term PLACE of RULE, all of which must be found; false beyond the last. */
bool subject_term(
    const struct subject_rule *rule, size_t place, struct subject_term *term);
/* The terms as understood (folded, safe for terminals), one a line, for
 * --explain: `keyword te*t`, `phrase "hello world"`. */
void subject_explain(const struct subject_rule *rule, struct buffer *out);

#endif

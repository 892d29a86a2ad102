/* SPDX-License-Identifier: MIT */
/* One criterion of a query, compiled: what the files of criteria share. */
#ifndef MTRACK_CRITERIA_TERM_H
#define MTRACK_CRITERIA_TERM_H

#include "mtrack/address.h"
#include "mtrack/arena.h"
#include "mtrack/choice.h"
#include "mtrack/ip.h"
#include "mtrack/range.h"
#include "mtrack/record.h"
#include "mtrack/subject.h"

struct term;

/* Whether REC holds a value that TERM asks for; its polarity is the caller's
 * business. No value never matches. */
typedef bool term_match_fn(
    const struct term *term, const struct record *rec, struct buffer *scratch);
/* The same for one text: a field's, a list item's, an attachment's. */
typedef bool term_test_fn(
    const struct term *term, struct str text, struct buffer *scratch);
/* Adds VALUE, one trimmed item. */
typedef bool term_add_fn(
    struct arena *arena, struct term *term, struct str value, struct fault *);
/* Bytes that every record holds that item I of TERM finds; empty when there
 * are none. *fold is cleared when their case is kept. */
typedef void term_literal_fn(struct arena *arena, const struct term *term,
    size_t i, struct str *literal, bool *fold);
typedef void term_explain_fn(const struct term *term, struct buffer *out);

/* The parts of an attachment, for its four criteria. */
enum term_part {
	TERM_PART_SHA256,
	TERM_PART_NAME,
	TERM_PART_STATUS,
	TERM_PART_PASSWORD,
};

/* One line of the table of criteria. */
struct term_row {
	const char *name;
	bool state;         /* put to winners only (SPEC 2) */
	bool attachment;    /* one of the four that share an attachment */
	unsigned char cost; /* of a match, roughly: cheap ones go first */
	fieldset fields;
	enum field field;    /* the one that match looks at */
	enum choice_set set; /* of term_add_choice and term_add_action */
	enum term_part part; /* where attachment */
	term_add_fn *add;
	term_match_fn *match;
	term_test_fn *test;
	term_explain_fn *explain;
	term_literal_fn *literal; /* or NULL */
};

/* All values of one criterion, or of its negated twin: ORed. */
struct term {
	const struct term_row *row;
	bool negated;
	bool case_sensitive;
	bool given;
	const struct term *implied_by; /* nobody asked for it alone; or NULL */
	uint32_t mask;                 /* of choices */
	union {
		void *any;
		struct address_pattern *patterns;
		const struct subject_rule **rules;
		struct str *texts; /* sorted by term_value_seal */
		struct ip_prefix *prefixes;
		struct range *ranges;
	} items;
	size_t count;
	size_t capacity;
	/* Of many addresses (made by term_value_seal): those that are one text,
	 * `a@b.c`, or a domain, `@b.c`, sorted; and the others. */
	struct str *keys;
	size_t key_count;
	const struct address_pattern **others;
	size_t other_count;
};

#endif

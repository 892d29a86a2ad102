/* SPDX-License-Identifier: MIT */
/* What a query asks of a side index: for each criterion that the index can
 * serve, keys of which a block that may hold an answer has at least one. Only
 * criteria that are put to each record alone, and are not negated, count: a
 * record that fails them takes no part in the answer (SPEC 2). */
#ifndef MTRACK_NEEDLE_H
#define MTRACK_NEEDLE_H

#include "mtrack/criteria.h"
#include "mtrack/token.h"

/* Longer lists are not looked up: reading is faster then. */
#define NEEDLE_TOKENS 4096u

struct needle_token {
	enum token_kind kind;
	struct str text;
};

/* One criterion: any of them. */
struct needle {
	const char *name;
	struct needle_token *tokens;
	size_t count;
};

/* All of them. */
struct needles {
	struct needle *items;
	size_t count;
	/* Criteria that the index cannot serve. */
	const char **unserved;
	size_t unserved_count;
};

/* CRITERIA are sealed; all texts live in ARENA or in them. */
void needles_make(struct arena *arena, const struct criteria *criteria,
    struct needles *needles);

#endif

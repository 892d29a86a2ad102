/* SPDX-License-Identifier: MIT */
/* Comma lists as the value of an option, and the files that stand for them
 * (SPEC 3). */
#ifndef MTRACK_LIST_H
#define MTRACK_LIST_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"

struct list_item {
	struct str text; /* trimmed, `\,` made a comma; empty when at fault */
	size_t offset;   /* byte of the option's value where it begins */
	struct str file; /* the @FILE that it came from, else empty */
	uint64_t line;   /* in that file, from 1 */
	const struct fault *fault; /* why it is no value, else NULL */
};

struct list {
	struct list_item *items;
	size_t count;
	size_t capacity;
	bool standard_input; /* an item was `@-` */
	bool input_taken;    /* by another list: `@-` is a fault */
};

/* Splits VALUE at commas; `\,` is a comma inside an item. An item `@FILE`
 * stands for the lines of FILE (`@-`: standard input): one value a line,
 * blank lines and lines that begin with `#` skipped. Appends to LIST, which
 * begins as all zero; texts live in ARENA or in VALUE. An empty item, and a
 * file that cannot be read or holds no value, have a fault with a caret in
 * VALUE; the others are read all the same. False when there is one. */
bool list_split(struct arena *arena, struct str value, struct list *list);
/* VALUE without its empty items. */
struct str list_without_empty(struct arena *arena, struct str value);
/* The byte of VALUE that byte AT of ITEM's text came from, for carets: each
 * `\,` before it took two. An item of a file has no caret in VALUE but its
 * own beginning. */
size_t list_caret(struct str value, const struct list_item *item, size_t at);

#endif

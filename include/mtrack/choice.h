/* SPDX-License-Identifier: MIT */
/* The closed sets of values that criteria take and records hold (SPEC 3): one
 * table, with every spelling of both. */
#ifndef MTRACK_CHOICE_H
#define MTRACK_CHOICE_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct arena;

enum choice_set {
	CHOICE_DIRECTION,
	CHOICE_TYPE,
	CHOICE_ACTION,
	CHOICE_TLS,
	CHOICE_DANE,
	CHOICE_ATTACHMENT_STATUS,
	CHOICE_ATTACHMENT_PASSWORD,
	CHOICE_RISK,
	CHOICE_SETS,
};

/* The bits of the two sets that other criteria depend on. */
#define CHOICE_IN       1u
#define CHOICE_OUT      2u
#define CHOICE_ACCEPTED 1u
#define CHOICE_BLOCKED  2u

#define CHOICE_SPELLINGS 4

struct choice {
	enum choice_set set;
	const char *name; /* as help and --explain write it */
	uint32_t bit;     /* what a record's value is */
	uint32_t asks;    /* the bits that this value of a criterion finds */
	const char *also[CHOICE_SPELLINGS]; /* further spellings */
	const char *help;                   /* one sentence */
};

/* Row PLACE of SET, NULL beyond its last. */
const struct choice *choice_row(enum choice_set set, size_t place);
/* The row of SET that TEXT spells, ASCII case ignored and space, `-` and `_`
 * alike; NULL when there is none. */
const struct choice *choice_find(enum choice_set set, struct str text);
/* choice_find for a user's word: raises *mask by the bits it asks for; an
 * unknown word is a fault that names the set's values and the nearest one. */
bool choice_ask(struct arena *arena, enum choice_set set, struct str word,
    uint32_t *mask, struct fault *fault);
/* `in, out`: the names of SET. */
struct str choice_names(struct arena *arena, enum choice_set set);

#endif

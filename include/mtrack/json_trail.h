/* SPDX-License-Identifier: MIT */
/* What stood between the values of earlier objects. The records of an archive
 * are written by one program, so behind the value of one key nearly always
 * comes the same comma, next key and colon: a guess that a few words' compare
 * proves, and the whole of JSON's grammar between two values is checked with
 * it. A wrong guess costs nothing but the compare. */
#ifndef MTRACK_JSON_TRAIL_H
#define MTRACK_JSON_TRAIL_H

#include "mtrack/arena.h"
#include "mtrack/field.h"
#include "mtrack/str.h"

/* Longer texts between two values are not kept. */
#define JSON_GLUE_BYTES 40

#define JSON_TRAIL_STEPS 64
#define JSON_TRAIL_TURNS 4

/* A place between two values: where the trail stands. */
struct json_step {
	/* The glue as it stands, and what of its bytes there is; words of a
	 * shorter one are zeros under zeros. */
	uint64_t glue[JSON_GLUE_BYTES / 8];
	uint64_t mask[JSON_GLUE_BYTES / 8];
	const struct json_step *next[JSON_TRAIL_TURNS]; /* that followed, the
	                                                   first ones first */
	uint8_t length;
	uint8_t marks;  /* of its bytes are marks (bytes_json_marks) */
	bool broken;    /* there is a line break among them */
	uint8_t newest; /* of next */
	enum field field;
};

struct json_trail {
	unsigned count; /* of steps; the first is the place behind the brace */
	struct json_step steps[JSON_TRAIL_STEPS];
};

/* Lives in ARENA; belongs to one reader. */
struct json_trail *json_trail_new(struct arena *arena);

/* AT has JSON_GLUE_BYTES readable bytes. */
static inline bool
json_step_matches(const struct json_step *step, const char *at)
{
	uint64_t word[2];

	memcpy(word, at, sizeof(word));
	if (((word[0] & step->mask[0]) ^ step->glue[0]) |
	    ((word[1] & step->mask[1]) ^ step->glue[1]))
		return false;
	for (size_t i = 2; 8 * i < step->length; i++) {
		memcpy(word, at + 8 * i, sizeof(word[0]));
		if ((word[0] & step->mask[i]) != step->glue[i])
			return false;
	}
	return true;
}

/* Whether [AT, END) goes on as it did before: then the step it leads to, whose
 * glue was matched and is to be skipped; else NULL, and where there are no more
 * than JSON_GLUE_BYTES. A byte below END stands behind, but it may be more
 * white space. */
static inline const struct json_step *
json_trail_next(const struct json_step *step, const char *at, const char *end)
{
	if (end - at <= JSON_GLUE_BYTES)
		return NULL;
	for (unsigned turn = 0; turn < JSON_TRAIL_TURNS; turn++) {
		const struct json_step *next = step->next[turn];

		if (!next || json_step_matches(next, at))
			return next;
	}
	return NULL;
}

/* Learns that GLUE (all between two values, the key of FIELD in it) followed
 * STEP; the new step, or NULL when it cannot be kept. */
const struct json_step *json_trail_learn(struct json_trail *trail,
    const struct json_step *step, struct str glue, enum field field);

#endif

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

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Longer texts between two values are not kept. */
#define JSON_GLUE_BYTES 48

#define JSON_TRAIL_STEPS 64
#define JSON_TRAIL_TURNS 4

/* A place between two values: where the trail stands. */
struct json_step {
	_Alignas(16) char glue[JSON_GLUE_BYTES]; /* as it stands */
	/* Of 16 bytes each: a bit for those that are the glue's. */
	uint16_t bytes[JSON_GLUE_BYTES / 16];
	const struct json_step *next[JSON_TRAIL_TURNS]; /* that followed, the
	                                                   first ones first */
	uint8_t length;
	uint8_t marks;  /* of its bytes are marks (bytes_json_marks) */
	bool broken;    /* there is a line break among them */
	uint8_t newest; /* of next */
	bool needed;    /* the field is */
	enum field field;
};

struct json_trail {
	fieldset needs;
	unsigned count; /* of steps; the first is the place behind the brace */
	struct json_step steps[JSON_TRAIL_STEPS];
};

/* Lives in ARENA; belongs to one reader, who needs NEEDS. */
struct json_trail *json_trail_new(struct arena *arena, fieldset needs);

/* Which of the 16 bytes at A and B are the same. */
static inline unsigned
json_same16(const char *a, const char *b)
{
#if defined(__SSE2__)
	__m128i one = _mm_loadu_si128((const void *)a);
	__m128i two = _mm_loadu_si128((const void *)b);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(one, two));
#else
	unsigned same = 0;

	for (unsigned i = 0; i < 16; i++)
		same |= (unsigned)(a[i] == b[i]) << i;
	return same;
#endif
}

/* AT has JSON_GLUE_BYTES readable bytes. */
static inline bool
json_step_matches(const struct json_step *step, const char *at)
{
	for (unsigned i = 0;; i++) {
		if (~json_same16(at + 16 * i, step->glue + 16 * i) &
		    step->bytes[i])
			return false;
		if (step->length <= 16 * (i + 1))
			return true;
	}
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

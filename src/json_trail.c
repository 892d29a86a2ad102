/* SPDX-License-Identifier: MIT */
/* What stood between the values of earlier objects: a step for each text that
 * was seen there, each with the two that followed it last. */
#include "mtrack/json_trail.h"

#define STEPS      64
#define GLUE_WORDS 5
#define GLUE_BYTES (8 * GLUE_WORDS)

struct json_step {
	uint64_t glue[GLUE_WORDS]; /* its bytes as they stand, then zeros */
	uint64_t last_mask;        /* of the word it ends in */
	uint8_t whole_words;       /* before that one */
	uint8_t length;
	uint8_t next[2]; /* numbers of the steps that followed; 0 is none */
	enum field field;
};

struct json_trail {
	unsigned count; /* of steps; the first is the start */
	struct json_step steps[STEPS];
};

struct json_trail *
json_trail_new(struct arena *arena)
{
	struct json_trail *trail = ARENA_NEW(arena, struct json_trail);

	trail->count = 1;
	return trail;
}

const struct json_step *
json_trail_start(const struct json_trail *trail)
{
	return &trail->steps[0];
}

size_t
json_step_length(const struct json_step *step)
{
	return step->length;
}

enum field
json_step_field(const struct json_step *step)
{
	return step->field;
}

/* AT has GLUE_BYTES readable bytes. */
static inline bool
matches(const struct json_step *step, const char *at)
{
	uint64_t word;

	for (unsigned i = 0; i < step->whole_words; i++) {
		memcpy(&word, at + 8 * i, sizeof(word));
		if (word != step->glue[i])
			return false;
	}
	memcpy(&word, at + 8 * step->whole_words, sizeof(word));
	return (word & step->last_mask) == step->glue[step->whole_words];
}

/* The steps stand in one array, so a number leads from one to another. */
static inline const struct json_step *
step_by(
    const struct json_step *step, const struct json_step *steps, unsigned turn)
{
	return step->next[turn] ? &steps[step->next[turn]] : NULL;
}

const struct json_step *
json_trail_next(const struct json_trail *trail, const struct json_step *step,
    const char *at, const char *end)
{
	if (end - at <= GLUE_BYTES) /* a value must follow */
		return NULL;
	for (unsigned turn = 0; turn < 2; turn++) {
		const struct json_step *next =
		    step_by(step, trail->steps, turn);

		/* More white space before the value is no glue of this step. */
		if (next && matches(next, at) &&
		    (unsigned char)at[next->length] > ' ')
			return next;
	}
	return NULL;
}

static void
set_glue(struct json_step *step, struct str glue)
{
	unsigned rest = (unsigned)(glue.len - 1) % 8 + 1;
	char bytes[GLUE_BYTES] = {0};
	char mask[8] = {0};

	memcpy(bytes, glue.ptr, glue.len);
	memcpy(step->glue, bytes, sizeof(bytes));
	memset(mask, 0xff, rest);
	memcpy(&step->last_mask, mask, sizeof(mask));
	step->whole_words = (uint8_t)((glue.len - 1) / 8);
	step->length = (uint8_t)glue.len;
}

/* The step of GLUE, known or new; 0 when there is no room. */
static unsigned
find_step(struct json_trail *trail, struct str glue, enum field field)
{
	struct json_step *step;
	char bytes[GLUE_BYTES];

	for (unsigned i = 1; i < trail->count; i++) {
		memcpy(bytes, trail->steps[i].glue, sizeof(bytes));
		if (str_eq(glue, (struct str){bytes, trail->steps[i].length}))
			return i;
	}
	if (trail->count == STEPS)
		return 0;
	step = &trail->steps[trail->count];
	*step = (struct json_step){.field = field};
	set_glue(step, glue);
	return trail->count++;
}

const struct json_step *
json_trail_learn(struct json_trail *trail, const struct json_step *step,
    struct str glue, enum field field)
{
	struct json_step *mine = &trail->steps[step - trail->steps];
	unsigned next;

	if (glue.len == 0 || glue.len > GLUE_BYTES)
		return NULL;
	next = find_step(trail, glue, field);
	if (next == 0)
		return NULL;
	if (mine->next[0] != next) {
		mine->next[1] = mine->next[0];
		mine->next[0] = (uint8_t)next;
	}
	return &trail->steps[next];
}

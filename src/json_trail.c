/* SPDX-License-Identifier: MIT */
/* What stood between the values of earlier objects: a step for each text that
 * was seen there, each with those that followed it last. */
#include "mtrack/json_trail.h"

#include "mtrack/bytes.h"

struct json_trail *
json_trail_new(struct arena *arena, fieldset needs)
{
	struct json_trail *trail = ARENA_NEW(arena, struct json_trail);

	trail->needs = needs;
	trail->count = 1;
	return trail;
}

static void
set_glue(struct json_step *step, struct str glue)
{
	uint16_t places[JSON_GLUE_BYTES + JSON_MARKS_SLACK];

	memcpy(step->glue, glue.ptr, glue.len);
	for (size_t i = 0; i < glue.len; i++)
		step->bytes[i / 16] |= (uint16_t)(1u << i % 16);
	step->broken = str_find_char(glue, '\n') != SIZE_MAX;
	step->length = (uint8_t)glue.len;
	step->marks = (uint8_t)bytes_json_marks(glue.ptr, glue.len, places);
}

/* The step of GLUE, known or new; NULL when there is no room. */
static const struct json_step *
find_step(struct json_trail *trail, struct str glue, enum field field)
{
	struct json_step *step;

	for (unsigned i = 1; i < trail->count; i++) {
		step = &trail->steps[i];
		if (str_eq(glue, (struct str){step->glue, step->length}))
			return step;
	}
	if (trail->count == JSON_TRAIL_STEPS)
		return NULL;
	step = &trail->steps[trail->count++];
	*step = (struct json_step){
	    .field = field, .needed = trail->needs & FIELD_BIT(field)};
	set_glue(step, glue);
	return step;
}

/* A step that is not among those that followed STEP takes the place of the
 * oldest one. */
static void
set_next(struct json_step *step, const struct json_step *next)
{
	for (unsigned turn = 0; turn < JSON_TRAIL_TURNS; turn++) {
		if (step->next[turn] == next)
			return;
		if (!step->next[turn]) {
			step->newest = (uint8_t)turn;
			step->next[turn] = next;
			return;
		}
	}
	step->newest = (uint8_t)((step->newest + 1u) % JSON_TRAIL_TURNS);
	step->next[step->newest] = next;
}

const struct json_step *
json_trail_learn(struct json_trail *trail, const struct json_step *step,
    struct str glue, enum field field)
{
	const struct json_step *next;

	if (glue.len == 0 || glue.len > JSON_GLUE_BYTES)
		return NULL;
	next = find_step(trail, glue, field);
	if (next)
		set_next(&trail->steps[step - trail->steps], next);
	return next;
}

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

struct json_trail;
/* A place between two values: where the trail stands. */
struct json_step;

/* Lives in ARENA; belongs to one reader. */
struct json_trail *json_trail_new(struct arena *arena);
/* The place behind an object's opening brace. */
const struct json_step *json_trail_start(const struct json_trail *trail);

/* Whether [AT, END) goes on as it did before: then the step it leads to, whose
 * glue was matched and is to be skipped; else NULL. */
const struct json_step *json_trail_next(const struct json_trail *trail,
    const struct json_step *step, const char *at, const char *end);
size_t json_step_length(const struct json_step *step);
enum field json_step_field(const struct json_step *step);

/* Learns that GLUE (all between two values, the key of FIELD in it) followed
 * STEP; the new step, or NULL when it cannot be kept. */
const struct json_step *json_trail_learn(struct json_trail *trail,
    const struct json_step *step, struct str glue, enum field field);

#endif

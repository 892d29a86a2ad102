/* SPDX-License-Identifier: MIT */
/* One JSON object as most are: what is between its values is known from the
 * objects before (json_trail), and where its strings end from the places of
 * all quotes (bytes_json_marks). Nothing is searched for, and no member waits
 * for the one before it. */
#ifndef MTRACK_JSON_PLAIN_H
#define MTRACK_JSON_PLAIN_H

#include "mtrack/intake.h"
#include "mtrack/json_trail.h"

struct json_plain;

/* Lives in ARENA, as long as TRAIL; belongs to one reader. */
struct json_plain *json_plain_new(
    struct arena *arena, const struct json_trail *trail);
/* The bytes that were looked at are there no more: a new window. */
void json_plain_forget(struct json_plain *plain);
/* Reads the object at the start of TEXT (a `{`) into IN as json_object_read
 * does when it answers OBJECT_WHOLE. False when that is not certain: then IN is
 * to be begun anew, by json_object_read, which tells what it is. */
bool json_plain_read(
    struct json_plain *plain, struct intake *in, struct str text, size_t *end);
/* Whether the object read last stands on several lines. */
bool json_plain_is_broken(const struct json_plain *plain);

#endif

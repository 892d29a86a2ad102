/* SPDX-License-Identifier: MIT */
/* The bytes that JSON text may not hold bare inside a string, listed by their
 * places: the loop that every way of bytes.h has, around the mask of its own.
 */
#ifndef MTRACK_JSON_MARKS_H
#define MTRACK_JSON_MARKS_H

#include "mtrack/str.h"

/* Room that is written to behind the last place. */
#define JSON_MARKS_SLACK 64u

/* A bit for each of the 64 bytes at P that is `"`, `\` or below 0x20. */
typedef uint64_t bytes_json_special_fn(const char *p);
/* Puts AT + the number of each bit of MARKS behind PLACES. */
typedef void bytes_json_note_fn(uint16_t *places, uint64_t marks, size_t at);

static inline void
json_note_each(uint16_t *places, uint64_t marks, size_t at)
{
	for (; marks; marks &= marks - 1)
		*places++ = (uint16_t)(at + (size_t)__builtin_ctzll(marks));
}

static inline __attribute__((always_inline)) size_t
json_marks_by(bytes_json_special_fn *special, bytes_json_note_fn *note,
    const char *p, size_t len, uint16_t *places)
{
	char rest[64] = {0};
	size_t count = 0;
	size_t at = 0;
	uint64_t marks;

	for (; len - at >= 64; at += 64) {
		marks = special(p + at);
		note(places + count, marks, at);
		count += (size_t)__builtin_popcountll(marks);
	}
	if (at == len)
		return count;
	memcpy(rest, p + at, len - at);
	marks = special(rest) & (((uint64_t)1 << (len - at)) - 1);
	note(places + count, marks, at);
	return count + (size_t)__builtin_popcountll(marks);
}

#endif

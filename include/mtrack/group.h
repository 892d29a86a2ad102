/* SPDX-License-Identifier: MIT */
/* Counts per value (SPEC 4.3, --by): a table of values, spilled beyond the
 * memory allowed, given out by count or in the order of time. */
#ifndef MTRACK_GROUP_H
#define MTRACK_GROUP_H

#include "mtrack/columns.h"
#include "mtrack/fault.h"
#include "mtrack/record.h"

struct zone;

/* A key of --by: a field (the derived ones too), or a piece of the time. */
enum by_unit {
	BY_FIELD,
	BY_MONTH, /* 2026-10 */
	BY_DAY,   /* 2026-10-05 */
	BY_HOUR,  /* 2026-10-05T08 */
};

struct by_key {
	enum by_unit unit;
	enum field field;
	struct str name; /* as printed */
};

#define BY_KEYS_MAX 4

struct group;

struct group_plan {
	const struct by_key *keys;
	size_t count;            /* 1 to BY_KEYS_MAX */
	const struct zone *zone; /* of days and hours */
	size_t memory;
	const char *dir; /* for temporary files */
};

struct group *group_new(const struct group_plan *plan);
void group_free(struct group *group);
/* Fields of a record that the keys look at. */
fieldset group_fields(const struct by_key *keys, size_t count);
/* Counts REC, in the time of rec->stamp; each item of a list counts. */
bool group_put(
    struct group *group, const struct record *rec, struct fault *fault);
/* Takes all of OTHER's counts over. */
bool group_absorb(
    struct group *group, struct group *other, struct fault *fault);

/* KEY holds the values, to be taken off by group_value; it dies with the
 * call. */
typedef enum flow group_fn(
    void *ctx, struct str key, uint64_t count, struct fault *fault);
/* Gives each value once, in no order, and forgets all. */
enum flow group_drain(
    struct group *group, group_fn *fn, void *ctx, struct fault *fault);
/* Takes the next value off *KEY. */
struct str group_value(struct str *key);
uint64_t group_runs(const struct group *group);

#endif

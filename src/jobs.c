/* SPDX-License-Identifier: MIT */
/* What threads are given to read. */
#include "mtrack/jobs.h"

#include <stdlib.h>

#include "mtrack/sidepack.h"

/* All files together are so many parts, and so many threads may be busy to the
 * end; more of them would only take memory. */
#define PARTS_MOST 256u

static uint64_t
total(const struct archive *archive)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < archive->count; i++)
		sum += archive->files[i].size;
	return sum;
}

/* How many parts of PART bytes a file of SIZE is. */
static size_t
parts_of(uint64_t size, uint64_t part)
{
	return size / part > 1 ? (size_t)(size / part) : 1;
}

static void
add_file(struct jobs *jobs, uint32_t file, size_t parts)
{
	struct split *split = parts > 1 ? split_new(parts) : NULL;

	for (size_t i = 0; i < parts; i++)
		jobs->items[jobs->count++] = (struct scan_job){file, split, i};
}

/* A job that is to be begun, for sorting. */
struct turn {
	size_t job;
	uint64_t size; /* of a large file, else 0 */
	int32_t day;
};

static int
larger_first(const void *a, const void *b)
{
	const struct turn *x = a;
	const struct turn *y = b;

	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	if (x->day != y->day)
		return x->day > y->day ? -1 : 1;
	return (x->job > y->job) - (x->job < y->job);
}

/* Where nothing waits for its turn, the largest files come first, so that no
 * thread is left alone with one at the end. Small ones of a day stay together,
 * for their shared side file's sake, and the last day comes first: who waits
 * for the first file is then woken once, not for each of thousands. */
static const size_t *
choose_turns(
    struct arena *arena, const struct archive *archive, const struct jobs *jobs)
{
	struct turn *turns = ARENA_ARRAY(arena, struct turn, jobs->count);
	size_t *order = ARENA_ARRAY(arena, size_t, jobs->count);

	for (size_t i = 0; i < jobs->count; i++) {
		const struct archive_file *file =
		    &archive->files[jobs->items[i].file];

		turns[i] = (struct turn){.job = i,
		    .size = file->size > SIDEPACK_SMALL ? file->size : 0,
		    .day = file->first};
	}
	qsort(turns, jobs->count, sizeof(*turns), larger_first);
	for (size_t i = 0; i < jobs->count; i++)
		order[i] = turns[i].job;
	return order;
}

void
jobs_make(struct arena *arena, const struct archive *archive, bool parted,
    uint64_t part, bool in_order, struct jobs *jobs)
{
	uint64_t least = total(archive) / PARTS_MOST;
	size_t count = archive->count;

	part = part > 0 ? part : JOBS_PART;
	part = part > least ? part : least + 1;
	for (size_t i = 0; parted && i < archive->count; i++)
		count += parts_of(archive->files[i].size, part) - 1;
	*jobs =
	    (struct jobs){.items = ARENA_ARRAY(arena, struct scan_job, count)};
	for (size_t i = 0; i < archive->count; i++)
		add_file(jobs, (uint32_t)i,
		    parted ? parts_of(archive->files[i].size, part) : 1);
	if (!in_order)
		jobs->turns = choose_turns(arena, archive, jobs);
}

void
jobs_destroy(struct jobs *jobs)
{
	for (size_t i = 0; i < jobs->count; i++)
		if (jobs->items[i].part == 0)
			split_free(jobs->items[i].split);
	jobs->count = 0;
}

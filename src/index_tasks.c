/* SPDX-License-Identifier: MIT */
/* An archive's files as tasks of --build-index. */
#include "mtrack/index_tasks.h"

#include <stdlib.h>
#include <unistd.h>

#include "mtrack/sidepack.h"

struct item {
	struct str folder;
	int32_t day;
	bool small;
	uint32_t number;
};

/* Which shared side file it would be, those of none first. */
static int
compare_places(const struct item *a, const struct item *b)
{
	if (a->small != b->small)
		return a->small ? 1 : -1;
	if (!a->small)
		return 0;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return str_cmp(a->folder, b->folder);
}

static int
compare_items(const void *left, const void *right)
{
	const struct item *a = left;
	const struct item *b = right;
	int order = compare_places(a, b);

	return order                ? order
	    : a->number < b->number ? -1
				    : a->number > b->number;
}

static int
compare_tasks(const void *left, const void *right)
{
	const struct index_task *a = left;
	const struct index_task *b = right;

	return a->numbers[0] < b->numbers[0] ? -1
					     : a->numbers[0] > b->numbers[0];
}

static struct item *
items_sorted(struct arena *arena, const struct archive *archive)
{
	struct item *items = ARENA_ARRAY(arena, struct item, archive->count);

	for (size_t i = 0; i < archive->count; i++) {
		const struct archive_file *file = &archive->files[i];

		items[i] = (struct item){.folder = sidepack_folder(file->path),
		    .small = file->size > 0 && file->size <= SIDEPACK_SMALL &&
			file->first == file->last,
		    .number = (uint32_t)i};
		if (items[i].small)
			items[i].day = sidepack_day(file->path);
	}
	if (archive->count > 0)
		qsort(items, archive->count, sizeof(*items), compare_items);
	return items;
}

static bool
has_shared(struct arena *arena, struct str dir, struct str path)
{
	struct str shared = sidepack_path(arena, dir, path);

	return shared.len > 0 && access(shared.ptr, F_OK) == 0;
}

/* Whether COUNT small files of a folder and day, one of them FILE, share. */
static bool
will_share(struct arena *arena, struct str dir, const struct archive_file *file,
    size_t count)
{
	if (count > SIDEPACK_MOST)
		return false;
	return (file->first != DAY_NONE && count >= INDEX_SHARERS) ||
	    has_shared(arena, dir, file->path);
}

/* Adds the tasks of COUNT files that have one place. */
static void
add_tasks(struct index_tasks *tasks, const uint32_t *numbers, size_t count,
    bool shared)
{
	size_t each = shared ? count : 1;

	for (size_t i = 0; i < count; i += each)
		tasks->tasks[tasks->count++] =
		    (struct index_task){numbers + i, each, shared};
}

void
index_tasks_make(struct arena *arena, const struct archive *archive,
    struct str dir, struct index_tasks *tasks)
{
	size_t count = archive->count;
	struct item *items = items_sorted(arena, archive);
	uint32_t *numbers = ARENA_ARRAY(arena, uint32_t, count);
	size_t from = 0;

	*tasks = (struct index_tasks){
	    .tasks = ARENA_ARRAY(arena, struct index_task, count),
	    .task_of = ARENA_ARRAY(arena, size_t, count)};
	for (size_t i = 0; i < count; i++) {
		numbers[i] = items[i].number;
		if (i + 1 < count &&
		    compare_places(&items[i], &items[i + 1]) == 0)
			continue;
		add_tasks(tasks, numbers + from, i + 1 - from,
		    items[i].small &&
			will_share(arena, dir, &archive->files[items[i].number],
			    i + 1 - from));
		from = i + 1;
	}
	if (tasks->count > 0)
		qsort(tasks->tasks, tasks->count, sizeof(*tasks->tasks),
		    compare_tasks);
	for (size_t i = 0; i < tasks->count; i++)
		for (size_t k = 0; k < tasks->tasks[i].count; k++)
			tasks->task_of[tasks->tasks[i].numbers[k]] = i;
}

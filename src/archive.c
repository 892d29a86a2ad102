/* SPDX-License-Identifier: MIT */
/* The archive: what was found, in archive order, each file once. */
#include "mtrack/archive.h"

#include <stdlib.h>
#include <unistd.h>

#include "mtrack/newest.h"
#include "mtrack/sidemark.h"
#include "mtrack/walk.h"

/* A file on its way into the order. */
struct item {
	struct archive_file file;
	const struct found *found;
};

static int
compare_items(const void *left, const void *right)
{
	const struct item *a = left;
	const struct item *b = right;

	if (a->found->place != b->found->place)
		return a->found->place < b->found->place ? -1 : 1;
	if (a->file.first != b->file.first) /* DAY_NONE is the least */
		return a->file.first < b->file.first ? -1 : 1;
	return str_cmp(a->file.path, b->file.path);
}

static struct item *
items_sorted(struct arena *arena, const struct walk *walk)
{
	struct item *items = ARENA_ARRAY(arena, struct item, walk->count);

	for (size_t i = 0; i < walk->count; i++) {
		const struct found *found = &walk->found[i];
		struct archive_file *file = &items[i].file;

		items[i].found = found;
		*file = (struct archive_file){.path = found->path,
		    .first = DAY_NONE,
		    .last = DAY_NONE,
		    .size = found->size,
		    .named = found->named};
		promise_days(file->path, &file->first, &file->last);
	}
	if (walk->count)
		qsort(items, walk->count, sizeof(*items), compare_items);
	return items;
}

/* Keeps of ITEMS the first of each file; what names it counts for that one. */
static void
files_keep(struct archive *archive, struct arena *scratch,
    const struct item *items, size_t count, struct newest_candidate *candidates,
    size_t *candidate_count)
{
	struct seen seen = {0};

	for (size_t i = 0; i < count; i++) {
		const struct found *found = items[i].found;
		struct archive_file *file = &archive->files[archive->count];
		size_t at = archive->count;

		if (found->regular && sidemark_is(found->path))
			continue;
		if (!seen_put(
			scratch, &seen, found->device, found->inode, &at)) {
			archive->files[at].named |= found->named;
			continue;
		}
		*file = items[i].file;
		archive->count++;
		if (found->regular)
			candidates[(*candidate_count)++] =
			    (struct newest_candidate){.path = file->path,
				.last = file->last,
				.device = found->device,
				.inode = found->inode,
				.changed = found->changed,
				.named = file->named,
				.newest = &file->newest};
	}
}

static void
faults_keep(
    struct archive *archive, struct arena *arena, const struct walk *walk)
{
	archive->fault_count = walk->fault_count;
	archive->faults =
	    ARENA_ARRAY(arena, struct archive_fault, walk->fault_count);
	for (size_t i = 0; i < walk->fault_count; i++)
		archive->faults[i] = (struct archive_fault){
		    walk->faults[i].path, walk->faults[i].fault};
}

void
archive_list(struct arena *arena, const struct str *paths, size_t count,
    struct archive *archive)
{
	struct arena scratch;
	struct walk walk = {.keep = arena, .scratch = &scratch};
	struct newest_candidate *candidates;
	size_t candidate_count = 0;
	struct item *items;

	arena_init(&scratch);
	if (fstat(STDOUT_FILENO, &walk.output) < 0)
		walk.output.st_mode = 0;
	for (size_t i = 0; i < count; i++)
		walk_path(&walk, paths[i], i);
	items = items_sorted(&scratch, &walk);
	candidates = ARENA_ARRAY(&scratch, struct newest_candidate, walk.count);
	*archive = (struct archive){
	    .files = ARENA_ARRAY(arena, struct archive_file, walk.count)};
	files_keep(
	    archive, &scratch, items, walk.count, candidates, &candidate_count);
	newest_mark(candidates, candidate_count);
	faults_keep(archive, arena, &walk);
	arena_destroy(&scratch);
}

bool
archive_claims_log(struct str path)
{
	static const char *const marks[] = {
	    ".json", ".jsonl", ".ndjson", ".csv", ".cef"};
	size_t slash = str_rfind_char(path, '/');
	struct str name = slash == SIZE_MAX ? path : str_drop(path, slash + 1);

	for (; name.len; name = str_drop(name, 1))
		for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			if (str_starts_fold(name, str_from(marks[i])))
				return true;
	return false;
}

bool
archive_refuses(
    const struct archive *archive, struct str output, struct fault *fault)
{
	struct stat out;
	struct stat file;

	if (output.len == 0 || stat(output.ptr, &out) < 0)
		return false;
	for (size_t i = 0; i < archive->count; i++)
		if (stat(archive->files[i].path.ptr, &file) == 0 &&
		    file.st_dev == out.st_dev && file.st_ino == out.st_ino) {
			fault_set(fault,
			    "%.*s is a file of the archive: the output would "
			    "replace it",
			    STR_ARG(output));
			return true;
		}
	return false;
}

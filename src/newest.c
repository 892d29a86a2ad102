/* SPDX-License-Identifier: MIT */
/* Which file of a folder is the newest. */
#include "mtrack/newest.h"

#include <fcntl.h>
#include <stdlib.h>

#include "mtrack/buffer.h"
#include "mtrack/promise.h"
#include "mtrack/sidemark.h"
#include "mtrack/walk.h"

#define DAY_SECONDS 86400

/* What files of one folder are compared by. */
struct age {
	int64_t day;
	struct timespec changed;
	struct str path;
};

static struct age
age_of(struct str path, int32_t last, struct timespec changed)
{
	int64_t day = last;

	if (last == DAY_NONE)
		day = changed.tv_sec / DAY_SECONDS -
		    (changed.tv_sec % DAY_SECONDS < 0);
	return (struct age){day, changed, path};
}

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_ages(const struct age *a, const struct age *b)
{
	int order = compare_numbers(a->day, b->day);

	if (!order)
		order = compare_numbers(a->changed.tv_sec, b->changed.tv_sec);
	if (!order)
		order = compare_numbers(a->changed.tv_nsec, b->changed.tv_nsec);
	return order ? order : str_cmp(a->path, b->path);
}

/* The path up to its last `/`, with it. */
static struct str
folder_of(struct str path)
{
	size_t slash = str_rfind_char(path, '/');

	return str_take(path, slash == SIZE_MAX ? 0 : slash + 1);
}

static int
compare_folders(const void *left, const void *right)
{
	const struct newest_candidate *a = left;
	const struct newest_candidate *b = right;

	return str_cmp(folder_of(a->path), folder_of(b->path));
}

/* A search for a file, other than FILE itself by another name, that is newer
 * than BEST in its folder. */
struct search {
	const struct newest_candidate *file;
	const struct age *best;
	struct str folder;
	struct buffer path;
	bool beaten;
};

static void
compare_entry(void *ctx, struct str name, const struct stat *st)
{
	struct search *search = ctx;
	int32_t first = DAY_NONE;
	int32_t last = DAY_NONE;
	struct age age;

	if (!st || !S_ISREG(st->st_mode) ||
	    (st->st_dev == search->file->device &&
		st->st_ino == search->file->inode))
		return;
	buffer_clear(&search->path);
	buffer_puts(&search->path, search->folder);
	buffer_puts(&search->path, name);
	buffer_putc(&search->path, '\0');
	search->path.len--;
	if (sidemark_is(buffer_str(&search->path)))
		return;
	promise_days(buffer_str(&search->path), &first, &last);
	age = age_of(buffer_str(&search->path), last, st->st_mtim);
	if (compare_ages(&age, search->best) > 0)
		search->beaten = true;
}

/* Whether the folder has a newer file than FILE of age BEST. One that cannot be
 * read says nothing against it. */
static bool
is_beaten(const struct newest_candidate *file, const struct age *best)
{
	struct search search = {
	    .file = file, .best = best, .folder = folder_of(file->path)};
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int fd;

	buffer_puts(&search.path, search.folder);
	if (search.folder.len == 0)
		buffer_putc(&search.path, '.');
	buffer_putc(&search.path, '\0');
	fd = open(search.path.ptr, flags);
	if (fd >= 0)
		walk_entries(fd, compare_entry, &search);
	buffer_destroy(&search.path);
	return search.beaten;
}

/* CANDIDATES are those of one folder. */
static void
mark_folder(const struct newest_candidate *candidates, size_t count)
{
	const struct newest_candidate *newest = NULL;
	struct age best = {0};
	bool named = false;

	for (size_t i = 0; i < count; i++) {
		const struct newest_candidate *one = &candidates[i];
		struct age age = age_of(one->path, one->last, one->changed);

		named |= one->named;
		if (newest && compare_ages(&age, &best) <= 0)
			continue;
		newest = one;
		best = age;
	}
	if (newest && !(named && is_beaten(newest, &best)))
		*newest->newest = true;
}

void
newest_mark(struct newest_candidate *candidates, size_t count)
{
	size_t from = 0;

	if (count)
		qsort(candidates, count, sizeof(*candidates), compare_folders);
	for (size_t i = 1; i <= count; i++) {
		if (i < count &&
		    !compare_folders(&candidates[from], &candidates[i]))
			continue;
		mark_folder(candidates + from, i - from);
		from = i;
	}
}

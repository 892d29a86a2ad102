/* SPDX-License-Identifier: MIT */
/* Makes or renews the side file that small files of one folder and day share.
 * What is new goes to a new one at once; what is good still is copied behind
 * it. When nothing is new and nothing gone, the old one stays. */
#include "mtrack/index_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "mtrack/side_open.h"
#include "mtrack/sidemark.h"
#include "mtrack/sidepack_writer.h"

/* A file of the run. */
struct sharer {
	struct str name;
	struct index_result *result;
	bool fresh; /* was put into the new one */
	bool kept;  /* the old one's part is good */
};

struct packing {
	struct arena *arena;
	const struct index_plan *plan;
	struct scanner *scanner;
	struct str path; /* of the shared side file */
	struct sidepack old;
	int lock;         /* a file of the run, where there is no old one */
	struct stat like; /* whose owner and readers all sources have */
	bool has_like;
	struct sharer *sharers;
	size_t count;
	struct sidepack_writer writer;
	bool opened;
	bool failed; /* the new one cannot be written: fault tells */
	struct fault fault;
	struct buffer bytes; /* of a side file */
};

/* ---- who may share ---- */

/* Who may read the shared side file may read all of its sources. Links go by
 * what they point to, which may be of another folder. */
static bool
may_share(struct packing *packing, const struct stat *st)
{
	const struct stat *like = &packing->like;

	if (!S_ISREG(st->st_mode) || st->st_size <= 0 ||
	    (uint64_t)st->st_size > SIDEPACK_SMALL)
		return false;
	if (!packing->has_like)
		packing->like = *st;
	packing->has_like = true;
	return like->st_uid == st->st_uid && like->st_gid == st->st_gid &&
	    (like->st_mode & 0444) == (st->st_mode & 0444);
}

/* ---- the new one ---- */

static void
put(struct packing *packing, struct str name)
{
	if (!packing->opened && !packing->failed) {
		packing->opened =
		    sidepack_writer_open(packing->arena, &packing->writer,
			packing->path, &packing->like, &packing->fault);
		packing->failed = !packing->opened;
	}
	if (packing->opened)
		sidepack_writer_put(
		    &packing->writer, name, buffer_str(&packing->bytes));
}

/* The side file of SHARER's file, which FD is. */
static void
renew(struct packing *packing, struct sharer *sharer, uint32_t number, int fd)
{
	const struct index_plan *plan = packing->plan;
	struct index_result *result = sharer->result;
	struct sidecar side;
	struct fault fault;
	enum sidecar_state state = side_open(packing->arena, &packing->old,
	    &side, plan->dir, plan->scan->archive->files[number].path, fd,
	    plan->settings, &fault);
	bool good = state == SIDECAR_VALID && sidecar_is_sound(&side);

	buffer_clear(&packing->bytes);
	if (good) {
		sharer->kept = side.pack != NULL;
		good = sharer->kept || sidecar_copy(&side, &packing->bytes);
		result->outcome = INDEX_KEPT;
		result->blocks = side.blocks;
		result->bytes = sidecar_length(&side);
	}
	if (!good)
		index_file_make(packing->arena, plan, packing->scanner, number,
		    fd, state == SIDECAR_GROWN ? &side : NULL, &packing->bytes,
		    result);
	if (state == SIDECAR_VALID || state == SIDECAR_GROWN)
		sidecar_close(&side);
	sharer->fresh = result->outcome <= INDEX_KEPT && !sharer->kept;
	if (sharer->fresh)
		put(packing, sharer->name);
}

static void
take_file(struct packing *packing, struct sharer *sharer, uint32_t number)
{
	const struct index_plan *plan = packing->plan;
	struct str path = plan->scan->archive->files[number].path;
	int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	struct stat st;
	int fd = -1;

	if (lstat(path.ptr, &st) == 0 && may_share(packing, &st))
		fd = open(path.ptr, flags);
	if (fd < 0) {
		index_file(packing->arena, plan, packing->scanner, number,
		    sharer->result);
		return;
	}
	if (index_file_begin(packing->arena, plan, number, sharer->result))
		renew(packing, sharer, number, fd);
	close(fd);
}

/* ---- the old one ---- */

static int
compare_sharers(const void *left, const void *right)
{
	const struct sharer *a = left;
	const struct sharer *b = right;

	return str_cmp(a->name, b->name);
}

/* Whether ENTRY of the old one goes on: its file was found good, or is not of
 * this run, which may have been asked for a few files only, and still there. */
static bool
goes_on(struct packing *packing, const struct sidepack_entry *entry)
{
	struct sharer key = {.name = entry->name};
	const struct sharer *sharer = bsearch(&key, packing->sharers,
	    packing->count, sizeof(key), compare_sharers);
	struct str path;
	struct stat st;

	if (sharer)
		return sharer->kept;
	path = arena_printf(packing->arena, "%.*s%.*s",
	    STR_ARG(packing->old.folder), STR_ARG(entry->name));
	return lstat(path.ptr, &st) == 0 && may_share(packing, &st) &&
	    sidecar_is_trusted(&packing->old.st, &st);
}

static bool
copy_entry(struct packing *packing, const struct sidepack_entry *entry)
{
	struct buffer *bytes = &packing->bytes;

	buffer_clear(bytes);
	buffer_reserve(bytes, entry->place.len);
	if (!sidepack_read(
		&packing->old, bytes->ptr, entry->place.len, entry->place.at))
		return false;
	bytes->len = entry->place.len;
	put(packing, arena_keep(packing->arena, entry->name));
	return true;
}

/* Copies what goes on; GOES_ON is by number of the entry. */
static void
copy_entries(struct packing *packing, const bool *stays)
{
	for (size_t i = 0; i < packing->old.count && !packing->failed; i++) {
		struct sidepack_entry entry;

		if (packing->opened && packing->writer.count == SIDEPACK_MOST)
			break;
		sidepack_entry(&packing->old, i, &entry);
		if (stays[i] && !copy_entry(packing, &entry))
			packing->failed = !fault_set(&packing->fault,
			    "%.*s: not written: it cannot be read again",
			    STR_ARG(packing->path));
	}
}

/* ---- the end ---- */

/* Puts the new one in the old one's place; one that would be empty is none. */
static void
replace(struct packing *packing)
{
	if (packing->failed && packing->opened)
		sidepack_writer_abort(&packing->writer);
	else if (packing->opened)
		packing->failed =
		    !sidepack_writer_commit(&packing->writer, &packing->fault);
	else if (!packing->failed && sidemark_is(packing->path))
		unlink(packing->path.ptr);
}

/* The first file tells why. */
static void
fail_all(struct packing *packing)
{
	const struct fault *fault = &packing->fault;

	for (size_t i = 0; i < packing->count; i++) {
		struct sharer *sharer = &packing->sharers[i];

		if (!sharer->fresh)
			continue;
		sharer->result->outcome = INDEX_FAILED;
		sharer->result->fault = fault ? *fault : (struct fault){0};
		fault = NULL;
	}
}

/* Files that share have no side file of their own any more. */
static void
remove_own(const struct packing *packing)
{
	for (size_t i = 0; i < packing->count; i++) {
		const struct sharer *sharer = &packing->sharers[i];

		if ((sharer->fresh || sharer->kept) &&
		    sidemark_is(sharer->result->path))
			unlink(sharer->result->path.ptr);
	}
}

static void
finish(struct packing *packing)
{
	size_t count = packing->old.count;
	bool *stays = ARENA_ARRAY(packing->arena, bool, count + 1);
	bool changed = packing->old.state == SIDEPACK_WRONG;

	qsort(packing->sharers, packing->count, sizeof(*packing->sharers),
	    compare_sharers);
	for (size_t i = 0; i < packing->count; i++)
		changed |= packing->sharers[i].fresh;
	for (size_t i = 0; i < count; i++) {
		struct sidepack_entry entry;

		sidepack_entry(&packing->old, i, &entry);
		stays[i] = goes_on(packing, &entry);
		changed |= !stays[i];
	}
	if (changed) {
		copy_entries(packing, stays);
		replace(packing);
	}
	if (packing->failed)
		fail_all(packing);
	else
		remove_own(packing);
}

/* ---- one writer at a time ---- */

static bool
is_locked(int fd)
{
	/* A file system that knows no locks lets two runs do the same work. */
	return flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* Whether the old one, or none, is what stands there; else another run has put
 * a new one in its place before the lock was got. */
static bool
is_in_place(const struct packing *packing)
{
	const struct sidepack *old = &packing->old;
	struct stat st;

	if (packing->path.len == 0 || lstat(packing->path.ptr, &st))
		return old->state == SIDEPACK_NONE;
	return old->fd >= 0
	    ? st.st_dev == old->st.st_dev && st.st_ino == old->st.st_ino
	    : old->state != SIDEPACK_NONE;
}

static bool
lock(struct packing *packing, struct str first)
{
	int fd = packing->old.fd;

	if (fd < 0)
		fd = packing->lock = open(first.ptr,
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return (fd < 0 || is_locked(fd)) && is_in_place(packing);
}

void
index_pack(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, const struct index_task *task,
    struct index_result *results)
{
	const struct archive_file *files = plan->scan->archive->files;
	struct str first = files[task->numbers[0]].path;
	struct packing packing = {.arena = arena,
	    .plan = plan,
	    .scanner = scanner,
	    .path = sidepack_path(arena, plan->dir, first),
	    .lock = -1,
	    .sharers = ARENA_ARRAY(arena, struct sharer, task->count),
	    .count = task->count};
	bool locked;

	sidepack_seek(&packing.old, plan->dir, first);
	locked = lock(&packing, first);
	for (size_t i = 0; i < task->count; i++) {
		uint32_t number = task->numbers[i];
		struct sharer *sharer = &packing.sharers[i];

		sharer->name = sidepack_name(files[number].path);
		sharer->result = &results[number];
		if (locked)
			take_file(&packing, sharer, number);
		else if (index_file_begin(
			     arena, plan, number, &results[number]))
			results[number].outcome = INDEX_BUSY;
	}
	if (locked)
		finish(&packing);
	if (packing.lock >= 0)
		close(packing.lock);
	sidepack_close(&packing.old);
	buffer_destroy(&packing.bytes);
}

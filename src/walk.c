/* SPDX-License-Identifier: MIT */
/* Folders walked. Those still to be read wait on a list, in the order of their
 * paths; each knows the folder it was found in, so that a link back to one of
 * them is told from one to a sibling. */
#include "mtrack/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct seen_slot {
	bool used;
	dev_t device;
	ino_t inode;
	size_t value;
};

struct folder {
	struct folder *next; /* to be read after this one */
	const struct folder *parent;
	struct str prefix; /* its path with one `/` behind, NUL-terminated */
	dev_t device;
	ino_t inode;
};

/* One folder being read. */
struct reading {
	struct walk *walk;
	const struct folder *folder;
	size_t place;
	struct folder **children;
	size_t count;
	size_t capacity;
};

static struct seen_slot *
seen_slot(const struct seen *seen, dev_t device, ino_t inode)
{
	uint64_t hash = (uint64_t)inode * 0x9e3779b97f4a7c15u ^
	    (uint64_t)device * 0xc2b2ae3d27d4eb4fu;
	size_t at = (size_t)(hash ^ hash >> 32);

	for (;; at++) {
		struct seen_slot *slot =
		    &seen->slots[at & (seen->capacity - 1)];

		if (!slot->used ||
		    (slot->device == device && slot->inode == inode))
			return slot;
	}
}

static void
seen_grow(struct arena *arena, struct seen *seen)
{
	struct seen larger = {.count = seen->count,
	    .capacity = seen->capacity ? seen->capacity * 2 : 64};

	larger.slots = ARENA_ARRAY(arena, struct seen_slot, larger.capacity);
	for (size_t i = 0; i < seen->capacity; i++) {
		const struct seen_slot *slot = &seen->slots[i];

		if (slot->used)
			*seen_slot(&larger, slot->device, slot->inode) = *slot;
	}
	*seen = larger;
}

bool
seen_put(struct arena *arena, struct seen *seen, dev_t device, ino_t inode,
    size_t *value)
{
	struct seen_slot *slot;

	if (seen->count * 2 >= seen->capacity)
		seen_grow(arena, seen);
	slot = seen_slot(seen, device, inode);
	if (slot->used) {
		*value = slot->value;
		return false;
	}
	*slot = (struct seen_slot){true, device, inode, *value};
	seen->count++;
	return true;
}

/* A fault of PATH, to be filled in. */
static struct fault *
fault_add(struct walk *walk, struct str path)
{
	struct walk_fault *fault;

	walk->faults = arena_grow(walk->keep, walk->faults, walk->fault_count,
	    &walk->fault_capacity, sizeof(*walk->faults));
	fault = &walk->faults[walk->fault_count++];
	fault->path = arena_keep(walk->keep, path);
	return &fault->fault;
}

/* The folder's path as it is shown. */
static struct str
folder_path(const struct folder *folder)
{
	struct str path = folder->prefix;

	return path.len > 1 ? str_take(path, path.len - 1) : path;
}

static struct folder *
folder_new(struct walk *walk, const struct folder *parent, struct str path)
{
	struct folder *folder = ARENA_NEW(walk->scratch, struct folder);

	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	folder->parent = parent;
	folder->prefix = str_eq(path, STR("/"))
	    ? STR("/")
	    : arena_printf(walk->scratch, "%.*s/", STR_ARG(path));
	return folder;
}

/* Reading what this run appends to would have no end. */
static bool
is_output(struct walk *walk, struct str path, const struct stat *st)
{
	if (!S_ISREG(st->st_mode) || !S_ISREG(walk->output.st_mode) ||
	    st->st_dev != walk->output.st_dev ||
	    st->st_ino != walk->output.st_ino)
		return false;
	if (st->st_size > 0)
		fault_set(fault_add(walk, path),
		    "is the output of this run, not read");
	return true;
}

static void
file_add(struct walk *walk, struct str path, size_t place, bool named,
    const struct stat *st)
{
	struct found *found;

	if (is_output(walk, path, st))
		return;
	walk->found = arena_grow(walk->scratch, walk->found, walk->count,
	    &walk->capacity, sizeof(*walk->found));
	found = &walk->found[walk->count++];
	*found = (struct found){.path = path,
	    .place = place,
	    .named = named,
	    .regular = S_ISREG(st->st_mode),
	    .device = st->st_dev,
	    .inode = st->st_ino,
	    .changed = st->st_mtim};
	if (found->regular && st->st_size > 0)
		found->size = (uint64_t)st->st_size;
}

static void
child_add(struct reading *reading, struct str name)
{
	struct walk *walk = reading->walk;
	struct str path = arena_printf(walk->scratch, "%.*s%.*s",
	    STR_ARG(reading->folder->prefix), STR_ARG(name));

	reading->children = arena_grow(walk->scratch, reading->children,
	    reading->count, &reading->capacity, sizeof(*reading->children));
	reading->children[reading->count++] =
	    folder_new(walk, reading->folder, path);
}

/* Pipes, devices and sockets are passed over where they are not named. */
static void
take_entry(void *ctx, struct str name, const struct stat *st)
{
	struct reading *reading = ctx;
	struct walk *walk = reading->walk;
	int error = errno;
	struct str path;

	if (st && S_ISDIR(st->st_mode)) {
		child_add(reading, name);
		return;
	}
	if (st && !S_ISREG(st->st_mode))
		return;
	path = arena_printf(walk->keep, "%.*s%.*s",
	    STR_ARG(reading->folder->prefix), STR_ARG(name));
	if (st) {
		file_add(walk, path, reading->place, false, st);
	} else {
		errno = error;
		fault_set(fault_add(walk, path), "cannot be opened: %m");
	}
}

bool
walk_entries(int fd, walk_entry_fn *each, void *ctx)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	int error;

	if (!dir) {
		error = errno;
		close(fd);
		errno = error;
		return false;
	}
	while (errno = 0, (entry = readdir(dir))) {
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st, 0))
			each(ctx, str_from(entry->d_name), NULL);
		else
			each(ctx, str_from(entry->d_name), &st);
	}
	error = errno;
	closedir(dir);
	errno = error;
	return error == 0;
}

static int
compare_folders(const void *left, const void *right)
{
	const struct folder *const *a = left;
	const struct folder *const *b = right;

	return str_cmp((*a)->prefix, (*b)->prefix);
}

static int
compare_faults(const void *left, const void *right)
{
	const struct walk_fault *a = left;
	const struct walk_fault *b = right;

	return str_cmp(a->path, b->path);
}

/* Those of one folder's entries, which came in the order of the disk. */
static void
faults_sort(struct walk *walk, size_t from)
{
	if (walk->fault_count > from)
		qsort(walk->faults + from, walk->fault_count - from,
		    sizeof(*walk->faults), compare_faults);
}

/* Puts the children before REST, in order. */
static struct folder *
children_link(const struct reading *reading, struct folder *rest)
{
	if (reading->count)
		qsort(reading->children, reading->count,
		    sizeof(*reading->children), compare_folders);
	for (size_t i = reading->count; i-- > 0;) {
		reading->children[i]->next = rest;
		rest = reading->children[i];
	}
	return rest;
}

/* Whether FOLDER is one of those it was found in. */
static bool
folder_is_loop(const struct folder *folder)
{
	const struct folder *up;

	for (up = folder->parent; up; up = up->parent)
		if (up->device == folder->device && up->inode == folder->inode)
			return true;
	return false;
}

/* Whether FOLDER, open as FD, is to be read: not within itself, and not for a
 * second time. A loop hides no file, so it is told as a warning. */
static bool
folder_is_new(struct walk *walk, struct folder *folder, int fd)
{
	size_t value = 0;
	struct stat st;
	struct fault *fault;

	if (fstat(fd, &st)) {
		fault_set(
		    fault_add(walk, folder_path(folder)), "cannot be read: %m");
		return false;
	}
	folder->device = st.st_dev;
	folder->inode = st.st_ino;
	if (folder_is_loop(folder)) {
		fault = fault_add(walk, folder_path(folder));
		fault_set(fault,
		    "leads back to a folder it is in, not "
		    "followed");
		fault->warning = true;
		return false;
	}
	return seen_put(
	    walk->scratch, &walk->folders, st.st_dev, st.st_ino, &value);
}

/* Returns what is to be read next. */
static struct folder *
folder_read(struct walk *walk, struct folder *folder, size_t place)
{
	struct reading reading = {
	    .walk = walk, .folder = folder, .place = place};
	size_t faults = walk->fault_count;
	int fd = open(folder->prefix.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		fault_set(
		    fault_add(walk, folder_path(folder)), "cannot be read: %m");
		return folder->next;
	}
	if (!folder_is_new(walk, folder, fd)) {
		close(fd);
		return folder->next;
	}
	if (!walk_entries(fd, take_entry, &reading))
		fault_set(fault_add(walk, folder_path(folder)),
		    "cannot be read to its end: %m");
	faults_sort(walk, faults);
	return children_link(&reading, folder->next);
}

void
walk_path(struct walk *walk, struct str path, size_t place)
{
	struct str kept = arena_keep(walk->keep, path);
	struct folder *folder = NULL;
	struct stat st = {0};

	if (str_eq(path, STR("-")))
		file_add(walk, kept, place, true, &st);
	else if (stat(kept.ptr, &st))
		fault_set(fault_add(walk, kept), "cannot be opened: %m");
	else if (S_ISSOCK(st.st_mode))
		fault_set(fault_add(walk, kept), "is a socket");
	else if (S_ISDIR(st.st_mode))
		folder = folder_new(walk, NULL, kept);
	else
		file_add(walk, kept, place, true, &st);
	while (folder)
		folder = folder_read(walk, folder, place);
}

/* SPDX-License-Identifier: MIT */
/* Folders walked: every regular file under a path, wherever symbolic links
 * lead, without running in circles (SPEC 1.1). One folder is open at a time,
 * and no call is nested, however deep the tree. */
#ifndef MTRACK_WALK_H
#define MTRACK_WALK_H

#include <sys/stat.h>

#include "mtrack/arena.h"
#include "mtrack/fault.h"
#include "mtrack/str.h"

struct found {
	struct str path; /* NUL-terminated */
	size_t place;    /* of the PATH it was found under */
	bool named;      /* is that PATH itself */
	bool regular;
	dev_t device;
	ino_t inode;
	uint64_t size;
	struct timespec changed;
};

/* What could not be read, or leads in a circle. */
struct walk_fault {
	struct str path;
	struct fault fault;
};

/* Files or folders, by device and inode, each with a number. */
struct seen {
	struct seen_slot *slots;
	size_t count;
	size_t capacity; /* a power of two */
};

/* Begins as {.keep = …, .scratch = …}. */
struct walk {
	struct arena *keep;    /* paths and faults */
	struct arena *scratch; /* the rest */
	struct stat output;    /* of standard output, where that is a file */
	struct seen folders;   /* each is walked once */
	struct found *found;   /* in no order */
	size_t count;
	size_t capacity;
	struct walk_fault *faults;
	size_t fault_count;
	size_t fault_capacity;
};

/* Adds what PATH is, or what is under it. */
void walk_path(struct walk *walk, struct str path, size_t place);

/* The entries of the folder that FD is, those with a dot in front passed over,
 * symbolic links followed; ST is NULL, and errno says why, where one leads
 * nowhere. FD is closed. False with errno when the folder cannot be read to
 * its end. */
typedef void walk_entry_fn(void *ctx, struct str name, const struct stat *st);
bool walk_entries(int fd, walk_entry_fn *each, void *ctx);

/* Puts a file in with VALUE; false when it was there already: then *value is
 * what it was put in with. */
bool seen_put(struct arena *arena, struct seen *seen, dev_t device, ino_t inode,
    size_t *value);

#endif

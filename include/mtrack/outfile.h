/* SPDX-License-Identifier: MIT */
/* -o FILE (SPEC 4.4): written beside FILE and renamed over it when complete;
 * on any failure FILE stays as it was. What is no regular file (/dev/full, a
 * FIFO, /dev/stdout) is written straight to. */
#ifndef MTRACK_OUTFILE_H
#define MTRACK_OUTFILE_H

#include "mtrack/fault.h"
#include "mtrack/leftover.h"
#include "mtrack/output.h"

struct arena;

#define OUTFILE_NAME LEFTOVER_NAME

struct outfile {
	struct output out; /* what writers append to */
	struct str path;   /* as the user named it, for messages */
	const char *name;  /* of the file in its folder, links followed */
	/* Name of the unfinished file in its folder, or NULL while it has none
	 * (O_TMPFILE). */
	const char *temporary;
	char spare[OUTFILE_NAME]; /* where temporary points */
	int folder;               /* -1: written straight to */
};

/* PATH is NUL-terminated. A symbolic link is followed: the file it points to
 * is replaced, the link stays. The new file takes mode and, where that is
 * allowed, owner of the old one. Texts live in ARENA and PATH. Nothing is left
 * open after a fault. */
bool outfile_open(struct arena *arena, struct outfile *file, struct str path,
    struct fault *fault);
/* For files that only mtrack writes and whose folder may be another's: no link
 * is followed, nothing but a regular file is replaced, and nothing of the old
 * one is taken over. The new one is its owner's alone until the caller says
 * otherwise. */
bool outfile_open_own(struct arena *arena, struct outfile *file,
    struct str path, struct fault *fault);
/* Flushes, makes it durable, and puts it in FILE's place. Closes in any case;
 * after a fault FILE is as it was. file->out.error tells what failed where it
 * was the writing. */
bool outfile_commit(struct outfile *file, struct fault *fault);
/* Closes and leaves nothing behind. */
void outfile_abort(struct outfile *file);

#endif

/* SPDX-License-Identifier: MIT */
/* Shared side files: the side files of many small archive files of one folder
 * and day in one file, so that a query opens one instead of hundreds. All
 * numbers are little-endian.
 *
 *     | header, 56 bytes | side files ...... | entries,    | names ... |
 *       sidepack.c says    one after another,  24 bytes
 *       what stands where  as sidecar_form.h   each, by
 *                          has them            name
 *
 * Header and directory are checked when it is opened, a side file in it as if
 * it stood alone. Its name ends otherwise than FILE.mtx, so no archive file's
 * own side file can have it. */
#ifndef MTRACK_SIDEPACK_H
#define MTRACK_SIDEPACK_H

#include <sys/stat.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/fault.h"
#include "mtrack/sidecar_form.h"

/* Archive files that are no larger are small: what opening their side files
 * costs is then much beside what is in them. */
#define SIDEPACK_SMALL (UINT64_C(256) << 10)

#define SIDEPACK_HEADER 56u
#define SIDEPACK_ENTRY  24u
#define SIDEPACK_MOST   65536u /* side files in one */
#define SIDEPACK_NAME   255u   /* bytes of a file's name, at most */

enum sidepack_state {
	SIDEPACK_UNASKED,
	SIDEPACK_NONE, /* there is none */
	SIDEPACK_GOOD,
	SIDEPACK_WRONG, /* not to be used: the fault tells */
};

/* The one that was asked for last. Begins as {0}. */
struct sidepack {
	enum sidepack_state state;
	int fd; /* -1: none is open */
	struct stat st;
	struct fault fault;
	struct str path; /* NUL-terminated; empty: it cannot be named */
	struct arena arena;
	struct str folder; /* whose files it is for, as their paths begin */
	int32_t day;       /* in their names, or DAY_NONE */
	size_t count;
	const unsigned char *entries;
	struct str names;
	struct buffer window; /* bytes of the file from window_at on */
	uint64_t window_at;
};

struct sidepack_entry {
	struct str name; /* of the archive file, in its folder */
	struct extent place;
};

/* PATH is FOLDER, with its slash, and the name. */
struct str sidepack_folder(struct str path);
struct str sidepack_name(struct str path);
/* The day that the name promises by itself, or DAY_NONE: so the answer is the
 * same from whichever folder a path begins. */
int32_t sidepack_day(struct str path);

/* Where the shared side file for the archive file PATH stands: in its folder,
 * or under DIR where that is not empty. NUL-terminated, in ARENA; empty when
 * the folder is not to be found. */
struct str sidepack_path(struct arena *arena, struct str dir, struct str path);

/* Makes PACK that of the archive file PATH; nothing is done where it is that
 * already. */
enum sidepack_state sidepack_seek(
    struct sidepack *pack, struct str dir, struct str path);
/* Closes and frees; PACK can be used again. */
void sidepack_close(struct sidepack *pack);

void sidepack_entry(
    const struct sidepack *pack, size_t number, struct sidepack_entry *entry);
/* Where the side file of archive file PATH stands in PACK, which is good. */
bool sidepack_find(
    const struct sidepack *pack, struct str path, struct extent *place);
/* LEN bytes at AT of the shared file. */
bool sidepack_read(struct sidepack *pack, void *to, uint64_t len, uint64_t at);

/* For the writer: COUNT side files, then a directory of DIRECTORY's bytes at
 * AT. */
void sidepack_header_put(uint64_t count, uint64_t at, struct str directory,
    unsigned char bytes[SIDEPACK_HEADER]);
/* NAME is where the name stands among the names, and its length. */
void sidepack_entry_put(struct extent name, struct extent place,
    unsigned char bytes[SIDEPACK_ENTRY]);

#endif

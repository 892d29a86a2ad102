/* SPDX-License-Identifier: MIT */
/* A shared side file being written: side files as they come, then the
 * directory and the header; in place at once, or not at all. */
#ifndef MTRACK_SIDEPACK_WRITER_H
#define MTRACK_SIDEPACK_WRITER_H

#include <sys/stat.h>

#include "mtrack/outfile.h"
#include "mtrack/sidepack.h"

struct sidepack_writer {
	struct outfile file;
	struct arena *arena;
	struct sidepack_entry *entries;
	size_t count;
	size_t capacity;
	uint64_t at; /* where the next side file will stand */
};

/* PATH will be no more readable than SOURCE. Texts live in ARENA. */
bool sidepack_writer_open(struct arena *arena, struct sidepack_writer *writer,
    struct str path, const struct stat *source, struct fault *fault);
/* BYTES are the side file of the archive file NAME of the folder; the name
 * lives as long as the arena, each is put once. */
void sidepack_writer_put(
    struct sidepack_writer *writer, struct str name, struct str bytes);
/* Closes in any case. */
bool sidepack_writer_commit(
    struct sidepack_writer *writer, struct fault *fault);
void sidepack_writer_abort(struct sidepack_writer *writer);

#endif

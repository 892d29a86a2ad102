/* SPDX-License-Identifier: MIT */
/* A side file being written: data as they come, then checksums and header; in
 * place at once, or not at all. */
#ifndef MTRACK_SIDECAR_WRITER_H
#define MTRACK_SIDECAR_WRITER_H

#include <sys/stat.h>

#include "mtrack/outfile.h"
#include "mtrack/sidecar_form.h"

struct sidecar_writer {
	struct outfile file;
	struct buffer *into; /* what it becomes instead of a file, or NULL */
	uint64_t data;       /* bytes put so far */
	struct buffer page;  /* the last ones, less than a page */
	struct buffer checksums; /* of the pages before */
};

/* PATH will be no more readable than SOURCE, and nobody but its owner may
 * write to it. Texts live in ARENA. */
bool sidecar_writer_open(struct arena *arena, struct sidecar_writer *writer,
    struct str path, const struct stat *source, struct fault *fault);
/* The same for a side file that becomes all of INTO. */
void sidecar_writer_begin(struct sidecar_writer *writer, struct buffer *into);
/* Opens PATH for what is told of the log SOURCE: those who may read that may
 * read it. Its group is taken over where that is allowed; else the group reads
 * nothing. */
bool sidecar_writer_place(struct arena *arena, struct outfile *file,
    struct str path, const struct stat *source, struct fault *fault);
/* Appends to the data. */
void sidecar_writer_put(
    struct sidecar_writer *writer, const void *bytes, size_t len);
/* The same as the next part of a section: sections are put one after the
 * other. */
void sidecar_writer_section(
    struct sidecar_writer *writer, struct extent *section, struct str bytes);
/* HEADER's data is set here. Closes in any case. */
bool sidecar_writer_commit(struct sidecar_writer *writer,
    struct sidecar_header *header, struct fault *fault);
void sidecar_writer_abort(struct sidecar_writer *writer);

#endif

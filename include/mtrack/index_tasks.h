/* SPDX-License-Identifier: MIT */
/* An archive's files as tasks of --build-index: those that share a side file
 * are one. */
#ifndef MTRACK_INDEX_TASKS_H
#define MTRACK_INDEX_TASKS_H

#include "mtrack/archive.h"

/* So many small files of a folder and day share a side file; fewer do so when
 * it is there already. */
#define INDEX_SHARERS 8u

struct index_task {
	const uint32_t *numbers; /* of the files, ascending */
	size_t count;
	bool shared;
};

struct index_tasks {
	struct index_task *tasks; /* by their first files */
	size_t count;
	size_t *task_of; /* file number */
};

/* DIR is where side files stand, or empty: beside the files. */
void index_tasks_make(struct arena *arena, const struct archive *archive,
    struct str dir, struct index_tasks *tasks);

#endif

/* SPDX-License-Identifier: MIT */
/* --build-index: side files for all files of the archive (SPEC 8). */
#ifndef MTRACK_INDEXER_H
#define MTRACK_INDEXER_H

#include "mtrack/arena.h"
#include "mtrack/options.h"
#include "mtrack/verdict.h"

void indexer_run(struct arena *arena, const struct options *options,
    struct verdict *verdict);

#endif

/* SPDX-License-Identifier: MIT */
/* Makes or renews the side file that small files of one folder and day share.
 */
#ifndef MTRACK_INDEX_PACK_H
#define MTRACK_INDEX_PACK_H

#include "mtrack/index_file.h"
#include "mtrack/index_tasks.h"

/* RESULTS are the whole archive's, by file number. */
void index_pack(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, const struct index_task *task,
    struct index_result *results);

#endif

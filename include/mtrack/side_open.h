/* SPDX-License-Identifier: MIT */
/* Which side file an archive file has. */
#ifndef MTRACK_SIDE_OPEN_H
#define MTRACK_SIDE_OPEN_H

#include "mtrack/sidecar.h"
#include "mtrack/sidepack.h"

/* Opens the side file of the archive file PATH (NUL-terminated), open as
 * SOURCE: that in the shared side file of its folder and day where that one
 * tells of the file as it is, else FILE.mtx; both beside it, or under DIR. What
 * PACK holds is kept for the next file of the same day. Answers as
 * sidecar_open. */
enum sidecar_state side_open(struct arena *arena, struct sidepack *pack,
    struct sidecar *side, struct str dir, struct str path, int source,
    uint64_t settings, struct fault *fault);

#endif

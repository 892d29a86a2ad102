/* SPDX-License-Identifier: MIT */
/* Which blocks of a file must be read for a query, by its side file. */
#ifndef MTRACK_SKIM_H
#define MTRACK_SKIM_H

#include "mtrack/needle.h"
#include "mtrack/sidecar.h"

/* What is asked; constant for a run. */
struct skim_plan {
	const struct needles *needles;
	int64_t since; /* ms, half-open; INT64_MIN and INT64_MAX where open */
	int64_t until;
};

/* Neighbouring blocks, [first, end). */
struct skim_range {
	uint64_t first;
	uint64_t end;
};

struct skim {
	struct skim_range *ranges;
	size_t count;
	size_t capacity;
	uint64_t blocks; /* in them */
	uint64_t bytes;  /* unpacked, in them */
	uint64_t packed; /* the same as it stands on disk, once verified */
};

/* The ranges live in ARENA. False when SIDE is damaged. DATED: the file's
 * records are put to the period. */
bool skim_make(struct arena *arena, struct sidecar *side,
    const struct skim_plan *plan, bool dated, struct skim *skim);
/* Those blocks of WHOLE that are in [FIRST, END). */
bool skim_clip(struct arena *arena, struct sidecar *side,
    const struct skim *whole, uint64_t first, uint64_t end, struct skim *skim);
/* Whether so much must be read that the side file saves nothing. */
bool skim_is_idle(const struct skim *skim, const struct sidecar *side);
/* Whether SOURCE, open, has in those blocks the bytes that the side file was
 * made from, and SIDE what is needed to begin there. */
bool skim_verify(struct skim *skim, struct sidecar *side, int source,
    struct buffer *scratch);

#endif

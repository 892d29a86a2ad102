/* SPDX-License-Identifier: MIT */
/* What stands in a side file: blocks, segments with their filters, windows,
 * faults. */
#ifndef MTRACK_SIDECAR_DATA_H
#define MTRACK_SIDECAR_DATA_H

#include "mtrack/sidecar.h"

/* All of these answer false, and set damaged, when the side file does not hold
 * what it says. */
bool sidecar_block(
    struct sidecar *side, uint64_t number, struct sidecar_block *block);
bool sidecar_segment(
    struct sidecar *side, uint64_t number, struct sidecar_segment *segment);
/* The bytes of BUCKET of SEGMENT's filter, until the next one is read. */
bool sidecar_bucket(struct sidecar *side, const struct sidecar_segment *segment,
    uint32_t bucket, struct str *bytes);
/* Those blocks of SEGMENT that may have KEY. */
bool sidecar_find(struct sidecar *side, const struct sidecar_segment *segment,
    uint64_t key, struct filter_set *found);
/* What windows are packed with; empty where there are none. */
bool sidecar_dictionary(struct sidecar *side, struct str *dictionary);
/* The window of BLOCK's place, into ENTRYPOINT_WINDOW bytes. */
bool sidecar_window(struct sidecar *side, const struct sidecar_block *block,
    unsigned char *window, size_t *len);
/* The fault at *AT, which moves on; its text lives until the side file is
 * closed. */
bool sidecar_fault(
    struct sidecar *side, uint64_t *at, struct sidecar_fault *fault);
/* Whether SOURCE has the packed bytes that block NUMBER was made from; SCRATCH
 * is used. *packed is how many. */
bool sidecar_block_is_intact(struct sidecar *side, uint64_t number, int source,
    struct buffer *scratch, uint64_t *packed);

#endif

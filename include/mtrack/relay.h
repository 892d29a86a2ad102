/* SPDX-License-Identifier: MIT */
/* Records from many scans to one writer in archive order, streaming: what a
 * scan finds waits here until its file's turn, in bounded memory. */
#ifndef MTRACK_RELAY_H
#define MTRACK_RELAY_H

#include "mtrack/buffer.h"
#include "mtrack/record.h"

struct relay;

/* FILES files; about MEMORY bytes may wait. */
struct relay *relay_new(size_t files, size_t memory);
void relay_free(struct relay *relay);

/* Hands over the packed records in BATCH (cleared), the next ones of FILE.
 * Waits while too much is waiting, unless it is FILE's turn. False when nobody
 * wants more. */
bool relay_put(struct relay *relay, size_t file, struct buffer *batch);
/* FILE has no more. */
void relay_close(struct relay *relay, size_t file);
/* Gives FILE's records as they come, until it is closed; then it is the next
 * file's turn. Files are taken in order, each once. */
enum flow relay_take(
    struct relay *relay, size_t file, record_fn *fn, void *ctx);
/* Nobody wants more: relay_put answers false from now on. */
void relay_stop(struct relay *relay);

#endif

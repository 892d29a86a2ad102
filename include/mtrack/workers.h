/* SPDX-License-Identifier: MIT */
/* Threads that do numbered tasks, begun in order, each told when done. */
#ifndef MTRACK_WORKERS_H
#define MTRACK_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct workers;

/* One task, on the thread with number WORKER (from 0). */
typedef void worker_fn(void *ctx, unsigned worker, size_t task);

/* Starts up to THREADS threads on TASKS tasks; fewer when the system refuses
 * them. NULL when it gives not even one. ORDER (may be NULL) is the order in
 * which tasks are begun; it must live until workers_join. */
struct workers *workers_start(unsigned threads, size_t tasks,
    const size_t *order, worker_fn *fn, void *ctx);
/* Waits until TASK is done; false when it never will be, after a stop. */
bool workers_wait(struct workers *workers, size_t task);
/* No further task is begun. */
void workers_stop(struct workers *workers);
/* Waits for the threads to end, and frees. */
void workers_join(struct workers *workers);

/* The processors this process may use: affinity, bounded by the cgroup's
 * quota; at least 1. */
unsigned workers_available(void);

#endif

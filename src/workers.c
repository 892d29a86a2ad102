/* SPDX-License-Identifier: MIT */
/* Threads that do numbered tasks. */
#include "mtrack/workers.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mtrack/arena.h"

struct worker {
	struct workers *workers;
	pthread_t thread;
	unsigned number;
};

struct workers {
	worker_fn *fn;
	void *ctx;
	const size_t *order;
	size_t tasks;
	size_t begun;   /* places of the order that were handed out */
	size_t alive;   /* threads still at work */
	size_t awaited; /* the task that somebody waits for, or SIZE_MAX */
	bool stopped;
	bool *done; /* by task */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned count;
	struct worker threads[];
};

/* The next task for a thread, or false when there is none. */
static bool
next_task(struct workers *workers, size_t *task)
{
	bool more;

	pthread_mutex_lock(&workers->lock);
	more = !workers->stopped && workers->begun < workers->tasks;
	if (more) {
		*task = workers->order ? workers->order[workers->begun]
				       : workers->begun;
		workers->begun++;
	}
	pthread_mutex_unlock(&workers->lock);
	return more;
}

static void *
work(void *ctx)
{
	struct worker *me = ctx;
	struct workers *workers = me->workers;
	size_t task;

	while (next_task(workers, &task)) {
		workers->fn(workers->ctx, me->number, task);
		pthread_mutex_lock(&workers->lock);
		workers->done[task] = true;
		if (task == workers->awaited)
			pthread_cond_broadcast(&workers->changed);
		pthread_mutex_unlock(&workers->lock);
	}
	pthread_mutex_lock(&workers->lock);
	workers->alive--;
	pthread_cond_broadcast(&workers->changed);
	pthread_mutex_unlock(&workers->lock);
	return NULL;
}

/* Signals are the main thread's: it alone cleans up. */
static void
start_threads(struct workers *workers, unsigned threads)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_mutex_lock(&workers->lock);
	while (workers->count < threads) {
		struct worker *worker = &workers->threads[workers->count];

		*worker = (struct worker){workers, 0, workers->count};
		if (pthread_create(&worker->thread, NULL, work, worker) != 0)
			break;
		workers->count++;
		workers->alive++;
	}
	pthread_mutex_unlock(&workers->lock);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct workers *
workers_start(unsigned threads, size_t tasks, const size_t *order,
    worker_fn *fn, void *ctx)
{
	struct workers *workers;

	if (threads > tasks)
		threads = tasks > 0 ? (unsigned)tasks : 1;
	workers = memory_resize(
	    NULL, 1, sizeof(*workers) + threads * sizeof(struct worker));
	memset(workers, 0, sizeof(*workers));
	workers->fn = fn;
	workers->ctx = ctx;
	workers->order = order;
	workers->tasks = tasks;
	workers->awaited = SIZE_MAX;
	workers->done = memory_resize(NULL, tasks, sizeof(bool));
	memset(workers->done, 0, tasks * sizeof(bool));
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->changed, NULL);
	start_threads(workers, threads);
	if (workers->count == 0) {
		workers_join(workers);
		return NULL;
	}
	return workers;
}

bool
workers_wait(struct workers *workers, size_t task)
{
	bool done;

	pthread_mutex_lock(&workers->lock);
	workers->awaited = task;
	while (!workers->done[task] && workers->alive > 0)
		pthread_cond_wait(&workers->changed, &workers->lock);
	workers->awaited = SIZE_MAX;
	done = workers->done[task];
	pthread_mutex_unlock(&workers->lock);
	return done;
}

void
workers_stop(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	workers->stopped = true;
	pthread_mutex_unlock(&workers->lock);
}

void
workers_join(struct workers *workers)
{
	for (unsigned i = 0; i < workers->count; i++)
		pthread_join(workers->threads[i].thread, NULL);
	pthread_cond_destroy(&workers->changed);
	pthread_mutex_destroy(&workers->lock);
	memory_free(workers->done);
	memory_free(workers);
}

/* cgroup v2's quota in whole processors, rounded up; 0 when there is none. */
static unsigned
quota(void)
{
	char text[64];
	unsigned long long most;
	unsigned long long period;
	ssize_t got;
	int fd = open("/sys/fs/cgroup/cpu.max", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return 0;
	text[got] = '\0';
	if (sscanf(text, "%llu %llu", &most, &period) != 2 || period == 0)
		return 0;
	return (unsigned)((most + period - 1) / period);
}

unsigned
workers_available(void)
{
	cpu_set_t set;
	unsigned count = 1;
	unsigned limit = quota();

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		count = (unsigned)CPU_COUNT(&set);
	return limit > 0 && limit < count ? limit : count;
}

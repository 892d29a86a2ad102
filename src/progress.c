/* SPDX-License-Identifier: MIT */
/* The progress bar:
 *
 *     [########          ]  42%  1.2 of 2.9 GB  9,712,004 records  3 matches
 */
#include "mtrack/progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "mtrack/arena.h"
#include "mtrack/diag.h"
#include "mtrack/numeral.h"
#include "mtrack/stopwatch.h"

#define BAR_CELLS 20
/* Milliseconds: until it first shows; then between two drawings, on a terminal
 * and in a file, which keeps them all. */
#define FIRST_WAIT 1000
#define DRAW_WAIT  200
#define LOG_WAIT   5000

struct progress {
	const struct counter *counter;
	uint64_t total;
	bool terminal;
	bool stopped;
	double begun;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* ---- the line ---- */

static void
put_bar(const struct progress_state *state, struct buffer *out)
{
	uint64_t done =
	    state->bytes < state->total ? state->bytes : state->total;
	unsigned filled =
	    (unsigned)((double)done / (double)state->total * BAR_CELLS);

	buffer_putc(out, '[');
	for (unsigned i = 0; i < BAR_CELLS; i++)
		buffer_putc(out, i < filled ? '#' : ' ');
	buffer_printf(out, "] %3u%%  ",
	    (unsigned)((double)done / (double)state->total * 100));
}

/* From the speed so far. */
static void
put_left(const struct progress_state *state, struct buffer *out)
{
	double left;
	unsigned seconds;

	if (state->bytes == 0 || state->bytes >= state->total)
		return;
	left = state->seconds * (double)(state->total - state->bytes) /
	    (double)state->bytes;
	if (left > 359999)
		return;
	seconds = (unsigned)left + 1;
	buffer_puts(out, STR("  "));
	if (seconds >= 3600)
		buffer_printf(
		    out, "%u:%02u:", seconds / 3600, seconds / 60 % 60);
	else
		buffer_printf(out, "%u:", seconds / 60);
	buffer_printf(out, "%02u left", seconds % 60);
}

void
progress_line(
    const struct progress_state *state, unsigned width, struct buffer *out)
{
	size_t begin = out->len;

	if (state->total > 0)
		put_bar(state, out);
	numeral_bytes(state->bytes, out);
	if (state->total > 0) {
		buffer_puts(out, STR(" of "));
		numeral_bytes(state->total, out);
	}
	buffer_puts(out, STR("  "));
	numeral_count(state->records, "record", "records", out);
	buffer_puts(out, STR("  "));
	numeral_count(state->matches, "match", "matches", out);
	if (state->total > 0)
		put_left(state, out);
	if (out->len - begin > width)
		out->len = begin + width;
}

/* ---- the thread ---- */

static unsigned
terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		return size.ws_col - 1u; /* the last column may wrap */
	return 79;
}

static void
draw(const struct progress *progress, struct buffer *line)
{
	const struct counter *counter = progress->counter;
	const struct progress_state state = {
	    .bytes = atomic_load(&counter->bytes),
	    .total = progress->total,
	    .records = atomic_load(&counter->records),
	    .matches = atomic_load(&counter->matches),
	    .seconds = stopwatch_seconds() - progress->begun};

	buffer_clear(line);
	progress_line(
	    &state, progress->terminal ? terminal_width() : 200, line);
	if (progress->terminal)
		diag_status(buffer_str(line));
	else
		diag_say("%.*s", STR_ARG(buffer_str(line)));
}

/* Waits MS; false when the bar was stopped. The lock is held. */
static bool
pause_for(struct progress *progress, long ms)
{
	struct timespec until;
	int woken = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!progress->stopped && woken == 0)
		woken = pthread_cond_timedwait(
		    &progress->changed, &progress->lock, &until);
	return !progress->stopped;
}

static void *
watch(void *ctx)
{
	struct progress *progress = ctx;
	struct buffer line = BUFFER_EMPTY;
	long wait = FIRST_WAIT;

	pthread_mutex_lock(&progress->lock);
	while (pause_for(progress, wait)) {
		draw(progress, &line);
		wait = progress->terminal ? DRAW_WAIT : LOG_WAIT;
	}
	pthread_mutex_unlock(&progress->lock);
	buffer_destroy(&line);
	return NULL;
}

/* ---- public ---- */

static bool
start_thread(struct progress *progress)
{
	pthread_condattr_t clock;
	sigset_t all;
	sigset_t before;
	bool started;

	pthread_mutex_init(&progress->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&progress->changed, &clock);
	pthread_condattr_destroy(&clock);
	sigfillset(&all); /* signals are the main thread's */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&progress->thread, NULL, watch, progress) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static void
release(struct progress *progress)
{
	pthread_cond_destroy(&progress->changed);
	pthread_mutex_destroy(&progress->lock);
	memory_free(progress);
}

struct progress *
progress_start(enum when when, const struct counter *counter, uint64_t total)
{
	bool terminal = isatty(STDERR_FILENO);
	struct progress *progress;

	if (when == WHEN_NEVER || (when == WHEN_AUTO && !terminal))
		return NULL;
	progress = memory_resize(NULL, 1, sizeof(*progress));
	*progress = (struct progress){
	    .counter = counter, .total = total, .terminal = terminal};
	progress->begun = stopwatch_seconds();
	if (start_thread(progress))
		return progress;
	release(progress);
	return NULL;
}

void
progress_stop(struct progress *progress)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->lock);
	progress->stopped = true;
	pthread_cond_signal(&progress->changed);
	pthread_mutex_unlock(&progress->lock);
	pthread_join(progress->thread, NULL);
	diag_status(STR_NONE);
	release(progress);
}

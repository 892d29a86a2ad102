/* SPDX-License-Identifier: MIT */
/* Records from many scans to one writer in archive order. */
#include "mtrack/relay.h"

#include <pthread.h>

#include "mtrack/arena.h"

struct batch {
	struct batch *next;
	struct buffer bytes;
};

struct lane {
	struct batch *first;
	struct batch **last;
	bool closed;
};

struct relay {
	size_t memory;
	size_t waiting; /* bytes in all lanes */
	size_t turn;    /* the file that is being taken */
	bool stopped;
	size_t count;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct lane lanes[];
};

struct relay *
relay_new(size_t files, size_t memory)
{
	struct relay *relay = memory_resize(
	    NULL, 1, sizeof(*relay) + files * sizeof(struct lane));

	*relay = (struct relay){.memory = memory, .count = files};
	for (size_t i = 0; i < files; i++)
		relay->lanes[i] =
		    (struct lane){NULL, &relay->lanes[i].first, false};
	pthread_mutex_init(&relay->lock, NULL);
	pthread_cond_init(&relay->changed, NULL);
	return relay;
}

static void
free_batch(struct batch *batch)
{
	buffer_destroy(&batch->bytes);
	memory_free(batch);
}

void
relay_free(struct relay *relay)
{
	if (!relay)
		return;
	for (size_t i = 0; i < relay->count; i++)
		while (relay->lanes[i].first) {
			struct batch *next = relay->lanes[i].first->next;

			free_batch(relay->lanes[i].first);
			relay->lanes[i].first = next;
		}
	pthread_cond_destroy(&relay->changed);
	pthread_mutex_destroy(&relay->lock);
	memory_free(relay);
}

/* The file whose turn it is goes on when there is nothing to be taken from it:
 * others may hold all the memory. */
static bool
must_wait(const struct relay *relay, size_t file)
{
	return relay->waiting > relay->memory && !relay->stopped &&
	    (relay->turn != file || relay->lanes[file].first);
}

bool
relay_put(struct relay *relay, size_t file, struct buffer *batch)
{
	struct lane *lane = &relay->lanes[file];
	struct batch *new;
	bool wanted;

	pthread_mutex_lock(&relay->lock);
	while (must_wait(relay, file))
		pthread_cond_wait(&relay->changed, &relay->lock);
	wanted = !relay->stopped;
	if (wanted && batch->len > 0) {
		new = memory_resize(NULL, 1, sizeof(*new));
		*new = (struct batch){NULL, *batch};
		*batch = BUFFER_EMPTY;
		relay->waiting += new->bytes.len;
		*lane->last = new;
		lane->last = &new->next;
		pthread_cond_broadcast(&relay->changed);
	}
	pthread_mutex_unlock(&relay->lock);
	return wanted;
}

void
relay_close(struct relay *relay, size_t file)
{
	pthread_mutex_lock(&relay->lock);
	relay->lanes[file].closed = true;
	pthread_cond_broadcast(&relay->changed);
	pthread_mutex_unlock(&relay->lock);
}

void
relay_stop(struct relay *relay)
{
	pthread_mutex_lock(&relay->lock);
	relay->stopped = true;
	pthread_cond_broadcast(&relay->changed);
	pthread_mutex_unlock(&relay->lock);
}

/* Waits for LANE's next batch; NULL when it is closed and empty. */
static struct batch *
next_batch(struct relay *relay, struct lane *lane)
{
	struct batch *batch;

	pthread_mutex_lock(&relay->lock);
	while (!lane->first && !lane->closed && !relay->stopped)
		pthread_cond_wait(&relay->changed, &relay->lock);
	batch = lane->first;
	if (batch) {
		lane->first = batch->next;
		if (!lane->first)
			lane->last = &lane->first;
		relay->waiting -= batch->bytes.len;
		pthread_cond_broadcast(&relay->changed);
	}
	pthread_mutex_unlock(&relay->lock);
	return batch;
}

enum flow
relay_take(struct relay *relay, size_t file, record_fn *fn, void *ctx)
{
	struct record rec = {0};
	struct buffer items = BUFFER_EMPTY;
	enum flow flow = FLOW_MORE;
	struct batch *batch;

	pthread_mutex_lock(&relay->lock);
	relay->turn = file;
	pthread_cond_broadcast(&relay->changed);
	pthread_mutex_unlock(&relay->lock);
	while (flow == FLOW_MORE &&
	    (batch = next_batch(relay, &relay->lanes[file])) != NULL) {
		const char *at = batch->bytes.ptr;
		const char *end = at + batch->bytes.len;

		for (; flow == FLOW_MORE && at < end;
		     at += record_packed_length(at)) {
			record_unpack(at, &rec, &items);
			flow = fn(ctx, &rec);
		}
		free_batch(batch);
	}
	buffer_destroy(&items);
	return flow;
}

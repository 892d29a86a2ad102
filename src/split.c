/* SPDX-License-Identifier: MIT */
/* One archive file read by its side file, in parts. */
#include "mtrack/split.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "mtrack/side_open.h"
#include "mtrack/sidecar_data.h"

struct split {
	pthread_mutex_t lock; /* parts: constant but for skim.packed */
	pthread_cond_t changed;
	struct arena arena;
	int fd; /* the archive file, or -1 */
	struct sidecar side;
	struct sidepack pack; /* of a file in several parts */
	bool opened;          /* side is to be closed */
	bool begun;           /* somebody has come */
	bool usable;          /* so far */
	bool idle;            /* it would save nothing */
	bool wrong; /* there is a side file, fault tells why it is not used */
	struct fault fault;
	size_t culprit; /* the part that fault is of */
	size_t next;    /* to be checked */
	size_t checked;
	size_t left; /* parts that nobody reads any more */
	size_t count;
	struct split_part parts[];
};

/* ---- opening ---- */

/* Of what PART is: its blocks, and where the records begin that are in them. */
static bool
bound_part(struct split *split, size_t number)
{
	struct split_part *part = &split->parts[number];
	uint64_t blocks = split->side.blocks;
	struct sidecar_block block = {.offset = split->side.header.unpacked};

	part->first = blocks * number / split->count;
	part->end = blocks * (number + 1) / split->count;
	part->last = number + 1 == split->count;
	part->upto = UINT64_MAX;
	if (part->first < blocks &&
	    !sidecar_block(&split->side, part->first, &block))
		return false;
	part->from = block.offset;
	if (number == 0)
		return part->from == 0;
	part[-1].upto = part->from;
	return part[-1].from <= part->from;
}

/* Faults stand in the order of their blocks. */
static bool
bound_faults(struct split *split)
{
	struct split_part *part = split->parts;
	uint64_t len = split->side.header.sections[SECTION_FAULTS].len;
	struct sidecar_fault kept;

	for (uint64_t at = 0, next = 0; at < len; at = next) {
		if (!sidecar_fault(&split->side, &next, &kept))
			return false;
		for (; !part->last && kept.block >= part->end; part++)
			part[1].told = part->tells = at;
	}
	for (; !part->last; part++)
		part[1].told = part->tells = len;
	part->tells = len;
	return true;
}

static void
fail(struct split *split, size_t part, const struct fault *fault)
{
	if (!split->wrong || part < split->culprit) {
		split->fault = *fault;
		split->culprit = part;
	}
	split->usable = false;
	split->wrong = true;
}

/* Counts the records of PART, whether they will be read or not. */
static bool
count_records(struct split_part *part, struct sidecar *side)
{
	for (uint64_t i = part->first; i < part->end; i++) {
		struct sidecar_block block;

		if (!sidecar_block(side, i, &block))
			return false;
		part->records += block.records;
		part->other += block.other;
	}
	part->bytes =
	    (part->last ? side->header.unpacked : part->upto) - part->from;
	return true;
}

/* Finds what of each part must be read. */
static bool
fill_parts(struct split *split, const struct skim_plan *plan, bool dated)
{
	struct sidecar *side = &split->side;
	struct skim whole;

	for (size_t i = 0; i < split->count; i++)
		if (!bound_part(split, i))
			return false;
	if (!bound_faults(split) ||
	    !skim_make(&split->arena, side, plan, dated, &whole))
		return false;
	split->idle = split->count == 1 && skim_is_idle(&whole, side);
	for (size_t i = 0; i < split->count; i++) {
		struct split_part *part = &split->parts[i];

		if (!count_records(part, side) ||
		    !skim_clip(&split->arena, side, &whole, part->first,
			part->end, &part->skim))
			return false;
	}
	return true;
}

/* Whether the side file can be used. */
static bool
open_side(struct split *split, const struct split_visit *visit)
{
	const struct scan_index *index = visit->index;
	struct sidepack *pack = split->count > 1 ? &split->pack : visit->pack;
	struct fault fault;

	switch (side_open(&split->arena, pack, &split->side, index->dir,
	    visit->file->path, split->fd, index->settings, &fault)) {
	case SIDECAR_VALID:
		split->opened = true;
		break;
	case SIDECAR_GROWN:
		split->opened = true;
		fault_set(&fault, "is stale: the file has grown since");
		fail(split, 0, &fault);
		return false;
	case SIDECAR_WRONG:
		fail(split, 0, &fault);
		return false;
	case SIDECAR_NONE:
		return false;
	}
	if (fill_parts(split, &index->skim, visit->dated))
		return !split->idle;
	fault_set(&fault, "is damaged");
	fail(split, 0, &fault);
	return false;
}

static void
open_files(struct split *split, const struct split_visit *visit)
{
	split->begun = true;
	if (visit->file->size == 0)
		return;
	split->fd = open(visit->file->path.ptr,
	    O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (split->fd >= 0)
		split->usable = open_side(split, visit);
}

/* ---- checking ---- */

/* Checks parts while there are any, then waits for those of other threads. */
static void
check(struct split *split, struct split_visit *visit)
{
	struct sidecar *side = &visit->side;

	while (split->usable && split->next < split->count) {
		size_t number = split->next++;
		struct fault fault;
		bool fits;

		pthread_mutex_unlock(&split->lock);
		fits = skim_verify(&split->parts[number].skim, side, split->fd,
		    visit->scratch);
		pthread_mutex_lock(&split->lock);
		split->checked++;
		if (!fits) {
			fault_set(&fault,
			    side->damaged ? "is damaged"
					  : "is stale: the file's bytes have "
					    "changed");
			fail(split, number, &fault);
		}
		pthread_cond_broadcast(&split->changed);
	}
	while (split->checked < split->next)
		pthread_cond_wait(&split->changed, &split->lock);
}

/* The only thread has the side file for itself. */
static void
borrow_side(struct split *split, struct sidecar *side)
{
	if (split->count > 1) {
		sidecar_share(&split->side, side);
	} else {
		*side = split->side;
		split->opened = false;
	}
}

/* ---- public ---- */

struct split *
split_new(size_t count)
{
	struct split *split = memory_resize(
	    NULL, 1, sizeof(*split) + count * sizeof(struct split_part));

	*split = (struct split){.fd = -1, .count = count};
	memset(split->parts, 0, count * sizeof(struct split_part));
	pthread_mutex_init(&split->lock, NULL);
	pthread_cond_init(&split->changed, NULL);
	return split;
}

/* Descriptors are few, and files many. */
static void
let_go(struct split *split)
{
	if (split->opened)
		sidecar_close(&split->side);
	split->opened = false;
	if (split->fd >= 0)
		close(split->fd);
	split->fd = -1;
	sidepack_close(&split->pack);
	arena_destroy(&split->arena);
}

void
split_free(struct split *split)
{
	if (!split)
		return;
	let_go(split);
	pthread_cond_destroy(&split->changed);
	pthread_mutex_destroy(&split->lock);
	memory_free(split);
}

size_t
split_count(const struct split *split)
{
	return split->count;
}

const struct split_part *
split_enter(struct split *split, size_t part, struct split_visit *visit,
    struct scan_result *result)
{
	bool usable;

	pthread_mutex_lock(&split->lock);
	if (!split->begun)
		open_files(split, visit);
	usable = split->usable;
	if (usable) {
		borrow_side(split, &visit->side);
		check(split, visit);
		if (!split->usable)
			sidecar_close(&visit->side);
	}
	usable = split->usable;
	result->index_fault = split->fault;
	result->index_wrong = split->wrong;
	pthread_mutex_unlock(&split->lock);
	return usable ? &split->parts[part] : NULL;
}

int
split_descriptor(const struct split *split)
{
	return split->fd;
}

bool
split_is_intact(const struct split *split, const struct split_part *part,
    struct split_visit *visit)
{
	struct skim skim = part->skim;

	return sidecar_source_is_untouched(
		   split->fd, &visit->side.header.source) ||
	    skim_verify(&skim, &visit->side, split->fd, visit->scratch);
}

void
split_leave(struct split *split)
{
	pthread_mutex_lock(&split->lock);
	if (++split->left == split->count)
		let_go(split);
	pthread_mutex_unlock(&split->lock);
}

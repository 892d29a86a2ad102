/* SPDX-License-Identifier: MIT */
/* A file's answer by its side file: only blocks that may hold one are unpacked
 * and read. Whatever does not fit makes the side file useless, never the
 * answer wrong: the file is then read whole, without the records that were
 * given already. */
#include "mtrack/scan_side.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/days.h"
#include "mtrack/side_open.h"

/* Bytes behind a block's end that its last record may need to be seen as
 * whole. */
#define SLACK 4096u

/* Blocks being read. */
struct reading {
	struct scanner *scanner;
	struct sidecar *side;
	struct source *source;
	uint64_t at;   /* unpacked bytes read so far, from the file's begin */
	uint64_t upto; /* where the blocks end */
	bool last;     /* that is where the file ends */
	unsigned char window[ENTRYPOINT_WINDOW];
};

/* ---- faults ---- */

static enum source_event
event_of(enum sidecar_end end)
{
	switch (end) {
	case SIDECAR_WHOLE:
		return SOURCE_END;
	case SIDECAR_CUT:
		return SOURCE_CUT;
	case SIDECAR_DAMAGED:
		break;
	}
	return SOURCE_DAMAGE;
}

static void
tell_kept(struct scanner *scanner, const struct sidecar_fault *kept)
{
	struct fault fault;

	fault_set(&fault, "%.*s", STR_ARG(kept->what));
	if (kept->flags & FAULT_OF_STREAM)
		scanner_end(
		    scanner, event_of(scanner->side->header.end), &fault);
	else if (kept->flags & FAULT_UNFINISHED && scanner->file->newest)
		scanner->result->growing = true;
	else
		scanner_fault(scanner, kept->line, &fault);
}

/* Damage of the side file is not told here: it was read through before. */
void
scan_side_tell(struct scanner *scanner, uint64_t line)
{
	struct sidecar *side = scanner->side;
	uint64_t len = side->header.sections[SECTION_FAULTS].len;

	while (scanner->told < len) {
		struct sidecar_fault kept;
		uint64_t next = scanner->told;

		if (!sidecar_fault(side, &next, &kept) ||
		    (line != UINT64_MAX &&
			(kept.line > line || kept.flags & FAULT_OF_STREAM)))
			return;
		scanner->told = next;
		tell_kept(scanner, &kept);
	}
}

/* Whether all kept faults can be read. */
static bool
faults_are_sound(struct sidecar *side)
{
	uint64_t at = 0;
	struct sidecar_fault kept;

	while (at < side->header.sections[SECTION_FAULTS].len)
		if (!sidecar_fault(side, &at, &kept))
			return false;
	return true;
}

/* ---- blocks ---- */

/* Makes ready to read from block NUMBER on. */
static bool
begin_range(struct reading *reading, uint64_t number)
{
	struct scanner *scanner = reading->scanner;
	struct sidecar *side = reading->side;
	struct sidecar_block block;
	struct str state;
	char *bytes;

	if (!sidecar_block(side, number, &block) ||
	    !sidecar_window(
		side, &block, reading->window, &block.place.window_len))
		return false;
	block.place.window = reading->window;
	bytes = arena_alloc(&scanner->arena, block.state.len + 1);
	state = (struct str){bytes, block.state.len};
	if (!sidecar_read(
		side, SECTION_STATES, block.state.at, bytes, state.len) ||
	    (state.len && !source_resume(reading->source, &block.place)) ||
	    !scanner_skip(scanner, reading->source, block.offset - block.out))
		return false;
	/* The file's first block is the first to be read, from its begin. */
	reading->at = block.offset;
	scanner->from = block.offset;
	if (state.len)
		return pump_resume(&scanner->pump, &scanner->set, block.offset,
		    block.line, state);
	pump_begin(&scanner->pump, &scanner->set);
	return block.offset == 0;
}

/* How many bytes may be read at once. */
static size_t
room(const struct reading *reading)
{
	uint64_t left =
	    reading->upto > reading->at ? reading->upto - reading->at : 0;

	if (!reading->last)
		left += SLACK;
	return left < SCAN_CHUNK ? (size_t)left : SCAN_CHUNK;
}

/* One piece; false when the blocks are over or something does not fit. */
static bool
read_piece(struct reading *reading, bool *fits, enum flow *flow)
{
	struct pump *pump = &reading->scanner->pump;
	size_t size = room(reading);
	size_t count = 0;
	struct fault fault;

	switch (source_read(
	    reading->source, pump_room(pump, size), size, &count, &fault)) {
	case SOURCE_BYTES:
		reading->at += count;
		reading->scanner->result->tally.bytes += count;
		return pump_bytes(pump, count, flow);
	case SOURCE_MEMBER:
		return pump_member(pump, flow);
	default:
		*fits = false;
		return false;
	}
}

/* Whether all of the blocks was read. */
static bool
is_over(const struct reading *reading)
{
	if (reading->last)
		return reading->at >= reading->upto;
	return pump_offset(&reading->scanner->pump) >= reading->upto;
}

/* False when something does not fit: then scanner->from says up to where all
 * was given. */
static bool
read_range(
    struct reading *reading, const struct skim_range *range, enum flow *flow)
{
	struct scanner *scanner = reading->scanner;
	struct pump *pump = &scanner->pump;
	struct sidecar_block next = {.offset = reading->side->header.unpacked};
	bool more = true;
	bool fits = true;

	reading->last = range->end == reading->side->blocks;
	if (!reading->last && !sidecar_block(reading->side, range->end, &next))
		return false;
	if (!begin_range(reading, range->first))
		return false;
	reading->upto = scanner->upto = next.offset;
	while (more && !is_over(reading) &&
	    !atomic_load_explicit(scanner->plan->stop, memory_order_relaxed))
		more = read_piece(reading, &fits, flow);
	if (fits && reading->last && *flow == FLOW_MORE && is_over(reading)) {
		scanner->ending = reading->side->header.end != SIDECAR_WHOLE;
		pump_finish(pump, flow);
	}
	fits &= !pump->no_log;
	scanner->from = fits ? next.offset : pump_offset(pump);
	pump_end(pump);
	return fits;
}

static bool
read_ranges(struct reading *reading, const struct skim *skim, enum flow *flow)
{
	struct scanner *scanner = reading->scanner;
	bool fits = true;

	for (size_t i = 0; fits && i < skim->count && *flow == FLOW_MORE; i++)
		fits = read_range(reading, &skim->ranges[i], flow);
	scanner->upto = UINT64_MAX;
	return fits;
}

/* ---- the file ---- */

static void
wrong(struct scanner *scanner, const char *what)
{
	fault_set(&scanner->result->index_fault, "%s", what);
	scanner->result->index_wrong = true;
}

/* What the side file knows of the file as a whole. */
static void
count(struct scanner *scanner, const struct skim *skim)
{
	const struct sidecar_header *header = &scanner->side->header;
	const struct archive_file *file = scanner->file;
	struct scan_result *result = scanner->result;
	struct tally *tally = &result->tally;
	uint64_t decoded =
	    scanner->skimmed.records - scanner->skimmed.passed_over;

	tally->records = header->records;
	tally->other = header->other;
	tally->passed_over =
	    header->records > decoded ? header->records - decoded : 0;
	tally->index_files = 1;
	tally->index_blocks = scanner->side->blocks - skim->blocks;
	tally->index_bytes = header->unpacked - skim->bytes;
	result->seen |= header->seen;
	if (file->first == DAY_NONE || header->stamps.least == TIME_NONE ||
	    result->stray != DAY_NONE)
		return;
	if (days_of(header->stamps.least) <
	    file->first - (int32_t)scanner->plan->late)
		result->stray = days_of(header->stamps.least);
	else if (days_of(header->stamps.greatest) > file->last + 1)
		result->stray = days_of(header->stamps.greatest);
}

/* True when the answer was given by SIDE. */
static bool
answer(struct scanner *scanner, struct sidecar *side, const struct skim *skim,
    struct source *source, enum flow *flow)
{
	struct reading *reading = ARENA_NEW(&scanner->arena, struct reading);
	bool fits;

	*reading = (struct reading){
	    .scanner = scanner, .side = side, .source = source};
	scanner->side = side;
	scanner->told = 0;
	scanner->skimmed = (struct tally){0};
	scanner->set.tally = &scanner->skimmed;
	fits = read_ranges(reading, skim, flow);
	scanner->set.tally = &scanner->result->tally;
	if (fits) {
		scan_side_tell(scanner,
		    *flow == FLOW_MORE ? UINT64_MAX
				       : pump_line(&scanner->pump));
		count(scanner, skim);
	} else {
		/* The whole file is read now, and finds all faults itself. */
		scan_result_destroy(scanner->result);
		scanner->result->fault_count = 0;
		scanner->result->fault_total = 0;
		scanner->result->tally.malformed = 0;
		wrong(scanner, "does not fit the file");
	}
	scanner->side = NULL;
	return fits;
}

/* SOURCE of the file that FD is, or NULL. */
static struct source *
open_source(const struct scanner *scanner, int fd)
{
	struct fault fault;
	struct source *source =
	    source_open(scanner->file->path.ptr, scanner->file->named, &fault);
	struct stat a, b;

	if (!source)
		return NULL;
	if (!fstat(fd, &a) && !fstat(source_descriptor(source), &b) &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return source;
	source_close(source);
	return NULL;
}

/* SIDE tells of the file that FD is. */
static enum scan_side
use(struct scanner *scanner, struct sidecar *side, int fd, enum flow *flow)
{
	const struct scan_plan *plan = scanner->plan;
	struct scan_result *result = scanner->result;
	struct source *source = NULL;
	enum scan_side done = SCAN_SIDE_NONE;
	struct skim skim;

	if (!skim_make(&scanner->arena, side, &plan->index->skim,
		scanner->dated, &skim) ||
	    !faults_are_sound(side)) {
		wrong(scanner, "is damaged");
		return SCAN_SIDE_NONE;
	}
	if (skim_is_idle(&skim, side))
		return SCAN_SIDE_NONE;
	if (!skim_verify(&skim, side, fd, &scanner->scratch)) {
		wrong(scanner,
		    side->damaged ? "is damaged"
				  : "is stale: the file's bytes have changed");
		return SCAN_SIDE_NONE;
	}
	if (skim.count > 0) {
		source = open_source(scanner, fd);
		if (!source)
			return SCAN_SIDE_NONE;
	}
	if (answer(scanner, side, &skim, source, flow)) {
		result->tally.files = 1;
		done = SCAN_SIDE_DONE;
	}
	if (source)
		source_close(source);
	result->tally.bytes_packed += skim.packed;
	return done;
}

/* The same by the side file that there is, if it can be used. */
static enum scan_side
try_side(struct scanner *scanner, int fd, enum flow *flow)
{
	const struct scan_index *index = scanner->plan->index;
	enum scan_side done = SCAN_SIDE_NONE;
	struct sidecar side;
	struct fault fault;

	switch (side_open(&scanner->arena, &scanner->pack, &side, index->dir,
	    scanner->file->path, fd, index->settings, &fault)) {
	case SIDECAR_VALID:
		done = use(scanner, &side, fd, flow);
		sidecar_close(&side);
		break;
	case SIDECAR_GROWN:
		wrong(scanner, "is stale: the file has grown since");
		sidecar_close(&side);
		break;
	case SIDECAR_WRONG:
		wrong(scanner, fault.what);
		break;
	case SIDECAR_NONE:
		break;
	}
	return done;
}

enum scan_side
scan_side(struct scanner *scanner, enum flow *flow)
{
	const struct archive_file *file = scanner->file;
	enum scan_side done;
	int fd;

	if (file->size == 0)
		return SCAN_SIDE_NONE;
	arena_reset(&scanner->arena);
	fd = open(file->path.ptr, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return SCAN_SIDE_NONE;
	done = try_side(scanner, fd, flow);
	close(fd);
	return done;
}

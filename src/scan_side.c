/* SPDX-License-Identifier: MIT */
/* A file's answer by its side file, or a part of it: only blocks that may hold
 * one are unpacked and read. Whatever does not fit makes the side file useless,
 * never the answer wrong: the file is then read whole, without the records that
 * were given already or are another part's. */
#include "mtrack/scan_side.h"

#include "mtrack/days.h"
#include "mtrack/sidecar_data.h"

/* Bytes behind a block's end that its last record may need to be seen as
 * whole: a line feed behind a carriage return, a member's form. They come one
 * by one, for what else stands in them is the next part's to read. */
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

/* The side file's own damage is for who reads by it to see. */
void
scan_side_tell(struct scanner *scanner, uint64_t line)
{
	struct sidecar *side = scanner->side;

	while (scanner->told < scanner->tells) {
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
	uint64_t left = reading->upto - reading->at;

	if (reading->at >= reading->upto)
		left = reading->at - reading->upto < SLACK ? 1 : SLACK;
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
read_ranges(
    struct reading *reading, const struct split_part *part, enum flow *flow)
{
	struct scanner *scanner = reading->scanner;
	const struct skim *skim = &part->skim;
	bool fits = true;

	for (size_t i = 0; fits && i < skim->count && *flow == FLOW_MORE; i++)
		fits = read_range(reading, &skim->ranges[i], flow);
	scanner->upto = part->upto;
	return fits;
}

/* ---- the file ---- */

/* What the side file knows of the file as a whole. */
static void
count_file(struct scanner *scanner, size_t parts)
{
	const struct sidecar_header *header = &scanner->side->header;
	const struct archive_file *file = scanner->file;
	struct scan_result *result = scanner->result;

	result->tally.files = 1;
	result->tally.index_files = 1;
	result->tally.index_parts = parts > 1 ? parts : 0;
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

/* What it knows of PART. */
static void
count_part(struct scanner *scanner, const struct split_part *part)
{
	struct tally *tally = &scanner->result->tally;
	uint64_t decoded =
	    scanner->skimmed.records - scanner->skimmed.passed_over;

	tally->records = part->records;
	tally->other = part->other;
	tally->passed_over =
	    part->records > decoded ? part->records - decoded : 0;
	tally->index_blocks = part->end - part->first - part->skim.blocks;
	tally->index_bytes = part->bytes - part->skim.bytes;
	tally->bytes_packed = part->skim.packed;
}

/* True when the answer was given by SIDE. */
static bool
answer(struct scanner *scanner, struct sidecar *side,
    const struct split_part *part, struct source *source, enum flow *flow)
{
	struct reading *reading =
	    arena_alloc(&scanner->arena, sizeof(*reading));
	bool fits;

	memset(reading, 0, offsetof(struct reading, window));
	reading->scanner = scanner;
	reading->side = side;
	reading->source = source;
	scanner->side = side;
	scanner->told = part->told;
	scanner->tells = part->tells;
	scanner->skimmed = (struct tally){0};
	scanner->set.tally = &scanner->skimmed;
	fits = read_ranges(reading, part, flow);
	scanner->set.tally = &scanner->result->tally;
	if (fits) {
		scan_side_tell(scanner,
		    *flow == FLOW_MORE ? UINT64_MAX
				       : pump_line(&scanner->pump));
		fits = !side->damaged || *flow != FLOW_MORE;
	}
	if (fits) {
		count_part(scanner, part);
	} else {
		/* The whole file is read now, and finds all faults itself. */
		scan_result_destroy(scanner->result);
		scanner->result->fault_count = 0;
		scanner->result->fault_total = 0;
		scanner->result->tally.malformed = 0;
		scanner->result->index_wrong = true;
		fault_set(
		    &scanner->result->index_fault, "does not fit the file");
	}
	return fits;
}

/* Nobody can tell any more what the file held: what stands in it now may be
 * pieces of two. */
static void
tell_change(struct scanner *scanner)
{
	struct fault fault;

	fault_set(&fault,
	    "was changed while it was read: records of it may be missing or "
	    "wrong");
	scanner_damage(scanner, &fault);
}

static enum scan_side
use(struct scanner *scanner, struct split *split, const struct split_part *part,
    struct split_visit *visit, enum flow *flow)
{
	struct source *source = NULL;
	struct fault fault;
	bool done;

	scanner->from = part->from;
	scanner->upto = part->upto;
	if (part->skim.count > 0) {
		source = scanner_open(scanner, split_descriptor(split), &fault);
		if (!source) {
			scanner_damage(scanner, &fault);
			return SCAN_SIDE_DONE;
		}
	}
	done = answer(scanner, &visit->side, part, source, flow);
	if (done && part->last)
		count_file(scanner, split_count(split));
	scanner->side = NULL;
	if (source)
		source_close(source);
	if (split_is_intact(split, part, visit))
		return done ? SCAN_SIDE_DONE : SCAN_SIDE_UNFIT;
	tell_change(scanner);
	return SCAN_SIDE_DONE;
}

enum scan_side
scan_side(struct scanner *scanner, struct split *split, size_t number,
    enum flow *flow)
{
	struct split_visit visit = {.index = scanner->plan->index,
	    .file = scanner->file,
	    .pack = &scanner->pack,
	    .scratch = &scanner->scratch,
	    .dated = scanner->dated};
	enum scan_side done = SCAN_SIDE_NONE;
	const struct split_part *part;

	arena_reset(&scanner->arena);
	part = split_enter(split, number, &visit, scanner->result);
	if (part) {
		done = use(scanner, split, part, &visit, flow);
		sidecar_close(&visit.side);
	}
	return done;
}

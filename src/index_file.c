/* SPDX-License-Identifier: MIT */
/* Makes the side file of one archive file. The scan tells piece by piece what
 * it read; a block ends where enough was read, unpacking can begin anew, and
 * the reader stands between two records:
 *
 *     bytes     ... record | record | rec|ord | record | ...
 *     unpacked                           ^ an entry point: a deflate block or
 *                                          gzip member begins
 *     read                                       ^ the first record behind it:
 *                                                  the next block begins
 */
#include "mtrack/index_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "mtrack/index_draft.h"
#include "mtrack/index_takeover.h"
#include "mtrack/pump.h"
#include "mtrack/sidecar_data.h"

/* Pieces while the record that crosses an entry point is being finished. */
#define PIECE_SMALL 4096u
/* An entry point that no record follows for so long is given up. */
#define POINT_STALE (256u << 10)
#define PIECE       (256u << 10)

/* A file being indexed. */
struct indexing {
	const struct index_plan *plan;
	const struct scan_result *scan;
	struct index_draft draft;
	struct buffer state;   /* of the reader, where a block begins */
	struct buffer scratch; /* of the keys */
	uint64_t salt;
	uint64_t out;   /* unpacked bytes so far */
	uint64_t since; /* where the block's entry point is, in these */

	/* An entry point that waits for a record to begin behind it. */
	bool waiting;
	struct entrypoint point;
	uint64_t point_out;
	unsigned char window[ENTRYPOINT_WINDOW];
	/* Of where reading began: the source may go back there, long after
	 * window has become another's. */
	unsigned char begun[ENTRYPOINT_WINDOW];
};

/* ---- the tap ---- */

static void
take_key(void *ctx, uint64_t key)
{
	struct indexing *indexing = ctx;

	keyset_put(&indexing->draft.keys, key);
}

static enum flow
take_record(void *ctx, const struct record *rec)
{
	struct indexing *indexing = ctx;

	index_draft_times(&indexing->draft, rec);
	token_record(
	    rec, indexing->salt, &indexing->scratch, take_key, indexing);
	return FLOW_MORE;
}

static void
take_fault(void *ctx, uint64_t line, const struct fault *fault)
{
	struct indexing *indexing = ctx;

	index_draft_fault(&indexing->draft, line, fault);
}

/* The block ends where PUMP stands, if a reader could begin there. */
static void
cut_block(struct indexing *indexing, const struct pump *pump)
{
	buffer_clear(&indexing->state);
	if (!pump_save(pump, &indexing->state))
		return;
	index_draft_end_block(&indexing->draft, &indexing->scan->tally);
	index_draft_begin_block(&indexing->draft, &indexing->point,
	    indexing->point_out, pump_offset(pump), pump_line(pump),
	    buffer_str(&indexing->state));
	indexing->since = indexing->point_out;
	indexing->waiting = false;
}

/* A member needs no window, so one that comes early is as good. */
static bool
is_point(const struct indexing *indexing, enum source_event event)
{
	uint64_t length = indexing->out - indexing->since;

	if (event == SOURCE_MEMBER)
		return length >= indexing->plan->block / 2;
	return event == SOURCE_EDGE && length >= indexing->plan->block;
}

/* How much may be read before there is something to decide. */
static size_t
next_piece(struct indexing *indexing, struct source *source)
{
	uint64_t length = indexing->out - indexing->since;
	uint64_t left;

	if (indexing->waiting)
		return PIECE_SMALL;
	if (length >= indexing->plan->block) {
		source_stop(source);
		return PIECE;
	}
	left = indexing->plan->block - length;
	return left < PIECE ? (size_t)left : PIECE;
}

static size_t
take_piece(void *ctx, const struct pump *pump, struct source *source,
    enum source_event event, size_t count)
{
	struct indexing *indexing = ctx;

	indexing->out += count;
	if (is_point(indexing, event)) {
		source_place(source, indexing->window, &indexing->point);
		indexing->point_out = indexing->out;
		indexing->waiting = true;
	}
	if (indexing->waiting && pump_offset(pump) >= indexing->point_out)
		cut_block(indexing, pump);
	if (indexing->waiting &&
	    indexing->out - indexing->point_out > POINT_STALE)
		indexing->waiting = false;
	return next_piece(indexing, source);
}

static void
take_end(void *ctx, enum source_event event)
{
	struct indexing *indexing = ctx;

	index_draft_end_block(&indexing->draft, &indexing->scan->tally);
	indexing->draft.header.unpacked = indexing->out;
	indexing->draft.header.end = event == SOURCE_END ? SIDECAR_WHOLE
	    : event == SOURCE_CUT                        ? SIDECAR_CUT
							 : SIDECAR_DAMAGED;
	indexing->draft.whole = true;
}

/* ---- settings ---- */

/* Offsets of a zone are looked at once a week, from 1970 to 2100. */
#define WEEK  INT64_C(604800)
#define WEEKS 6784

static void
add(XXH3_state_t *hash, struct str text)
{
	uint64_t len = text.len;

	XXH3_64bits_update(hash, &len, sizeof(len));
	XXH3_64bits_update(hash, text.ptr, text.len);
}

/* A zone is what it does, whatever its name: with newer rules of the same zone
 * local times are others. */
static void
add_zone(XXH3_state_t *hash, const struct zone *zone)
{
	for (int64_t week = 0; zone && week < WEEKS; week++) {
		int32_t offset = zone_offset(zone, week * WEEK);

		XXH3_64bits_update(hash, &offset, sizeof(offset));
	}
}

uint64_t
index_settings(const struct intake_rules *rules)
{
	XXH3_state_t hash;

	XXH3_64bits_reset(&hash);
	for (size_t i = 0; i < rules->map_count; i++) {
		const struct intake_map *map = &rules->maps[i];
		unsigned char what[2] = {
		    (unsigned char)map->field, (unsigned char)map->part};

		XXH3_64bits_update(&hash, what, sizeof(what));
		add(&hash, map->key);
	}
	add(&hash, STR("formats"));
	for (size_t i = 0; i < rules->times.format_count; i++)
		add(&hash, rules->times.formats[i]);
	add(&hash, STR("zone"));
	add_zone(&hash, rules->times.zone);
	return XXH3_64bits_digest(&hash);
}

/* ---- a file ---- */

/* The same file has the same side file, and another file other keys: who would
 * send values that look like others had to know what ends the file. */
static uint64_t
new_salt(const struct sidecar_source *look)
{
	const uint64_t numbers[] = {look->size, look->head, look->tail};

	return XXH3_64bits(numbers, sizeof(numbers));
}

static bool
fail(struct index_result *result, const char *why)
{
	result->outcome = INDEX_FAILED;
	return fault_set(
	    &result->fault, "%.*s: %s", STR_ARG(result->path), why);
}

static void
begin_new(struct indexing *indexing)
{
	struct entrypoint point = {.kind = ENTRYPOINT_PLAIN};

	indexing->salt = new_salt(&indexing->draft.header.source);
	indexing->draft.header.salt = indexing->salt;
	indexing->draft.header.stamps =
	    (struct sidecar_times){TIME_NONE, TIME_NONE};
	index_draft_begin_block(&indexing->draft, &point, 0, 0, 1, STR_NONE);
}

/* Whether LAST begins inside a member that was not whole then: who reads on
 * from there cannot tell whether its checksum and length are right. */
static bool
is_unproven(const struct sidecar *old, const struct sidecar_block *last)
{
	return old->header.end == SIDECAR_CUT &&
	    last->place.kind == ENTRYPOINT_BLOCK;
}

/* Takes over from OLD what is good still; the last block is read again. */
static bool
begin_again(
    struct indexing *indexing, struct sidecar *old, struct scan_start *start)
{
	struct sidecar_block last;
	uint64_t packed;

	if (old->header.end == SIDECAR_DAMAGED || old->blocks < 2 ||
	    !sidecar_block(old, old->blocks - 1, &last) ||
	    last.state.len == 0 || is_unproven(old, &last) ||
	    !sidecar_block_is_intact(old, old->blocks - 1,
		indexing->draft.source, &indexing->scratch, &packed) ||
	    !sidecar_window(
		old, &last, indexing->begun, &last.place.window_len) ||
	    !index_takeover(&indexing->draft, old, &last))
		return false;
	last.place.window = indexing->begun;
	buffer_clear(&indexing->state);
	buffer_reserve(&indexing->state, last.state.len);
	if (!sidecar_read(old, SECTION_STATES, last.state.at,
		indexing->state.ptr, last.state.len))
		return false;
	indexing->state.len = last.state.len;
	indexing->salt = old->header.salt;
	indexing->out = last.offset;
	indexing->since = last.out;
	*start = (struct scan_start){.place = last.place,
	    .out = last.out,
	    .offset = last.offset,
	    .line = last.line,
	    .state = buffer_str(&indexing->state)};
	return true;
}

/* Reads the file and writes what was found. */
static bool
make(struct indexing *indexing, struct scanner *scanner, uint32_t number,
    const struct scan_start *start, struct index_result *result)
{
	struct scan_tap tap = {.ctx = indexing,
	    .fd = indexing->draft.source,
	    .record = take_record,
	    .fault = take_fault,
	    .piece = take_piece,
	    .end = take_end,
	    .first = indexing->plan->block < PIECE
		? (size_t)indexing->plan->block
		: PIECE,
	    .start = start};
	struct index_draft *draft = &indexing->draft;
	struct sidecar_source after;

	scan_tapped(scanner, number, &tap, &result->scan);
	if (!draft->whole || result->scan.no_log)
		return false;
	if (draft->too_many)
		return fail(result, "not written: too many faults in the file");
	if (!sidecar_source_look(draft->source, &after) ||
	    !sidecar_source_is_same(&draft->header.source, &after))
		return fail(
		    result, "not written: the file changed while it was read");
	if (index_draft_write(
		draft, &result->blocks, &result->bytes, &result->fault))
		return true;
	result->outcome = INDEX_FAILED;
	return false;
}

/* FD is the file; OLD may be NULL. False when OLD was of no use. */
static bool
make_from(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, uint32_t number, int fd, struct sidecar *old,
    struct buffer *into, struct index_result *result)
{
	struct indexing *indexing = memory_resize(NULL, 1, sizeof(*indexing));
	struct index_draft *draft = &indexing->draft;
	struct scan_start start;
	bool usable;

	memset(indexing, 0, offsetof(struct indexing, window));
	indexing->plan = plan;
	indexing->scan = &result->scan;
	index_draft_init(draft, arena, result->path, fd);
	draft->into = into;
	draft->header.settings = plan->settings;
	usable = sidecar_source_look(fd, &draft->header.source) ||
	    fail(result, "not written: the file cannot be read");
	if (usable && old)
		usable = begin_again(indexing, old, &start);
	else if (usable)
		begin_new(indexing);
	if (usable &&
	    make(indexing, scanner, number, old ? &start : NULL, result))
		result->outcome = old ? INDEX_EXTENDED : INDEX_MADE;
	/* Nobody stops a run of this kind: a place was none. */
	if (usable && old && !draft->whole) {
		scan_result_destroy(&result->scan);
		usable = false;
	}
	index_draft_destroy(draft);
	buffer_destroy(&indexing->state);
	buffer_destroy(&indexing->scratch);
	memory_free(indexing);
	return usable;
}

void
index_file_make(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, uint32_t number, int fd, struct sidecar *old,
    struct buffer *into, struct index_result *result)
{
	if (!old ||
	    !make_from(arena, plan, scanner, number, fd, old, into, result))
		make_from(arena, plan, scanner, number, fd, NULL, into, result);
}

/* FD is the file, locked. */
static void
renew(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, uint32_t number, int fd,
    struct index_result *result)
{
	enum sidecar_state state;
	struct sidecar old;
	struct fault fault;

	state =
	    sidecar_open(&old, result->path.ptr, fd, plan->settings, &fault);
	if (state == SIDECAR_VALID && sidecar_is_sound(&old)) {
		result->outcome = INDEX_KEPT;
		result->blocks = old.blocks;
		result->bytes = sidecar_length(&old);
	} else {
		index_file_make(arena, plan, scanner, number, fd,
		    state == SIDECAR_GROWN ? &old : NULL, NULL, result);
	}
	if (state == SIDECAR_VALID || state == SIDECAR_GROWN)
		sidecar_close(&old);
}

static enum flow
ignore_record(void *ctx, const struct record *rec)
{
	(void)ctx;
	(void)rec;
	return FLOW_MORE;
}

bool
index_file_begin(struct arena *arena, const struct index_plan *plan,
    uint32_t number, struct index_result *result)
{
	const struct archive_file *file = &plan->scan->archive->files[number];

	*result = (struct index_result){.outcome = INDEX_NONE,
	    .source = file->size,
	    .scan = {.stray = DAY_NONE}};
	if (file->size == 0)
		return false;
	result->path = sidecar_path(arena, plan->dir, file->path);
	if (result->path.len > 0)
		return true;
	result->outcome = INDEX_FAILED;
	return fault_set(&result->fault, "%.*s: no side file can be named: %m",
	    STR_ARG(file->path));
}

void
index_file(struct arena *arena, const struct index_plan *plan,
    struct scanner *scanner, uint32_t number, struct index_result *result)
{
	const struct archive_file *file = &plan->scan->archive->files[number];
	int fd;

	if (!index_file_begin(arena, plan, number, result))
		return;
	fd = open(file->path.ptr, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		int error = errno;

		/* The scan says why, as any query does; if it can still. */
		scan_file(scanner, number, ignore_record, NULL, &result->scan);
		if (result->scan.fault_total == 0)
			fail(result, strerror(error));
		return;
	}
	/* A file system that knows no locks lets two runs do the same work. */
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		result->outcome = INDEX_BUSY;
	else
		renew(arena, plan, scanner, number, fd, result);
	close(fd);
}

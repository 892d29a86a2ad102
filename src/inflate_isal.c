/* SPDX-License-Identifier: MIT */
/* ISA-L as an unpacker, one deflate block at a time. Each block's header is
 * judged before ISA-L sees it, and is shown to it as the stream's last, so
 * that it stops at the block's end:
 *
 *     in:   ... | header | data | header | data ...
 *                 ^ bit           ^ ISA-L stops here, gives back what it
 *                 final = 1         read ahead
 *
 * What ISA-L may look back at (32 KiB) is then given as its dictionary. */
#ifdef MTRACK_HAVE_ISAL

#include "mtrack/inflate.h"

#include <isa-l.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "mtrack/arena.h"
#include "mtrack/deflate.h"

#define HISTORY 32768u
/* ISA-L builds slower tables when little input is left at a block's begin. */
#define INPUT_LEAST 8192u
#define CALL_MOST   (1u << 30)
/* A stream that was flushed again and again has blocks so small that zlib is
 * faster: below this mean of bytes in its first blocks. */
#define TRIAL_BLOCKS 64u
#define TRIAL_MEAN   256u

#define TEXT(macro)  TEXT_(macro)
#define TEXT_(macro) #macro

struct unpacking {
	struct inflate_state isal;
	enum {
		AT_HEADER,
		IN_BLOCK,
		IN_STORED,
	} stage;
	bool final;   /* the block is the stream's last */
	unsigned bit; /* of in[0], where the next header begins */
	size_t stored;
	unsigned blocks;      /* begun so far, up to TRIAL_BLOCKS */
	uint64_t given;       /* bytes before fresh */
	unsigned char *fresh; /* what this call gave begins here */
	size_t kept;          /* bytes of history before that */
	unsigned char history[2 * HISTORY];
};

static void *
isal_open(void)
{
	struct unpacking *un = memory_resize(NULL, 1, sizeof(*un));

	isal_inflate_init(&un->isal);
	un->isal.crc_flag = ISAL_DEFLATE;
	return un;
}

static void
isal_begin(void *state)
{
	struct unpacking *un = state;

	un->stage = AT_HEADER;
	un->final = false;
	un->bit = 0;
	un->blocks = 0;
	un->given = 0;
	un->kept = 0;
}

/* Moves more than 32 KiB at a time, so that small blocks cost little. */
static void
history_add(struct unpacking *un, const unsigned char *bytes, size_t count)
{
	if (count > HISTORY) {
		bytes += count - HISTORY;
		count = HISTORY;
	}
	if (un->kept + count > sizeof(un->history)) {
		size_t keep = HISTORY - count;

		memmove(un->history, un->history + un->kept - keep, keep);
		un->kept = keep;
	}
	memcpy(un->history + un->kept, bytes, count);
	un->kept += count;
}

static void
isal_resume(void *state, unsigned bit, const unsigned char *window, size_t len)
{
	struct unpacking *un = state;

	isal_begin(un);
	un->bit = bit;
	if (len)
		history_add(un, window, len);
}

static size_t
isal_history(void *state, unsigned char *to)
{
	struct unpacking *un = state;
	size_t len = un->kept < HISTORY ? un->kept : HISTORY;

	memcpy(to, un->history + un->kept - len, len);
	return len;
}

/* What was given up to OUT becomes history. */
static void
history_keep(struct unpacking *un, unsigned char *out)
{
	history_add(un, un->fresh, (size_t)(out - un->fresh));
	un->given += (size_t)(out - un->fresh);
	un->fresh = out;
}

/* The last 32 KiB given before OUT, or all; *len is their length. */
static unsigned char *
history_last(struct unpacking *un, unsigned char *out, size_t *len)
{
	*len = HISTORY;
	if ((size_t)(out - un->fresh) >= HISTORY)
		return out - HISTORY;
	history_keep(un, out);
	if (un->kept < HISTORY)
		*len = un->kept;
	return un->history + un->kept - *len;
}

static void
use_input(struct inflate_io *io, size_t count)
{
	io->in += count;
	io->in_len -= count;
}

static void
skip_bits(struct unpacking *un, struct inflate_io *io, size_t bits)
{
	bits += un->bit;
	use_input(io, bits / 8);
	un->bit = bits % 8;
}

/* The first byte goes in as bits, the lowest set: "this is the last". */
static bool
block_begin(struct unpacking *un, struct inflate_io *io)
{
	size_t len;
	unsigned char *history = history_last(un, io->out, &len);

	isal_inflate_reset(&un->isal);
	un->isal.read_in = (uint64_t)(io->in[0] >> un->bit) | 1;
	un->isal.read_in_length = 8 - (int32_t)un->bit;
	use_input(io, 1);
	un->stage = IN_BLOCK;
	return isal_inflate_set_dict(&un->isal, history, (uint32_t)len) ==
	    ISAL_DECOMP_OK;
}

/* What was read ahead is given back, to the bit. */
static void
block_end(struct unpacking *un, struct inflate_io *io)
{
	size_t ahead = (size_t)un->isal.read_in_length;
	size_t bytes = (ahead + 7) / 8;

	io->in -= bytes;
	io->in_len += bytes;
	un->bit = (unsigned)(bytes * 8 - ahead);
	un->stage = AT_HEADER;
}

/* Whether the stream is better left to zlib. */
static bool
is_flushed_often(struct unpacking *un, const struct inflate_io *io)
{
	if (un->blocks >= TRIAL_BLOCKS || ++un->blocks < TRIAL_BLOCKS)
		return false;
	return un->given + (size_t)(io->out - un->fresh) <
	    TRIAL_BLOCKS * TRIAL_MEAN;
}

/* False when zlib has to be asked. */
static bool
header(struct unpacking *un, struct inflate_io *io)
{
	struct deflate_header header;

	if (is_flushed_often(un, io))
		return false;
	if (deflate_header(io->in, io->in_len, un->bit, &header) !=
	    DEFLATE_SOUND)
		return false;
	un->final = header.final;
	if (header.kind == DEFLATE_STORED || header.empty) {
		skip_bits(un, io, header.bits);
		un->stored = header.stored;
		un->stage = header.stored ? IN_STORED : AT_HEADER;
		return true;
	}
	return block_begin(un, io);
}

static bool
coded(struct unpacking *un, struct inflate_io *io)
{
	size_t in = io->in_len < CALL_MOST ? io->in_len : CALL_MOST;
	size_t out = io->out_len < CALL_MOST ? io->out_len : CALL_MOST;
	size_t given;
	int answer;

	/* ISA-L's next_in has no const, but nothing is written there. */
	memcpy(&un->isal.next_in, &io->in, sizeof(un->isal.next_in));
	un->isal.avail_in = (uint32_t)in;
	un->isal.next_out = io->out;
	un->isal.avail_out = (uint32_t)out;
	answer = isal_inflate(&un->isal);
	/* With an error ISA-L counts a match it did not copy as output: what
	 * this call gave is worth nothing. */
	if (answer != ISAL_DECOMP_OK)
		return false;
	given = out - un->isal.avail_out;
	use_input(io, in - un->isal.avail_in);
	io->out += given;
	io->out_len -= given;
	if (un->isal.block_state == ISAL_BLOCK_FINISH)
		block_end(un, io);
	return true;
}

static void
stored(struct unpacking *un, struct inflate_io *io)
{
	size_t count = un->stored;

	if (count > io->in_len)
		count = io->in_len;
	if (count > io->out_len)
		count = io->out_len;
	memcpy(io->out, io->in, count);
	use_input(io, count);
	io->out += count;
	io->out_len -= count;
	un->stored -= count;
	if (un->stored == 0)
		un->stage = AT_HEADER;
}

static bool
step(struct unpacking *un, struct inflate_io *io)
{
	switch (un->stage) {
	case AT_HEADER:
		return header(un, io);
	case IN_BLOCK:
		return coded(un, io);
	case IN_STORED:
		stored(un, io);
	}
	return true;
}

/* Whether the stage can go on with what is there. */
static bool
is_fed(const struct unpacking *un, const struct inflate_io *io)
{
	if (un->stage == AT_HEADER)
		return io->last || io->in_len >= INPUT_LEAST;
	return io->in_len > 0 && io->out_len > 0;
}

static enum inflate_answer
advance(struct unpacking *un, struct inflate_io *io)
{
	/* ISA-L may hold bytes back for want of room: it is asked again even
	 * when no input is left. */
	if (un->stage == IN_BLOCK && io->out_len && !coded(un, io))
		return INFLATE_BAD;
	for (;;) {
		size_t before = io->in_len;

		if (un->stage == AT_HEADER && un->final) {
			use_input(io, un->bit ? 1 : 0);
			un->bit = 0;
			return INFLATE_DONE;
		}
		if (un->stage == AT_HEADER && io->stop) {
			io->edge = io->in;
			io->bit = un->bit;
			return INFLATE_EDGE;
		}
		if (!is_fed(un, io))
			return INFLATE_MORE;
		if (!step(un, io))
			return INFLATE_BAD;
		if (un->stage == IN_BLOCK && io->in_len == before)
			return INFLATE_MORE;
	}
}

static enum inflate_answer
isal_run(void *state, struct inflate_io *io)
{
	struct unpacking *un = state;
	enum inflate_answer answer;

	un->fresh = io->out;
	answer = advance(un, io);
	history_keep(un, io->out);
	return answer;
}

static void
isal_close(void *state)
{
	memory_free(state);
}

static uint32_t
isal_crc(uint32_t crc, const unsigned char *bytes, size_t count)
{
	return crc32_gzip_refl(crc, bytes, count);
}

/* clang-format off */
const struct inflate_ops inflate_isal = {
    .name = "ISA-L " TEXT(ISAL_MAJOR_VERSION) "." TEXT(ISAL_MINOR_VERSION) "."
        TEXT(ISAL_PATCH_VERSION),
    .open = isal_open,
    .begin = isal_begin,
    .resume = isal_resume,
    .history = isal_history,
    .run = isal_run,
    .close = isal_close,
    .crc = isal_crc,
};
/* clang-format on */

#else

typedef int inflate_isal_is_not_built;

#endif

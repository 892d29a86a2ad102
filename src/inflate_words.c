/* SPDX-License-Identifier: MIT */
/* The fast unpacker. What deflate looks back at has to stand before what is
 * made. So the first 32 KiB of each call are made here, behind those of the
 * calls before, and copied out; what follows is made where it is wanted, and
 * its end copied in. How much a call makes is only known when its last match
 * ends, so the last of it is made here again:
 *
 *     window:  | history, 32 KiB | made, 32 KiB | beyond |
 *                                ^      ^ given    ^ len
 *     output:                    | copied | made in place | copied | */
#include "mtrack/inflate.h"

#ifdef MTRACK_HAVE_ISAL
#include <isa-l.h>
#include <isa-l/crc.h>
#else
#include <zlib.h>
#endif

#include "mtrack/arena.h"
#include "mtrack/deflate.h"
#include "mtrack/deflate_steps.h"

#define WINDOW DEFLATE_WINDOW

#ifdef MTRACK_HAVE_ISAL
#define TEXT(macro)  TEXT_(macro)
#define TEXT_(macro) #macro
#define CRC_BY                                                                 \
	"ISA-L " TEXT(ISAL_MAJOR_VERSION) "." TEXT(                            \
	    ISAL_MINOR_VERSION) "." TEXT(ISAL_PATCH_VERSION)
#else
#define CRC_BY "zlib " ZLIB_VERSION
#endif

struct unpacking {
	enum {
		AT_HEADER,
		IN_BLOCK,
		IN_STORED,
	} stage;
	bool final;           /* the block is the stream's last */
	bool fixed;           /* the codes are the fixed ones */
	unsigned bit;         /* of in[0]: the first not used */
	size_t stored;        /* bytes left in the block */
	size_t behind;        /* bytes of history */
	size_t len;           /* bytes made behind it ... */
	size_t given;         /* ... and of them given */
	bool in_place;        /* what was made last is not here yet */
	unsigned char *fresh; /* what this call gave begins here */
	const struct deflate_way *way;
	struct deflate_code code;
	unsigned char window[2 * WINDOW + DEFLATE_BEYOND];
};

static void
words_begin(void *state)
{
	struct unpacking *un = state;

	un->stage = AT_HEADER;
	un->final = false;
	un->bit = 0;
	un->behind = un->len = un->given = 0;
	un->in_place = false;
}

static void *
words_open(void)
{
	struct unpacking *un = memory_resize(NULL, 1, sizeof(*un));

	un->fixed = false;
	un->way = deflate_way_best();
	words_begin(un);
	return un;
}

static void
words_resume(void *state, unsigned bit, const unsigned char *window, size_t len)
{
	struct unpacking *un = state;

	words_begin(un);
	un->bit = bit;
	un->behind = len;
	if (len)
		memcpy(un->window + WINDOW - len, window, len);
}

static size_t
words_history(void *state, unsigned char *to)
{
	struct unpacking *un = state;
	size_t len = un->behind + un->given;

	if (len > WINDOW)
		len = WINDOW;
	memcpy(to, un->window + WINDOW + un->given - len, len);
	return len;
}

/* The last 32 KiB before END become the history. */
static void
history_set(struct unpacking *un, const unsigned char *end)
{
	memmove(un->window, end - WINDOW, WINDOW);
	un->behind = WINDOW;
	un->len = un->given = 0;
	un->in_place = false;
}

static void
give(struct unpacking *un, struct inflate_io *io)
{
	size_t count = un->len - un->given;

	if (count > io->out_len)
		count = io->out_len;
	memcpy(io->out, un->window + WINDOW + un->given, count);
	un->given += count;
	io->out += count;
	io->out_len -= count;
}

/* Where to make more. All that was made is given. */
static struct deflate_place
place_of(struct unpacking *un, const struct inflate_io *io)
{
	struct deflate_place place = {
	    .in = io->in, .in_end = io->in + io->in_len, .bit = un->bit};
	size_t room = WINDOW;

	if ((size_t)(io->out - un->fresh) >= WINDOW &&
	    io->out_len > DEFLATE_BEYOND) {
		un->in_place = true;
		place.out = io->out;
		place.out_end = io->out + io->out_len - DEFLATE_BEYOND;
		place.behind = WINDOW;
		return place;
	}
	if (un->in_place)
		history_set(un, io->out);
	else if (un->len >= WINDOW)
		history_set(un, un->window + WINDOW + un->len);
	if (room > un->len + io->out_len)
		room = un->len + io->out_len;
	place.out = un->window + WINDOW + un->len;
	place.out_end = un->window + WINDOW + room;
	place.behind = un->behind + un->len;
	return place;
}

/* Unpacking stands at PLACE. */
static void
place_take(struct unpacking *un, struct inflate_io *io,
    const struct deflate_place *place)
{
	io->in = place->in;
	io->in_len = (size_t)(place->in_end - place->in);
	un->bit = place->bit;
	if (un->in_place) {
		io->out_len -= (size_t)(place->out - io->out);
		io->out = place->out;
	} else {
		un->len = (size_t)(place->out - un->window) - WINDOW;
	}
}

/* False when zlib has to be asked. */
static bool
header(struct unpacking *un, struct inflate_io *io)
{
	struct deflate_header header;
	size_t bits;

	if (deflate_header(io->in, io->in_len, un->bit, &header) !=
	    DEFLATE_SOUND)
		return false;
	un->final = header.final;
	bits = un->bit + header.bits;
	io->in += bits / 8;
	io->in_len -= bits / 8;
	un->bit = bits % 8;
	if (header.kind == DEFLATE_STORED || header.empty) {
		un->stored = header.stored;
		un->stage = header.stored ? IN_STORED : AT_HEADER;
		return true;
	}
	if (header.kind != DEFLATE_FIXED || !un->fixed)
		deflate_code_build(&un->code, &header);
	un->fixed = header.kind == DEFLATE_FIXED;
	un->stage = IN_BLOCK;
	return true;
}

static enum deflate_steps
stored(struct unpacking *un, struct deflate_place *place)
{
	size_t count = (size_t)(place->in_end - place->in);
	size_t room = (size_t)(place->out_end - place->out);

	if (count > un->stored)
		count = un->stored;
	if (count > room)
		count = room;
	memcpy(place->out, place->in, count);
	place->in += count;
	place->out += count;
	un->stored -= count;
	return un->stored ? DEFLATE_MORE : DEFLATE_DONE;
}

/* Makes more of a block; INFLATE_EDGE when that may go on. */
static enum inflate_answer
make(struct unpacking *un, struct inflate_io *io)
{
	struct deflate_place place = place_of(un, io);
	enum deflate_steps answer = un->stage == IN_STORED
	    ? stored(un, &place)
	    : deflate_steps(un->way, &un->code, &place, io->last);
	bool full = place.out >= place.out_end;

	if (answer == DEFLATE_BAD)
		return INFLATE_BAD;
	place_take(un, io, &place);
	if (answer == DEFLATE_DONE)
		un->stage = AT_HEADER;
	return answer == DEFLATE_DONE || full ? INFLATE_EDGE : INFLATE_MORE;
}

/* The same at a block's header. */
static enum inflate_answer
begin_block(struct unpacking *un, struct inflate_io *io)
{
	if (!io->last && io->in_len < DEFLATE_HEADER_BYTES)
		return INFLATE_MORE;
	return header(un, io) ? INFLATE_EDGE : INFLATE_BAD;
}

static enum inflate_answer
advance(struct unpacking *un, struct inflate_io *io)
{
	enum inflate_answer answer;

	do {
		give(un, io);
		if (un->given < un->len)
			return INFLATE_MORE;
		if (un->stage == AT_HEADER && un->final) {
			io->in += un->bit ? 1 : 0;
			io->in_len -= un->bit ? 1 : 0;
			un->bit = 0;
			return INFLATE_DONE;
		}
		if (un->stage == AT_HEADER && io->stop) {
			io->edge = io->in;
			io->bit = un->bit;
			return INFLATE_EDGE;
		}
		if (un->stage == AT_HEADER)
			answer = begin_block(un, io);
		else
			answer = io->out_len ? make(un, io) : INFLATE_MORE;
	} while (answer == INFLATE_EDGE);
	give(un, io);
	return answer;
}

static enum inflate_answer
words_run(void *state, struct inflate_io *io)
{
	struct unpacking *un = state;
	enum inflate_answer answer;

	un->fresh = io->out;
	answer = advance(un, io);
	if (un->in_place)
		history_set(un, io->out);
	return answer;
}

static void
words_close(void *state)
{
	memory_free(state);
}

static uint32_t
words_crc(uint32_t crc, const unsigned char *bytes, size_t count)
{
#ifdef MTRACK_HAVE_ISAL
	return crc32_gzip_refl(crc, bytes, count);
#else
	return (uint32_t)crc32_z(crc, bytes, count);
#endif
}

/* clang-format off */
const struct inflate_ops inflate_words = {
    .name = "mtrack itself, checksums by " CRC_BY,
    .open = words_open,
    .begin = words_begin,
    .resume = words_resume,
    .history = words_history,
    .run = words_run,
    .close = words_close,
    .crc = words_crc,
};
/* clang-format on */

/* SPDX-License-Identifier: MIT */
/* zlib as an unpacker: the fallback, and the judge of damage. */
#include "mtrack/inflate.h"

#include <limits.h>

#include "mtrack/arena.h"
#include "mtrack/zmemory.h"

struct unpacking {
	z_stream stream;
	bool bad;     /* the data was found wrong: nothing moves any more */
	unsigned bit; /* where in the first byte the stream goes on */
};

static uInt
fit(size_t count)
{
	return count < UINT_MAX ? (uInt)count : UINT_MAX;
}

static void *
zlib_open(void)
{
	struct unpacking *un = memory_resize(NULL, 1, sizeof(*un));

	*un = (struct unpacking){
	    .stream = {.zalloc = zmemory_take, .zfree = zmemory_give}};
	/* Cannot fail: memory is the only thing it needs. */
	inflateInit2(&un->stream, -MAX_WBITS);
	return un;
}

static void
zlib_begin(void *state)
{
	struct unpacking *un = state;

	inflateReset(&un->stream);
	un->bad = false;
	un->bit = 0;
}

/* Neither can fail: the stream is a raw one and at its beginning. */
static void
zlib_resume(void *state, unsigned bit, const unsigned char *window, size_t len)
{
	struct unpacking *un = state;

	zlib_begin(un);
	un->bit = bit;
	if (len)
		inflateSetDictionary(&un->stream, window, fit(len));
}

static size_t
zlib_history(void *state, unsigned char *to)
{
	struct unpacking *un = state;
	uInt len = 0;

	inflateGetDictionary(&un->stream, to, &len);
	return len;
}

/* The bits of the first byte that are the stream's. */
static void
take_first_bits(struct unpacking *un, struct inflate_io *io)
{
	inflatePrime(&un->stream, 8 - (int)un->bit, io->in[0] >> un->bit);
	io->in++;
	io->in_len--;
	un->bit = 0;
}

/* How a call ended with Z_BLOCK (zlib.h, inflate): behind a block, and whether
 * that was the last one. */
static bool
is_behind_block(const z_stream *stream, bool last)
{
	return (stream->data_type & 128) &&
	    last == ((stream->data_type & 64) != 0);
}

static int
inflate_on(z_stream *stream, bool stop)
{
	int answer = inflate(stream, stop ? Z_BLOCK : Z_NO_FLUSH);

	if (stop && answer == Z_OK && is_behind_block(stream, true))
		answer = inflate(stream, Z_NO_FLUSH);
	return answer;
}

static void
find_edge(const z_stream *stream, struct inflate_io *io)
{
	size_t held = (size_t)stream->data_type & 63;
	size_t bytes = (held + 7) / 8;

	io->edge = io->in - bytes;
	io->bit = (unsigned)(bytes * 8 - held);
}

/* zlib may hold bits of input that it did not use; data_type says how many
 * (zlib.h, inflate with Z_BLOCK). How many is a matter of how the input was
 * cut, the first unused bit is not. */
static void
give_back(const z_stream *stream, struct inflate_io *io)
{
	size_t held = ((size_t)stream->data_type & 63) + 7;

	io->in -= held / 8;
	io->in_len += held / 8;
}

static enum inflate_answer
zlib_run(void *state, struct inflate_io *io)
{
	struct unpacking *un = state;
	z_stream *stream = &un->stream;
	uInt in, out;
	int answer;

	if (un->bad)
		return INFLATE_BAD;
	if (un->bit && io->in_len)
		take_first_bits(un, io);
	in = fit(io->in_len);
	out = fit(io->out_len);
	stream->next_in = io->in;
	stream->avail_in = in;
	stream->next_out = io->out;
	stream->avail_out = out;
	answer = inflate_on(stream, io->stop);
	io->in += in - stream->avail_in;
	io->in_len -= in - stream->avail_in;
	io->out += out - stream->avail_out;
	io->out_len -= out - stream->avail_out;
	if (answer == Z_STREAM_END)
		return INFLATE_DONE;
	if (io->stop && answer == Z_OK && is_behind_block(stream, false)) {
		find_edge(stream, io);
		return INFLATE_EDGE;
	}
	if (answer == Z_OK || answer == Z_BUF_ERROR)
		return INFLATE_MORE;
	un->bad = true;
	give_back(stream, io);
	return INFLATE_BAD;
}

static void
zlib_close(void *state)
{
	struct unpacking *un = state;

	inflateEnd(&un->stream);
	memory_free(un);
}

static uint32_t
zlib_crc(uint32_t crc, const unsigned char *bytes, size_t count)
{
	return (uint32_t)crc32_z(crc, bytes, count);
}

const struct inflate_ops inflate_zlib = {
    .name = "zlib " ZLIB_VERSION,
    .open = zlib_open,
    .begin = zlib_begin,
    .resume = zlib_resume,
    .history = zlib_history,
    .run = zlib_run,
    .close = zlib_close,
    .crc = zlib_crc,
};

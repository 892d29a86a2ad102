/* SPDX-License-Identifier: MIT */
/* zlib as an unpacker: the fallback, and the judge of damage. */
#include "mtrack/inflate.h"

#define ZLIB_CONST /* next_in is const */
#include <limits.h>
#include <zlib.h>

#include "mtrack/arena.h"

struct unpacking {
	z_stream stream;
	bool bad; /* the data was found wrong: nothing moves any more */
};

static voidpf
allocate(voidpf opaque, uInt count, uInt size)
{
	(void)opaque;
	return memory_resize(NULL, count, size);
}

static void
release(voidpf opaque, voidpf address)
{
	(void)opaque;
	memory_free(address);
}

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
	    .stream = {.zalloc = allocate, .zfree = release}};
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
	uInt in = fit(io->in_len);
	uInt out = fit(io->out_len);
	int answer;

	if (un->bad)
		return INFLATE_BAD;
	stream->next_in = io->in;
	stream->avail_in = in;
	stream->next_out = io->out;
	stream->avail_out = out;
	answer = inflate(stream, Z_NO_FLUSH);
	io->in += in - stream->avail_in;
	io->in_len -= in - stream->avail_in;
	io->out += out - stream->avail_out;
	io->out_len -= out - stream->avail_out;
	if (answer == Z_STREAM_END)
		return INFLATE_DONE;
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
    .run = zlib_run,
    .close = zlib_close,
    .crc = zlib_crc,
};

/* SPDX-License-Identifier: MIT */
/* The 32 KiB that deflate may look back at, made small. Which bytes are used
 * is seen without looking into the unpacker: what stands behind is unpacked
 * with three made-up windows,
 *
 *     position       0  1  2  ...  255  256 ...
 *     first          0  1  2  ...  255    0 ...   the low byte
 *     second         0  0  0  ...    0    1 ...   the high byte
 *     third        255 254 253 ...   0  255 ...   the first, inverted
 *
 * and where the first and the third answer differ, the byte is a copy of the
 * window's at first | second << 8. */
#include "mtrack/window.h"

#include "mtrack/arena.h"
#include "mtrack/inflate.h"
#include "mtrack/zmemory.h"

#define WINDOW ENTRYPOINT_WINDOW

struct thinning {
	void *state;
	struct str packed;
	unsigned bit;
	unsigned char made[WINDOW];
	unsigned char answers[3][WINDOW];
	bool used[WINDOW];
};

/* Unpacks with the window that was made; how many bytes came. */
static size_t
unpack(struct thinning *thinning, size_t len, unsigned char *to)
{
	struct inflate_io io = {
	    .in = (const unsigned char *)thinning->packed.ptr,
	    .in_len = thinning->packed.len,
	    .last = true,
	    .out = to,
	    .out_len = WINDOW};

	inflate_zlib.resume(
	    thinning->state, thinning->bit, thinning->made, len);
	if (inflate_zlib.run(thinning->state, &io) == INFLATE_BAD)
		return 0;
	return WINDOW - io.out_len;
}

static unsigned char
mark(int way, size_t position)
{
	switch (way) {
	case 0:
		return (unsigned char)position;
	case 1:
		return (unsigned char)(position >> 8);
	default:
		return (unsigned char)~position;
	}
}

/* Whether it could be told what is used. */
static bool
find_used(struct thinning *thinning, size_t len)
{
	size_t count[3];

	for (int way = 0; way < 3; way++) {
		for (size_t i = 0; i < len; i++)
			thinning->made[i] = mark(way, i);
		count[way] = unpack(thinning, len, thinning->answers[way]);
	}
	/* Fewer bytes are enough only where the stream ends with them, which
	 * is not worth finding out. */
	if (count[0] < WINDOW || count[1] < WINDOW || count[2] < WINDOW)
		return false;
	for (size_t i = 0; i < WINDOW; i++) {
		size_t low = thinning->answers[0][i];
		size_t high = thinning->answers[1][i];

		if (low != thinning->answers[2][i])
			thinning->used[low | high << 8] = true;
	}
	return true;
}

void
window_thin(unsigned char *window, size_t len, struct str packed, unsigned bit)
{
	struct thinning *thinning = memory_resize(NULL, 1, sizeof(*thinning));

	thinning->state = inflate_zlib.open();
	thinning->packed = packed;
	thinning->bit = bit;
	memset(thinning->used, 0, sizeof(thinning->used));
	if (find_used(thinning, len))
		for (size_t i = 0; i < len; i++)
			if (!thinning->used[i])
				window[i] = 0;
	inflate_zlib.close(thinning->state);
	memory_free(thinning);
}

void
window_pack(const unsigned char *window, size_t len, struct buffer *out)
{
	z_stream stream = {.zalloc = zmemory_take, .zfree = zmemory_give};
	uLong most;

	/* Cannot fail: the settings are good, and there is room for all. */
	deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
	    Z_DEFAULT_STRATEGY);
	most = deflateBound(&stream, (uLong)len);
	buffer_reserve(out, most);
	stream.next_in = window;
	stream.avail_in = (uInt)len;
	stream.next_out = (Bytef *)out->ptr + out->len;
	stream.avail_out = (uInt)most;
	deflate(&stream, Z_FINISH);
	out->len += most - stream.avail_out;
	deflateEnd(&stream);
}

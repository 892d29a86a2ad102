/* SPDX-License-Identifier: MIT */
/* The 32 KiB that deflate may look back at, made small. Which bytes are used
 * is seen without looking into the unpacker: what stands behind is unpacked
 * with two made-up windows,
 *
 *     position       0  1  2  ...  254  255  256  257 ...
 *     first          0  1  2  ...  254  255    0    1 ...   the low byte
 *     second         1  2  3  ...  255    0    2    3 ...   that, the high
 *                                                           byte, and one
 *
 * and where the answers differ, the byte is a copy of the window's at that
 * place: high bytes are below 128, so no place has the same byte in both. */
#include "mtrack/window.h"

#include "mtrack/arena.h"
#include "mtrack/inflate.h"

#define WINDOW ENTRYPOINT_WINDOW
#define HIGHS  (WINDOW >> 8) /* high bytes */

struct thinning {
	const struct inflate_ops *ops;
	void *state;
	struct str packed;
	unsigned bit;
	unsigned char made[WINDOW];
	unsigned char answers[2][WINDOW];
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

	thinning->ops->resume(
	    thinning->state, thinning->bit, thinning->made, len);
	if (thinning->ops->run(thinning->state, &io) == INFLATE_BAD)
		return 0;
	return WINDOW - io.out_len;
}

static void
make_up(unsigned char *window, size_t len, bool second)
{
	for (size_t i = 0; i < len; i++)
		window[i] = (unsigned char)(second ? i + (i >> 8) + 1 : i);
}

/* Whether it could be told what is used. */
static bool
find_used(struct thinning *thinning, size_t len)
{
	size_t count[2];

	for (int way = 0; way < 2; way++) {
		make_up(thinning->made, len, way == 1);
		count[way] = unpack(thinning, len, thinning->answers[way]);
	}
	/* Fewer bytes are enough only where the stream ends with them, which
	 * is not worth finding out. */
	if (count[0] < WINDOW || count[1] < WINDOW)
		return false;
	for (size_t i = 0; i < WINDOW; i++) {
		unsigned char low = thinning->answers[0][i];
		unsigned char apart =
		    (unsigned char)(thinning->answers[1][i] - low);

		if (apart > HIGHS)
			return false;
		if (apart)
			thinning->used[(size_t)(apart - 1) << 8 | low] = true;
	}
	return true;
}

static bool
find_used_by(
    struct thinning *thinning, const struct inflate_ops *ops, size_t len)
{
	bool found;

	thinning->ops = ops;
	thinning->state = ops->open();
	memset(thinning->used, 0, sizeof(thinning->used));
	found = find_used(thinning, len);
	ops->close(thinning->state);
	return found;
}

void
window_thin(unsigned char *window, size_t len, struct str packed, unsigned bit)
{
	struct thinning *thinning = memory_resize(NULL, 1, sizeof(*thinning));
	bool found = false;

	thinning->packed = packed;
	thinning->bit = bit;
#ifdef MTRACK_HAVE_ISAL
	found = find_used_by(thinning, &inflate_isal, len);
#endif
	if (!found)
		found = find_used_by(thinning, &inflate_zlib, len);
	for (size_t i = 0; found && i < len; i++)
		if (!thinning->used[i])
			window[i] = 0;
	memory_free(thinning);
}

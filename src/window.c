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

/* The faster one first. */
static const struct inflate_ops *const unpackers[] = {
    &inflate_words,
    &inflate_zlib,
};

#define UNPACKERS (sizeof(unpackers) / sizeof(unpackers[0]))

struct window_thinner {
	void *states[UNPACKERS]; /* NULL: not opened yet */
	struct str packed;
	unsigned bit;
	unsigned char made[WINDOW];
	unsigned char answers[2][WINDOW];
	bool used[WINDOW];
};

/* Unpacks by unpacker WHICH with the window that was made; how many bytes
 * came. */
static size_t
unpack(
    struct window_thinner *thinner, size_t which, size_t len, unsigned char *to)
{
	const struct inflate_ops *ops = unpackers[which];
	void *state = thinner->states[which];
	struct inflate_io io = {
	    .in = (const unsigned char *)thinner->packed.ptr,
	    .in_len = thinner->packed.len,
	    .last = true,
	    .out = to,
	    .out_len = WINDOW};

	ops->resume(state, thinner->bit, thinner->made, len);
	if (ops->run(state, &io) == INFLATE_BAD)
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
find_used(struct window_thinner *thinner, size_t which, size_t len)
{
	size_t count[2];

	if (!thinner->states[which])
		thinner->states[which] = unpackers[which]->open();
	memset(thinner->used, 0, sizeof(thinner->used));
	for (int way = 0; way < 2; way++) {
		make_up(thinner->made, len, way == 1);
		count[way] = unpack(thinner, which, len, thinner->answers[way]);
	}
	/* Fewer bytes are enough only where the stream ends with them, which
	 * is not worth finding out. */
	if (count[0] < WINDOW || count[1] < WINDOW)
		return false;
	for (size_t i = 0; i < WINDOW; i++) {
		unsigned char low = thinner->answers[0][i];
		unsigned char apart =
		    (unsigned char)(thinner->answers[1][i] - low);

		if (apart > HIGHS)
			return false;
		if (apart)
			thinner->used[(size_t)(apart - 1) << 8 | low] = true;
	}
	return true;
}

void
window_thin(struct window_thinner *thinner, unsigned char *window, size_t len,
    struct str packed, unsigned bit)
{
	bool found = false;

	thinner->packed = packed;
	thinner->bit = bit;
	for (size_t which = 0; !found && which < UNPACKERS; which++)
		found = find_used(thinner, which, len);
	for (size_t i = 0; found && i < len; i++)
		if (!thinner->used[i])
			window[i] = 0;
}

struct window_thinner *
window_thinner_new(void)
{
	struct window_thinner *thinner =
	    memory_resize(NULL, 1, sizeof(*thinner));

	memset(thinner->states, 0, sizeof(thinner->states));
	return thinner;
}

void
window_thinner_free(struct window_thinner *thinner)
{
	for (size_t which = 0; thinner && which < UNPACKERS; which++)
		if (thinner->states[which])
			unpackers[which]->close(thinner->states[which]);
	memory_free(thinner);
}

/* SPDX-License-Identifier: MIT */
/* Gzip files for mutate.c: made in many ways, and judged by zlib once they are
 * damaged. */
#ifndef PACKING_H
#define PACKING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct text {
	char *ptr;
	size_t len;
};

/* What zlib says of a file. */
enum packing_state {
	PACKING_SOUND,
	PACKING_CUT, /* the last member's end is missing */
	PACKING_DAMAGED,
	PACKING_NONE, /* the first bytes are not gzip's */
};

/* How a member is made. */
struct packing_way {
	int level;
	int strategy;
	int flush;   /* Z_BLOCK, Z_FULL_FLUSH ... */
	size_t step; /* after so many bytes each */
};

static inline void
packing_room(struct text *text, size_t more)
{
	text->ptr = realloc(text->ptr, text->len + more);
	if (!text->ptr)
		abort();
}

/* One member of BYTES behind OUT. */
static inline void
packing_member(
    struct text *out, struct text bytes, const struct packing_way *way)
{
	z_stream stream = {.zalloc = Z_NULL};
	int answer;

	if (deflateInit2(
		&stream, way->level, Z_DEFLATED, 31, 8, way->strategy) != Z_OK)
		abort();
	do {
		size_t count = bytes.len < way->step ? bytes.len : way->step;
		size_t most = count + count / 100 + 1000;

		packing_room(out, most);
		stream.next_in = (unsigned char *)bytes.ptr;
		stream.avail_in = (uInt)count;
		stream.next_out = (unsigned char *)out->ptr + out->len;
		stream.avail_out = (uInt)most;
		bytes.ptr += count;
		bytes.len -= count;
		answer = deflate(&stream, bytes.len ? way->flush : Z_FINISH);
		out->len += most - stream.avail_out;
	} while (bytes.len);
	/* zlib holds back what it had no room for. */
	while (answer != Z_STREAM_END) {
		packing_room(out, 65536);
		stream.next_out = (unsigned char *)out->ptr + out->len;
		stream.avail_out = 65536;
		answer = deflate(&stream, Z_FINISH);
		if (answer != Z_OK && answer != Z_STREAM_END)
			abort();
		out->len += 65536 - stream.avail_out;
	}
	deflateEnd(&stream);
}

/* One member of FILE, which moves on; its bytes go behind OUT, those before
 * damage too. */
static inline enum packing_state
packing_read(struct text *file, struct text *out)
{
	z_stream stream = {.zalloc = Z_NULL};
	int answer;

	if (inflateInit2(&stream, 31) != Z_OK)
		abort();
	stream.next_in = (unsigned char *)file->ptr;
	stream.avail_in = (uInt)file->len;
	do {
		packing_room(out, 65536);
		stream.next_out = (unsigned char *)out->ptr + out->len;
		stream.avail_out = 65536;
		answer = inflate(&stream, Z_NO_FLUSH);
		out->len += 65536 - stream.avail_out;
	} while (answer == Z_OK);
	file->ptr += file->len - stream.avail_in;
	file->len = stream.avail_in;
	inflateEnd(&stream);
	if (answer == Z_STREAM_END)
		return PACKING_SOUND;
	return answer == Z_BUF_ERROR ? PACKING_CUT : PACKING_DAMAGED;
}

/* What FILE holds, as far as zlib can read it. */
static inline enum packing_state
packing_judge(struct text file, struct text *out)
{
	static const char magic[] = "\x1f\x8b";
	enum packing_state state;

	if (file.len < 2 || memcmp(file.ptr, magic, 2) != 0)
		return PACKING_NONE;
	do
		state = packing_read(&file, out);
	while (state == PACKING_SOUND && file.len &&
	    !memcmp(file.ptr, magic, file.len < 2 ? file.len : 2));
	for (; state == PACKING_SOUND && file.len; file.len--)
		if (*file.ptr++)
			state = PACKING_DAMAGED;
	return state;
}

#endif

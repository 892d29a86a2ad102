/* SPDX-License-Identifier: MIT */
/* Blocks to bytes, in each way that this machine can do. zlib is the judge:
 * of what is in a block, and of where what is wrong begins. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <zlib.h>

#include "mtrack/deflate_steps.h"

#define TEXT_MOST   120000u
#define PACKED_MOST (2 * TEXT_MOST)

static uint32_t
random_next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Letter N is half as frequent as the one before: their codes have all
 * lengths. */
static unsigned char
skewed_letter(uint32_t *seed)
{
	uint32_t bits = random_next(seed);
	unsigned letter = 0;

	while (bits & 1 && letter < 23) {
		letter++;
		bits >>= 1;
	}
	return (unsigned char)(letter * 11);
}

/* Letters and copies from near and far; how is told by KIND. */
static size_t
text_make(unsigned char *text, size_t most, unsigned kind)
{
	static const uint32_t far[] = {2, 40, 70, 400, 5000, 32768};
	static const uint32_t long_[] = {4, 12, 40, 90, 300, 700};
	uint32_t seed = kind * 77 + 1;
	size_t len = 0;

	while (len < most) {
		uint32_t back = 1 + random_next(&seed) % far[kind % 6];
		size_t count = random_next(&seed) % long_[kind / 6 % 6];

		for (unsigned i = random_next(&seed) % 6; i && len < most; i--)
			text[len++] = kind & 1
			    ? skewed_letter(&seed)
			    : "0123456789abcdef"[random_next(&seed) & 15];
		if (back > len)
			continue;
		for (; count && len < most; count--, len++)
			text[len] = text[len - back];
	}
	return len;
}

static size_t
pack(unsigned char *to, const unsigned char *text, size_t len, int strategy)
{
	z_stream stream = {.zalloc = NULL};

	assert_int_equal(
	    deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 9, strategy),
	    Z_OK);
	stream.next_in = (unsigned char *)(uintptr_t)text;
	stream.avail_in = (uInt)len;
	stream.next_out = to;
	stream.avail_out = PACKED_MOST;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

/* What zlib makes of it; *sound tells whether it came to the end. */
static size_t
unpack_zlib(const unsigned char *in, size_t len, unsigned char *to, bool *sound)
{
	z_stream stream = {.zalloc = NULL};

	assert_int_equal(inflateInit2(&stream, -MAX_WBITS), Z_OK);
	stream.next_in = (unsigned char *)(uintptr_t)in;
	stream.avail_in = (uInt)len;
	stream.next_out = to;
	stream.avail_out = PACKED_MOST;
	*sound = inflate(&stream, Z_FINISH) == Z_STREAM_END;
	inflateEnd(&stream);
	return stream.total_out;
}

static bool
header_take(struct deflate_place *place, struct deflate_header *header)
{
	size_t bits;

	if (deflate_header(place->in, (size_t)(place->in_end - place->in),
		place->bit, header) != DEFLATE_SOUND ||
	    header->kind == DEFLATE_STORED)
		return false;
	bits = place->bit + header->bits;
	place->in += bits / 8;
	place->bit = bits % 8;
	return true;
}

/* Takes a block in pieces of STEP bytes of output and, where that is less than
 * the rest, of input. */
static enum deflate_steps
block_take(const struct deflate_way *way, const struct deflate_code *code,
    struct deflate_place *place, size_t step)
{
	const unsigned char *in_end = place->in_end;
	enum deflate_steps answer;

	do {
		size_t left = (size_t)(in_end - place->in);

		place->out_end = place->out + step;
		place->in_end = place->in + (left < step ? left : step);
		answer =
		    deflate_steps(way, code, place, place->in_end == in_end);
	} while (answer == DEFLATE_MORE);
	place->in_end = in_end;
	return answer;
}

/* The same by ours, but for stored blocks: they are not sound here. */
static size_t
unpack_way(const struct deflate_way *way, const unsigned char *in, size_t len,
    unsigned char *to, size_t step, bool *sound)
{
	static struct deflate_code code;
	struct deflate_place place = {
	    .in = in, .in_end = in + len, .out = to, .behind = 0};
	struct deflate_header header;

	do {
		*sound = header_take(&place, &header);
		if (!*sound)
			break;
		if (header.empty)
			continue;
		deflate_code_build(&code, &header);
		*sound = block_take(way, &code, &place, step) == DEFLATE_DONE;
	} while (*sound && !header.final);
	return (size_t)(place.out - to);
}

struct rooms {
	unsigned char *text;
	unsigned char *packed;
	unsigned char *want;
	unsigned char *got; /* behind a window of other bytes */
};

static struct rooms
rooms_new(void)
{
	unsigned char *got =
	    malloc(DEFLATE_WINDOW + PACKED_MOST + 2 * DEFLATE_BEYOND + 70000);

	memset(got, '#', DEFLATE_WINDOW);
	return (struct rooms){malloc(TEXT_MOST), malloc(PACKED_MOST),
	    malloc(PACKED_MOST), got + DEFLATE_WINDOW};
}

static void
rooms_free(const struct rooms *rooms)
{
	free(rooms->text);
	free(rooms->packed);
	free(rooms->want);
	free(rooms->got - DEFLATE_WINDOW);
}

/* Each way gives the same as zlib, and says so. */
static void
compare(const struct rooms *rooms, size_t len, size_t step, unsigned kind,
    size_t place)
{
	const struct deflate_way *way;
	bool want_sound;
	size_t want = unpack_zlib(rooms->packed, len, rooms->want, &want_sound);

	for (size_t number = 0; (way = deflate_way(number)); number++) {
		bool sound;
		size_t got = unpack_way(
		    way, rooms->packed, len, rooms->got, step, &sound);

		if (sound != want_sound || got != want ||
		    memcmp(rooms->got, rooms->want, want) != 0)
			fail_msg("%s, kind %u, step %zu, place %zu: %zu bytes, "
				 "sound %d; zlib %zu, %d",
			    way->name, kind, step, place, got, sound, want,
			    want_sound);
	}
}

static const int strategies[] = {
    Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};

static void
gives_what_was_packed(void **state)
{
	static const size_t steps[] = {60000, 700, 65};
	struct rooms rooms = rooms_new();

	(void)state;
	for (unsigned kind = 0; kind < 144; kind++) {
		size_t most = kind % 3 ? TEXT_MOST : kind;
		size_t len = text_make(rooms.text, most, kind);
		size_t packed =
		    pack(rooms.packed, rooms.text, len, strategies[kind / 36]);

		compare(&rooms, packed, steps[kind % 3], kind, 0);
		if (kind % 3)
			assert_memory_equal(rooms.got, rooms.text, len);
	}
	rooms_free(&rooms);
}

static void
stops_where_zlib_stops_when_a_bit_is_wrong(void **state)
{
	struct rooms rooms = rooms_new();
	uint32_t seed = 5;

	(void)state;
	for (unsigned kind = 0; kind < 144; kind++) {
		size_t len = text_make(rooms.text, 3000, kind);
		size_t packed =
		    pack(rooms.packed, rooms.text, len, strategies[kind / 36]);

		for (int i = 0; i < 60; i++) {
			size_t bit = random_next(&seed) % (packed * 8);
			unsigned char mask = (unsigned char)(1 << bit % 8);

			/* A stored block is not for these. */
			if (bit < 3)
				continue;
			rooms.packed[bit / 8] ^= mask;
			compare(&rooms, packed, 60000, kind, bit);
			rooms.packed[bit / 8] ^= mask;
		}
	}
	rooms_free(&rooms);
}

static void
tells_a_cut_at_every_byte(void **state)
{
	struct rooms rooms = rooms_new();

	(void)state;
	for (unsigned kind = 0; kind < 12; kind++) {
		size_t len = text_make(rooms.text, 900, kind);
		size_t packed =
		    pack(rooms.packed, rooms.text, len, Z_DEFAULT_STRATEGY);

		for (size_t cut = 1; cut < packed; cut++) {
			bool sound;

			for (size_t n = 0; deflate_way(n); n++) {
				unpack_way(deflate_way(n), rooms.packed, cut,
				    rooms.got, 60000, &sound);
				assert_false(sound);
			}
		}
	}
	rooms_free(&rooms);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_what_was_packed),
	    cmocka_unit_test(stops_where_zlib_stops_when_a_bit_is_wrong),
	    cmocka_unit_test(tells_a_cut_at_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

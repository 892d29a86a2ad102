/* SPDX-License-Identifier: MIT */
/* Block headers: zlib, stopped behind the header, is the judge of what is
 * sound and where it ends. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <zlib.h>

#include "mtrack/deflate.h"

/* What zlib says of the header at bit BIT; *bits is its length. */
static enum deflate_verdict
ask_zlib(const unsigned char *in, size_t len, unsigned bit, size_t *bits)
{
	z_stream stream = {.zalloc = NULL};
	unsigned char out[1];
	int answer;

	assert_int_equal(inflateInit2(&stream, -MAX_WBITS), Z_OK);
	if (bit) {
		assert_int_equal(
		    inflatePrime(&stream, 8 - (int)bit, in[0] >> bit), Z_OK);
		in++;
		len--;
	}
	stream.next_in = (unsigned char *)(uintptr_t)in;
	stream.avail_in = (uInt)len;
	stream.next_out = out;
	stream.avail_out = 0;
	answer = inflate(&stream, Z_TREES);
	*bits = stream.total_in * 8 - (size_t)(stream.data_type & 63);
	if (bit)
		*bits += 8 - bit;
	bit = (unsigned)stream.data_type & 256;
	inflateEnd(&stream);
	if (answer == Z_DATA_ERROR)
		return DEFLATE_UNSOUND;
	return bit ? DEFLATE_SOUND : DEFLATE_SHORT;
}

/* How often each answer was right. */
struct score {
	size_t sound;
	size_t unsound;
	size_t cut;
};

/* A header that is both cut short and wrong may be called either. */
static void
compare(const unsigned char *in, size_t len, unsigned bit, size_t row,
    struct score *score)
{
	struct deflate_header header;
	enum deflate_verdict got = deflate_header(in, len, bit, &header);
	size_t bits;
	enum deflate_verdict want = ask_zlib(in, len, bit, &bits);

	if (got == DEFLATE_SOUND && want == DEFLATE_SOUND) {
		size_t end = header.kind == DEFLATE_FIXED && header.empty
		    ? header.bits - 7
		    : header.bits;

		if (end != bits)
			fail_msg("row %zu bit %u: ends at bit %zu, zlib %zu",
			    row, bit, end, bits);
		score->sound++;
	} else if (got == DEFLATE_SOUND || want == DEFLATE_SOUND) {
		fail_msg(
		    "row %zu bit %u: got %d, zlib %d", row, bit, got, want);
	} else if (got == want && got == DEFLATE_UNSOUND) {
		score->unsound++;
	} else {
		score->cut++;
	}
}

/* Raw deflate of text with TEXT_LEN bytes; returns how many. */
static size_t
pack(unsigned char *to, size_t size, size_t text_len, int strategy)
{
	z_stream stream = {.zalloc = NULL};
	unsigned char text[3000];
	uint32_t seed = (uint32_t)text_len;

	for (size_t i = 0; i < text_len; i++) {
		seed = seed * 1664525 + 1013904223;
		text[i] = (unsigned char)("abcdefgh0123"[seed >> 28 & 11] +
		    (seed >> 20 & 7));
	}
	assert_int_equal(
	    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, strategy),
	    Z_OK);
	stream.next_in = text;
	stream.avail_in = (uInt)text_len;
	stream.next_out = to;
	stream.avail_out = (uInt)size;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

static void
judges_every_flipped_bit_of_headers_as_zlib_does(void **state)
{
	static const int strategies[] = {
	    Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
	struct score score = {0};

	(void)state;
	for (size_t row = 0; row < 24; row++) {
		unsigned char packed[8000];
		size_t len = pack(
		    packed, sizeof(packed), 120 * row, strategies[row % 4]);
		size_t bits = len * 8 < 900 ? len * 8 : 900;

		compare(packed, len, 0, row, &score);
		for (size_t bit = 0; bit < bits; bit++) {
			packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
			compare(packed, len, 0, row, &score);
			packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
	}
	assert_true(score.sound > 1000);
	assert_true(score.unsound > 1000);
}

static void
judges_every_cut_of_a_header_as_zlib_does(void **state)
{
	struct score score = {0};

	(void)state;
	for (size_t row = 1; row < 9; row++) {
		unsigned char packed[8000];
		size_t len =
		    pack(packed, sizeof(packed), 300 * row, Z_HUFFMAN_ONLY);

		for (size_t cut = 1; cut < len && cut < 300; cut++)
			compare(packed, cut, 0, cut, &score);
	}
	assert_true(score.sound > 100);
	assert_true(score.cut > 100);
}

/* Random bits; as a dynamic block in half of the rows. */
static void
judges_garbage_at_every_bit_as_zlib_does(void **state)
{
	struct score score = {0};
	uint32_t seed = 7;

	(void)state;
	for (size_t row = 0; row < 20000; row++) {
		unsigned char bytes[400];
		unsigned bit = row % 8;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (unsigned char)(seed >> 24);
		}
		if (row % 16 < 8) {
			bytes[0] &= (unsigned char)~(6u << bit);
			bytes[0] |= (unsigned char)(4u << bit);
		}
		compare(bytes, sizeof(bytes), bit, row, &score);
	}
	assert_true(score.sound > 1000);
	assert_true(score.unsound > 1000);
}

static void
knows_blocks_that_hold_nothing(void **state)
{
	/* clang-format off */
	static const struct {
		unsigned char in[8];
		size_t len;
		bool final;
		bool empty;
		size_t bits;
		size_t stored;
	} rows[] = {
		{{0x00, 0x00, 0x00, 0xff, 0xff}, 5, false, true, 40, 0}, /* flushed */
		{{0x01, 0x00, 0x00, 0xff, 0xff}, 5, true, true, 40, 0},
		{{0x01, 0x05, 0x00, 0xfa, 0xff}, 5, true, false, 40, 5},
		{{0x03, 0x00}, 2, true, true, 10, 0},                     /* empty file */
		{{0x02, 0x00}, 2, false, true, 10, 0},
		{{0x03, 0x10}, 2, true, true, 10, 0},
		{{0x03, 0x01}, 2, true, false, 3, 0},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct deflate_header header;

		assert_int_equal(
		    deflate_header(rows[i].in, rows[i].len, 0, &header),
		    DEFLATE_SOUND);
		if (header.final != rows[i].final ||
		    header.empty != rows[i].empty ||
		    header.bits != rows[i].bits ||
		    header.stored != rows[i].stored)
			fail_msg("row %zu: final %d empty %d bits %zu", i,
			    header.final, header.empty, header.bits);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges_every_flipped_bit_of_headers_as_zlib_does),
	    cmocka_unit_test(judges_every_cut_of_a_header_as_zlib_does),
	    cmocka_unit_test(judges_garbage_at_every_bit_as_zlib_does),
	    cmocka_unit_test(knows_blocks_that_hold_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

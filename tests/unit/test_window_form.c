/* SPDX-License-Identifier: MIT */
/* Windows as side files keep them: every window comes back as it was, and no
 * bytes whatever make the reader go astray. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <zlib.h>

#include "mtrack/arena.h"
#include "mtrack/str.h"
#include "mtrack/window_form.h"

#define WINDOW ENTRYPOINT_WINDOW

static uint64_t
next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

/* clang-format off */
static const struct shape {
	const char *name;
	size_t len;
	unsigned run;   /* bytes that follow each other, at most */
	unsigned zeros; /* likewise */
} shapes[] = {
	{"one byte", 1, 1, 0},
	{"one zero", 1, 0, 1},
	{"nothing but zeros", WINDOW, 0, 9},
	{"nothing but bytes", WINDOW, 9, 0},
	{"every other byte", WINDOW, 1, 1},
	{"short runs", WINDOW, 40, 90},
	{"long runs", WINDOW, 4000, 20000},
	{"a short window", 777, 20, 30},
};
/* clang-format on */
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static void
fill(const struct shape *shape, unsigned char *window)
{
	uint64_t state = shape->len + shape->run;
	size_t at = 0;

	memset(window, 0, WINDOW);
	while (at < shape->len) {
		size_t zeros =
		    shape->zeros ? 1 + next(&state) % shape->zeros : 0;
		size_t run = shape->run ? 1 + next(&state) % shape->run : 0;

		for (at += zeros; run > 0 && at < shape->len; run--)
			window[at++] = (unsigned char)(1 + next(&state) % 90);
	}
}

static void
every_window_comes_back(void **state)
{
	static unsigned char window[WINDOW], back[WINDOW];
	struct buffer packed = BUFFER_EMPTY;
	struct buffer dictionary = BUFFER_EMPTY;
	struct window_packer packer = {.begun = false};

	(void)state;
	for (size_t i = 0; i < 2 * SHAPES; i++) {
		const struct shape *shape = &shapes[i % SHAPES];
		size_t len;

		fill(shape, window);
		if (i == SHAPES)
			window_bytes(window, shape->len, &dictionary);
		buffer_clear(&packed);
		window_pack(&packer, window, shape->len,
		    buffer_str(&dictionary), &packed);
		memset(back, 7, sizeof(back));
		if (packed.len > WINDOW_PACKED_MOST ||
		    !window_unpack(buffer_str(&packed), buffer_str(&dictionary),
			back, &len) ||
		    len != shape->len || memcmp(back, window, len) != 0)
			fail_msg("%s: comes back otherwise", shape->name);
		fill(&shapes[5], window);
		window_bytes(window, WINDOW, &dictionary);
		dictionary.len = i < SHAPES ? 0 : dictionary.len % WINDOW;
	}
	window_packer_destroy(&packer);
	buffer_destroy(&packed);
	buffer_destroy(&dictionary);
}

static void
a_dictionary_of_the_like_makes_it_smaller(void **state)
{
	static unsigned char window[WINDOW];
	struct buffer alone = BUFFER_EMPTY;
	struct buffer with = BUFFER_EMPTY;
	struct window_packer packer = {.begun = false};
	struct buffer dictionary = BUFFER_EMPTY;

	(void)state;
	fill(&shapes[5], window);
	window_bytes(window, WINDOW, &dictionary);
	window_pack(&packer, window, WINDOW, STR_NONE, &alone);
	window_pack(&packer, window, WINDOW, buffer_str(&dictionary), &with);
	assert_true(with.len < alone.len / 2);
	window_packer_destroy(&packer);
	buffer_destroy(&alone);
	buffer_destroy(&with);
	buffer_destroy(&dictionary);
}

/* BYTES as a side file would hold them. */
static void
pack(struct str bytes, struct buffer *out)
{
	z_stream stream = {0};
	uLong most;

	deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	buffer_clear(out);
	most = deflateBound(&stream, (uLong)bytes.len);
	buffer_reserve(out, most);
	memcpy(&stream.next_in, &bytes.ptr, sizeof(bytes.ptr));
	stream.avail_in = (uInt)bytes.len;
	stream.next_out = (Bytef *)out->ptr;
	stream.avail_out = (uInt)most;
	deflate(&stream, Z_FINISH);
	out->len = most - stream.avail_out;
	deflateEnd(&stream);
}

static void
refuses_what_is_no_window(void **state)
{
	/* clang-format off */
	static const struct row {
		const char *name;
		struct str plain;
	} rows[] = {
		{"nothing", STR("")},
		{"half a head", STR("\1\0\0")},
		{"a window of no bytes", STR("\0\0\0\0")},
		{"a window of 32,769 bytes", STR("\1\x80\0\0")},
		{"runs that are not there", STR("\4\0\2\0\1")},
		{"half a run", STR("\4\0\1\0\1")},
		{"a number without an end", STR("\4\0\2\0\1\x81")},
		{"a number of four bytes", STR("\4\0\5\0\x81\x81\x81\1\1a")},
		{"zeros beyond the window", STR("\4\0\2\0\5\0")},
		{"bytes beyond the window", STR("\4\0\2\0\2\3abc")},
		{"bytes that are not there", STR("\4\0\2\0\1\2a")},
		{"bytes that are left", STR("\4\0\2\0\1\1ab")},
	};
	/* clang-format on */
	static unsigned char window[WINDOW];
	struct buffer packed = BUFFER_EMPTY;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pack(rows[i].plain, &packed);
		if (window_unpack(buffer_str(&packed), STR_NONE, window, &len))
			fail_msg("%s: taken", rows[i].name);
	}
	pack(STR("\4\0\2\0\1\2ab"), &packed);
	assert_true(window_unpack(buffer_str(&packed), STR_NONE, window, &len));
	assert_int_equal(len, 4);
	assert_memory_equal(window, "\0ab\0", 4);
	packed.len--;
	assert_false(
	    window_unpack(buffer_str(&packed), STR_NONE, window, &len));
	buffer_destroy(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_window_comes_back),
	    cmocka_unit_test(a_dictionary_of_the_like_makes_it_smaller),
	    cmocka_unit_test(refuses_what_is_no_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

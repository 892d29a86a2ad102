/* SPDX-License-Identifier: MIT */
/* Unpacking that begins inside a file: at deflate blocks and members, with
 * either unpacker, the bytes are those that come from the beginning. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "mtrack/arena.h"
#include "mtrack/buffer.h"
#include "mtrack/source.h"
#include "mtrack/window.h"

#define POINTS_MOST 400

struct point {
	struct entrypoint place;
	unsigned char window[ENTRYPOINT_WINDOW];
	size_t out; /* unpacked bytes before it */
};

struct points {
	struct point *items;
	size_t count;
};

/* How the bytes are packed. */
struct recipe {
	const char *name;
	int level;
	int strategy;
	size_t member; /* unpacked bytes of a member */
	size_t flush;  /* a full flush after so many bytes, 0: none */
};

/* clang-format off */
static const struct recipe recipes[] = {
	{"level 1",        1, Z_DEFAULT_STRATEGY, SIZE_MAX,   0},
	{"level 6",        6, Z_DEFAULT_STRATEGY, SIZE_MAX,   0},
	{"level 9",        9, Z_DEFAULT_STRATEGY, SIZE_MAX,   0},
	{"stored",         0, Z_DEFAULT_STRATEGY, SIZE_MAX,   0},
	{"fixed codes",    6, Z_FIXED,            SIZE_MAX,   0},
	{"members",        6, Z_DEFAULT_STRATEGY, 90000,      0},
	{"often flushed",  6, Z_DEFAULT_STRATEGY, SIZE_MAX, 900},
};
/* clang-format on */

#define RECIPES (sizeof(recipes) / sizeof(recipes[0]))

/* Text that repeats itself over all distances deflate knows. */
static void
put_text(struct buffer *out, size_t size)
{
	uint64_t x = 88172645463325252u;

	while (out->len < size) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (out->len > 40000 && x % 3) {
			size_t back = (size_t)(x >> 8) % 32000 + 200;

			buffer_reserve(out, 200);
			buffer_put(out, out->ptr + out->len - back, 150);
		} else {
			buffer_printf(out, "%llx user%llu@example.com\n",
			    (unsigned long long)x,
			    (unsigned long long)x % 5000);
		}
	}
}

static void
pack_member(const struct recipe *recipe, struct str text, struct buffer *out)
{
	z_stream stream = {0};
	size_t step = recipe->flush ? recipe->flush : text.len;

	assert_int_equal(deflateInit2(&stream, recipe->level, Z_DEFLATED,
			     MAX_WBITS + 16, 4, recipe->strategy),
	    Z_OK);
	buffer_reserve(out, text.len * 2 + 4096);
	stream.next_out = (Bytef *)out->ptr + out->len;
	stream.avail_out = (uInt)(out->cap - out->len);
	while (text.len > 0) {
		struct str part = str_take(text, step);

		memcpy(&stream.next_in, &part.ptr, sizeof(part.ptr));
		stream.avail_in = (uInt)part.len;
		text = str_drop(text, part.len);
		deflate(&stream, text.len ? Z_FULL_FLUSH : Z_FINISH);
		assert_int_equal(stream.avail_in, 0);
	}
	out->len = out->cap - stream.avail_out;
	deflateEnd(&stream);
}

static void
pack(const struct recipe *recipe, struct str text, struct buffer *out)
{
	for (; text.len; text = str_drop(text, recipe->member))
		pack_member(recipe, str_take(text, recipe->member), out);
}

static struct source *
open_bytes(struct str bytes, enum source_unpacking unpacking, int *fd)
{
	char path[40];
	struct fault fault;

	*fd = memfd_create("entrypoint", MFD_CLOEXEC);
	assert_int_equal(write(*fd, bytes.ptr, bytes.len), bytes.len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *fd);
	return source_open_with(path, false, unpacking, &fault);
}

/* Reads all, and keeps every place that is offered about each EVERY bytes. */
static void
find_points(struct source *source, size_t every, struct points *points)
{
	char bytes[5000];
	size_t out = 0;
	size_t last = 0;
	enum source_event event;
	struct fault fault;
	size_t count;

	points->items =
	    memory_resize(NULL, POINTS_MOST, sizeof(*points->items));
	points->count = 0;
	while ((event = source_read(source, bytes, sizeof(bytes), &count,
		    &fault)) != SOURCE_END) {
		struct point *point = &points->items[points->count];

		assert_in_range(event, SOURCE_BYTES, SOURCE_EDGE);
		out += count;
		if (event != SOURCE_BYTES && points->count < POINTS_MOST) {
			source_place(source, point->window, &point->place);
			point->out = out;
			points->count++;
			last = out;
		}
		if (out - last >= every)
			source_stop(source);
	}
}

static void
read_from(struct source *source, const struct point *point, struct str want,
    const char *name)
{
	struct buffer got = BUFFER_EMPTY;
	enum source_event event = SOURCE_BYTES;
	struct fault fault;
	size_t count;

	assert_true(source_resume(source, &point->place));
	while (event == SOURCE_BYTES || event == SOURCE_MEMBER) {
		buffer_reserve(&got, 7000);
		event = source_read(
		    source, got.ptr + got.len, 7000, &count, &fault);
		got.len += count;
	}
	if (event != SOURCE_END ||
	    !str_eq(buffer_str(&got), str_drop(want, point->out)))
		fail_msg("%s: other bytes from %zu on (event %d)", name,
		    point->out, (int)event);
	buffer_destroy(&got);
}

static void
check(const struct recipe *recipe, struct str text,
    enum source_unpacking finder, enum source_unpacking reader, bool thin)
{
	struct window_thinner *thinner = window_thinner_new();
	struct buffer packed = BUFFER_EMPTY;
	struct points points;
	struct source *source;
	int fd;

	pack(recipe, text, &packed);
	source = open_bytes(buffer_str(&packed), finder, &fd);
	find_points(source, 20000, &points);
	source_close(source);
	close(fd);
	if (points.count < 3)
		fail_msg("%s: %zu places only", recipe->name, points.count);
	source = open_bytes(buffer_str(&packed), reader, &fd);
	for (size_t i = 0; i < points.count; i++) {
		struct point *point = &points.items[i];
		struct entrypoint *place = &point->place;

		place->window = place->window_len ? point->window : NULL;
		if (thin && place->window_len)
			window_thin(thinner, point->window, place->window_len,
			    str_drop(buffer_str(&packed), place->packed),
			    place->bit);
		if (i % 4 == 0 || i + 3 > points.count)
			read_from(source, point, text, recipe->name);
	}
	window_thinner_free(thinner);
	source_close(source);
	close(fd);
	memory_free(points.items);
	buffer_destroy(&packed);
}

static void
resumes_at_every_place_with_either_unpacker(void **state)
{
	static const enum source_unpacking all[] = {SOURCE_ZLIB, SOURCE_FAST};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	put_text(&text, 400000);
	for (size_t i = 0; i < RECIPES; i++)
		for (int way = 0; way < 4; way++) {
			check(&recipes[i], buffer_str(&text), all[way & 1],
			    all[way >> 1], false);
		}
	buffer_destroy(&text);
}

static void
resumes_with_windows_made_thin(void **state)
{
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	put_text(&text, 400000);
	for (size_t i = 0; i < RECIPES; i++)
		check(&recipes[i], buffer_str(&text), SOURCE_FAST, SOURCE_FAST,
		    true);
	buffer_destroy(&text);
}

/* The last 32 KiB of a log are hardly ever all looked back at. */
static void
thins_what_is_not_used(void **state)
{
	static unsigned char window[ENTRYPOINT_WINDOW];
	const struct recipe *recipe = &recipes[1];
	struct buffer text = BUFFER_EMPTY;
	struct buffer packed = BUFFER_EMPTY;
	struct window_thinner *thinner = window_thinner_new();
	struct points points;
	struct source *source;
	size_t zeros = 0;
	int fd;

	(void)state;
	put_text(&text, 400000);
	pack(recipe, buffer_str(&text), &packed);
	source = open_bytes(buffer_str(&packed), SOURCE_FAST, &fd);
	find_points(source, 20000, &points);
	memcpy(window, points.items[1].window, sizeof(window));
	window_thin(thinner, window, sizeof(window),
	    str_drop(buffer_str(&packed), points.items[1].place.packed),
	    points.items[1].place.bit);
	window_thinner_free(thinner);
	for (size_t i = 0; i < sizeof(window); i++)
		zeros += window[i] == 0;
	assert_in_range(zeros, 1, sizeof(window) - 1);
	source_close(source);
	close(fd);
	memory_free(points.items);
	buffer_destroy(&packed);
	buffer_destroy(&text);
}

static void
resumes_in_plain_files(void **state)
{
	struct buffer text = BUFFER_EMPTY;
	struct points points;
	struct source *source;
	int fd;

	(void)state;
	put_text(&text, 200000);
	source = open_bytes(buffer_str(&text), SOURCE_FAST, &fd);
	find_points(source, 20000, &points);
	assert_true(points.count > 5);
	for (size_t i = 0; i < points.count; i++) {
		assert_int_equal(points.items[i].place.kind, ENTRYPOINT_PLAIN);
		read_from(source, &points.items[i], buffer_str(&text), "plain");
	}
	source_close(source);
	close(fd);
	memory_free(points.items);
	buffer_destroy(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(resumes_at_every_place_with_either_unpacker),
	    cmocka_unit_test(resumes_with_windows_made_thin),
	    cmocka_unit_test(thins_what_is_not_used),
	    cmocka_unit_test(resumes_in_plain_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Reading files: plain, gzip in all its forms, and every way to be damaged.
 * Both unpackers must tell one story: the same bytes, the same events at the
 * same places, the same message. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "mtrack/buffer.h"
#include "mtrack/source.h"

#define RECORD                                                                 \
	"{\"mailID\":\"6f1c\",\"sender\":\"ann@example.com\","                 \
	"\"recipient\":\"bob@example.org\",\"subject\":\"invoice\"}\n"

/* A file without a name. */
struct memory_file {
	int fd;
	char path[40];
};

static struct memory_file
memory_file(struct str bytes)
{
	struct memory_file file = {.fd = memfd_create("source", MFD_CLOEXEC)};

	assert_true(file.fd >= 0);
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	assert_int_equal(write(file.fd, bytes.ptr, bytes.len), bytes.len);
	return file;
}

/* A file read to its end. */
struct story {
	struct buffer bytes;
	struct buffer events; /* `8|3.`: 8 bytes, a member, 3 bytes, end */
	struct fault fault;
	enum source_form form;
};

static void
story_destroy(struct story *story)
{
	buffer_destroy(&story->bytes);
	buffer_destroy(&story->events);
}

static const char fence[64] = "nothing is written behind the end";

static void
story_read(struct story *story, struct source *source, size_t size)
{
	static const char marks[] = {[SOURCE_MEMBER] = '|',
	    [SOURCE_END] = '.',
	    [SOURCE_DAMAGE] = '!',
	    [SOURCE_CUT] = '~'};
	char *to = malloc(size + sizeof(fence));
	size_t since = 0;
	enum source_event event;
	size_t count;

	/* It is known to write ahead where there is room. */
	memcpy(to + size, fence, sizeof(fence));
	do {
		event = source_read(source, to, size, &count, &story->fault);
		assert_true(count <= size);
		assert_memory_equal(to + size, fence, sizeof(fence));
		assert_true((event == SOURCE_BYTES) == (count > 0));
		buffer_put(&story->bytes, to, count);
		since += count;
		if (event == SOURCE_BYTES)
			continue;
		if (since)
			buffer_printf(&story->events, "%zu", since);
		since = 0;
		buffer_putc(&story->events, marks[event]);
	} while (event == SOURCE_BYTES || event == SOURCE_MEMBER);
	buffer_put(&story->events, "", 1);
	assert_int_equal(
	    source_read(source, to, size, &count, &story->fault), event);
	assert_int_equal(count, 0);
	free(to);
}

static struct story
story_of(const char *path, enum source_unpacking unpacking, size_t size)
{
	struct story story = {.fault = {.what = ""}};
	struct source *source =
	    source_open_with(path, true, unpacking, &story.fault);

	assert_non_null(source);
	story.form = source_form(source, &story.fault);
	story_read(&story, source, size);
	source_close(source);
	return story;
}

static void
expect_same(const struct story *a, const struct story *b, const char *what,
    size_t which)
{
	if (a->form == b->form && !strcmp(a->events.ptr, b->events.ptr) &&
	    !strcmp(a->fault.what, b->fault.what) &&
	    str_eq(buffer_str(&a->bytes), buffer_str(&b->bytes)))
		return;
	fail_msg("%s %zu:\n  zlib:  %s %s\n  fast:  %s %s", what, which,
	    a->events.ptr, a->fault.what, b->events.ptr, b->fault.what);
}

/* The story of BYTES, the same from both unpackers. */
static struct story
story_both(struct str bytes, size_t size, const char *what, size_t which)
{
	struct memory_file file = memory_file(bytes);
	struct story story = story_of(file.path, SOURCE_ZLIB, size);
	struct story other = story_of(file.path, SOURCE_FAST, size);

	expect_same(&story, &other, what, which);
	story_destroy(&other);
	close(file.fd);
	return story;
}

/* How a gzip member is made. */
struct recipe {
	const char *name;
	int level;
	int strategy;
	size_t flush_every; /* 0: never */
	int flush;
};

static const struct recipe recipes[] = {
    {"stored", 0, Z_DEFAULT_STRATEGY, 0, 0},
    {"fixed", 6, Z_FIXED, 0, 0},
    {"dynamic", 6, Z_DEFAULT_STRATEGY, 0, 0},
    {"fast", 1, Z_DEFAULT_STRATEGY, 0, 0},
    {"literals", 6, Z_HUFFMAN_ONLY, 0, 0},
    {"runs", 6, Z_RLE, 0, 0},
    {"flushed", 6, Z_DEFAULT_STRATEGY, 90, Z_SYNC_FLUSH},
    {"partly flushed", 6, Z_DEFAULT_STRATEGY, 90, Z_PARTIAL_FLUSH},
    {"cut in blocks", 6, Z_DEFAULT_STRATEGY, 40, Z_BLOCK},
    {"fully flushed", 6, Z_FIXED, 50, Z_FULL_FLUSH},
};
#define RECIPES (sizeof(recipes) / sizeof(recipes[0]))

static void
deflate_part(z_stream *stream, struct str part, int flush, struct buffer *out)
{
	unsigned char room[4096];

	stream->next_in = (unsigned char *)(uintptr_t)part.ptr;
	stream->avail_in = (uInt)part.len;
	do {
		stream->next_out = room;
		stream->avail_out = sizeof(room);
		assert_int_not_equal(deflate(stream, flush), Z_STREAM_ERROR);
		buffer_put(out, room, sizeof(room) - stream->avail_out);
	} while (stream->avail_out == 0);
}

static void
gzip_put(const struct recipe *recipe, struct str text, gz_header *header,
    struct buffer *out)
{
	z_stream stream = {.zalloc = NULL};
	size_t step = recipe->flush_every ? recipe->flush_every : text.len + 1;

	assert_int_equal(deflateInit2(&stream, recipe->level, Z_DEFLATED,
			     MAX_WBITS + 16, 8, recipe->strategy),
	    Z_OK);
	if (header)
		assert_int_equal(deflateSetHeader(&stream, header), Z_OK);
	for (; text.len > step; text = str_drop(text, step))
		deflate_part(&stream, str_take(text, step), recipe->flush, out);
	deflate_part(&stream, text, Z_FINISH, out);
	deflateEnd(&stream);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Text that compresses, but not to nothing. */
static void
text_put(struct buffer *text, size_t records, uint32_t seed)
{
	for (size_t i = 0; i < records; i++) {
		unsigned id = next_random(&seed);
		unsigned size = next_random(&seed) % 9000;

		buffer_printf(text,
		    "{\"mailID\":\"%08x\",\"size\":%u,\"subject\":\"n %c\"}\n",
		    id, size, 'a' + (char)(id % 26));
	}
}

static void
gives_back_what_was_packed_in_every_way(void **state)
{
	static const size_t sizes[] = {1, 7, 4096, 300000};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	text_put(&text, 6000, 1);
	for (size_t i = 0; i < RECIPES * 4; i++) {
		struct str want = buffer_str(&text);
		struct buffer packed = BUFFER_EMPTY;
		struct story story;

		if (sizes[i % 4] < 4096)
			want = str_take(want, 5000);
		gzip_put(&recipes[i / 4], want, NULL, &packed);
		story = story_both(buffer_str(&packed), sizes[i % 4],
		    recipes[i / 4].name, sizes[i % 4]);
		assert_int_equal(story.form, SOURCE_GZIP);
		assert_non_null(strchr(story.events.ptr, '.'));
		assert_true(str_eq(buffer_str(&story.bytes), want));
		story_destroy(&story);
		buffer_destroy(&packed);
	}
	buffer_destroy(&text);
}

static void
gives_plain_bytes_as_they_are(void **state)
{
	struct buffer text = BUFFER_EMPTY;
	struct story story;

	(void)state;
	text_put(&text, 9000, 2);
	story = story_both(buffer_str(&text), 4099, "plain", 0);
	assert_int_equal(story.form, SOURCE_PLAIN);
	assert_true(str_eq(buffer_str(&story.bytes), buffer_str(&text)));
	story_destroy(&story);
	buffer_destroy(&text);
}

/* clang-format off */
static const struct form_row {
	struct str bytes;
	enum source_form form;
	const char *events;
	const char *fault;
} form_rows[] = {
	{{"", 0}, SOURCE_EMPTY, ".", ""},
	{{"x", 1}, SOURCE_PLAIN, "1.", ""},
	{{"{\"a\":1}\n", 8}, SOURCE_PLAIN, "8.", ""},
	{{"BZh is no archive", 17}, SOURCE_PLAIN, "17.", ""},
	{{"PK is no archive", 16}, SOURCE_PLAIN, "16.", ""},
	{{"\x1f", 1}, SOURCE_GZIP, "~", "at byte 1;"},
	{{"\x1f\x8b", 2}, SOURCE_GZIP, "~", "at byte 2;"},
	{{"\x1f\x8b\x08\0\0", 5}, SOURCE_GZIP, "~", "at byte 5;"},
	{{"\x1f\x8b\x07\0\0", 5}, SOURCE_GZIP, "!",
	    "damaged at byte 2 of the file: the compression method is unknown"},
	{{"\x1f\x8b\x08\x20\0", 5}, SOURCE_GZIP, "!",
	    "damaged at byte 3 of the file: reserved flags are set"},
	{{"\xfd" "7zXZ\0\0\0\0\0", 11}, SOURCE_FOREIGN, "!", "`xz -dc FILE | mtrack -`"},
	{{"\x28\xb5\x2f\xfd\0", 5}, SOURCE_FOREIGN, "!", "`zstd -dc FILE | mtrack -`"},
	{{"\x5e\x2a\x4d\x18\0", 5}, SOURCE_FOREIGN, "!", "`zstd -dc FILE | mtrack -`"},
	{{"BZh91AY&SYxx", 12}, SOURCE_FOREIGN, "!", "`bzip2 -dc FILE | mtrack -`"},
	{{"BZh9\x17\x72\x45\x38\x50\x90", 10}, SOURCE_FOREIGN, "!", "with bzip2,"},
	{{"PK\3\4....", 8}, SOURCE_FOREIGN, "!", "`unzip -p FILE | mtrack -`"},
	{{"PK\5\6....", 8}, SOURCE_FOREIGN, "!", "`unzip -p FILE | mtrack -`"},
	{{"7z\xbc\xaf\x27\x1c", 6}, SOURCE_FOREIGN, "!", "`7z x -so FILE | mtrack -`"},
	{{"\x04\x22\x4d\x18", 4}, SOURCE_FOREIGN, "!", "`lz4 -dc FILE | mtrack -`"},
	{{"LZIP\1", 5}, SOURCE_FOREIGN, "!", "`lzip -dc FILE | mtrack -`"},
	{{"\x1f\x9d\x90", 3}, SOURCE_FOREIGN, "!", "with compress,"},
};
/* clang-format on */

static void
tells_the_form_from_the_first_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(form_rows) / sizeof(form_rows[0]); i++) {
		const struct form_row *row = &form_rows[i];
		struct story story = story_both(row->bytes, 100, "form", i);

		if (story.form != row->form ||
		    strcmp(story.events.ptr, row->events) ||
		    !strstr(story.fault.what, row->fault))
			fail_msg("row %zu: form %d, events %s, fault: %s", i,
			    story.form, story.events.ptr, story.fault.what);
		story_destroy(&story);
	}
}

static void
member_put(struct buffer *packed, const char *text)
{
	gzip_put(&recipes[2], str_from(text), NULL, packed);
}

static void
expect_story(struct buffer *packed, size_t size, const char *events,
    const char *bytes, const char *fault)
{
	struct story story = story_both(buffer_str(packed), size, events, size);

	assert_string_equal(story.events.ptr, events);
	assert_true(str_eq(buffer_str(&story.bytes), str_from(bytes)));
	if (!strstr(story.fault.what, fault) || (!*fault && *story.fault.what))
		fail_msg("want: %s: got: %s", fault, story.fault.what);
	story_destroy(&story);
	buffer_destroy(packed);
}

static void
tells_where_each_further_member_begins(void **state)
{
	struct buffer packed = BUFFER_EMPTY;

	(void)state;
	member_put(&packed, "one\n");
	member_put(&packed, "");
	member_put(&packed, "three\n");
	expect_story(&packed, 100, "4||6.", "one\nthree\n", "");
}

static void
says_nothing_about_zeros_behind_the_last_member(void **state)
{
	static const char zeros[5000];
	struct buffer packed = BUFFER_EMPTY;

	(void)state;
	member_put(&packed, "one\n");
	buffer_put(&packed, zeros, sizeof(zeros));
	expect_story(&packed, 3, "4.", "one\n", "");
}

static void
takes_anything_else_behind_a_member_for_damage(void **state)
{
	/* clang-format off */
	static const struct {
		struct str behind;
		size_t offset;
	} rows[] = {
		{{"x", 1}, 0},
		{{"\x1f\x8cx", 3}, 0},
		{{"\0\0x", 3}, 2},
		{{"\0\x1f\x8b\x08", 4}, 1},
		{{"{\"mailID\":1}\n", 13}, 0},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer packed = BUFFER_EMPTY;
		char want[120];

		member_put(&packed, "one\n");
		snprintf(want, sizeof(want),
		    "damaged at byte %zu of the file: what follows",
		    packed.len + rows[i].offset);
		buffer_puts(&packed, rows[i].behind);
		expect_story(&packed, 100, "4!", "one\n", want);
	}
}

static void
takes_a_begun_member_at_the_end_for_one_cut_short(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < 18; cut++) {
		struct buffer packed = BUFFER_EMPTY;
		struct buffer second = BUFFER_EMPTY;
		char want[120];

		member_put(&packed, "one\n");
		member_put(&second, "");
		buffer_put(&packed, second.ptr, cut);
		buffer_destroy(&second);
		snprintf(want, sizeof(want), "ends at byte %zu;", packed.len);
		expect_story(
		    &packed, 100, cut < 10 ? "4~" : "4|~", "one\n", want);
	}
}

static void
gives_all_bytes_before_a_wrong_checksum_or_length(void **state)
{
	/* clang-format off */
	static const struct {
		size_t flip; /* from the end of the member */
		size_t told;
		const char *reason;
	} rows[] = {
		{8, 8, "the checksum is wrong"},
		{5, 8, "the checksum is wrong"},
		{4, 4, "the length is wrong"},
		{1, 4, "the length is wrong"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer packed = BUFFER_EMPTY;
		char events[20];
		char want[120];

		member_put(&packed, RECORD);
		packed.ptr[packed.len - rows[i].flip] ^= 1;
		snprintf(events, sizeof(events), "%zu!", strlen(RECORD));
		snprintf(want, sizeof(want),
		    "damaged at byte %zu of the file: %s; what stands before",
		    packed.len - rows[i].told, rows[i].reason);
		member_put(&packed, "after damage the file is over");
		expect_story(&packed, 50, events, RECORD, want);
	}
}

static void
header_member_put(struct buffer *packed, bool hcrc)
{
	unsigned char name[] = "2026-10-03.json";
	unsigned char comment[] = "a poll";
	unsigned char extra[700] = "BC\2";
	gz_header header = {.name = name,
	    .comment = comment,
	    .extra = extra,
	    .extra_len = sizeof(extra),
	    .hcrc = hcrc};

	gzip_put(&recipes[2], STR("one\n"), &header, packed);
}

static void
reads_headers_with_everything_in_them(void **state)
{
	(void)state;
	for (int hcrc = 0; hcrc < 2; hcrc++) {
		struct buffer packed = BUFFER_EMPTY;

		header_member_put(&packed, hcrc);
		header_member_put(&packed, hcrc);
		expect_story(&packed, 1000, "4|4.", "one\none\n", "");
	}
}

static void
checks_the_checksum_of_a_header(void **state)
{
	/* 10 fixed, 2 + 700 extra, 16 name, 7 comment: the second of two. */
	const char *want = "damaged at byte 736 of the file: the checksum of "
			   "the header is wrong";
	struct buffer packed = BUFFER_EMPTY;

	(void)state;
	header_member_put(&packed, true);
	packed.ptr[20] ^= 4;
	expect_story(&packed, 1000, "!", "", want);
}

/* Small files whose every cut and flip is tried. */
static void
sample_put(size_t which, struct buffer *packed)
{
	struct buffer text = BUFFER_EMPTY;

	text_put(&text, 3, (uint32_t)which);
	if (which < RECIPES) {
		gzip_put(&recipes[which], buffer_str(&text), NULL, packed);
	} else {
		gzip_put(&recipes[2], STR(RECORD), NULL, packed);
		gzip_put(&recipes[6], buffer_str(&text), NULL, packed);
	}
	buffer_destroy(&text);
}

static void
tells_one_story_of_a_file_cut_anywhere(void **state)
{
	(void)state;
	for (size_t which = 0; which <= RECIPES; which++) {
		struct buffer packed = BUFFER_EMPTY;

		sample_put(which, &packed);
		for (size_t cut = 1; cut < packed.len; cut++) {
			struct str part = str_take(buffer_str(&packed), cut);
			struct story story =
			    story_both(part, 64, "cut at", cut);
			bool whole = strchr(story.events.ptr, '.');

			/* The end of the first of two members is an end. */
			assert_true(which == RECIPES || !whole);
			assert_null(strchr(story.events.ptr, '!'));
			story_destroy(&story);
		}
		buffer_destroy(&packed);
	}
}

static void
tells_one_story_of_a_file_with_any_bit_flipped(void **state)
{
	(void)state;
	for (size_t which = 0; which <= RECIPES; which++) {
		struct buffer packed = BUFFER_EMPTY;

		sample_put(which, &packed);
		for (size_t bit = 0; bit < packed.len * 8; bit++) {
			char mask = (char)(1 << bit % 8);
			struct story story;

			packed.ptr[bit / 8] ^= mask;
			story =
			    story_both(buffer_str(&packed), 1000, "bit", bit);
			packed.ptr[bit / 8] ^= mask;
			story_destroy(&story);
		}
		buffer_destroy(&packed);
	}
}

/* Garbage behind a sound header, so that it reaches the unpackers; as a
 * dynamic block, for there they differ. */
static void
tells_one_story_of_garbage(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (size_t round = 0; round < 1000; round++) {
		struct buffer packed = BUFFER_EMPTY;
		struct story story;

		buffer_put(&packed, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
		for (size_t i = 0; i < 20 + round % 400; i++)
			buffer_putc(&packed, (char)next_random(&seed));
		packed.ptr[10] = (char)((packed.ptr[10] & ~7) | 4);
		story = story_both(buffer_str(&packed), 999, "garbage", round);
		story_destroy(&story);
		buffer_destroy(&packed);
	}
}

static void
tells_one_story_of_a_large_file_with_damage(void **state)
{
	struct buffer text = BUFFER_EMPTY;
	uint32_t seed = 99;

	(void)state;
	text_put(&text, 12000, 3);
	for (size_t round = 0; round < 40; round++) {
		struct buffer packed = BUFFER_EMPTY;
		struct story story;
		size_t at;

		gzip_put(&recipes[round % RECIPES], buffer_str(&text), NULL,
		    &packed);
		at = next_random(&seed) % packed.len;
		if (round % 4 == 0)
			packed.len = at + 1;
		else
			packed.ptr[at] ^= (char)(1 << round % 8);
		story = story_both(buffer_str(&packed), 50000, "large", round);
		story_destroy(&story);
		buffer_destroy(&packed);
	}
	buffer_destroy(&text);
}

/* The members and bytes of the file PATH. */
static size_t
count_members(const char *path, enum source_unpacking unpacking,
    size_t *members, struct source **source)
{
	enum source_event event;
	struct fault fault;
	size_t bytes = 0;
	char to[500];

	*members = 1;
	*source = source_open_with(path, false, unpacking, &fault);
	assert_non_null(*source);
	do {
		size_t count;

		event = source_read(*source, to, sizeof(to), &count, &fault);
		bytes += count;
		*members += event == SOURCE_MEMBER;
	} while (event == SOURCE_BYTES || event == SOURCE_MEMBER);
	assert_int_equal(event, SOURCE_END);
	return bytes;
}

static void
reads_a_file_of_20000_members(void **state)
{
	struct buffer packed = BUFFER_EMPTY;
	struct buffer one = BUFFER_EMPTY;
	struct memory_file file;

	(void)state;
	member_put(&one, RECORD);
	for (int i = 0; i < 20000; i++)
		buffer_puts(&packed, buffer_str(&one));
	file = memory_file(buffer_str(&packed));
	for (int which = SOURCE_FAST; which <= SOURCE_ZLIB; which++) {
		struct source *source;
		size_t members;
		size_t bytes;

		bytes = count_members(file.path, which, &members, &source);
		assert_int_equal(members, 20000);
		assert_int_equal(bytes, 20000 * strlen(RECORD));
		assert_int_equal(source_packed(source), packed.len);
		source_close(source);
	}
	close(file.fd);
	buffer_destroy(&one);
	buffer_destroy(&packed);
}

/* Opens the reading end of a pipe that holds BYTES. */
static int
pipe_of(struct str bytes, char path[40])
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes.ptr, bytes.len), bytes.len);
	close(ends[1]);
	snprintf(path, 40, "/proc/self/fd/%d", ends[0]);
	return ends[0];
}

static void
reads_gzip_from_a_pipe(void **state)
{
	struct buffer packed = BUFFER_EMPTY;

	(void)state;
	member_put(&packed, "one\n");
	member_put(&packed, "two\n");
	for (size_t cut = 0; cut < 2; cut++) {
		struct str part =
		    str_take(buffer_str(&packed), packed.len - 3 * cut);
		char path[40];
		int fd = pipe_of(part, path);
		struct story story = story_of(path, SOURCE_FAST, 10);

		assert_string_equal(story.events.ptr, cut ? "4|4~" : "4|4.");
		assert_true(
		    str_eq(buffer_str(&story.bytes), STR("one\ntwo\n")));
		story_destroy(&story);
		close(fd);
	}
	buffer_destroy(&packed);
}

/* The last symbols are missing, so that the judge has to go back to the place
 * where standard input stood, not to the beginning of its file. */
static void
reads_standard_input_from_where_it_stands(void **state)
{
	struct buffer packed = BUFFER_EMPTY;
	struct memory_file file;
	int kept = dup(STDIN_FILENO);

	(void)state;
	buffer_puts(&packed, STR("skipped\n"));
	member_put(&packed, "one\n");
	packed.len -= 10;
	file = memory_file(buffer_str(&packed));
	assert_int_equal(dup2(file.fd, STDIN_FILENO), STDIN_FILENO);
	for (int which = SOURCE_FAST; which <= SOURCE_ZLIB; which++) {
		struct story story;

		assert_int_equal(lseek(STDIN_FILENO, 8, SEEK_SET), 8);
		story = story_of("-", which, 100);
		assert_string_equal(story.events.ptr, "3~");
		story_destroy(&story);
	}
	assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
	close(kept);
	close(file.fd);
	buffer_destroy(&packed);
}

/* What was there before is not there any more when the judge comes. */
static void
tells_when_a_file_changed_while_it_was_read(void **state)
{
	struct buffer packed = BUFFER_EMPTY;
	struct buffer text = BUFFER_EMPTY;
	struct memory_file file;
	struct source *source;
	struct fault fault;
	char to[1000];
	size_t count;

	(void)state;
	text_put(&text, 9000, 4);
	gzip_put(&recipes[0], buffer_str(&text), NULL, &packed);
	packed.len -= 50;
	file = memory_file(buffer_str(&packed));
	source = source_open_with(file.path, false, SOURCE_FAST, &fault);
	assert_non_null(source);
	assert_int_equal(
	    source_read(source, to, sizeof(to), &count, &fault), SOURCE_BYTES);
	assert_int_equal(pwrite(file.fd, "?", 1, 100), 1);
	while (
	    source_read(source, to, sizeof(to), &count, &fault) == SOURCE_BYTES)
		;
	assert_non_null(strstr(fault.what, "changed while it was read"));
	source_close(source);
	close(file.fd);
	buffer_destroy(&text);
	buffer_destroy(&packed);
}

static void
says_why_a_path_cannot_be_opened(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path;
		bool blocking;
		const char *fault;
	} rows[] = {
		{"/nowhere/at-all", false, "cannot be opened: No such file or directory"},
		{"/", true, "is a directory"},
		{"/", false, "is a directory"},
		{"/dev/zero", false, "is no regular file"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fault fault;

		assert_null(
		    source_open(rows[i].path, rows[i].blocking, &fault));
		assert_string_equal(fault.what, rows[i].fault);
	}
}

static void
does_not_wait_for_a_fifo_unless_told_to(void **state)
{
	char dir[] = "/tmp/mtrack-source-XXXXXX";
	char path[64];
	struct fault fault;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(source_open(path, false, &fault));
	assert_string_equal(fault.what, "is no regular file");
	unlink(path);
	rmdir(dir);
}

/* /proc/self/mem is a regular file that has no byte at 0. */
static void
tells_a_read_error_with_its_cause(void **state)
{
	struct fault fault;

	(void)state;
	assert_null(source_open("/proc/self/mem", false, &fault));
	assert_string_equal(fault.what, "cannot be read: Input/output error");
}

static void
names_what_unpacks(void **state)
{
	(void)state;
	assert_non_null(strstr(source_unpacker(), "checksums by "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_back_what_was_packed_in_every_way),
	    cmocka_unit_test(gives_plain_bytes_as_they_are),
	    cmocka_unit_test(tells_the_form_from_the_first_bytes),
	    cmocka_unit_test(tells_where_each_further_member_begins),
	    cmocka_unit_test(says_nothing_about_zeros_behind_the_last_member),
	    cmocka_unit_test(takes_anything_else_behind_a_member_for_damage),
	    cmocka_unit_test(takes_a_begun_member_at_the_end_for_one_cut_short),
	    cmocka_unit_test(gives_all_bytes_before_a_wrong_checksum_or_length),
	    cmocka_unit_test(reads_headers_with_everything_in_them),
	    cmocka_unit_test(checks_the_checksum_of_a_header),
	    cmocka_unit_test(tells_one_story_of_a_file_cut_anywhere),
	    cmocka_unit_test(tells_one_story_of_a_file_with_any_bit_flipped),
	    cmocka_unit_test(tells_one_story_of_garbage),
	    cmocka_unit_test(tells_one_story_of_a_large_file_with_damage),
	    cmocka_unit_test(reads_a_file_of_20000_members),
	    cmocka_unit_test(reads_gzip_from_a_pipe),
	    cmocka_unit_test(reads_standard_input_from_where_it_stands),
	    cmocka_unit_test(tells_when_a_file_changed_while_it_was_read),
	    cmocka_unit_test(says_why_a_path_cannot_be_opened),
	    cmocka_unit_test(does_not_wait_for_a_fifo_unless_told_to),
	    cmocka_unit_test(tells_a_read_error_with_its_cause),
	    cmocka_unit_test(names_what_unpacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Makes gzip files for tests by a recipe, sound or damaged in a known way; the
 * same bytes every time.
 *
 *     mkarchive gzip IN OUT [--members N] [--level N] [--memory N]
 *               [--mtime SECONDS] [--append] [--bad-crc] [--zeros N]
 *               [--flip BYTE] [--cut BYTE]
 *
 * --members N   N members, each of about as many lines
 * --level N     zlib's 0-9, default 6
 * --memory N    zlib's 1-9, default 8; with 1 a deflate block has about 500
 *               bytes of text
 * --mtime N     the time in the header, default 0
 * --append      the members go behind what OUT holds
 * --bad-crc     the last member's checksum is wrong
 * --zeros N     N bytes of padding
 * --flip BYTE   the lowest bit of that byte of OUT is flipped
 * --cut BYTE    OUT ends before that byte
 *
 * Damage is done in the order of this list. A BYTE below 0 counts from the
 * end. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct recipe {
	long members;
	long level;
	long memory;
	long mtime;
	bool append;
	bool bad_crc;
	long zeros;
	bool flips;
	long flip;
	bool cuts;
	long cut;
};

struct bytes {
	unsigned char *ptr;
	size_t len;
};

static _Noreturn void
fail(const char *what, const char *name)
{
	fprintf(stderr, "mkarchive: %s: %s: %s\n", name, what,
	    errno ? strerror(errno) : "refused");
	exit(2);
}

static _Noreturn void
usage(void)
{
	fputs("usage: mkarchive gzip IN OUT [--members N] [--level N] "
	      "[--memory N]\n"
	      "                 [--mtime SECONDS] [--append] [--bad-crc] "
	      "[--zeros N]\n"
	      "                 [--flip BYTE] [--cut BYTE]\n",
	    stderr);
	exit(2);
}

/* Makes room for MORE bytes and returns where they begin. */
static unsigned char *
grow(struct bytes *bytes, size_t more)
{
	bytes->ptr = realloc(bytes->ptr, bytes->len + more + 1);
	if (!bytes->ptr)
		fail("out of memory", "bytes");
	return bytes->ptr + bytes->len;
}

/* A file that does not exist is empty where it may be MISSING. */
static struct bytes
read_file(const char *name, bool missing)
{
	struct bytes bytes = {NULL, 0};
	FILE *file = fopen(name, "rb");
	size_t got = 1;

	grow(&bytes, 0);
	if (!file && missing && errno == ENOENT)
		return bytes;
	if (!file)
		fail("open", name);
	while (got) {
		unsigned char *room = grow(&bytes, 65536);

		got = fread(room, 1, 65536, file);
		bytes.len += got;
	}
	if (ferror(file))
		fail("read", name);
	fclose(file);
	return bytes;
}

static void
write_file(const char *name, const struct bytes *bytes)
{
	FILE *file = fopen(name, "wb");

	if (!file)
		fail("open", name);
	if (fwrite(bytes->ptr, 1, bytes->len, file) != bytes->len ||
	    fclose(file))
		fail("write", name);
}

static void
put_member(struct bytes *out, const struct recipe *recipe, unsigned char *text,
    size_t len)
{
	z_stream stream = {.zalloc = NULL};
	gz_header header = {.time = (uLong)recipe->mtime, .os = 3};
	size_t bound;

	if (deflateInit2(&stream, (int)recipe->level, Z_DEFLATED,
		MAX_WBITS + 16, (int)recipe->memory,
		Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflateSetHeader(&stream, &header) != Z_OK)
		fail("deflate", "level");
	bound = deflateBound(&stream, (uLong)len) + 64;
	stream.next_in = text;
	stream.avail_in = (uInt)len;
	stream.next_out = grow(out, bound);
	stream.avail_out = (uInt)bound;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		fail("deflate", "text");
	out->len += bound - stream.avail_out;
	deflateEnd(&stream);
}

/* The end of the line that byte AT of TEXT stands in. */
static size_t
line_end(const struct bytes *text, size_t at)
{
	while (at < text->len && (at == 0 || text->ptr[at - 1] != '\n'))
		at++;
	return at;
}

static void
put_members(
    struct bytes *out, const struct recipe *recipe, const struct bytes *text)
{
	size_t from = 0;

	for (long i = 1; i <= recipe->members; i++) {
		size_t share = (size_t)((double)text->len * (double)i /
		    (double)recipe->members);
		size_t to =
		    i == recipe->members ? text->len : line_end(text, share);

		if (to < from)
			to = from;
		put_member(out, recipe, text->ptr + from, to - from);
		from = to;
	}
}

/* Where BYTE stands in OUT. */
static size_t
place(const struct bytes *out, long byte)
{
	long at = byte < 0 ? (long)out->len + byte : byte;

	if (at < 0 || (size_t)at >= out->len)
		fail("no such byte", "--flip or --cut");
	return (size_t)at;
}

static void
spoil(struct bytes *out, const struct recipe *recipe)
{
	if (recipe->bad_crc)
		out->ptr[out->len - 8] ^= 1;
	memset(grow(out, (size_t)recipe->zeros), 0, (size_t)recipe->zeros);
	out->len += (size_t)recipe->zeros;
	if (recipe->flips)
		out->ptr[place(out, recipe->flip)] ^= 1;
	if (recipe->cuts)
		out->len = place(out, recipe->cut);
}

static long
number(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end)
		usage();
	return value;
}

static void
take_option(struct recipe *recipe, int option, const char *value)
{
	switch (option) {
	case 'm':
		recipe->members = number(value);
		break;
	case 'l':
		recipe->level = number(value);
		break;
	case 't':
		recipe->mtime = number(value);
		break;
	case 'a':
		recipe->append = true;
		break;
	case 'M':
		recipe->memory = number(value);
		break;
	case 'b':
		recipe->bad_crc = true;
		break;
	case 'z':
		recipe->zeros = number(value);
		break;
	case 'f':
		recipe->flips = true;
		recipe->flip = number(value);
		break;
	case 'c':
		recipe->cuts = true;
		recipe->cut = number(value);
		break;
	default:
		usage();
	}
}

static struct recipe
read_options(int argc, char **argv)
{
	static const struct option options[] = {
	    {"members", required_argument, NULL, 'm'},
	    {"level", required_argument, NULL, 'l'},
	    {"memory", required_argument, NULL, 'M'},
	    {"mtime", required_argument, NULL, 't'},
	    {"append", no_argument, NULL, 'a'},
	    {"bad-crc", no_argument, NULL, 'b'},
	    {"zeros", required_argument, NULL, 'z'},
	    {"flip", required_argument, NULL, 'f'},
	    {"cut", required_argument, NULL, 'c'},
	    {NULL, 0, NULL, 0},
	};
	struct recipe recipe = {.members = 1, .level = 6, .memory = 8};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(&recipe, option, optarg);
	if (argc - optind != 3 || strcmp(argv[optind], "gzip") ||
	    recipe.members < 1 || recipe.zeros < 0)
		usage();
	return recipe;
}

int
main(int argc, char **argv)
{
	struct recipe recipe = read_options(argc, argv);
	const char *name = argv[optind + 2];
	struct bytes text = read_file(argv[optind + 1], false);
	struct bytes out = {NULL, 0};

	errno = 0;
	if (recipe.append)
		out = read_file(name, true);
	put_members(&out, &recipe, &text);
	spoil(&out, &recipe);
	write_file(name, &out);
	free(text.ptr);
	free(out.ptr);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Any archive, any criteria: a query by a side index answers as one without.
 * A byte for how the bytes stand on disk, one for where the file ended when it
 * was indexed, a line of words between `|`, then the archive:
 *
 *     bits 0-2  plain, or gzip of so many members
 *     bits 3-4  how large the index's blocks are
 *     bit  5    deflate blocks end often
 *     bit  6    the file ends inside its last member */
#include "asked.h"
#include "scanned.h"

#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct scanned scanned;

/* BYTES as one gzip member behind OUT. */
static void
put_member(struct buffer *out, struct str bytes, bool often)
{
	size_t step = often ? 200 : bytes.len + 1;
	z_stream stream = {.zalloc = Z_NULL};

	scanned_demand(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8,
			   Z_DEFAULT_STRATEGY) == Z_OK,
	    "deflateInit2");
	do {
		size_t count = bytes.len < step ? bytes.len : step;
		bool last = count == bytes.len;

		buffer_reserve(out, count + 200);
		stream.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
		stream.avail_in = (uInt)count;
		stream.next_out = (unsigned char *)out->ptr + out->len;
		stream.avail_out = (uInt)(out->cap - out->len);
		deflate(&stream, last ? Z_FINISH : Z_BLOCK);
		scanned_demand(stream.avail_in == 0, "deflate");
		out->len = out->cap - stream.avail_out;
		bytes = str_drop(bytes, count);
		if (last)
			break;
	} while (true);
	deflateEnd(&stream);
}

static void
pack(struct buffer *out, struct str bytes, uint8_t how)
{
	size_t members = how & 7u;
	size_t each = members ? bytes.len / members + 1 : 0;

	if (members == 0)
		buffer_puts(out, bytes);
	for (; members > 0; members--) {
		put_member(out, str_take(bytes, each), how >> 5 & 1);
		bytes = str_drop(bytes, each < bytes.len ? each : bytes.len);
	}
	if (how & 64 && out->len > 9)
		out->len -= 9;
}

static void
compare(const struct scanned_query *query)
{
	struct scanned_answer with;
	struct scanned_answer without;

	scanned_ask(&scanned, query, true, &with);
	scanned_ask(&scanned, query, false, &without);
	scanned_demand_same(&with, &without, false);
	buffer_destroy(&with.records);
	buffer_destroy(&without.records);
}

/* The file is indexed when only the first PART of 256 stand in it, then with
 * the rest. */
static void
try(const struct scanned_query *query, uint8_t how, uint8_t part,
    struct str bytes)
{
	static const uint64_t blocks[] = {64, 200, 500, 2000};
	struct buffer packed = BUFFER_EMPTY;
	uint64_t block = blocks[how >> 3 & 3];
	size_t before = bytes.len * part / 256;

	unlink(scanned.side);
	if (part > 0) {
		pack(&packed, str_take(bytes, before), how);
		scanned_put(&scanned, buffer_str(&packed));
		scanned_build(&scanned, block);
		compare(query);
		bytes = str_drop(bytes, before);
	}
	pack(&packed, bytes, how);
	scanned_put(&scanned, buffer_str(&packed));
	compare(query);
	scanned_build(&scanned, block);
	compare(query);
	buffer_destroy(&packed);
}

static void
close_all(void)
{
	scanned_close(&scanned);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scanned_query query;
	struct str bytes;
	struct asked asked;
	struct str words;

	if (size < 2)
		return 0;
	if (!scanned.scanner) {
		scanned_open(&scanned);
		atexit(close_all);
	}
	bytes = (struct str){(const char *)data + 2, size - 2};
	str_split(&bytes, '\n', &words);
	if (asked_init(&asked, words)) {
		scanned.rules = asked.options.rules;
		query = (struct scanned_query){
		    asked.options.criteria, asked.since, asked.until};
		try(&query, data[0], data[1], bytes);
	}
	asked_destroy(&asked);
	return 0;
}

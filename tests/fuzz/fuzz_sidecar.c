/* SPDX-License-Identifier: MIT */
/* Any change to a side file: the query answers as without it, or, where the
 * file was sealed again behind the change, at least nothing is overrun and no
 * memory taken on its word. The first byte:
 *
 *     bits 0-1  which archive
 *     bit  2    it has grown since it was indexed
 *     bit  3    all checksums of the side file are put right again
 *     bit  4    the rest is the side file itself
 *     bits 5-6  what is asked
 *     bit  7    the index is renewed in between
 *
 * Else the rest are changes: where (2 bytes), what (3 bits), how long
 * (5 bits), and as many bytes. */
#include "../unit/sealed.h"
#include "asked.h"
#include "scanned.h"

#include <zlib.h>

#include "mtrack/wire.h"

#define ARCHIVES 4
#define RECORDS  60u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct scanned scanned;
static struct asked asked[4];
static struct buffer archives[ARCHIVES][2]; /* as indexed, and grown */
static struct buffer sides[ARCHIVES];
static struct scanned_answer answers[ARCHIVES][2][4];

/* ---- archives ---- */

static void
put_record(struct buffer *out, unsigned form, unsigned i)
{
	if (form == 2)
		buffer_printf(out,
		    "2026-10-01T00:%02u:00Z,m-%u,a%u@x.example,b%u@y.example,"
		    "192.0.2.%u,\"in %u\"\n",
		    i, i, i, i % 7, i, i);
	else if (form == 3)
		buffer_printf(out,
		    "CEF:0|Trend Micro|TMES|1.0|400101|TRACKING|4|"
		    "rt=2026-10-01T00:%02u:00Z suser=a%u@x.example "
		    "duser=b%u@y.example src=192.0.2.%u cs1Label=mailUuid "
		    "cs1=m-%u msg=in %u\n",
		    i, i, i % 7, i, i, i);
	else
		buffer_printf(out,
		    "%s{\"timestamp\":\"2026-10-01T00:%02u:00Z\",\"mailID\":"
		    "\"m-%u\",\"sender\":\"a%u@x.example\",\"recipient\":"
		    "\"b%u@y.example\",\"senderIP\":\"192.0.2.%u\","
		    "\"subject\":\"in %u\"%s%s",
		    form == 1 && i % 20 ? "," : "", i, i, i, i % 7, i, i,
		    form == 0 && i % 16 == 9 ? "\n" : "}\n",
		    form == 1 && i % 20 == 19 ? "]}\n" : "");
}

static void
put_head(struct buffer *out, unsigned form, unsigned i)
{
	if (form == 1 && i % 20 == 0)
		buffer_puts(out, STR("{\"nextToken\":\"x\",\"logs\":[\n"));
	if (form == 2 && i == 0)
		buffer_puts(out,
		    STR("timestamp,mailID,sender,recipient,senderIP,"
			"subject\n"));
}

/* Behind OUT one gzip member of BYTES, in many deflate blocks. */
static void
put_member(struct buffer *out, struct str bytes)
{
	z_stream stream = {.zalloc = Z_NULL};

	scanned_demand(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8,
			   Z_DEFAULT_STRATEGY) == Z_OK,
	    "deflateInit2");
	buffer_reserve(out, bytes.len + 1000);
	stream.next_out = (unsigned char *)out->ptr + out->len;
	stream.avail_out = (uInt)(out->cap - out->len);
	while (bytes.len > 300) {
		stream.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
		stream.avail_in = 300;
		deflate(&stream, Z_BLOCK);
		bytes = str_drop(bytes, 300);
	}
	stream.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
	stream.avail_in = (uInt)bytes.len;
	scanned_demand(deflate(&stream, Z_FINISH) == Z_STREAM_END, "deflate");
	out->len = out->cap - stream.avail_out;
	deflateEnd(&stream);
}

/* Records FROM ... TO of archive FORM: JSON lines in several members, JSON
 * pages in one, CSV as it is, CEF in one. */
static void
put_records(struct buffer *out, unsigned form, unsigned from, unsigned to)
{
	struct buffer text = BUFFER_EMPTY;

	for (unsigned i = from; i < to; i++) {
		put_head(&text, form, i);
		put_record(&text, form, i);
		if (form == 0 && i % 15 == 14 && i + 1 < to) {
			put_member(out, buffer_str(&text));
			buffer_clear(&text);
		}
	}
	if (form == 2)
		buffer_puts(out, buffer_str(&text));
	else
		put_member(out, buffer_str(&text));
	buffer_destroy(&text);
}

static void
read_side(struct buffer *out)
{
	int fd = open(scanned.side, O_RDONLY | O_CLOEXEC);
	struct stat st;

	scanned_demand(fd >= 0 && fstat(fd, &st) == 0, "no side file");
	buffer_reserve(out, (size_t)st.st_size);
	scanned_demand(read(fd, out->ptr, out->cap) == st.st_size, "read");
	out->len = (size_t)st.st_size;
	close(fd);
}

/* ---- what is asked ---- */

static const char *const questions[] = {
    "--sender|a17@x.example",
    "--recipient|nobody@x.example",
    "--since|2026-10-01T00:40|--until|2026-10-01T00:45",
    "-i|192.0.2.3,192.0.2.59",
};

static struct scanned_query
query(unsigned number)
{
	return (struct scanned_query){asked[number].options.criteria,
	    asked[number].since, asked[number].until};
}

static void
close_all(void)
{
	for (unsigned i = 0; i < 4; i++)
		asked_destroy(&asked[i]);
	for (unsigned form = 0; form < ARCHIVES; form++) {
		buffer_destroy(&sides[form]);
		for (unsigned grown = 0; grown < 2; grown++) {
			buffer_destroy(&archives[form][grown]);
			for (unsigned i = 0; i < 4; i++)
				buffer_destroy(
				    &answers[form][grown][i].records);
		}
	}
	scanned_close(&scanned);
}

/* What the side file of FORM is, and what is answered without it. */
static void
prepare(unsigned form)
{
	put_records(&archives[form][0], form, 0, RECORDS - 10);
	buffer_puts(&archives[form][1], buffer_str(&archives[form][0]));
	put_records(&archives[form][1], form, RECORDS - 10, RECORDS);
	for (unsigned grown = 0; grown < 2; grown++) {
		scanned_put(&scanned, buffer_str(&archives[form][grown]));
		for (unsigned i = 0; i < 4; i++) {
			struct scanned_query asks = query(i);

			scanned_ask(
			    &scanned, &asks, false, &answers[form][grown][i]);
		}
	}
	scanned_put(&scanned, buffer_str(&archives[form][0]));
	unlink(scanned.side);
	scanned_demand(
	    scanned_build(&scanned, 600) == INDEX_MADE, "no side file");
	read_side(&sides[form]);
}

static void
begin(void)
{
	scanned_open(&scanned);
	for (unsigned i = 0; i < 4; i++)
		scanned_demand(
		    asked_init(&asked[i], str_from(questions[i])), "question");
	for (unsigned form = 0; form < ARCHIVES; form++)
		prepare(form);
	atexit(close_all);
}

/* ---- changes ---- */

static void
change(struct buffer *side, size_t at, unsigned what, struct str bytes)
{
	size_t left = side->len - at;
	size_t count = bytes.len < left ? bytes.len : left;
	unsigned char *place;

	buffer_reserve(side, bytes.len + 8);
	place = (unsigned char *)side->ptr + at;
	switch (what) {
	case 0: /* over what stands there */
	case 1:
		if (count)
			memcpy(place, bytes.ptr, count);
		break;
	case 2: /* in between */
		memmove(place + bytes.len, place, left);
		if (bytes.len)
			memcpy(place, bytes.ptr, bytes.len);
		side->len += bytes.len;
		break;
	case 3: /* out */
		memmove(place, place + count, left - count);
		side->len -= count;
		break;
	case 4: /* the end off */
		side->len = at;
		break;
	case 5: /* doubled */
		memmove(place + count, place, left);
		side->len += count;
		break;
	default: /* a number becomes larger or smaller */
		for (size_t i = 0; i < count && left - i >= 8; i += 8)
			wire_put64(place + i,
			    wire_get64(place + i) + (uint64_t)bytes.ptr[i]);
		break;
	}
}

static void
change_all(struct buffer *side, struct str changes)
{
	while (changes.len >= 3) {
		const unsigned char *byte = (const unsigned char *)changes.ptr;
		size_t at = (byte[0] | (size_t)byte[1] << 8) % (side->len + 1);
		unsigned what = byte[2] >> 5;
		struct str bytes =
		    str_take(str_drop(changes, 3), byte[2] & 31u);

		change(side, at, what, bytes);
		changes = str_drop(changes, 3 + bytes.len);
	}
}

static void
judge(unsigned form, unsigned grown, unsigned number, bool sealed)
{
	struct scanned_query asks = query(number);
	struct scanned_answer answer;

	scanned_ask(&scanned, &asks, true, &answer);
	if (!sealed)
		scanned_demand_same(
		    &answer, &answers[form][grown][number], true);
	buffer_destroy(&answer.records);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer side = BUFFER_EMPTY;
	unsigned form;
	unsigned grown;
	bool sealed;

	if (size == 0)
		return 0;
	if (!scanned.scanner)
		begin();
	form = data[0] & 3u;
	grown = data[0] >> 2 & 1u;
	sealed = data[0] >> 3 & 1u;
	if (data[0] >> 4 & 1) {
		buffer_put(&side, data + 1, size - 1);
	} else {
		buffer_puts(&side, buffer_str(&sides[form]));
		change_all(
		    &side, (struct str){(const char *)data + 1, size - 1});
	}
	if (sealed)
		sealed_anew(&side);
	scanned_put(&scanned, buffer_str(&archives[form][grown]));
	scanned_write(scanned.side, buffer_str(&side));
	judge(form, grown, data[0] >> 5 & 3u, sealed);
	if (data[0] >> 7) {
		scanned_build(&scanned, 600);
		judge(form, grown, data[0] >> 5 & 3u, sealed);
	}
	buffer_destroy(&side);
	return 0;
}

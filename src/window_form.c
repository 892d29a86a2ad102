/* SPDX-License-Identifier: MIT */
/* Windows as side files keep them. */
#include "mtrack/window_form.h"

#include "mtrack/arena.h"
#include "mtrack/wire.h"

#define HEAD 4u
/* Head, runs and bytes of any window: a run has at least one zero and one byte,
 * and a length of more than seven bits as many zeros or bytes. */
#define PLAIN_MOST WINDOW_PACKED_MOST

/* ---- runs ---- */

/* The next byte from AT on that is zero, or is not. */
static size_t
find(const unsigned char *window, size_t len, size_t at, bool zero)
{
	while (at < len && (window[at] == 0) != zero)
		at++;
	return at;
}

static void
put_number(struct buffer *out, size_t number)
{
	for (; number > 0x7f; number >>= 7)
		buffer_putc(out, (char)(0x80 | (number & 0x7f)));
	buffer_putc(out, (char)number);
}

static void
put_runs(const unsigned char *window, size_t len, struct buffer *out)
{
	size_t at = 0;

	while (at < len) {
		size_t first = find(window, len, at, false);
		size_t end = find(window, len, first, true);

		if (first == len)
			return;
		put_number(out, first - at);
		put_number(out, end - first);
		at = end;
	}
}

void
window_bytes(const unsigned char *window, size_t len, struct buffer *out)
{
	size_t at = 0;

	while (at < len) {
		size_t first = find(window, len, at, false);

		at = find(window, len, first, true);
		buffer_put(out, window + first, at - first);
	}
}

/* False when there is none; *AT moves on. */
static bool
get_number(struct str runs, size_t *at, size_t *number)
{
	unsigned shift = 0;
	unsigned char byte;

	*number = 0;
	do {
		if (*at == runs.len || shift > 14)
			return false;
		byte = (unsigned char)runs.ptr[(*at)++];
		*number |= (size_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return true;
}

/* Puts BYTES where RUNS say; false when they do not fit into LEN. */
static bool
spread(struct str runs, struct str bytes, unsigned char *window, size_t len)
{
	size_t at = 0;
	size_t to = 0;

	memset(window, 0, len);
	while (at < runs.len) {
		size_t zeros;
		size_t count;

		if (!get_number(runs, &at, &zeros) ||
		    !get_number(runs, &at, &count) || zeros > len - to ||
		    count > len - to - zeros || count > bytes.len)
			return false;
		to += zeros;
		memcpy(window + to, bytes.ptr, count);
		to += count;
		bytes = str_drop(bytes, count);
	}
	return bytes.len == 0;
}

/* ---- packing ---- */

/* Cannot fail: the settings are good. */
static void
begin(struct window_packer *packer)
{
	z_stream *stream = &packer->stream;

	if (packer->begun) {
		deflateReset(stream);
		return;
	}
	stream->zalloc = zmemory_take;
	stream->zfree = zmemory_give;
	deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
	    Z_DEFAULT_STRATEGY);
	packer->begun = true;
}

/* Nor can this: there is room for all. */
static void
deflate_all(
    struct window_packer *packer, struct str dictionary, struct buffer *out)
{
	z_stream *stream = &packer->stream;
	struct str plain = buffer_str(&packer->plain);
	uLong most;

	begin(packer);
	if (dictionary.len)
		deflateSetDictionary(stream, (const Bytef *)dictionary.ptr,
		    (uInt)dictionary.len);
	most = deflateBound(stream, (uLong)plain.len);
	buffer_reserve(out, most);
	stream->next_in = (const Bytef *)plain.ptr;
	stream->avail_in = (uInt)plain.len;
	stream->next_out = (Bytef *)out->ptr + out->len;
	stream->avail_out = (uInt)most;
	deflate(stream, Z_FINISH);
	out->len += most - stream->avail_out;
}

void
window_pack(struct window_packer *packer, const unsigned char *window,
    size_t len, struct str dictionary, struct buffer *out)
{
	struct buffer *plain = &packer->plain;
	unsigned char head[HEAD] = {0};

	buffer_clear(plain);
	buffer_put(plain, head, sizeof(head));
	put_runs(window, len, plain);
	wire_put(head, len, 2);
	wire_put(head + 2, plain->len - HEAD, 2);
	memcpy(plain->ptr, head, sizeof(head));
	window_bytes(window, len, plain);
	deflate_all(packer, dictionary, out);
}

void
window_packer_destroy(struct window_packer *packer)
{
	if (packer->begun)
		deflateEnd(&packer->stream);
	packer->begun = false;
	buffer_destroy(&packer->plain);
}

/* How many bytes came, at most PLAIN_MOST; 0 when PACKED is wrong. */
static size_t
inflate_all(struct str packed, struct str dictionary, unsigned char *plain)
{
	z_stream stream = {.zalloc = zmemory_take, .zfree = zmemory_give};
	int answer;

	inflateInit2(&stream, -MAX_WBITS);
	if (dictionary.len)
		inflateSetDictionary(&stream, (const Bytef *)dictionary.ptr,
		    (uInt)dictionary.len);
	stream.next_in = (const Bytef *)packed.ptr;
	stream.avail_in = (uInt)packed.len;
	stream.next_out = plain;
	stream.avail_out = PLAIN_MOST;
	answer = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	return answer == Z_STREAM_END ? PLAIN_MOST - stream.avail_out : 0;
}

bool
window_unpack(struct str packed, struct str dictionary, unsigned char *window,
    size_t *len)
{
	unsigned char *plain = memory_resize(NULL, 1, PLAIN_MOST);
	struct str all = {
	    (const char *)plain, inflate_all(packed, dictionary, plain)};
	size_t runs = 0;
	bool fits;

	*len = 0;
	if (all.len >= HEAD) {
		*len = (size_t)wire_get(plain, 2);
		runs = (size_t)wire_get(plain + 2, 2);
		all = str_drop(all, HEAD);
	}
	fits = *len > 0 && *len <= ENTRYPOINT_WINDOW && runs <= all.len &&
	    spread(str_take(all, runs), str_drop(all, runs), window, *len);
	memory_free(plain);
	return fits;
}

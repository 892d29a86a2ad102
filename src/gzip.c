/* SPDX-License-Identifier: MIT */
/* gzip members in a row (RFC 1952):
 *
 *     header | deflate data | CRC-32, length | header | ... | zeros
 *              ^ body                                         padding
 */
#include "mtrack/gzip.h"

#include <errno.h>

#define FLAG_HCRC     0x02u
#define FLAG_EXTRA    0x04u
#define FLAG_NAME     0x08u
#define FLAG_COMMENT  0x10u
#define FLAGS_UNKNOWN 0xe0u

static const char not_a_member[] = "what follows the last member is not gzip";
static const char bad_method[] = "the compression method is unknown";
static const char bad_flags[] = "reserved flags are set";
static const char bad_header[] = "the checksum of the header is wrong";
static const char bad_data[] = "the compressed data is wrong";
static const char bad_checksum[] = "the checksum is wrong";
static const char bad_length[] = "the length is wrong";
static const char changed[] = "the file changed while it was read";

/* OFFSET is that of a byte in the file as it stands on disk, from 0. */
static enum gzip_event
damage(uint64_t offset, const char *reason, struct fault *fault)
{
	fault_set(fault,
	    "damaged at byte %llu of the file: %s; what stands before it "
	    "was read",
	    (unsigned long long)offset, reason);
	return GZIP_DAMAGE;
}

/* Nothing more comes: the file ends here, or cannot be read on. */
static enum gzip_event
ended(const struct gzip *gzip, struct fault *fault)
{
	unsigned long long offset = gzip->in->taken;

	if (gzip->in->error) {
		errno = gzip->in->error;
		fault_set(fault,
		    "cannot be read at byte %llu: %m; what stands "
		    "before it was read",
		    offset);
		return GZIP_DAMAGE;
	}
	fault_set(fault,
	    "cut short: the gzip member is not complete when the file ends at "
	    "byte %llu; what stands before it was read",
	    offset);
	return GZIP_CUT;
}

/* The next byte, or -1. */
static int
next_byte(struct packed *in)
{
	if (in->at == in->end && !packed_fill(in))
		return -1;
	return in->window[in->at++];
}

/* A header being read: the checksum of its bytes, and how reading went. */
struct header {
	struct packed *in;
	const struct inflate_ops *ops;
	uint32_t crc;
	bool ended;
};

static unsigned
header_byte(struct header *header)
{
	int c = header->ended ? -1 : next_byte(header->in);
	unsigned char byte = (unsigned char)c;

	if (c < 0) {
		header->ended = true;
		return 0;
	}
	header->crc = header->ops->crc(header->crc, &byte, 1);
	return byte;
}

static unsigned
header_short(struct header *header)
{
	unsigned low = header_byte(header);

	return low | header_byte(header) << 8;
}

static void
header_text(struct header *header)
{
	while (header_byte(header) && !header->ended)
		;
}

static void
header_optional(struct header *header, unsigned flags)
{
	if (flags & FLAG_EXTRA)
		for (unsigned left = header_short(header); left; left--)
			header_byte(header);
	if (flags & FLAG_NAME)
		header_text(header);
	if (flags & FLAG_COMMENT)
		header_text(header);
}

/* Takes a header byte that must be WANT. */
static bool
header_is(struct header *header, unsigned want)
{
	return header_byte(header) == want || header->ended;
}

/* Reads a header; the reason when it is wrong, else NULL. Where it is wrong is
 * the byte before in->at. */
static const char *
header_read(struct header *header)
{
	unsigned flags;
	unsigned crc;

	if (!header_is(header, 0x1f) || !header_is(header, 0x8b))
		return not_a_member;
	if (!header_is(header, 8))
		return bad_method;
	flags = header_byte(header);
	if (flags & FLAGS_UNKNOWN)
		return bad_flags;
	for (int i = 0; i < 6; i++) /* time, extra flags, system */
		header_byte(header);
	header_optional(header, flags);
	if (!(flags & FLAG_HCRC))
		return NULL;
	crc = header->crc & 0xffff;
	if (header_short(header) != crc && !header->ended)
		return bad_header;
	return NULL;
}

static bool
header_take(struct gzip *gzip, enum gzip_event *event, struct fault *fault)
{
	struct header header = {.in = gzip->in, .ops = gzip->ops};
	uint64_t start = packed_offset(gzip->in);
	const char *reason = header_read(&header);

	if (reason) {
		if (reason != not_a_member)
			start = packed_offset(gzip->in) - 1;
		*event = damage(start, reason, fault);
		return false;
	}
	if (header.ended) {
		*event = ended(gzip, fault);
		return false;
	}
	gzip->ops->begin(gzip->state);
	gzip->judged = gzip->ops == &inflate_zlib;
	gzip->partial = false;
	gzip->header = start;
	gzip->body = packed_offset(gzip->in);
	gzip->given = 0;
	gzip->crc = 0;
	gzip->stage = GZIP_BODY;
	*event = GZIP_MEMBER;
	return gzip->members++ == 0;
}

static void *
state_of(const struct gzip *gzip)
{
	return gzip->judged && gzip->judge ? gzip->judge : gzip->state;
}

static void
keep_edge(struct gzip *gzip, const struct inflate_io *io)
{
	const struct packed *in = gzip->in;
	size_t back = (size_t)(in->window + in->at - io->edge);

	gzip->edge = (struct entrypoint){.kind = ENTRYPOINT_BLOCK,
	    .packed = packed_offset(in) - back,
	    .bit = io->bit};
	gzip->stop = false;
	gzip->stopped = true;
}

/* One call of the unpacker; *count bytes were given. */
static enum inflate_answer
unpack(struct gzip *gzip, bool last, void *to, size_t size, size_t *count)
{
	const struct inflate_ops *ops =
	    gzip->judged ? &inflate_zlib : gzip->ops;
	struct packed *in = gzip->in;
	struct inflate_io io = {.in = in->window + in->at,
	    .in_len = in->end - in->at,
	    .last = last,
	    .out = to,
	    .out_len = size,
	    .stop = gzip->stop};
	enum inflate_answer answer = ops->run(state_of(gzip), &io);

	in->at = (size_t)(io.in - in->window);
	if (answer == INFLATE_EDGE)
		keep_edge(gzip, &io);
	*count = size - io.out_len;
	gzip->crc = ops->crc(gzip->crc, to, *count);
	gzip->given += *count;
	return answer;
}

/* What the unpacker, given all input up to an end, makes of the next SIZE
 * bytes. INFLATE_MORE: *count is SIZE, or the input has ended. */
static enum inflate_answer
unpack_all(struct gzip *gzip, void *to, size_t size, size_t *count)
{
	enum inflate_answer answer;
	bool last = gzip->in->over;
	size_t got;

	*count = 0;
	for (;;) {
		answer = unpack(
		    gzip, last, (char *)to + *count, size - *count, &got);
		*count += got;
		if (answer != INFLATE_MORE || *count == size || last)
			return answer;
		/* A pipe's bytes are passed on before it is waited for. */
		if (*count && !gzip->in->regular)
			return answer;
		if (gzip->in->end - gzip->in->at >= PACKED_WINDOW / 2)
			return INFLATE_BAD;
		last = !packed_fill(gzip->in);
	}
}

/* True when there is something to answer with. */
static bool
body(struct gzip *gzip, void *to, size_t size, size_t *count,
    enum gzip_event *event, struct fault *fault)
{
	enum inflate_answer answer = unpack_all(gzip, to, size, count);

	*event = GZIP_BYTES;
	if (answer == INFLATE_DONE) {
		gzip->stage = GZIP_TRAILER;
		return *count > 0;
	}
	if (answer == INFLATE_EDGE)
		return *count > 0;
	if (answer == INFLATE_MORE && *count)
		return true;
	if (!gzip->judged) {
		gzip->stage = GZIP_JUDGE;
		return *count > 0;
	}
	/* zlib answers the same again when it is asked without input. */
	if (*count)
		return true;
	if (answer == INFLATE_MORE)
		*event = ended(gzip, fault);
	else
		*event = damage(packed_offset(gzip->in), bad_data, fault);
	return true;
}

/* Unpacks with zlib what was given already; false when that is not there any
 * more. TO is used as scratch memory. */
static bool
catch_up(struct gzip *gzip, void *to, size_t size)
{
	uint64_t given = gzip->given;
	uint32_t crc = gzip->crc;
	bool stop = gzip->stop;

	gzip->given = 0;
	gzip->crc = 0;
	gzip->stop = false;
	while (gzip->given < given) {
		uint64_t left = given - gzip->given;
		size_t count;

		if (left < size)
			size = (size_t)left;
		unpack_all(gzip, to, size, &count);
		if (count == 0)
			return false;
	}
	gzip->stop = stop;
	return gzip->crc == crc;
}

static bool
judge(struct gzip *gzip, void *to, size_t size, enum gzip_event *event,
    struct fault *fault)
{
	if (!gzip->judge)
		gzip->judge = inflate_zlib.open();
	if (gzip->partial)
		inflate_zlib.resume(gzip->judge, gzip->from.bit,
		    gzip->from.window, gzip->from.window_len);
	else
		inflate_zlib.begin(gzip->judge);
	gzip->judged = true;
	gzip->stage = GZIP_BODY;
	if (!packed_seek(gzip->in, gzip->body)) {
		*event = ended(gzip, fault);
		return false;
	}
	if (catch_up(gzip, to, size))
		return true;
	*event = damage(packed_offset(gzip->in), changed, fault);
	return false;
}

static bool
trailer_word(struct gzip *gzip, uint32_t *word)
{
	*word = 0;
	for (int i = 0; i < 4; i++) {
		int c = next_byte(gzip->in);

		if (c < 0)
			return false;
		*word |= (uint32_t)c << (8 * i);
	}
	return true;
}

/* Checks CRC-32 and the length modulo 2^32. */
static bool
trailer(struct gzip *gzip, enum gzip_event *event, struct fault *fault)
{
	uint64_t offset = packed_offset(gzip->in);
	uint32_t crc;
	uint32_t length;

	if (!trailer_word(gzip, &crc) || !trailer_word(gzip, &length)) {
		*event = ended(gzip, fault);
		return false;
	}
	if (gzip->partial) {
		gzip->stage = GZIP_PADDING;
		return true;
	}
	if (crc != gzip->crc) {
		*event = damage(offset, bad_checksum, fault);
		return false;
	}
	if (length != (uint32_t)gzip->given) {
		*event = damage(offset + 4, bad_length, fault);
		return false;
	}
	gzip->stage = GZIP_PADDING;
	return true;
}

/* Behind a member: the next one at once, or zeros up to the end. */
static bool
padding(struct gzip *gzip, enum gzip_event *event, struct fault *fault)
{
	bool padded = false;
	int c;

	while ((c = next_byte(gzip->in)) == 0)
		padded = true;
	if (c < 0) {
		*event = gzip->in->error ? ended(gzip, fault) : GZIP_END;
		return false;
	}
	gzip->in->at--;
	if (padded) {
		*event = damage(packed_offset(gzip->in), not_a_member, fault);
		return false;
	}
	gzip->stage = GZIP_HEADER;
	return true;
}

void
gzip_open(struct gzip *gzip, struct packed *in, const struct inflate_ops *ops)
{
	*gzip = (struct gzip){
	    .in = in,
	    .ops = in->regular ? ops : &inflate_zlib,
	    .stage = GZIP_HEADER,
	};
	gzip->state = gzip->ops->open();
}

enum gzip_event
gzip_read(struct gzip *gzip, void *to, size_t size, size_t *count,
    struct fault *fault)
{
	enum gzip_event event = GZIP_END;
	bool more = true;

	*count = 0;
	while (more) {
		if (gzip->stopped) {
			gzip->stopped = false;
			return GZIP_EDGE;
		}
		switch (gzip->stage) {
		case GZIP_HEADER:
			more = header_take(gzip, &event, fault);
			break;
		case GZIP_BODY:
			more = !body(gzip, to, size, count, &event, fault);
			break;
		case GZIP_JUDGE:
			more = judge(gzip, to, size, &event, fault);
			break;
		case GZIP_TRAILER:
			more = trailer(gzip, &event, fault);
			break;
		case GZIP_PADDING:
			more = padding(gzip, &event, fault);
			break;
		}
	}
	return event;
}

bool
gzip_resume(struct gzip *gzip, const struct entrypoint *place)
{
	gzip->stop = gzip->stopped = false;
	gzip->given = 0;
	gzip->crc = 0;
	gzip->partial = place->kind == ENTRYPOINT_BLOCK;
	gzip->members = gzip->partial;
	gzip->stage = gzip->partial ? GZIP_BODY : GZIP_HEADER;
	gzip->judged = gzip->ops == &inflate_zlib;
	gzip->body = place->packed;
	gzip->from = *place;
	if (gzip->partial)
		gzip->ops->resume(
		    gzip->state, place->bit, place->window, place->window_len);
	return packed_seek(gzip->in, place->packed);
}

void
gzip_stop(struct gzip *gzip)
{
	gzip->stop = true;
}

void
gzip_place(
    const struct gzip *gzip, enum gzip_event event, struct entrypoint *place)
{
	*place = gzip->edge;
	if (event == GZIP_MEMBER)
		*place = (struct entrypoint){
		    .kind = ENTRYPOINT_MEMBER, .packed = gzip->header};
}

size_t
gzip_history(struct gzip *gzip, unsigned char *to)
{
	const struct inflate_ops *ops =
	    gzip->judged ? &inflate_zlib : gzip->ops;

	return ops->history(state_of(gzip), to);
}

void
gzip_close(struct gzip *gzip)
{
	gzip->ops->close(gzip->state);
	if (gzip->judge)
		inflate_zlib.close(gzip->judge);
}

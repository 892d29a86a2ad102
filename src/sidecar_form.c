/* SPDX-License-Identifier: MIT */
/* The side file's records to bytes and back. Nothing is believed here but
 * that there are so many bytes: sidecar.c judges. */
#include "mtrack/sidecar_form.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "mtrack/sidemark.h"
#include "mtrack/wire.h"

/* Where the fields of the header stand. */
enum {
	AT_MAGIC = 0,
	AT_FORMAT = 8,  /* 4 bytes */
	AT_PARSER = 12, /* 4 bytes */
	AT_SETTINGS = 16,
	AT_SIZE = 24,
	AT_SECONDS = 32,
	AT_NANOSECONDS = 40, /* 4 bytes */
	AT_END = 44,         /* 4 bytes */
	AT_HEAD = 48,
	AT_TAIL = 56,
	AT_SALT = 64,
	AT_UNPACKED = 72,
	AT_SEEN = 80,
	AT_RECORDS = 88,
	AT_DATA = 96,
	AT_SECTIONS = 104, /* 16 bytes each: offset, length */
	AT_OTHER = 200,
	AT_LEAST = 208,
	AT_GREATEST = 216,
	AT_DICTIONARY = 224, /* 16 bytes */
	AT_CHECKSUMS = 240,
	AT_CHECKSUM = 248,
};

_Static_assert(AT_SECTIONS + 16 * SECTIONS <= AT_OTHER, "they fit");
_Static_assert(AT_CHECKSUM + 8 == SIDECAR_HEADER, "the last field");

uint64_t
sidecar_checksum(const void *bytes, size_t len)
{
	return XXH3_64bits(bytes, len);
}

void
sidecar_header_put(const struct sidecar_header *header, uint64_t checksums,
    unsigned char bytes[SIDECAR_HEADER])
{
	const struct sidecar_source *source = &header->source;

	memset(bytes, 0, SIDECAR_HEADER);
	memcpy(bytes + AT_MAGIC, SIDEMARK_MAGIC, SIDEMARK_BYTES);
	wire_put32(bytes + AT_FORMAT, SIDECAR_FORMAT);
	wire_put32(bytes + AT_PARSER, SIDECAR_PARSER);
	wire_put64(bytes + AT_SETTINGS, header->settings);
	wire_put64(bytes + AT_SIZE, source->size);
	wire_put64(bytes + AT_SECONDS, (uint64_t)source->seconds);
	wire_put32(bytes + AT_NANOSECONDS, source->nanoseconds);
	wire_put32(bytes + AT_END, header->end);
	wire_put64(bytes + AT_HEAD, source->head);
	wire_put64(bytes + AT_TAIL, source->tail);
	wire_put64(bytes + AT_SALT, header->salt);
	wire_put64(bytes + AT_UNPACKED, header->unpacked);
	wire_put64(bytes + AT_SEEN, header->seen);
	wire_put64(bytes + AT_RECORDS, header->records);
	wire_put64(bytes + AT_OTHER, header->other);
	wire_put64(bytes + AT_LEAST, (uint64_t)header->stamps.least);
	wire_put64(bytes + AT_GREATEST, (uint64_t)header->stamps.greatest);
	wire_put64(bytes + AT_DATA, header->data);
	for (size_t i = 0; i < SECTIONS; i++) {
		wire_put64(
		    bytes + AT_SECTIONS + 16 * i, header->sections[i].at);
		wire_put64(
		    bytes + AT_SECTIONS + 16 * i + 8, header->sections[i].len);
	}
	wire_put64(bytes + AT_DICTIONARY, header->dictionary.at);
	wire_put64(bytes + AT_DICTIONARY + 8, header->dictionary.len);
	wire_put64(bytes + AT_CHECKSUMS, checksums);
	wire_put64(bytes + AT_CHECKSUM, sidecar_checksum(bytes, AT_CHECKSUM));
}

static bool
extent_fits(const struct extent *extent, uint64_t size)
{
	return extent->at <= size && extent->len <= size - extent->at;
}

static void
get_fields(struct sidecar_header *header, const unsigned char *bytes)
{
	struct sidecar_source *source = &header->source;

	header->settings = wire_get64(bytes + AT_SETTINGS);
	source->size = wire_get64(bytes + AT_SIZE);
	source->seconds = (int64_t)wire_get64(bytes + AT_SECONDS);
	source->nanoseconds = wire_get32(bytes + AT_NANOSECONDS);
	source->head = wire_get64(bytes + AT_HEAD);
	source->tail = wire_get64(bytes + AT_TAIL);
	header->salt = wire_get64(bytes + AT_SALT);
	header->unpacked = wire_get64(bytes + AT_UNPACKED);
	header->seen = wire_get64(bytes + AT_SEEN);
	header->records = wire_get64(bytes + AT_RECORDS);
	header->other = wire_get64(bytes + AT_OTHER);
	header->stamps.least = (int64_t)wire_get64(bytes + AT_LEAST);
	header->stamps.greatest = (int64_t)wire_get64(bytes + AT_GREATEST);
	header->data = wire_get64(bytes + AT_DATA);
	header->dictionary.at = wire_get64(bytes + AT_DICTIONARY);
	header->dictionary.len = wire_get64(bytes + AT_DICTIONARY + 8);
	for (size_t i = 0; i < SECTIONS; i++) {
		header->sections[i].at =
		    wire_get64(bytes + AT_SECTIONS + 16 * i);
		header->sections[i].len =
		    wire_get64(bytes + AT_SECTIONS + 16 * i + 8);
	}
}

bool
sidecar_header_get(struct sidecar_header *header, uint64_t *checksums,
    const unsigned char bytes[SIDECAR_HEADER], struct fault *fault)
{
	uint32_t end = wire_get32(bytes + AT_END);

	if (memcmp(bytes, SIDEMARK_MAGIC, SIDEMARK_BYTES) != 0)
		return fault_set(fault, "is no side index");
	if (wire_get32(bytes + AT_FORMAT) != SIDECAR_FORMAT ||
	    wire_get32(bytes + AT_PARSER) != SIDECAR_PARSER)
		return fault_set(fault, "was made by another version");
	if (wire_get64(bytes + AT_CHECKSUM) !=
	    sidecar_checksum(bytes, AT_CHECKSUM))
		return fault_set(fault, "is damaged: its header is wrong");
	get_fields(header, bytes);
	*checksums = wire_get64(bytes + AT_CHECKSUMS);
	header->end = (enum sidecar_end)end;
	for (size_t i = 0; i < SECTIONS; i++)
		if (!extent_fits(&header->sections[i], header->data))
			return fault_set(
			    fault, "is damaged: a section lies outside");
	if (end > SIDECAR_DAMAGED ||
	    header->sections[SECTION_BLOCKS].len % SIDECAR_BLOCK ||
	    header->sections[SECTION_SEGMENTS].len % SIDECAR_SEGMENT)
		return fault_set(fault, "is damaged: its header is wrong");
	return true;
}

/* ---- blocks ---- */

void
sidecar_block_put(
    const struct sidecar_block *block, unsigned char bytes[SIDECAR_BLOCK])
{
	memset(bytes, 0, SIDECAR_BLOCK);
	wire_put64(bytes, block->offset);
	wire_put64(bytes + 8, block->line);
	wire_put64(bytes + 16, block->out);
	wire_put64(bytes + 24, block->place.packed);
	wire_put64(bytes + 32, block->hash);
	wire_put64(bytes + 40, (uint64_t)block->stamps.least);
	wire_put64(bytes + 48, (uint64_t)block->stamps.greatest);
	wire_put64(bytes + 56, (uint64_t)block->gen_times.least);
	wire_put64(bytes + 64, (uint64_t)block->gen_times.greatest);
	wire_put64(bytes + 72, block->state.at);
	wire_put64(bytes + 80, block->window.at);
	wire_put32(bytes + 88, (uint32_t)block->state.len);
	wire_put32(bytes + 92, (uint32_t)block->window.len);
	wire_put32(bytes + 96, block->records);
	wire_put32(bytes + 100, block->other);
	wire_put32(bytes + 104, block->flags);
	bytes[108] = (unsigned char)block->place.kind;
	bytes[109] = (unsigned char)block->place.bit;
}

bool
sidecar_block_get(
    struct sidecar_block *block, const unsigned char bytes[SIDECAR_BLOCK])
{
	*block = (struct sidecar_block){.offset = wire_get64(bytes),
	    .line = wire_get64(bytes + 8),
	    .out = wire_get64(bytes + 16),
	    .place = {.kind = (enum entrypoint_kind)bytes[108],
		.packed = wire_get64(bytes + 24),
		.bit = bytes[109]},
	    .hash = wire_get64(bytes + 32),
	    .stamps = {(int64_t)wire_get64(bytes + 40),
		(int64_t)wire_get64(bytes + 48)},
	    .gen_times = {(int64_t)wire_get64(bytes + 56),
		(int64_t)wire_get64(bytes + 64)},
	    .state = {wire_get64(bytes + 72), wire_get32(bytes + 88)},
	    .window = {wire_get64(bytes + 80), wire_get32(bytes + 92)},
	    .records = wire_get32(bytes + 96),
	    .other = wire_get32(bytes + 100),
	    .flags = wire_get32(bytes + 104)};
	return bytes[108] <= ENTRYPOINT_BLOCK && bytes[109] < 8 &&
	    block->out <= block->offset;
}

/* ---- segments ---- */

void
sidecar_segment_put(
    const struct sidecar_segment *segment, unsigned char bytes[SIDECAR_SEGMENT])
{
	wire_put64(bytes, segment->first);
	wire_put64(bytes + 8, segment->filter.at);
	wire_put64(bytes + 16, segment->filter.len);
	wire_put32(bytes + 24, segment->shape.blocks);
	wire_put32(bytes + 28, segment->shape.buckets);
}

void
sidecar_segment_get(
    struct sidecar_segment *segment, const unsigned char bytes[SIDECAR_SEGMENT])
{
	*segment = (struct sidecar_segment){.first = wire_get64(bytes),
	    .shape = {.blocks = wire_get32(bytes + 24),
		.buckets = wire_get32(bytes + 28)},
	    .filter = {wire_get64(bytes + 8), wire_get64(bytes + 16)}};
}

/* ---- faults ---- */

void
sidecar_fault_put(const struct sidecar_fault *fault, struct buffer *out)
{
	unsigned char bytes[SIDECAR_FAULT];

	wire_put64(bytes, fault->line);
	wire_put32(bytes + 8, fault->block);
	bytes[12] = (unsigned char)fault->flags;
	bytes[13] = 0;
	wire_put(bytes + 14, fault->what.len, 2);
	buffer_put(out, bytes, sizeof(bytes));
	buffer_puts(out, fault->what);
}

void
sidecar_fault_get(
    struct sidecar_fault *fault, const unsigned char bytes[SIDECAR_FAULT])
{
	*fault = (struct sidecar_fault){.line = wire_get64(bytes),
	    .block = wire_get32(bytes + 8),
	    .flags = bytes[12],
	    .what = {NULL, (size_t)wire_get(bytes + 14, 2)}};
}

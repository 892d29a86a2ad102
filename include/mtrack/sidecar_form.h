/* SPDX-License-Identifier: MIT */
/* The form of side files, one for each archive file: their records to bytes and
 * back, for reader (sidecar.h) and writer (sidecar_writer.h). All numbers are
 * little-endian, at any address.
 *
 *     | header, 256 bytes | data .............. | checksums |
 *       sidecar_form.c       pages of 4 KiB, the   XXH3 of each
 *       says which field     last one shorter      page, 8 bytes
 *       stands where
 *
 * The header ends with its own XXH3 and holds that of the checksums; so every
 * byte is covered, and a page is checked when it is first read. Data are six
 * sections, each found through the header:
 *
 *     blocks     128 bytes each: where unpacking and reading can begin, what
 *                was found from there up to the next block
 *     segments   32 bytes each: filters of up to 256 blocks (filter.h)
 *     filters    their bytes
 *     states     what readers need to go on inside a file (reader.h, save)
 *     windows    32 KiB before a deflate block (window_form.h)
 *     faults     of the file's framing, as they are told (SPEC 1.6)
 *
 * The file is read with pread, never mapped: a side file that is cut short
 * while it is in use is a read that fails, not a signal. */
#ifndef MTRACK_SIDECAR_FORM_H
#define MTRACK_SIDECAR_FORM_H

#include "mtrack/buffer.h"
#include "mtrack/entrypoint.h"
#include "mtrack/fault.h"
#include "mtrack/filter.h"

#define SIDECAR_FORMAT 3u
/* To be raised by whoever changes what a reader finds in the same bytes, or
 * how a field is read: side files of before are then made anew. */
#define SIDECAR_PARSER 4u

#define SIDECAR_HEADER  256u
#define SIDECAR_PAGE    4096u
#define SIDECAR_BLOCK   128u
#define SIDECAR_SEGMENT 32u
#define SIDECAR_FAULT   16u   /* before its text */
#define SIDECAR_ENDS    4096u /* bytes at each end of the source */

enum sidecar_section {
	SECTION_BLOCKS,
	SECTION_SEGMENTS,
	SECTION_FILTERS,
	SECTION_STATES,
	SECTION_WINDOWS,
	SECTION_FAULTS,
	SECTIONS,
};

/* How the source's bytes ended (source.h). */
enum sidecar_end {
	SIDECAR_WHOLE,
	SIDECAR_CUT,
	SIDECAR_DAMAGED,
};

/* A run of bytes in a section. */
struct extent {
	uint64_t at;
	uint64_t len;
};

/* The source as it was when the side file was made. */
struct sidecar_source {
	uint64_t size;
	int64_t seconds; /* modified */
	uint32_t nanoseconds;
	uint64_t head; /* XXH3 of the first and last SIDECAR_ENDS bytes, or */
	uint64_t tail; /* of as many as there are */
};

/* Least and greatest of what stands in a file or block; TIME_NONE where
 * nothing does. */
struct sidecar_times {
	int64_t least;
	int64_t greatest;
};

struct sidecar_header {
	uint64_t settings; /* what the records depend on beside the bytes */
	struct sidecar_source source;
	uint64_t salt;     /* of the keys: the file's, when first indexed */
	uint64_t unpacked; /* bytes of the whole file */
	uint64_t seen;     /* fieldset: fields that any record carries */
	uint64_t records;
	uint64_t other;
	struct sidecar_times stamps; /* own timestamps, else genTimes */
	enum sidecar_end end;
	struct extent sections[SECTIONS];
	/* The window that is packed without a dictionary, and is the others';
	 * in the windows. Empty: there are none. */
	struct extent dictionary;
	uint64_t data; /* bytes between header and checksums */
};

enum {
	/* Records without a timestamp of their own are among them. */
	BLOCK_UNSTAMPED = 1 << 0,
	/* Their timestamps never go back. */
	BLOCK_SORTED = 1 << 1,
};

struct sidecar_block {
	uint64_t offset; /* unpacked; records that begin before belong to the
	                    block before. The file's first block begins at 0 */
	uint64_t line;
	uint64_t out; /* unpacked bytes before place, not behind offset */
	struct entrypoint place; /* without its window */
	struct extent window;
	struct extent state; /* empty: the beginning of the file */
	uint64_t hash; /* sidecar_source_hash from place up to the next one */
	struct sidecar_times stamps;
	struct sidecar_times gen_times;
	uint32_t records;
	uint32_t other;
	uint32_t flags;
};

struct sidecar_segment {
	uint64_t first; /* its block 0 */
	struct filter_shape shape;
	struct extent filter;
};

enum {
	FAULT_UNFINISHED = 1 << 0,
	FAULT_OF_STREAM = 1 << 1, /* of the source, not of its records */
};

struct sidecar_fault {
	uint64_t line;
	uint32_t block;
	unsigned flags;
	struct str what;
};

/* CHECKSUMS is the XXH3 of the pages' checksums. */
void sidecar_header_put(const struct sidecar_header *header, uint64_t checksums,
    unsigned char bytes[SIDECAR_HEADER]);
/* False with a fault when BYTES are no header, one of another version, or
 * name what cannot be. */
bool sidecar_header_get(struct sidecar_header *header, uint64_t *checksums,
    const unsigned char bytes[SIDECAR_HEADER], struct fault *fault);
void sidecar_block_put(
    const struct sidecar_block *block, unsigned char bytes[SIDECAR_BLOCK]);
/* False when a field is what none can be. */
bool sidecar_block_get(
    struct sidecar_block *block, const unsigned char bytes[SIDECAR_BLOCK]);
void sidecar_segment_put(const struct sidecar_segment *segment,
    unsigned char bytes[SIDECAR_SEGMENT]);
void sidecar_segment_get(struct sidecar_segment *segment,
    const unsigned char bytes[SIDECAR_SEGMENT]);
void sidecar_fault_put(const struct sidecar_fault *fault, struct buffer *out);
/* All but the text, whose length alone is set. */
void sidecar_fault_get(
    struct sidecar_fault *fault, const unsigned char bytes[SIDECAR_FAULT]);

/* The XXH3 that side files are checked by. */
uint64_t sidecar_checksum(const void *bytes, size_t len);

#endif

/* SPDX-License-Identifier: MIT */
/* A thread's buffers and the file it is at: what scan.c, which reads files
 * whole, shares with scan_side.c, which reads blocks of them. */
#ifndef MTRACK_SCANNER_H
#define MTRACK_SCANNER_H

#include "mtrack/pump.h"
#include "mtrack/scanning.h"
#include "mtrack/sidecar.h"
#include "mtrack/sidepack.h"
#include "mtrack/source.h"
#include "mtrack/split.h"

/* Stays in the second-level cache; larger ones unpack no faster. */
#define SCAN_CHUNK (256u << 10)

struct scanner {
	const struct scan_plan *plan;
	struct pump pump;
	struct buffer scratch; /* of the criteria */
	struct arena arena;    /* of the side file's ranges */
	struct sidepack pack;  /* kept open from file to file of a day */

	/* of the current file */
	const struct archive_file *file;
	struct scan_result *result;
	struct reader_settings set;
	const struct scan_tap *tap; /* or NULL */
	bool dated;
	bool ending; /* the stream broke off: the reader's own complaint about
	                an unfinished end adds nothing */
	uint64_t matched;
	struct {
		uint64_t bytes;
		uint64_t records;
		uint64_t matches;
	} shown; /* to plan->counter, of the current file */
	record_fn *sink;
	void *sink_ctx;

	/* Records that begin outside of [from, upto) are left out. */
	uint64_t from;
	uint64_t upto;
	/* Blocks are read by this side file, which has the framing faults: they
	 * are told from there, [told, tells), before others of later lines. */
	struct sidecar *side;
	uint64_t told;
	uint64_t tells;
	struct tally skimmed; /* what the reader counted of those blocks */
};

/* Counts FAULT, and keeps it to be told. */
enum flow scanner_fault(
    struct scanner *scanner, uint64_t line, const struct fault *fault);
/* The same of a trouble of the file as a whole; the rest of it is lost. */
void scanner_damage(struct scanner *scanner, const struct fault *fault);
/* What the file's end, or its damage, means. */
void scanner_end(struct scanner *scanner, enum source_event event,
    const struct fault *fault);

/* Opens the current file; with FD that file which FD is, even if another has
 * taken its place. NULL with a fault. */
struct source *scanner_open(
    const struct scanner *scanner, int fd, struct fault *fault);
#define SCANNER_ANY (-1) /* the file that is there now */

/* Tells the counter of what came since it was told last; BYTES of the file on
 * disk are done with. */
void scanner_count(struct scanner *scanner, uint64_t bytes);
/* Reads COUNT bytes of SOURCE that nobody wants. */
bool scanner_skip(
    struct scanner *scanner, struct source *source, uint64_t count);

#endif

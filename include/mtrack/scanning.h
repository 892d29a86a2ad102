/* SPDX-License-Identifier: MIT */
/* What the scan of a file is given, and what it answers. */
#ifndef MTRACK_SCANNING_H
#define MTRACK_SCANNING_H

#include <stdatomic.h>

#include "mtrack/archive.h"
#include "mtrack/counter.h"
#include "mtrack/criteria.h"
#include "mtrack/intake.h"
#include "mtrack/record.h"
#include "mtrack/skim.h"
#include "mtrack/source.h"
#include "mtrack/tally.h"

struct pump;

/* Faults that are told of one file; more are only counted (SPEC 1.6). */
#define FAULTS_TOLD 5

/* Where the side files are, and what is asked of them. */
struct scan_index {
	struct str dir;    /* empty: beside the archive's files */
	uint64_t settings; /* that a side file must have been made under */
	struct skim_plan skim;
};

/* Constant for a run, shared by all threads. */
struct scan_plan {
	const struct archive *archive;
	const struct intake_rules *rules;
	const struct criteria *criteria;
	const struct prefilter *prefilter; /* beside the criteria's, or NULL */
	fieldset wanted;                   /* by anyone after the reader */
	bool want_raw;
	bool decode_all; /* find inner faults of every record */
	bool no_prefilter;
	bool strict; /* stop at the first fault */
	/* What is still being written is left to a later run. */
	bool whole_lines;
	int64_t since; /* period, ms, half-open */
	int64_t until;
	bool undated_whole; /* files without days are outside the period's rule
	                     */
	const struct scan_index *index; /* NULL: side files are not used */
	unsigned late; /* days a record may be younger than its mail */
	const atomic_bool *stop; /* nobody wants more */
	struct counter *counter; /* how far all scans have come, or NULL */
};

struct scan_fault {
	uint64_t line; /* 0: of the file as a whole */
	struct fault fault;
};

/* What became of a file. */
struct scan_result {
	struct tally tally;
	struct scan_fault *faults; /* the first FAULTS_TOLD; NULL when none */
	size_t fault_count;        /* of those kept */
	uint64_t fault_total;
	struct fault index_fault; /* why the side file was not used */
	bool index_wrong;         /* it was there and was not used */
	bool side;                /* is a side file itself: passed over */
	bool unopened; /* could not be opened, or is in a foreign form */
	bool no_log;   /* in no known form: passed over */
	bool utf16;    /* and looks like UTF-16 */
	bool packed;   /* that file was compressed */
	bool growing; /* ends in the middle of something, still being written */
	int32_t stray; /* a day that its name does not promise, or DAY_NONE */
	fieldset seen; /* fields that any decoded record carried */
	uint64_t accepted; /* records by type, when type was wanted */
	uint64_t blocked;
	int64_t first; /* least and greatest own stamp of decoded records */
	int64_t last;
};

/* Frees the faults. */
void scan_result_destroy(struct scan_result *result);
/* Adds what became of the next PART of a file, which is destroyed. */
void scan_result_join(struct scan_result *whole, struct scan_result *part);

/* Who makes a side file looks on while a file is read whole. */
struct scan_tap {
	void *ctx;
	int fd;            /* the file, even if another has taken its place */
	record_fn *record; /* every record */
	/* Every framing fault, as it is found; the line is 0 with what damaged
	 * the source or cut it short. */
	void (*fault)(void *ctx, uint64_t line, const struct fault *fault);
	/* After each piece of COUNT bytes; how many the next may have. */
	size_t (*piece)(void *ctx, const struct pump *pump,
	    struct source *source, enum source_event event, size_t count);
	/* EVENT is the source's last. */
	void (*end)(void *ctx, enum source_event event);
	size_t first; /* bytes that the first piece may have */
	/* Where to begin, or NULL: the file's beginning. */
	const struct scan_start *start;
};

/* A place inside a file at which reading can begin. */
struct scan_start {
	struct entrypoint place;
	uint64_t out; /* unpacked bytes before place */
	uint64_t offset;
	uint64_t line;
	struct str state; /* of pump_save */
};

#endif

/* SPDX-License-Identifier: MIT */
/* ONE file's way from bytes to verdicts, what a thread runs: source, reader,
 * the message criteria. Prints nothing, keeps nothing between files but its
 * buffers. */
#ifndef MTRACK_SCAN_H
#define MTRACK_SCAN_H

#include <stdatomic.h>

#include "mtrack/archive.h"
#include "mtrack/counter.h"
#include "mtrack/criteria.h"
#include "mtrack/intake.h"
#include "mtrack/record.h"
#include "mtrack/tally.h"

/* Faults that are told of one file; more are only counted (SPEC 1.6). */
#define FAULTS_TOLD 5

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
	bool strict;   /* stop at the first fault */
	int64_t since; /* period, ms, half-open */
	int64_t until;
	bool undated_whole; /* files without days are outside the period's rule
	                     */
	unsigned late;      /* days a record may be younger than its mail */
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

struct scanner; /* a thread's buffers */

struct scanner *scanner_new(const struct scan_plan *plan);
void scanner_free(struct scanner *scanner);
/* Reads file number INDEX of the archive and gives SINK the records that meet
 * the message criteria. rec->stamp is the own stamp. RESULT is overwritten. */
enum flow scan_file(struct scanner *scanner, uint32_t index, record_fn *sink,
    void *ctx, struct scan_result *result);
void scan_result_destroy(struct scan_result *result);
/* Whether FILE's records are put to the period at all. */
bool scan_is_dated(
    const struct scan_plan *plan, const struct archive_file *file);

#endif

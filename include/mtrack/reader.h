/* SPDX-License-Identifier: MIT */
/* The contract of input formats: unpacked bytes in, record views out. A reader
 * knows nothing of files, threads or criteria. */
#ifndef MTRACK_READER_H
#define MTRACK_READER_H

#include "mtrack/arena.h"
#include "mtrack/intake.h"
#include "mtrack/record.h"
#include "mtrack/tally.h"

#define RECORD_LIMIT (16u << 20)  /* bytes of one record (SPEC 1.6) */
#define CELL_LIMIT   (256u << 10) /* bytes of a quoted CSV cell */
#define LITERALS_MAX 16

/* Told at once, in the order of the file; RECORD of SPEC 1.6's two classes. */
typedef enum flow fault_fn(
    void *ctx, uint64_t line, bool framing, const struct fault *fault);

/* Bytes that a record must hold to have a chance: for each group (a criterion)
 * at least one of its literals. Readers may pass over a record whose raw bytes
 * lack them, if they hold no escape of their format. No group: no prefilter. */
struct literal_group {
	struct str literals[LITERALS_MAX]; /* lower case when fold */
	size_t count;
	bool fold;
};

struct prefilter {
	struct literal_group groups[4];
	size_t count;
};
/* Whether RAW may hold a match. Most selective group first. */
bool prefilter_pass(const struct prefilter *filter, struct str raw);

/* What a reader is given when it is opened; lives as long as the reader. */
struct reader_settings {
	const struct intake_rules *rules;
	fieldset wanted;
	bool want_raw;   /* fill rec.raw and rec.raw_header */
	bool decode_all; /* --strict, --coverage: find every inner fault */
	/* A last line without its end, in a form that cannot tell whether it is
	 * all there, is told as unfinished instead of read. */
	bool whole_lines;
	const struct prefilter *prefilter; /* or NULL */
	uint32_t file;                     /* for origin */
	struct tally *tally; /* records, passed_over, other: counted here, by
	                        the reader; malformed by who takes the faults */
	record_fn *emit;
	void *emit_ctx;
	fault_fn *fault;
	void *fault_ctx;
};

/* Common to all readers; each embeds it first. */
struct reader {
	const struct reader_ops *ops;
	const struct reader_settings *set;
	/* Of the window's first byte; set by whoever opens the reader, moved on
	 * by feed as it uses bytes up. */
	uint64_t offset; /* in the unpacked file */
	uint64_t line;   /* from 1 */
	bool edge; /* a member ends with the window: what can be read is */
};

/* Finishes IN's record, which stands OFFSET bytes into the unpacked file at
 * LINE, hands it to the stage that was set and counts it. False, FLOW left as
 * it is: malformed, and FAULT tells why (an inner fault, SPEC 1.6). */
bool reader_emit(const struct reader *reader, struct intake *in,
    uint64_t offset, uint64_t line, enum flow *flow, struct fault *fault);

/* How certain a format is of the first bytes of a file. */
enum sniff {
	SNIFF_NO,
	SNIFF_MORE, /* too few bytes to tell */
	SNIFF_YES,
};

struct reader_ops {
	const char *name;
	/* HEAD is the file's beginning, a BOM and blank lines taken off; ALL:
	 * there are no more bytes. RULES: --map may name what else is known. */
	enum sniff (*sniff)(
	    struct str head, bool all, const struct intake_rules *rules);
	/* Memory of its own comes from ARENA, which lives as long as the
	 * reader; system resources are released by close. */
	struct reader *(*open)(
	    struct arena *arena, const struct reader_settings *set);
	/* Reads what is whole in WINDOW and says in *used how many bytes are
	 * done with; the rest is given again, longer. LAST: nothing comes
	 * behind it, all must be used up. A reader never needs a window of more
	 * than RECORD_LIMIT: a longer record is a fault and skipped. FLOW_FAIL
	 * never comes from bad data, which is told through fault(). */
	enum flow (*feed)(
	    struct reader *reader, struct str window, bool last, size_t *used);
	/* Whether the reader stands between two records, so that another format
	 * may begin here (a gzip member). */
	bool (*between)(const struct reader *reader);
	/* Whether HEAD, which comes next, begins with a record of this form, as
	 * it is being read: then it stays, whatever another form's sniff says
	 * of HEAD. ALL: there are no more bytes. NULL where sniff says it. */
	enum sniff (*goes_on)(
	    const struct reader *reader, struct str head, bool all);
	/* Appends to OUT what is needed to go on behind the bytes that are done
	 * with, as if they had been read, beside offset and line. False where
	 * that cannot be told. */
	bool (*save)(const struct reader *reader, struct buffer *out);
	/* Gives a reader that was just opened what save told. False when STATE
	 * is nothing that save ever told. */
	bool (*restore)(struct reader *reader, struct str state);
	void (*close)(struct reader *reader);
};

#endif

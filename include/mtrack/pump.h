/* SPDX-License-Identifier: MIT */
/* What stands between a source and a reader: the window on the unpacked bytes,
 * the form told from the first of them, and the change of readers where a gzip
 * member begins in another form. */
#ifndef MTRACK_PUMP_H
#define MTRACK_PUMP_H

#include "mtrack/buffer.h"
#include "mtrack/reader.h"

struct pump {
	const struct reader_settings *set;
	struct arena arena; /* of the reader */
	struct buffer window;
	struct reader *reader; /* NULL while the form is not known */
	uint64_t offset; /* of the window's first byte, without a reader */
	uint64_t line;
	size_t member; /* where in the window a member began, or SIZE_MAX */
	bool no_log;   /* the file is in no known form */
	bool utf16;    /* and looks like UTF-16 */
};

/* A file begins; SET must live until pump_end. Memory is kept from file to
 * file, until pump_destroy. */
void pump_begin(struct pump *pump, const struct reader_settings *set);
/* Inside a file: at OFFSET unpacked bytes, LINE, in the state that pump_save
 * told. False when STATE is none. */
bool pump_resume(struct pump *pump, const struct reader_settings *set,
    uint64_t offset, uint64_t line, struct str state);
/* Room for SIZE bytes more; their number goes to pump_bytes. */
char *pump_room(struct pump *pump, size_t size);
/* COUNT bytes more stand in the window. False when the file is over, for the
 * reason that *flow tells or because it is no log. */
bool pump_bytes(struct pump *pump, size_t count, enum flow *flow);
/* A gzip member begins behind them. */
bool pump_member(struct pump *pump, enum flow *flow);
/* No more bytes come. */
void pump_finish(struct pump *pump, enum flow *flow);
/* The reader goes. */
void pump_end(struct pump *pump);
void pump_destroy(struct pump *pump);

/* What is done with: the first byte that was not used up, and its line. */
uint64_t pump_offset(const struct pump *pump);
uint64_t pump_line(const struct pump *pump);
/* How a reader can go on from there; false where that cannot be told. */
bool pump_save(const struct pump *pump, struct buffer *state);

#endif

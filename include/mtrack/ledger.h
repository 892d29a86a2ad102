/* SPDX-License-Identifier: MIT */
/* The ledger of exports (SPEC 4.4): JSON lines that are only ever appended, one
 * when an export begins and one when it ends, by any number of runs at once.
 *
 * Whoever reads or appends holds a lock on a byte far behind the file's end; a
 * run that exports holds another on the first byte of its own line for as long
 * as it lives. The kernel lets go of it when the run dies, whatever it dies of:
 * a line without an end whose byte is free belongs to a run that died, and its
 * export shows as failed. No process id has to be believed. Both are locks of
 * the open file description (F_OFD_SETLK); flock(2) knows no bytes. A line that
 * a crash of the machine cut short is passed over, and the next one begins on
 * a line of its own. */
#ifndef MTRACK_LEDGER_H
#define MTRACK_LEDGER_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"
#include "mtrack/license.h"

enum ledger_state {
	LEDGER_RUNNING,
	LEDGER_COMPLETED,
	LEDGER_FAILED,
};
const char *ledger_state_name(enum ledger_state state);

struct ledger_entry {
	struct str id;
	struct str time;  /* when it began, UTC */
	struct str ended; /* or empty */
	enum ledger_state state;
	bool selected;    /* Export Selected, which does not count */
	uint64_t records; /* of one that was completed */
	struct str file;
	struct str query;    /* the command line */
	struct str reason;   /* why it failed */
	uint64_t line_at;    /* byte where its first line begins */
	struct str lines[2]; /* as they stand in the file; the second may be
	                        empty */
};

/* `$XDG_STATE_HOME/mtrack/exports.jsonl`, or under ~/.local/state. False with
 * a fault when neither that variable nor HOME is set. */
bool ledger_path(struct arena *arena, const char *state_home, const char *home,
    struct str *path, struct fault *fault);
/* All exports, oldest first; none when there is no ledger yet. Texts live in
 * ARENA. */
bool ledger_read(struct arena *arena, struct str path,
    struct ledger_entry **entries, size_t *count, struct fault *fault);

struct ledger; /* of a run that exports */

/* Notes that an export of WHAT (file, query, selected) begins at NOW
 * (milliseconds). NULL with a fault, and nothing noted, when as many as LICENSE
 * allows were completed or are running on NOW's day. */
struct ledger *ledger_begin(struct arena *arena, struct str path,
    const struct ledger_entry *what, const struct license *license, int64_t now,
    struct fault *fault);
/* Notes how it ended (state, records, reason of END), and lets go of it. */
bool ledger_end(struct ledger *ledger, const struct ledger_entry *end,
    int64_t now, struct fault *fault);

#endif

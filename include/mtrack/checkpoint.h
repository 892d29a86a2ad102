/* SPDX-License-Identifier: MIT */
/* --checkpoint FILE (SPEC 7): what earlier runs have printed.
 *
 * What tells that a record was printed? Not its place: files grow, are
 * rotated, joined, split and compressed anew, and whole days are fetched again.
 * Not its time: records come late, by minutes from two pollers, by days from
 * the vendor's queue; a high-water mark would lose them. Offsets would print a
 * day again that was fetched again, and 128-bit hashes of whole files one to
 * which a record was added in front. So FILE holds a mark for each entry that
 * matched (mark.h), however it came into the archive, and a run prints those
 * whose marks are not in it:
 *
 *  - no gap: what FILE does not hold is printed. A record that is logged twice
 *    alike has its mark counted, and only so many are held back;
 *  - no doubles: an entry is printed again only when its state changed. The
 *    runs together print what one run over all of it prints, and the states
 *    between;
 *  - FILE is replaced after the output is complete: a crash in between prints
 *    that run's entries again with the next run, and loses none;
 *  - it is bounded: 24 bytes an entry of the period. An entry that a run does
 *    not find any more (it left the period, or its file is away) is remembered
 *    for MARK_DAYS, so that a folder that was not mounted for a while is not
 *    printed again.
 *
 * FILE, in the machine's byte order:
 *
 *     | magic | version mode pid | marks, ascending ... | count  hash |
 *       16 B          16 B            24 B each              16 B
 *
 * A run that died before its first end leaves the first 32 bytes alone: such a
 * FILE holds nothing. The lock (flock) is on FILE itself; who opens it makes
 * sure that the name still means the file that was locked. */
#ifndef MTRACK_CHECKPOINT_H
#define MTRACK_CHECKPOINT_H

#include "mtrack/arena.h"
#include "mtrack/entry.h"
#include "mtrack/fault.h"

/* Days that a mark is kept after a run found its entry last. */
#define MARK_DAYS 14

struct mark {
	struct entry_key key;
	uint32_t count; /* records that are alike */
	uint32_t day;   /* since 1970: when a run found it last */
};

struct checkpoint;

/* Opens PATH (NUL-terminated), or makes it, and locks it. TODAY is the clock's
 * day. NULL with a fault when another run holds it (the fault names its
 * process), when it is no checkpoint or damaged, when it was written with the
 * other HISTORY, or when it could not be replaced. */
struct checkpoint *checkpoint_open(struct arena *arena, struct str path,
    bool history, uint32_t today, struct fault *fault);
uint32_t checkpoint_today(const struct checkpoint *checkpoint);
/* The next mark of FILE in ascending order; false behind the last one, or with
 * *fault set when FILE can no longer be read. */
bool checkpoint_next(
    struct checkpoint *checkpoint, struct mark *mark, struct fault *fault);
/* Adds MARK to what will replace FILE, in ascending order. */
void checkpoint_put(struct checkpoint *checkpoint, const struct mark *mark);
/* Replaces FILE. The checkpoint is closed in any case; after a fault FILE is
 * as it was. */
bool checkpoint_commit(struct checkpoint *checkpoint, struct fault *fault);
/* Lets go of FILE as it was. */
void checkpoint_close(struct checkpoint *checkpoint);

#endif

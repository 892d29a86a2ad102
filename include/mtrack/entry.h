/* SPDX-License-Identifier: MIT */
/* One entry of the merge as one run of bytes: its identity, its winner so far
 * as a packed record, and what SPEC 2 needs of the losers when the winner has
 * no timestamp of its own. */
#ifndef MTRACK_ENTRY_H
#define MTRACK_ENTRY_H

#include "mtrack/buffer.h"
#include "mtrack/record.h"

struct entry_key {
	uint64_t high;
	uint64_t low;
};

/* The identity of REC: mail ID and recipient, ASCII case ignored. SCRATCH is
 * cleared. */
struct entry_key entry_identity(
    const struct record *rec, struct buffer *scratch);

/* Appends REC alone as an entry; returns its length, a multiple of 8. FIELDS
 * must hold FIELD_TIMESTAMP and FIELD_GEN_TIME. */
size_t entry_pack(struct entry_key key, const struct record *rec,
    fieldset fields, bool raw, struct buffer *out);
/* The same of a record that has a timestamp of its own and is kept elsewhere:
 * only what it is compared by. SHOWN comes back from entry_is_shown. */
size_t entry_pack_apart(struct entry_key key, const struct record *rec,
    bool shown, struct buffer *out);
bool entry_is_apart(const char *entry);
bool entry_is_shown(const char *entry);
size_t entry_length(const char *entry);
struct entry_key entry_key_of(const char *entry);
/* The winner, to be unpacked; record_unpack does not set its stamp. */
const char *entry_winner(const char *entry);
/* The entry's timestamp (SPEC 2); TIME_NONE when no record has any time. */
int64_t entry_stamp(const char *entry);

/* The newer of two entries of one key, with what is to be remembered of the
 * other. Answers A or B where that says it all, else the new entry, built in
 * SCRATCH (cleared). LOSER, where it is not NULL, is the one of the two whose
 * winner lost. */
const char *entry_combine(
    const char *a, const char *b, const char **loser, struct buffer *scratch);

#endif

/* SPDX-License-Identifier: MIT */
/* The mark of an entry: 128 bits by which a later run knows that it printed
 * it. An entry of the merge is marked by its mail ID, its recipient and its
 * state (the state fields of SPEC 2, times in whole seconds): once the state
 * changes, the mark does. A record without a mail ID, and with --history every
 * record, is marked by all that was logged of it. Where a record stands is no
 * part of its mark: files are rotated, joined and compressed anew. */
#ifndef MTRACK_MARK_H
#define MTRACK_MARK_H

#include "mtrack/entry.h"

/* Fields that a mark is made of, as far as they stand in a record. */
#define MARK_FIELDS FIELDSET_PRINTABLE

/* SCRATCH is cleared. */
struct entry_key mark_of(
    const struct record *rec, bool history, struct buffer *scratch);

#endif

/* SPDX-License-Identifier: MIT */
/* Text as a terminal may get it: hostile bytes as visible escapes, measured
 * in columns, cut where it must be. */
#ifndef MTRACK_DISPLAY_H
#define MTRACK_DISPLAY_H

#include "mtrack/buffer.h"
#include "mtrack/str.h"

/* Appends S as one table cell: runs of white space as one space, none at its
 * edges (so that two spaces part columns only), everything hostile as in
 * diag_escape. Returns its width in columns. */
size_t display_cell(struct str s, struct buffer *out);
/* Appends what of CELL (made by display_cell, wider than LIMIT > 0) fits into
 * LIMIT columns with `…` behind it; a wide character is never split, so it may
 * be one column less. Returns the width. */
size_t display_cut(struct str cell, size_t limit, struct buffer *out);
/* Appends COUNT spaces. */
void display_pad(size_t count, struct buffer *out);
/* Appends a bar of EIGHTHS / 8 columns in block elements (U+2588 ... U+258F),
 * or of whole `#` when ASCII. */
void display_bar(size_t eighths, bool ascii, struct buffer *out);
/* Makes everything hostile in LINES a visible escape, but for line breaks and
 * tabs: for formats that print texts as they are, where a terminal gets them.
 */
void display_guard(struct buffer *lines);

#endif

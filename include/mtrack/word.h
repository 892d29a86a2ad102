/* SPDX-License-Identifier: MIT */
/* Where words begin and end (SPEC 3.3). */
#ifndef MTRACK_WORD_H
#define MTRACK_WORD_H

#include "mtrack/str.h"

/* A letter of Han, Hiragana, Katakana (and U+30FC), Hangul, Thai, Lao, Khmer
 * or Myanmar: scripts written without spaces, whose words have no edge. */
bool word_is_unspaced(uint32_t cp);
/* Whether a cut at byte AT of S, where a character begins or S ends, would go
 * through a word of letters, digits and `_`, or take a letter's combining mark
 * from it. Never at either end of S, never at an unspaced letter. */
bool word_is_cut(struct str s, size_t at);

#endif

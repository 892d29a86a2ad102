/* SPDX-License-Identifier: MIT */
/* UTF-8 decoding, simple case folding, classes and display width, from
 * utf8proc's tables; never from the locale, which under cron is C. */
#ifndef MTRACK_UNICODE_H
#define MTRACK_UNICODE_H

#include "mtrack/str.h"

struct buffer;

/* What an invalid byte decodes to: no character, just itself. */
#define UNICODE_INVALID 0x80000000u

/* The code point at the start of S (not empty), and its bytes in *len (1-4).
 * Strict (no overlongs, surrogates, above U+10FFFF): an invalid byte gives
 * UNICODE_INVALID | byte and length 1. */
uint32_t unicode_decode(struct str s, size_t *len);
/* The code point that ends at byte END of S, END > 0. */
uint32_t unicode_decode_back(struct str s, size_t end, size_t *len);
/* Appends CP as UTF-8 (an invalid one as its byte). */
void unicode_put(struct buffer *out, uint32_t cp);

/* Simple case folding (CaseFolding.txt status C and S). */
uint32_t unicode_fold(uint32_t cp);
/* Appends S folded code point by code point; invalid bytes stay. */
void unicode_fold_str(struct str s, struct buffer *out);

bool unicode_is_space(uint32_t cp);
/* Combining mark (Mn, Mc, Me). */
bool unicode_is_mark(uint32_t cp);
/* Letter, decimal digit or `_`. */
bool unicode_is_word(uint32_t cp);
/* A letter of Han, Hiragana, Katakana (and U+30FC), Hangul, Thai, Lao, Khmer
 * or Myanmar: scripts written without spaces (SPEC 3.3). */
bool unicode_is_unspaced(uint32_t cp);
/* Columns on a terminal: 0, 1 or 2. */
unsigned unicode_width(uint32_t cp);
/* C0, C1, DEL, bidirectional controls, zero-width and line separators: what a
 * terminal must never get raw. */
bool unicode_is_hostile(uint32_t cp);

#endif

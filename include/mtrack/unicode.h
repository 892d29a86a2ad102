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
/* The code point that ends at byte END of S, END > 0; what stands behind END
 * is not looked at. */
uint32_t unicode_decode_back(struct str s, size_t end, size_t *len);
/* Where the character begins that byte AT of S belongs to; AT itself at the
 * end of S and for an invalid byte. */
size_t unicode_start(struct str s, size_t at);
/* Appends CP as UTF-8 (an invalid one as its byte). */
void unicode_put(struct buffer *out, uint32_t cp);

/* Simple case folding (CaseFolding.txt status C and S): K (Kelvin) is k, long
 * s is s, final sigma is sigma; İ and ß stay, for theirs are longer. */
uint32_t unicode_fold(uint32_t cp);
/* Appends S folded code point by code point; invalid bytes stay. */
void unicode_fold_str(struct str s, struct buffer *out);

bool unicode_is_space(uint32_t cp);
/* Combining mark (Mn, Mc, Me). */
bool unicode_is_mark(uint32_t cp);
bool unicode_is_letter(uint32_t cp);
/* Letter, decimal digit or `_`. */
bool unicode_is_word(uint32_t cp);
/* Columns on a terminal: 0, 1 or 2. An invalid byte is 1, as U+FFFD. */
unsigned unicode_width(uint32_t cp);
/* C0, C1, DEL, invalid bytes, bidirectional controls, line separators, and
 * what is there to be unseen (zero width spaces, tags): what a terminal must
 * never get raw. Not the joiners U+200C and U+200D and variation selectors,
 * without which Persian, Indic scripts and emoji are misspelt. */
bool unicode_is_hostile(uint32_t cp);

#endif

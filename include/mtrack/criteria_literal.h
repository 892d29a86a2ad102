/* SPDX-License-Identifier: MIT */
/* Literals of terms: bytes that a record must hold raw to have a chance. */
#ifndef MTRACK_CRITERIA_LITERAL_H
#define MTRACK_CRITERIA_LITERAL_H

#include "mtrack/criteria_term.h"
#include "mtrack/reader.h"

term_literal_fn term_literal_address;
term_literal_fn term_literal_rule;
term_literal_fn term_literal_text;   /* case kept */
term_literal_fn term_literal_folded; /* case ignored */
term_literal_fn term_literal_ip;

/* The literals of TERM, not negated: one for each of its values. False when a
 * value has none, or there are too many of them: then the term is no use to a
 * prefilter. */
bool term_literals(
    struct arena *arena, const struct term *term, struct literal_group *group);
/* The length of the shortest: the longer, the more selective. */
size_t term_literals_shortest(const struct literal_group *group);

#endif

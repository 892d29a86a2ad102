/* SPDX-License-Identifier: MIT */
/* Values of criteria, compiled into terms. */
#ifndef MTRACK_CRITERIA_VALUE_H
#define MTRACK_CRITERIA_VALUE_H

#include "mtrack/criteria_term.h"

term_add_fn term_add_address;
term_add_fn term_add_choice;
term_add_fn term_add_action; /* a choice, or `=TEXT` */
term_add_fn term_add_subject;
term_add_fn term_add_phrase;
term_add_fn term_add_contained;
term_add_fn term_add_name;
term_add_fn term_add_message_id; /* case kept, without `<` `>` */
term_add_fn term_add_folded;     /* lower case */
term_add_fn term_add_sha256;
term_add_fn term_add_prefix;
term_add_fn term_add_sizes;
term_add_fn term_add_delays;
term_add_fn term_add_nothing; /* the criterion takes no value */

/* `<` and `>` around a message ID are no part of it. */
struct str term_bare_id(struct str id);
/* After the last value: sorts what term_test_* search. */
void term_value_seal(struct arena *arena, struct term *term);

#endif

/* SPDX-License-Identifier: MIT */
/* Terms as they were understood, for --explain (SPEC 4.5). */
#ifndef MTRACK_CRITERIA_EXPLAIN_H
#define MTRACK_CRITERIA_EXPLAIN_H

#include "mtrack/criteria_term.h"

term_explain_fn term_explain_addresses;
term_explain_fn term_explain_choices; /* and verbatim actions */
term_explain_fn term_explain_rules;
term_explain_fn term_explain_texts;
term_explain_fn term_explain_prefixes;
term_explain_fn term_explain_sizes;
term_explain_fn term_explain_delays;
term_explain_fn term_explain_nothing;

#endif

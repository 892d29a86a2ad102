/* SPDX-License-Identifier: MIT */
/* Terms put to records. */
#ifndef MTRACK_CRITERIA_MATCH_H
#define MTRACK_CRITERIA_MATCH_H

#include "mtrack/criteria_term.h"

/* How a term finds its texts or numbers in a record. */
term_match_fn term_match_text;    /* row->field */
term_match_fn term_match_address; /* row->field; no value is the null sender */
term_match_fn term_match_header_to; /* any one of its addresses */
term_match_fn term_match_present;   /* row->field has a value */
term_match_fn term_match_size;
term_match_fn term_match_delay;
term_match_fn term_match_attachments; /* any one of them */

/* What a text must be. */
term_test_fn term_test_address;
term_test_fn term_test_header_address;
term_test_fn term_test_choice;
term_test_fn term_test_action;
term_test_fn term_test_rule;
term_test_fn term_test_message_id;
term_test_fn term_test_folded;
term_test_fn term_test_sender_ip;
term_test_fn term_test_delivered_to;

/* Whether ATTACHMENT meets TERM, one of the four that share an attachment. */
bool term_attachment_test(const struct term *term,
    const struct attachment *attachment, struct buffer *scratch);

#endif

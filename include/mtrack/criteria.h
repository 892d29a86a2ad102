/* SPDX-License-Identifier: MIT */
/* What the user asked, compiled: two predicates over a record (SPEC 2, 3). The
 * first, on fields that never change for a mail, is put to each record; the
 * second to the winner of each entry only. */
#ifndef MTRACK_CRITERIA_H
#define MTRACK_CRITERIA_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"
#include "mtrack/reader.h"
#include "mtrack/record.h"

struct criteria;
struct term;

enum criterion {
	CRITERION_DIRECTION,
	CRITERION_RECIPIENT,
	CRITERION_SENDER,
	CRITERION_HEADER_TO,
	CRITERION_HEADER_FROM,
	CRITERION_TYPE,
	CRITERION_BLOCK_REASON,
	CRITERION_ACTION,
	CRITERION_SUBJECT,
	CRITERION_PHRASE, /* ORed with CRITERION_SUBJECT */
	CRITERION_MESSAGE_ID,
	CRITERION_SENDER_IP,
	CRITERION_DELIVERED_TO,
	CRITERION_UPSTREAM_TLS,
	CRITERION_DOWNSTREAM_TLS,
	CRITERION_DANE,
	CRITERION_ATTACHMENTS, /* any attachment at all; takes no value */
	CRITERION_ATTACHMENT_SHA256,
	CRITERION_ATTACHMENT_NAME,
	CRITERION_ATTACHMENT_STATUS,
	CRITERION_ATTACHMENT_PASSWORD,
	CRITERION_FEEDBACK, /* takes no value */
	CRITERION_REPORTED_RISK,
	CRITERION_MAIL_ID,
	CRITERION_SIZE,
	CRITERION_DELAY,
	CRITERION_COUNT,
};

struct criteria *criteria_new(struct arena *arena);
/* Applies to the subject, attachment name and block reason rules; before the
 * first criteria_add. */
void criteria_case_sensitive(struct criteria *criteria);
/* One value (an item of a list, trimmed) of WHICH, or of its negated twin.
 * Further values are ORed. `all` and blank values are the caller's business:
 * they never arrive here. */
bool criteria_add(struct criteria *criteria, enum criterion which, bool negated,
    struct str value, struct fault *fault);
/* The same for a criterion that was not given itself, but is implied by BY, not
 * negated, which was. */
void criteria_imply(struct criteria *criteria, enum criterion which,
    struct str value, enum criterion by);
/* Entries stamped in [since, until), milliseconds; INT64_MIN and INT64_MAX
 * where open. */
void criteria_period(struct criteria *criteria, int64_t since, int64_t until);
/* After the last addition: orders the tests, finds the literals. */
void criteria_seal(struct criteria *criteria);

fieldset criteria_message_fields(const struct criteria *criteria);
fieldset criteria_state_fields(const struct criteria *criteria);
bool criteria_has_state(const struct criteria *criteria);
/* Literals of the message criteria; count 0 when there are none. */
const struct prefilter *criteria_prefilter(const struct criteria *criteria);

/* SCRATCH belongs to the calling thread. The message predicate tests the
 * period too, of records that have a timestamp of their own. */
bool criteria_message(const struct criteria *criteria, const struct record *rec,
    struct buffer *scratch);
bool criteria_state(const struct criteria *criteria, const struct record *rec,
    struct buffer *scratch);
/* Whether an entry's timestamp lies in the period. */
bool criteria_in_period(const struct criteria *criteria, int64_t stamp);

/* For --why-not: each criterion that was given, by its place 0, 1, …; false
 * beyond the last. */
bool criteria_test(const struct criteria *criteria, size_t place,
    const struct record *rec, struct buffer *scratch, enum criterion *which,
    bool *negated, bool *met);
/* For hints: each criterion that was given, by its place; those that are only
 * implied too. False beyond the last. */
struct criterion_given {
	enum criterion which;
	const char *name; /* of its option, without `--` and `not-` */
	bool negated;
	bool implied;
	bool state;       /* put to winners only */
	enum field field; /* that it asks for */
};
bool criteria_given(const struct criteria *criteria, size_t place,
    struct criterion_given *given);
/* All of CRITERIA, which is sealed, but the one at PLACE and what it implies;
 * sealed too, in ARENA. It borrows the values of CRITERIA. */
struct criteria *criteria_without(
    struct arena *arena, const struct criteria *criteria, size_t place);
/* The same as they were compiled, for who writes them in another language
 * (criteria_term.h); NULL beyond the last. After criteria_seal. */
const struct term *criteria_term(
    const struct criteria *criteria, size_t place, enum criterion *which);
/* Whether TERM is one of those that must hold for one and the same attachment,
 * and whether it is put to winners only: those that share one all are when one
 * of them is. */
bool criteria_is_shared(const struct term *term);
bool criteria_is_state(
    const struct criteria *criteria, const struct term *term);
/* What was understood, a line each, for --explain. */
void criteria_explain(const struct criteria *criteria, struct buffer *out);

#endif

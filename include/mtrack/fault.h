/* SPDX-License-Identifier: MIT */
/* A message on its way upward: units below query and main say nothing, they
 * leave one fault with their caller and answer false or FLOW_FAIL. */
#ifndef MTRACK_FAULT_H
#define MTRACK_FAULT_H

#include "mtrack/str.h"

/* What a stage answers to the one before it. */
enum flow {
	FLOW_MORE, /* go on */
	FLOW_STOP, /* enough: all is well, nothing more is wanted */
	FLOW_FAIL, /* a fault was left, going on is senseless */
};

#define FAULT_NO_CARET SIZE_MAX

/* The sentence is held inside, so a fault may outlive what it speaks of; rule
 * and example are literals or as long-lived as the command line. */
struct fault {
	char what[240];   /* one sentence without a full stop */
	const char *rule; /* the rule that was broken, in one line, or NULL */
	const char *example; /* a good value, or NULL */
	size_t caret;        /* byte of the value that is at fault, or none */
	bool whole;          /* the example is words of a command line */
	bool warning;        /* told, but no error */
	bool unfinished;     /* the bytes ended inside something */
};

/* Sets the sentence and clears everything else; cut to fit, never inside a
 * UTF-8 character. Raw bytes of logs or arguments may stand in it: they are
 * made safe when the message is printed. Returns false, for `return
 * fault_set(...)`. */
bool fault_set(struct fault *fault, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* For bad values: the same with the place, the rule and a good example. */
bool fault_value(struct fault *fault, size_t caret, const char *rule,
    const char *example, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif

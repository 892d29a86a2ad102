/* SPDX-License-Identifier: MIT */
/* The records of one ID: which criteria each meets, which reject it, and which
 * record hides it (SPEC 4.5). */
#ifndef MTRACK_WHY_CASES_H
#define MTRACK_WHY_CASES_H

#include "mtrack/options.h"
#include "mtrack/output.h"
#include "mtrack/selection.h"

struct why_case {
	const char *entry; /* packed (entry.h); the other members are judged */
	bool chosen;       /* its file is read for the period */
	bool part;         /* takes part in the merge */
	bool winner;       /* of those that do */
	int64_t stamp;     /* of its entry, if it is the winner */
	size_t hidden_by;  /* the winner's place */
};

struct why_cases {
	const struct options *options;
	const struct selection *asked; /* by the query */
	const struct selection *whole; /* that was read: all files */
	struct why_case *items;        /* in archive order */
	size_t count;
	size_t capacity;
};

/* Finds out what a query would do with each. */
void why_cases_judge(struct why_cases *cases);
/* Prints each with its verdicts, and stops where OUT takes no more. */
void why_cases_print(const struct why_cases *cases, struct output *out);

#endif

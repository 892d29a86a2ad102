/* SPDX-License-Identifier: MIT */
/* Criteria for fuzz targets, from words of a command line between `|`. */
#ifndef FUZZ_ASKED_H
#define FUZZ_ASKED_H

#include <stdlib.h>

#include "mtrack/days.h"
#include "mtrack/options.h"
#include "mtrack/period.h"

#define ASKED_WORDS 40

struct asked {
	struct arena arena;
	struct options options;
	struct option_faults faults;
	int64_t since;
	int64_t until;
};

static inline const char *
asked_no_environment(const char *name)
{
	(void)name;
	return NULL;
}

/* Whether TEXT may name a list file outside of this folder: /dev/zero. */
static inline bool
asked_reads_files(struct str text)
{
	size_t at;

	while ((at = str_find_char(text, '@')) != SIZE_MAX) {
		struct str rest = str_drop(text, at + 1);
		struct str word;

		text = rest;
		str_split(&rest, '|', &word);
		if (str_find_char(word, '/') != SIZE_MAX ||
		    str_starts(word, STR("-")))
			return true;
	}
	return false;
}

/* Words behind `mtrack --archive arc --license none`; the clock stands at
 * 2026-10-10T12:00Z. False when they are no good command line; to be destroyed
 * in any case. */
static inline bool
asked_init(struct asked *asked, struct str text)
{
	char *argv[ASKED_WORDS + 6] = {0};
	static const char *const first[] = {
	    "mtrack", "--archive", "arc", "--license", "none"};
	int argc = 0;
	struct str word;

	*asked = (struct asked){.since = 0};
	arena_init(&asked->arena);
	for (; argc < 5; argc++)
		argv[argc] = (char *)(uintptr_t)arena_keep(
		    &asked->arena, str_from(first[argc]))
				 .ptr;
	if (asked_reads_files(text) || str_find_char(text, '\0') != SIZE_MAX)
		return false;
	while (
	    text.len && argc < ASKED_WORDS + 5 && str_split(&text, '|', &word))
		argv[argc++] =
		    (char *)(uintptr_t)arena_keep(&asked->arena, word).ptr;
	if (!options_parse(&asked->arena, argc, argv, asked_no_environment,
		INT64_C(1791633600000), &asked->options, &asked->faults))
		return false;
	if (!period_window(
		&asked->options, DAY_NONE, &asked->since, &asked->until)) {
		asked->since = INT64_MIN;
		asked->until = INT64_MAX;
	}
	if (asked->options.run != RUN_QUERY)
		return false;
	criteria_period(asked->options.criteria, asked->since, asked->until);
	criteria_seal(asked->options.criteria);
	return true;
}

static inline void
asked_destroy(struct asked *asked)
{
	arena_destroy(&asked->arena);
}

#endif

/* SPDX-License-Identifier: MIT */
/* Command lines for tests: words between `|`, a fixed clock, an environment
 * without anything in it. */
#ifndef OPTIONKIT_H
#define OPTIONKIT_H

#include <stdio.h>
#include <string.h>

#include "mtrack/options.h"
#include "mtrack/timestamp.h"

/* 2026-10-10T12:00:00Z, a Saturday. */
#define KIT_NOW ((INT64_C(20736) * 24 + 12) * 3600 * 1000)

struct kit {
	struct arena arena;
	struct options options;
	struct option_faults faults;
	bool good;
};

static inline const char *
kit_no_environment(const char *name)
{
	(void)name;
	return NULL;
}

/* Parses LINE with ENV; `mtrack` stands before it. End with kit_done. */
static inline void
kit_parse_in(struct kit *kit, const char *line, option_env *env)
{
	char *argv[64] = {0};
	int argc = 0;
	char *copy;

	arena_init(&kit->arena);
	argv[argc++] = arena_zero(&kit->arena, 1, 8);
	copy = arena_alloc(&kit->arena, strlen(line) + 1);
	memcpy(copy, line, strlen(line) + 1);
	while (*line && copy) {
		argv[argc++] = copy;
		copy = strchr(copy, '|');
		if (copy)
			*copy++ = '\0';
	}
	kit->good = options_parse(
	    &kit->arena, argc, argv, env, KIT_NOW, &kit->options, &kit->faults);
}

/* The same with an archive, so that only the rest can be wrong. */
static inline void
kit_parse(struct kit *kit, const char *line)
{
	char whole[4096];

	snprintf(whole, sizeof(whole), "--archive|arc|%s", line);
	kit_parse_in(kit, *line ? whole : "--archive|arc", kit_no_environment);
}

static inline void
kit_done(struct kit *kit)
{
	arena_destroy(&kit->arena);
}

/* Prints every fault: for rows that should have none. */
static inline void
kit_show(const struct kit *kit)
{
	for (size_t i = 0; i < kit->faults.count; i++)
		fprintf(stderr, "    %s: %s\n", kit->faults.items[i].name.ptr,
		    kit->faults.items[i].fault.what);
}

#endif

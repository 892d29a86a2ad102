/* SPDX-License-Identifier: MIT */
/* The configuration file as lines of names and values; what they mean is for
 * options to say (SPEC 7). */
#ifndef MTRACK_CONFIG_H
#define MTRACK_CONFIG_H

#include "mtrack/arena.h"
#include "mtrack/fault.h"

/* `name = value`, both trimmed and NUL-terminated. */
struct config_line {
	struct str name;  /* the whole line where it has no `=` */
	struct str value; /* ptr NULL where the line has no `=` */
	uint64_t number;  /* from 1 */
};

struct config {
	struct config_line *lines; /* blank ones and comments left out */
	size_t count;
	size_t capacity;
};

/* The environment, as options.h has it. */
typedef const char *config_env(const char *name);

/* Where the file is looked for: $MTRACK_CONFIG (then *must is set: it has to be
 * there), else $XDG_CONFIG_HOME/mtrack/config, else ~/.config/mtrack/config.
 * Empty when the environment names none; NUL-terminated, in ARENA. */
struct str config_path(struct arena *arena, config_env *env, bool *must);
/* Reads the file PATH. A file that is not there holds nothing, unless it MUST
 * be. False when it cannot be read; texts live in ARENA. */
bool config_read(struct arena *arena, struct str path, bool must,
    struct config *config, struct fault *fault);
/* The lines of TEXT, which lives as long as ARENA. */
void config_parse(struct arena *arena, struct str text, struct config *config);

#endif

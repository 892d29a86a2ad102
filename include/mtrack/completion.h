/* SPDX-License-Identifier: MIT */
/* Completion scripts for shells, printed from the tables (SPEC 7). */
#ifndef MTRACK_COMPLETION_H
#define MTRACK_COMPLETION_H

#include "mtrack/output.h"
#include "mtrack/str.h"

/* The script of SHELL: `bash`, `zsh` or `fish`. */
void completion_print(struct str shell, struct output *out);

#endif

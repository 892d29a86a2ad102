/* SPDX-License-Identifier: MIT */
/* Help, printed from the tables of options, fields and formats. */
#ifndef MTRACK_USAGE_H
#define MTRACK_USAGE_H

#include "mtrack/output.h"
#include "mtrack/str.h"

/* All groups, or the one named; false when there is no such group. */
bool usage_help(struct str group, struct output *out);
/* --fields help: a line each. */
void usage_fields(struct output *out);
/* mtrack's version and its libraries'. */
void usage_version(struct output *out);

#endif

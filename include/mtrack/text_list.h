/* SPDX-License-Identifier: MIT */
/* Lists written as one text, as CSV cells carry them (SPEC 1.3). */
#ifndef MTRACK_TEXT_LIST_H
#define MTRACK_TEXT_LIST_H

#include "mtrack/arena.h"
#include "mtrack/record.h"

/* The addresses of a header, split at `,` and `;` outside double quotes. Items
 * point into TEXT, white space around them taken off; some may be empty. */
struct strlist text_list_addresses(struct str text, struct arena *arena);
/* URLs, split at `,` and white space, likewise. */
struct strlist text_list_urls(struct str text, struct arena *arena);

#endif

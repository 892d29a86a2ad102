/* SPDX-License-Identifier: MIT */
/* Colours of a terminal, by what became of a mail (SPEC 4.3). */
#ifndef MTRACK_PAINT_H
#define MTRACK_PAINT_H

#include "mtrack/record.h"

/* Begins and ends; none counts as width. */
#define PAINT_BOLD STR("\x1b[1m")
#define PAINT_END  STR("\x1b[0m")

/* The escape that REC's row begins with, by its type and action; empty where
 * it stays plain. REC may be NULL. */
struct str paint_record(const struct record *rec);

#endif

/* SPDX-License-Identifier: MIT */
/* The console's address patterns (SPEC 3.2), compiled. */
#ifndef MTRACK_ADDRESS_H
#define MTRACK_ADDRESS_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct arena;

struct address_pattern {
	bool everything;   /* `*@*` and blank: matches the null sender too */
	bool null;         /* `<>` */
	struct str local;  /* lower case, `*` for runs without `@` */
	struct str domain; /* lower case, `*` for runs */
};

/* VALUE is one item, trimmed; `<a@b>` is a@b, as in a record. Texts of the
 * pattern live in ARENA, a fault's example too. */
bool address_compile(struct arena *arena, struct str value,
    struct address_pattern *pattern, struct fault *fault);
/* ADDRESS is bare (record_bare_address). ASCII case is ignored. */
bool address_match(const struct address_pattern *pattern, struct str address);
/* The longest run of bytes every matching address holds, lower case; empty
 * when there is none. For prefilters. */
struct str address_literal(
    struct arena *arena, const struct address_pattern *pattern);

#endif

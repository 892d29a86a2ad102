/* SPDX-License-Identifier: MIT */
/* Texts and numbers as ClickHouse SQL writes them, so that nothing a user or a
 * log wrote ends a literal early. */
#ifndef MTRACK_SQL_TEXT_H
#define MTRACK_SQL_TEXT_H

#include "mtrack/buffer.h"
#include "mtrack/ip.h"

/* 'S': control characters, quotes and backslashes escaped. */
void sql_literal(struct str s, struct buffer *out);
/* A LIKE pattern as a literal: PARTS in this order, any run of characters
 * between two; before the first and behind the last as well unless WHOLE. */
void sql_like(
    const struct str *parts, size_t count, bool whole, struct buffer *out);
/* A regular expression (RE2) for match(): PHRASE where neither end cuts a
 * word, as word_is_cut has it. It names `edge`, which is to be sql_edge: a
 * character that is no part of a word, or of one without edges. */
void sql_edge(struct buffer *out);
void sql_phrase(struct str phrase, struct buffer *out);
/* Whether sql_phrase asks for more than that PHRASE is contained. */
bool sql_phrase_has_edges(struct str phrase);
/* The same for an address: LOCAL@DOMAIN, both lower case, in which `*` is any
 * run without `@`; a lone `*` local part is any run at all. */
void sql_address(struct str local, struct str domain, struct buffer *out);

/* A DateTime64(3, 'UTC'); MS is one that it can hold. */
void sql_time(int64_t ms, struct buffer *out);
/* The first and last instant that it can hold. */
#define SQL_TIME_FIRST INT64_C(-2208988800000)
#define SQL_TIME_LAST  INT64_C(10413791999999)
/* A Date32 of days since 1970, the nearest one that it can hold. */
void sql_day(int64_t day, struct buffer *out);
/* Whether COLUMN, a Nullable(IPv6) with IPv4 as `::ffff:0:0/96`, lies in
 * PREFIX; never NULL. */
void sql_prefix(
    const char *column, const struct ip_prefix *prefix, struct buffer *out);

/* NAME as the name of a table: `name`, or `database`.`name`, in backticks.
 * False with a fault when it is neither. */
bool sql_table_check(struct str name, struct fault *fault);
void sql_table(struct str name, struct buffer *out);
/* The place of the first byte of S that is no UTF-8, or SIZE_MAX. */
size_t sql_invalid(struct str s);

#endif

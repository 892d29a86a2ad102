/* SPDX-License-Identifier: MIT */
/* Messages to standard error, made safe for terminals: `mtrack: ` before each,
 * control characters and invalid UTF-8 as visible escapes (SPEC 4.5). Used by
 * main, query and the progress bar alone. */
#ifndef MTRACK_DIAG_H
#define MTRACK_DIAG_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

struct buffer;

/* Appends S with everything hostile as `\n`, `\x1b`, `\u202e`; with QUOTED a
 * backslash is doubled too, so that the text can be told from its escapes. */
void diag_escape(struct str s, bool quoted, struct buffer *out);
/* `mtrack: TEXT\n`, all of TEXT escaped, so always one line. One write(2). */
void diag_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Text as it is, without prefix: tables of --stats. What came from a log or an
 * argument went through diag_escape before. */
void diag_raw(struct str text);
/* Whether standard error is a terminal: people read along. */
bool diag_is_terminal(void);
/* Draws LINE as the last line of a terminal, over the one drawn before; an
 * empty one takes it away, and so does every message. Any thread may call. */
void diag_status(struct str line);
/* A fault of a command line, a setting or a variable: ORIGIN is empty or
 * `PATH:LINE`, NAME the flag (`--sender`), VALUE what was given:
 *
 *     mtrack: --sender '*x@example.com': the local part begins with `*`
 *             *x@example.com
 *             ^
 *         rule: ...
 *         example: --sender 'test*@example.com'
 *
 * A long value is cut to a window around the caret. NAME may be empty; a VALUE
 * without ptr, and a fault without caret, rule or example leave theirs out. A
 * warning says so. The example of a setting reads `license = standard`. One
 * write(2). */
void diag_value(struct str origin, const char *name, struct str value,
    const struct fault *fault);

#endif

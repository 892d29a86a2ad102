/* SPDX-License-Identifier: MIT */
/* How side files are told from logs: the name's end, and the first bytes. */
#ifndef MTRACK_SIDEMARK_H
#define MTRACK_SIDEMARK_H

#include "mtrack/fault.h"
#include "mtrack/str.h"

#define SIDEMARK_SUFFIX ".mtx"
/* Of those that many files share. */
#define SIDEMARK_SHARED_SUFFIX ".mtxs"
/* Not ASCII, and changed by whatever changes line ends or the eighth bit. */
#define SIDEMARK_MAGIC "\x89MTX\r\n\x1a\n"
#define SIDEMARK_BYTES 8u

/* Whether PATH (NUL-terminated), which was found in a folder, is a side file:
 * its name ends as one does and its first bytes are theirs. One that is gone
 * was: another run has replaced it. */
bool sidemark_is(struct str path);
/* Whether a side file may be written over what stands at PATH: nothing, an
 * empty file, or a side file whose first bytes may be damaged. A log may be
 * named as one is. */
bool sidemark_may_replace(const char *path);
/* Opens side file PATH, which may be no link; *fd is -1 where there is none.
 * False with a fault. */
bool sidemark_open(const char *path, int *fd, struct fault *fault);

#endif

/* SPDX-License-Identifier: MIT */
/* Names of unfinished files. Where the file system knows no unnamed files
 * (NFS, FAT) an unfinished file has a name, and everywhere a finished one has
 * two for a moment: when the run is ended from outside, or for want of memory,
 * these names go. */
#ifndef MTRACK_LEFTOVER_H
#define MTRACK_LEFTOVER_H

#define LEFTOVER_NAME 40 /* bytes of a name, its NUL included */

/* From now on SIGINT, SIGTERM, SIGHUP and SIGPIPE remove what was noted before
 * they end the program as ever; those that are ignored stay so. */
void leftover_watch(void);
/* NAME is about to be made in the open FOLDER; then it was. Between the two
 * the thread catches no signal and asks for no memory. */
void leftover_note(int folder, const char *name);
void leftover_made(int folder, const char *name);
/* NAME in FOLDER is gone, or a file of its own now. */
void leftover_drop(int folder, const char *name);
/* Removes all that is noted, and lets nothing more be made: the program is to
 * end. Only calls what a signal handler may call. */
void leftover_remove(void);

#endif

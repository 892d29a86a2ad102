/* SPDX-License-Identifier: MIT */
/* What query says on standard error of files and periods (SPEC 1, 3.1, 4.5). */
#ifndef MTRACK_TELL_H
#define MTRACK_TELL_H

#include "mtrack/options.h"
#include "mtrack/scan.h"
#include "mtrack/selection.h"

/* Folders and paths that could not be walked; true when that is trouble. */
bool tell_archive(const struct archive *archive);
/* The troubles of one file: the first few faults, then their count. */
void tell_result(const struct archive_file *file,
    const struct scan_result *result, const struct options *options);
/* Whether they make the exit status 2. */
bool tell_is_trouble(
    const struct archive_file *file, const struct scan_result *result);
/* The default window left days out: which were searched, how to have all. */
void tell_narrowed(const struct selection *selection);
/* The counts of --stats. */
void tell_stats(const struct tally *tally, double seconds);

#endif

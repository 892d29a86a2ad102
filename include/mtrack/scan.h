/* SPDX-License-Identifier: MIT */
/* ONE file's way from bytes to verdicts, what a thread runs: source, reader,
 * the message criteria. Prints nothing, keeps nothing between files but its
 * buffers. */
#ifndef MTRACK_SCAN_H
#define MTRACK_SCAN_H

#include "mtrack/scanning.h"
#include "mtrack/split.h"

struct scanner; /* a thread's buffers */

struct scanner *scanner_new(const struct scan_plan *plan);
void scanner_free(struct scanner *scanner);
/* Reads file number INDEX of the archive and gives SINK the records that meet
 * the message criteria. rec->stamp is the own stamp. RESULT is overwritten. */
enum flow scan_file(struct scanner *scanner, uint32_t index, record_fn *sink,
    void *ctx, struct scan_result *result);
/* The same of a part of a file, whose records come in the order of the parts'
 * numbers; RESULT is that part's (scan_result_join). */
enum flow scan_part(struct scanner *scanner, const struct scan_job *job,
    record_fn *sink, void *ctx, struct scan_result *result);
/* The same as scan_file with TAP instead of a sink; criteria and period have no
 * say. */
enum flow scan_tapped(struct scanner *scanner, uint32_t index,
    const struct scan_tap *tap, struct scan_result *result);
/* Whether FILE's records are put to the period at all. */
bool scan_is_dated(
    const struct scan_plan *plan, const struct archive_file *file);

#endif

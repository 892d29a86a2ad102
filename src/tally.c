/* SPDX-License-Identifier: MIT */
/* What happened, counted. */
#include "mtrack/tally.h"

void
tally_add(struct tally *sum, const struct tally *one)
{
	sum->files += one->files;
	sum->files_skipped += one->files_skipped;
	sum->bytes_packed += one->bytes_packed;
	sum->bytes += one->bytes;
	sum->records += one->records;
	sum->passed_over += one->passed_over;
	sum->other += one->other;
	sum->malformed += one->malformed;
	sum->merged += one->merged;
	sum->matched += one->matched;
	sum->printed += one->printed;
	sum->spilled_runs += one->spilled_runs;
	sum->index_files += one->index_files;
	sum->index_parts += one->index_parts;
	sum->index_blocks += one->index_blocks;
	sum->index_bytes += one->index_bytes;
	sum->damaged |= one->damaged;
}

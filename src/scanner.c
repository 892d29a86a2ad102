/* SPDX-License-Identifier: MIT */
/* What scans of whole files and of blocks do alike. */
#include "mtrack/scanner.h"

#include <stdio.h>
#include <sys/stat.h>

enum flow
scanner_fault(struct scanner *scanner, uint64_t line, const struct fault *fault)
{
	struct scan_result *result = scanner->result;

	result->tally.malformed++;
	result->fault_total++;
	if (result->fault_count < FAULTS_TOLD) {
		result->faults = memory_resize(result->faults,
		    result->fault_count + 1, sizeof(*result->faults));
		result->faults[result->fault_count++] =
		    (struct scan_fault){line, *fault};
	}
	return scanner->plan->strict ? FLOW_STOP : FLOW_MORE;
}

void
scanner_damage(struct scanner *scanner, const struct fault *fault)
{
	scanner_fault(scanner, 0, fault);
	scanner->result->tally.malformed--;
	scanner->result->tally.damaged = true;
}

void
scanner_end(
    struct scanner *scanner, enum source_event event, const struct fault *fault)
{
	if (event == SOURCE_CUT && scanner->file->newest &&
	    !scanner->plan->strict)
		scanner->result->growing = true;
	else if (event != SOURCE_END)
		scanner_damage(scanner, fault);
}

/* PATH when it is the file that FD is. */
static struct source *
open_same(const char *path, bool blocking, int fd, struct fault *fault)
{
	struct source *source = source_open(path, blocking, fault);
	struct stat a, b;

	if (!source || fd == SCANNER_ANY ||
	    (!fstat(fd, &a) && !fstat(source_descriptor(source), &b) &&
		a.st_dev == b.st_dev && a.st_ino == b.st_ino))
		return source;
	source_close(source);
	fault_set(fault, "another file took its place while it was read");
	return NULL;
}

struct source *
scanner_open(const struct scanner *scanner, int fd, struct fault *fault)
{
	const struct archive_file *file = scanner->file;
	struct source *source =
	    open_same(file->path.ptr, file->named, fd, fault);
	struct fault ignored;
	char path[32];

	if (source || fd == SCANNER_ANY)
		return source;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open_same(path, false, fd, &ignored);
}

bool
scanner_skip(struct scanner *scanner, struct source *source, uint64_t count)
{
	struct fault fault;

	while (count > 0) {
		size_t size = count < SCAN_CHUNK ? (size_t)count : SCAN_CHUNK;
		size_t got = 0;
		enum source_event event = source_read(source,
		    pump_room(&scanner->pump, size), size, &got, &fault);

		if (event != SOURCE_BYTES && event != SOURCE_MEMBER)
			return false;
		scanner->result->tally.bytes += got;
		count -= got;
	}
	return true;
}

static void
add_more(_Atomic uint64_t *sum, uint64_t now, uint64_t *shown)
{
	if (now > *shown)
		atomic_fetch_add_explicit(
		    sum, now - *shown, memory_order_relaxed);
	*shown = now > *shown ? now : *shown;
}

void
scanner_count(struct scanner *scanner, uint64_t bytes)
{
	struct counter *counter = scanner->plan->counter;

	if (!counter)
		return;
	add_more(&counter->bytes, bytes, &scanner->shown.bytes);
	add_more(&counter->records, scanner->result->tally.records,
	    &scanner->shown.records);
	add_more(&counter->matches, scanner->matched, &scanner->shown.matches);
}

/* SPDX-License-Identifier: MIT */
/* For fuzz targets: what is said of the faults of a command line, as it would
 * stand on a terminal. */
#ifndef FUZZ_TOLD_H
#define FUZZ_TOLD_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mtrack/buffer.h"
#include "mtrack/diag.h"
#include "mtrack/options.h"
#include "mtrack/unicode.h"

static inline void
told_demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

/* Whether TEXT is lines that no terminal obeys. */
static inline void
told_check_text(struct str text)
{
	told_demand(text.len && text.ptr[text.len - 1] == '\n', "no line");
	for (size_t i = 0; i < text.len; i++)
		told_demand(text.ptr[i] == '\n' ||
			((unsigned char)text.ptr[i] >= ' ' &&
			    text.ptr[i] != 0x7f),
		    "a control character is told");
}

/* Standard error is a file for as long as FAULT is told. */
static inline void
told_check_fault(const struct option_fault *at)
{
	int fd = memfd_create("told", MFD_CLOEXEC);
	int before = dup(STDERR_FILENO);
	struct buffer text = BUFFER_EMPTY;
	ssize_t got;

	told_demand(fd >= 0 && before >= 0, "no file");
	dup2(fd, STDERR_FILENO);
	diag_value(at->origin, at->name.len ? at->name.ptr : NULL, at->value,
	    &at->fault);
	dup2(before, STDERR_FILENO);
	close(before);
	buffer_reserve(&text, 1u << 16);
	got = pread(fd, text.ptr, text.cap, 0);
	told_demand(got > 0, "nothing is told");
	text.len = (size_t)got;
	told_check_text(buffer_str(&text));
	buffer_destroy(&text);
	close(fd);
}

static inline void
told_check_faults(const struct option_faults *faults, bool good)
{
	bool errors = false;

	for (size_t i = 0; i < faults->count; i++) {
		const struct option_fault *at = &faults->items[i];

		told_demand(at->fault.what[0], "a fault says nothing");
		told_demand(at->fault.caret == FAULT_NO_CARET ||
			(at->value.ptr && at->fault.caret <= at->value.len) ||
			!at->value.ptr,
		    "a caret beyond the value");
		errors |= !at->fault.warning;
		if (i < 4)
			told_check_fault(at);
	}
	told_demand(good == !errors, "a fault too much, or none");
}

#endif

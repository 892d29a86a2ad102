/* SPDX-License-Identifier: MIT */
/* Runs a reader over bytes in pieces of any size, as scan does, and writes down
 * what came of it: a line a record, a line a fault. */
#ifndef READER_TEST_H
#define READER_TEST_H

#include <stdio.h>
#include <stdlib.h>

#include "mtrack/reader.h"

struct reader_run {
	/* What to do, set by the test. */
	const struct reader_ops *ops;
	struct intake_rules rules;
	fieldset wanted;
	const struct prefilter *prefilter;
	bool decode_all;
	bool want_raw;
	size_t stop_after; /* records, 0: never */
	/* NULL: all records are written down. */
	bool (*keep)(void *ctx, const struct record *rec);
	void *keep_ctx;
	/* What happened. */
	struct buffer records; /* a line each */
	struct buffer faults;  /* a line each */
	struct tally tally;
	size_t emitted;
	enum flow flow;
	bool between;  /* what the reader said at last */
	size_t widest; /* bytes of the longest window it was given */
};

static inline void
reader_test_list(struct buffer *out, const char *name, struct strlist list)
{
	buffer_printf(out, " %s=[", name);
	for (size_t i = 0; i < list.count; i++)
		buffer_printf(
		    out, "%s%.*s", i ? "|" : "", STR_ARG(list.items[i]));
	buffer_printf(out, "]");
}

static inline void
reader_test_attachments(struct buffer *out, const struct record *rec)
{
	buffer_printf(out, " attachments=[");
	for (size_t i = 0; i < rec->attachment_count; i++) {
		const struct attachment *one = &rec->attachments[i];

		buffer_printf(out, "%s%.*s,%.*s,%.*s,%.*s", i ? "|" : "",
		    STR_ARG(one->name), STR_ARG(one->sha256),
		    STR_ARG(one->status), STR_ARG(one->password));
	}
	buffer_printf(out, "]");
}

/* ` name=value` of each field that has one, times in milliseconds. */
static inline void
reader_test_fields(
    struct buffer *out, const struct record *rec, fieldset wanted)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		const struct field_row *row = field_row((enum field)i);

		if (!record_has(rec, (enum field)i) || !(wanted & FIELD_BIT(i)))
			continue;
		if (row->kind == KIND_TIME)
			buffer_printf(out, " %s=%lld", row->name,
			    (long long)rec->time[i]);
		else if (row->kind == KIND_NUMBER)
			buffer_printf(out, " %s=%llu", row->name,
			    (unsigned long long)rec->size);
		else if (row->kind == KIND_ATTACHMENTS)
			reader_test_attachments(out, rec);
		else if (row->kind == KIND_LIST)
			reader_test_list(out, row->name,
			    i == FIELD_HEADER_TO ? rec->header_to
						 : rec->embedded_urls);
		else
			buffer_printf(
			    out, " %s=%.*s", row->name, STR_ARG(rec->text[i]));
	}
}

static inline enum flow
reader_test_record(void *ctx, const struct record *rec)
{
	struct reader_run *run = ctx;

	if (run->keep && !run->keep(run->keep_ctx, rec))
		return FLOW_MORE;
	buffer_printf(&run->records, "%llu@%llu#%u",
	    (unsigned long long)rec->origin.line,
	    (unsigned long long)rec->origin.offset, rec->origin.item);
	reader_test_fields(&run->records, rec, run->wanted);
	if (run->want_raw) {
		buffer_puts(&run->records, STR(" raw="));
		if (rec->raw_header.len) {
			buffer_puts(&run->records, rec->raw_header);
			buffer_putc(&run->records, '/');
		}
		buffer_puts(&run->records, rec->raw);
	}
	buffer_putc(&run->records, '\n');
	run->emitted++;
	return run->stop_after && run->emitted >= run->stop_after ? FLOW_STOP
								  : FLOW_MORE;
}

static inline enum flow
reader_test_fault(
    void *ctx, uint64_t line, bool framing, const struct fault *fault)
{
	struct reader_run *run = ctx;

	buffer_printf(&run->faults, "%llu %s%s: %s\n", (unsigned long long)line,
	    framing ? "framing" : "inner",
	    fault->unfinished ? " unfinished" : "", fault->what);
	return FLOW_MORE;
}

/* Feeds BYTES, CHUNK more each time. Each window is a block of its own, just
 * as long as it is, so that a sanitizer sees every byte read beyond it. */
static inline void
reader_run(struct reader_run *run, struct str bytes, size_t chunk)
{
	struct reader_settings set = {
	    .rules = &run->rules,
	    .wanted = run->wanted,
	    .want_raw = run->want_raw,
	    .decode_all = run->decode_all,
	    .prefilter = run->prefilter,
	    .tally = &run->tally,
	    .emit = reader_test_record,
	    .emit_ctx = run,
	    .fault = reader_test_fault,
	    .fault_ctx = run,
	};
	struct arena arena;
	struct reader *reader;
	size_t done = 0; /* bytes used up */
	size_t seen = 0; /* bytes in the window's end */

	arena_init(&arena);
	run->tally = (struct tally){0};
	buffer_clear(&run->records);
	buffer_clear(&run->faults);
	run->emitted = 0;
	run->widest = 0;
	reader = run->ops->open(&arena, &set);
	reader->offset = 0;
	reader->line = 1;
	do {
		size_t used = 0;
		char *window;

		seen = bytes.len - seen < chunk ? bytes.len : seen + chunk;
		if (seen - done > run->widest)
			run->widest = seen - done;
		window = malloc(seen > done ? seen - done : 1);
		if (seen > done)
			memcpy(window, bytes.ptr + done, seen - done);
		run->flow =
		    run->ops->feed(reader, (struct str){window, seen - done},
			seen == bytes.len, &used);
		free(window);
		done += used;
	} while (run->flow == FLOW_MORE && seen < bytes.len);
	run->between = run->ops->between(reader);
	run->ops->close(reader);
	arena_destroy(&arena);
	/* A NUL, so that both can be printed. */
	buffer_putc(&run->records, '\0');
	run->records.len--;
	buffer_putc(&run->faults, '\0');
	run->faults.len--;
	if (run->flow == FLOW_MORE && done != bytes.len) {
		fprintf(
		    stderr, "%zu of %zu bytes were used up\n", done, bytes.len);
		abort();
	}
}

static inline void
reader_run_destroy(struct reader_run *run)
{
	buffer_destroy(&run->records);
	buffer_destroy(&run->faults);
}

/* A whole file; the caller frees *.ptr. */
static inline struct str
reader_test_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *bytes = NULL;
	size_t len = 0;
	size_t got;

	if (!file) {
		perror(path);
		abort();
	}
	do {
		bytes = realloc(bytes, len + 65536);
		got = fread(bytes + len, 1, 65536, file);
		len += got;
	} while (got);
	fclose(file);
	return (struct str){bytes, len};
}

#endif

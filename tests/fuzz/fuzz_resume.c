/* SPDX-License-Identifier: MIT */
/* Any archive, read in pieces: a reader that is closed between two of them and
 * opened again with what it saved finds what one finds that stays open. And
 * any bytes as such a state: refused, or read on from without harm. The first
 * byte:
 *
 *     bits 0-1  JSON, CSV, CEF
 *     bit  2    the first bytes, up to a line end, are a state
 *     bits 3-7  how large the pieces are */
#include "../unit/reader_test.h"
#include "mtrack/reader_cef.h"
#include "mtrack/reader_csv.h"
#include "mtrack/reader_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct relay {
	struct reader_run run;
	struct reader_settings set;
	struct arena arena;
	struct reader *reader;
	unsigned changes;
};

static void
demand_same(const char *what, struct str with, struct str without)
{
	if (str_eq(with, without))
		return;
	fprintf(stderr, "%s of many readers\n%.*s\nof one\n%.*s\n", what,
	    STR_ARG(with), STR_ARG(without));
	abort();
}

static void
begin(struct relay *relay, const struct reader_ops *ops)
{
	relay->run = (struct reader_run){
	    .ops = ops, .wanted = FIELDSET_PRINTABLE, .want_raw = true};
	relay->set = (struct reader_settings){.rules = &relay->run.rules,
	    .wanted = relay->run.wanted,
	    .want_raw = true,
	    .tally = &relay->run.tally,
	    .emit = reader_test_record,
	    .emit_ctx = &relay->run,
	    .fault = reader_test_fault,
	    .fault_ctx = &relay->run};
	arena_init(&relay->arena);
	relay->reader = ops->open(&relay->arena, &relay->set);
	relay->reader->line = 1;
}

static void
end(struct relay *relay)
{
	relay->run.ops->close(relay->reader);
	arena_destroy(&relay->arena);
	reader_run_destroy(&relay->run);
}

/* Another reader goes on, if the one that read so far can say how. */
static void
hand_over(struct relay *relay)
{
	struct buffer state = BUFFER_EMPTY;
	uint64_t offset = relay->reader->offset;
	uint64_t line = relay->reader->line;

	if (!relay->reader->ops->save(relay->reader, &state)) {
		buffer_destroy(&state);
		return;
	}
	relay->run.ops->close(relay->reader);
	arena_reset(&relay->arena);
	relay->reader = relay->run.ops->open(&relay->arena, &relay->set);
	relay->reader->offset = offset;
	relay->reader->line = line;
	if (!relay->run.ops->restore(relay->reader, buffer_str(&state))) {
		fprintf(stderr, "what was saved is refused\n");
		abort();
	}
	relay->changes++;
	buffer_destroy(&state);
}

static void
feed(struct relay *relay, struct str bytes, size_t chunk, bool changing)
{
	size_t done = 0;
	size_t seen = 0;
	enum flow flow;

	do {
		size_t used = 0;
		char *window;

		seen = bytes.len - seen < chunk ? bytes.len : seen + chunk;
		window = malloc(seen - done + 1);
		if (seen > done)
			memcpy(window, bytes.ptr + done, seen - done);
		flow = relay->run.ops->feed(relay->reader,
		    (struct str){window, seen - done}, seen == bytes.len,
		    &used);
		free(window);
		done += used;
		if (changing && seen < bytes.len)
			hand_over(relay);
	} while (flow == FLOW_MORE && seen < bytes.len);
}

static void
compare(const struct reader_ops *ops, struct str bytes, size_t chunk)
{
	struct relay one;
	struct relay many;

	begin(&one, ops);
	begin(&many, ops);
	feed(&one, bytes, bytes.len + 1, false);
	feed(&many, bytes, chunk, true);
	demand_same("records", buffer_str(&many.run.records),
	    buffer_str(&one.run.records));
	demand_same("faults", buffer_str(&many.run.faults),
	    buffer_str(&one.run.faults));
	end(&one);
	end(&many);
}

static void
go_on(const struct reader_ops *ops, struct str state, struct str bytes,
    size_t chunk)
{
	struct relay relay;

	begin(&relay, ops);
	relay.reader->offset = 1000;
	relay.reader->line = 10;
	if (ops->restore(relay.reader, state))
		feed(&relay, bytes, chunk, true);
	end(&relay);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct reader_ops *const forms[] = {
	    &reader_json, &reader_csv, &reader_cef, &reader_json};
	struct str bytes = {(const char *)data + 1, size - 1};
	struct str state;
	size_t chunk;

	if (size == 0)
		return 0;
	chunk = 1u + (data[0] >> 3) * 7u;
	if (data[0] & 4) {
		str_split(&bytes, '\n', &state);
		go_on(forms[data[0] & 3], state, bytes, chunk);
	} else {
		compare(forms[data[0] & 3], bytes, chunk);
	}
	return 0;
}

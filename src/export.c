/* SPDX-License-Identifier: MIT */
/* The console's exports. */
#include "mtrack/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "mtrack/diag.h"
#include "mtrack/ledger.h"
#include "mtrack/numeral.h"
#include "mtrack/printer.h"

struct export
{
	struct ledger *ledger;
};

/* The ledger's day is the clock's, whatever --now says (SPEC 10). */
static int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000;
}

static bool
find_ledger(struct arena *arena, struct str *path, struct fault *fault)
{
	return ledger_path(
	    arena, getenv("XDG_STATE_HOME"), getenv("HOME"), path, fault);
}

/* The command line as a shell would read it. */
static struct str
command_line(struct arena *arena, const struct options *options)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789@%+=:,./_-";
	struct buffer line = BUFFER_EMPTY;
	struct str kept;

	buffer_puts(&line, STR("mtrack"));
	for (size_t i = 0; i < options->word_count; i++) {
		const char *word = options->words[i];
		bool bare = *word && word[strspn(word, plain)] == '\0';

		buffer_putc(&line, ' ');
		if (!bare)
			buffer_putc(&line, '\'');
		for (; *word; word++) {
			if (*word == '\'')
				buffer_puts(&line, STR("'\\''"));
			else
				buffer_putc(&line, *word);
		}
		if (!bare)
			buffer_putc(&line, '\'');
	}
	kept = arena_keep(arena, buffer_str(&line));
	buffer_destroy(&line);
	return kept;
}

/* The ledger is read from anywhere: names in it begin with `/`. */
static struct str
whole_path(struct arena *arena, struct str path)
{
	char folder[4096];

	if (path.len > 0 && path.ptr[0] == '/')
		return path;
	if (!getcwd(folder, sizeof(folder)))
		return path;
	return arena_printf(
	    arena, "%s/%.*s", strcmp(folder, "/") ? folder : "", STR_ARG(path));
}

struct export *
export_begin(
    struct arena *arena, const struct options *options, struct fault *fault)
{
	struct export *export = ARENA_NEW(arena, struct export);
	const struct ledger_entry what = {.selected = options->selected,
	    .file = whole_path(arena, options->output),
	    .query = command_line(arena, options)};
	struct str path;

	if (!find_ledger(arena, &path, fault))
		return NULL;
	export->ledger = ledger_begin(
	    arena, path, &what, options->license, clock_now(), fault);
	return export->ledger ? export : NULL;
}

bool
export_allows(const struct options *options, uint64_t rows, struct fault *fault)
{
	uint64_t most = options->license->export_records;
	struct buffer text = BUFFER_EMPTY;

	if (rows <= most)
		return true;
	numeral_count(rows, "entry", "entries", &text);
	buffer_puts(&text,
	    options->limit == LIMIT_NONE && options->skip == 0
		? STR(" match")
		: STR(" are asked for"));
	buffer_puts(&text, STR(", an export of the "));
	buffer_puts(&text, str_from(options->license->name));
	buffer_puts(&text, STR(" license holds at most "));
	numeral_put(most, &text);
	fault_set(fault,
	    "%.*s: ask for less, or --license none (in the configuration: "
	    "license = none) lifts the vendor's limits",
	    STR_ARG(buffer_str(&text)));
	buffer_destroy(&text);
	return false;
}

bool
export_end(struct export *export, uint64_t records, const char *why,
    struct fault *fault)
{
	const struct ledger_entry end = {
	    .state = why ? LEDGER_FAILED : LEDGER_COMPLETED,
	    .records = records,
	    .reason = why ? str_from(why) : STR("")};

	return ledger_end(export->ledger, &end, clock_now(), fault);
}

/* ---- --export-status ---- */

enum status_column {
	STATUS_TIME,
	STATUS_ENDED,
	STATUS_STATE,
	STATUS_KIND,
	STATUS_RECORDS,
	STATUS_FILE,
	STATUS_QUERY,
	STATUS_REASON,
	STATUS_COLUMNS,
};

static const char *const names[STATUS_COLUMNS] = {
    "time", "ended", "state", "kind", "records", "file", "query", "reason"};

static void
set_text(struct cell *cell, struct str text)
{
	*cell = (struct cell){
	    .kind = text.len ? CELL_TEXT : CELL_EMPTY, .text = text};
}

/* raw: the lines as they were appended. */
static bool
print_lines(struct printer *printer, const struct ledger_entry *entry)
{
	for (uint32_t i = 0; i < 2; i++) {
		const struct record rec = {.raw = entry->lines[i],
		    .origin = {.file = i, .offset = entry->line_at}};

		if (rec.raw.len && !printer_record(printer, &rec))
			return false;
	}
	return true;
}

static bool
print_entry(struct printer *printer, const struct ledger_entry *entry)
{
	struct cell cells[STATUS_COLUMNS];
	char records[24];

	if (printer_wants_raw(printer))
		return print_lines(printer, entry);

	snprintf(records, sizeof(records), "%llu",
	    (unsigned long long)entry->records);
	set_text(&cells[STATUS_TIME], entry->time);
	set_text(&cells[STATUS_ENDED], entry->ended);
	set_text(
	    &cells[STATUS_STATE], str_from(ledger_state_name(entry->state)));
	set_text(&cells[STATUS_KIND],
	    entry->selected ? STR("selected") : STR("all"));
	set_text(&cells[STATUS_RECORDS], STR_NONE);
	if (entry->state == LEDGER_COMPLETED)
		cells[STATUS_RECORDS] = (struct cell){
		    .kind = CELL_NUMBER, .text = str_from(records)};
	set_text(&cells[STATUS_FILE], entry->file);
	set_text(&cells[STATUS_QUERY], entry->query);
	set_text(&cells[STATUS_REASON], entry->reason);
	return printer_cells(printer, cells);
}

static void
print_entries(struct printer *printer, const struct ledger_entry *entries,
    size_t count, struct verdict *verdict)
{
	struct fault fault;
	bool whole = printer_begin(printer);

	for (size_t i = 0; whole && i < count; i++)
		whole = print_entry(printer, &entries[i]);
	if (printer_close(printer, whole, &verdict->pipe, &fault)) {
		verdict->written = verdict->matched = whole;
		return;
	}
	verdict->trouble = true;
	if (!verdict->pipe)
		diag_say("%s", fault.what);
}

void
export_status(
    struct arena *arena, const struct options *options, struct verdict *verdict)
{
	struct column *columns =
	    ARENA_ARRAY(arena, struct column, STATUS_COLUMNS);
	struct ledger_entry *entries;
	struct printer *printer = NULL;
	struct fault fault;
	struct str path;
	size_t count;

	for (size_t i = 0; i < STATUS_COLUMNS; i++)
		columns[i] = (struct column){
		    str_from(names[i]), FIELD_NONE, i == STATUS_RECORDS};
	if (find_ledger(arena, &path, &fault) &&
	    ledger_read(arena, path, &entries, &count, &fault))
		printer = printer_open(
		    arena, options, columns, STATUS_COLUMNS, &fault);
	if (printer) {
		print_entries(printer, entries, count, verdict);
		return;
	}
	diag_say("%s", fault.what);
	verdict->trouble = true;
}

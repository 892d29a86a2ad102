/* SPDX-License-Identifier: MIT */
/* Any bytes as a ledger of exports: what stands in it is read alike before and
 * behind an export more, and that one is found. */
#include "workfolder.h"

#include "mtrack/ledger.h"

#define NOON INT64_C(1791633600000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct entries {
	struct ledger_entry *items;
	size_t count;
};

static struct entries
read_entries(struct arena *arena, struct str path)
{
	struct entries entries;
	struct fault fault;

	workfolder_demand(
	    ledger_read(arena, path, &entries.items, &entries.count, &fault),
	    "a ledger cannot be read");
	for (size_t i = 0; i < entries.count; i++) {
		const struct ledger_entry *entry = &entries.items[i];

		workfolder_demand(entry->id.len && entry->time.len &&
			entry->state <= LEDGER_FAILED && entry->lines[0].len,
		    "an entry without what it must have");
	}
	return entries;
}

static bool
same(const struct ledger_entry *a, const struct ledger_entry *b)
{
	return str_eq(a->id, b->id) && str_eq(a->time, b->time) &&
	    str_eq(a->ended, b->ended) && a->state == b->state &&
	    a->selected == b->selected && a->records == b->records &&
	    str_eq(a->file, b->file) && str_eq(a->query, b->query) &&
	    str_eq(a->reason, b->reason) && str_eq(a->lines[0], b->lines[0]) &&
	    str_eq(a->lines[1], b->lines[1]);
}

static void export(struct arena *arena, struct str path, struct str name)
{
	struct ledger_entry what = {
	    .file = name, .query = name, .selected = name.len & 1};
	struct ledger_entry end = {.state = LEDGER_COMPLETED, .records = 7};
	struct entries before = read_entries(arena, path);
	struct fault fault;
	struct ledger *ledger = ledger_begin(
	    arena, path, &what, license_find(STR("none")), NOON, &fault);
	struct entries after;

	workfolder_demand(ledger, "no export can begin");
	workfolder_demand(
	    ledger_end(ledger, &end, NOON + 5000, &fault), "no export can end");
	after = read_entries(arena, path);
	workfolder_demand(
	    after.count == before.count + 1, "an entry too many, or none");
	for (size_t i = 0; i < before.count; i++)
		workfolder_demand(same(&before.items[i], &after.items[i]),
		    "an entry has changed");
	what = after.items[before.count];
	workfolder_demand(what.state == LEDGER_COMPLETED && what.records == 7 &&
		what.selected == (name.len & 1),
	    "the export is not what it was");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct str path = workfolder_put(bytes);
	struct arena arena;

	arena_init(&arena);
	export(&arena, path, str_take(bytes, 40));
	arena_destroy(&arena);
	return 0;
}

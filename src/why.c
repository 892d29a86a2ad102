/* SPDX-License-Identifier: MIT */
/* --why-not ID. The records of one ID are few: they are held in memory, as
 * packed entries (entry.h), in archive order. */
#include "mtrack/why.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "mtrack/criteria_value.h"
#include "mtrack/diag.h"
#include "mtrack/entry.h"
#include "mtrack/output.h"
#include "mtrack/plan.h"
#include "mtrack/spill.h"
#include "mtrack/stopwatch.h"
#include "mtrack/tell.h"
#include "mtrack/why_cases.h"
#include "mtrack/workers.h"

struct hand {
	struct why *why;
	struct scanner *scanner;
	struct sorter *found;
	struct buffer packed;
	struct buffer scratch;
	bool failed;
	struct fault fault;
};

struct why {
	const struct options *options;
	struct arena *arena;
	struct archive all;
	struct selection asked; /* by the query */
	struct selection whole; /* that is read: all files */
	struct plan plan;
	struct prefilter literal;
	atomic_bool stop;
	struct hand *hands;
	struct scan_result *results;
	struct tally tally;
	struct why_cases cases;
	struct output out;
};

/* ---- finding ---- */

static bool
has_id(const struct record *rec, struct str id)
{
	struct str message = record_text(rec, FIELD_MESSAGE_ID);
	struct str mail = record_text(rec, FIELD_MAIL_ID);

	return (message.len && str_eq(term_bare_id(message), id)) ||
	    (mail.len && str_eq_fold(mail, id));
}

static enum flow
take_record(void *ctx, const struct record *rec)
{
	struct hand *hand = ctx;
	struct why *why = hand->why;
	struct entry_key key;

	if (!has_id(rec, why->options->why_not))
		return FLOW_MORE;
	key = entry_identity(rec, &hand->scratch);
	buffer_clear(&hand->packed);
	entry_pack(key, rec, why->plan.scan.wanted | FIELD_BIT(FIELD_LINE),
	    false, &hand->packed);
	if (sorter_put(
		hand->found, rec->origin.file, hand->packed.ptr, &hand->fault))
		return FLOW_MORE;
	hand->failed = true;
	atomic_store(&why->stop, true);
	return FLOW_FAIL;
}

static void
scan_task(void *ctx, unsigned worker, size_t task)
{
	struct why *why = ctx;
	struct hand *hand = &why->hands[worker];

	scan_file(hand->scanner, (uint32_t)task, take_record, hand,
	    &why->results[task]);
}

static int
by_place(const char *a, const char *b)
{
	return record_packed_order(entry_winner(a), entry_winner(b));
}

static enum flow
keep_case(void *ctx, uint64_t file, const char *entry)
{
	struct why *why = ctx;
	struct why_cases *cases = &why->cases;
	size_t length = entry_length(entry);
	char *kept = arena_alloc(why->arena, length);

	(void)file;
	memcpy(kept, entry, length);
	cases->items = arena_grow(why->arena, cases->items, cases->count,
	    &cases->capacity, sizeof(*cases->items));
	cases->items[cases->count++] = (struct why_case){.entry = kept};
	return FLOW_MORE;
}

static void
make_hands(struct why *why)
{
	const struct sorter_plan sort = {by_place, entry_length, UINT64_MAX,
	    why->options->memory / 2 / why->plan.threads,
	    why->plan.stages.merge.dir};

	why->hands = ARENA_ARRAY(why->arena, struct hand, why->plan.threads);
	for (unsigned i = 0; i < why->plan.threads; i++) {
		why->hands[i].why = why;
		why->hands[i].scanner = scanner_new(&why->plan.scan);
		why->hands[i].found = sorter_new(&sort);
	}
}

static void
free_hands(struct why *why)
{
	for (unsigned i = 0; i < why->plan.threads; i++) {
		scanner_free(why->hands[i].scanner);
		sorter_free(why->hands[i].found);
		buffer_destroy(&why->hands[i].packed);
		buffer_destroy(&why->hands[i].scratch);
	}
}

static bool
gather_cases(struct why *why, struct fault *fault)
{
	struct sorter *first = why->hands[0].found;

	for (unsigned i = 0; i < why->plan.threads; i++) {
		if (why->hands[i].failed) {
			*fault = why->hands[i].fault;
			return false;
		}
		if (i > 0)
			sorter_absorb(first, why->hands[i].found);
	}
	return sorter_drain(first, keep_case, why, fault) != FLOW_FAIL;
}

static void
tell_files(struct why *why, struct verdict *verdict)
{
	const struct archive *files = &why->whole.files;

	for (size_t i = 0; i < files->count; i++) {
		tell_result(&files->files[i], &why->results[i], why->options);
		tally_add(&why->tally, &why->results[i].tally);
		verdict->trouble |=
		    tell_is_trouble(&files->files[i], &why->results[i]);
		scan_result_destroy(&why->results[i]);
	}
}

static bool
find_cases(struct why *why, struct verdict *verdict, struct fault *fault)
{
	size_t count = why->whole.files.count;
	struct workers *workers;
	bool done;

	if (count == 0)
		return true;
	why->results = ARENA_ARRAY(why->arena, struct scan_result, count);
	make_hands(why);
	workers = workers_start(why->plan.threads, count, NULL, scan_task, why);
	done = workers || fault_set(fault, "no thread can be started");
	if (workers) {
		workers_join(workers);
		tell_files(why, verdict);
		done = gather_cases(why, fault);
	}
	free_hands(why);
	return done;
}

/* ---- the run ---- */

static void
make_plan(struct why *why)
{
	const struct options *options = why->options;
	struct options open = *options;
	struct criteria *none = criteria_new(why->arena);
	struct literal_group *group = &why->literal.groups[0];
	struct str id = arena_keep(why->arena, options->why_not);
	char *bytes = arena_alloc(why->arena, id.len + 1);

	open.period = PERIOD_GIVEN;
	open.since = INT64_MIN;
	open.until = INT64_MAX;
	open.history = true;
	selection_make(why->arena, &open, &why->all, &why->whole);
	criteria_seal(none);
	plan_make(why->arena, &open, &why->whole, none, END_COUNT, 0, false,
	    &why->stop, NULL, &why->plan);
	why->plan.scan.rules = &options->rules; /* OPEN goes */
	why->plan.scan.wanted |= criteria_message_fields(options->criteria) |
	    criteria_state_fields(options->criteria) |
	    FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_MESSAGE_ID) |
	    FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_RECIPIENT) |
	    FIELD_BIT(FIELD_ACTION) | FIELD_BIT(FIELD_REASON) |
	    FIELD_BIT(FIELD_TYPE);
	ascii_lower_copy(bytes, id.ptr, id.len);
	why->literal.count = 1;
	*group = (struct literal_group){.count = 1, .fold = true};
	group->literals[0] = (struct str){bytes, id.len};
	why->plan.scan.prefilter = &why->literal;
}

static void
finish(struct why *why, struct verdict *verdict)
{
	bool done = output_settle(&why->out);

	verdict->pipe = why->out.error == EPIPE;
	if (!done && !verdict->pipe)
		diag_say("standard output: %s", strerror(why->out.error));
	verdict->trouble |= !done;
	output_destroy(&why->out);
}

void
why_run(
    struct arena *arena, const struct options *options, struct verdict *verdict)
{
	struct why why = {.options = options,
	    .arena = arena,
	    .cases = {
		.options = options, .asked = &why.asked, .whole = &why.whole}};
	double begun = stopwatch_seconds();
	struct buffer days = BUFFER_EMPTY;
	struct fault fault;

	archive_list(arena, options->paths, options->path_count, &why.all);
	verdict->trouble |= tell_archive(&why.all);
	selection_make(arena, options, &why.all, &why.asked);
	criteria_seal(options->criteria);
	make_plan(&why);
	output_init(&why.out, STDOUT_FILENO);
	if (!find_cases(&why, verdict, &fault)) {
		diag_say("%s", fault.what);
		verdict->trouble = true;
		output_destroy(&why.out);
		return;
	}
	why_cases_judge(&why.cases);
	why_cases_print(&why.cases, &why.out);
	finish(&why, verdict);
	if (options->stats)
		tell_stats(&why.tally, stopwatch_seconds() - begun);
	verdict->matched = why.cases.count > 0;
	if (verdict->matched)
		return;
	diag_say("no record of this ID in %zu files", why.whole.files.count);
	verdict->unproven =
	    selection_missing(options, &why.all, &why.asked, &days) > 0;
	if (verdict->unproven)
		diag_say("not proven: the archive holds no file of %.*s",
		    STR_ARG(buffer_str(&days)));
	buffer_destroy(&days);
}

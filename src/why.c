/* SPDX-License-Identifier: MIT */
/* --why-not ID. The records of one ID are few: they are held in memory, as
 * packed entries (entry.h), in archive order. */
#include "mtrack/why.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "mtrack/criteria_value.h"
#include "mtrack/days.h"
#include "mtrack/diag.h"
#include "mtrack/entry.h"
#include "mtrack/numeral.h"
#include "mtrack/output.h"
#include "mtrack/plan.h"
#include "mtrack/spill.h"
#include "mtrack/tell.h"
#include "mtrack/timestamp.h"
#include "mtrack/workers.h"

/* A record of the ID. */
struct candidate {
	const char *entry; /* packed */
	bool chosen;       /* its file is read for the period */
	bool part;         /* takes part in the merge */
	bool winner;       /* of those that do */
	int64_t stamp;     /* of its entry, if it is the winner */
	size_t hidden_by;  /* the winner's place */
};

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
	struct candidate *cases;
	size_t count;
	size_t capacity;
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
	size_t length = entry_length(entry);
	char *kept = arena_alloc(why->arena, length);

	(void)file;
	memcpy(kept, entry, length);
	why->cases = arena_grow(why->arena, why->cases, why->count,
	    &why->capacity, sizeof(*why->cases));
	why->cases[why->count++] = (struct candidate){.entry = kept};
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

/* ---- judging ---- */

/* Whether the query would read FILE of the whole. Both lists are in archive
 * order, so the search goes on where it stopped: *AT. */
static bool
is_chosen(const struct why *why, uint32_t file, size_t *at)
{
	const struct archive *asked = &why->asked.files;
	struct str path = why->whole.files.files[file].path;

	for (size_t i = *at; i < asked->count; i++)
		if (str_eq(asked->files[i].path, path)) {
			*at = i;
			return true;
		}
	return false;
}

static bool
is_dated(const struct why *why, const struct record *rec)
{
	return !why->asked.undated_whole ||
	    why->whole.files.files[rec->origin.file].first != DAY_NONE;
}

static bool
in_period(const struct why *why, const struct record *rec, int64_t stamp)
{
	return !is_dated(why, rec) ||
	    (stamp >= why->asked.since && stamp < why->asked.until);
}

/* Message criteria, and the period where the record has a time of its own. */
static bool
takes_part(struct why *why, const struct record *rec, struct buffer *scratch)
{
	if (record_has(rec, FIELD_TIMESTAMP) &&
	    !in_period(why, rec, rec->time[FIELD_TIMESTAMP]))
		return false;
	return criteria_message(why->options->criteria, rec, scratch);
}

static bool
is_merged(const struct why *why, const struct record *rec)
{
	return !why->options->history && record_has(rec, FIELD_MAIL_ID);
}

static bool
same_entry(const struct candidate *a, const struct candidate *b)
{
	struct entry_key x = entry_key_of(a->entry);
	struct entry_key y = entry_key_of(b->entry);

	return x.high == y.high && x.low == y.low;
}

/* The winner among those of one entry that take part, FIRST being the first of
 * them. */
static void
find_winner(struct why *why, size_t first, struct buffer *scratch)
{
	struct buffer best = BUFFER_EMPTY;
	const char *entry = why->cases[first].entry;
	size_t winner = first;

	buffer_put(&best, entry, entry_length(entry));
	for (size_t i = first + 1; i < why->count; i++) {
		struct candidate *other = &why->cases[i];
		const char *newest;

		if (!other->part || !same_entry(&why->cases[first], other))
			continue;
		newest = entry_combine(best.ptr, other->entry, NULL, scratch);
		if (newest == best.ptr)
			continue;
		if (record_packed_order(
			entry_winner(newest), entry_winner(other->entry)) == 0)
			winner = i;
		buffer_clear(&best);
		buffer_put(&best, newest, entry_length(newest));
	}
	why->cases[winner].stamp = entry_stamp(best.ptr);
	for (size_t i = first; i < why->count; i++)
		if (why->cases[i].part &&
		    same_entry(&why->cases[first], &why->cases[i])) {
			why->cases[i].winner = i == winner;
			why->cases[i].hidden_by = winner;
		}
	buffer_destroy(&best);
}

static void
judge_cases(struct why *why)
{
	struct record rec = {0};
	struct buffer items = BUFFER_EMPTY;
	struct buffer scratch = BUFFER_EMPTY;
	size_t at = 0;

	for (size_t i = 0; i < why->count; i++) {
		struct candidate *one = &why->cases[i];

		record_unpack(entry_winner(one->entry), &rec, &items);
		one->hidden_by = i;
		one->winner = !is_merged(why, &rec);
		one->stamp = record_own_stamp(&rec);
		one->chosen = is_chosen(why, rec.origin.file, &at);
		one->part = one->chosen && takes_part(why, &rec, &scratch);
	}
	for (size_t i = 0; i < why->count; i++) {
		record_unpack(entry_winner(why->cases[i].entry), &rec, &items);
		if (why->cases[i].part && is_merged(why, &rec) &&
		    !why->cases[i].winner && why->cases[i].hidden_by == i)
			find_winner(why, i, &scratch);
	}
	buffer_destroy(&items);
	buffer_destroy(&scratch);
}

/* ---- printing ---- */

static void
put_place(const struct why *why, const struct record *rec, struct buffer *out)
{
	diag_escape(why->whole.files.files[rec->origin.file].path, false, out);
	buffer_printf(out, ":%llu", (unsigned long long)rec->origin.line);
}

static void
put_text(struct str text, struct buffer *out)
{
	if (text.len)
		diag_escape(text, false, out);
	else
		buffer_putc(out, '-');
}

/* `arc/2026-10-01.jsonl.gz:12  2026-10-01T08:15:30Z  Delivered  a@b.c -> d@e.f`
 */
static void
put_record(const struct why *why, const struct record *rec,
    const struct candidate *one, struct buffer *out)
{
	struct str action = record_text(rec, FIELD_ACTION);

	put_place(why, rec, out);
	buffer_puts(out, STR("  "));
	if (one->stamp != TIME_NONE)
		timestamp_print(one->stamp, why->options->zone, out);
	else
		buffer_putc(out, '-');
	buffer_puts(out, STR("  "));
	put_text(action.len ? action : record_text(rec, FIELD_REASON), out);
	buffer_puts(out, STR("  "));
	put_text(record_text(rec, FIELD_SENDER), out);
	buffer_puts(out, STR(" -> "));
	put_text(record_text(rec, FIELD_RECIPIENT), out);
	buffer_putc(out, '\n');
}

static void
put_verdict(bool met, struct buffer *out)
{
	buffer_puts(out, met ? STR("    meets    ") : STR("    rejects  "));
}

static void
put_bound(const struct why *why, int64_t ms, struct buffer *out)
{
	if (ms == INT64_MIN || ms == INT64_MAX)
		buffer_puts(out, STR("..."));
	else
		timestamp_print(ms, why->options->zone, out);
}

/* The days of its file, when they are why it is not read; then its time. */
static uint64_t
put_times(const struct why *why, const struct record *rec,
    const struct candidate *one, struct buffer *out)
{
	const struct archive_file *file =
	    &why->whole.files.files[rec->origin.file];
	/* Of those without a time of their own only the winner is asked. */
	bool asked = is_dated(why, rec) &&
	    (one->winner || record_has(rec, FIELD_TIMESTAMP)) &&
	    (why->asked.since != INT64_MIN || why->asked.until != INT64_MAX);
	bool met = in_period(why, rec, one->stamp);

	if (!one->chosen) {
		put_verdict(false, out);
		buffer_puts(out, STR("days of its file: "));
		days_print(file->first, out);
		if (file->last != file->first) {
			buffer_puts(out, STR(" ... "));
			days_print(file->last, out);
		}
		buffer_puts(
		    out, STR(" are not read for this period (--all-files)\n"));
	}
	if (!asked)
		return !one->chosen;
	put_verdict(met, out);
	buffer_puts(out, STR("period: "));
	put_bound(why, why->asked.since, out);
	buffer_puts(out, STR(" <= timestamp < "));
	put_bound(why, why->asked.until, out);
	buffer_putc(out, '\n');
	return !one->chosen + !met;
}

/* What the record says, where that is one text. */
static void
put_value(const struct record *rec, enum field field, struct buffer *out)
{
	if (field_row(field)->kind != KIND_TEXT)
		return;
	buffer_puts(out, STR(": "));
	put_text(record_text(rec, field), out);
}

/* State criteria are put to winners alone. */
static uint64_t
put_criteria(const struct why *why, const struct record *rec, bool winner,
    struct buffer *out, struct buffer *scratch)
{
	const struct criteria *criteria = why->options->criteria;
	struct criterion_given given;
	enum criterion which;
	bool negated;
	bool met;
	uint64_t rejected = 0;

	for (size_t i = 0; criteria_given(criteria, i, &given); i++) {
		if (given.state && !winner)
			continue;
		criteria_test(
		    criteria, i, rec, scratch, &which, &negated, &met);
		rejected += !met;
		put_verdict(met, out);
		buffer_printf(out, "--%s%s", negated ? "not-" : "", given.name);
		put_value(rec, given.field, out);
		buffer_putc(out, '\n');
	}
	return rejected;
}

static void
put_hider(
    const struct why *why, const struct candidate *one, struct buffer *out)
{
	struct record rec = {0};
	struct buffer items = BUFFER_EMPTY;

	record_unpack(
	    entry_winner(why->cases[one->hidden_by].entry), &rec, &items);
	buffer_puts(out, STR("    => hidden by "));
	put_place(why, &rec, out);
	buffer_puts(out, STR(", the last action (--history shows all)\n"));
	buffer_destroy(&items);
}

static void
put_case(struct why *why, const struct candidate *one, struct record *rec,
    struct buffer *scratch)
{
	struct buffer *out = &why->out.buffer;
	bool hidden = one->part && !one->winner;
	uint64_t rejected;

	put_record(why, rec, one, out);
	rejected = put_times(why, rec, one, out);
	rejected +=
	    put_criteria(why, rec, one->winner && one->part, out, scratch);
	if (hidden)
		put_hider(why, one, out);
	else if (rejected > 0)
		buffer_printf(out, "    => left out by %llu\n",
		    (unsigned long long)rejected);
	else
		buffer_puts(out, STR("    => found\n"));
}

static void
put_cases(struct why *why, struct verdict *verdict)
{
	struct record rec = {0};
	struct buffer items = BUFFER_EMPTY;
	struct buffer scratch = BUFFER_EMPTY;

	for (size_t i = 0; i < why->count; i++) {
		const struct candidate *one = &why->cases[i];

		record_unpack(entry_winner(one->entry), &rec, &items);
		put_case(why, one, &rec, &scratch);
		if (!output_flush(&why->out, false))
			break;
	}
	verdict->matched = why->count > 0;
	buffer_destroy(&items);
	buffer_destroy(&scratch);
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
	struct why why = {.options = options, .arena = arena};
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
	judge_cases(&why);
	put_cases(&why, verdict);
	finish(&why, verdict);
	if (why.count > 0)
		return;
	diag_say("no record of this ID in %zu files", why.whole.files.count);
	verdict->unproven =
	    selection_missing(options, &why.all, &why.asked, &days) > 0;
	if (verdict->unproven)
		diag_say("not proven: the archive holds no file of %.*s",
		    STR_ARG(buffer_str(&days)));
	buffer_destroy(&days);
}

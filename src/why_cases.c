/* SPDX-License-Identifier: MIT */
/* The records of one ID, judged as the query would and printed. */
#include "mtrack/why_cases.h"

#include "mtrack/criteria_value.h"
#include "mtrack/days.h"
#include "mtrack/diag.h"
#include "mtrack/entry.h"
#include "mtrack/timestamp.h"

/* ---- judging ---- */

/* Whether the query would read FILE of the whole. Both lists are in archive
 * order, so the search goes on where it stopped: *AT. */
static bool
is_chosen(const struct why_cases *cases, uint32_t file, size_t *at)
{
	const struct archive *asked = &cases->asked->files;
	struct str path = cases->whole->files.files[file].path;

	for (size_t i = *at; i < asked->count; i++)
		if (str_eq(asked->files[i].path, path)) {
			*at = i;
			return true;
		}
	return false;
}

static bool
is_dated(const struct why_cases *cases, const struct record *rec)
{
	return !cases->asked->undated_whole ||
	    cases->whole->files.files[rec->origin.file].first != DAY_NONE;
}

static bool
in_period(
    const struct why_cases *cases, const struct record *rec, int64_t stamp)
{
	return !is_dated(cases, rec) ||
	    (stamp >= cases->asked->since && stamp < cases->asked->until);
}

/* Message criteria, and the period where the record has a time of its own. */
static bool
takes_part(
    struct why_cases *cases, const struct record *rec, struct buffer *scratch)
{
	if (record_has(rec, FIELD_TIMESTAMP) &&
	    !in_period(cases, rec, rec->time[FIELD_TIMESTAMP]))
		return false;
	return criteria_message(cases->options->criteria, rec, scratch);
}

static bool
is_merged(const struct why_cases *cases, const struct record *rec)
{
	return !cases->options->history && record_has(rec, FIELD_MAIL_ID);
}

static bool
same_entry(const struct why_case *a, const struct why_case *b)
{
	struct entry_key x = entry_key_of(a->entry);
	struct entry_key y = entry_key_of(b->entry);

	return x.high == y.high && x.low == y.low;
}

/* The winner among those of one entry that take part, FIRST being the first of
 * them. */
static void
find_winner(struct why_cases *cases, size_t first, struct buffer *scratch)
{
	struct buffer best = BUFFER_EMPTY;
	const char *entry = cases->items[first].entry;
	size_t winner = first;

	buffer_put(&best, entry, entry_length(entry));
	for (size_t i = first + 1; i < cases->count; i++) {
		struct why_case *other = &cases->items[i];
		const char *newest;

		if (!other->part || !same_entry(&cases->items[first], other))
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
	cases->items[winner].stamp = entry_stamp(best.ptr);
	for (size_t i = first; i < cases->count; i++)
		if (cases->items[i].part &&
		    same_entry(&cases->items[first], &cases->items[i])) {
			cases->items[i].winner = i == winner;
			cases->items[i].hidden_by = winner;
		}
	buffer_destroy(&best);
}

void
why_cases_judge(struct why_cases *cases)
{
	struct record rec = {0};
	struct buffer items = BUFFER_EMPTY;
	struct buffer scratch = BUFFER_EMPTY;
	size_t at = 0;

	for (size_t i = 0; i < cases->count; i++) {
		struct why_case *one = &cases->items[i];

		record_unpack(entry_winner(one->entry), &rec, &items);
		one->hidden_by = i;
		one->winner = !is_merged(cases, &rec);
		one->stamp = record_own_stamp(&rec);
		one->chosen = is_chosen(cases, rec.origin.file, &at);
		one->part = one->chosen && takes_part(cases, &rec, &scratch);
	}
	for (size_t i = 0; i < cases->count; i++) {
		record_unpack(
		    entry_winner(cases->items[i].entry), &rec, &items);
		if (cases->items[i].part && is_merged(cases, &rec) &&
		    !cases->items[i].winner && cases->items[i].hidden_by == i)
			find_winner(cases, i, &scratch);
	}
	buffer_destroy(&items);
	buffer_destroy(&scratch);
}

/* ---- printing ---- */

static void
put_place(
    const struct why_cases *cases, const struct record *rec, struct buffer *out)
{
	diag_escape(
	    cases->whole->files.files[rec->origin.file].path, false, out);
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
put_record(const struct why_cases *cases, const struct record *rec,
    const struct why_case *one, struct buffer *out)
{
	struct str action = record_text(rec, FIELD_ACTION);

	put_place(cases, rec, out);
	buffer_puts(out, STR("  "));
	if (one->stamp != TIME_NONE)
		timestamp_print(one->stamp, cases->options->zone, out);
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
put_bound(const struct why_cases *cases, int64_t ms, struct buffer *out)
{
	if (ms == INT64_MIN || ms == INT64_MAX)
		buffer_puts(out, STR("..."));
	else
		timestamp_print(ms, cases->options->zone, out);
}

/* The days of its file, when they are why it is not read; then its time. */
static uint64_t
put_times(const struct why_cases *cases, const struct record *rec,
    const struct why_case *one, struct buffer *out)
{
	const struct archive_file *file =
	    &cases->whole->files.files[rec->origin.file];
	/* Of those without a time of their own only the winner is asked. */
	bool asked = is_dated(cases, rec) &&
	    (one->winner || record_has(rec, FIELD_TIMESTAMP)) &&
	    (cases->asked->since != INT64_MIN ||
		cases->asked->until != INT64_MAX);
	bool met = in_period(cases, rec, one->stamp);

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
	put_bound(cases, cases->asked->since, out);
	buffer_puts(out, STR(" <= timestamp < "));
	put_bound(cases, cases->asked->until, out);
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

/* State criteria are not put to a record that a newer one hides. One that
 * takes no part is told what they would say: with the message criteria that
 * reject it left out, these would be next. */
static uint64_t
put_criteria(const struct why_cases *cases, const struct record *rec,
    bool hidden, struct buffer *out, struct buffer *scratch)
{
	const struct criteria *criteria = cases->options->criteria;
	struct criterion_given given;
	enum criterion which;
	bool negated;
	bool met;
	uint64_t rejected = 0;

	for (size_t i = 0; criteria_given(criteria, i, &given); i++) {
		if (given.state && hidden)
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
put_hider(const struct why_cases *cases, const struct why_case *one,
    struct buffer *out)
{
	struct record rec = {0};
	struct buffer items = BUFFER_EMPTY;

	record_unpack(
	    entry_winner(cases->items[one->hidden_by].entry), &rec, &items);
	buffer_puts(out, STR("    => hidden by "));
	put_place(cases, &rec, out);
	buffer_puts(out, STR(", the last action (--history shows all)\n"));
	buffer_destroy(&items);
}

static void
put_case(const struct why_cases *cases, const struct why_case *one,
    struct record *rec, struct buffer *out, struct buffer *scratch)
{
	bool hidden = one->part && !one->winner;
	uint64_t rejected;

	put_record(cases, rec, one, out);
	rejected = put_times(cases, rec, one, out);
	rejected += put_criteria(cases, rec, hidden, out, scratch);
	if (hidden)
		put_hider(cases, one, out);
	else if (rejected > 0)
		buffer_printf(out, "    => left out by %llu\n",
		    (unsigned long long)rejected);
	else
		buffer_puts(out, STR("    => found\n"));
}

void
why_cases_print(const struct why_cases *cases, struct output *out)
{
	struct record rec = {0};
	struct buffer items = BUFFER_EMPTY;
	struct buffer scratch = BUFFER_EMPTY;

	for (size_t i = 0; i < cases->count; i++) {
		const struct why_case *one = &cases->items[i];

		record_unpack(entry_winner(one->entry), &rec, &items);
		put_case(cases, one, &rec, &out->buffer, &scratch);
		if (!output_flush(out, false))
			break;
	}
	buffer_destroy(&items);
	buffer_destroy(&scratch);
}

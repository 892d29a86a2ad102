/* SPDX-License-Identifier: MIT */
/* The period that is searched and the files that can matter for it. */
#include "mtrack/selection.h"

#include "mtrack/days.h"
#include "mtrack/period.h"
#include "mtrack/timestamp.h"

/* A period without an end or a beginning has days far beyond any file's. */
#define DAY_FAR 10000000

static int32_t
first_day(const struct selection *selection)
{
	return selection->since == INT64_MIN ? -DAY_FAR
					     : days_of(selection->since);
}

static int32_t
last_day(const struct selection *selection)
{
	return selection->until == INT64_MAX ? DAY_FAR
					     : days_of(selection->until - 1);
}

/* Whether a file can hold records of mails of the period: its own days, a day
 * of slack before, and the days that a last action may come late. */
static bool
is_chosen(const struct options *options, const struct selection *selection,
    const struct archive_file *file)
{
	if (options->all_files || file->first == DAY_NONE)
		return true;
	return file->last >= first_day(selection) - 1 &&
	    file->first <= last_day(selection) + (int32_t)options->late;
}

static void
set_period(const struct options *options, const struct archive *all,
    struct selection *selection)
{
	int32_t first;
	int32_t last;

	selection->since = options->since;
	selection->until = options->until;
	if (options->period == PERIOD_GIVEN)
		return;
	selection->undated_whole = true;
	selection->since = INT64_MIN;
	selection->until = INT64_MAX;
	if (!days_span(all, &first, &last) ||
	    !period_window(options, last, &selection->since, &selection->until))
		return;
	selection->narrowed = first < first_day(selection);
}

void
selection_make(struct arena *arena, const struct options *options,
    const struct archive *all, struct selection *selection)
{
	*selection = (struct selection){0};
	selection->files.files =
	    ARENA_ARRAY(arena, struct archive_file, all->count);
	set_period(options, all, selection);
	for (size_t i = 0; i < all->count; i++) {
		const struct archive_file *file = &all->files[i];

		if (!is_chosen(options, selection, file)) {
			selection->passed_over++;
			continue;
		}
		selection->undated |= file->first == DAY_NONE;
		selection->files.files[selection->files.count++] = *file;
	}
}

uint64_t
selection_missing(const struct options *options, const struct archive *all,
    const struct selection *selection, struct buffer *out)
{
	int32_t first;
	int32_t last;
	int32_t from = first_day(selection);
	int32_t to = last_day(selection);
	bool any = days_span(all, &first, &last);

	if (selection->undated)
		return 0;
	if (options->period == PERIOD_DEFAULT || from == -DAY_FAR)
		from = any && from < first ? first : from;
	if (options->period == PERIOD_DEFAULT)
		to = any && to > last ? last : to;
	if (to >= days_of(options->now))
		to = days_of(options->now) - 1;
	if (!any && from == -DAY_FAR)
		return 0;
	return from <= to ? days_missing(all, from, to, out) : 0;
}

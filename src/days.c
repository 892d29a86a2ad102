/* SPDX-License-Identifier: MIT */
/* Which days an archive covers. */
#include "mtrack/days.h"

#include <stdlib.h>

#include "mtrack/timestamp.h"

/* Ranges of missing days that a message spells out. */
#define RANGES_TOLD 5

bool
days_covered(const struct archive *archive, int32_t day)
{
	for (size_t i = 0; i < archive->count; i++)
		if (archive->files[i].first != DAY_NONE &&
		    archive->files[i].first <= day &&
		    day <= archive->files[i].last)
			return true;
	return false;
}

bool
days_span(const struct archive *archive, int32_t *first, int32_t *last)
{
	bool any = false;

	for (size_t i = 0; i < archive->count; i++) {
		const struct archive_file *file = &archive->files[i];

		if (file->first == DAY_NONE)
			continue;
		if (!any || file->first < *first)
			*first = file->first;
		if (!any || file->last > *last)
			*last = file->last;
		any = true;
	}
	return any;
}

void
days_print(int32_t day, struct buffer *out)
{
	int year, month, date;

	timestamp_date(day, &year, &month, &date);
	buffer_printf(out, "%04d-%02d-%02d", year, month, date);
}

int32_t
days_of(int64_t ms)
{
	return (int32_t)(ms / DAY_MS - (ms % DAY_MS < 0));
}

struct span {
	int32_t first;
	int32_t last;
};

static int
compare_spans(const void *a, const void *b)
{
	const struct span *x = a;
	const struct span *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

static void
tell_range(struct buffer *out, unsigned *told, int32_t first, int32_t last)
{
	if (!out || *told > RANGES_TOLD)
		return;
	if ((*told)++ == RANGES_TOLD) {
		buffer_puts(out, STR(", ..."));
		return;
	}
	if (*told > 1)
		buffer_puts(out, STR(", "));
	days_print(first, out);
	if (last > first) {
		buffer_puts(out, STR(" ... "));
		days_print(last, out);
	}
}

uint64_t
days_missing(const struct archive *archive, int32_t first, int32_t last,
    struct buffer *out)
{
	struct span *spans =
	    memory_resize(NULL, archive->count, sizeof(*spans));
	size_t count = 0;
	uint64_t missing = 0;
	unsigned told = 0;
	int64_t next = first; /* the first day not yet judged */

	for (size_t i = 0; i < archive->count; i++)
		if (archive->files[i].first != DAY_NONE)
			spans[count++] = (struct span){
			    archive->files[i].first, archive->files[i].last};
	qsort(spans, count, sizeof(*spans), compare_spans);
	for (size_t i = 0; i < count && next <= last; i++) {
		int64_t until =
		    spans[i].first <= last ? spans[i].first : (int64_t)last + 1;

		if (until > next) {
			missing += (uint64_t)(until - next);
			tell_range(
			    out, &told, (int32_t)next, (int32_t)until - 1);
		}
		if (spans[i].last >= next)
			next = (int64_t)spans[i].last + 1;
	}
	if (next <= last) {
		missing += (uint64_t)(last - next + 1);
		tell_range(out, &told, (int32_t)next, last);
	}
	memory_free(spans);
	return missing;
}

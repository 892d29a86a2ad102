/* SPDX-License-Identifier: MIT */
/* A prefilter put to the records of a window one after the other. */
#include "mtrack/sieve.h"

#include "mtrack/bytes.h"

static bool
holds_quote(const struct prefilter *filter)
{
	for (size_t i = 0; i < filter->count; i++)
		for (size_t k = 0; k < filter->groups[i].count; k++)
			if (str_find_char(filter->groups[i].literals[k], '"') !=
			    SIZE_MAX)
				return true;
	return false;
}

void
sieve_init(struct sieve *sieve, const struct prefilter *filter)
{
	if (filter && filter->count == 0)
		filter = NULL;
	*sieve = (struct sieve){.filter = filter};
	sieve->quotes = filter && holds_quote(filter);
}

/* Whether LITERAL stands in the record that is the window's bytes from BEGIN
 * to END, offsets in the file as all here. What was searched is remembered:
 *
 *     window    ............|record|.......L.............
 *     place           ->                   ^ found, or the window's end less
 *                                            what may be the literal's begin
 */
static bool
stands_in(struct sieve *sieve, size_t i, struct str literal, bool fold,
    struct str window, uint64_t offset, uint64_t begin, uint64_t end)
{
	uint64_t *place = &sieve->place[i];
	struct str rest;
	size_t at;

	if (*place < begin) {
		*place = begin;
		sieve->found[i] = false;
	}
	if (*place + literal.len > end)
		return false;
	if (!sieve->found[i]) {
		rest = str_drop(window, *place - offset);
		at = bytes_search(rest, literal, fold);
		sieve->found[i] = at != SIZE_MAX;
		*place += sieve->found[i] ? at : rest.len - literal.len + 1;
	}
	return sieve->found[i] && *place + literal.len <= end;
}

static bool
first_group_passes(
    struct sieve *sieve, struct str window, uint64_t offset, struct str record)
{
	const struct literal_group *group = &sieve->filter->groups[0];
	uint64_t begin = offset + (uint64_t)(record.ptr - window.ptr);
	uint64_t end = begin + record.len;

	for (size_t i = 0; i < group->count; i++)
		if (stands_in(sieve, i, group->literals[i], group->fold, window,
			offset, begin, end))
			return true;
	return group->count == 0;
}

static bool
group_passes(const struct literal_group *group, struct str record)
{
	for (size_t i = 0; i < group->count; i++)
		if (bytes_search(record, group->literals[i], group->fold) !=
		    SIZE_MAX)
			return true;
	return group->count == 0;
}

bool
sieve_pass(
    struct sieve *sieve, struct str window, uint64_t offset, struct str record)
{
	const struct prefilter *filter = sieve->filter;

	if (!filter)
		return true;
	if (!first_group_passes(sieve, window, offset, record))
		return false;
	for (size_t i = 1; i < filter->count; i++)
		if (!group_passes(&filter->groups[i], record))
			return false;
	return true;
}

size_t
sieve_clear(
    struct sieve *sieve, struct str window, uint64_t offset, size_t from)
{
	const struct prefilter *filter = sieve->filter;
	uint64_t begin = offset + from;
	uint64_t clear = window.len - from;

	if (!filter || filter->groups[0].count == 0)
		return 0;
	for (size_t i = 0; i < filter->groups[0].count; i++)
		if (stands_in(sieve, i, filter->groups[0].literals[i],
			filter->groups[0].fold, window, offset, begin,
			offset + window.len) &&
		    sieve->place[i] - begin < clear)
			clear = sieve->place[i] - begin;
	return (size_t)clear;
}

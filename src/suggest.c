/* SPDX-License-Identifier: MIT */
/* The nearest known name to one that is unknown. */
#include "mtrack/suggest.h"

#define LONGEST 64 /* no name of ours is longer */

static char
canonical(char c)
{
	return c == '_' || c == ' ' ? '-' : (char)ascii_lower((unsigned char)c);
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool
same(struct str a, size_t i, struct str b, size_t j)
{
	return canonical(a.ptr[i]) == canonical(b.ptr[j]);
}

/* Damerau and Levenshtein's distance, each place touched once (optimal string
 * alignment). Row I of the table, from the two rows before:
 *
 *     before[j - 2]                                  swapped
 *                     above[j - 1]   above[j]        same or wrong, too many
 *                     row[j - 1]     row[j]          missing
 */
static unsigned
distance(struct str a, struct str b)
{
	unsigned rows[3][LONGEST + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	for (unsigned j = 0; j <= b.len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *oldest = before;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			row[j] = above[j - 1] + !same(a, i - 1, b, j - 1);
			row[j] = least(row[j], above[j] + 1);
			row[j] = least(row[j], row[j - 1] + 1);
			if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) &&
			    same(a, i - 2, b, j - 1))
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = oldest;
	}
	return above[b.len];
}

/* Slips that a word of LEN letters is believed to have at most. */
static unsigned
most_slips(size_t len)
{
	return len < 4 ? 1 : len < 6 ? 2 : (unsigned)(len / 3);
}

/* Whether BEST, SLIPS away, is too little to go by: of short words much is
 * wrong then, so no other name may be as near. */
static bool
is_vague(struct str word, struct str best, unsigned slips, bool tied)
{
	if (word.len < 4)
		return tied && slips > 0;
	return word.len < 6 && slips == 2 && (tied || !same(word, 0, best, 0));
}

struct str
suggest_nearest(struct str word, const struct str *names, size_t count)
{
	struct str best = STR_NONE;
	unsigned fewest = most_slips(word.len) + 1;
	bool tied = false;

	if (word.len == 0 || word.len > LONGEST)
		return STR_NONE;
	for (size_t i = 0; i < count; i++) {
		struct str name = names[i];
		unsigned slips;

		if (name.len == 0 || name.len > LONGEST)
			continue;
		slips = distance(word, name);
		/* A name that shares nothing is no suggestion. */
		if (slips > most_slips(word.len) || slips > fewest ||
		    slips >= name.len)
			continue;
		tied = slips == fewest;
		fewest = slips;
		best = tied ? best : name;
	}
	return best.len && is_vague(word, best, fewest, tied) ? STR_NONE : best;
}

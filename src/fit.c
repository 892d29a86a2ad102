/* SPDX-License-Identifier: MIT */
/* Column widths that share what a terminal is wide. */
#include "mtrack/fit.h"

/* Every column at its natural width, but none above CAP unless it must. */
static size_t
cut_to(struct fit *fits, size_t count, size_t cap)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		struct fit *fit = &fits[i];

		fit->width = fit->natural < cap ? fit->natural : cap;
		if (fit->width < fit->least)
			fit->width = fit->least;
		sum += fit->width;
	}
	return sum;
}

/* What the common height CAP left over, a column each; the last ones first,
 * for that is where the subject stands. */
static void
hand_out(struct fit *fits, size_t count, size_t cap, size_t spare)
{
	for (size_t i = count; i-- > 0 && spare > 0;)
		if (fits[i].width == cap && fits[i].natural > cap) {
			fits[i].width++;
			spare--;
		}
}

void
fit_columns(struct fit *fits, size_t count, size_t room)
{
	size_t low = 0; /* fits, if anything does */
	size_t high = 0;
	size_t sum;

	for (size_t i = 0; i < count; i++)
		if (fits[i].natural > high)
			high = fits[i].natural;
	if (cut_to(fits, count, high) <= room)
		return;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (cut_to(fits, count, middle) <= room)
			low = middle;
		else
			high = middle;
	}
	sum = cut_to(fits, count, low);
	if (sum < room)
		hand_out(fits, count, low, room - sum);
}

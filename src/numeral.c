/* SPDX-License-Identifier: MIT */
/* Numbers as people read them. */
#include "mtrack/numeral.h"

void
numeral_put(uint64_t number, struct buffer *out)
{
	char digits[32];
	size_t at = sizeof(digits);
	unsigned count = 0;

	do {
		if (count > 0 && count % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
		count++;
	} while (number);
	buffer_put(out, digits + at, sizeof(digits) - at);
}

void
numeral_count(
    uint64_t number, const char *one, const char *many, struct buffer *out)
{
	numeral_put(number, out);
	buffer_putc(out, ' ');
	buffer_puts(out, str_from(number == 1 ? one : many));
}

void
numeral_bytes(uint64_t bytes, struct buffer *out)
{
	static const char units[] = "BKMGTPE";
	uint64_t unit = 1;
	size_t at = 0;

	while (at < 6 && bytes / unit >= 1000) {
		unit *= 1000;
		at++;
	}
	if (at == 0)
		buffer_printf(out, "%u B", (unsigned)bytes);
	else if (bytes / unit < 10)
		buffer_printf(out, "%u.%u %cB", (unsigned)(bytes / unit),
		    (unsigned)(bytes % unit / (unit / 10)), units[at]);
	else
		buffer_printf(
		    out, "%u %cB", (unsigned)(bytes / unit), units[at]);
}

/* SPDX-License-Identifier: MIT */
/* Zone files made for tests, so that nothing rests on the machine's. */
#ifndef ZONEFILE_H
#define ZONEFILE_H

#include "mtrack/buffer.h"

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

struct change {
	int64_t at;
	unsigned char type;
};

static inline void
put_number(struct buffer *out, uint64_t value, int bytes)
{
	while (bytes--)
		buffer_putc(out, bytes < 8 ? (char)(value >> 8 * bytes) : 0);
}

/* A header and a block of WIDTH bytes an instant. */
static inline void
put_block(struct buffer *out, char version, int width,
    const struct change *changes, size_t change_count, const int32_t *types,
    size_t type_count)
{
	buffer_put(out, "TZif", 4);
	buffer_putc(out, version);
	put_number(out, 0, 15);
	put_number(out, 1, 4); /* UT indicators */
	put_number(out, 1, 4); /* standard time indicators */
	put_number(out, 0, 4);
	put_number(out, change_count, 4);
	put_number(out, type_count, 4);
	put_number(out, 4, 4);
	for (size_t i = 0; i < change_count; i++)
		put_number(out, (uint64_t)changes[i].at, width);
	for (size_t i = 0; i < change_count; i++)
		buffer_putc(out, (char)changes[i].type);
	for (size_t i = 0; i < type_count; i++) {
		put_number(out, (uint32_t)types[i], 4);
		put_number(out, 0, 2);
	}
	buffer_put(out, "ABC", 4);
	put_number(out, 0, 2);
}

/* Version 3, as zic's slim form: an empty block in 32 bits first. */
static inline void
put_file(struct buffer *out, const struct change *changes, size_t change_count,
    const int32_t *types, size_t type_count, const char *footer)
{
	static const int32_t none[1];

	buffer_clear(out);
	put_block(out, '3', 4, NULL, 0, none, 1);
	put_block(out, '3', 8, changes, change_count, types, type_count);
	buffer_putc(out, '\n');
	buffer_puts(out, str_from(footer));
	buffer_putc(out, '\n');
}

/* Berlin in short: local mean time to 1893, one summer time, then the rule. */
static const struct change berlin_changes[] = {
    {-2422054408, 1}, {323830800, 2}, {338950800, 1}};
static const int32_t berlin_types[] = {3208, 3600, 7200};

static inline void
put_berlin(struct buffer *out)
{
	put_file(out, berlin_changes, 3, berlin_types, 3, BERLIN);
}

#endif

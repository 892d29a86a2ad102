/* SPDX-License-Identifier: MIT */
/* JSON text of one record a line, 64 bytes at a time: the loop over plain lines
 * that every way of bytes.h has, around the masks of its own. */
#ifndef MTRACK_JSON_LINES_H
#define MTRACK_JSON_LINES_H

#include "mtrack/plain_lines.h"
#include "mtrack/str.h"

/* What 64 bytes hold, a bit for each. */
struct bytes_json_ends {
	uint64_t newline;
	uint64_t odd;  /* `\`, the `}` of `}[`, a newline that does not stand
	                  between `}` and `{` */
	uint64_t logs; /* the `"` of `"l` */
};

/* P has 65 readable bytes, and one before it. */
typedef void bytes_json_ends_fn(const char *p, struct bytes_json_ends *ends);

/* The key of a page's records: a line that has it is no plain one. */
#define JSON_LOGS_KEY "\"logs\""

static inline uint64_t
json_logs_keys(const char *p, uint64_t logs)
{
	uint64_t keys = 0;

	for (; logs; logs &= logs - 1)
		if (!memcmp(p + __builtin_ctzll(logs), JSON_LOGS_KEY,
			sizeof(JSON_LOGS_KEY) - 1))
			keys |= logs & -logs;
	return keys;
}

static inline __attribute__((always_inline)) struct plain_lines
json_lines_by(bytes_json_ends_fn *masks, const char *p, size_t len)
{
	const size_t step = 64 + sizeof(JSON_LOGS_KEY) - 1;
	struct plain_lines lines = {0, 0};

	if (len == 0 || *p != '{')
		return lines;
	for (size_t at = 1; len - at >= step; at += 64) {
		struct bytes_json_ends ends;
		uint64_t odd;

		masks(p + at, &ends);
		odd = ends.odd;
		if (ends.logs)
			odd |= json_logs_keys(p + at, ends.logs);
		ends.newline &= (odd & -odd) - 1;
		if (ends.newline) {
			if (at - lines.bytes > PLAIN_LINE_MOST)
				break;
			lines.bytes =
			    at + 64 - (size_t)__builtin_clzll(ends.newline);
			lines.count +=
			    (size_t)__builtin_popcountll(ends.newline);
		}
		if (odd)
			break;
	}
	return lines;
}

#endif

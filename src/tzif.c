/* SPDX-License-Identifier: MIT */
/* What a time zone is made of: TZif bytes (RFC 8536) or a POSIX TZ string
 * turned into spans of one offset each. */
#include "mtrack/tzif.h"

#include "mtrack/arena.h"
#include "mtrack/tzrule.h"

/* ---- spans ---- */

struct spans {
	struct arena *arena;
	struct zone_span *items;
	size_t count;
	size_t capacity;
};

/* Keeps the order; of two at one instant the later given holds. */
static void
spans_put(struct spans *spans, int64_t from, int32_t offset)
{
	size_t at = spans->count;

	spans->items = arena_grow(spans->arena, spans->items, spans->count,
	    &spans->capacity, sizeof(*spans->items));
	while (at > 0 && spans->items[at - 1].from > from) {
		spans->items[at] = spans->items[at - 1];
		at--;
	}
	spans->items[at] = (struct zone_span){from, offset};
	spans->count++;
}

/* Spans of no length and changes that change nothing go. */
static void
spans_finish(struct spans *spans, struct zone *zone)
{
	size_t kept = 0;

	for (size_t i = 0; i < spans->count; i++) {
		struct zone_span span = spans->items[i];

		if (i + 1 < spans->count &&
		    spans->items[i + 1].from == span.from)
			continue;
		if (kept && spans->items[kept - 1].offset == span.offset)
			continue;
		spans->items[kept++] = span;
	}
	zone->spans = spans->items;
	zone->count = kept;
}

/* Adds the changes of RULE after the last span, for so many years that all
 * later ones are their repetition. */
static void
spans_add_rule(
    struct spans *spans, const struct tzrule *rule, struct zone *zone)
{
	int64_t last = spans->items[spans->count - 1].from;
	int64_t year = 1970;
	int64_t from;

	zone->always = spans->count == 1;
	if (!zone->always) {
		/* Beyond the years that are read (1..9999) a rule is moot. */
		if (last > INT64_C(253402300800))
			return;
		if (last < INT64_C(-62135596800))
			last = INT64_C(-62135596800);
		year = 1970 + last / 31556952;
	}
	/* One year of slack, and never before year 1. */
	from = year > 1 ? year - 1 : 1;
	for (int64_t y = from; y < year + 404; y++) {
		int64_t start = tzrule_instant(&rule->start, y, rule->standard);
		int64_t end = tzrule_instant(&rule->end, y, rule->summer);

		if (start > last)
			spans_put(spans, start, rule->summer);
		if (end > last)
			spans_put(spans, end, rule->standard);
	}
	zone->cyclic = true;
	zone->cycle = tzrule_year(year + 2) * ZONE_DAY;
}

bool
tzif_read_posix(struct arena *arena, struct str text, struct zone *zone)
{
	struct spans spans = {.arena = arena};
	struct tzrule rule;

	if (!tzrule_parse(text, &rule))
		return false;
	*zone = (struct zone){0};
	spans_put(&spans, INT64_MIN, rule.standard);
	if (rule.has_summer)
		spans_add_rule(&spans, &rule, zone);
	spans_finish(&spans, zone);
	return true;
}

/* ---- TZif ---- */

/* A file is a header and a block in 32 bits; from version 2 on a header and a
 * block in 64 bits and a POSIX string between two newlines follow it. */
#define HEADER_BYTES 44

struct block {
	struct str rest; /* what follows the header */
	size_t width;    /* bytes of an instant: 4 or 8 */
	char version;
	size_t ut_count;
	size_t std_count;
	size_t leap_count;
	size_t time_count;
	size_t type_count;
	size_t char_count;
	size_t size; /* bytes of the block */
};

static uint32_t
load32(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int64_t
load_instant(const char *at, size_t width)
{
	if (width == 4)
		return (int32_t)load32(at);
	return (int64_t)((uint64_t)load32(at) << 32 | load32(at + 4));
}

/* No count may be above the number of bytes, so that no product overflows:
 * zone.c reads no file of more than a MiB. */
static bool
block_open(struct str bytes, size_t width, struct block *block)
{
	size_t counts[6];

	if (bytes.len < HEADER_BYTES || !str_starts(bytes, STR("TZif")))
		return false;
	for (size_t i = 0; i < 6; i++) {
		counts[i] = load32(bytes.ptr + 20 + 4 * i);
		if (counts[i] > bytes.len)
			return false;
	}
	*block = (struct block){str_drop(bytes, HEADER_BYTES), width,
	    bytes.ptr[4], counts[0], counts[1], counts[2], counts[3], counts[4],
	    counts[5], 0};
	block->size = block->time_count * (width + 1) + block->type_count * 6 +
	    block->char_count + block->leap_count * (width + 4) +
	    block->std_count + block->ut_count;
	return block->size <= block->rest.len;
}

/* The block with the widest instants there is, and the string behind it. */
static bool
block_find(struct str bytes, struct block *block, struct str *footer)
{
	struct str rest;
	size_t end;

	*footer = STR("");
	if (!block_open(bytes, 4, block))
		return false;
	if (block->version < '2')
		return true;
	if (!block_open(str_drop(block->rest, block->size), 8, block))
		return false;
	rest = str_drop(block->rest, block->size);
	if (!str_starts(rest, STR("\n")))
		return false;
	rest = str_drop(rest, 1);
	end = str_find_char(rest, '\n');
	*footer = str_take(rest, end);
	return end != SIZE_MAX;
}

static bool
block_offset(const struct block *block, size_t type, int32_t *offset)
{
	const char *types =
	    block->rest.ptr + block->time_count * (block->width + 1);

	if (type >= block->type_count)
		return false;
	*offset = (int32_t)load32(types + 6 * type);
	return *offset >= -ZONE_OFFSET_MAX && *offset <= ZONE_OFFSET_MAX;
}

/* Before the first change type 0 holds (RFC 8536, 3.2). */
static bool
block_spans(const struct block *block, struct spans *spans)
{
	const char *times = block->rest.ptr;
	const char *types = times + block->time_count * block->width;
	int64_t last = INT64_MIN;
	int32_t offset;

	if (!block_offset(block, 0, &offset))
		return false;
	spans_put(spans, INT64_MIN, offset);
	for (size_t i = 0; i < block->time_count; i++) {
		int64_t from =
		    load_instant(times + i * block->width, block->width);

		if (from <= last ||
		    !block_offset(block, (unsigned char)types[i], &offset))
			return false;
		spans_put(spans, from, offset);
		last = from;
	}
	return true;
}

bool
tzif_read(struct arena *arena, struct str bytes, struct zone *zone,
    struct fault *fault)
{
	struct spans spans = {.arena = arena};
	struct tzrule rule = {0};
	struct block block;
	struct str footer;

	if (!str_starts(bytes, STR("TZif")))
		return fault_set(fault, "no time zone file");
	if (!block_find(bytes, &block, &footer) ||
	    !block_spans(&block, &spans) ||
	    (footer.len && !tzrule_parse(footer, &rule)))
		return fault_set(fault, "the time zone file is damaged");
	if (block.leap_count)
		return fault_set(fault, "a zone that counts leap seconds");
	*zone = (struct zone){0};
	if (spans.count == 1 && footer.len)
		spans.items[0].offset = rule.standard;
	if (rule.has_summer)
		spans_add_rule(&spans, &rule, zone);
	spans_finish(&spans, zone);
	return true;
}

/* SPDX-License-Identifier: MIT */
/* Time zones: their names, their files, and what the clock shows in them. */
#include "mtrack/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/arena.h"
#include "mtrack/tzif.h"

#define RULE                                                                   \
	"a zone is an IANA name, UTC, local, or an offset as +09:00 or -0530"
#define EXAMPLE "Europe/Berlin"

/* Zone files have a few KiB. */
#define FILE_MAX (1u << 20)

/* Where systems keep them; the second is NixOS's. */
static const char *const folders[] = {"/usr/share/zoneinfo", "/etc/zoneinfo"};

/* For `Tokyo` where Asia/Tokyo is meant. */
static const char *const regions[] = {"Europe", "America", "Asia", "Africa",
    "Australia", "Pacific", "Atlantic", "Indian", "Antarctica", "Arctic", "Etc",
    "US"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- files ---- */

/* Every byte of FD, which is a regular file of no more than FILE_MAX. */
static bool
read_all(struct arena *arena, int fd, struct str *bytes)
{
	struct stat status;
	char *text;
	size_t size;
	size_t at = 0;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode) ||
	    status.st_size > (off_t)FILE_MAX)
		return false;
	size = (size_t)status.st_size;
	text = arena_alloc(arena, size);
	while (at < size) {
		ssize_t got = read(fd, text + at, size - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		at += (size_t)got;
	}
	*bytes = (struct str){text, at};
	return true;
}

enum found {
	FOUND,
	FOUND_NOTHING, /* there is no such file */
	FOUND_FAULT,
};

static enum found
open_path(struct arena *arena, const char *path, const struct zone **zone,
    struct fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct str bytes;
	bool good;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return FOUND_NOTHING;
	if (fd < 0) {
		fault_set(fault, "%s: %s", path, strerror(errno));
		return FOUND_FAULT;
	}
	good = read_all(arena, fd, &bytes);
	close(fd);
	if (!good)
		fault_set(fault, "no time zone file");
	else
		good = zone_from_tzif(arena, bytes, zone, fault);
	return good ? FOUND : FOUND_FAULT;
}

/* Folder PLACE to look in, NULL behind the last. */
static const char *
folder_at(size_t place)
{
	const char *own = getenv("TZDIR");

	if (own && own[0] == '/')
		return place == 0 ? own : NULL;
	return place < COUNT(folders) ? folders[place] : NULL;
}

static enum found
open_name(struct arena *arena, struct str name, const struct zone **zone,
    struct fault *fault)
{
	enum found found = FOUND_NOTHING;
	const char *folder;

	for (size_t i = 0; found == FOUND_NOTHING && (folder = folder_at(i));
	     i++) {
		struct str path =
		    arena_printf(arena, "%s/%.*s", folder, STR_ARG(name));

		found = open_path(arena, path.ptr, zone, fault);
	}
	return found;
}

static bool
name_exists(struct arena *arena, struct str name)
{
	const char *folder;

	for (size_t i = 0; (folder = folder_at(i)); i++) {
		struct str path =
		    arena_printf(arena, "%s/%.*s", folder, STR_ARG(name));

		if (access(path.ptr, F_OK) == 0)
			return true;
	}
	return false;
}

/* ---- names ---- */

/* The first byte that no zone's name can have there, or SIZE_MAX: letters,
 * digits, `_`, `+`, `-`, and `.` and `/` inside; so no path leads out of the
 * folder. */
static size_t
name_fault(struct str name)
{
	char last = '/';

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		unsigned char low = ascii_lower((unsigned char)c);
		bool word = (low >= 'a' && low <= 'z') || ascii_is_digit(low) ||
		    c == '_' || c == '+' || c == '-';

		if (!word && ((c != '/' && c != '.') || last == '/'))
			return i;
		last = c;
	}
	return last == '/' ? name.len - (name.len > 0) : SIZE_MAX;
}

/* NAME written as zones are: `america/new_york` as America/New_York. */
static struct str
title_case(struct arena *arena, struct str name)
{
	char *text = arena_alloc(arena, name.len + 1);
	bool first = true;

	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = ascii_lower((unsigned char)name.ptr[i]);
		bool letter = c >= 'a' && c <= 'z';

		text[i] = (char)(first && letter ? c - 0x20 : c);
		first = !letter;
	}
	text[name.len] = '\0';
	return (struct str){text, name.len};
}

/* A zone there is that may have been meant, or an empty text. */
static struct str
suggest(struct arena *arena, struct str name)
{
	struct str title = title_case(arena, name);

	if (!str_eq(title, name) && name_exists(arena, title))
		return title;
	for (size_t i = 0; i < COUNT(regions); i++) {
		struct str full =
		    arena_printf(arena, "%s/%.*s", regions[i], STR_ARG(title));

		if (name_exists(arena, full))
			return full;
	}
	return STR("");
}

static bool
unknown(struct arena *arena, struct str name, struct fault *fault)
{
	struct str meant;

	if (name.len > 3 && (name.ptr[3] == '+' || name.ptr[3] == '-') &&
	    (str_starts_fold(name, STR("UTC")) ||
		str_starts_fold(name, STR("GMT"))))
		return fault_value(fault, 0, RULE, "+09:00",
		    "no such time zone: an offset stands alone");
	if (!name_exists(arena, STR("UTC")))
		return fault_value(fault, FAULT_NO_CARET, RULE, "+09:00",
		    "this system has no time zone files: "
		    "install the package tzdata");
	meant = suggest(arena, name);
	if (meant.len)
		return fault_value(fault, 0, RULE, EXAMPLE,
		    "no such time zone, did you mean %.*s?", STR_ARG(meant));
	return fault_value(fault, 0, RULE, EXAMPLE, "no such time zone");
}

static bool
open_iana(struct arena *arena, struct str name, const struct zone **zone,
    struct fault *fault)
{
	size_t bad = name_fault(name);

	if (name.len == 0 || name.len > 255)
		return fault_value(
		    fault, 0, RULE, EXAMPLE, "this is no time zone");
	if (bad != SIZE_MAX)
		return fault_value(
		    fault, bad, RULE, EXAMPLE, "no time zone has such a name");
	switch (open_name(arena, name, zone, fault)) {
	case FOUND:
		return true;
	case FOUND_NOTHING:
		return unknown(arena, name, fault);
	default:
		fault->rule = RULE;
		fault->example = EXAMPLE;
		return false;
	}
}

/* UTC is NULL, whichever way it came about. */
static const struct zone *
keep(struct arena *arena, const struct zone *zone)
{
	struct zone *kept;

	if (zone->count == 1 && zone->spans[0].offset == 0)
		return NULL;
	kept = ARENA_NEW(arena, struct zone);
	*kept = *zone;
	return kept;
}

static const struct zone *
fixed(struct arena *arena, int32_t offset)
{
	struct zone_span *span = ARENA_NEW(arena, struct zone_span);

	*span = (struct zone_span){INT64_MIN, offset};
	return keep(arena, &(struct zone){.spans = span, .count = 1});
}

/* $TZ as glibc reads it, but that nonsense is a fault and not UTC. */
static bool
open_local(struct arena *arena, const struct zone **zone, struct fault *fault)
{
	const char *value = getenv("TZ");
	enum found found = FOUND_NOTHING;
	struct zone posix;
	struct str name;

	*zone = NULL;
	if (!value)
		return open_path(arena, "/etc/localtime", zone, fault) !=
		    FOUND_FAULT;
	if (value[0] == ':')
		value++;
	name = str_from(value);
	if (!name.len)
		return true;
	if (value[0] == '/')
		found = open_path(arena, value, zone, fault);
	else if (name_fault(name) == SIZE_MAX && name.len < 256)
		found = open_name(arena, name, zone, fault);
	if (found == FOUND)
		return true;
	if (tzif_read_posix(arena, name, &posix)) {
		*zone = keep(arena, &posix);
		return true;
	}
	return fault_set(
	    fault, "the variable TZ names no time zone: `%.80s`", value);
}

bool
zone_take_offset(struct str *rest, int32_t *seconds)
{
	struct str s = *rest;
	int digits[4] = {0};
	size_t count = 0;
	size_t at = 1;

	if (s.len < 3 || (s.ptr[0] != '+' && s.ptr[0] != '-'))
		return false;
	while (count < 4 && at < s.len) {
		if (count == 2 && at == 3 && s.ptr[at] == ':')
			at++;
		else if (ascii_is_digit((unsigned char)s.ptr[at]))
			digits[count++] = s.ptr[at++] - '0';
		else
			break;
	}
	if ((count != 2 || at != 3) && count != 4)
		return false;
	if (digits[0] * 10 + digits[1] > 23 || digits[2] > 5)
		return false;
	*seconds = (digits[0] * 10 + digits[1]) * 3600 +
	    (digits[2] * 10 + digits[3]) * 60;
	if (s.ptr[0] == '-')
		*seconds = -*seconds;
	*rest = str_drop(s, at);
	return true;
}

bool
zone_from_tzif(struct arena *arena, struct str bytes, const struct zone **zone,
    struct fault *fault)
{
	struct zone read;

	if (!tzif_read(arena, bytes, &read, fault))
		return false;
	*zone = keep(arena, &read);
	return true;
}

bool
zone_open(struct arena *arena, struct str name, const struct zone **zone,
    struct fault *fault)
{
	struct str rest = name;
	int32_t offset;

	if (str_eq_fold(name, STR("UTC")) || str_eq_fold(name, STR("Z"))) {
		*zone = NULL;
		return true;
	}
	if (str_eq_fold(name, STR("local")))
		return open_local(arena, zone, fault);
	if (!name.len || (name.ptr[0] != '+' && name.ptr[0] != '-'))
		return open_iana(arena, name, zone, fault);
	if (!zone_take_offset(&rest, &offset) || rest.len)
		return fault_value(fault, 0, RULE, "+09:00",
		    "this is no offset from UTC: two digits of hours (to 23) "
		    "and two of minutes");
	*zone = fixed(arena, offset);
	return true;
}

/* ---- what the clock shows ---- */

/* What to take off UTC so that it lies where the spans are listed. */
static int64_t
fold(const struct zone *zone, int64_t utc)
{
	int64_t turns;

	if (!zone->cyclic)
		return 0;
	turns = (utc - zone->cycle) / ZONE_CYCLE;
	if (utc < zone->cycle)
		turns = zone->always ? turns - 1 : 0;
	return turns * ZONE_CYCLE;
}

/* Far beyond every year that is read, and far from overflowing. */
static int64_t
clamp(int64_t seconds)
{
	const int64_t most = INT64_C(1) << 60;

	return seconds > most ? most : seconds < -most ? -most : seconds;
}

/* The last span that begins at UTC or before it. */
static size_t
span_at(const struct zone *zone, int64_t utc)
{
	size_t low = 0;
	size_t count = zone->count;

	while (count > 1) {
		size_t half = count / 2;

		if (zone->spans[low + half].from <= utc)
			low += half;
		count -= half;
	}
	return low;
}

int32_t
zone_offset(const struct zone *zone, int64_t utc)
{
	if (!zone)
		return 0;
	utc = clamp(utc);
	utc -= fold(zone, utc);
	return zone->spans[span_at(zone, utc)].offset;
}

/* Goes through the spans in which the clock may have shown LOCAL: those that
 * begin less than an offset's greatest value after it. */
enum zone_local
zone_to_utc(const struct zone *zone, int64_t local, int64_t *utc)
{
	bool found = false;
	int64_t change = 0;
	bool passed = false;
	int64_t folded;

	*utc = local;
	if (!zone)
		return ZONE_ONCE;
	local = clamp(local);
	folded = fold(zone, local);
	local -= folded;
	for (size_t i = span_at(zone, local - ZONE_OFFSET_MAX); i < zone->count;
	     i++) {
		const struct zone_span *span = &zone->spans[i];
		int64_t instant = local - span->offset;

		if (span->from != INT64_MIN &&
		    span->from > local + ZONE_OFFSET_MAX)
			break;
		if (instant < span->from) {
			change = passed ? change : span->from;
			passed = true;
		} else if (i + 1 == zone->count ||
		    instant < zone->spans[i + 1].from) {
			if (found)
				return ZONE_TWICE;
			found = true;
			*utc = instant + folded;
		}
	}
	if (found)
		return ZONE_ONCE;
	*utc = change + folded;
	return ZONE_NEVER;
}

/* SPDX-License-Identifier: MIT */
/* A shared side file, being read. */
#include "mtrack/sidepack.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "mtrack/fetch.h"
#include "mtrack/promise.h"
#include "mtrack/sidemark.h"
#include "mtrack/timestamp.h"
#include "mtrack/wire.h"

/* Side files are asked for in the order they stand in: so much is read at
 * once. */
#define WINDOW (64u << 10)

#define KIND    0x796e616du /* "many" */
#define VERSION 1u

enum {
	AT_MAGIC = 0,
	AT_KIND = 8,     /* 4 bytes; where a side file has its format */
	AT_VERSION = 12, /* 4 bytes */
	AT_COUNT = 16,
	AT_DIRECTORY = 24,
	AT_LENGTH = 32, /* of entries and names */
	AT_DIRECTORY_SUM = 40,
	AT_CHECKSUM = 48,
};

_Static_assert(AT_CHECKSUM + 8 == SIDEPACK_HEADER, "the last field");

/* Where the fields of an entry stand. */
enum {
	ENTRY_NAME = 0,     /* 4 bytes, in the names */
	ENTRY_NAME_LEN = 4, /* 4 bytes */
	ENTRY_AT = 8,
	ENTRY_LEN = 16,
};

/* ---- where it stands ---- */

struct str
sidepack_folder(struct str path)
{
	size_t slash = str_rfind_char(path, '/');

	return slash == SIZE_MAX ? STR("") : str_take(path, slash + 1);
}

struct str
sidepack_name(struct str path)
{
	return str_drop(path, sidepack_folder(path).len);
}

int32_t
sidepack_day(struct str path)
{
	int32_t first = DAY_NONE;
	int32_t last = DAY_NONE;

	promise_days(sidepack_name(path), &first, &last);
	return first == last ? first : DAY_NONE;
}

/* `-0123456789abcdef`, of where FOLDER really is; false when that cannot be
 * told. */
static bool
put_place(struct arena *arena, struct str folder, struct buffer *out)
{
	struct str name = folder.len ? folder : STR(".");
	char real[PATH_MAX];

	if (!realpath(arena_keep(arena, name).ptr, real))
		return false;
	buffer_printf(out, "-%016llx",
	    (unsigned long long)sidecar_checksum(real, strlen(real)));
	return true;
}

struct str
sidepack_path(struct arena *arena, struct str dir, struct str path)
{
	struct str folder = sidepack_folder(path);
	int32_t day = sidepack_day(path);
	struct buffer out = BUFFER_EMPTY;
	struct str answer = STR_NONE;
	bool good = true;

	if (dir.len)
		buffer_printf(&out, "%.*s/", STR_ARG(dir));
	else
		buffer_puts(&out, folder);
	buffer_puts(&out, STR("mtrack"));
	if (day != DAY_NONE) {
		int year, month, date;

		timestamp_date(day, &year, &month, &date);
		buffer_printf(&out, "-%04d-%02d-%02d", year, month, date);
	}
	if (dir.len)
		good = put_place(arena, folder, &out);
	buffer_puts(&out, STR(SIDEMARK_SHARED_SUFFIX));
	if (good)
		answer = arena_keep(arena, buffer_str(&out));
	buffer_destroy(&out);
	return answer;
}

/* ---- opening ---- */

void
sidepack_entry(
    const struct sidepack *pack, size_t number, struct sidepack_entry *entry)
{
	const unsigned char *bytes = pack->entries + number * SIDEPACK_ENTRY;

	entry->name =
	    str_take(str_drop(pack->names, wire_get32(bytes + ENTRY_NAME)),
		wire_get32(bytes + ENTRY_NAME_LEN));
	entry->place = (struct extent){
	    wire_get64(bytes + ENTRY_AT), wire_get64(bytes + ENTRY_LEN)};
}

/* Whether names ascend, and every side file stands before END. */
static bool
entries_are_sound(const struct sidepack *pack, uint64_t end)
{
	struct str last = STR_NONE;

	for (size_t i = 0; i < pack->count; i++) {
		const unsigned char *bytes = pack->entries + i * SIDEPACK_ENTRY;
		uint64_t at = wire_get32(bytes + ENTRY_NAME);
		struct sidepack_entry entry;

		if (at > pack->names.len ||
		    wire_get32(bytes + ENTRY_NAME_LEN) > pack->names.len - at)
			return false;
		sidepack_entry(pack, i, &entry);
		if (entry.name.len == 0 ||
		    (i > 0 && str_cmp(last, entry.name) >= 0) ||
		    entry.place.at < SIDEPACK_HEADER || entry.place.at > end ||
		    entry.place.len > end - entry.place.at)
			return false;
		last = entry.name;
	}
	return true;
}

/* The directory that BYTES, a header, speaks of. */
static bool
load_directory(struct sidepack *pack, const unsigned char *bytes)
{
	uint64_t size = (uint64_t)pack->st.st_size;
	uint64_t count = wire_get64(bytes + AT_COUNT);
	uint64_t at = wire_get64(bytes + AT_DIRECTORY);
	uint64_t len = wire_get64(bytes + AT_LENGTH);
	unsigned char *directory;

	if (count > SIDEPACK_MOST || at < SIDEPACK_HEADER || at > size ||
	    len != size - at || len < count * SIDEPACK_ENTRY ||
	    len > count * (SIDEPACK_ENTRY + SIDEPACK_NAME))
		return false;
	directory = arena_alloc(&pack->arena, len + 1);
	if (!fetch_bytes(pack->fd, directory, len, at) ||
	    sidecar_checksum(directory, len) !=
		wire_get64(bytes + AT_DIRECTORY_SUM))
		return false;
	pack->count = (size_t)count;
	pack->entries = directory;
	pack->names =
	    (struct str){(const char *)directory + count * SIDEPACK_ENTRY,
		(size_t)(len - count * SIDEPACK_ENTRY)};
	return entries_are_sound(pack, at);
}

static bool
load(struct sidepack *pack)
{
	unsigned char bytes[SIDEPACK_HEADER];
	struct fault *fault = &pack->fault;

	if (fstat(pack->fd, &pack->st))
		return fault_set(fault, "cannot be read: %m");
	if (!S_ISREG(pack->st.st_mode) ||
	    !fetch_bytes(pack->fd, bytes, sizeof(bytes), 0) ||
	    memcmp(bytes, SIDEMARK_MAGIC, SIDEMARK_BYTES) != 0)
		return fault_set(fault, "is no side index");
	if (wire_get32(bytes + AT_KIND) != KIND ||
	    wire_get32(bytes + AT_VERSION) != VERSION)
		return fault_set(fault, "was made by another version");
	if (wire_get64(bytes + AT_CHECKSUM) !=
	    sidecar_checksum(bytes, AT_CHECKSUM))
		return fault_set(fault, "is damaged: its header is wrong");
	return load_directory(pack, bytes) ||
	    fault_set(fault, "is damaged: its directory is wrong");
}

static enum sidepack_state
open_pack(struct sidepack *pack)
{
	if (pack->path.len == 0)
		return SIDEPACK_NONE;
	if (!sidemark_open(pack->path.ptr, &pack->fd, &pack->fault))
		return SIDEPACK_WRONG;
	if (pack->fd < 0)
		return SIDEPACK_NONE;
	return load(pack) ? SIDEPACK_GOOD : SIDEPACK_WRONG;
}

enum sidepack_state
sidepack_seek(struct sidepack *pack, struct str dir, struct str path)
{
	struct str folder = sidepack_folder(path);
	int32_t day = sidepack_day(path);

	if (pack->state != SIDEPACK_UNASKED && pack->day == day &&
	    str_eq(pack->folder, folder))
		return pack->state;
	sidepack_close(pack);
	pack->fd = -1;
	pack->day = day;
	pack->folder = arena_keep(&pack->arena, folder);
	pack->path = sidepack_path(&pack->arena, dir, path);
	return pack->state = open_pack(pack);
}

void
sidepack_close(struct sidepack *pack)
{
	if (pack->state != SIDEPACK_UNASKED && pack->fd >= 0)
		close(pack->fd);
	arena_destroy(&pack->arena);
	buffer_destroy(&pack->window);
	*pack = (struct sidepack){0};
}

/* ---- reading ---- */

bool
sidepack_find(
    const struct sidepack *pack, struct str path, struct extent *place)
{
	struct str name = sidepack_name(path);
	size_t low = 0;
	size_t high = pack->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct sidepack_entry entry;
		int order;

		sidepack_entry(pack, middle, &entry);
		order = str_cmp(entry.name, name);
		if (order == 0) {
			*place = entry.place;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* The window is what stands from AT on. */
static bool
move_window(struct sidepack *pack, uint64_t at)
{
	uint64_t size = (uint64_t)pack->st.st_size;
	uint64_t left = at < size ? size - at : 0;

	buffer_clear(&pack->window);
	buffer_reserve(&pack->window, WINDOW);
	if (left > WINDOW)
		left = WINDOW;
	if (!fetch_bytes(pack->fd, pack->window.ptr, left, at))
		return false;
	pack->window.len = (size_t)left;
	pack->window_at = at;
	return true;
}

static bool
is_in_window(const struct sidepack *pack, uint64_t len, uint64_t at)
{
	return at >= pack->window_at &&
	    at - pack->window_at <= pack->window.len &&
	    len <= pack->window.len - (at - pack->window_at);
}

bool
sidepack_read(struct sidepack *pack, void *to, uint64_t len, uint64_t at)
{
	if (len > WINDOW)
		return fetch_bytes(pack->fd, to, len, at);
	if (!is_in_window(pack, len, at) &&
	    (!move_window(pack, at) || !is_in_window(pack, len, at)))
		return false;
	if (len)
		memcpy(
		    to, pack->window.ptr + (at - pack->window_at), (size_t)len);
	return true;
}

/* ---- for the writer ---- */

void
sidepack_header_put(uint64_t count, uint64_t at, struct str directory,
    unsigned char bytes[SIDEPACK_HEADER])
{
	memcpy(bytes + AT_MAGIC, SIDEMARK_MAGIC, SIDEMARK_BYTES);
	wire_put32(bytes + AT_KIND, KIND);
	wire_put32(bytes + AT_VERSION, VERSION);
	wire_put64(bytes + AT_COUNT, count);
	wire_put64(bytes + AT_DIRECTORY, at);
	wire_put64(bytes + AT_LENGTH, directory.len);
	wire_put64(bytes + AT_DIRECTORY_SUM,
	    sidecar_checksum(directory.ptr, directory.len));
	wire_put64(bytes + AT_CHECKSUM, sidecar_checksum(bytes, AT_CHECKSUM));
}

void
sidepack_entry_put(struct extent name, struct extent place,
    unsigned char bytes[SIDEPACK_ENTRY])
{
	wire_put32(bytes + ENTRY_NAME, (uint32_t)name.at);
	wire_put32(bytes + ENTRY_NAME_LEN, (uint32_t)name.len);
	wire_put64(bytes + ENTRY_AT, place.at);
	wire_put64(bytes + ENTRY_LEN, place.len);
}

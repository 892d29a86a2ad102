/* SPDX-License-Identifier: MIT */
/* The ledger of exports. */
#include "mtrack/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/buffer.h"
#include "mtrack/json.h"
#include "mtrack/output.h"
#include "mtrack/timestamp.h"

/* The byte whose lock lets one run at a time read and append. */
#define TURN_BYTE  ((off_t)1 << 62)
#define SIZE_LIMIT ((size_t)256 << 20)

struct ledger {
	int fd; /* holds the run's lock while it is open */
	struct str path;
	struct str id;
};

static const char *const states[] = {
    [LEDGER_RUNNING] = "running",
    [LEDGER_COMPLETED] = "completed",
    [LEDGER_FAILED] = "failed",
};

const char *
ledger_state_name(enum ledger_state state)
{
	return states[state];
}

/* Why PATH cannot be used, of errno. Whoever may write in the folder could
 * have it lead anywhere: it is never a link. */
static const char *
reason(int error)
{
	return error == ELOOP ? "it is a link, which is never followed"
			      : strerror(error);
}

static bool
refuse(struct fault *fault, struct str path, const char *why)
{
	return fault_set(
	    fault, "ledger of exports %.*s: %s", STR_ARG(path), why);
}

bool
ledger_path(struct arena *arena, const char *state_home, const char *home,
    struct str *path, struct fault *fault)
{
	if (state_home && state_home[0] == '/')
		*path =
		    arena_printf(arena, "%s/mtrack/exports.jsonl", state_home);
	else if (home && home[0] == '/')
		*path = arena_printf(
		    arena, "%s/.local/state/mtrack/exports.jsonl", home);
	else
		return fault_set(fault,
		    "the ledger of exports has no place: set HOME or "
		    "XDG_STATE_HOME");
	return true;
}

static bool
is_regular(int fd, struct str path, struct fault *fault)
{
	struct stat now;

	if (fstat(fd, &now) == 0 && S_ISREG(now.st_mode))
		return true;
	return refuse(fault, path, "no regular file");
}

/* ---- locks ---- */

static bool
lock_byte(int fd, off_t at, short type, bool wait)
{
	struct flock lock = {
	    .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
	int result;

	do
		result = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
	while (result < 0 && errno == EINTR);
	return result == 0;
}

/* Whether another open file holds the byte at AT. */
static bool
is_locked(int fd, off_t at)
{
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* ---- reading ---- */

static void
set_member(struct ledger_entry *entry, struct str key, struct str text)
{
	const struct {
		const char *key;
		struct str *value;
	} texts[] = {{"id", &entry->id}, {"time", &entry->time},
	    {"file", &entry->file}, {"query", &entry->query},
	    {"reason", &entry->reason}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_eq(key, str_from(texts[i].key)))
			*texts[i].value = text;
	if (str_eq(key, STR("records")))
		str_to_u64(text, &entry->records);
	if (str_eq(key, STR("kind")))
		entry->selected = str_eq(text, STR("selected"));
	for (size_t i = 0; i < 3 && str_eq(key, STR("state")); i++)
		if (str_eq(text, str_from(states[i])))
			entry->state = (enum ledger_state)i;
}

/* False for a line that is none of ours, or was cut short. */
static bool
read_line(struct arena *arena, struct str line, struct ledger_entry *entry)
{
	struct json_cursor cursor;
	struct json_value key;
	struct json_value value;
	struct fault fault;
	size_t end;

	*entry = (struct ledger_entry){0};
	line = str_trim(line);
	if (line.len == 0 || line.ptr[0] != '{' ||
	    json_skip(line, &end, &fault) != JSON_WHOLE || end != line.len)
		return false;
	json_open(&cursor, str_drop(line, 1));
	while (json_next(&cursor, &key, &value, &fault))
		set_member(
		    entry, json_text(arena, &key), json_text(arena, &value));
	entry->lines[0] = line;
	return entry->id.len > 0 && entry->time.len > 0;
}

/* What is known of all exports while it is read. */
struct list {
	struct ledger_entry *items;
	size_t count;
	size_t capacity;
};

static void
end_entry(struct list *list, const struct ledger_entry *line)
{
	for (size_t i = list->count; i-- > 0;) {
		struct ledger_entry *entry = &list->items[i];

		if (!str_eq(entry->id, line->id) || entry->ended.len > 0)
			continue;
		entry->ended = line->time;
		entry->lines[1] = line->lines[0];
		entry->state = line->state;
		entry->records = line->records;
		entry->reason = line->reason;
		return;
	}
}

static void
take_line(struct arena *arena, struct list *list, struct str line, uint64_t at)
{
	struct ledger_entry entry;

	if (!read_line(arena, line, &entry))
		return;
	if (entry.state != LEDGER_RUNNING) {
		end_entry(list, &entry);
		return;
	}
	entry.line_at = at;
	list->items = arena_grow(
	    arena, list->items, list->count, &list->capacity, sizeof(entry));
	list->items[list->count++] = entry;
}

/* Runs that died without a word. */
static void
judge_running(int fd, struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct ledger_entry *entry = &list->items[i];

		if (entry->state != LEDGER_RUNNING ||
		    is_locked(fd, (off_t)entry->line_at))
			continue;
		entry->state = LEDGER_FAILED;
		entry->reason = STR("the run died");
	}
}

/* The whole file; the turn is the caller's. */
static bool
read_whole(struct arena *arena, int fd, struct str *text)
{
	struct buffer bytes = BUFFER_EMPTY;
	int error = lseek(fd, 0, SEEK_SET) < 0
	    ? errno
	    : buffer_read(&bytes, fd, SIZE_LIMIT);

	*text = arena_keep(arena, buffer_str(&bytes));
	buffer_destroy(&bytes);
	errno = error;
	return error == 0;
}

static bool
read_list(struct arena *arena, int fd, struct str *text, struct list *list)
{
	struct str rest;
	struct str line;

	*list = (struct list){0};
	if (!read_whole(arena, fd, text))
		return false;
	rest = *text;
	while (rest.ptr && str_split(&rest, '\n', &line))
		take_line(arena, list, line, (uint64_t)(line.ptr - text->ptr));
	judge_running(fd, list);
	return true;
}

bool
ledger_read(struct arena *arena, struct str path, struct ledger_entry **entries,
    size_t *count, struct fault *fault)
{
	int fd = open(path.ptr,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct list list = {0};
	struct str text;
	bool done;

	*entries = NULL;
	*count = 0;
	if (fd < 0)
		return errno == ENOENT || refuse(fault, path, reason(errno));
	done = is_regular(fd, path, fault);
	if (done &&
	    !(lock_byte(fd, TURN_BYTE, F_RDLCK, true) &&
		read_list(arena, fd, &text, &list)))
		done = refuse(fault, path, strerror(errno));
	close(fd);
	*entries = list.items;
	*count = list.count;
	return done;
}

/* ---- appending ---- */

static void
put_member(const char *key, struct str value, struct buffer *out)
{
	buffer_printf(out, ",\"%s\":", key);
	json_quote(value, out);
}

static void
put_time(int64_t now, struct buffer *out)
{
	buffer_puts(out, STR("{\"time\":\""));
	timestamp_print(now - now % 1000, NULL, out);
	buffer_putc(out, '"');
}

/* A whole line, by one write(2) as a rule; TEXT is what the file holds, and the
 * turn is the caller's. */
static bool
append(int fd, struct str text, struct buffer *line)
{
	struct output out;

	output_init(&out, fd);
	if (text.len > 0 && text.ptr[text.len - 1] != '\n')
		buffer_putc(&out.buffer, '\n');
	buffer_puts(&out.buffer, buffer_str(line));
	output_flush(&out, true);
	output_destroy(&out);
	errno = out.error;
	return !out.error && (fdatasync(fd) == 0 || errno == EINVAL);
}

/* The folders above PATH, as XDG wants them. */
static bool
make_folders(struct arena *arena, struct str path)
{
	char *copy = arena_alloc(arena, path.len + 1);

	memcpy(copy, path.ptr, path.len);
	copy[path.len] = '\0';
	for (size_t i = 1; i < path.len; i++) {
		if (copy[i] != '/')
			continue;
		copy[i] = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST &&
		    errno != EROFS && errno != EACCES)
			return false;
		copy[i] = '/';
	}
	return true;
}

/* Exports of NOW's day that count. */
static uint64_t
count_day(const struct list *list, struct str day)
{
	uint64_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct ledger_entry *entry = &list->items[i];

		count += !entry->selected && str_starts(entry->time, day) &&
		    entry->state != LEDGER_FAILED;
	}
	return count;
}

static bool
is_allowed(const struct list *list, const struct ledger_entry *what,
    const struct license *license, int64_t now, struct fault *fault)
{
	struct buffer time = BUFFER_EMPTY;
	uint64_t count;

	if (license->exports_a_day == UNLIMITED || what->selected)
		return true;
	timestamp_print(now, NULL, &time);
	count = count_day(list, str_take(buffer_str(&time), 10));
	if (count >= license->exports_a_day)
		fault_set(fault,
		    "%llu exports on %.10s (UTC), all that the %s license "
		    "allows a day; --license none (in the configuration: "
		    "license = none) lifts the vendor's limits",
		    (unsigned long long)count, time.ptr, license->name);
	buffer_destroy(&time);
	return count < license->exports_a_day;
}

static struct str
new_id(struct arena *arena)
{
	uint64_t number[2] = {0};

	if (getrandom(number, sizeof(number), 0) < 0)
		number[0] = (uint64_t)getpid();
	return arena_printf(arena, "%016llx%016llx",
	    (unsigned long long)number[0], (unsigned long long)number[1]);
}

static bool
note_begin(int fd, struct str text, const struct ledger_entry *what,
    struct str id, int64_t now)
{
	off_t at =
	    (off_t)text.len + (text.len > 0 && text.ptr[text.len - 1] != '\n');
	struct buffer line = BUFFER_EMPTY;
	bool done;

	put_time(now, &line);
	put_member("id", id, &line);
	put_member("state", STR("running"), &line);
	put_member(
	    "kind", what->selected ? STR("selected") : STR("all"), &line);
	put_member("file", what->file, &line);
	put_member("query", what->query, &line);
	buffer_printf(&line, ",\"pid\":%ld}\n", (long)getpid());
	done = lock_byte(fd, at, F_WRLCK, false) && append(fd, text, &line);
	buffer_destroy(&line);
	return done;
}

/* Whether WHAT may begin; then its line is in the ledger, locked. */
static bool
begin_turn(struct arena *arena, const struct ledger *ledger,
    const struct ledger_entry *what, const struct license *license, int64_t now,
    struct fault *fault)
{
	struct list list;
	struct str text;

	if (!lock_byte(ledger->fd, TURN_BYTE, F_WRLCK, true) ||
	    !read_list(arena, ledger->fd, &text, &list))
		return refuse(fault, ledger->path, strerror(errno));
	if (!is_allowed(&list, what, license, now, fault))
		return false;
	if (!note_begin(ledger->fd, text, what, ledger->id, now))
		return refuse(fault, ledger->path, strerror(errno));
	lock_byte(ledger->fd, TURN_BYTE, F_UNLCK, false);
	return true;
}

struct ledger *
ledger_begin(struct arena *arena, struct str path,
    const struct ledger_entry *what, const struct license *license, int64_t now,
    struct fault *fault)
{
	struct ledger *ledger = ARENA_NEW(arena, struct ledger);

	*ledger = (struct ledger){-1, path, new_id(arena)};
	if (make_folders(arena, path))
		ledger->fd = open(path.ptr,
		    O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC |
			O_NOCTTY | O_NONBLOCK,
		    0600);
	if (ledger->fd < 0) {
		refuse(fault, path, reason(errno));
		return NULL;
	}
	if (is_regular(ledger->fd, path, fault) &&
	    begin_turn(arena, ledger, what, license, now, fault))
		return ledger;
	close(ledger->fd);
	return NULL;
}

bool
ledger_end(struct ledger *ledger, const struct ledger_entry *end, int64_t now,
    struct fault *fault)
{
	struct buffer line = BUFFER_EMPTY;
	struct arena arena;
	struct str text;
	bool done;

	arena_init(&arena);
	put_time(now, &line);
	put_member("id", ledger->id, &line);
	put_member("state", str_from(states[end->state]), &line);
	if (end->state == LEDGER_COMPLETED)
		buffer_printf(&line, ",\"records\":%llu",
		    (unsigned long long)end->records);
	if (end->reason.len)
		put_member("reason", end->reason, &line);
	buffer_puts(&line, STR("}\n"));
	done = lock_byte(ledger->fd, TURN_BYTE, F_WRLCK, true) &&
	    read_whole(&arena, ledger->fd, &text) &&
	    append(ledger->fd, text, &line);
	if (!done)
		refuse(fault, ledger->path, strerror(errno));
	close(ledger->fd); /* and with it both locks */
	buffer_destroy(&line);
	arena_destroy(&arena);
	return done;
}

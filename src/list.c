/* SPDX-License-Identifier: MIT */
/* Comma lists and the files that stand for them. */
#include "mtrack/list.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mtrack/buffer.h"

/* Room for millions of message IDs; a device that never ends is refused. */
#define FILE_LIMIT ((size_t)256 << 20)

static const char empty_rule[] =
    "values are separated by single commas; a comma inside one is `\\,`";
static const char file_rule[] =
    "@FILE takes one value a line from FILE, @- from standard input";

static bool
is_input(struct str path)
{
	return str_eq(path, STR("-"));
}

static void
append(struct arena *arena, struct list *list, struct list_item item)
{
	list->items = arena_grow(
	    arena, list->items, list->count, &list->capacity, sizeof(item));
	list->items[list->count++] = item;
}

static bool
read_file(struct str path, struct buffer *to, struct fault *fault)
{
	bool standard_input = is_input(path);
	int fd = standard_input ? STDIN_FILENO
				: open(path.ptr, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 ? errno : buffer_read(to, fd, FILE_LIMIT);

	if (fd >= 0 && !standard_input)
		close(fd);
	if (error == 0)
		return true;
	return fault_value(fault, 0, file_rule, "@list.txt",
	    "the list file `%.*s` cannot be read: %s", STR_ARG(path),
	    error == EFBIG ? "it is larger than 256 MiB" : strerror(error));
}

/* One value a line of TEXT, which must live as long as LIST. */
static void
take_lines(struct arena *arena, struct str text, struct list_item item,
    struct list *list)
{
	struct str line;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_drop(text, 3);
	for (item.line = 1; str_split(&text, '\n', &line); item.line++) {
		item.text = str_trim(line);
		if (item.text.len && item.text.ptr[0] != '#')
			append(arena, list, item);
	}
}

/* ITEM is the `@FILE` itself. */
static bool
take_file(struct arena *arena, struct list_item item, struct list *list,
    struct fault *fault)
{
	struct buffer bytes = BUFFER_EMPTY;
	size_t before = list->count;
	bool done;

	item.file = arena_keep(arena, str_trim(str_drop(item.text, 1)));
	if (item.file.len == 0)
		return fault_value(fault, 0, file_rule, "@list.txt",
		    "`@` without the name of a file");
	if (is_input(item.file)) {
		if (list->standard_input || list->input_taken)
			return fault_value(fault, 0,
			    "standard input can be read once, and so by one "
			    "option",
			    "@list.txt", "`@-` was taken already");
		list->standard_input = true;
	}
	done = read_file(item.file, &bytes, fault);
	if (done)
		take_lines(
		    arena, arena_keep(arena, buffer_str(&bytes)), item, list);
	buffer_destroy(&bytes);
	if (done && list->count == before)
		return fault_value(fault, 0,
		    "blank lines and lines that begin with `#` are no values",
		    "@list.txt", "the list in `%.*s` holds no value",
		    STR_ARG(is_input(item.file) ? STR("standard input")
						: item.file));
	return done;
}

/* The length of the item at the start of REST: up to the first comma without a
 * backslash before it. */
static size_t
item_length(struct str rest, bool *escaped)
{
	*escaped = false;
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.ptr[i] != ',')
			continue;
		if (i == 0 || rest.ptr[i - 1] != '\\')
			return i;
		*escaped = true;
	}
	return rest.len;
}

static struct str
unescape(struct arena *arena, struct str text)
{
	char *copy = arena_alloc(arena, text.len);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '\\' || i + 1 == text.len ||
		    text.ptr[i + 1] != ',')
			copy[len++] = text.ptr[i];
	return (struct str){copy, len};
}

static void
append_fault(struct arena *arena, struct list *list, struct list_item item,
    const struct fault *fault)
{
	struct fault *kept = ARENA_NEW(arena, struct fault);

	*kept = *fault;
	kept->caret = item.offset;
	item.text = STR_NONE;
	item.fault = kept;
	append(arena, list, item);
}

/* One complaint about empty items is enough. */
static bool
has_empty(const struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].fault &&
		    list->items[i].fault->rule == empty_rule)
			return true;
	return false;
}

static bool
take_item(struct arena *arena, struct str value, struct str raw, bool escaped,
    struct list *list)
{
	struct list_item item = {.text = str_trim(raw)};
	struct fault fault;

	if (item.text.len == 0) {
		if (has_empty(list))
			return false;
		item.offset = (size_t)(raw.ptr - value.ptr);
		fault_value(&fault, 0, empty_rule, "ONE,TWO",
		    "an empty item in the list");
		append_fault(arena, list, item, &fault);
		return false;
	}
	item.offset = (size_t)(item.text.ptr - value.ptr);
	if (escaped)
		item.text = unescape(arena, item.text);
	if (item.text.ptr[0] != '@') {
		append(arena, list, item);
		return true;
	}
	if (take_file(arena, item, list, &fault))
		return true;
	append_fault(arena, list, item, &fault);
	return false;
}

bool
list_split(struct arena *arena, struct str value, struct list *list)
{
	bool good = true;
	size_t at = 0;

	for (;;) {
		bool escaped;
		size_t len = item_length(str_drop(value, at), &escaped);
		struct str raw = {value.ptr + at, len};

		good &= take_item(arena, value, raw, escaped, list);
		at += len;
		if (at == value.len)
			return good;
		at++;
	}
}

struct str
list_without_empty(struct arena *arena, struct str value)
{
	char *kept = arena_zero(arena, value.len + 1, 1);
	size_t len = 0;

	for (size_t at = 0; at <= value.len; at++) {
		bool escaped;
		size_t size = item_length(str_drop(value, at), &escaped);
		struct str item = str_trim((struct str){value.ptr + at, size});

		at += size;
		if (item.len == 0)
			continue;
		if (len)
			kept[len++] = ',';
		memcpy(kept + len, item.ptr, item.len);
		len += item.len;
	}
	return (struct str){kept, len};
}

size_t
list_caret(struct str value, const struct list_item *item, size_t at)
{
	size_t place = item->offset;

	if (at == FAULT_NO_CARET)
		return at;
	if (item->file.len)
		return item->offset;
	for (; at > 0 && place < value.len; at--)
		place += value.ptr[place] == '\\' && place + 1 < value.len &&
			value.ptr[place + 1] == ','
		    ? 2
		    : 1;
	return place;
}

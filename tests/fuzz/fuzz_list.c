/* SPDX-License-Identifier: MIT */
/* Any bytes as a comma list and as the file that an item of it names: one line
 * of list, in which `%` is the file's name, then the file. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "asked.h"
#include "mtrack/buffer.h"
#include "mtrack/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_item(struct str value, const struct list_item *item)
{
	check(item->offset <= value.len);
	if (item->fault) {
		check(item->text.len == 0 && item->fault->what[0]);
		check(item->fault->rule && item->fault->example);
		check(item->fault->caret <= value.len);
		return;
	}
	check(item->text.len > 0);
	check(str_eq(item->text, str_trim(item->text)) || !item->file.len);
	check(!item->file.len == !item->line);
	for (size_t at = 0; at <= item->text.len; at++)
		check(list_caret(value, item, at) <= value.len);
}

static void
check_list(struct arena *arena, struct str value)
{
	struct list list = {0};
	struct list again = {0};
	bool good = list_split(arena, value, &list);
	bool bad = false;

	for (size_t i = 0; i < list.count; i++) {
		check_item(value, &list.items[i]);
		bad |= list.items[i].fault != NULL;
	}
	check(good == !bad);
	value = list_without_empty(arena, value);
	if (value.len == 0)
		return;
	list_split(arena, value, &again);
	for (size_t i = 0; i < again.count; i++)
		check(!again.items[i].fault ||
		    !str_starts(str_from(again.items[i].fault->what),
			STR("an empty item")));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct buffer value = BUFFER_EMPTY;
	struct arena arena;
	struct str line;

	check(fd >= 0);
	str_split(&bytes, '\n', &line);
	buffer_reserve(&value, 1);
	check(write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == '%')
			buffer_printf(&value, "/proc/self/fd/%d", fd);
		else
			buffer_putc(&value, line.ptr[i]);
	arena_init(&arena);
	if (!asked_reads_files(line) && str_find_char(line, '\0') == SIZE_MAX)
		check_list(&arena, buffer_str(&value));
	arena_destroy(&arena);
	buffer_destroy(&value);
	close(fd);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Comma lists and the files that stand for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "mtrack/buffer.h"
#include "mtrack/list.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct str
joined(const struct list *list, struct buffer *out)
{
	buffer_clear(out);
	for (size_t i = 0; i < list->count; i++) {
		buffer_putc(out, '[');
		buffer_puts(out, list->items[i].text);
		buffer_putc(out, ']');
	}
	return buffer_str(out);
}

/* Of the last item that has one. */
static const struct fault *
fault_of(const struct list *list)
{
	for (size_t i = list->count; i-- > 0;)
		if (list->items[i].fault)
			return list->items[i].fault;
	return NULL;
}

static void
splits_at_commas_and_trims(void **state)
{
	static const struct {
		const char *value;
		const char *items;
	} rows[] = {
	    {"a", "[a]"},
	    {"a,b,c", "[a][b][c]"},
	    {" a ,\tb ", "[a][b]"},
	    {"a\\,b,c", "[a,b][c]"},
	    {"\\,", "[,]"},
	    {"a\\,", "[a,]"},
	    {"a\\b,c", "[a\\b][c]"},
	    {"a b,c", "[a b][c]"},
	    {"#a,b", "[#a][b]"},
	    {"a@b.c,d@e.f", "[a@b.c][d@e.f]"},
	};
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena arena;
		struct list list = {0};

		arena_init(&arena);
		if (!list_split(&arena, str_from(rows[i].value), &list))
			fail_msg("row %zu: %s", i, fault_of(&list)->what);
		if (!str_eq(joined(&list, &out), str_from(rows[i].items)))
			fail_msg("row %zu (%s): %.*s", i, rows[i].value,
			    STR_ARG(buffer_str(&out)));
		arena_destroy(&arena);
	}
	buffer_destroy(&out);
}

static void
points_at_an_empty_item(void **state)
{
	static const struct {
		const char *value;
		size_t caret;
	} rows[] = {
	    {",a", 0},
	    {"a,", 2},
	    {"a,,b", 2},
	    {"a, ,b", 2},
	    {"", 0},
	    {",", 0},
	    {"a,b,", 4},
	    {"@", 0},
	    {"a, @ ", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena arena;
		struct list list = {0};

		arena_init(&arena);
		if (list_split(&arena, str_from(rows[i].value), &list))
			fail_msg("row %zu: `%s` was taken", i, rows[i].value);
		if (fault_of(&list)->caret != rows[i].caret ||
		    !fault_of(&list)->rule || !fault_of(&list)->example)
			fail_msg(
			    "row %zu: caret %zu", i, fault_of(&list)->caret);
		arena_destroy(&arena);
	}
}

static void
maps_carets_back_over_escaped_commas(void **state)
{
	struct arena arena;
	struct list list = {0};
	struct str value = STR("x, a\\,b\\,c,d");

	(void)state;
	arena_init(&arena);
	assert_true(list_split(&arena, value, &list));
	assert_int_equal(list.count, 3);
	/* a,b,c begins at byte 3; its `b` is byte 6, its `c` byte 9. */
	assert_int_equal(list_caret(value, &list.items[1], 0), 3);
	assert_int_equal(list_caret(value, &list.items[1], 1), 4);
	assert_int_equal(list_caret(value, &list.items[1], 2), 6);
	assert_int_equal(list_caret(value, &list.items[1], 4), 9);
	assert_int_equal(list_caret(value, &list.items[2], 1), 12);
	assert_int_equal(list_caret(value, &list.items[2], 9), value.len);
	arena_destroy(&arena);
}

/* A file with TEXT; unlinked by the caller. */
static void
write_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
reads_one_value_a_line_from_a_file(void **state)
{
	char path[] = "/tmp/mtrack-list-XXXXXX";
	char value[64];
	struct buffer out = BUFFER_EMPTY;
	struct arena arena;
	struct list list = {0};

	(void)state;
	write_file(path,
	    "\xef\xbb\xbf# who\n\n a@b.c \r\n  # more\nd,e@f.g\nlast@h.i");
	arena_init(&arena);
	snprintf(value, sizeof(value), "x@y.z, @%s ,end@y.z", path);
	assert_true(list_split(&arena, str_from(value), &list));
	assert_true(str_eq(joined(&list, &out),
	    STR("[x@y.z][a@b.c][d,e@f.g][last@h.i][end@y.z]")));
	assert_int_equal(list.items[1].line, 3);
	assert_int_equal(list.items[2].line, 5);
	assert_string_equal(list.items[1].file.ptr, path);
	assert_int_equal(list.items[4].file.len, 0);
	assert_int_equal(list_caret(str_from(value), &list.items[1], 3), 7);
	unlink(path);
	buffer_destroy(&out);
	arena_destroy(&arena);
}

static void
refuses_files_without_values_and_files_that_are_not_there(void **state)
{
	char path[] = "/tmp/mtrack-list-XXXXXX";
	char value[64];
	struct arena arena;
	struct list list = {0};

	(void)state;
	write_file(path, "# nothing\n\n   \n");
	arena_init(&arena);
	snprintf(value, sizeof(value), "a,@%s", path);
	assert_false(list_split(&arena, str_from(value), &list));
	assert_non_null(strstr(fault_of(&list)->what, "holds no value"));
	assert_int_equal(fault_of(&list)->caret, 2);
	unlink(path);
	assert_false(list_split(&arena, str_from(value), &list));
	assert_non_null(
	    strstr(fault_of(&list)->what, "No such file or directory"));
	assert_int_equal(fault_of(&list)->caret, 2);
	assert_false(list_split(&arena, STR("@/tmp"), &list));
	assert_non_null(strstr(fault_of(&list)->what, "Is a directory"));
	arena_destroy(&arena);
}

static void
reads_standard_input_once(void **state)
{
	char path[] = "/tmp/mtrack-list-XXXXXX";
	struct buffer out = BUFFER_EMPTY;
	struct arena arena;
	struct list list = {0};
	int kept = dup(STDIN_FILENO);

	(void)state;
	write_file(path, "one\ntwo\n");
	assert_non_null(freopen(path, "r", stdin));
	arena_init(&arena);
	assert_true(list_split(&arena, STR("@-"), &list));
	assert_true(list.standard_input);
	assert_true(str_eq(joined(&list, &out), STR("[one][two]")));
	assert_false(list_split(&arena, STR("a,@-"), &list));
	assert_int_equal(fault_of(&list)->caret, 2);
	unlink(path);
	if (kept >= 0) {
		dup2(kept, STDIN_FILENO);
		close(kept);
	}
	buffer_destroy(&out);
	arena_destroy(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits_at_commas_and_trims),
	    cmocka_unit_test(points_at_an_empty_item),
	    cmocka_unit_test(maps_carets_back_over_escaped_commas),
	    cmocka_unit_test(reads_one_value_a_line_from_a_file),
	    cmocka_unit_test(
		refuses_files_without_values_and_files_that_are_not_there),
	    cmocka_unit_test(reads_standard_input_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

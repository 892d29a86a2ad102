/* SPDX-License-Identifier: MIT */
/* The configuration: where it is, what it may hold, what outranks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "mtrack/config.h"
#include "optionkit.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* An environment, as pairs. */
static struct {
	const char *config, *folder, *home, *license, *color, *archive;
} set;

static const char *
look_up(const char *name)
{
	if (!strcmp(name, "MTRACK_CONFIG"))
		return set.config;
	if (!strcmp(name, "XDG_CONFIG_HOME"))
		return set.folder;
	if (!strcmp(name, "HOME"))
		return set.home;
	if (!strcmp(name, "MTRACK_LICENSE"))
		return set.license;
	if (!strcmp(name, "NO_COLOR"))
		return set.color;
	return !strcmp(name, "MTRACK_ARCHIVE") ? set.archive : NULL;
}

static void
is_looked_for_where_the_environment_says(void **state)
{
	static const struct {
		const char *config, *folder, *home;
		const char *path;
		bool must;
	} rows[] = {
	    {"c", "/x", "/h", "c", true},
	    {"", "/x", "/h", "/x/mtrack/config", false},
	    {NULL, "relative", "/h", "/h/.config/mtrack/config", false},
	    {NULL, "", "/h", "/h/.config/mtrack/config", false},
	    {NULL, NULL, NULL, "", false},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str path;
		bool must;

		set.config = rows[i].config;
		set.folder = rows[i].folder;
		set.home = rows[i].home;
		path = config_path(&arena, look_up, &must);
		if (!str_eq(path, str_from(rows[i].path)) ||
		    must != rows[i].must)
			fail_msg("row %zu: %.*s", i, STR_ARG(path));
	}
	arena_destroy(&arena);
	memset(&set, 0, sizeof(set));
}

static void
is_read_line_by_line(void **state)
{
	static const struct {
		const char *text;
		const char *lines; /* `NUMBER[name|value]` */
	} rows[] = {
	    {"", ""},
	    {"# a = b\n\n \t\n", ""},
	    {"a=b", "1[a|b]"},
	    {"\xef\xbb\xbf"
	     "a = b\r\n\r\n c =  d # e \n",
		"1[a|b]3[c|d # e]"},
	    {"map = a=b\nnone\n= x\ny =\n", "1[map|a=b]2[none]3[|x]4[y|]"},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct config config = {0};
		struct buffer all = BUFFER_EMPTY;

		config_parse(&arena, str_from(rows[i].text), &config);
		for (size_t j = 0; j < config.count; j++) {
			const struct config_line *line = &config.lines[j];

			buffer_printf(&all, "%llu[%s%s%s]",
			    (unsigned long long)line->number, line->name.ptr,
			    line->value.ptr ? "|" : "",
			    line->value.ptr ? line->value.ptr : "");
		}
		buffer_putc(&all, '\0');
		assert_string_equal(all.ptr, rows[i].lines);
		buffer_destroy(&all);
	}
	arena_destroy(&arena);
}

/* ---- what it sets ---- */

struct file {
	char path[40];
	struct kit kit;
};

/* Parses LINE under a configuration that holds TEXT. */
static void
begin(struct file *file, const char *text, const char *line)
{
	int fd;

	strcpy(file->path, "/tmp/mtrack-config-XXXXXX");
	fd = mkstemp(file->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	set.config = file->path;
	kit_parse_in(&file->kit, line, look_up);
}

static void
end(struct file *file)
{
	unlink(file->path);
	kit_done(&file->kit);
	memset(&set, 0, sizeof(set));
}

static void
sets_what_each_line_names(void **state)
{
	struct file file;
	const struct options *options = &file.kit.options;

	(void)state;
	set.home = "/h";
	begin(&file,
	    "archive = /srv/a\narchive = ~/b\nlicense = none\n"
	    "tz = +09:00\narchive-tz = +01:00\nmap = reportedRisk=risk\n"
	    "map = downstreamDANE = dane\nlate = 3\nmemory = 1G\n"
	    "threads = 2\ncolor = always\nwide = yes\n",
	    "");
	kit_show(&file.kit);
	assert_true(file.kit.good);
	assert_int_equal(options->path_count, 2);
	assert_true(str_eq(options->paths[0], STR("/srv/a")));
	assert_true(str_eq(options->paths[1], STR("/h/b")));
	assert_string_equal(options->license->name, "none");
	assert_non_null(options->zone);
	assert_non_null(options->rules.times.zone);
	assert_int_equal(options->rules.map_count, 2);
	assert_int_equal(options->late, 3);
	assert_int_equal(options->memory, 1u << 30);
	assert_int_equal(options->threads, 2);
	assert_int_equal(options->color, WHEN_ALWAYS);
	assert_true(options->wide);
	assert_string_equal(options->config.ptr, file.path);
	end(&file);
	begin(&file, "archive = /a\nwide = No\n", "");
	assert_true(file.kit.good && !options->wide);
	end(&file);
}

/* File, environment, command line: the later one counts (SPEC 7). */
static void
is_outranked_by_the_environment_and_both_by_the_command_line(void **state)
{
	static const char text[] = "archive = /file\nlicense = none\n"
				   "color = always\nmap = sender=a\n";
	struct file file;
	const struct options *options = &file.kit.options;

	(void)state;
	set.license = "standard";
	set.color = "1";
	set.archive = "/env";
	begin(&file, text, "");
	assert_true(file.kit.good);
	assert_string_equal(options->license->name, "standard");
	assert_int_equal(options->color, WHEN_NEVER);
	assert_true(str_eq(options->paths[0], STR("/env")));
	end(&file);
	set.license = "standard";
	set.color = "1";
	set.archive = "/env";
	begin(&file, text,
	    "--license|advanced|--color|auto|/typed|--map|Sender=b");
	kit_show(&file.kit);
	assert_true(file.kit.good);
	assert_string_equal(options->license->name, "advanced");
	assert_int_equal(options->color, WHEN_AUTO);
	assert_int_equal(options->path_count, 1);
	assert_true(str_eq(options->paths[0], STR("/typed")));
	assert_int_equal(options->rules.map_count, 1);
	assert_true(str_eq(options->rules.maps[0].key, STR("b")));
	end(&file);
}

static void
is_left_alone_when_told_so_and_need_not_be_there(void **state)
{
	struct kit kit;
	struct file file;

	(void)state;
	begin(&file, "nonsense\n", "--no-config|x");
	assert_true(file.kit.good);
	assert_int_equal(file.kit.options.config.len, 0);
	end(&file);
	begin(&file, "nonsense\n", "--help");
	assert_true(file.kit.good);
	end(&file);
	set.folder = "/nowhere/at/all";
	kit_parse_in(&kit, "x", look_up);
	assert_true(kit.good);
	kit_done(&kit);
	set.config = "/nowhere/at/all";
	kit_parse_in(&kit, "x", look_up);
	assert_false(kit.good);
	assert_string_equal(kit.faults.items[0].origin.ptr, "/nowhere/at/all");
	kit_done(&kit);
	memset(&set, 0, sizeof(set));
}

/* ---- what is wrong ---- */

static void
refuses_what_is_no_setting_and_says_where(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		const char *line;
		const char *name;
		const char *what;
	} rows[] = {
		{"nonsense", "1", "", "no `=`"},
		{"\n\nlicence = none", "3", "licence", "no such setting; did you mean `license`?"},
		{"--tz = UTC", "1", "--tz", "no such setting; did you mean `tz`?"},
		{"sender = a@b.c", "1", "sender", "--sender belongs on the command line"},
		{"from = a@b.c", "1", "from", "--from belongs on the command line"},
		{"--sender = a@b.c", "1", "--sender", "--sender belongs on the command line"},
		{"format = json", "1", "format", "--format belongs on the command line"},
		{"json = yes", "1", "json", "--json belongs on the command line"},
		{"sort = desc", "1", "sort", "--sort belongs on the command line"},
		{"limit = 5", "1", "limit", "--limit belongs on the command line"},
		{"period = 7d", "1", "period", "--period belongs on the command line"},
		{"license = gold", "1", "license", "no such license"},
		{"license =", "1", "license", "the value LICENSE is missing"},
		{"wide = maybe", "1", "wide", "neither yes nor no"},
		{"late = 3\nlate = 4", "2", "late", NULL},
		{"tz = \"UTC\"", "1", "tz", "values are written without quotes"},
		{"archive = logs", "1", "archive",
		    "a path that depends on the folder mtrack is started in"},
		{"archive = -", "1", "archive",
		    "a path that depends on the folder mtrack is started in"},
		{"map = sender=a\nmap = sender=b", "2", "map", "this field is mapped already"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct file file;
		struct str origin;
		const struct option_fault *fault;

		begin(&file, rows[i].text, "--late|5|x");
		if (file.kit.faults.count != 1)
			fail_msg(
			    "row %zu: %zu faults", i, file.kit.faults.count);
		fault = &file.kit.faults.items[0];
		origin = arena_printf(
		    &file.kit.arena, "%s:%s", file.path, rows[i].line);
		if (!str_eq(fault->origin, origin) ||
		    strcmp(fault->name.ptr, rows[i].name) != 0 ||
		    (rows[i].what &&
			strcmp(fault->fault.what, rows[i].what) != 0))
			fail_msg("row %zu: %s: %s: %s", i, fault->origin.ptr,
			    fault->name.ptr, fault->fault.what);
		end(&file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_looked_for_where_the_environment_says),
	    cmocka_unit_test(is_read_line_by_line),
	    cmocka_unit_test(sets_what_each_line_names),
	    cmocka_unit_test(
		is_outranked_by_the_environment_and_both_by_the_command_line),
	    cmocka_unit_test(is_left_alone_when_told_so_and_need_not_be_there),
	    cmocka_unit_test(refuses_what_is_no_setting_and_says_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Any words as a command line, one a line; `env:NAME=VALUE` stands for the
 * environment. Faults point into values and are safe to be told; a good line
 * can be explained and told as SQL, in which no value ends its string. */
#include "asked.h"
#include "mtrack/explain.h"
#include "mtrack/sql.h"
#include "told.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS 30

static const char *environment[WORDS];
static size_t environment_count;

static const char *
env(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < environment_count; i++)
		if (strncmp(environment[i], name, len) == 0 &&
		    environment[i][len] == '=')
			return environment[i] + len + 1;
	return NULL;
}

/* Values stand between quotes; nothing outside of them ends the query or hides
 * what follows. */
static void
check_sql(struct str text)
{
	char quote = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		told_demand(c != '\0', "a NUL in SQL");
		if (quote && c == '\\')
			i++;
		else if (quote && c == quote)
			quote = 0;
		else if (!quote && (c == '\'' || c == '`' || c == '"'))
			quote = c;
		else if (!quote)
			told_demand(c != '#' &&
				(c != ';' ||
				    str_trim(str_drop(text, i + 1)).len == 0),
			    "a value stands outside of quotes in SQL");
	}
	told_demand(quote == 0, "an open quote in SQL");
}

static void
check_good(const struct options *options)
{
	struct buffer out = BUFFER_EMPTY;
	struct fault fault;
	int64_t since = 0;
	int64_t until = 1;

	if (options->run == RUN_SQL) {
		if (sql_query(options, &out, &fault))
			check_sql(buffer_str(&out));
		else
			told_demand(fault.what[0], "a fault says nothing");
		buffer_destroy(&out);
		return;
	}
	period_window(options, DAY_NONE, &since, &until);
	told_demand(since <= until, "a period that ends before it begins");
	criteria_period(options->criteria, since, until);
	criteria_seal(options->criteria);
	criteria_explain(options->criteria, &out);
	if (out.len)
		told_check_text(buffer_str(&out));
	buffer_destroy(&out);
}

static void
try(struct arena *arena, char **argv, int argc)
{
	struct options options;
	struct option_faults faults = {0};
	bool good = options_parse(
	    arena, argc, argv, env, INT64_C(1791633600000), &options, &faults);

	told_check_faults(&faults, good);
	if (good)
		check_good(&options);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	char *argv[WORDS + 2] = {0};
	int argc = 0;
	struct arena arena;
	struct str word;

	if (str_find_char(text, '\0') != SIZE_MAX)
		return 0;
	arena_init(&arena);
	environment_count = 0;
	argv[argc++] = (char *)(uintptr_t)arena_keep(&arena, STR("mtrack")).ptr;
	while (text.len && argc <= WORDS && str_split(&text, '\n', &word)) {
		char *copy = (char *)(uintptr_t)arena_keep(&arena, word).ptr;

		if (asked_reads_files(word) ||
		    str_starts(word, STR("env:MTRACK_CONFIG")))
			continue;
		if (!str_starts(word, STR("env:")))
			argv[argc++] = copy;
		else if (environment_count < WORDS)
			environment[environment_count++] = copy + 4;
	}
	if (!env("HOME") && !env("XDG_CONFIG_HOME"))
		try(&arena, argv, argc);
	environment_count = 0;
	arena_destroy(&arena);
	return 0;
}

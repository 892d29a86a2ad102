/* SPDX-License-Identifier: MIT */
/* Any bytes as a configuration file: lines are what they are, faults name
 * them, and no criterion comes from there. */
#include "mtrack/config.h"
#include "told.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[40];

static const char *
env(const char *name)
{
	return strcmp(name, "MTRACK_CONFIG") == 0 ? path : NULL;
}

static void
check_lines(struct arena *arena, struct str text)
{
	struct config config = {0};
	uint64_t number = 0;

	config_parse(arena, text, &config);
	for (size_t i = 0; i < config.count; i++) {
		const struct config_line *line = &config.lines[i];

		told_demand(line->number > number, "lines out of order");
		number = line->number;
		told_demand(str_eq(line->name, str_trim(line->name)) &&
			str_eq(line->value, str_trim(line->value)),
		    "space at an edge");
		told_demand(!line->value.ptr ||
			str_find_char(line->name, '=') == SIZE_MAX,
		    "a name with `=`");
		told_demand(line->name.len || line->value.ptr, "a blank line");
	}
}

static void
check_options(struct arena *arena)
{
	char words[2][8] = {"mtrack", "arc"};
	char *argv[] = {words[0], words[1], NULL};
	struct option_faults faults = {0};
	struct criterion_given given;
	struct options options;
	bool good = options_parse(
	    arena, 2, argv, env, INT64_C(1791633600000), &options, &faults);

	told_check_faults(&faults, good);
	for (size_t i = 0; i < faults.count; i++)
		told_demand(faults.items[i].origin.len > 0, "no line is named");
	if (!good)
		return;
	told_demand(options.run == RUN_QUERY && options.limit == LIMIT_NONE &&
		options.skip == 0 && !options.history && !options.fields &&
		options.by_count == 0 && options.period == PERIOD_DEFAULT &&
		options.order == ORDER_ASC && options.output.len == 0 &&
		options.checkpoint.len == 0,
	    "the configuration changes the query");
	criteria_period(options.criteria, INT64_MIN, INT64_MAX);
	criteria_seal(options.criteria);
	told_demand(!criteria_given(options.criteria, 0, &given),
	    "the configuration has a criterion");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct arena arena;

	told_demand(
	    fd >= 0 && write(fd, data, size) == (ssize_t)size, "no file");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	arena_init(&arena);
	check_lines(&arena, (struct str){(const char *)data, size});
	if (!memchr(data, 0, size))
		check_options(&arena);
	arena_destroy(&arena);
	close(fd);
	return 0;
}

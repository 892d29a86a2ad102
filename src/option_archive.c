/* SPDX-License-Identifier: MIT */
/* The archive and the run's means on the command line (SPEC 1, 5, 7). */
#include "mtrack/option_parser.h"
#include "mtrack/range.h"
#include "mtrack/timestamp.h"

#define LATE_MAX    90
#define MEMORY_MIN  (UINT64_C(1) << 16)
#define THREADS_MAX 1024

#define LATE_EXAMPLE    10
#define THREADS_EXAMPLE 2

/* A whole number from LEAST to MOST. */
static bool
number_between(struct option_parser *parser, const struct option_use *use,
    uint64_t least, uint64_t most, uint64_t example, uint64_t *number)
{
	struct str value = str_trim(use->value);
	struct fault fault;

	if (str_to_u64(value, number) && *number >= least && *number <= most)
		return true;
	fault_value(&fault, 0,
	    arena_printf(parser->arena, "a whole number from %llu to %llu",
		(unsigned long long)least, (unsigned long long)most)
		.ptr,
	    arena_printf(parser->arena, "%llu", (unsigned long long)example)
		.ptr,
	    "no such number");
	option_complain(parser, use, value, &fault);
	return false;
}

void
option_apply_late(struct option_parser *parser, const struct option_use *use)
{
	uint64_t days;

	if (number_between(parser, use, 0, LATE_MAX, LATE_EXAMPLE, &days))
		parser->options->late = (unsigned)days;
}

void
option_apply_threads(struct option_parser *parser, const struct option_use *use)
{
	uint64_t threads;

	if (number_between(
		parser, use, 1, THREADS_MAX, THREADS_EXAMPLE, &threads))
		parser->options->threads = (unsigned)threads;
}

void
option_apply_memory(struct option_parser *parser, const struct option_use *use)
{
	struct str value = str_trim(use->value);
	struct fault fault;

	if (range_size(value, &parser->options->memory, &fault)) {
		if (parser->options->memory >= MEMORY_MIN)
			return;
		fault_value(&fault, 0, "64K or more", "512M",
		    "too little to work with");
	}
	option_complain(parser, use, value, &fault);
}

void
option_apply_license(struct option_parser *parser, const struct option_use *use)
{
	struct str value = str_trim(use->value);
	const struct license *license = license_find(value);
	struct str names[8];
	struct fault fault;
	size_t count = 0;

	if (license) {
		parser->options->license = license;
		return;
	}
	for (; count < 8 && (license = license_row(count)); count++)
		names[count] = str_from(license->name);
	fault_value(&fault, 0, "advanced, standard or none", "standard",
	    "no such license%.*s",
	    STR_ARG(option_did_you_mean(parser, value, names, count, "")));
	option_complain(parser, use, value, &fault);
}

void
option_apply_time_format(
    struct option_parser *parser, const struct option_use *use)
{
	struct timestamp_rules *times = &parser->options->rules.times;
	struct fault fault;

	if (!timestamp_format_check(use->value, &fault)) {
		option_complain(parser, use, use->value, &fault);
		return;
	}
	parser->formats = arena_grow(parser->arena, parser->formats,
	    times->format_count, &parser->format_capacity, sizeof(struct str));
	parser->formats[times->format_count++] = use->value;
	times->formats = parser->formats;
}

/* ---- --map ---- */

/* clang-format off */
static const struct {
	const char *name;
	enum attachment_part part;
} parts[] = {
	{"attachments.fileName", PART_NAME},
	{"attachments.sha256", PART_SHA256},
	{"attachments.status", PART_STATUS},
	{"attachments.passwordAnalysis", PART_PASSWORD},
};
/* clang-format on */

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static bool
find_target(struct str name, struct intake_map *map)
{
	map->part = PART_NONE;
	for (size_t i = 0; i < PARTS; i++)
		if (str_eq_fold(name, str_from(parts[i].name))) {
			map->part = parts[i].part;
			map->field = FIELD_ATTACHMENTS;
			return true;
		}
	map->field = field_find(name);
	return map->field < FIELD_COUNT || map->field == FIELD_TLS_INFO;
}

static void
refuse_target(
    struct option_parser *parser, struct str name, struct fault *fault)
{
	struct str names[FIELD_COUNT + PARTS];
	size_t count = 0;

	for (; count < FIELD_COUNT; count++)
		names[count] = str_from(field_row((enum field)count)->name);
	for (size_t i = 0; i < PARTS; i++)
		names[count++] = str_from(parts[i].name);
	fault_value(fault, 0, "mtrack --fields help lists the fields",
	    "reportedRisk=userFeedback", "no such field%.*s",
	    STR_ARG(option_did_you_mean(parser, name, names, count, "")));
}

static bool
read_map(struct option_parser *parser, struct str value, struct intake_map *map,
    struct fault *fault)
{
	static const char rule[] = "--map FIELD=KEY reads FIELD from KEY";
	size_t equals = str_find_char(value, '=');
	struct str name = str_trim(str_take(value, equals));

	if (equals == SIZE_MAX)
		return fault_value(fault, value.len, rule,
		    "reportedRisk=userFeedback", "no `=`");
	map->key = str_trim(str_drop(value, equals + 1));
	if (map->key.len == 0)
		return fault_value(fault, value.len, rule,
		    "reportedRisk=userFeedback", "no key behind the `=`");
	if (!find_target(name, map)) {
		refuse_target(parser, name, fault);
		return false;
	}
	for (size_t i = 0; i < parser->options->rules.map_count; i++)
		if (parser->maps[i].field == map->field &&
		    parser->maps[i].part == map->part)
			return fault_value(fault, 0, rule,
			    "reportedRisk=userFeedback",
			    "this field is mapped already");
	return true;
}

/* Whether USE is a setting and the command line maps the same field. */
static bool
is_outranked(const struct option_parser *parser, const struct option_use *use)
{
	struct str field = str_take(use->value, str_find_char(use->value, '='));

	for (size_t i = 0; use->origin.len && i < parser->use_count; i++) {
		const struct option_use *other = &parser->uses[i];
		struct str value = other->value;

		if (other->row == use->row && !other->origin.len &&
		    str_eq_fold(str_trim(field),
			str_trim(str_take(value, str_find_char(value, '=')))))
			return true;
	}
	return false;
}

void
option_apply_map(struct option_parser *parser, const struct option_use *use)
{
	struct intake_rules *rules = &parser->options->rules;
	struct intake_map map;
	struct fault fault;

	if (!read_map(parser, use->value, &map, &fault)) {
		option_complain(parser, use, use->value, &fault);
		return;
	}
	if (is_outranked(parser, use))
		return;
	parser->maps = arena_grow(parser->arena, parser->maps, rules->map_count,
	    &parser->map_capacity, sizeof(map));
	parser->maps[rules->map_count++] = map;
	rules->maps = parser->maps;
}

/* ---- side files ---- */

void
option_apply_index_dir(
    struct option_parser *parser, const struct option_use *use)
{
	if (use->value.len == 0)
		option_refuse(parser, use,
		    "DIR is a folder for the side files of --build-index",
		    "an empty DIR");
	parser->options->index_dir = arena_keep(parser->arena, use->value);
}

static void
read_index_environment(struct option_parser *parser)
{
	struct options *options = parser->options;
	const char *dir = parser->env("MTRACK_INDEX_DIR");
	const char *block = parser->env("MTRACK_INDEX_BLOCK");
	const char *part = parser->env("MTRACK_INDEX_PART");

	if (dir && options->index_dir.len == 0)
		options->index_dir = arena_keep(parser->arena, str_from(dir));
	if (block && !str_to_u64(str_from(block), &options->index_block))
		options->index_block = 0;
	if (part && !str_to_u64(str_from(part), &options->index_part))
		options->index_part = 0;
}

/* ---- paths ---- */

void
option_put_path(struct option_parser *parser, const struct option_use *use)
{
	size_t at = parser->path_count;

	if (use->value.len == 0) {
		option_refuse_with(parser, use,
		    "PATH is a directory, a file or - (standard input)",
		    "mtrack /srv/mail-tracking", "an empty PATH");
		return;
	}
	parser->paths = arena_grow(parser->arena, parser->paths,
	    parser->path_count, &parser->path_capacity, sizeof(*parser->paths));
	for (; at > 0 && parser->paths[at - 1].place > use->place; at--)
		parser->paths[at] = parser->paths[at - 1];
	parser->paths[at] = (struct option_path){use->value, use->place};
	parser->path_count++;
}

/* The configuration's paths wait: they count when no other is given. */
void
option_apply_archive(struct option_parser *parser, const struct option_use *use)
{
	if (!use->origin.len)
		option_put_path(parser, use);
}

static void
read_settings(struct option_parser *parser)
{
	for (size_t i = 0; i < parser->use_count; i++)
		if (parser->uses[i].origin.len &&
		    parser->uses[i].row->apply == option_apply_archive)
			option_put_path(parser, &parser->uses[i]);
}

/* $MTRACK_ARCHIVE: paths between colons. */
static void
read_environment(struct option_parser *parser)
{
	const char *value = parser->env("MTRACK_ARCHIVE");
	struct str rest = str_from(value ? value : "");
	struct option_use use = {.name = STR("MTRACK_ARCHIVE")};
	struct str path;

	while (str_split(&rest, ':', &path)) {
		use.value = arena_keep(parser->arena, path);
		if (path.len)
			option_put_path(parser, &use);
	}
}

/* Standard input is the archive or a list of values, not both. */
static void
check_input(struct option_parser *parser)
{
	for (size_t i = 0; parser->list_input && i < parser->path_count; i++)
		if (str_eq(parser->paths[i].path, STR("-"))) {
			option_refuse_with(parser, parser->list_input,
			    "standard input can be read once",
			    "mtrack --sender @list.txt -",
			    "standard input is the archive");
			return;
		}
}

/* Whether the word before PLACE was refused: then what follows was its value.
 */
static bool
is_left_over(const struct option_parser *parser, size_t place)
{
	for (size_t i = 0; i < parser->faults->count; i++)
		if (parser->faults->items[i].place + 1 == place)
			return true;
	return false;
}

/* A word of the command line that is no path but reads like a value. */
static void
check_paths(struct option_parser *parser)
{
	for (size_t i = 0; i < parser->path_count; i++) {
		struct option_use use = {.name = STR(""),
		    .value = parser->paths[i].path,
		    .place = parser->paths[i].place};

		if (use.place > 0 && !is_left_over(parser, use.place))
			option_habit_path(parser, &use, use.value);
	}
}

void
option_finish_archive(struct option_parser *parser)
{
	struct options *options = parser->options;
	struct option_use nobody = {.name = STR(""), .place = SIZE_MAX};
	struct str *paths;

	if (parser->path_count == 0)
		read_environment(parser);
	if (parser->path_count == 0)
		read_settings(parser);
	if (parser->path_count == 0 && options->run != RUN_SQL &&
	    options->run != RUN_ENGINE_SCHEMA &&
	    options->run != RUN_EXPORT_STATUS)
		option_refuse_with(parser, &nobody,
		    "PATH is a directory, a file or - (standard input); in the "
		    "configuration: archive = PATH",
		    "mtrack /srv/mail-tracking",
		    "no archive is named: give a PATH, or set $MTRACK_ARCHIVE "
		    "to its paths");
	check_input(parser);
	check_paths(parser);
	read_index_environment(parser);
	paths = ARENA_ARRAY(parser->arena, struct str, parser->path_count);
	for (size_t i = 0; i < parser->path_count; i++)
		paths[i] = parser->paths[i].path;
	options->paths = paths;
	options->path_count = parser->path_count;
}

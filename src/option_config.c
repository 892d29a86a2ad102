/* SPDX-License-Identifier: MIT */
/* Settings of the configuration file and the environment, as uses of options
 * in front of those of the command line (SPEC 7). */
#include <string.h>

#include "mtrack/config.h"
#include "mtrack/option_parser.h"

#define SETTINGS_MAX 32

static const char syntax_rule[] =
    "a line of the configuration is name = value, a # begins a comment line";
static const char settings_rule[] =
    "the configuration holds settings only, so that one command line means "
    "the same for everyone";

static const struct option_row *
row_named(struct str name)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row(i)); i++)
		if (str_eq(name, str_from(row->name)) ||
		    (row->alias && str_eq(name, str_from(row->alias))))
			return row;
	return NULL;
}

static struct str
setting_names(struct arena *arena, struct str *names, size_t *count)
{
	struct str all = STR("the settings are");
	const struct option_row *row;

	*count = 0;
	for (size_t i = 0; (row = option_row(i)) && *count < SETTINGS_MAX; i++)
		if (row->bits & OPTION_SETTING) {
			all = arena_printf(arena, "%.*s%s %s", STR_ARG(all),
			    *count ? "," : "", row->name);
			names[(*count)++] = str_from(row->name);
		}
	return all;
}

static void
refuse_name(struct option_parser *parser, const struct option_use *use)
{
	struct str names[SETTINGS_MAX];
	struct str plain = use->name;
	struct str all;
	size_t count;

	while (str_starts(plain, STR("-")))
		plain = str_drop(plain, 1);
	if (row_named(plain) && !(row_named(plain)->bits & OPTION_SETTING)) {
		option_refuse(parser, use, settings_rule,
		    "--%.*s belongs on the command line", STR_ARG(plain));
		return;
	}
	all = setting_names(parser->arena, names, &count);
	option_refuse(parser, use, all.ptr, "no such setting%.*s",
	    STR_ARG(option_did_you_mean(parser, plain, names, count, "")));
}

static bool
is_quoted(struct str value)
{
	char c = value.len > 1 ? value.ptr[0] : '\0';

	return (c == '"' || c == '\'') && value.ptr[value.len - 1] == c;
}

/* A path from the root, `~/` being the home; else it would depend on where the
 * command is run. */
static bool
mend_path(struct option_parser *parser, struct option_use *use)
{
	const char *home = parser->env("HOME");
	struct fault fault;

	if (str_starts(use->value, STR("/")))
		return true;
	if (str_starts(use->value, STR("~/")) && home && *home) {
		use->value = arena_printf(parser->arena, "%s%.*s", home,
		    STR_ARG(str_drop(use->value, 1)));
		return true;
	}
	fault_value(&fault, 0,
	    "a path in the configuration begins with / or ~/",
	    "/srv/mail-tracking",
	    "a path that depends on the folder mtrack is "
	    "started in");
	option_complain(parser, use, use->value, &fault);
	return false;
}

/* `yes` or `no` for an option without a value; true when it is to be used. */
static bool
take_switch(struct option_parser *parser, struct option_use *use)
{
	struct str value = use->value;
	struct fault fault;

	if (str_eq_fold(value, STR("no")))
		return false;
	if (str_eq_fold(value, STR("yes"))) {
		use->value = STR_NONE;
		return true;
	}
	fault_value(&fault, 0, "yes or no", "yes", "neither yes nor no");
	option_complain(parser, use, value, &fault);
	return false;
}

/* Whether an earlier line of the file sets the same. */
static bool
is_again(struct option_parser *parser, const struct option_use *use)
{
	if (use->row->bits & OPTION_AGAIN)
		return false;
	for (size_t i = 0; i < parser->use_count; i++)
		if (parser->uses[i].row == use->row) {
			option_refuse(parser, use, "one line for each setting",
			    "this setting stands at %.*s already",
			    STR_ARG(parser->uses[i].origin));
			return true;
		}
	return false;
}

static void
take_line(struct option_parser *parser, struct str path,
    const struct config_line *line)
{
	struct option_use use = {.name = line->name,
	    .value = line->value,
	    .row = row_named(line->name),
	    .line = line->number,
	    .origin = arena_printf(parser->arena, "%.*s:%llu", STR_ARG(path),
		(unsigned long long)line->number)};
	struct fault fault;

	if (!line->value.ptr) {
		use.name = STR("");
		use.value = line->name;
		option_refuse_with(
		    parser, &use, syntax_rule, "license = none", "no `=`");
	} else if (!use.row || !(use.row->bits & OPTION_SETTING)) {
		refuse_name(parser, &use);
	} else if (use.value.len == 0) {
		option_refuse(parser, &use, use.row->help,
		    "the value %s is missing",
		    use.row->argument ? use.row->argument : "yes or no");
	} else if (is_quoted(use.value)) {
		fault_value(&fault, 0, "a value ends with its line", NULL,
		    "values are written without quotes");
		option_complain(parser, &use, use.value, &fault);
	} else if (!is_again(parser, &use) &&
	    (use.row->argument || take_switch(parser, &use)) &&
	    (!(use.row->bits & OPTION_PLACE) || mend_path(parser, &use))) {
		option_put_use(parser, use);
	}
}

static void
take_file(struct option_parser *parser)
{
	struct config config = {0};
	struct option_use nobody = {.name = STR("")};
	struct fault fault;
	bool must;

	nobody.origin = config_path(parser->arena, parser->env, &must);
	if (!nobody.origin.len)
		return;
	if (!config_read(parser->arena, nobody.origin, must, &config, &fault)) {
		option_complain(parser, &nobody, STR_NONE, &fault);
		return;
	}
	for (size_t i = 0; i < config.count; i++)
		take_line(parser, nobody.origin, &config.lines[i]);
	if (config.count > 0)
		parser->options->config = nobody.origin;
}

/* The environment's variable NAME stands for the option SETTING with VALUE, or
 * with its own; one that the command line gives is not even looked at. */
static void
take_variable(struct option_parser *parser, const char *name,
    const char *setting, const char *value, bool given)
{
	const char *own = parser->env(name);

	if (!own || !*own || given)
		return;
	option_put_use(parser,
	    (struct option_use){.row = row_named(str_from(setting)),
		.name = str_from(name),
		.value =
		    arena_keep(parser->arena, str_from(value ? value : own))});
}

void
option_settings(struct option_parser *parser)
{
	struct option_use *typed = parser->uses;
	size_t count = parser->use_count;
	bool license = option_last_use(parser, "license");
	bool alone = option_last_use(parser, "no-config");

	parser->uses = NULL;
	parser->use_count = parser->use_capacity = 0;
	if (!alone)
		take_file(parser);
	take_variable(parser, "MTRACK_LICENSE", "license", NULL, license);
	take_variable(parser, "NO_COLOR", "color", "never", false);
	for (size_t i = 0; i < count; i++)
		option_put_use(parser, typed[i]);
}

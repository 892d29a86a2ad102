/* SPDX-License-Identifier: MIT */
/* Command lines: what they ask for, and all that is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "optionkit.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- what was asked for ---- */

static void
takes_the_defaults_of_the_contract(void **state)
{
	struct kit kit;
	const struct options *options = &kit.options;

	(void)state;
	kit_parse(&kit, "");
	assert_true(kit.good);
	assert_int_equal(options->run, RUN_QUERY);
	assert_int_equal(options->order, ORDER_ASC);
	assert_true(options->limit == LIMIT_NONE);
	assert_true(options->top == LIMIT_NONE);
	assert_int_equal(options->skip, 0);
	assert_int_equal(options->late, 10);
	assert_int_equal(options->memory, 512u << 20);
	assert_int_equal(options->threads, 0);
	assert_true(str_eq(options->format, STR("table")));
	assert_null(options->fields);
	assert_true(options->action_or_reason);
	assert_string_equal(options->license->name, "advanced");
	assert_int_equal(options->now, KIT_NOW);
	assert_int_equal(options->color, WHEN_AUTO);
	assert_int_equal(options->output.len, 0);
	assert_null(options->zone);
	assert_false(options->no_prefilter);
	kit_done(&kit);
}

static void
sets_what_each_option_names(void **state)
{
	struct kit kit;
	const struct options *options = &kit.options;

	(void)state;
	kit_parse(&kit,
	    "-n|5|--skip=2|--sort|desc|--history|--wide|--stats|--strict|"
	    "--all-files|--late|3|--memory|1g|-j4|--tsv|-0|--no-header|"
	    "--csv-safe|--color|always|-o|out.tsv|--license|none|"
	    "--map|reportedRisk=risk|--map|attachments.status=st|"
	    "--time-format|%d/%m/%Y %H:%M:%S|--archive-tz|+01:00");
	kit_show(&kit);
	assert_true(kit.good);
	assert_int_equal(options->limit, 5);
	assert_int_equal(options->skip, 2);
	assert_int_equal(options->order, ORDER_DESC);
	assert_true(options->history && options->wide);
	assert_true(options->stats && options->strict && options->all_files);
	assert_int_equal(options->late, 3);
	assert_int_equal(options->memory, 1u << 30);
	assert_int_equal(options->threads, 4);
	assert_true(str_eq(options->format, STR("tsv")));
	assert_false(options->action_or_reason);
	assert_true(options->null_end && options->no_header);
	assert_true(options->csv_safe);
	assert_int_equal(options->color, WHEN_ALWAYS);
	assert_string_equal(options->output.ptr, "out.tsv");
	assert_string_equal(options->license->name, "none");
	assert_int_equal(options->rules.map_count, 2);
	assert_int_equal(options->rules.maps[0].field, FIELD_REPORTED_RISK);
	assert_true(str_eq(options->rules.maps[0].key, STR("risk")));
	assert_int_equal(options->rules.maps[1].part, PART_STATUS);
	assert_int_equal(options->rules.times.format_count, 1);
	assert_non_null(options->rules.times.zone);
	kit_done(&kit);
}

static void
takes_the_last_of_several_formats_and_limits(void **state)
{
	struct kit kit;

	(void)state;
	kit_parse(&kit, "--json|--csv|--format|Detail|-n|1|--max-count|7");
	assert_true(kit.good);
	assert_true(str_eq(kit.options.format, STR("detail")));
	assert_int_equal(kit.options.limit, 7);
	kit_done(&kit);
	kit_parse(&kit, "-r|--sort|asc");
	assert_int_equal(kit.options.order, ORDER_DESC);
	kit_done(&kit);
}

static const char *
two_paths(const char *name)
{
	if (!strcmp(name, "MTRACK_ARCHIVE"))
		return "/a:/b c::/d";
	return !strcmp(name, "MTRACK_LICENSE") ? "standard" : NULL;
}

static const char *
bad_license(const char *name)
{
	return !strcmp(name, "MTRACK_LICENSE") ? "standart" : NULL;
}

static const char *
loud(const char *name)
{
	return !strcmp(name, "NO_COLOR") || !strcmp(name, "MTRACK_NO_PREFILTER")
	    ? "1"
	    : NULL;
}

static void
assert_paths(const struct options *options, const char *expected)
{
	struct buffer all = BUFFER_EMPTY;

	for (size_t i = 0; i < options->path_count; i++)
		buffer_printf(&all, "[%.*s]", STR_ARG(options->paths[i]));
	buffer_putc(&all, '\0');
	assert_string_equal(all.ptr, expected);
	buffer_destroy(&all);
}

static void
mixes_paths_and_options(void **state)
{
	static const struct {
		const char *line;
		const char *paths;
	} rows[] = {
	    {"a|-c|b|--archive|c|d", "[a][b][c][d]"},
	    {"-c|--|-q|--count|a", "[-q][--count][a]"},
	    {"-|a", "[-][a]"},
	    {"a|--|--|b", "[a][--][b]"},
	    {"-qcn3|a", "[a]"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct kit kit;

		kit_parse_in(&kit, rows[i].line, kit_no_environment);
		kit_show(&kit);
		assert_true(kit.good);
		assert_paths(&kit.options, rows[i].paths);
		kit_done(&kit);
	}
}

static void
reads_the_environment_after_the_command_line(void **state)
{
	struct kit kit;

	(void)state;
	kit_parse_in(&kit, "", two_paths);
	assert_true(kit.good);
	assert_paths(&kit.options, "[/a][/b c][/d]");
	assert_string_equal(kit.options.license->name, "standard");
	kit_done(&kit);
	kit_parse_in(&kit, "x|--license|none", two_paths);
	assert_paths(&kit.options, "[x]");
	assert_string_equal(kit.options.license->name, "none");
	kit_done(&kit);
	kit_parse_in(&kit, "x", loud);
	assert_int_equal(kit.options.color, WHEN_NEVER);
	assert_true(kit.options.no_prefilter);
	kit_done(&kit);
	kit_parse_in(&kit, "x|--color|auto", loud);
	assert_int_equal(kit.options.color, WHEN_AUTO);
	kit_done(&kit);
	kit_parse_in(&kit, "x|--license|none", bad_license);
	assert_true(kit.good);
	kit_done(&kit);
	kit_parse_in(&kit, "x", bad_license);
	assert_false(kit.good);
	assert_string_equal(kit.faults.items[0].name.ptr, "MTRACK_LICENSE");
	kit_done(&kit);
}

static void
says_both_ways_to_name_an_archive(void **state)
{
	struct kit kit;

	(void)state;
	kit_parse_in(&kit, "-c", kit_no_environment);
	assert_int_equal(kit.faults.count, 1);
	assert_string_equal(kit.faults.items[0].fault.what,
	    "no archive is named: give a PATH, or set $MTRACK_ARCHIVE to its "
	    "paths");
	kit_done(&kit);
}

static void
gives_help_without_an_archive_and_whatever_else_is_wrong(void **state)
{
	static const struct {
		const char *line;
		enum run run;
		const char *group;
	} rows[] = {
	    {"--help", RUN_HELP, ""},
	    {"-h|criteria", RUN_HELP, "criteria"},
	    {"--help|Format", RUN_HELP, "Format"},
	    {"--help=run", RUN_HELP, "run"},
	    {"--bogus|--sender|x|--help", RUN_HELP, ""},
	    {"--help|-q", RUN_HELP, ""},
	    {"--version", RUN_VERSION, ""},
	    {"-V", RUN_VERSION, ""},
	    {"--version|--help", RUN_HELP, ""},
	    {"--fields|help", RUN_FIELDS_HELP, ""},
	};
	struct kit kit;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		kit_parse_in(&kit, rows[i].line, kit_no_environment);
		kit_show(&kit);
		assert_true(kit.good);
		assert_int_equal(kit.options.run, rows[i].run);
		assert_true(
		    str_eq(kit.options.help_group, str_from(rows[i].group)));
		kit_done(&kit);
	}
	kit_parse_in(&kit, "--help|critera", kit_no_environment);
	assert_false(kit.good);
	assert_string_equal(kit.faults.items[0].fault.what,
	    "no such group; did you mean `criteria`?");
	kit_done(&kit);
}

/* ---- fields and keys ---- */

static void
chooses_fields(void **state)
{
	static const struct {
		const char *line;
		const char *fields;
		bool reason;
	} rows[] = {
	    {"--fields|subject, Sender", "subject sender ", false},
	    {"--fields|+file,-direction",
		"timestamp action sender recipient subject file ", true},
	    {"--fields|-subject|--csv", "", false}, /* 23 of them */
	    {"--fields|line,senderdomain", "line senderDomain ", false},
	    {"--fields|sender|--fields|size", "size ", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buffer all = BUFFER_EMPTY;
		struct kit kit;

		kit_parse(&kit, rows[i].line);
		kit_show(&kit);
		assert_true(kit.good);
		assert_int_equal(kit.options.action_or_reason, rows[i].reason);
		for (size_t j = 0; j < kit.options.field_count; j++)
			buffer_printf(&all, "%s ",
			    field_row(kit.options.fields[j])->name);
		buffer_putc(&all, '\0');
		if (*rows[i].fields)
			assert_string_equal(all.ptr, rows[i].fields);
		else
			assert_int_equal(kit.options.field_count, 23);
		buffer_destroy(&all);
		kit_done(&kit);
	}
}

static void
knows_the_default_fields(void **state)
{
	size_t count;
	const enum field *fields = option_default_fields(STR("csv"), &count);

	(void)state;
	assert_int_equal(count, FIELD_COUNT);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(fields[i], i);
	fields = option_default_fields(STR("table"), &count);
	assert_int_equal(count, 6);
	assert_int_equal(fields[5], FIELD_SUBJECT);
}

static void
takes_keys_of_counts(void **state)
{
	struct kit kit;

	(void)state;
	kit_parse(&kit, "--by|Action,day,senderDomain|--top|3|--csv");
	kit_show(&kit);
	assert_true(kit.good);
	assert_int_equal(kit.options.by_count, 3);
	assert_int_equal(kit.options.by[0].unit, BY_FIELD);
	assert_int_equal(kit.options.by[0].field, FIELD_ACTION);
	assert_true(str_eq(kit.options.by[0].name, STR("action")));
	assert_int_equal(kit.options.by[1].unit, BY_DAY);
	assert_int_equal(kit.options.by[2].field, FIELD_SENDER_DOMAIN);
	assert_int_equal(kit.options.top, 3);
	kit_done(&kit);
}

/* ---- what is wrong ---- */

/* One fault each: its name, its caret (-1: none) and its sentence. */
/* clang-format off */
static const struct {
	const char *line;
	const char *name;
	int caret;
	const char *what;
} wrong[] = {
	/* names of options */
	{"--recip|a@b.c", "--recip", -1, "an abbreviation of --recipient"},
	{"--recip", "--recip", -1, "an abbreviation of --recipient"},
	{"--no", "--no", -1,
	    "an abbreviation of --not-direction, --not-recipient, --not-to, --not-sender, ..."},
	{"--top=3x|--by|day", "--top", 0, "no whole number"},
	{"--sendr|a@b.c", "--sendr", -1, "there is no such option; did you mean --sender?"},
	{"--frobnicate", "--frobnicate", -1, "there is no such option"},
	{"--not-since|today", "--not-since", -1, NULL},
	{"--=x", "--", -1, "there is no such option"},
	{"-Z", "-Z", -1, "there is no such option"},
	{"-qZ", "-Z", -1, "there is no such option"},
	{"--count=5", "--count", -1, "takes no value"},
	{"--sender", "--sender", -1, "the value ADDRESS is missing"},
	{"-c|-n", "-n", -1, "the value N is missing"},
	{"--not-to", "--not-to", -1, "the value ADDRESS is missing"},
	{"x||y", "", -1, "an empty PATH"},

	/* values, with the place that is at fault */
	{"-f|*x@example.com", "-f", 0, "the local part begins with `*`"},
	{"--from|a@b.c, *x@example.com", "--from", 7, "the local part begins with `*`"},
	{"--sender|a@b.c,,d@e.f", "--sender", 6, "an empty item in the list"},
	{"--sender|a@b.c,", "--sender", 6, "an empty item in the list"},
	{"--sender|example.com", "--sender", 0, "no `@`"},
	{"-s|one \"two", "-s", 4, NULL},
	{"-s|\"\"", "-s", 0, NULL},
	{"-a|deliverd", "-a", 0, "no such action; did you mean `delivered`?"},
	{"-a|bounced, deliverd", "-a", 9, "no such action; did you mean `delivered`?"},
	{"-a|=", "-a", 1, "a text is missing after `=`"},
	{"-a|xyzzy", "-a", 0, "no such action"},
	{"-d|in,out", "-d", 0, NULL},
	{"-d|inn", "-d", 0, "no such direction; did you mean `in`?"},
	{"--type|all", "--type", 0, NULL},
	{"--upstream-tls|1.4", "--upstream-tls", 0, NULL},
	{"--attachment-status|cleand", "--attachment-status", 0,
	    "no such attachment status; did you mean `cleaned`?"},
	{"-i|10.1.2.256", "-i", -2, NULL},
	{"-i|10.1,1.2.3.4.5", "-i", -2, NULL},
	{"--attachment-sha256|abc", "--attachment-sha256", 3, "3 digits instead of 64"},
	{"--attachment-sha256|abx", "--attachment-sha256", 2, "no hexadecimal digit"},
	{"-m|<>", "-m", 0, "no message ID inside < and >"},
	{"--size|10M", "--size", 3, "`..` is missing; did you mean `10M..`?"},
	{"--size|2..1", "--size", 0, "MIN is over MAX"},
	{"--delay|1x..2", "--delay", 1, "there is no such unit"},
	{"--not-delay|5m", "--not-delay", 2, "`..` is missing; did you mean `5m..`?"},
	{"--sort|up", "--sort", 0, "no such value"},
	{"--sort|dsc", "--sort", 0, NULL},
	{"-n|-5", "-n", 0, "no whole number"},
	{"-n|18446744073709551616", "-n", 0, "too large a number"},
	{"-n|", "-n", 0, "no whole number"},
	{"--late|91", "--late", 0, "no such number"},
	{"-j|0", "-j", 0, "no such number"},
	{"--memory|5X", "--memory", 1, "there is no such unit"},
	{"--memory|1K", "--memory", 0, "too little to work with"},
	{"--color|sometimes", "--color", 0, "no such value"},
	{"--tz|Europe/Berln", "--tz", -2, NULL},
	{"--archive-tz|nowhere", "--archive-tz", -2, NULL},
	{"--time-format|%Q", "--time-format", -2, NULL},
	{"--license|gold", "--license", 0, "no such license"},
	{"--license|standart", "--license", 0, "no such license; did you mean `standard`?"},
	{"--format|cvs", "--format", 0, "no such format; did you mean `csv`?"},
	{"--map|sender", "--map", 6, "no `=`"},
	{"--map|sendr=x", "--map", 0, "no such field; did you mean `sender`?"},
	{"--map|sender=", "--map", 7, "no key behind the `=`"},
	{"--map|sender=a|--map|Sender=b", "--map", 0, "this field is mapped already"},
	{"--map|line=x", "--map", 0, NULL},
	{"--fields|sender,subjet", "--fields", 7, "no such field; did you mean `subject`?"},
	{"--fields|sender,sender", "--fields", 7, "this field is there already"},
	{"--fields|all,sender", "--fields", 4, "this field is there already"},
	{"--fields|sender,+file", "--fields", 7, "plain and signed names mixed"},
	{"--fields|+file,sender", "--fields", 6, "plain and signed names mixed"},
	{"--fields|-file", "--fields", 0, "this field is not among the default ones"},
	{"--fields|+sender", "--fields", 0, "this field is there already"},
	{"--fields|+filee", "--fields", 1, "no such field; did you mean `file`?"},
	{"--fields|sender,", "--fields", 7, "an empty item in the list"},
	{"--fields|tlsInfo", "--fields", 0, NULL},
	{"--fields|@x", "--fields", 0, "no such field"},
	{"--fields|-timestamp,-direction,-action,-sender,-recipient,-subject", "--fields", 0,
	    "no field is left"},
	{"--by|days", "--by", 0, "no such field; did you mean `day`?"},
	{"--by|day,Day", "--by", 4, "this key is there already"},
	{"--by|action,type,reason,sender,recipient", "--by", 26, "too many keys"},
	{"--archive|", "--archive", -1, "an empty PATH"},

	/* habits of other tools */
	{"--from|2026-10-01", "--from", 0,
	    "a time where an address is wanted; did you mean --since?"},
	{"-t|yesterday", "-t", 0, "a time where an address is wanted; did you mean --until?"},
	{"-m|5", "-m", 0, "grep's -m N is -n N here"},
	{"-a|blocked", "-a", 0, "a type, not an action; did you mean --type?"},
	{"-t|10", "-t", 0, "a number where an address is wanted; did you mean --top?"},
	{"-f|10", "-f", 2, "no `@`"},
	{"--not-from|/dev/null", "--not-from", 0, "the name of a file where an address is wanted"},
	{"--type|Delivered", "--type", 0, "an action, not a type; did you mean --action?"},
	{"-v", "-v", -1,
	    "there is no such option; here it is --not-NAME VALUE, as in --not-sender or --not-action"},
	{"--start|today", "--start", -1, "there is no such option; here it is --since TIME"},
	{"-sender|a@b.c", "-sender", -1, "did you mean --sender?"},
	{"-json", "-json", -1, "did you mean --json?"},
	{"-limit=5", "-limit", -1, "did you mean --limit?"},
	{"--fields|sender,from", "--fields", 7, "no such field; did you mean `sender`?"},
	{"--by|status", "--by", 0, "no such field; did you mean `action`?"},
	{"a@b.c", "", 0, "an address where a PATH is wanted"},
	{"-S|2026-10-01|08:00", "", 0, "a time where a PATH is wanted"},
	{"-a|bounced|expired", "", 0, "an action where a PATH is wanted"},
	{"-S|1.10.2026", "-S", 0, "a date is written YYYY-MM-DD"},
	{"-S|2026-10-10|-U|2026-10-05", "-U", 0,
	    "--since is not before --until; did you mean -S '2026-10-05' -U '2026-10-10'?"},
	{"--completion|tcsh", "--completion", 0, "no such value"},
	{"-o|json", "-o", 0, "for the format write --json, for a file of this name ./json"},
	{"-o|CSV", "-o", 0, "for the format write --csv, for a file of this name ./csv"},
	{"-o|", "-o", -1, "an empty name"},

	/* what SPEC 3 wants of criteria together */
	{"--dane|yes", "--dane", 0, "needs --direction out --type accepted"},
	{"--dane|no|-d|out", "--dane", 0, "needs --direction out --type accepted"},
	{"--dane|no|--type|accepted", "--dane", 0, "needs --direction out --type accepted"},
	{"--dane|yes|--dane|no|-d|in|--type|accepted", "--dane", 0,
	    "needs --direction out --type accepted"},
	{"--dane|yes|-d|out|--type|accepted|--type|blocked", "--dane", 0,
	    "needs --direction out --type accepted"},
	{"--dane|yes|-d|out|-d|in|--type|accepted", "--dane", 0,
	    "needs --direction out --type accepted"},
	{"--feedback", "--feedback", -1, "needs --direction in --type accepted"},
	{"-F|-d|in", "-F", -1, "needs --direction in --type accepted"},
	{"--reported-risk|all", "--reported-risk", 0, "needs --direction in --type accepted"},
	{"--reported-risk|spam|-d|out|--type|accepted", "--reported-risk", 0,
	    "needs --direction in --type accepted"},
	{"--block-reason|x|--type|accepted", "--block-reason", 0,
	    "implies --type blocked, but --type accepted is given"},
	{"--block-reason|x|--type|accepted|--type|blocked", "--block-reason", 0,
	    "implies --type blocked, but --type accepted is given"},
	{"--not-action|all", "--not-action", 0, "`all` cannot be negated"},
	{"--not-sender|", "--not-sender", -1, "a blank value"},
	{"--not-subject|  ", "--not-subject", 0, "a blank value"},
	{"-a|all,delivered", "-a", 0, "`all` beside other values"},
	{"-a|delivered,all", "-a", 10, "`all` beside other values"},
	{"-a|all|-a|delivered", "-a", 0, "`all` beside other values"},
	{"--not-dane|all", "--not-dane", 0, "`all` cannot be negated"},

	/* what SPEC 4 wants of the output */
	{"-0", "-0", -1, "does not go with the format table"},
	{"--csv|--null", "--null", -1, "does not go with the format csv"},
	{"--by|day|--raw", "--by", 0, "does not go with the format raw"},
	{"--detail|--by|day", "--by", 0, "does not go with the format detail"},
	{"--by|day|-n|3", "-n", 0, "does not go with --by"},
	{"--by|day|--skip|3", "--skip", 0, "does not go with --by"},
	{"--by|day|-c", "-c", -1, "does not go with --by"},
	{"--by|day|--fields|sender", "--fields", 0, "does not go with --by"},
	{"--top|3", "--top", 0, "needs --by; the first entries of a listing are --limit"},
	{"--raw|--fields|sender", "--fields", 0, "does not go with the format raw"},
	{"-q|-o|x", "-q", -1, "does not go with -o"},
	{"-r|--sort|none", "-r", -1, "does not go with --sort none"},
	{"--explain|--coverage", "--coverage", -1, "does not go with --explain"},

	/* standard input is read once */
	{"-f|@-|-", "-f", 0, "standard input is the archive"},
	{"-f|@/nowhere/at/all", "-f", 0, NULL},
	{"-f|a@b.c,@/nowhere/at/all", "-f", 6, NULL},
};
/* clang-format on */

/* Names that are not known are no values, nor are options that do not go
 * together. */
static bool
is_about_names(const struct fault *fault)
{
	static const char *const beginnings[] = {"there is no such option",
	    "an abbreviation", "takes no value", "the value ",
	    "does not go with", "did you mean --"};

	for (size_t i = 0; i < COUNT(beginnings); i++)
		if (!strncmp(fault->what, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

static void
refuses_what_is_wrong_and_points_at_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const struct option_fault *fault;
		struct kit kit;
		size_t caret = wrong[i].caret == -1 ? FAULT_NO_CARET
						    : (size_t)wrong[i].caret;

		if (strstr(wrong[i].line, "@-"))
			assert_non_null(freopen("/dev/null", "r", stdin));
		kit_parse(&kit, wrong[i].line);
		fault = kit.faults.items;
		if (kit.good)
			fail_msg("%s: was taken", wrong[i].line);
		/* An empty list file is a second fault of `@-`. */
		if (kit.faults.count != 1 && !strstr(wrong[i].line, "@-")) {
			kit_show(&kit);
			fail_msg(
			    "%s: %zu faults", wrong[i].line, kit.faults.count);
		}
		if (strstr(wrong[i].line, "@-"))
			fault = &kit.faults.items[kit.faults.count - 1];
		if (strcmp(fault->name.ptr, wrong[i].name) ||
		    (wrong[i].caret != -2 && fault->fault.caret != caret) ||
		    (wrong[i].what && strcmp(fault->fault.what, wrong[i].what)))
			fail_msg("%s: %s, %zd, %s", wrong[i].line,
			    fault->name.ptr, (ssize_t)fault->fault.caret,
			    fault->fault.what);
		/* SPEC 3.6 */
		if (!is_about_names(&fault->fault) &&
		    (!fault->fault.rule || !fault->fault.example))
			fail_msg("%s: no rule or no example", wrong[i].line);
		kit_done(&kit);
	}
}

static void
needs_nothing_for_negated_twins_and_all(void **state)
{
	static const char *const good[] = {"--not-dane|yes", "--dane|all",
	    "--dane|", "--not-feedback", "--not-reported-risk|spam",
	    "--reported-risk|", "--not-block-reason|x|--type|accepted",
	    "--block-reason||--type|accepted",
	    "--dane|yes|-d|outgoing|--type|Accepted",
	    "--reported-risk|all|-d|in|--type|accepted|-F",
	    "--type|accepted|--type|blocked", "-a|all|-a|ALL", "-c|--json|-n|3",
	    "-q|--by|day", "-q|-o|-", "--explain|--explain",
	    "--not-to|a@b.c|--not-from|*@x.y"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct kit kit;

		kit_parse(&kit, good[i]);
		if (!kit.good) {
			kit_show(&kit);
			fail_msg("%s: refused", good[i]);
		}
		kit_done(&kit);
	}
}

static void
tells_all_bad_values_at_once_in_their_order(void **state)
{
	static const char *const names[] = {"--tz", "--bogus", "-a", "-f", "-f",
	    "--size", "--dane", "-n", "--fields", "-Z"};
	struct kit kit;

	(void)state;
	kit_parse(&kit,
	    "--tz|Nowhere|--bogus|-a|deliverd|-f|example.com,a@|--size|5|"
	    "--dane|yes|-n|x|a path|--fields|nope|-Z");
	assert_false(kit.good);
	kit_show(&kit);
	assert_int_equal(kit.faults.count, COUNT(names));
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(kit.faults.items[i].name.ptr, names[i]);
	kit_done(&kit);
}

static void
limits_the_addresses_of_a_field_by_license(void **state)
{
	char ten[256] = "-f|";
	char line[600];
	struct kit kit;
	const struct fault *fault;

	(void)state;
	for (int i = 0; i < 10; i++)
		snprintf(ten + strlen(ten), sizeof(ten) - strlen(ten),
		    "%su%d@x.y", i ? "," : "", i);
	kit_parse(&kit, ten);
	assert_true(kit.good);
	kit_done(&kit);
	/* Each field and polarity has ten of its own. */
	snprintf(line, sizeof(line), "%s|--not-sender|a@b.c|-t|a@b.c", ten);
	kit_parse(&kit, line);
	assert_true(kit.good);
	kit_done(&kit);
	snprintf(line, sizeof(line), "%s|--from|a@b.c,b@b.c", ten);
	kit_parse(&kit, line);
	assert_int_equal(kit.faults.count, 1);
	fault = &kit.faults.items[0].fault;
	assert_string_equal(kit.faults.items[0].name.ptr, "--from");
	assert_string_equal(fault->what,
	    "more than 10 address patterns, the most that the advanced license "
	    "allows for one field");
	assert_non_null(strstr(fault->rule, "--license none"));
	assert_non_null(strstr(fault->rule, "license = none"));
	kit_done(&kit);
	snprintf(line, sizeof(line), "%s|--from|a@b.c|--license|none", ten);
	kit_parse(&kit, line);
	assert_true(kit.good);
	kit_done(&kit);
}

static void
names_file_and_line_of_a_bad_value_in_a_list_file(void **state)
{
	char path[] = "/tmp/mtrack-options-XXXXXX";
	int fd = mkstemp(path);
	char line[64];
	char expected[96];
	struct kit kit;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "# x\na@b.c\nb.c\n", 14), 14);
	close(fd);
	snprintf(line, sizeof(line), "-f|@%s", path);
	snprintf(expected, sizeof(expected), "%s:3: no `@`", path);
	kit_parse(&kit, line);
	unlink(path);
	assert_int_equal(kit.faults.count, 1);
	assert_string_equal(kit.faults.items[0].fault.what, expected);
	assert_true(str_eq(kit.faults.items[0].value, STR("b.c")));
	assert_int_equal(kit.faults.items[0].fault.caret, 0);
	kit_done(&kit);
}

/* getopt's state is the process's: whoever used it before. */
static void
reads_one_command_line_after_another(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct kit kit;

		kit_parse(&kit, "-c|a|-Zq|b");
		assert_int_equal(kit.faults.count, 1);
		assert_true(kit.options.count && kit.options.quiet);
		assert_int_equal(kit.options.path_count, 3);
		kit_done(&kit);
	}
	assert_int_equal(setenv("POSIXLY_CORRECT", "1", 1), 0);
	mixes_paths_and_options(state);
	unsetenv("POSIXLY_CORRECT");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_defaults_of_the_contract),
	    cmocka_unit_test(sets_what_each_option_names),
	    cmocka_unit_test(takes_the_last_of_several_formats_and_limits),
	    cmocka_unit_test(mixes_paths_and_options),
	    cmocka_unit_test(reads_the_environment_after_the_command_line),
	    cmocka_unit_test(says_both_ways_to_name_an_archive),
	    cmocka_unit_test(
		gives_help_without_an_archive_and_whatever_else_is_wrong),
	    cmocka_unit_test(chooses_fields),
	    cmocka_unit_test(knows_the_default_fields),
	    cmocka_unit_test(takes_keys_of_counts),
	    cmocka_unit_test(refuses_what_is_wrong_and_points_at_it),
	    cmocka_unit_test(needs_nothing_for_negated_twins_and_all),
	    cmocka_unit_test(tells_all_bad_values_at_once_in_their_order),
	    cmocka_unit_test(limits_the_addresses_of_a_field_by_license),
	    cmocka_unit_test(names_file_and_line_of_a_bad_value_in_a_list_file),
	    cmocka_unit_test(reads_one_command_line_after_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

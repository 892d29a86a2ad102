/* SPDX-License-Identifier: MIT */
/* The engine beyond one machine on the command line (SPEC 9): what --sql and
 * --format engine take over, and what only a local run can do. */
#include "mtrack/option_parser.h"
#include "mtrack/sql_text.h"

void
option_apply_engine_table(
    struct option_parser *parser, const struct option_use *use)
{
	struct str value = str_trim(use->value);
	struct fault fault;

	if (sql_table_check(value, &fault))
		parser->options->engine_table = value;
	else
		option_complain(parser, use, value, &fault);
}

/* What has no meaning beside another option, and why. */
/* clang-format off */
static const struct option_clash beside_sql[] = {
	{"quiet", "-c --sql gives the number of entries", "-c --sql"},
	{"null", "the engine ends records with a newline", "--sql --tsv"},
	{"output", "the statement is printed on standard output", "--sql >query.sql"},
	{"export", "the statement is printed on standard output", "--sql >query.sql"},
	{"by-message", "the statement lists entries, each with one recipient", "--sql --by messageID"},
	{"checkpoint", "what was printed before is known here, not in the engine", "--engine --checkpoint loaded"},
};
static const struct option_clash beside_load[] = {
	{"fields", "what loads the engine's table holds all its columns", "--engine -S 2026-10-01"},
	{"count", "what loads the engine's table is records", "--history -c"},
	{"by", "what loads the engine's table is records", "--by sender --jsonl"},
	{"by-message", "what loads the engine's table is records", "--by-message --jsonl"},
	{"export", "an export is CSV, as the console's", "--engine -o records.json"},
	{"null", "NUL ends records of tsv, raw and jsonl only", "-0 --jsonl"},
};
/* clang-format on */

static void
check_sql(struct option_parser *parser)
{
	const struct options *options = parser->options;
	const struct option_use *zone = option_last_use(parser, "tz");
	const struct option_use nobody = {.name = STR(""), .place = SIZE_MAX};

	option_refuse_beside(parser, beside_sql,
	    sizeof(beside_sql) / sizeof(beside_sql[0]), "--sql");
	if (parser->format &&
	    (str_eq(options->format, STR("raw")) ||
		str_eq(options->format, STR("engine"))))
		option_refuse_with(parser, parser->format,
		    "table, detail, csv, tsv, json and jsonl have a "
		    "counterpart there",
		    "--sql --csv", "does not go with --sql");
	if (str_eq_fold(options->zone_name, STR("local")))
		option_refuse_with(parser, zone ? zone : &nobody,
		    "the engine knows IANA zones and offsets, not this "
		    "machine's own",
		    "--tz Europe/Berlin",
		    "--tz local does not go with --sql; did you mean a name "
		    "such as Europe/Berlin?");
}

/* A load is all there is, as it was logged, unless a period is given. */
static void
finish_load(struct option_parser *parser)
{
	struct options *options = parser->options;

	option_refuse_beside(parser, beside_load,
	    sizeof(beside_load) / sizeof(beside_load[0]), "--format engine");
	options->history = true;
	options->order = ORDER_NONE;
	if (options->period == PERIOD_DEFAULT)
		options->license = license_find(STR("none"));
}

void
option_finish_engine(struct option_parser *parser)
{
	if (parser->options->run == RUN_SQL)
		check_sql(parser);
	else if (str_eq(parser->options->format, STR("engine")))
		finish_load(parser);
}

/* SPDX-License-Identifier: MIT */
/* What does not go together of order, amount, format and run (SPEC 4). */
#include "mtrack/option_parser.h"

static bool
is_format(const struct option_parser *parser, const char *name)
{
	return str_eq(parser->options->format, str_from(name));
}

static void
check_order(struct option_parser *parser)
{
	struct options *options = parser->options;

	if (!parser->reverse)
		return;
	if (options->order == ORDER_NONE)
		option_refuse_with(parser, parser->reverse,
		    "--sort none prints records as they are read",
		    "--sort desc", "does not go with --sort none");
	options->order = ORDER_DESC;
}

static void
check_by(struct option_parser *parser)
{
	static const struct option_clash beside[] = {
	    {"limit", "--top N prints the first N rows of --by",
		"--by sender --top 10"},
	    {"skip", "--top N prints the first N rows of --by",
		"--by sender --top 10"},
	    {"count", "-c prints one number, --by a row for each value",
		"--by sender"},
	    {"fields", "--by prints its keys and the count",
		"--by sender,action"},
	    {"by-message", "--by counts entries, --by-message lists mails",
		"--by sender"},
	};
	const struct option_use *by = option_last_use(parser, "by");
	const struct option_use *top = option_last_use(parser, "top");

	if (!by && top)
		option_refuse_with(parser, top,
		    "--top N prints the first N rows of --by",
		    "--by sender --top 10",
		    "needs --by; the first entries of a listing are --limit");
	if (!by)
		return;
	option_refuse_beside(
	    parser, beside, sizeof(beside) / sizeof(beside[0]), "--by");
	if (is_format(parser, "raw") || is_format(parser, "detail"))
		option_refuse_with(parser, by,
		    "counts are no records: table, csv, tsv, json and jsonl "
		    "print them",
		    "--by sender --csv", "does not go with the format %.*s",
		    STR_ARG(parser->options->format));
}

static bool
has_field(const struct options *options, enum field field)
{
	for (size_t i = 0; i < options->field_count; i++)
		if (options->fields[i] == field)
			return true;
	return false;
}

static void
check_by_message(struct option_parser *parser)
{
	static const struct option_clash beside[] = {
	    {"history", "--by-message lists the last actions of a mail",
		"--detail --history"},
	};
	const struct option_use *use = option_last_use(parser, "by-message");

	if (!use)
		return;
	option_refuse_beside(
	    parser, beside, sizeof(beside) / sizeof(beside[0]), "--by-message");
	if (is_format(parser, "raw"))
		option_refuse_with(parser, use,
		    "raw prints records as they stand in the archive",
		    "--by-message --jsonl", "does not go with the format raw");
	if (has_field(parser->options, FIELD_RECIPIENT_DOMAIN))
		option_refuse_with(parser, parser->fields,
		    "the recipients of a mail may be of several domains",
		    "--by-message --fields sender,recipient",
		    "recipientDomain does not go with --by-message");
}

/* Exports are CSV. */
static void
check_export(struct option_parser *parser)
{
	static const struct option_clash beside[] = {
	    {"count", "an export is the entries themselves", "-c"},
	    {"by", "an export is the entries themselves",
		"--by sender --csv -o result.csv"},
	    {"by-message", "an export is the entries themselves",
		"--by-message --csv -o result.csv"},
	    {"quiet", "an export is the entries themselves", "-q"},
	};
	const struct option_use *select = option_last_use(parser, "select");

	if (select && !parser->options->exporting)
		option_refuse_with(parser, select,
		    "--select ID takes single entries into an export; a "
		    "search by mail ID is --mail-id",
		    "--export result.csv --select @ids.txt",
		    "needs --export FILE");
	if (select && option_last_use(parser, "mail-id"))
		option_refuse_with(parser, select,
		    "both ask for mail IDs: one of them is enough",
		    "--export result.csv --select @ids.txt",
		    "does not go with --mail-id");
	if (!parser->options->exporting)
		return;
	option_refuse_beside(
	    parser, beside, sizeof(beside) / sizeof(beside[0]), "--export");
	if (parser->format && !is_format(parser, "csv"))
		option_refuse_with(parser, parser->format,
		    "an export is CSV; other formats: -o FILE",
		    "--json -o result.json", "does not go with --export");
	parser->options->format = STR("csv");
}

static void
check_checkpoint(struct option_parser *parser)
{
	static const struct option_clash beside[] = {
	    {"limit", "what is not printed now would never be",
		"--checkpoint news -p 30d"},
	    {"skip", "what is not printed now would never be",
		"--checkpoint news -p 30d"},
	    {"quiet", "-q reads no further than the first match",
		"--checkpoint news -c"},
	};

	if (parser->options->checkpoint.len)
		option_refuse_beside(parser, beside,
		    sizeof(beside) / sizeof(beside[0]), "--checkpoint");
}

/* -q stops at the first match: what it would leave in FILE is nobody's wish. */
static void
check_quiet(struct option_parser *parser)
{
	const struct option_use *quiet = option_last_use(parser, "quiet");

	if (quiet && parser->options->output.len && !parser->options->exporting)
		option_refuse_with(parser, quiet,
		    "-q prints nothing, so there is nothing to write",
		    "-c -o result.txt", "does not go with -o");
}

static void
check_format(struct option_parser *parser)
{
	const struct option_use *null = option_last_use(parser, "null");

	if (null && !is_format(parser, "tsv") && !is_format(parser, "raw") &&
	    !is_format(parser, "jsonl"))
		option_refuse_with(parser, null,
		    "NUL ends records of tsv, raw and jsonl only", "-0 --tsv",
		    "does not go with the format %.*s",
		    STR_ARG(parser->options->format));
	if (parser->fields && is_format(parser, "raw"))
		option_refuse_with(parser, parser->fields,
		    "raw prints records as they stand in the archive",
		    "--fields timestamp,subject --tsv",
		    "does not go with the format raw");
}

/* Each of the options NAMES that was used is refused with WHAT. */
static void
refuse_all(struct option_parser *parser, const char *const *names, size_t count,
    const char *rule, const char *example, const char *what)
{
	for (size_t i = 0; i < count; i++) {
		const struct option_use *use =
		    option_last_use(parser, names[i]);

		if (use)
			option_refuse_with(
			    parser, use, rule, example, "%s", what);
	}
}

/* --coverage looks at files, whatever is asked of the mail in them. */
static void
check_coverage(struct option_parser *parser)
{
	static const char *const beside[] = {"count", "by", "by-message",
	    "fields", "history", "limit", "skip", "sort", "reverse"};

	if (parser->options->run != RUN_COVERAGE)
		return;
	refuse_all(parser, beside, sizeof(beside) / sizeof(beside[0]),
	    "a row of --coverage is the files of a day",
	    "--coverage -S 2026-10-01", "does not go with --coverage");
	for (size_t i = 0; i < parser->use_count; i++) {
		const struct option_use *use = &parser->uses[i];

		if (use->row->group == GROUP_CRITERIA ||
		    use->row->group == GROUP_ATTACHMENTS)
			option_refuse_with(parser, use,
			    "--coverage counts all records of a file",
			    "--coverage -S 2026-10-01",
			    "does not go with --coverage");
	}
	if (is_format(parser, "raw") || is_format(parser, "engine"))
		option_refuse_with(parser, parser->format,
		    "table, detail, csv, tsv, json and jsonl print days",
		    "--coverage --json", "does not go with --coverage");
}

/* The ledger is printed whole, whatever is asked of mail. */
static void
check_status(struct option_parser *parser)
{
	static const char *const beside[] = {"count", "by", "by-message",
	    "fields", "limit", "skip", "sort", "reverse"};

	if (parser->options->run != RUN_EXPORT_STATUS)
		return;
	refuse_all(parser, beside, sizeof(beside) / sizeof(beside[0]),
	    "the ledger is printed whole, an export a row, newest last",
	    "--export-status --tsv", "does not go with --export-status");
	if (is_format(parser, "engine"))
		option_refuse_with(parser, parser->format,
		    "table, detail, csv, tsv, json, jsonl and raw print "
		    "exports",
		    "--export-status --json",
		    "does not go with --export-status");
}

void
option_finish_output(struct option_parser *parser)
{
	check_coverage(parser);
	check_status(parser);
	check_order(parser);
	check_export(parser);
	check_by(parser);
	check_format(parser);
	check_quiet(parser);
	option_finish_fields(parser);
	check_by_message(parser);
	check_checkpoint(parser);
	parser->options->states =
	    parser->options->history && is_format(parser, "detail");
}

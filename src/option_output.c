/* SPDX-License-Identifier: MIT */
/* Order, amount, format and run on the command line (SPEC 4). */
#include "mtrack/option_parser.h"

#define FORMATS_MAX 16

struct word {
	const char *text;
	int value;
};

static const struct word orders[] = {
    {"asc", ORDER_ASC}, {"desc", ORDER_DESC}, {"none", ORDER_NONE}};
static const struct word whens[] = {
    {"auto", WHEN_AUTO}, {"always", WHEN_ALWAYS}, {"never", WHEN_NEVER}};

/* One of COUNT words, case ignored, into *value. */
static bool
one_of(struct option_parser *parser, const struct option_use *use,
    const struct word *words, size_t count, const char *rule, int *value)
{
	struct str names[FORMATS_MAX];
	struct fault fault;

	for (size_t i = 0; i < count; i++) {
		names[i] = str_from(words[i].text);
		if (str_eq_fold(str_trim(use->value), names[i])) {
			*value = words[i].value;
			return true;
		}
	}
	fault_value(&fault, 0, rule, words[0].text, "no such value%.*s",
	    STR_ARG(option_did_you_mean(parser, use->value, names, count, "")));
	option_complain(parser, use, use->value, &fault);
	return false;
}

void
option_apply_flag(struct option_parser *parser, const struct option_use *use)
{
	*(bool *)((char *)parser->options + use->row->number) = true;
}

void
option_apply_unset(struct option_parser *parser, const struct option_use *use)
{
	*(bool *)((char *)parser->options + use->row->number) = false;
}

static bool
is_digits(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (!ascii_is_digit((unsigned char)value.ptr[i]))
			return false;
	return value.len > 0;
}

void
option_apply_number(struct option_parser *parser, const struct option_use *use)
{
	struct str value = str_trim(use->value);
	struct fault fault;

	if (str_to_u64(value,
		(uint64_t *)(void *)((char *)parser->options +
		    use->row->number)))
		return;
	fault_value(&fault, 0, "a whole number, 0 or more", "100",
	    is_digits(value) ? "too large a number" : "no whole number");
	option_complain(parser, use, value, &fault);
}

void
option_apply_sort(struct option_parser *parser, const struct option_use *use)
{
	int order;

	if (!one_of(parser, use, orders, 3, "asc, desc or none", &order))
		return;
	parser->options->order = (enum order)order;
	parser->sort = use;
}

void
option_apply_reverse(struct option_parser *parser, const struct option_use *use)
{
	parser->reverse = use;
}

void
option_apply_when(struct option_parser *parser, const struct option_use *use)
{
	int when;

	if (one_of(parser, use, whens, 3, "auto, always or never", &when))
		*(enum when *)(void *)((char *)parser->options +
		    use->row->number) = (enum when)when;
}

/* ---- formats: the rows that are a format's own option ---- */

static const struct option_row *
format_row_at(size_t place)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row(i)); i++)
		if (row->apply == option_apply_shortcut && place-- == 0)
			return row;
	return NULL;
}

static const struct option_row *
find_format(struct str name)
{
	const struct option_row *row;

	for (size_t i = 0; (row = format_row_at(i)); i++)
		if (str_eq_fold(name, str_from(row->name)))
			return row;
	return NULL;
}

static void
set_format(struct option_parser *parser, const struct option_use *use,
    const struct option_row *row)
{
	parser->options->format = str_from(row->name);
	parser->format = use;
}

void
option_apply_shortcut(
    struct option_parser *parser, const struct option_use *use)
{
	set_format(parser, use, use->row);
}

void
option_apply_format(struct option_parser *parser, const struct option_use *use)
{
	const struct option_row *row = find_format(str_trim(use->value));
	struct str names[FORMATS_MAX];
	struct str all = STR_NONE;
	struct fault fault;
	size_t count = 0;

	if (row) {
		set_format(parser, use, row);
		return;
	}
	for (; count < FORMATS_MAX && (row = format_row_at(count)); count++) {
		names[count] = str_from(row->name);
		all = arena_printf(parser->arena, "%.*s%s%s", STR_ARG(all),
		    count ? ", " : "one of ", row->name);
	}
	fault_value(&fault, 0, all.ptr, "csv", "no such format%.*s",
	    STR_ARG(option_did_you_mean(parser, use->value, names, count, "")));
	option_complain(parser, use, use->value, &fault);
}

void
option_apply_output(struct option_parser *parser, const struct option_use *use)
{
	const struct option_row *format = find_format(use->value);

	if (use->value.len == 0)
		option_refuse_with(parser, use,
		    "-o and --export take the name of a file", "-o result.csv",
		    "an empty name");
	else if (use->row->letter != 'o' && str_eq(use->value, STR("-")))
		option_refuse_with(parser, use,
		    "--export writes a file and notes it in the ledger",
		    "--csv",
		    "no file; for standard output write --csv, for a file of "
		    "this name ./-");
	else if (format)
		option_refuse_with(parser, use,
		    use->row->letter == 'o'
			? "-o is the output file, formats have options of "
			  "their own"
			: "--export takes the name of a file, and is CSV",
		    arena_printf(parser->arena, "--%s", format->name).ptr,
		    "for the format write --%s, for a file of this name ./%s",
		    format->name, format->name);
	/* `-` is standard output, as `-` among the PATHs is the input. */
	parser->options->output =
	    use->row->letter == 'o' && str_eq(use->value, STR("-"))
	    ? STR("")
	    : use->value;
}

void
option_apply_checkpoint(
    struct option_parser *parser, const struct option_use *use)
{
	if (use->value.len == 0)
		option_refuse_with(parser, use,
		    "--checkpoint takes the name of a file",
		    "--checkpoint /var/lib/mtrack/news", "an empty name");
	else if (str_eq(use->value, STR("-")))
		option_refuse_with(parser, use,
		    "--checkpoint takes the name of a file, which is read and "
		    "renewed",
		    "--checkpoint /var/lib/mtrack/news",
		    "no file; one of this name is ./-");
	parser->options->checkpoint = use->value;
}

void
option_apply_export(struct option_parser *parser, const struct option_use *use)
{
	if (option_last_use(parser, "output"))
		option_refuse_with(parser, use,
		    "--export FILE is the console's export, -o FILE any other "
		    "output",
		    "--export result.csv", "does not go with -o");
	option_apply_output(parser, use);
	parser->options->exporting = true;
}

/* A blank value would export all, uncounted. */
void
option_apply_select(struct option_parser *parser, const struct option_use *use)
{
	parser->options->selected = true;
	if (str_trim(use->value).len == 0)
		option_refuse_with(parser, use,
		    "--select takes the mail IDs of what is exported",
		    "--export result.csv --select @ids.txt", "a blank value");
	else
		option_apply_criterion(parser, use);
}

/* ---- the run ---- */

void
option_apply_run(struct option_parser *parser, const struct option_use *use)
{
	enum run run = (enum run)use->row->number;
	bool help = run == RUN_HELP || run == RUN_VERSION;

	if (parser->run && parser->run->row != use->row && !help &&
	    parser->options->run != RUN_HELP &&
	    parser->options->run != RUN_VERSION)
		option_refuse(parser, use, "one thing at a time",
		    "does not go with %s", parser->run->name.ptr);
	if (parser->options->run == RUN_HELP ||
	    (parser->options->run == RUN_VERSION && run != RUN_HELP))
		return;
	parser->options->run = run;
	parser->run = use;
}

void
option_apply_why(struct option_parser *parser, const struct option_use *use)
{
	struct str id = str_trim(use->value);

	if (id.len > 1 && id.ptr[0] == '<' && id.ptr[id.len - 1] == '>')
		id = (struct str){id.ptr + 1, id.len - 2};
	if (id.len == 0)
		option_refuse_with(parser, use,
		    "--why-not takes a message ID or a mail ID",
		    "--why-not '<20261001.81500@example.com>'",
		    "a blank value");
	option_apply_run(parser, use);
	parser->options->why_not = id;
}

void
option_apply_help(struct option_parser *parser, const struct option_use *use)
{
	struct str names[GROUP_COUNT];
	struct str all = STR("one of");
	struct fault fault;

	option_apply_run(parser, use);
	if (!use->value.ptr)
		return;
	parser->options->help_group = use->value;
	for (size_t i = 0; i < GROUP_COUNT; i++) {
		names[i] = str_from(option_group_name((enum option_group)i));
		if (str_eq_fold(use->value, names[i]))
			return;
		all = arena_printf(parser->arena, "%.*s%s %s", STR_ARG(all),
		    i ? "," : "", names[i].ptr);
	}
	fault_value(&fault, 0, all.ptr, "criteria", "no such group%.*s",
	    STR_ARG(option_did_you_mean(
		parser, use->value, names, GROUP_COUNT, "")));
	option_complain(parser, use, use->value, &fault);
}

void
option_apply_completion(
    struct option_parser *parser, const struct option_use *use)
{
	static const struct word shells[] = {
	    {"bash", 0}, {"zsh", 1}, {"fish", 2}};
	int shell;

	option_apply_run(parser, use);
	if (one_of(parser, use, shells, 3, "bash, zsh or fish", &shell))
		parser->options->shell = str_from(shells[shell].text);
}

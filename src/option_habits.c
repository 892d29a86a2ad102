/* SPDX-License-Identifier: MIT */
/* Habits of other tools, and slips of the shell: told with what to type
 * instead. */
#include <unistd.h>

#include "mtrack/moment.h"
#include "mtrack/option_parser.h"

/* ---- options of other tools ---- */

/* clang-format off */
static const struct {
	const char *word; /* as typed, `-` or `--` and all */
	const char *type; /* what to type here */
} flags[] = {
	{"-v", "--not-NAME VALUE, as in --not-sender or --not-action"},
	{"--invert-match", "--not-NAME VALUE, as in --not-sender or --not-action"},
	{"--exclude", "--not-NAME VALUE, as in --not-sender or --not-action"},
	{"-e", "--subject RULE, or --phrase TEXT"},
	{"-E", "--subject RULE, or --phrase TEXT"},
	{"-l", "--limit N"},
	{"--head", "--limit N"},
	{"--lines", "--limit N"},
	{"--tail", "--reverse --limit N, newest first"},
	{"--last", "--period 24h"},
	{"--days", "--period 7d"},
	{"--start", "--since TIME"},
	{"--begin", "--since TIME"},
	{"--after", "--since TIME"},
	{"--from-date", "--since TIME"},
	{"--end", "--until TIME"},
	{"--before", "--until TIME"},
	{"--to-date", "--until TIME"},
	{"--utc", "the rule: times are UTC unless --tz says otherwise"},
	{"--local", "--tz local"},
	{"--timezone", "--tz ZONE"},
	{"--no-color", "--color never"},
	{"--no-progress", "--progress never"},
	{"--rcpt", "--recipient ADDRESS"},
	{"--envelope-from", "--sender ADDRESS"},
	{"--msgid", "--message-id ID"},
	{"--id", "--message-id ID, or --mail-id ID"},
	{"--ip", "--sender-ip IP, or --delivered-to IP"},
	{"--client-ip", "--sender-ip IP"},
	{"--status", "--action ACTION"},
	{"--reason", "--block-reason REASON"},
	{"--incoming", "--direction in"},
	{"--outgoing", "--direction out"},
	{"--accepted", "--type accepted"},
	{"--blocked", "--type blocked"},
	{"--delivered", "--action delivered"},
	{"--quarantined", "--action quarantined"},
	{"--filename", "--attachment-name GLOB"},
	{"--sha256", "--attachment-sha256 HASH"},
	{"--columns", "--fields LIST"},
	{"--output-format", "--format FORMAT"},
	{"--list-fields", "--fields help"},
	{"--group-by", "--by KEY"},
	{"--summary", "--by KEY"},
	{"--desc", "--reverse"},
	{"--all", "--license none, with no period"},
	{"--file", "the file's path by itself"},
	{"--dir", "the folder's path by itself"},
	{"--directory", "the folder's path by itself"},
	{"--xlsx", "--csv"},
	{"--verbose", "--stats, or --explain"},
	{"--StartDate", "--since TIME"},
	{"--EndDate", "--until TIME"},
	{"--SenderAddress", "--sender ADDRESS"},
	{"--RecipientAddress", "--recipient ADDRESS"},
	{"--PageSize", "--limit N"},
	{"--subject-contains", "--subject RULE"},
	{"-g", "--subject RULE, or --phrase TEXT"},
	{"--grep", "--subject RULE, or --phrase TEXT"},
	{"-b", "--since TIME and --until TIME"},
	{"--boot", "--since TIME and --until TIME"},
	{"-u", "--sender ADDRESS, or --recipient ADDRESS"},
	{"-k", "--by KEY, which sums up, or --sort ORDER"},
	{"-z", "the rule: compressed files are read as they are"},
	{"--follow", "--checkpoint FILE, which prints what is new since its last run"},
	{"--no-pager", "the rule: answers are never paged"},
	{"--icsv", "the rule: forms are told from the content"},
	{"--ijson", "the rule: forms are told from the content"},
	{"--filter", "an option for each criterion, as in --sender ADDRESS"},
	{"--where", "an option for each criterion, as in --sender ADDRESS"},
};

static const struct {
	const char *word;
	enum field field;
} fields[] = {
	{"from", FIELD_SENDER}, {"to", FIELD_RECIPIENT},
	{"rcpt", FIELD_RECIPIENT}, {"date", FIELD_TIMESTAMP},
	{"time", FIELD_TIMESTAMP}, {"received", FIELD_TIMESTAMP},
	{"status", FIELD_ACTION}, {"ip", FIELD_SENDER_IP},
	{"id", FIELD_MESSAGE_ID}, {"msgid", FIELD_MESSAGE_ID},
	{"domain", FIELD_SENDER_DOMAIN}, {"blockReason", FIELD_REASON},
	{"tls", FIELD_UPSTREAM_TLS}, {"urls", FIELD_EMBEDDED_URLS},
	{"delivered", FIELD_DELIVERY_TIME}, {"files", FIELD_ATTACHMENTS},
};

/* What mail servers' own logs and Exchange call what became of a mail. */
static const struct {
	const char *word;
	const char *action;
} actions[] = {
	{"sent", "delivered"},
	{"send", "delivered"},
	{"deliver", "delivered"},
	{"received", "delivered"},
	{"deferred", "temporary-delivery-error"},
	{"delayed", "temporary-delivery-error"},
	{"pending", "temporary-delivery-error"},
	{"fail", "bounced"},
	{"failed", "bounced"},
	{"undelivered", "bounced"},
	{"filteredAsSpam", "quarantined"},
	{"dropped", "deleted"},
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *
option_habit_flag(struct str word)
{
	for (size_t i = 0; i < COUNT(flags); i++)
		if (str_eq(word, str_from(flags[i].word)))
			return flags[i].type;
	return NULL;
}

enum field
option_habit_field(struct str word)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (str_eq_fold(word, str_from(fields[i].word)))
			return fields[i].field;
	return FIELD_NONE;
}

/* ---- values ---- */

static bool
is_digits(struct str text)
{
	uint64_t unused;

	return str_to_u64(text, &unused);
}

static bool
is_there(struct arena *arena, struct str path)
{
	return path.len > 0 && access(arena_keep(arena, path).ptr, F_OK) == 0;
}

/* A date for --from, a number for --to, names of files for a `*`. */
static bool
is_no_address(struct option_parser *parser, const struct option_use *use,
    struct str text, struct fault *fault)
{
	int which = use->row->number;
	bool to = which == CRITERION_RECIPIENT || which == CRITERION_HEADER_TO;

	if (moment_looks_like(text))
		fault_value(fault, 0,
		    to ? "--until is the end of the period, "
			 "--recipient (--to) an address"
		       : "--since is the beginning of the period, "
			 "--sender (--from) an address",
		    "*@example.com",
		    "a time where an address is wanted; did you mean %s?",
		    to ? "--until" : "--since");
	else if (to && is_digits(text))
		fault_value(fault, 0,
		    "--top N prints the first N rows of --by, "
		    "--recipient (--to) takes an address",
		    "*@example.com",
		    "a number where an address is wanted; did you mean --top?");
	else if (str_find_char(text, ';') != SIZE_MAX)
		fault_value(fault, str_find_char(text, ';'),
		    "several addresses stand between commas",
		    "anna@example.com,ben@example.com",
		    "`;` in an address; did you mean a comma?");
	else if (str_find_char(text, '@') == SIZE_MAX &&
	    is_there(parser->arena, text))
		fault_value(fault, 0,
		    "the shell makes file names of a bare `*`: put patterns "
		    "between quotes",
		    "*@example.com",
		    "the name of a file where an address is wanted");
	else
		return false;
	return true;
}

/* The name here of an action that TEXT is called elsewhere, or NULL. */
static const char *
action_meant(struct str text)
{
	for (size_t i = 0; i < COUNT(actions); i++)
		if (str_eq_fold(text, str_from(actions[i].word)))
			return actions[i].action;
	return NULL;
}

static bool
is_no_action(struct arena *arena, struct str text, struct fault *fault)
{
	const char *meant = action_meant(text);

	if (choice_find(CHOICE_TYPE, text) ||
	    str_eq_fold(text, STR("rejected")))
		fault_value(fault, 0,
		    "--type is accepted or blocked, --action what became of "
		    "accepted mail",
		    "delivered", "a type, not an action; did you mean --type?");
	else if (meant)
		fault_value(fault, 0,
		    arena_printf(arena, "one of %.*s",
			STR_ARG(choice_names(arena, CHOICE_ACTION)))
			.ptr,
		    meant, "no such action; did you mean `%s`?", meant);
	else
		return false;
	return true;
}

bool
option_habit_value(struct option_parser *parser, const struct option_use *use,
    struct str text, struct fault *fault)
{
	int which = use->row->number;

	if (use->row->bits & OPTION_ADDRESS)
		return is_no_address(parser, use, text, fault);
	if (which == CRITERION_ACTION)
		return is_no_action(parser->arena, text, fault);
	if (which == CRITERION_MESSAGE_ID && is_digits(text))
		fault_value(fault, 0,
		    "-m is --message-id here; an ID of digits alone is written "
		    "between < and >",
		    "<20261001.81500@example.com>", "grep's -m N is -n N here");
	else if (which == CRITERION_TYPE && choice_find(CHOICE_ACTION, text))
		fault_value(fault, 0,
		    "--type is accepted or blocked, --action what became of "
		    "accepted mail",
		    "accepted",
		    "an action, not a type; did you mean --action?");
	else if (which == CRITERION_DIRECTION &&
	    (str_eq_fold(text, STR("inbound")) ||
		str_eq_fold(text, STR("outbound"))))
		fault_value(fault, 0, "one of in, out",
		    str_eq_fold(text, STR("inbound")) ? "in" : "out",
		    "no such direction; did you mean `%s`?",
		    str_eq_fold(text, STR("inbound")) ? "in" : "out");
	else
		return false;
	return true;
}

/* ---- words that are taken for paths ---- */

/* `08:00`, `08:00:00`. */
static bool
is_clock(struct str text)
{
	if (text.len != 5 && text.len != 8)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (i % 3 == 2 ? text.ptr[i] != ':'
			       : !ascii_is_digit((unsigned char)text.ptr[i]))
			return false;
	return true;
}

/* A PATH that is not there, but reads like a value that lost its option. */
void
option_habit_path(
    struct option_parser *parser, const struct option_use *use, struct str path)
{
	if (str_find_char(path, '/') != SIZE_MAX ||
	    is_there(parser->arena, path))
		return;
	if (str_find_char(path, '@') != SIZE_MAX)
		option_refuse_with(parser, use,
		    "--sender ADDRESS (-f) or --recipient ADDRESS (-t) finds "
		    "an address",
		    "-f 'kate@example.com'",
		    "an address where a PATH is wanted");
	else if (moment_looks_like(path) || is_clock(path))
		option_refuse_with(parser, use,
		    "--since TIME (-S) and --until TIME (-U) are the period; "
		    "date and time are one word: 2026-10-01T08:00",
		    "-S 2026-10-01T08:00", "a time where a PATH is wanted");
	else if (choice_find(CHOICE_ACTION, path))
		option_refuse_with(parser, use,
		    "--action ACTION (-a) finds an action; lists are written "
		    "with commas only",
		    "-a bounced,expired", "an action where a PATH is wanted");
	else if (str_eq(path, STR("help")))
		option_refuse_with(parser, use,
		    "mtrack has options, no commands; --help prints them",
		    "mtrack --help", "did you mean --help?");
	else if (parser->path_count > 1 &&
	    (option_last_use(parser, "subject") ||
		option_last_use(parser, "phrase")))
		option_refuse_with(parser, use,
		    "several words are one value between quotes",
		    "-s 'hello world'",
		    "no such PATH; is it a word of the subject?");
}

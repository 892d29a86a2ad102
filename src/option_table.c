/* SPDX-License-Identifier: MIT */
/* THE option table: --help, completions and the --not- twins come from it. */
#include "mtrack/option_parser.h"

#define NO         CHOICE_SETS
#define AT(member) ((int)offsetof(struct options, member))

#define ADDRESSES (OPTION_TWIN | OPTION_LIST | OPTION_ADDRESS)
#define CHOICES   (OPTION_TWIN | OPTION_LIST | OPTION_ALL)
#define TEXT      (OPTION_TWIN | OPTION_VERBATIM)

/* clang-format off */
static const struct option_row table[] = {
	/* ---- criteria, in the console's order (SPEC 3) ---- */
	{"direction", 'd', "DIRECTION", GROUP_CRITERIA, "Direction",
	    "mail to your domains, or from them",
	    OPTION_TWIN, NULL, CHOICE_DIRECTION, option_apply_criterion, CRITERION_DIRECTION},
	{"recipient", 't', "ADDRESS", GROUP_CRITERIA, "Recipient",
	    "the recipient matches an address pattern; a comma list",
	    ADDRESSES, "to", NO, option_apply_criterion, CRITERION_RECIPIENT},
	{"sender", 'f', "ADDRESS", GROUP_CRITERIA, "Sender",
	    "the envelope sender matches an address pattern, `<>` the null sender; a comma list",
	    ADDRESSES, "from", NO, option_apply_criterion, CRITERION_SENDER},
	{"header-to", 0, "ADDRESS", GROUP_CRITERIA, "Email Header (To)",
	    "any one address of the header To matches; a comma list",
	    ADDRESSES, NULL, NO, option_apply_criterion, CRITERION_HEADER_TO},
	{"header-from", 0, "ADDRESS", GROUP_CRITERIA, "Email Header (From)",
	    "the address of the header From matches; a comma list",
	    ADDRESSES, NULL, NO, option_apply_criterion, CRITERION_HEADER_FROM},
	{"type", 0, "TYPE", GROUP_CRITERIA, "Type",
	    "accepted or blocked traffic",
	    OPTION_TWIN, NULL, CHOICE_TYPE, option_apply_criterion, CRITERION_TYPE},
	{"block-reason", 0, "REASON", GROUP_CRITERIA, NULL,
	    "the reason of blocked mail contains REASON; implies --type blocked",
	    TEXT | OPTION_IMPLIES_BLOCKED, NULL, NO, option_apply_criterion, CRITERION_BLOCK_REASON},
	{"action", 'a', "ACTION", GROUP_CRITERIA, "Action",
	    "the last action; `=TEXT` is any other one, as the record writes it",
	    CHOICES, NULL, CHOICE_ACTION, option_apply_criterion, CRITERION_ACTION},
	{"subject", 's', "RULE", GROUP_CRITERIA, "Subject",
	    "words are contained, all of them; `\"exact phrase\"`; `*` is any characters; "
	    "`\\\"`, `\\*` and `\\\\` are the characters themselves",
	    TEXT, NULL, NO, option_apply_criterion, CRITERION_SUBJECT},
	{"phrase", 0, "TEXT", GROUP_CRITERIA, NULL,
	    "the subject holds TEXT as one exact phrase, nothing special in it",
	    TEXT, NULL, NO, option_apply_criterion, CRITERION_PHRASE},
	{"message-id", 'm', "ID", GROUP_CRITERIA, "Message ID",
	    "exact, case kept, with or without `<` `>`; a comma list",
	    OPTION_TWIN | OPTION_LIST, NULL, NO, option_apply_criterion, CRITERION_MESSAGE_ID},
	{"mail-id", 0, "ID", GROUP_CRITERIA, NULL,
	    "the service's own ID of the mail, case ignored; a comma list",
	    OPTION_TWIN | OPTION_LIST, NULL, NO, option_apply_criterion, CRITERION_MAIL_ID},
	{"sender-ip", 'i', "IP", GROUP_CRITERIA, "Sender IP",
	    "an address, a prefix (`10.1`) or CIDR (`10.1.0.0/16`), IPv6 too; a comma list",
	    OPTION_TWIN | OPTION_LIST, NULL, NO, option_apply_criterion, CRITERION_SENDER_IP},
	{"delivered-to", 0, "IP", GROUP_CRITERIA, "Delivered To",
	    "the IP address of the server that took the mail, likewise",
	    OPTION_TWIN | OPTION_LIST, NULL, NO, option_apply_criterion, CRITERION_DELIVERED_TO},
	{"upstream-tls", 0, "TLS", GROUP_CRITERIA, "Upstream TLS",
	    "TLS of the connection that brought the mail",
	    CHOICES, NULL, CHOICE_TLS, option_apply_criterion, CRITERION_UPSTREAM_TLS},
	{"downstream-tls", 0, "TLS", GROUP_CRITERIA, "Downstream TLS",
	    "TLS of the connection that the mail was handed on by",
	    CHOICES, NULL, CHOICE_TLS, option_apply_criterion, CRITERION_DOWNSTREAM_TLS},
	{"dane", 0, "DANE", GROUP_CRITERIA, "Downstream DANE",
	    "whether DANE was used; needs --direction out --type accepted",
	    OPTION_TWIN | OPTION_ALL | OPTION_NEEDS_OUT, NULL, CHOICE_DANE,
	    option_apply_criterion, CRITERION_DANE},
	{"feedback", 'F', NULL, GROUP_CRITERIA, "Messages with end user feedback",
	    "an end user reported a risk; needs --direction in --type accepted",
	    OPTION_TWIN | OPTION_NEEDS_IN, NULL, NO, option_apply_criterion, CRITERION_FEEDBACK},
	{"reported-risk", 0, "RISK", GROUP_CRITERIA, "Reported Risk",
	    "what the end user reported; implies -F",
	    CHOICES | OPTION_AS_FEEDBACK | OPTION_NEEDS_IN, NULL, CHOICE_RISK,
	    option_apply_criterion, CRITERION_REPORTED_RISK},
	{"size", 0, "RANGE", GROUP_CRITERIA, NULL,
	    "`MIN..MAX`, `MIN..` or `..MAX` bytes, or with K, M or G",
	    OPTION_TWIN, NULL, NO, option_apply_criterion, CRITERION_SIZE},
	{"delay", 0, "RANGE", GROUP_CRITERIA, NULL,
	    "from the message's receipt to its delivery: a range in seconds, or with s, m, h or d",
	    OPTION_TWIN, NULL, NO, option_apply_criterion, CRITERION_DELAY},
	{"case-sensitive", 0, NULL, GROUP_CRITERIA, NULL,
	    "upper and lower case differ in subject, attachment name and block reason",
	    OPTION_EARLY, NULL, NO, option_apply_case_sensitive, 0},

	/* ---- attachments ---- */
	{"attachments", 'A', NULL, GROUP_ATTACHMENTS, "Messages with attachments only",
	    "the message has an attachment",
	    OPTION_TWIN, NULL, NO, option_apply_criterion, CRITERION_ATTACHMENTS},
	{"attachment-sha256", 0, "HASH", GROUP_ATTACHMENTS, "Attachment SHA256 Hash",
	    "64 hexadecimal digits; a comma list",
	    OPTION_TWIN | OPTION_LIST | OPTION_AS_ATTACHMENTS, NULL, NO,
	    option_apply_criterion, CRITERION_ATTACHMENT_SHA256},
	{"attachment-name", 0, "GLOB", GROUP_ATTACHMENTS, "Attachment Filename",
	    "the whole file name; `*` is any characters",
	    TEXT | OPTION_AS_ATTACHMENTS, NULL, NO,
	    option_apply_criterion, CRITERION_ATTACHMENT_NAME},
	{"attachment-status", 0, "STATUS", GROUP_ATTACHMENTS, "Attachment Status",
	    "what was done to the attachment",
	    CHOICES | OPTION_AS_ATTACHMENTS, NULL, CHOICE_ATTACHMENT_STATUS,
	    option_apply_criterion, CRITERION_ATTACHMENT_STATUS},
	{"attachment-password", 0, "ANALYSIS", GROUP_ATTACHMENTS, "Attachment Password Analysis",
	    "what became of the attachment's password",
	    CHOICES | OPTION_AS_ATTACHMENTS, NULL, CHOICE_ATTACHMENT_PASSWORD,
	    option_apply_criterion, CRITERION_ATTACHMENT_PASSWORD},

	/* ---- period ---- */
	{"period", 'p', "N[mhdw]", GROUP_PERIOD, "Period",
	    "the last N minutes, hours, days or weeks; the console has 1h, 24h, 7d, 14d and 30d",
	    0, NULL, NO, option_apply_period, 0},
	{"since", 'S', "TIME", GROUP_PERIOD, "Custom range",
	    "received at TIME or later: a date, a time, `now`, `today`, `yesterday`, `-3d`, `-90m`",
	    0, NULL, NO, option_apply_since, 0},
	{"until", 'U', "TIME", GROUP_PERIOD, "Custom range",
	    "received before TIME; a date alone is the end of that day",
	    0, NULL, NO, option_apply_until, 0},
	{"now", 0, "TIME", GROUP_PERIOD, NULL,
	    "what relative times count from, for runs that can be repeated",
	    OPTION_SECOND, NULL, NO, option_apply_now, 0},
	{"tz", 0, "ZONE", GROUP_PERIOD, NULL,
	    "read and print times in ZONE: `Europe/Berlin`, `local`, `+09:00`; the default is UTC",
	    OPTION_EARLY | OPTION_SETTING, NULL, NO, option_apply_zone, 0},

	/* ---- order, amount, fields ---- */
	{"sort", 0, "ORDER", GROUP_OUTPUT, "Timestamp",
	    "`asc` (the default), `desc`, or `none`: as read",
	    0, NULL, NO, option_apply_sort, 0},
	{"reverse", 'r', NULL, GROUP_OUTPUT, NULL,
	    "newest first, as --sort desc",
	    0, NULL, NO, option_apply_reverse, 0},
	{"limit", 'n', "N", GROUP_OUTPUT, NULL,
	    "print the first N entries of that order",
	    0, "max-count", NO, option_apply_number, AT(limit)},
	{"skip", 0, "N", GROUP_OUTPUT, NULL,
	    "leave out N entries before them",
	    0, NULL, NO, option_apply_number, AT(skip)},
	{"history", 0, NULL, GROUP_OUTPUT, NULL,
	    "every record as logged, instead of the last action of each message and recipient",
	    0, NULL, NO, option_apply_flag, AT(history)},
	{"fields", 0, "LIST", GROUP_OUTPUT, NULL,
	    "print these fields in this order; `+NAME` adds to the default, `-NAME` takes from it; "
	    "`all`; `help` lists them",
	    0, NULL, NO, option_apply_fields, 0},
	{"count", 'c', NULL, GROUP_OUTPUT, NULL,
	    "print the number of entries only",
	    0, NULL, NO, option_apply_flag, AT(count)},
	{"by", 0, "KEY[,KEY]", GROUP_OUTPUT, NULL,
	    "count per value of a field, `senderDomain`, `recipientDomain`, `hour`, `day` or `month`",
	    0, NULL, NO, option_apply_by, 0},
	{"by-message", 0, NULL, GROUP_OUTPUT, NULL,
	    "one row per mail: its recipients together, and its action, or `mixed`",
	    0, NULL, NO, option_apply_flag, AT(by_message)},
	{"top", 0, "N", GROUP_OUTPUT, NULL,
	    "with --by: the first N rows only",
	    0, NULL, NO, option_apply_number, AT(top)},
	{"quiet", 'q', NULL, GROUP_OUTPUT, NULL,
	    "print nothing: the exit status tells whether anything matched",
	    0, NULL, NO, option_apply_flag, AT(quiet)},
	{"output", 'o', "FILE", GROUP_OUTPUT, NULL,
	    "write to FILE, which is replaced when the output is complete; never a file of the archive",
	    0, NULL, NO, option_apply_output, 0},
	{"export", 0, "FILE", GROUP_OUTPUT, "Export All",
	    "write CSV to FILE as the console's Export All does: with the license's caps (50,000 entries, "
	    "5 a day), and noted in a ledger",
	    0, NULL, NO, option_apply_export, 0},
	{"select", 0, "ID", GROUP_OUTPUT, "Export Selected",
	    "with --export: only the entries of these mail IDs, which does not count towards the day's "
	    "exports; a comma list",
	    OPTION_LIST, NULL, NO, option_apply_select, CRITERION_MAIL_ID},
	{"checkpoint", 0, "FILE", GROUP_OUTPUT, NULL,
	    "print only what was logged since the run that last wrote FILE, and renew FILE when the "
	    "output is complete",
	    0, NULL, NO, option_apply_checkpoint, 0},

	/* ---- formats ---- */
	{"format", 0, "FORMAT", GROUP_FORMAT, NULL,
	    "one of the names below, without `--`",
	    0, NULL, NO, option_apply_format, 0},
	{"table", 0, NULL, GROUP_FORMAT, NULL,
	    "aligned columns (the default)",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"detail", 0, NULL, GROUP_FORMAT, NULL,
	    "a block per entry, every field that has a value",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"csv", 0, NULL, GROUP_FORMAT, NULL,
	    "comma-separated values (RFC 4180), for spreadsheets",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"tsv", 0, NULL, GROUP_FORMAT, NULL,
	    "tab-separated values, for awk, cut and sort",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"json", 0, NULL, GROUP_FORMAT, NULL,
	    "one JSON array",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"jsonl", 0, NULL, GROUP_FORMAT, NULL,
	    "one JSON object a line",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"raw", 0, NULL, GROUP_FORMAT, NULL,
	    "the records as they stand in the archive",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"engine", 0, NULL, GROUP_FORMAT, NULL,
	    "every record as logged, with the columns that --engine-schema has: what loads that table",
	    0, NULL, NO, option_apply_shortcut, 0},
	{"null", '0', NULL, GROUP_FORMAT, NULL,
	    "end records of tsv, jsonl and raw with NUL instead of a newline",
	    0, NULL, NO, option_apply_flag, AT(null_end)},
	{"no-header", 0, NULL, GROUP_FORMAT, NULL,
	    "leave out the header row of table, csv and tsv",
	    0, NULL, NO, option_apply_flag, AT(no_header)},
	{"csv-safe", 0, NULL, GROUP_FORMAT, NULL,
	    "csv: `'` before a cell that a spreadsheet would run as a formula",
	    0, NULL, NO, option_apply_flag, AT(csv_safe)},
	{"color", 0, "WHEN", GROUP_FORMAT, NULL,
	    "`auto` (the default: on a terminal), `always` or `never`",
	    OPTION_SETTING, NULL, NO, option_apply_when, AT(color)},
	{"wide", 0, NULL, GROUP_FORMAT, NULL,
	    "table: do not fit the columns to the terminal",
	    OPTION_SETTING, NULL, NO, option_apply_flag, AT(wide)},
	{"no-wide", 0, NULL, GROUP_FORMAT, NULL,
	    "fit them, whatever the configuration says",
	    0, NULL, NO, option_apply_unset, AT(wide)},

	/* ---- the archive ---- */
	{"archive", 0, "PATH", GROUP_ARCHIVE, NULL,
	    "read PATH, as if it stood on the command line by itself",
	    OPTION_SETTING | OPTION_AGAIN | OPTION_PLACE, NULL, NO, option_apply_archive, 0},
	{"all-files", 0, NULL, GROUP_ARCHIVE, NULL,
	    "read every file, whatever days its name says",
	    0, NULL, NO, option_apply_flag, AT(all_files)},
	{"late", 0, "DAYS", GROUP_ARCHIVE, NULL,
	    "how long after its receipt a last action may be logged: 0 to 90 days, 10 by default",
	    OPTION_SETTING, NULL, NO, option_apply_late, 0},
	{"no-index", 0, NULL, GROUP_ARCHIVE, NULL,
	    "do not use the side files that --build-index made",
	    0, NULL, NO, option_apply_flag, AT(no_index)},
	{"index-dir", 0, "DIR", GROUP_ARCHIVE, NULL,
	    "side files are in DIR, not beside the files of the archive",
	    OPTION_SETTING, NULL, NO, option_apply_index_dir, 0},
	{"map", 0, "FIELD=KEY", GROUP_ARCHIVE, NULL,
	    "read FIELD from another key or column; may be given again",
	    OPTION_SETTING | OPTION_AGAIN, NULL, NO, option_apply_map, 0},
	{"archive-tz", 0, "ZONE", GROUP_ARCHIVE, NULL,
	    "the zone of recorded times that name none; the default is UTC",
	    OPTION_EARLY | OPTION_SETTING, NULL, NO, option_apply_archive_zone, 0},
	{"time-format", 0, "FMT", GROUP_ARCHIVE, NULL,
	    "a further form of recorded times, as for strptime; may be given again",
	    OPTION_AGAIN, NULL, NO, option_apply_time_format, 0},
	{"license", 0, "LICENSE", GROUP_ARCHIVE, NULL,
	    "the vendor's limits: `advanced` (the default), `standard`, or `none`",
	    OPTION_EARLY | OPTION_SETTING, NULL, NO, option_apply_license, 0},

	/* ---- the run ---- */
	{"explain", 0, NULL, GROUP_RUN, NULL,
	    "print the query as understood and the files chosen; no record is read",
	    0, NULL, NO, option_apply_run, RUN_EXPLAIN},
	{"why-not", 0, "ID", GROUP_RUN, NULL,
	    "print, for each record of a message or mail ID, which criteria it meets, which reject it, and "
	    "what hides it",
	    0, NULL, NO, option_apply_why, RUN_WHY},
	{"coverage", 0, NULL, GROUP_RUN, NULL,
	    "print the archive's health: days held, days missing, damage",
	    0, NULL, NO, option_apply_run, RUN_COVERAGE},
	{"sql", 0, NULL, GROUP_RUN, NULL,
	    "print the query as SQL for ClickHouse; no record is read",
	    0, NULL, NO, option_apply_run, RUN_SQL},
	{"engine-schema", 0, NULL, GROUP_RUN, NULL,
	    "print the table that --sql asks, and that --format engine loads",
	    0, NULL, NO, option_apply_run, RUN_ENGINE_SCHEMA},
	{"engine-table", 0, "NAME", GROUP_RUN, NULL,
	    "the name of that table, or DATABASE.NAME; the default is mail_tracking",
	    0, NULL, NO, option_apply_engine_table, 0},
	{"export-status", 0, NULL, GROUP_RUN, "Export status",
	    "print the ledger of exports, newest last",
	    0, NULL, NO, option_apply_run, RUN_EXPORT_STATUS},
	{"build-index", 0, NULL, GROUP_RUN, NULL,
	    "make or renew a side file for every file, so that later queries read only what they need",
	    0, NULL, NO, option_apply_run, RUN_INDEX},
	{"stats", 0, NULL, GROUP_RUN, NULL,
	    "tell on standard error what was read and found",
	    0, NULL, NO, option_apply_flag, AT(stats)},
	{"hints", 0, NULL, GROUP_RUN, NULL,
	    "tell, on a terminal or not, how a result was cut or why it may be empty; for an empty one "
	    "also how many entries there would be without each criterion",
	    OPTION_SETTING, NULL, NO, option_apply_flag, AT(hints)},
	{"no-hints", 0, NULL, GROUP_RUN, NULL,
	    "on a terminal only, and no recount, whatever the configuration says",
	    0, NULL, NO, option_apply_unset, AT(hints)},
	{"progress", 0, "WHEN", GROUP_RUN, NULL,
	    "show on standard error how far the run has come: `auto` (the default: after a second, "
	    "on a terminal), `always` or `never`",
	    OPTION_SETTING, NULL, NO, option_apply_when, AT(progress)},
	{"strict", 0, NULL, GROUP_RUN, NULL,
	    "stop at the first fault in the archive, and look for all kinds of them",
	    0, NULL, NO, option_apply_flag, AT(strict)},
	{"memory", 0, "SIZE", GROUP_RUN, NULL,
	    "use at most SIZE for results, then temporary files: K, M or G; 512M by default",
	    OPTION_SETTING, NULL, NO, option_apply_memory, 0},
	{"threads", 'j', "N", GROUP_RUN, NULL,
	    "how many files, or parts of one, are read at a time; the default is the cores available",
	    OPTION_SETTING, NULL, NO, option_apply_threads, 0},
	{"no-config", 0, NULL, GROUP_RUN, NULL,
	    "leave the configuration file alone",
	    0, NULL, NO, option_apply_flag, AT(no_config)},
	{"completion", 0, "SHELL", GROUP_RUN, NULL,
	    "print a completion script for `bash`, `zsh` or `fish`",
	    0, NULL, NO, option_apply_completion, RUN_COMPLETION},
	{"help", 'h', "GROUP", GROUP_RUN, NULL,
	    "print this help, or one group of it",
	    OPTION_OPTIONAL, NULL, NO, option_apply_help, RUN_HELP},
	{"version", 'V', NULL, GROUP_RUN, NULL,
	    "print the version of mtrack and of its libraries",
	    0, NULL, NO, option_apply_run, RUN_VERSION},
};

static const struct {
	const char *name;
	const char *title;
	const char *note;
} groups[GROUP_COUNT] = {
	[GROUP_CRITERIA] = {"criteria", "Criteria",
	    "All that are given must hold; of several values of one, any. Each criterion has a twin "
	    "--not-NAME (--not-sender) that drops what it matches. Where a comma list is allowed, "
	    "@FILE takes one value a line, @- from standard input, and `\\,` is a comma in a value."},
	[GROUP_ATTACHMENTS] = {"attachments", "Attachments",
	    "Those that are given must hold for one and the same attachment. Each has a --not- twin, "
	    "which drops a message when any of its attachments matches."},
	[GROUP_PERIOD] = {"period", "Period",
	    "Without any, the license's window that ends with the newest day of the archive."},
	[GROUP_OUTPUT] = {"output", "Order, amount and fields", NULL},
	[GROUP_FORMAT] = {"format", "Formats", NULL},
	[GROUP_ARCHIVE] = {"archive", "Archive",
	    "PATH is a directory, a file or - (standard input); without any, the colon-separated "
	    "paths of $MTRACK_ARCHIVE, else those of the configuration. --index-dir is "
	    "$MTRACK_INDEX_DIR where it is not given."},
	[GROUP_RUN] = {"run", "The run",
	    "Exit status: 0 something matched, 1 nothing did, 2 an error or an archive that could not "
	    "be read whole, 3 nothing matched but days are missing."},
};
/* clang-format on */

const struct option_row *
option_row(size_t place)
{
	return place < sizeof(table) / sizeof(table[0]) ? &table[place] : NULL;
}

const char *
option_group_name(enum option_group group)
{
	return groups[group].name;
}

const char *
option_group_title(enum option_group group)
{
	return groups[group].title;
}

const char *
option_group_note(enum option_group group)
{
	return groups[group].note;
}

bool
option_long_name(struct arena *arena, const struct option_row *row, size_t i,
    struct str *name, bool *negated)
{
	const char *plain = i & 1 ? row->alias : row->name;

	*negated = i >= 2;
	if (i > 3 || !plain || (*negated && !(row->bits & OPTION_TWIN)))
		return false;
	*name =
	    *negated ? arena_printf(arena, "not-%s", plain) : str_from(plain);
	return true;
}

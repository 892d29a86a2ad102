/* SPDX-License-Identifier: MIT */
/* The one option table, and what the user asked: constant after parsing. */
#ifndef MTRACK_OPTIONS_H
#define MTRACK_OPTIONS_H

#include "mtrack/arena.h"
#include "mtrack/choice.h"
#include "mtrack/criteria.h"
#include "mtrack/fault.h"
#include "mtrack/field.h"
#include "mtrack/group.h"
#include "mtrack/intake.h"
#include "mtrack/license.h"
#include "mtrack/order.h"
#include "mtrack/zone.h"

/* What the run is for; one a command line. */
enum run {
	RUN_QUERY,
	RUN_HELP, /* help_group names one group, empty: all */
	RUN_VERSION,
	RUN_FIELDS_HELP,
	RUN_EXPLAIN,
	RUN_COVERAGE,
	RUN_EXPORT_STATUS,
	RUN_WHY,
	RUN_COMPLETION,
	RUN_SQL,
	RUN_ENGINE_SCHEMA,
	RUN_INDEX,
};

/* always, never, or as the descriptor is a terminal. */
enum when {
	WHEN_AUTO,
	WHEN_ALWAYS,
	WHEN_NEVER,
};

enum period_kind {
	PERIOD_DEFAULT, /* nothing was said: the license's window */
	PERIOD_GIVEN,   /* --period, --since or --until */
};

#define LIMIT_NONE UINT64_MAX

struct options {
	enum run run;
	struct str help_group;
	struct str why_not; /* the bare ID of --why-not */
	struct str shell;   /* of --completion: `bash`, `zsh` or `fish` */
	bool no_config;     /* the configuration file is left alone */
	struct str config;  /* the one that was read, or empty */

	/* what to read */
	const struct str *paths;
	size_t path_count;
	bool all_files;
	bool strict;
	struct intake_rules rules; /* maps, zone and formats of the archive */
	unsigned late;             /* days */
	bool no_index;             /* side files are not used */
	struct str index_dir;      /* where they are; empty: beside the files */

	/* what to find */
	struct criteria *criteria; /* not yet sealed: query adds the period */
	int64_t now;               /* ms; the clock's or --now's */
	enum period_kind period;
	int64_t since; /* ms; INT64_MIN where open (with --license none) */
	int64_t until; /* ms, not included; INT64_MAX where open */
	const struct license *license;
	bool history;

	/* what to print */
	const struct zone *zone;
	struct str zone_name; /* as given, of --sql */
	enum order order;
	uint64_t limit; /* LIMIT_NONE */
	uint64_t skip;
	struct str format;        /* `table`, `csv`, … a name of formats.c */
	const enum field *fields; /* NULL: the format's default */
	size_t field_count;
	bool action_or_reason; /* table: an absent action shows the reason */
	bool count;
	bool by_message; /* one row a mail */
	bool states; /* detail with --history: a block an entry, its states */
	bool quiet;
	struct by_key by[BY_KEYS_MAX];
	size_t by_count;
	uint64_t top; /* LIMIT_NONE */
	bool no_header;
	bool null_end;
	bool csv_safe;
	bool wide;
	enum when color;
	bool exporting;        /* --export: output is its FILE */
	bool selected;         /* --select: Export Selected */
	struct str checkpoint; /* path, NUL-terminated; empty: none */
	struct str output; /* path, NUL-terminated; empty: standard output */

	struct str engine_table; /* NAME or DATABASE.NAME, for --sql */

	/* the command line without `mtrack`, for the ledger */
	char **words;
	size_t word_count;

	/* how to run */
	uint64_t memory;  /* bytes */
	unsigned threads; /* 0: the cores available */
	bool stats;
	bool hints;
	enum when progress;

	/* For tests and --explain: */
	bool no_prefilter;    /* $MTRACK_NO_PREFILTER: read every record */
	uint64_t index_block; /* $MTRACK_INDEX_BLOCK: bytes, 0: the default */
	uint64_t index_part;  /* $MTRACK_INDEX_PART: likewise */
};

/* One complaint about a command line. */
struct option_fault {
	struct str
	    origin;       /* `PATH:LINE` of a setting's, else empty; likewise */
	struct str name;  /* `--sender`, `-n`, or empty; NUL-terminated */
	struct str value; /* as given; ptr NULL when there is none */
	size_t place;     /* of its word in argv; faults are in this order */
	uint64_t line;    /* of a setting: and in this one */
	struct fault fault;
};

struct option_faults {
	struct option_fault *items;
	size_t count;
	size_t capacity;
};

/* The environment that may speak, taken once so that tests can give another:
 * MTRACK_ARCHIVE, MTRACK_CONFIG, MTRACK_INDEX_DIR, MTRACK_INDEX_BLOCK,
 * MTRACK_INDEX_PART, MTRACK_LICENSE, MTRACK_NO_PREFILTER, NO_COLOR;
 * XDG_CONFIG_HOME and HOME for the configuration. */
typedef const char *option_env(const char *name);

/* Reads ARGV (argv[0] is skipped). All faults are collected, none is printed;
 * true when there was none (warnings may be). CLOCK is the time now, ms. All
 * texts live in ARENA or ARGV. */
bool options_parse(struct arena *arena, int argc, char **argv, option_env *env,
    int64_t clock, struct options *options, struct option_faults *faults);

/* ---- the table, for help, man page and completions ---- */

enum option_group {
	GROUP_CRITERIA,
	GROUP_PERIOD,
	GROUP_ATTACHMENTS,
	GROUP_OUTPUT,
	GROUP_FORMAT,
	GROUP_ARCHIVE,
	GROUP_RUN,
	GROUP_COUNT,
};

/* Bits of a row. */
enum {
	OPTION_TWIN = 1 << 0,     /* has a --not-NAME */
	OPTION_LIST = 1 << 1,     /* takes a comma list, @FILE too */
	OPTION_ALL = 1 << 2,      /* `all` is the same as leaving it out ... */
	OPTION_ADDRESS = 1 << 3,  /* the license limits the patterns */
	OPTION_VERBATIM = 1 << 4, /* white space around the value is its own */
	OPTION_AS_ATTACHMENTS = 1 << 5,  /* ... but here as -A, blank too */
	OPTION_AS_FEEDBACK = 1 << 6,     /* ... but here as -F */
	OPTION_NEEDS_OUT = 1 << 7,       /* --direction out --type accepted */
	OPTION_NEEDS_IN = 1 << 8,        /* --direction in --type accepted */
	OPTION_IMPLIES_BLOCKED = 1 << 9, /* --type blocked */
	OPTION_OPTIONAL = 1 << 10,       /* the argument may be left out */
	OPTION_EARLY = 1 << 11,          /* others are read in its light */
	OPTION_SECOND = 1 << 12,         /* early, but after those */
	OPTION_SETTING = 1 << 13,        /* may stand in the configuration */
	OPTION_PLACE =
	    1 << 14, /* names a file: as a setting from `/` or `~/` */
	OPTION_AGAIN = 1 << 15, /* may be given again, each counts */
};

struct option_parser;
struct option_use;
typedef void option_apply_fn(
    struct option_parser *parser, const struct option_use *use);

struct option_row {
	const char *name;     /* long, without `--` */
	char letter;          /* or 0 */
	const char *argument; /* `ADDRESS`, or NULL when it takes none */
	enum option_group group;
	const char *console; /* the console's label, or NULL */
	const char *help;    /* one sentence */
	unsigned bits;
	const char *alias;       /* a second long name (`to`), or NULL */
	enum choice_set choices; /* its values, or CHOICE_SETS */
	option_apply_fn *apply;
	int number; /* a criterion, a run, an offset: what apply makes of it */
};

/* Row PLACE of the table, NULL beyond its end. */
const struct option_row *option_row(size_t place);
/* `criteria`, `output`: the name of GROUP for --help GROUP, and its title. */
const char *option_group_name(enum option_group group);
const char *option_group_title(enum option_group group);
/* Sentences that hold for the whole of GROUP, or NULL. */
const char *option_group_note(enum option_group group);

/* The fields that FORMAT prints when --fields says nothing. */
const enum field *option_default_fields(struct str format, size_t *count);

#endif

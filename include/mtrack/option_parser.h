/* SPDX-License-Identifier: MIT */
/* What the files that read a command line share: the words as they were used,
 * then each applied through its row of the table. */
#ifndef MTRACK_OPTION_PARSER_H
#define MTRACK_OPTION_PARSER_H

#include "mtrack/options.h"

/* One option as it stands on the command line. */
struct option_use {
	const struct option_row *row;
	bool negated;
	struct str name;   /* as typed: `--from`, `-f`; NUL-terminated */
	struct str value;  /* as typed; ptr NULL when there is none */
	size_t place;      /* of its word in argv; 0: not from there */
	struct str origin; /* `PATH:LINE` of a setting, else empty */
	uint64_t line;     /* of a setting, else 0 */
};

struct option_parser {
	struct arena *arena;
	option_env *env;
	struct options *options;
	struct option_faults *faults;

	struct option_use *uses; /* settings, the environment's, argv's */
	size_t use_count;
	size_t use_capacity;

	struct option_path {
		struct str path;
		size_t place;
	} * paths; /* in the order of argv */
	size_t path_count;
	size_t path_capacity;
	struct intake_map *maps;
	size_t map_capacity;
	struct str *formats;
	size_t format_capacity;

	/* criteria */
	struct criteria *check; /* for values that a blank one leaves out */
	uint64_t patterns[CRITERION_COUNT][2];
	uint32_t directions; /* CHOICE_IN, CHOICE_OUT: what was asked for */
	uint32_t types;      /* CHOICE_ACCEPTED, CHOICE_BLOCKED */
	bool unsure; /* a direction or type was bad: the two are not known */
	const struct option_use *list_input; /* took `@-` */

	/* period; the last of each that was given and good */
	const struct option_use *period;
	const struct option_use *since;
	const struct option_use *until;
	int64_t span;    /* ms, of --period */
	bool bad_period; /* one of them was bad */

	/* output; the last of each */
	const struct option_use *sort;
	const struct option_use *reverse;
	const struct option_use *format;
	const struct option_use *fields;
	const struct option_use *run;
};

/* Adds a complaint about USE, with VALUE as what is shown of it. */
void option_complain(struct option_parser *parser, const struct option_use *use,
    struct str value, const struct fault *fault);
/* The same for a fault of the value as a whole, or of USE beside others; RULE
 * may be NULL. */
void option_refuse(struct option_parser *parser, const struct option_use *use,
    const char *rule, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Refuses the last use of each option of CLASHES: `does not go with BESIDE`. */
struct option_clash {
	const char *name; /* long, without `--` */
	const char *rule;
	const char *example; /* words of a command line that is right */
};
void option_refuse_beside(struct option_parser *parser,
    const struct option_clash *clashes, size_t count, const char *beside);
/* With EXAMPLE, words of a command line that is right. */
void option_refuse_with(struct option_parser *parser,
    const struct option_use *use, const char *rule, const char *example,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The last use of the option NAME, NULL when it was not given. */
const struct option_use *option_last_use(
    const struct option_parser *parser, const char *name);
/* The name in NAMES nearest to WORD as "; did you mean `X`?", else REST. */
struct str option_did_you_mean(struct option_parser *parser, struct str word,
    const struct str *names, size_t count, const char *rest);
/* Row PLACE's long names: its own, its alias and the twins of both: I is 0 to
 * 3. False when there is no such name. */
bool option_long_name(struct arena *arena, const struct option_row *row,
    size_t i, struct str *name, bool *negated);

/* Adds the value of USE as a PATH, behind those before its place; an empty one
 * is refused. */
void option_put_path(
    struct option_parser *parser, const struct option_use *use);
void option_put_use(struct option_parser *parser, struct option_use use);
/* Words of the command line into uses and paths. */
void option_words(struct option_parser *parser, int argc, char **argv);
/* Settings of the configuration file, then those of the environment, in front
 * of the uses of the command line: the last one counts (SPEC 7). */
void option_settings(struct option_parser *parser);

/* What to type here for WORD, an option of other tools; NULL when it is none
 * that is known. */
const char *option_habit_flag(struct str word);
/* The field that others call WORD, or FIELD_NONE. */
enum field option_habit_field(struct str word);
/* True with a FAULT when TEXT, a value of USE, is a habit of another tool or a
 * slip of the shell. */
bool option_habit_value(struct option_parser *parser,
    const struct option_use *use, struct str text, struct fault *fault);
/* Complains when PATH is not there but reads like a value. */
void option_habit_path(struct option_parser *parser,
    const struct option_use *use, struct str path);

/* What rows do with a use. */
option_apply_fn option_apply_criterion;
option_apply_fn option_apply_case_sensitive;
option_apply_fn option_apply_period;
option_apply_fn option_apply_since;
option_apply_fn option_apply_until;
option_apply_fn option_apply_now;
option_apply_fn option_apply_zone;
option_apply_fn option_apply_archive_zone;
option_apply_fn option_apply_time_format;
option_apply_fn option_apply_map;
option_apply_fn option_apply_index_dir;
option_apply_fn option_apply_license;
option_apply_fn option_apply_late;
option_apply_fn option_apply_archive;
option_apply_fn option_apply_sort;
option_apply_fn option_apply_reverse;
option_apply_fn option_apply_number; /* a uint64_t at offset row->number */
option_apply_fn option_apply_flag;   /* a bool at offset row->number */
option_apply_fn option_apply_unset;  /* the same, to false */
option_apply_fn option_apply_fields;
option_apply_fn option_apply_by;
option_apply_fn option_apply_format;
option_apply_fn option_apply_shortcut;
option_apply_fn option_apply_when; /* an enum when at offset row->number */
option_apply_fn option_apply_output;
option_apply_fn option_apply_checkpoint;
option_apply_fn option_apply_export;
option_apply_fn option_apply_select;
option_apply_fn option_apply_why;
option_apply_fn option_apply_memory;
option_apply_fn option_apply_threads;
option_apply_fn option_apply_engine_table;
option_apply_fn option_apply_run;
option_apply_fn option_apply_help;
option_apply_fn option_apply_completion;

/* What can be judged only when all was applied. */
void option_finish_criteria(struct option_parser *parser);
void option_finish_period(struct option_parser *parser);
void option_finish_output(struct option_parser *parser);
void option_finish_engine(struct option_parser *parser);
void option_finish_fields(struct option_parser *parser);
void option_finish_archive(struct option_parser *parser);

#endif

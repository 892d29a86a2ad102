/* SPDX-License-Identifier: MIT */
/* Words of the command line into uses of options and paths, by getopt_long. */
#include <getopt.h>
#include <stdio.h>

#include "mtrack/option_parser.h"
#include "mtrack/suggest.h"
#include "mtrack/unicode.h"

/* Beyond every letter. */
#define LONG_BASE   256
#define NAMES_SHOWN 4

/* One long name; `number` of getopt_long's answer is LONG_BASE + its place. */
struct long_name {
	struct str name;
	const struct option_row *row;
	bool negated;
};

struct words {
	struct option_parser *parser;
	struct long_name *names;
	struct option *longs;
	size_t count;
	char *letters;
	int argc;
	char **argv;
	int at;      /* the word that getopt_long is reading */
	int refused; /* the word that was refused as a whole, or 0 */
};

/* ---- the table, as getopt_long wants it ---- */

static void
put_name(struct words *words, struct long_name name)
{
	struct option *to = &words->longs[words->count];

	to->name = arena_keep(words->parser->arena, name.name).ptr;
	to->has_arg = !name.row->argument      ? no_argument
	    : name.row->bits & OPTION_OPTIONAL ? optional_argument
					       : required_argument;
	to->val = LONG_BASE + (int)words->count;
	words->names[words->count++] = name;
}

static size_t
table_rows(void)
{
	size_t rows = 0;

	while (option_row(rows))
		rows++;
	return rows;
}

/* `-`: in the order of argv, whatever $POSIXLY_CORRECT says; `:`: a missing
 * argument is told apart. */
static void
prepare(struct words *words)
{
	struct arena *arena = words->parser->arena;
	size_t rows = table_rows();
	char *letter;

	words->names = ARENA_ARRAY(arena, struct long_name, 4 * rows);
	words->longs = ARENA_ARRAY(arena, struct option, 4 * rows + 1);
	words->letters = letter = arena_zero(arena, 2 * rows + 3, 1);
	*letter++ = '-';
	*letter++ = ':';
	for (size_t i = 0; i < rows; i++) {
		struct long_name name = {.row = option_row(i)};

		for (size_t j = 0; j < 4; j++)
			if (option_long_name(
				arena, name.row, j, &name.name, &name.negated))
				put_name(words, name);
		if (!name.row->letter)
			continue;
		*letter++ = name.row->letter;
		if (name.row->argument && !(name.row->bits & OPTION_OPTIONAL))
			*letter++ = ':';
	}
}

/* ---- uses ---- */

void
option_put_use(struct option_parser *parser, struct option_use use)
{
	parser->uses = arena_grow(parser->arena, parser->uses,
	    parser->use_count, &parser->use_capacity, sizeof(use));
	parser->uses[parser->use_count++] = use;
}

static void
take_path(struct option_parser *parser, const char *path, size_t place)
{
	struct option_use use = {
	    .name = STR(""), .value = str_from(path), .place = place};

	option_put_path(parser, &use);
}

/* The long name in the word being read, without `--` and `=VALUE`; empty when
 * the word holds letters. */
static struct str
typed_name(const struct words *words)
{
	struct str word = str_from(words->argv[words->at]);

	if (!str_starts(word, STR("--")))
		return STR_NONE;
	word = str_drop(word, 2);
	return str_take(word, str_find_char(word, '='));
}

static struct option_use
begin_use(const struct words *words, int letter)
{
	struct arena *arena = words->parser->arena;
	struct str name = typed_name(words);

	return (struct option_use){
	    .name = name.ptr ? arena_printf(arena, "--%.*s", STR_ARG(name))
			     : arena_printf(arena, "-%c", letter),
	    .place = (size_t)words->at,
	};
}

static const struct option_row *
row_by_letter(int letter)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_row(i)); i++)
		if (row->letter && row->letter == letter)
			return row;
	return NULL;
}

/* --help GROUP: the argument may be left out and may stand apart. */
static void
take_optional(const struct words *words, struct option_use *use)
{
	if (!use->value.ptr && optind > words->at && optind < words->argc &&
	    words->argv[optind][0] != '-')
		use->value = str_from(words->argv[optind++]);
}

/* `-n=5`; in `-a =TEXT` the value stands apart. */
static bool
is_assigned(const struct words *words, struct str value)
{
	return value.len > 0 && value.ptr[0] == '=' && value.ptr[-1] &&
	    !typed_name(words).ptr;
}

static void
take_use(
    struct words *words, const struct option_row *row, bool negated, int letter)
{
	struct option_use use = begin_use(words, letter);

	use.row = row;
	use.negated = negated;
	if (row->argument && optarg)
		use.value = str_from(optarg);
	if (is_assigned(words, use.value)) {
		option_refuse_with(words->parser, &use,
		    "`=` stands behind long options; behind a letter the value "
		    "stands as it is",
		    arena_printf(
			words->parser->arena, "-%c '%s'", letter, optarg + 1)
			.ptr,
		    "`=` before the value of a letter");
		return;
	}
	if (row->bits & OPTION_OPTIONAL)
		take_optional(words, &use);
	option_put_use(words->parser, use);
}

/* ---- what is no option ---- */

/* "--sender, --since, …": the names that begin with PREFIX. */
static struct str
names_beginning(const struct words *words, struct str prefix)
{
	struct arena *arena = words->parser->arena;
	struct str all = STR_NONE;
	size_t found = 0;

	for (size_t i = 0; i < words->count; i++) {
		if (!str_starts(words->names[i].name, prefix))
			continue;
		if (found++ == NAMES_SHOWN)
			return arena_printf(arena, "%.*s, ...", STR_ARG(all));
		all = arena_printf(arena, "%.*s%s--%.*s", STR_ARG(all),
		    all.len ? ", " : "", STR_ARG(words->names[i].name));
	}
	return all;
}

static struct str
nearest_name(const struct words *words, struct str typed)
{
	struct str *names =
	    ARENA_ARRAY(words->parser->arena, struct str, words->count);
	bool negated = str_starts(typed, STR("not-"));
	size_t count = 0;

	for (size_t i = 0; i < words->count; i++)
		if (words->names[i].negated == negated)
			names[count++] = words->names[i].name;
	return suggest_nearest(typed, names, count);
}

static const struct long_name *
exact_name(const struct words *words, struct str typed)
{
	for (size_t i = 0; i < words->count; i++)
		if (str_eq(words->names[i].name, typed))
			return &words->names[i];
	return NULL;
}

static void
refuse_long(struct words *words, const struct option_use *use, struct str typed)
{
	struct option_parser *parser = words->parser;
	struct str beginning = names_beginning(words, typed);
	const char *habit = option_habit_flag(use->name);
	const struct long_name *plain = str_starts(typed, STR("not-"))
	    ? exact_name(words, str_drop(typed, 4))
	    : NULL;
	struct str near;

	if (typed.len && beginning.len) {
		option_refuse(parser, use,
		    "long options are written whole, for --to must never mean "
		    "--top",
		    "an abbreviation of %.*s", STR_ARG(beginning));
		return;
	}
	if (habit) {
		option_refuse(parser, use, "mtrack --help lists the options",
		    "there is no such option; here it is %s", habit);
		return;
	}
	if (plain) {
		option_refuse_with(parser, use,
		    "criteria have a negated twin each",
		    "--not-sender '*@example.com'",
		    "--%.*s is no criterion, so nothing is its negation",
		    STR_ARG(plain->name));
		return;
	}
	near = nearest_name(words, typed);
	option_refuse(parser, use, "mtrack --help lists the options",
	    near.len ? "there is no such option; did you mean --%.*s?"
		     : "there is no such option%.*s",
	    STR_ARG(near));
}

/* getopt goes by bytes: of a character that is more than one, USE gets the
 * whole, and what follows it in the word is left alone. */
static void
take_character(struct words *words, struct option_use *use)
{
	struct str word = str_from(words->argv[words->at]);
	size_t at = 0;
	size_t len = 0;

	while (at < word.len && (unsigned char)word.ptr[at] < 0x80)
		at++;
	word = str_drop(word, at);
	unicode_decode(word, &len);
	use->name = arena_printf(
	    words->parser->arena, "-%.*s", STR_ARG(str_take(word, len)));
	words->refused = words->at;
}

static void
refuse_unknown(struct words *words)
{
	struct option_use use = begin_use(words, optopt);
	struct str typed = typed_name(words);
	const char *habit = option_habit_flag(use.name);

	if ((unsigned char)optopt >= 0x80 && !typed.ptr)
		take_character(words, &use);
	if (typed.len && exact_name(words, typed))
		option_refuse(words->parser, &use, NULL, "takes no value");
	else if (use.name.ptr[1] == '-')
		refuse_long(words, &use, typed);
	else
		option_refuse(words->parser, &use,
		    "mtrack --help lists the options",
		    habit ? "there is no such option; here it is %s"
			  : "there is no such option%s",
		    habit ? habit : "");
}

static void
refuse_missing(struct words *words)
{
	struct option_use use = begin_use(words, optopt);
	struct str typed = typed_name(words);
	const struct long_name *name = exact_name(words, typed);
	const struct option_row *row =
	    typed.ptr ? (name ? name->row : NULL) : row_by_letter(optopt);

	if (!row)
		refuse_long(words, &use, typed);
	else
		option_refuse(words->parser, &use, row->help,
		    "the value %s is missing", row->argument);
}

/* `-sender`, `-SenderAddress`: would be read as -s with the value `ender`. */
static bool
is_single_dash(struct words *words)
{
	struct str word = str_from(words->argv[words->at]);
	struct option_use use = {.place = (size_t)words->at};
	const char *habit;

	if (words->refused == words->at)
		return true;
	if (word.len < 3 || word.ptr[0] != '-' || word.ptr[1] == '-')
		return false;
	word = str_drop(word, 1);
	word = str_take(word, str_find_char(word, '='));
	use.name = arena_printf(words->parser->arena, "-%.*s", STR_ARG(word));
	habit = option_habit_flag(
	    arena_printf(words->parser->arena, "-%.*s", STR_ARG(use.name)));
	if (exact_name(words, word))
		option_refuse(words->parser, &use,
		    "one dash stands before letters, two before a long option",
		    "did you mean --%.*s?", STR_ARG(word));
	else if (habit)
		option_refuse(words->parser, &use,
		    "mtrack --help lists the options",
		    "there is no such option; here it is %s", habit);
	else
		return false;
	words->refused = words->at;
	return true;
}

static void
take_word(struct words *words, int answer)
{
	const struct long_name *name;

	if (answer != 1 && is_single_dash(words))
		return;
	if (answer == 1) {
		take_path(words->parser, optarg, (size_t)words->at);
	} else if (answer == '?') {
		refuse_unknown(words);
	} else if (answer == ':') {
		refuse_missing(words);
	} else if (answer < LONG_BASE) {
		take_use(words, row_by_letter(answer), false, answer);
	} else {
		name = &words->names[answer - LONG_BASE];
		if (str_eq(typed_name(words), name->name)) {
			take_use(words, name->row, name->negated, 0);
		} else {
			struct option_use use = begin_use(words, 0);

			refuse_long(words, &use, typed_name(words));
		}
	}
}

void
option_words(struct option_parser *parser, int argc, char **argv)
{
	struct words words = {.parser = parser, .argc = argc, .argv = argv};
	int answer;

	prepare(&words);
	optind = 0; /* glibc: begin anew, whoever was here before */
	opterr = 0;
	for (;;) {
		words.at = optind ? optind : 1;
		answer =
		    getopt_long(argc, argv, words.letters, words.longs, NULL);
		if (answer == -1)
			break;
		take_word(&words, answer);
	}
	for (; optind < argc; optind++)
		take_path(parser, argv[optind], (size_t)optind);
}

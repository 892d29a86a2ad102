/* SPDX-License-Identifier: MIT */
/* Value words, from the tables. */
#include "mtrack/completion_words.h"

#include "mtrack/formats.h"
#include "mtrack/reason.h"

static void
put(struct completion_words *words, const char *word, const char *help)
{
	words->kind = COMPLETION_WORDS;
	if (words->count < COMPLETION_WORDS_MAX)
		words->words[words->count++] =
		    (struct completion_word){word, help};
}

static void
put_choices(const struct option_row *row, struct completion_words *words)
{
	const struct choice *choice;

	for (size_t i = 0; (choice = choice_row(row->choices, i)); i++)
		put(words, choice->name, choice->help);
	if (row->bits & OPTION_ALL)
		put(words, "all", "the same as leaving the option out");
}

static void
put_formats(struct completion_words *words)
{
	const struct format_row *row;

	for (size_t i = 0; (row = format_row(i)); i++)
		put(words, row->name, row->help);
}

static void
put_fields(struct completion_words *words)
{
	words->list = true;
	words->is_signed = true;
	for (int i = 0; i < FIELD_ALL; i++)
		put(words, field_row((enum field)i)->name,
		    field_row((enum field)i)->help);
	put(words, "all", "the fields of csv, tsv and json");
	put(words, "help", "a line for each field");
}

static void
put_keys(struct completion_words *words)
{
	put_fields(words);
	words->is_signed = false;
	words->count -= 2; /* `all` and `help` are no keys */
	put(words, "hour", "the hour of the timestamp");
	put(words, "day", "the day of the timestamp");
	put(words, "month", "the month of the timestamp");
}

static void
put_licenses(struct completion_words *words)
{
	const struct license *row;

	for (size_t i = 0; (row = license_row(i)); i++)
		put(words, row->name, NULL);
}

static void
put_reasons(struct completion_words *words)
{
	const struct reason *row;

	for (size_t i = 0; (row = reason_row(i)); i++)
		put(words, row->name, row->help);
}

static void
put_groups(struct completion_words *words)
{
	for (int i = 0; i < GROUP_COUNT; i++)
		put(words, option_group_name((enum option_group)i),
		    option_group_title((enum option_group)i));
}

static void
put_files(struct completion_words *words)
{
	words->kind = COMPLETION_FILES;
}

static void
put_folders(struct completion_words *words)
{
	words->kind = COMPLETION_FOLDERS;
}

#define WORDS_MAX 6

/* By what the option's argument is called in the table. */
/* clang-format off */
static const struct {
	const char *argument;
	void (*put)(struct completion_words *words);
	const char *words[WORDS_MAX];
} arguments[] = {
	{"FORMAT", put_formats, {0}},
	{"LIST", put_fields, {0}},
	{"KEY[,KEY]", put_keys, {0}},
	{"LICENSE", put_licenses, {0}},
	{"REASON", put_reasons, {0}},
	{"GROUP", put_groups, {0}},
	{"PATH", put_files, {0}},
	{"FILE", put_files, {0}},
	{"DIR", put_folders, {0}},
	{"ORDER", NULL, {"asc", "desc", "none"}},
	{"WHEN", NULL, {"auto", "always", "never"}},
	{"SHELL", NULL, {"bash", "zsh", "fish"}},
	{"N[mhdw]", NULL, {"1h", "24h", "7d", "14d", "30d"}},
	{"TIME", NULL, {"now", "today", "yesterday"}},
	{"ZONE", NULL, {"UTC", "local"}},
};
/* clang-format on */

#define ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

void
completion_words(const struct option_row *row, struct completion_words *words)
{
	*words = (struct completion_words){.list = row->bits & OPTION_LIST};
	if (row->choices != CHOICE_SETS) {
		put_choices(row, words);
		return;
	}
	for (size_t i = 0; row->argument && i < ARGUMENTS; i++) {
		if (strcmp(row->argument, arguments[i].argument) != 0)
			continue;
		if (arguments[i].put)
			arguments[i].put(words);
		for (size_t j = 0; j < WORDS_MAX && arguments[i].words[j]; j++)
			put(words, arguments[i].words[j], NULL);
	}
}

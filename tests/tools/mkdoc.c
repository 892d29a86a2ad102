/* SPDX-License-Identifier: MIT */
/* Prints the parts of the man page and of README.md that are made from the
 * tables: tests/docs/check.sh puts them in their places.
 *
 *	mkdoc BLOCK		`options-criteria`, `fields`, `criteria`, … */
#include <stdio.h>
#include <string.h>

#include "mtrack/formats.h"
#include "mtrack/option_parser.h"
#include "mtrack/reason.h"

/* ---- mdoc ---- */

/* As text of a manual page: what troff would act on is escaped, and a sentence
 * begins on a line of its own. */
static void
put_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (i > 0 && text[i] == ' ' && text[i - 1] == '.')
			putchar('\n');
		else if (text[i] == '\\')
			fputs("\\e", stdout);
		else if (text[i] == '"')
			fputs("\\(dq", stdout);
		else
			putchar(text[i]);
}

static bool
is_mark(char c)
{
	return c && strchr(",;.:)", c);
}

/* The part of a sentence before its next `word`, without the blanks at its
 * end; true when an opening parenthesis was left for the word. */
static bool
put_piece(const char *text, size_t len)
{
	bool open = len > 0 && text[len - 1] == '(';

	len -= open;
	while (len > 0 && text[len - 1] == ' ')
		len--;
	put_text(text, len);
	return open;
}

/* TEXT with its `words` as literals, on lines of their own:
 *
 *     the last action;
 *     .Ql =TEXT
 *     is any other one */
static void
put_phrase(const char *text, const char *stop)
{
	while (*text) {
		size_t len = strcspn(text, "`");
		bool last = text[len] == '\0';
		bool open = put_piece(text, len);

		printf("%s%s", last ? stop : "", len > open ? "\n" : "");
		if (last)
			return;
		text += len + 1;
		len = strcspn(text, "`");
		printf(".Ql %s\"\\&", open ? "( " : "");
		put_text(text, len);
		putchar('"');
		text += len + (text[len] == '`');
		while (is_mark(*text))
			printf(" %c", *text++);
		if (!*text && *stop)
			printf(" %s", stop);
		putchar('\n');
		while (*text == ' ')
			text++;
	}
}

/* The same as a sentence: a capital first, a full stop last. */
static void
put_sentence(const char *sentence)
{
	size_t len = strlen(sentence);
	bool ends = len > 0 && sentence[len - 1] == '.';

	/* `csv: …` keeps its name as it is written. */
	if (*sentence >= 'a' && *sentence <= 'z' &&
	    strcspn(sentence, ":") > strcspn(sentence, " "))
		putchar(*sentence++ - 'a' + 'A');
	put_phrase(sentence, ends ? "" : ".");
}

static void
put_values(const struct option_row *row)
{
	const struct choice *choice;

	if (row->choices == CHOICE_SETS)
		return;
	printf(row->bits & OPTION_LIST ? "A comma list of\n" : "One of\n");
	if (row->bits & OPTION_ALL)
		printf(".Cm all ,\n");
	for (size_t i = 0; (choice = choice_row(row->choices, i)); i++)
		printf(".Cm %s %s\n", choice->name,
		    choice_row(row->choices, i + 1) ? "," : ".");
}

static void
put_option(const struct option_row *row)
{
	printf(".It ");
	if (row->letter)
		printf("Fl %c , ", row->letter);
	printf("Fl -%s", row->name);
	if (row->argument && row->bits & OPTION_OPTIONAL)
		printf(" Op Ar %s", row->argument);
	else if (row->argument)
		printf(" Ar %s", row->argument);
	putchar('\n');
	if (row->console)
		printf(".Bq %s\n", row->console);
	put_sentence(row->help);
	if (row->alias)
		printf(".Pq also Fl -%s\n", row->alias);
	put_values(row);
}

static void
put_options(enum option_group group)
{
	const struct option_row *row;

	if (option_group_note(group))
		put_sentence(option_group_note(group));
	printf(".Bl -tag -width Ds\n");
	for (size_t i = 0; (row = option_row(i)); i++)
		if (row->group == group)
			put_option(row);
	printf(".El\n");
}

static void
put_fields(void)
{
	printf(".Bl -tag -width recipientDomain -compact\n");
	for (int i = 0; i < FIELD_ALL; i++) {
		printf(".It Cm %s\n", field_row((enum field)i)->name);
		put_phrase(field_row((enum field)i)->help, "");
	}
	printf(".El\n");
}

static void
put_formats(void)
{
	const struct format_row *row;

	printf(".Bl -tag -width detail -compact\n");
	for (size_t i = 0; (row = format_row(i)); i++) {
		printf(".It Cm %s\n", row->name);
		put_phrase(row->help, "");
	}
	printf(".El\n");
}

static void
put_actions(void)
{
	const struct choice *row;

	printf(".Bl -tag -width temporary-delivery-error -compact\n");
	for (size_t i = 0; (row = choice_row(CHOICE_ACTION, i)); i++) {
		printf(".It Cm %s\n", row->name);
		put_phrase(row->help, "");
	}
	printf(".El\n");
}

static void
put_reasons(void)
{
	const struct reason *row;

	printf(
	    ".Bl -tag -width \"Rate limit temporarily exceeded\" -compact\n");
	for (size_t i = 0; (row = reason_row(i)); i++) {
		printf(".It Li \"%s\"\n", row->name);
		put_phrase(row->help, "");
	}
	printf(".El\n");
}

static void
put_settings(void)
{
	const struct option_row *row;
	const char *before = "";

	for (size_t i = 0; (row = option_row(i)); i++) {
		if (!(row->bits & OPTION_SETTING))
			continue;
		printf("%s.Cm %s", before, row->name);
		before = " ,\n";
	}
	printf(" .\n");
}

/* ---- README.md ---- */

static void
put_cell(const char *text)
{
	for (; *text; text++)
		if (*text == '|')
			fputs("\\|", stdout);
		else
			putchar(*text);
}

/* The console's screen in its order, then what is mtrack's own. */
static void
put_criteria(void)
{
	const struct option_row *row;

	printf("| on the console | option | finds |\n| --- | --- | --- |\n");
	for (int own = 0; own < 2; own++)
		for (size_t i = 0; (row = option_row(i)); i++) {
			if ((row->console == NULL) != own ||
			    (own && row->group > GROUP_ATTACHMENTS) ||
			    row->apply == option_apply_now ||
			    row->apply == option_apply_zone)
				continue;
			printf("| %s | `", own ? "" : row->console);
			if (row->letter)
				printf("-%c`, `", row->letter);
			printf("--%s%s%s` | ", row->name,
			    row->argument ? " " : "",
			    row->argument ? row->argument : "");
			put_cell(row->help);
			printf(" |\n");
		}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*put)(void);
	} blocks[] = {
	    {"fields", put_fields},
	    {"formats", put_formats},
	    {"actions", put_actions},
	    {"reasons", put_reasons},
	    {"settings", put_settings},
	    {"criteria", put_criteria},
	};
	const char *name = argc == 2 ? argv[1] : "";

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (strcmp(name, blocks[i].name) == 0) {
			blocks[i].put();
			return 0;
		}
	for (int i = 0; i < GROUP_COUNT; i++)
		if (strncmp(name, "options-", 8) == 0 &&
		    strcmp(name + 8, option_group_name((enum option_group)i)) ==
			0) {
			put_options((enum option_group)i);
			return 0;
		}
	fprintf(stderr, "mkdoc: no block `%s`\n", name);
	return 2;
}

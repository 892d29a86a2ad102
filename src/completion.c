/* SPDX-License-Identifier: MIT */
/* Completion scripts for bash, zsh and fish. */
#include "mtrack/completion.h"

#include "mtrack/completion_words.h"
#include "mtrack/option_parser.h"

static void
put(struct buffer *out, const char *text)
{
	buffer_puts(out, str_from(text));
}

/* TEXT with a backslash before each character of SPECIAL; inside quotes of the
 * shell, where QUOTE is what `'` becomes. */
static void
put_escaped(struct buffer *out, const char *text, const char *special,
    const char *quote)
{
	for (; *text; text++) {
		if (*text == '\'' && quote) {
			put(out, quote);
			continue;
		}
		if (strchr(special, *text))
			buffer_putc(out, '\\');
		buffer_putc(out, *text);
	}
}

/* The long names of ROW, each between BEFORE and AFTER. */
static void
put_names(struct buffer *out, const struct option_row *row, const char *before,
    const char *after)
{
	struct arena arena;
	struct str name;
	bool negated;

	arena_init(&arena);
	for (size_t i = 0; i < 4; i++)
		if (option_long_name(&arena, row, i, &name, &negated))
			buffer_printf(
			    out, "%s%.*s%s", before, STR_ARG(name), after);
	arena_destroy(&arena);
}

/* ---- bash ---- */

static const char bash_head[] =
    "# bash completion of mtrack, printed by: mtrack --completion bash\n"
    "\n"
    "# Offers the words that go on from $cur.\n"
    "_mtrack_words()\n"
    "{\n"
    "\tlocal word\n"
    "\tfor word; do\n"
    "\t\t[[ $word == \"$cur\"* ]] && COMPREPLY+=(\"$word\")\n"
    "\tdone\n"
    "}\n"
    "\n"
    "# The same behind the last comma of $cur.\n"
    "_mtrack_list()\n"
    "{\n"
    "\tlocal before=${cur%\"${cur##*,}\"}\n"
    "\t_mtrack_words \"${@/#/$before}\"\n"
    "\tcompopt -o nospace\n"
    "}\n"
    "\n"
    "_mtrack_files()\n"
    "{\n"
    "\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
    "\tcompopt -o filenames\n"
    "}\n"
    "\n"
    "_mtrack()\n"
    "{\n"
    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=\n"
    "\t((COMP_CWORD > 0)) && prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "\tCOMPREPLY=()\n"
    "\t# --option=value stands here as three words.\n"
    "\tif [[ $cur == = ]]; then\n"
    "\t\tcur=\n"
    "\telif [[ $prev == = ]] && ((COMP_CWORD > 1)); then\n"
    "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "\tfi\n"
    "\tcur=${cur#[\\\"\\']}\n"
    "\tcur=${cur//\\\\/}\n"
    "\tcase $prev in\n";

static const char bash_tail[] = "\tesac\n"
				"}\n"
				"\n"
				"complete -F _mtrack mtrack\n";

static void
put_bash_values(struct buffer *out, const struct completion_words *words)
{
	switch (words->kind) {
	case COMPLETION_NONE:
		put(out, "\t\t;;\n");
		return;
	case COMPLETION_FILES:
		put(out, "\t\t_mtrack_files -f ;;\n");
		return;
	case COMPLETION_FOLDERS:
		put(out, "\t\t_mtrack_files -d ;;\n");
		return;
	case COMPLETION_WORDS:
		break;
	}
	put(out, words->list ? "\t\t_mtrack_list" : "\t\t_mtrack_words");
	for (size_t i = 0; i < words->count; i++) {
		put(out, " '");
		put_escaped(out, words->words[i].word, "", "'\\''");
		put(out, "'");
	}
	/* Quoting of words with blanks is what bash does for files. */
	if (words->count > 0 && strchr(words->words[0].word, ' '))
		put(out, "\n\t\tcompopt -o filenames");
	put(out, " ;;\n");
}

static void
put_bash(struct buffer *out)
{
	const struct option_row *row;
	struct completion_words words;

	put(out, bash_head);
	for (size_t i = 0; (row = option_row(i)); i++) {
		if (!row->argument || row->bits & OPTION_OPTIONAL)
			continue;
		put(out, "\t");
		if (row->letter)
			buffer_printf(out, "-%c | ", row->letter);
		put_names(out, row, "--", " | ");
		out->len -= 3;
		put(out, ")\n");
		completion_words(row, &words);
		put_bash_values(out, &words);
	}
	put(out,
	    "\t*)\n"
	    "\t\tif [[ $cur != -* ]]; then\n"
	    "\t\t\t_mtrack_files -f\n"
	    "\t\t\treturn\n"
	    "\t\tfi\n"
	    "\t\t_mtrack_words");
	for (size_t i = 0; (row = option_row(i)); i++)
		put_names(out, row, " \\\n\t\t    --", "");
	put(out, " ;;\n");
	put(out, bash_tail);
}

/* ---- zsh ---- */

/* Inside '…', as a part of a specification of _arguments. */
#define ZSH_SPECIAL "\\[]:"
#define ZSH_QUOTE   "'\\''"

static void
put_zsh_values(struct buffer *out, const struct completion_words *words)
{
	const char *special = words->list ? "\\[]:()" : "\\ :()";

	if (words->kind == COMPLETION_FILES)
		put(out, "_files");
	if (words->kind == COMPLETION_FOLDERS)
		put(out, "_files -/");
	if (words->kind == COMPLETION_NONE && words->list)
		put(out, " ");
	if (words->kind != COMPLETION_WORDS)
		return;
	/* The blank keeps _arguments from adding options of its own. */
	put(out, words->list ? " _values -s , value" : "((");
	for (size_t i = 0; i < words->count; i++) {
		const struct completion_word *word = &words->words[i];

		put(out, i > 0 || words->list ? " " : "");
		if (words->list)
			buffer_printf(out, "\"%s\"", word->word);
		else
			put_escaped(out, word->word, special, ZSH_QUOTE);
		if (words->list || !word->help)
			continue;
		put(out, "\\:\"");
		put_escaped(out, word->help, "\\:\"`", ZSH_QUOTE);
		put(out, "\"");
	}
	put(out, words->list ? "" : "))");
}

/* `'*--action=[the last action]:ACTION: _values …'` */
static void
put_zsh_spec(struct buffer *out, const struct option_row *row, struct str name,
    const struct completion_words *words)
{
	bool optional = row->bits & OPTION_OPTIONAL;

	buffer_printf(out, " \\\n\t'*%.*s", STR_ARG(name));
	if (row->argument && !optional)
		put(out, name.ptr[1] == '-' ? "=" : "+");
	put(out, "[");
	put_escaped(out, row->help, ZSH_SPECIAL, ZSH_QUOTE);
	put(out, "]");
	if (row->argument) {
		put(out, optional ? "::" : ":");
		put_escaped(out, row->argument, ZSH_SPECIAL, ZSH_QUOTE);
		put(out, ":");
		put_zsh_values(out, words);
	}
	put(out, "'");
}

static void
put_zsh(struct buffer *out)
{
	const struct option_row *row;
	struct completion_words words;
	struct arena arena;

	arena_init(&arena);
	put(out,
	    "#compdef mtrack\n"
	    "# zsh completion of mtrack, printed by: mtrack --completion "
	    "zsh\n"
	    "\n"
	    "_arguments -s -S");
	for (size_t i = 0; (row = option_row(i)); i++) {
		struct str name;
		bool negated;

		completion_words(row, &words);
		if (row->letter)
			put_zsh_spec(out, row,
			    arena_printf(&arena, "-%c", row->letter), &words);
		for (size_t j = 0; j < 4; j++)
			if (option_long_name(&arena, row, j, &name, &negated))
				put_zsh_spec(out, row,
				    arena_printf(
					&arena, "--%.*s", STR_ARG(name)),
				    &words);
	}
	put(out, " \\\n\t'*:PATH:_files'\n");
	arena_destroy(&arena);
}

/* ---- fish ---- */

static const char fish_head[] =
    "# fish completion of mtrack, printed by: mtrack --completion fish\n"
    "\n"
    "# The words behind the last comma of what is being typed.\n"
    "function __mtrack_list\n"
    "\tset -l word (commandline -ct | string replace -r -- '^--[^=]*=' '')\n"
    "\tset -l before (string match -r -- '^.*,' \"$word\")\n"
    "\tfor value in $argv\n"
    "\t\tprintf '%s%s\\n' \"$before\" $value\n"
    "\tend\n"
    "end\n"
    "\n"
    "complete -c mtrack -F\n";

static void
put_fish_values(struct buffer *out, const struct completion_words *words)
{
	if (words->kind == COMPLETION_FILES)
		put(out, " -F");
	if (words->kind == COMPLETION_FOLDERS)
		put(out, " -x -a '(__fish_complete_directories)'");
	if (words->kind == COMPLETION_NONE)
		put(out, " -x");
	if (words->kind != COMPLETION_WORDS)
		return;
	put(out, words->list ? " -x -a '(__mtrack_list" : " -x -a '");
	for (size_t i = 0; i < words->count; i++) {
		const struct completion_word *word = &words->words[i];

		put(out, i > 0 || words->list ? " \"" : "\"");
		put_escaped(out, word->word, "", "\\'");
		put(out, "\"");
		if (words->list || !word->help)
			continue;
		put(out, "\\t\"");
		put_escaped(out, word->help, "\"$", "\\'");
		put(out, "\"");
	}
	put(out, words->list ? ")'" : "'");
}

static void
put_fish(struct buffer *out)
{
	const struct option_row *row;
	struct completion_words words;

	put(out, fish_head);
	for (size_t i = 0; (row = option_row(i)); i++) {
		put(out, "complete -c mtrack");
		if (row->letter)
			buffer_printf(out, " -s %c", row->letter);
		put_names(out, row, " -l ", "");
		if (row->argument && !(row->bits & OPTION_OPTIONAL))
			put(out, " -r");
		completion_words(row, &words);
		if (row->argument)
			put_fish_values(out, &words);
		put(out, " -d '");
		put_escaped(out, row->help, "\\", "\\'");
		put(out, "'\n");
	}
}

void
completion_print(struct str shell, struct output *out)
{
	if (str_eq(shell, STR("bash")))
		put_bash(&out->buffer);
	else if (str_eq(shell, STR("zsh")))
		put_zsh(&out->buffer);
	else
		put_fish(&out->buffer);
}

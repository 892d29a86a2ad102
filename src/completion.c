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

/* In front of the letters of the options, and of those that take a value. */
static const char bash_head[] =
    "# bash completion of mtrack, printed by: mtrack --completion bash\n"
    "\n"
    "# The last two words before the cursor, as the shell will read them:\n"
    "# $prev and $cur. COMP_WORDS has them cut at each = : and @.\n"
    "_mtrack_line()\n"
    "{\n"
    "\tlocal line=${COMP_LINE:0:COMP_POINT} i char\n"
    "\tprev= cur= quote=\n"
    "\tfor ((i = 0; i < ${#line}; i++)); do\n"
    "\t\tchar=${line:i:1}\n"
    "\t\tif [[ $char == \\\\ && $quote != \"'\" ]]; then\n"
    "\t\t\tcur+=${line: ++i:1}\n"
    "\t\telif [[ $quote ]]; then\n"
    "\t\t\t[[ $char == \"$quote\" ]] && quote= || cur+=$char\n"
    "\t\telif [[ $char == [\\\"\\'] ]]; then\n"
    "\t\t\tquote=$char\n"
    "\t\telif [[ $char != [[:blank:]] ]]; then\n"
    "\t\t\tcur+=$char\n"
    "\t\telif [[ $cur ]]; then\n"
    "\t\t\tprev=$cur cur=\n"
    "\t\tfi\n"
    "\tdone\n"
    "}\n"
    "\n"
    "# What stands in $cur before the piece that readline replaces, which\n"
    "# begins behind a word break, or with the @ that is one.\n"
    "_mtrack_kept()\n"
    "{\n"
    "\tlocal piece=${COMP_WORDS[COMP_CWORD]}\n"
    "\tlocal bare=${piece#[\\\"\\']}\n"
    "\tbare=${bare//\\\\/}\n"
    "\tkept=$cur\n"
    "\t[[ $bare != \"$piece\" || $COMP_WORDBREAKS != *\"${piece:0:1}\"* ]] &&\n"
    "\t\tkept=${cur%\"$bare\"}\n"
    "\tkept=${kept%@}\n"
    "}\n"
    "\n"
    "# Offers the words that go on from $value.\n"
    "_mtrack_words()\n"
    "{\n"
    "\tlocal word\n"
    "\tfor word; do\n"
    "\t\t[[ $word == \"$value\"* ]] || continue\n"
    "\t\tword=$head$word\n"
    "\t\tCOMPREPLY+=(\"${word#\"$kept\"}\")\n"
    "\tdone\n"
    "}\n"
    "\n"
    "# -f or -d. What readline quotes in names would be the @ as well.\n"
    "_mtrack_files()\n"
    "{\n"
    "\tlocal files file\n"
    "\tmapfile -t files < <(compgen \"$1\" -- \"$value\")\n"
    "\tif ((${#files[@]} == 1)) && [[ -d ${files[0]} ]]; then\n"
    "\t\tfiles[0]+=/\n"
    "\t\tcompopt -o nospace\n"
    "\tfi\n"
    "\t[[ $head == *@ ]] || compopt -o filenames\n"
    "\tfor file in \"${files[@]}\"; do\n"
    "\t\t[[ $head == *@ && ! $quote ]] && printf -v file %q \"$file\"\n"
    "\t\tfile=$head$file\n"
    "\t\tCOMPREPLY+=(\"${file#\"$kept\"}\")\n"
    "\tdone\n"
    "}\n"
    "\n"
    "# Behind the last comma; @FILE is a file of values.\n"
    "_mtrack_list()\n"
    "{\n"
    "\tlocal last=${value##*,}\n"
    "\thead+=${value%\"$last\"} value=$last\n"
    "\tif [[ $value == @* ]]; then\n"
    "\t\thead+=@ value=${value#@}\n"
    "\t\t_mtrack_files -f\n"
    "\telse\n"
    "\t\t_mtrack_words \"$@\"\n"
    "\t\tcompopt -o nospace\n"
    "\tfi\n"
    "}\n"
    "\n"
    "# The same, with the sign that the value begins with.\n"
    "_mtrack_signed()\n"
    "{\n"
    "\tlocal sign=${value##*,}\n"
    "\tsign=${sign:0:1}\n"
    "\t[[ $sign == [+-] ]] || sign=\n"
    "\t_mtrack_list \"${@/#/$sign}\"\n"
    "}\n"
    "\n"
    "_mtrack()\n"
    "{\n"
    "\tlocal cur prev quote kept option= head= value\n"
    "\t_mtrack_line\n"
    "\t_mtrack_kept\n"
    "\tCOMPREPLY=()\n";

static const char bash_tail[] = "\tesac\n"
				"}\n"
				"\n"
				"complete -F _mtrack mtrack\n";

/* Where the value is: behind `=`, behind its letter, or a word of its own. */
static void
put_bash_option(struct buffer *out)
{
	const struct option_row *row;
	struct buffer plain = BUFFER_EMPTY, valued = BUFFER_EMPTY;

	for (size_t i = 0; (row = option_row(i)); i++)
		if (row->letter)
			buffer_putc(
			    !row->argument || row->bits & OPTION_OPTIONAL
				? &plain
				: &valued,
			    row->letter);
	buffer_printf(out,
	    "\tif [[ $cur =~ ^-[%.*s]*[%.*s] ]]; then\n"
	    "\t\thead=${BASH_REMATCH[0]} option=-${BASH_REMATCH[0]: -1}\n"
	    "\telif [[ $cur == --*=* ]]; then\n"
	    "\t\thead=${cur%%%%=*}= option=${cur%%%%=*}\n"
	    "\telif [[ $prev =~ ^-[%.*s]*[[:alnum:]]$ ]]; then\n"
	    "\t\toption=-${prev: -1}\n"
	    "\telse\n"
	    "\t\toption=$prev\n"
	    "\tfi\n"
	    "\tvalue=${cur#\"$head\"}\n"
	    "\tcase $option in\n",
	    STR_ARG(buffer_str(&plain)), STR_ARG(buffer_str(&valued)),
	    STR_ARG(buffer_str(&plain)));
	buffer_destroy(&plain);
	buffer_destroy(&valued);
}

static void
put_bash_values(struct buffer *out, const struct completion_words *words)
{
	switch (words->kind) {
	case COMPLETION_NONE:
		put(out, words->list ? "\t\t_mtrack_list ;;\n" : "\t\t;;\n");
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
	put(out,
	    words->is_signed  ? "\t\t_mtrack_signed"
		: words->list ? "\t\t_mtrack_list"
			      : "\t\t_mtrack_words");
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
	put_bash_option(out);
	for (size_t i = 0; (row = option_row(i)); i++) {
		if (!row->argument)
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
	    "\t\thead= value=$cur\n"
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

static const char zsh_head[] =
    "#compdef mtrack\n"
    "# zsh completion of mtrack, printed by: mtrack --completion zsh\n"
    "\n"
    "# Behind the last comma; @FILE is a file of values.\n"
    "_mtrack_list()\n"
    "{\n"
    "\tcompset -P '*,'\n"
    "\tif compset -P @; then\n"
    "\t\t_files\n"
    "\telse\n"
    "\t\tcompadd -qS , -- \"$@\"\n"
    "\tfi\n"
    "}\n"
    "\n"
    "# The same, each behind a sign or none.\n"
    "_mtrack_signed()\n"
    "{\n"
    "\tcompset -P '*,'\n"
    "\tcompset -P '[+-]'\n"
    "\t_mtrack_list \"$@\"\n"
    "}\n"
    "\n"
    "_arguments -s -S";

/* Inside '…', as a part of a specification of _arguments. */
#define ZSH_SPECIAL "\\[]:"
#define ZSH_QUOTE   "'\\''"

static void
put_zsh_values(struct buffer *out, const struct completion_words *words)
{
	if (words->kind == COMPLETION_FILES)
		put(out, "_files");
	if (words->kind == COMPLETION_FOLDERS)
		put(out, "_files -/");
	/* The blank keeps _arguments from adding options of its own. */
	if (words->list)
		put(out,
		    words->is_signed ? " _mtrack_signed" : " _mtrack_list");
	else if (words->kind == COMPLETION_WORDS)
		put(out, "((");
	for (size_t i = 0; i < words->count; i++) {
		const struct completion_word *word = &words->words[i];

		put(out, i > 0 || words->list ? " " : "");
		if (words->list) {
			buffer_printf(out, "\"%s\"", word->word);
			continue;
		}
		put_escaped(out, word->word, "\\ :()", ZSH_QUOTE);
		if (!word->help)
			continue;
		put(out, "\\:\"");
		put_escaped(out, word->help, "\\:\"`", ZSH_QUOTE);
		put(out, "\"");
	}
	if (words->kind == COMPLETION_WORDS && !words->list)
		put(out, "))");
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
	put(out, zsh_head);
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
    "# The words behind the last comma of what is being typed; @FILE is a\n"
    "# file of values.\n"
    "function __mtrack_list\n"
    "\tset -l word (commandline -ct |\n"
    "\t    string replace -r -- '^[\"\\']?(--[^=]*=|-[[:alnum:]])?[\"\\']?' "
    "'')\n"
    "\tset -l before (string match -r -- '^.*,' \"$word\")\n"
    "\tset -l last (string replace -r -- '^.*,' '' \"$word\")\n"
    "\tif string match -q -- '@*' \"$last\"\n"
    "\t\tset -l file (string sub -s 2 -- \"$last\")\n"
    "\t\tset before \"$before@\"\n"
    "\t\tset argv (complete -C \"'' $file\" | string replace -r '\\t.*' '')\n"
    "\tend\n"
    "\tfor value in $argv\n"
    "\t\tprintf '%s%s\\n' \"$before\" $value\n"
    "\tend\n"
    "end\n"
    "\n"
    "# The same, with the sign that the value begins with.\n"
    "function __mtrack_signed\n"
    "\tset -l word (commandline -ct |\n"
    "\t    string replace -r -- '^[\"\\']?(--[^=]*=)?[\"\\']?' '')\n"
    "\tset -l sign (string match -r -- '^[+-]' (\n"
    "\t    string replace -r -- '^.*,' '' \"$word\"))\n"
    "\t__mtrack_list \"$sign\"$argv\n"
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
	if (words->kind == COMPLETION_NONE && !words->list)
		put(out, " -x");
	if (words->kind != COMPLETION_WORDS && !words->list)
		return;
	put(out,
	    words->is_signed  ? " -x -a '(__mtrack_signed"
		: words->list ? " -x -a '(__mtrack_list"
			      : " -x -a '");
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

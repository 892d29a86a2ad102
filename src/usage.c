/* SPDX-License-Identifier: MIT */
/* Help, printed from the tables of options, fields and formats. */
#include "mtrack/usage.h"

#include <csv.h>
#include <utf8proc.h>
#include <xxhash.h>
#include <zlib.h>

#include "mtrack/field.h"
#include "mtrack/options.h"
#include "mtrack/source.h"

#define COLUMNS     80
#define HELP_COLUMN 28 /* where sentences begin */
#define NAME_COLUMN 24 /* the same of --fields help */

static const char synopsis[] =
    "usage: mtrack [OPTION]... [PATH]...\n"
    "Searches archives of Trend Micro Email Security mail tracking logs.\n"
    "\n"
    "  mtrack -S yesterday -t 'user@example.com' /srv/mail-tracking\n"
    "  mtrack -p 7d --type blocked --by reason --top 10 /srv/mail-tracking\n"
    "  mtrack --message-id '<1@example.com>' --detail /srv/mail-tracking\n";

/* A line that is being filled. */
struct page {
	struct buffer *out;
	size_t column; /* bytes on the line */
	size_t indent; /* of the lines that follow */
};

static void
new_line(struct page *page, size_t indent)
{
	buffer_putc(page->out, '\n');
	page->column = 0;
	page->indent = indent;
}

static void
put(struct page *page, struct str text)
{
	buffer_puts(page->out, text);
	page->column += text.len;
}

/* Blanks up to COLUMN; a new line where that is passed already. */
static void
go_to(struct page *page, size_t column)
{
	if (page->column >= column && page->column > 0)
		new_line(page, column);
	while (page->column < column)
		put(page, STR(" "));
}

/* The words of TEXT, one space between them, wrapped. */
static void
put_words(struct page *page, struct str text)
{
	struct str word;
	bool first = page->column <= page->indent;

	while (str_split(&text, ' ', &word)) {
		if (!word.len)
			continue;
		if (!first && page->column + 1 + word.len >= COLUMNS) {
			new_line(page, page->indent);
			first = true;
		}
		if (first && page->column < page->indent)
			go_to(page, page->indent);
		else if (!first)
			put(page, STR(" "));
		put(page, word);
		first = false;
	}
}

/* ---- options ---- */

static void
put_names(struct page *page, const struct option_row *row)
{
	char letter[] = {'-', row->letter, ',', ' ', '\0'};
	bool optional = row->bits & OPTION_OPTIONAL;

	put(page, STR("  "));
	put(page, row->letter ? str_from(letter) : STR("    "));
	put(page, STR("--"));
	put(page, str_from(row->name));
	if (row->argument) {
		put(page, optional ? STR(" [") : STR(" "));
		put(page, str_from(row->argument));
		put(page, optional ? STR("]") : STR(""));
	}
}

static void
put_alias(struct page *page, const struct option_row *row)
{
	struct buffer name = BUFFER_EMPTY;

	if (!row->alias)
		return;
	buffer_printf(&name, "--%s)", row->alias);
	put_words(page, STR("(also"));
	put_words(page, buffer_str(&name));
	buffer_destroy(&name);
}

static void
put_values(struct page *page, const struct option_row *row)
{
	struct buffer name = BUFFER_EMPTY;
	const struct choice *choice;

	if (row->choices == CHOICE_SETS)
		return;
	put_words(page,
	    row->bits & OPTION_LIST ? STR("(a comma list of:")
				    : STR("(one of:"));
	if (row->bits & OPTION_ALL)
		put_words(page, STR("all,"));
	for (size_t i = 0; (choice = choice_row(row->choices, i)); i++) {
		bool last = !choice_row(row->choices, i + 1);

		buffer_clear(&name);
		buffer_printf(&name, "%s%s", choice->name, last ? ")" : ",");
		put_words(page, buffer_str(&name));
	}
	buffer_destroy(&name);
}

static void
put_option(struct page *page, const struct option_row *row)
{
	put_names(page, row);
	page->indent = HELP_COLUMN;
	go_to(page, HELP_COLUMN);
	if (row->console) {
		put(page, STR("["));
		put(page, str_from(row->console));
		put(page, STR("]"));
	}
	put_words(page, str_from(row->help));
	put_alias(page, row);
	put_values(page, row);
	new_line(page, 0);
}

static void
put_group(struct page *page, enum option_group group)
{
	const char *note = option_group_note(group);
	const struct option_row *row;

	new_line(page, 0);
	put(page, str_from(option_group_title(group)));
	put(page, STR(" (--help "));
	put(page, str_from(option_group_name(group)));
	put(page, STR("):"));
	new_line(page, 2);
	if (note) {
		put_words(page, str_from(note));
		new_line(page, 0);
	}
	for (size_t i = 0; (row = option_row(i)); i++)
		if (row->group == group)
			put_option(page, row);
}

bool
usage_help(struct str group, struct output *out)
{
	struct page page = {.out = &out->buffer};
	bool found = false;

	if (!group.len)
		put(&page, str_from(synopsis));
	for (int i = 0; i < GROUP_COUNT; i++) {
		const char *name = option_group_name((enum option_group)i);

		if (group.len && !str_eq_fold(group, str_from(name)))
			continue;
		put_group(&page, (enum option_group)i);
		found = true;
	}
	return found;
}

/* ---- fields ---- */

void
usage_fields(struct output *out)
{
	struct page page = {.out = &out->buffer};

	for (int i = 0; i < FIELD_ALL; i++) {
		const struct field_row *row = field_row((enum field)i);

		put(&page, str_from(row->name));
		page.indent = NAME_COLUMN;
		go_to(&page, NAME_COLUMN);
		put_words(&page, str_from(row->help));
		new_line(&page, 0);
	}
}

/* ---- version ---- */

void
usage_version(struct output *out)
{
	unsigned xxhash = XXH_versionNumber();

	buffer_printf(&out->buffer,
	    "mtrack " MTRACK_VERSION "\n"
	    "zlib %s\n"
	    "libcsv %d.%d.%d\n"
	    "xxHash %u.%u.%u\n"
	    "utf8proc %s\n"
	    "gzip is unpacked by %s\n",
	    zlibVersion(), CSV_MAJOR, CSV_MINOR, CSV_RELEASE, xxhash / 10000,
	    xxhash / 100 % 100, xxhash % 100, utf8proc_version(),
	    source_unpacker());
}

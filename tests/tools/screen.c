/* SPDX-License-Identifier: MIT */
/* What a terminal got, measured or drawn.
 *
 *	screen width	the columns of the longest line of standard input
 *	screen svg	standard input as a picture
 *
 * Of a terminal's controls, colours, bold and the line's end are known; any
 * other is an error: mtrack sends none. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mtrack/buffer.h"
#include "mtrack/unicode.h"

#define CELL_WIDTH  8
#define CELL_HEIGHT 18
#define MARGIN      12

struct style {
	bool bold;
	unsigned color; /* of the terminal: 30 to 37, 0: none */
};

struct screen {
	unsigned line;
	size_t column;
	size_t widest;
	struct style style;
	struct buffer run; /* characters of one style, as SVG */
	size_t run_from;   /* its first column */
	struct buffer body;
};

static const char *
color_name(unsigned color)
{
	switch (color) {
	case 31:
		return "#e5786d";
	case 32:
		return "#95c76f";
	case 33:
		return "#e0c46c";
	default:
		return "#d8dee9";
	}
}

/* The width is fixed, so that columns stand whatever the font. */
static void
end_run(struct screen *screen)
{
	size_t columns = screen->column - screen->run_from;

	if (screen->run.len > 0)
		buffer_printf(&screen->body,
		    "<text x=\"%zu\" y=\"%u\" textLength=\"%zu\" "
		    "fill=\"%s\"%s>%.*s</text>\n",
		    MARGIN + screen->run_from * CELL_WIDTH,
		    MARGIN + screen->line * CELL_HEIGHT + 13,
		    columns * CELL_WIDTH, color_name(screen->style.color),
		    screen->style.bold ? " font-weight=\"bold\"" : "",
		    STR_ARG(buffer_str(&screen->run)));
	buffer_clear(&screen->run);
	screen->run_from = screen->column;
}

static void
put_char(struct screen *screen, uint32_t cp, struct str bytes)
{
	/* Blanks end a run: a picture needs no text where nothing is. */
	if (cp == ' ') {
		end_run(screen);
		screen->run_from = ++screen->column;
		return;
	}
	if (cp == '<')
		buffer_puts(&screen->run, STR("&lt;"));
	else if (cp == '&')
		buffer_puts(&screen->run, STR("&amp;"));
	else
		buffer_puts(&screen->run, bytes);
	screen->column += unicode_width(cp);
}

/* ESC [ NUMBERS m at the start of TEXT; its length. */
static size_t
take_style(struct screen *screen, struct str text)
{
	size_t at = 2;

	end_run(screen);
	while (at < text.len && text.ptr[at] != 'm') {
		unsigned number = 0;

		while (at < text.len &&
		    ascii_is_digit((unsigned char)text.ptr[at]))
			number = number * 10 + (unsigned)(text.ptr[at++] - '0');
		if (number == 0)
			screen->style = (struct style){0};
		else if (number == 1)
			screen->style.bold = true;
		else if (number >= 30 && number <= 37)
			screen->style.color = number;
		else
			break;
		if (at < text.len && text.ptr[at] == ';')
			at++;
	}
	if (at >= text.len || text.ptr[at] != 'm' || text.ptr[1] != '[') {
		fputs("screen: a control that is not known\n", stderr);
		exit(1);
	}
	return at + 1;
}

static void
end_line(struct screen *screen)
{
	end_run(screen);
	if (screen->column > screen->widest)
		screen->widest = screen->column;
	screen->column = screen->run_from = 0;
	screen->line++;
}

static void
read_screen(struct screen *screen, struct str text)
{
	size_t len;

	for (; text.len > 0; text = str_drop(text, len)) {
		uint32_t cp = unicode_decode(text, &len);

		if (cp == '\n') {
			end_line(screen);
		} else if (cp == '\r') {
			continue;
		} else if (cp == 0x1b && text.len > 2) {
			len = take_style(screen, text);
		} else if (unicode_is_hostile(cp)) {
			fprintf(stderr, "screen: U+%04X was sent raw\n", cp);
			exit(1);
		} else {
			put_char(screen, cp, str_take(text, len));
		}
	}
	if (screen->column > 0)
		end_line(screen);
}

static void
print_svg(const struct screen *screen)
{
	size_t width = screen->widest * CELL_WIDTH + 2 * MARGIN;
	size_t height = (size_t)screen->line * CELL_HEIGHT + 2 * MARGIN;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" "
	       "height=\"%zu\" font-family=\"DejaVu Sans Mono, Menlo, "
	       "Consolas, monospace\" font-size=\"13\">\n"
	       "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" "
	       "fill=\"#20242c\"/>\n%.*s</svg>\n",
	    width, height, STR_ARG(buffer_str(&screen->body)));
}

int
main(int argc, char **argv)
{
	struct screen screen = {0};
	struct buffer text = BUFFER_EMPTY;
	ssize_t got;

	do {
		buffer_reserve(&text, 65536);
		got = read(STDIN_FILENO, text.ptr + text.len, 65536);
		text.len += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	read_screen(&screen, buffer_str(&text));
	if (argc == 2 && strcmp(argv[1], "svg") == 0)
		print_svg(&screen);
	else
		printf("%zu\n", screen.widest);
	buffer_destroy(&text);
	buffer_destroy(&screen.run);
	buffer_destroy(&screen.body);
	return 0;
}

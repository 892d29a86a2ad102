/* SPDX-License-Identifier: MIT */
/* Completion scripts hold what the tables hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mtrack/completion.h"
#include "mtrack/completion_words.h"
#include "mtrack/formats.h"
#include "mtrack/option_parser.h"
#include "mtrack/reason.h"

static const char *const shells[] = {"bash", "zsh", "fish"};

/* The script of SHELL, NUL-terminated; freed by the caller. */
static struct buffer
script(const char *shell)
{
	struct output out;

	output_init(&out, -1);
	completion_print(str_from(shell), &out);
	buffer_putc(&out.buffer, '\0');
	return out.buffer;
}

static void
offers_every_option_its_alias_and_its_twins(void **state)
{
	static const char *const before[] = {
	    "\n\t\t    --", "\n\t'*--", " -l "};
	const struct option_row *row;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t s = 0; s < 3; s++) {
		struct buffer text = script(shells[s]);

		for (size_t i = 0; (row = option_row(i)); i++)
			for (size_t j = 0; j < 4; j++) {
				struct str name, wanted;
				bool negated;

				if (!option_long_name(
					&arena, row, j, &name, &negated))
					continue;
				wanted = arena_printf(
				    &arena, "%s%.*s", before[s], STR_ARG(name));
				if (!strstr(text.ptr, wanted.ptr))
					fail_msg("%s: no --%.*s", shells[s],
					    STR_ARG(name));
			}
		buffer_destroy(&text);
	}
	arena_destroy(&arena);
}

/* The words of the option NAME, one a line. */
static void
words_of(const char *name, struct buffer *out)
{
	const struct option_row *row;
	struct completion_words words;

	for (size_t i = 0; (row = option_row(i)); i++)
		if (strcmp(row->name, name) == 0)
			break;
	assert_non_null(row);
	completion_words(row, &words);
	for (size_t i = 0; i < words.count; i++)
		buffer_printf(out, "%s\n", words.words[i].word);
	buffer_putc(out, '\0');
}

static void
assert_words(const char *name, const char *wanted)
{
	struct buffer out = BUFFER_EMPTY;

	words_of(name, &out);
	if (strcmp(out.ptr, wanted) != 0)
		fail_msg("--%s: %s", name, out.ptr);
	buffer_destroy(&out);
}

static void
knows_the_words_of_closed_sets(void **state)
{
	struct buffer wanted = BUFFER_EMPTY;
	const struct format_row *format;
	const struct reason *reason;

	(void)state;
	assert_words("direction", "in\nout\n");
	assert_words("action",
	    "bounced\ntemporary-delivery-error\ndeleted\ndelivered\nexpired\n"
	    "quarantined\nredirected\nsubmitted-to-sandbox\n"
	    "password-analyzing\nall\n");
	assert_words("upstream-tls", "1.0\n1.1\n1.2\n1.3\nnone\nall\n");
	assert_words("license", "advanced\nstandard\nnone\n");
	assert_words("sort", "asc\ndesc\nnone\n");
	assert_words("completion", "bash\nzsh\nfish\n");
	assert_words("sender", "");
	for (size_t i = 0; (format = format_row(i)); i++)
		buffer_printf(&wanted, "%s\n", format->name);
	buffer_putc(&wanted, '\0');
	assert_words("format", wanted.ptr);
	buffer_clear(&wanted);
	for (size_t i = 0; (reason = reason_row(i)); i++)
		buffer_printf(&wanted, "%s\n", reason->name);
	buffer_putc(&wanted, '\0');
	assert_words("block-reason", wanted.ptr);
	buffer_destroy(&wanted);
}

/* A row without a shortcut, or one too many, would be a format that only some
 * of help, completions and --format know. */
static void
has_an_option_for_each_format(void **state)
{
	const struct option_row *row;
	size_t shortcuts = 0, formats = 0;

	(void)state;
	for (size_t i = 0; (row = option_row(i)); i++)
		if (row->apply == option_apply_shortcut) {
			shortcuts++;
			if (!format_find(str_from(row->name)))
				fail_msg("--%s is no format", row->name);
		}
	while (format_row(formats))
		formats++;
	assert_int_equal(shortcuts, formats);
}

/* Quotes of a sentence must not end those of the script. */
static void
balances_its_quotes(void **state)
{
	(void)state;
	for (size_t s = 0; s < 3; s++) {
		struct buffer text = script(shells[s]);
		bool fish = s == 2;
		bool inside = false;

		/* Between quotes only fish has a backslash that escapes. */
		for (const char *at = text.ptr; *at; at++)
			if (*at == '\\' && (!inside || fish) && at[1])
				at++;
			else if (*at == '\'')
				inside = !inside;
		if (inside)
			fail_msg("%s: a quote is not closed", shells[s]);
		buffer_destroy(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(offers_every_option_its_alias_and_its_twins),
	    cmocka_unit_test(knows_the_words_of_closed_sets),
	    cmocka_unit_test(has_an_option_for_each_format),
	    cmocka_unit_test(balances_its_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

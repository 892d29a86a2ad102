/* SPDX-License-Identifier: MIT */
/* Help, printed from the tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "mtrack/options.h"
#include "mtrack/usage.h"

/* What PRINT wrote, NUL-terminated; freed by the caller. */
static struct buffer
all_help(const char *group)
{
	struct output out;
	struct buffer text;

	output_init(&out, -1);
	assert_true(usage_help(str_from(group), &out));
	buffer_putc(&out.buffer, '\0');
	text = out.buffer;
	return text;
}

static void
holds_every_option_with_its_letter_and_label(void **state)
{
	struct buffer text = all_help("");
	const struct option_row *row;
	char entry[128];

	(void)state;
	for (size_t i = 0; (row = option_row(i)); i++) {
		char letter[] = {'-', row->letter, ',', ' ', '\0'};
		const char *at;

		snprintf(entry, sizeof(entry), "\n  %s--%s",
		    row->letter ? letter : "    ", row->name);
		at = strstr(text.ptr, entry);
		if (!at)
			fail_msg("--%s has no entry", row->name);
		if (row->argument && !strstr(at, row->argument))
			fail_msg("--%s: no %s", row->name, row->argument);
		if (row->console && !strstr(text.ptr, row->console))
			fail_msg("--%s: no %s", row->name, row->console);
		if (row->alias) {
			snprintf(entry, sizeof(entry), "--%s)", row->alias);
			assert_non_null(strstr(at, entry));
		}
	}
	buffer_destroy(&text);
}

static void
lists_the_values_of_closed_sets(void **state)
{
	static const char *const values[] = {"temporary-delivery-error,",
	    "password-analyzing)", "not-decrypted)", "sanitized)",
	    "not-a-risk)", "1.3,", "accepted, blocked)"};
	struct buffer text = all_help("");

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!strstr(text.ptr, values[i]))
			fail_msg("no %s", values[i]);
	buffer_destroy(&text);
}

static void
assert_fits(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len > 79)
			fail_msg("too long: %.*s", (int)len, text);
		if (len && text[len - 1] == ' ')
			fail_msg("blank at the end: %.*s", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void
fits_into_eighty_columns(void **state)
{
	struct buffer text = all_help("");
	struct output fields;

	(void)state;
	assert_fits(text.ptr);
	buffer_destroy(&text);
	output_init(&fields, -1);
	usage_fields(&fields);
	buffer_putc(&fields.buffer, '\0');
	assert_fits(fields.buffer.ptr);
	buffer_destroy(&fields.buffer);
}

static void
prints_one_group(void **state)
{
	struct buffer text = all_help("Archive");
	struct output out;

	(void)state;
	assert_non_null(strstr(text.ptr, "--all-files"));
	assert_null(strstr(text.ptr, "--csv-safe"));
	assert_null(strstr(text.ptr, "usage:"));
	buffer_destroy(&text);
	output_init(&out, -1);
	assert_false(usage_help(STR("archives"), &out));
	buffer_destroy(&out.buffer);
}

static void
keeps_each_group_on_one_screen(void **state)
{
	(void)state;
	for (int i = 0; i < GROUP_COUNT; i++) {
		const char *name = option_group_name((enum option_group)i);
		struct buffer text = all_help(name);
		size_t lines = 0;

		for (const char *at = text.ptr; *at; at++)
			lines += *at == '\n';
		if (lines > 60)
			fail_msg("%s: %zu lines", name, lines);
		buffer_destroy(&text);
	}
}

static void
lists_every_field(void **state)
{
	struct output out;

	(void)state;
	output_init(&out, -1);
	usage_fields(&out);
	buffer_putc(&out.buffer, '\0');
	for (int i = 0; i < FIELD_ALL; i++) {
		char entry[64];

		snprintf(entry, sizeof(entry), "%s%s ", i ? "\n" : "",
		    field_row((enum field)i)->name);
		if (!strstr(out.buffer.ptr, entry))
			fail_msg("no %s", field_row((enum field)i)->name);
	}
	buffer_destroy(&out.buffer);
}

static void
names_the_libraries_and_their_versions(void **state)
{
	static const char *const names[] = {"mtrack " MTRACK_VERSION "\n",
	    "\nzlib 1.", "\nlibcsv 3.", "\nxxHash 0.", "\nutf8proc 2.",
	    "\ngzip is unpacked by "};
	struct output out;

	(void)state;
	output_init(&out, -1);
	usage_version(&out);
	buffer_putc(&out.buffer, '\0');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strstr(out.buffer.ptr, names[i]))
			fail_msg("no %s in %s", names[i], out.buffer.ptr);
	buffer_destroy(&out.buffer);
}

/* A table whose rows are not what they seem would break more than help. */
static void
has_no_name_or_letter_twice(void **state)
{
	const struct option_row *a;
	const struct option_row *b;

	(void)state;
	for (size_t i = 0; (a = option_row(i)); i++)
		for (size_t j = i + 1; (b = option_row(j)); j++) {
			if (!strcmp(a->name, b->name) ||
			    (a->letter && a->letter == b->letter) ||
			    (a->alias && !strcmp(a->alias, b->name)) ||
			    (b->alias && !strcmp(b->alias, a->name)))
				fail_msg("%s, %s", a->name, b->name);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(holds_every_option_with_its_letter_and_label),
	    cmocka_unit_test(lists_the_values_of_closed_sets),
	    cmocka_unit_test(fits_into_eighty_columns),
	    cmocka_unit_test(prints_one_group),
	    cmocka_unit_test(keeps_each_group_on_one_screen),
	    cmocka_unit_test(lists_every_field),
	    cmocka_unit_test(names_the_libraries_and_their_versions),
	    cmocka_unit_test(has_no_name_or_letter_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

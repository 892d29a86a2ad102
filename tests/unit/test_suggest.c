/* SPDX-License-Identifier: MIT */
/* The nearest known name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/suggest.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct str names[] = {
    STR("sender"),
    STR("sender-ip"),
    STR("recipient"),
    STR("subject"),
    STR("since"),
    STR("skip"),
    STR("to"),
    STR("top"),
    STR("temporary-delivery-error"),
    STR("quarantined"),
};

static void
finds_the_name_that_was_meant(void **state)
{
	/* clang-format off */
	static const struct {
		const char *word;
		const char *name;
	} rows[] = {
		{ "sender", "sender" },
		{ "SENDER", "sender" },
		{ "sneder", "sender" },                 /* swapped: one slip */
		{ "sende", "sender" },
		{ "senderr", "sender" },
		{ "recepient", "recipient" },
		{ "recpt", "" },
		{ "subjcet", "subject" },
		{ "sender_ip", "sender-ip" },
		{ "Sender IP", "sender-ip" },
		{ "skpi", "skip" },
		{ "sinec", "since" },
		{ "tp", "" },                           /* to or top? */
		{ "sndr", "sender" },                   /* two slips, and no other */
		{ "sbjct", "subject" },
		{ "kip", "skip" },
		{ "ndre", "" },                         /* another first letter */
		{ "siipe", "" },                        /* since or skip? */
		{ "topp", "top" },
		{ "temprary delivery eror", "temporary-delivery-error" },
		{ "Temporary_Delivery_Errors", "temporary-delivery-error" },
		{ "quarantine", "quarantined" },
		{ "quarntned", "quarantined" },
		{ "qarntnd", "" },
		{ "x", "" },
		{ "xy", "" },
		{ "", "" },
		{ "bogus", "" },
		{ "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", "" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str found = suggest_nearest(
		    str_from(rows[i].word), names, COUNT(names));

		if (!str_eq(found, str_from(rows[i].name)))
			fail_msg("'%s': '%.*s', not '%s'", rows[i].word,
			    STR_ARG(found), rows[i].name);
	}
}

static void
finds_nothing_among_no_names(void **state)
{
	(void)state;
	assert_int_equal(suggest_nearest(STR("sender"), NULL, 0).len, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_name_that_was_meant),
	    cmocka_unit_test(finds_nothing_among_no_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

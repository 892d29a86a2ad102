/* SPDX-License-Identifier: MIT */
/* The field table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "mtrack/field.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
every_field_has_a_name_and_a_line_of_help(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FIELD_NONE; i++) {
		const struct field_row *row = field_row((enum field)i);

		if (!row->name || !row->help || strlen(row->help) > 70)
			fail_msg("field %u", i);
	}
}

/* The switch of field_from_json is held against the table here. */
static void
every_json_key_finds_its_field(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FIELD_NONE; i++) {
		const struct field_row *row = field_row((enum field)i);
		bool read = row->kind != KIND_DERIVED;

		if (field_from_json(str_from(row->name)) !=
		    (read ? (enum field)i : FIELD_NONE))
			fail_msg("%s", row->name);
		for (unsigned k = 0; k < FIELD_NAMES && row->keys[k]; k++)
			if (field_from_json(str_from(row->keys[k])) != i)
				fail_msg("%s", row->keys[k]);
	}
}

static void
json_keys_are_exact(void **state)
{
	static const char *const others[] = {"", "s", "Sender", "SENDER",
	    "sender ", "sendex", "gentime", "genTimf", "logTypf", "logtype",
	    "timestamq", "attachmentz", "recipients", "policyAction", "file",
	    "line", "senderDomain", "downstreamDANF", "logs", "nextToken",
	    "a very long key that no field has, longer than all of them"};

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		if (field_from_json(str_from(others[i])) != FIELD_NONE)
			fail_msg("'%s'", others[i]);
	/* A length that only agrees in its low bits. */
	{
		char longer[262];

		memset(longer, 's', sizeof(longer));
		memcpy(longer, "sender", 6);
		assert_int_equal(
		    field_from_json((struct str){longer, sizeof(longer)}),
		    FIELD_NONE);
	}
}

static void
columns_are_found_by_key_and_by_the_consoles_label(void **state)
{
	/* clang-format off */
	static const struct {
		const char *column;
		enum field field;
	} rows[] = {
		{"Timestamp", FIELD_TIMESTAMP},
		{"genTime", FIELD_GEN_TIME},
		{"GEN_TIME", FIELD_GEN_TIME},
		{"Message ID", FIELD_MESSAGE_ID},
		{"message-id", FIELD_MESSAGE_ID},
		{"messageID", FIELD_MESSAGE_ID},
		{"Sender IP", FIELD_SENDER_IP},
		{"Delivered To", FIELD_DELIVERED_TO},
		{"Email Header (To)", FIELD_HEADER_TO},
		{"email header to", FIELD_HEADER_TO},
		{"headerTo", FIELD_HEADER_TO},
		{"Email Header (From)", FIELD_HEADER_FROM},
		{"Upstream TLS", FIELD_UPSTREAM_TLS},
		{"upstreamTLS", FIELD_UPSTREAM_TLS},
		{"Downstream TLS", FIELD_DOWNSTREAM_TLS},
		{"Downstream DANE", FIELD_DOWNSTREAM_DANE},
		{"Reported Risk", FIELD_REPORTED_RISK},
		{"Block Reason", FIELD_REASON},
		{"reason", FIELD_REASON},
		{"Mail ID", FIELD_MAIL_ID},
		{"Traffic Type", FIELD_TYPE},
		{"logType", FIELD_TYPE},
		{"tlsInfo", FIELD_TLS_INFO},
		{" size ", FIELD_SIZE},
		{"()-_ ", FIELD_NONE},
		{"", FIELD_NONE},
		{"file", FIELD_NONE},
		{"Attachment Filename", FIELD_NONE}, /* a part, not the field */
		{"sender.", FIELD_NONE},
		{"senders", FIELD_NONE},
		{"sende", FIELD_NONE},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (field_from_column(str_from(rows[i].column)) !=
		    rows[i].field)
			fail_msg("'%s'", rows[i].column);
}

static void
no_column_name_means_two_fields(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FIELD_NONE; i++) {
		const struct field_row *row = field_row((enum field)i);

		if (row->kind == KIND_DERIVED)
			continue;
		if (field_from_column(str_from(row->name)) != i)
			fail_msg("%s", row->name);
		for (unsigned k = 0; k < FIELD_NAMES && row->labels[k]; k++)
			if (field_from_column(str_from(row->labels[k])) != i)
				fail_msg("%s", row->labels[k]);
	}
}

static void
cef_keys_and_labels(void **state)
{
	/* clang-format off */
	static const struct {
		const char *key;
		enum field field;
	} rows[] = {
		{"rt", FIELD_GEN_TIME},
		{"suser", FIELD_SENDER},
		{"duser", FIELD_RECIPIENT},
		{"msg", FIELD_SUBJECT},
		{"src", FIELD_SENDER_IP},
		{"deviceTranslatedAddress", FIELD_DELIVERED_TO},
		{"act", FIELD_ACTION},
		{"cn1", FIELD_SIZE},
		{"reason", FIELD_REASON},
		{"mailUuid", FIELD_MAIL_ID},
		{"direction", FIELD_DIRECTION},
		{"messageId", FIELD_MESSAGE_ID},
		{"attachments", FIELD_ATTACHMENTS},
		{"tlsInfo", FIELD_TLS_INFO},
		{"embeddedUrl", FIELD_EMBEDDED_URLS},
		{"sender", FIELD_NONE},
		{"cs1", FIELD_NONE},
		{"", FIELD_NONE},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (field_from_cef(str_from(rows[i].key)) != rows[i].field)
			fail_msg("'%s'", rows[i].key);
}

static void
printed_names_ignore_case(void **state)
{
	(void)state;
	assert_int_equal(field_find(STR("SENDERIP")), FIELD_SENDER_IP);
	assert_int_equal(field_find(STR("file")), FIELD_FILE);
	assert_int_equal(
	    field_find(STR("recipientDomain")), FIELD_RECIPIENT_DOMAIN);
	assert_int_equal(field_find(STR("tlsInfo")), FIELD_NONE);
	assert_int_equal(field_find(STR("")), FIELD_NONE);
	assert_int_equal(field_find(STR("sender IP")), FIELD_NONE);
}

/* SPEC 2, word for word. */
static void
state_fields_are_those_of_the_last_action(void **state)
{
	static const fieldset states = FIELD_BIT(FIELD_GEN_TIME) |
	    FIELD_BIT(FIELD_DELIVERY_TIME) | FIELD_BIT(FIELD_TYPE) |
	    FIELD_BIT(FIELD_ACTION) | FIELD_BIT(FIELD_REASON) |
	    FIELD_BIT(FIELD_DETAILS) | FIELD_BIT(FIELD_DELIVERED_TO) |
	    FIELD_BIT(FIELD_DOWNSTREAM_TLS) | FIELD_BIT(FIELD_DOWNSTREAM_DANE) |
	    FIELD_BIT(FIELD_REPORTED_RISK);

	(void)state;
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (field_row((enum field)i)->state != (states >> i & 1))
			fail_msg("%s", field_row((enum field)i)->name);
}

/* SPEC 4.2: frozen within a major version. */
static void
names_and_order_are_frozen(void **state)
{
	static const char order[] =
	    "timestamp genTime deliveryTime direction type action reason "
	    "sender recipient headerFrom headerTo subject messageID mailID "
	    "size senderIP deliveredTo upstreamTLS downstreamTLS "
	    "downstreamDANE details attachments embeddedUrls reportedRisk "
	    "file line senderDomain recipientDomain ";
	char is[sizeof(order) + 100] = "";

	(void)state;
	for (unsigned i = 0; i < FIELD_ALL; i++) {
		strcat(is, field_row((enum field)i)->name);
		strcat(is, " ");
	}
	assert_string_equal(is, order);
	assert_int_equal(FIELD_COUNT, 24);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_field_has_a_name_and_a_line_of_help),
	    cmocka_unit_test(every_json_key_finds_its_field),
	    cmocka_unit_test(json_keys_are_exact),
	    cmocka_unit_test(
		columns_are_found_by_key_and_by_the_consoles_label),
	    cmocka_unit_test(no_column_name_means_two_fields),
	    cmocka_unit_test(cef_keys_and_labels),
	    cmocka_unit_test(printed_names_ignore_case),
	    cmocka_unit_test(state_fields_are_those_of_the_last_action),
	    cmocka_unit_test(names_and_order_are_frozen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Records packed and unpacked; addresses taken apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/record.h"

static const struct str to[] = {
    {"a@example.com", 13}, {"", 0}, {"b@example.com", 13}};
static const struct attachment files[] = {
    {{"a.zip", 5}, {"00ff", 4}, {NULL, 0}, {"decrypted", 9}},
    {{"noname", 6}, {NULL, 0}, {"deleted", 7}, {NULL, 0}}};

static struct record
sample(void)
{
	struct record rec = {.stamp = TIME_NONE};

	rec.present = FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME) |
	    FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_SUBJECT) |
	    FIELD_BIT(FIELD_HEADER_TO) | FIELD_BIT(FIELD_SIZE) |
	    FIELD_BIT(FIELD_ATTACHMENTS);
	rec.time[FIELD_TIMESTAMP] = -5;
	rec.time[FIELD_GEN_TIME] = 1700000000123;
	rec.text[FIELD_SENDER] = STR("s@example.org");
	rec.text[FIELD_SUBJECT] = STR("two\0words");
	rec.header_to = (struct strlist){to, 3};
	rec.size = UINT64_MAX;
	rec.attachments = files;
	rec.attachment_count = 2;
	rec.origin = (struct origin){7, 2, 1234567890123, 99};
	rec.raw = STR("{raw}");
	rec.raw_header = STR("a,b");
	return rec;
}

static void
assert_str(struct str is, struct str should)
{
	assert_int_equal(is.len, should.len);
	assert_true(str_eq(is, should));
}

static void
gives_back_what_was_packed(void **state)
{
	struct record rec = sample();
	struct record back;
	struct buffer packed = BUFFER_EMPTY;
	struct buffer items = BUFFER_EMPTY;
	fieldset all = FIELDSET_PRINTABLE | FIELD_BIT(FIELD_LINE);
	size_t length;

	(void)state;
	rec.stamp = 42;
	length = record_pack(&rec, all, true, &packed);
	assert_int_equal(length % 8, 0);
	assert_int_equal(length, packed.len);
	assert_int_equal(record_packed_length(packed.ptr), length);
	assert_int_equal(
	    record_packed_time(packed.ptr, FIELD_GEN_TIME), 1700000000123);
	assert_true(
	    record_packed_time(packed.ptr, FIELD_DELIVERY_TIME) == TIME_NONE);
	record_unpack(packed.ptr, &back, &items);
	assert_true(back.present == rec.present);
	assert_int_equal(back.stamp, 42);
	assert_int_equal(back.time[FIELD_TIMESTAMP], -5);
	assert_true(back.size == UINT64_MAX);
	assert_str(back.text[FIELD_SENDER], rec.text[FIELD_SENDER]);
	assert_str(back.text[FIELD_SUBJECT], rec.text[FIELD_SUBJECT]);
	assert_int_equal(back.header_to.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_str(back.header_to.items[i], to[i]);
	assert_int_equal(back.attachment_count, 2);
	assert_str(back.attachments[0].sha256, files[0].sha256);
	assert_str(back.attachments[0].password, files[0].password);
	assert_str(back.attachments[1].status, files[1].status);
	assert_int_equal(back.origin.line, 99);
	assert_int_equal(origin_order(&back.origin, &rec.origin), 0);
	assert_str(back.raw, rec.raw);
	assert_str(back.raw_header, rec.raw_header);
	buffer_destroy(&packed);
	buffer_destroy(&items);
}

static void
packs_only_the_fields_asked_for(void **state)
{
	struct record rec = sample();
	struct record back;
	struct buffer packed = BUFFER_EMPTY;
	struct buffer items = BUFFER_EMPTY;

	(void)state;
	record_pack(&rec, FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_ACTION),
	    false, &packed);
	record_unpack(packed.ptr, &back, &items);
	assert_true(back.present == FIELD_BIT(FIELD_SENDER));
	assert_true(back.stamp == TIME_NONE);
	assert_int_equal(back.raw.len, 0);
	buffer_destroy(&packed);
	buffer_destroy(&items);
}

static void
takes_addresses_out_of_brackets(void **state)
{
	static const struct {
		const char *text;
		bool header;
		const char *bare;
	} rows[] = {
	    {"a@b.c", false, "a@b.c"},
	    {"<>", false, ""},
	    {"<a@b.c>", false, "a@b.c"},
	    {" <a@b.c> ", false, "a@b.c"},
	    {"Name <a@b.c>", false, "Name <a@b.c>"},
	    {"Name <a@b.c>", true, "a@b.c"},
	    {"\"<x>\" <a@b.c>", true, "a@b.c"},
	    {"a@b.c>", true, "a@b.c>"},
	    {"<a@b.c", true, "<a@b.c"},
	    {"", true, ""},
	    {">", true, ">"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str bare =
		    record_bare_address(str_from(rows[i].text), rows[i].header);

		if (!str_eq(bare, str_from(rows[i].bare)))
			fail_msg("%s gave %.*s", rows[i].text, STR_ARG(bare));
	}
	assert_str(record_domain(STR("a@b@c.d")), STR("c.d"));
	assert_str(record_domain(STR("nobody")), STR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_back_what_was_packed),
	    cmocka_unit_test(packs_only_the_fields_asked_for),
	    cmocka_unit_test(takes_addresses_out_of_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

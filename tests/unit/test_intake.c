/* SPDX-License-Identifier: MIT */
/* Values on their way into records. Rows put `key: value` pairs in as a JSON
 * object of one record and say what comes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/json_object.h"
#include "reader_test.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* An identity and a time, so that the rest of a row is what it is about. */
#define ID "\"mailID\":\"m\",\"genTime\":\"2026-10-01T08:00:00Z\""
#define T0 "1790841600000" /* that time */

struct taken {
	struct arena arena;
	struct intake in;
	struct intake_rules rules;
	struct buffer out;
	enum flow answer; /* of the stage behind */
	size_t count;
};

static void
taken_init(struct taken *taken)
{
	*taken = (struct taken){.answer = FLOW_MORE};
	taken->in.rules = &taken->rules;
	taken->in.arena = &taken->arena;
	taken->in.wanted = FIELDSET_PRINTABLE;
}

static void
taken_destroy(struct taken *taken)
{
	arena_destroy(&taken->arena);
	buffer_destroy(&taken->out);
}

static enum flow
take(void *ctx, const struct record *rec)
{
	struct taken *taken = ctx;

	if (taken->count++)
		buffer_puts(&taken->out, STR(" /"));
	assert_int_equal(rec->origin.item, taken->count - 1);
	reader_test_fields(&taken->out, rec,
	    taken->in.wanted &
		~(FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_GEN_TIME)));
	return taken->answer;
}

/* What comes of the OBJECT, as ` name=value` pairs, `other` or `bad: …`; the
 * mailID and genTime of every row are left out. */
static const char *
outcome(struct taken *taken, const char *object)
{
	struct fault fault;
	enum flow flow = FLOW_FAIL;
	size_t end;

	buffer_clear(&taken->out);
	taken->count = 0;
	if (json_object_read(&taken->in, NULL, intake_needs(taken->in.wanted),
		str_from(object), &end, &fault) != OBJECT_WHOLE)
		fail_msg("'%s': %s", object, fault.what);
	switch (intake_emit(&taken->in, take, taken, &flow, &fault)) {
	case INTAKE_RECORD:
		assert_int_equal(flow, taken->answer);
		break;
	case INTAKE_OTHER:
		buffer_puts(&taken->out, STR("other"));
		break;
	case INTAKE_BAD:
		buffer_printf(&taken->out, "bad: %s", fault.what);
		break;
	}
	buffer_putc(&taken->out, '\0');
	return taken->out.ptr;
}

struct row {
	const char *object;
	const char *is;
};

static void
check(struct taken *taken, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *is = outcome(taken, rows[i].object);

		if (strcmp(is, rows[i].is))
			fail_msg("%s\n gives '%s'\nnot    '%s'", rows[i].object,
			    is, rows[i].is);
	}
}

static void
check_plain(const struct row *rows, size_t count)
{
	struct taken taken;

	taken_init(&taken);
	check(&taken, rows, count);
	taken_destroy(&taken);
}

static void
no_value_has_many_spellings(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"{" ID "}", ""},
		{"{" ID ",\"sender\":null}", ""},
		{"{" ID ",\"sender\":\"\"}", ""},
		{"{" ID ",\"sender\":[]}", ""},
		{"{" ID ",\"sender\":[\"\"]}", ""},
		{"{" ID ",\"sender\":{}}", ""},
		{"{" ID ",\"sender\":{\"a\":\"b\"}}", ""},
		{"{" ID ",\"headerTo\":[\"\"],\"embeddedUrls\":null}", ""},
		{"{" ID ",\"headerTo\":[],\"embeddedUrls\":\"\"}", ""},
		{"{" ID ",\"attachments\":null}", ""},
		{"{" ID ",\"attachments\":[]}", ""},
		{"{" ID ",\"attachments\":[\"\"]}", ""},
		{"{" ID ",\"attachments\":[null]}", ""},
		{"{" ID ",\"attachments\":\"\"}", ""},
		{"{" ID ",\"recipient\":[\"\",null]}", ""},
		{"{" ID ",\"recipient\":\"<>\"}", ""},
		{"{" ID ",\"tlsInfo\":\"\"}", ""},
		{"{" ID ",\"unknown\":\"x\",\"Sender\":\"x\"}", ""},
	};
	/* clang-format on */

	(void)state;
	check_plain(rows, COUNT(rows));
}

static void
texts_numbers_and_lists(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"{" ID ",\"sender\":\"a@b\",\"subject\":\"x\"}", " sender=a@b subject=x"},
		{"{" ID ",\"subject\":12.50}", " subject=12.50"},
		{"{" ID ",\"subject\":true}", " subject=true"},
		{"{" ID ",\"subject\":\" \"}", " subject= "},
		{"{" ID ",\"subject\":\"\\u00e9\\n\"}", " subject=\xc3\xa9\n"},
		{"{" ID ",\"subject\":[\"\",\"x\",\"y\"]}", " subject=x"},
		{"{" ID ",\"sender\":\"<>\"}", " sender=<>"},
		{"{" ID ",\"sender\":\"<a@b>\"}", " sender=<a@b>"},
		{"{" ID ",\"size\":12}", " size=12"},
		{"{" ID ",\"size\":\"12\"}", " size=12"},
		{"{" ID ",\"size\":0}", " size=0"},
		{"{" ID ",\"size\":-1}", ""},
		{"{" ID ",\"size\":1.5}", ""},
		{"{" ID ",\"size\":1e3}", ""},
		{"{" ID ",\"size\":\"12 KB\"}", ""},
		{"{" ID ",\"size\":18446744073709551615}", " size=18446744073709551615"},
		{"{" ID ",\"size\":18446744073709551616}", ""},
		{"{" ID ",\"headerTo\":[\"a\",\"\",\"b\"]}", " headerTo=[a|b]"},
		{"{" ID ",\"headerTo\":\"a\"}", " headerTo=[a]"},
		{"{" ID ",\"headerTo\":[\"a\\n\",1,null,{}]}", " headerTo=[a\n|1]"},
		{"{" ID ",\"embeddedUrls\":[\"http://a\"]}", " embeddedUrls=[http://a]"},
		/* a key given twice: the last */
		{"{" ID ",\"sender\":\"a\",\"sender\":\"b\"}", " sender=b"},
		{"{" ID ",\"sender\":\"a\",\"sender\":null}", ""},
		{"{" ID ",\"headerTo\":[\"a\"],\"headerTo\":[]}", ""},
		{"{" ID ",\"size\":1,\"size\":\"x\"}", ""},
		{"{" ID ",\"recipient\":\"a\",\"recipient\":[\"b\",\"c\"]}", " recipient=b / recipient=c"},
		{"{" ID ",\"send\\u0065r\":\"a\"}", " sender=a"},
	};
	/* clang-format on */

	(void)state;
	check_plain(rows, COUNT(rows));
}

static void
one_record_for_each_recipient(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"{" ID ",\"recipient\":\"a\"}", " recipient=a"},
		{"{" ID ",\"recipient\":[\"a\"]}", " recipient=a"},
		{"{" ID ",\"recipient\":[\"a\",\"b\"],\"size\":1}",
		    " recipient=a size=1 / recipient=b size=1"},
		{"{" ID ",\"recipient\":[\"a\",\"\",\"<>\",\"a\"]}", " recipient=a / recipient=a"},
		{"{" ID ",\"recipient\":[null],\"size\":1}", " size=1"},
		{"{" ID ",\"recipient\":7}", " recipient=7"},
	};
	/* clang-format on */
	struct taken taken;

	(void)state;
	check_plain(rows, COUNT(rows));
	/* The stage behind may have enough. */
	taken_init(&taken);
	taken.answer = FLOW_STOP;
	assert_string_equal(
	    outcome(&taken, "{" ID ",\"recipient\":[\"a\",\"b\"]}"),
	    " recipient=a");
	taken_destroy(&taken);
}

static void
direction_type_and_dane_are_spelled_one_way(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"{" ID ",\"direction\":\"in\"}", " direction=in"},
		{"{" ID ",\"direction\":\"Incoming\"}", " direction=in"},
		{"{" ID ",\"direction\":\"OUT\"}", " direction=out"},
		{"{" ID ",\"direction\":\"outgoing\"}", " direction=out"},
		{"{" ID ",\"direction\":\"sideways\"}", " direction=sideways"},
		{"{" ID ",\"type\":\"accepted_traffic\"}", " type=accepted"},
		{"{" ID ",\"type\":\"Accepted traffic\"}", " type=accepted"},
		{"{" ID ",\"type\":\"ACCEPTED\"}", " type=accepted"},
		{"{" ID ",\"type\":\"blocked_traffic\"}", " type=blocked"},
		{"{" ID ",\"logType\":\"Blocked traffic\"}", " type=blocked"},
		{"{" ID ",\"logType\":\"blocked\"}", " type=blocked"},
		{"{" ID ",\"type\":\"mail\"}", " type=mail"},
		/* a collector's own word does not hide the type, nor does null */
		{"{" ID ",\"type\":\"mail\",\"logType\":\"blocked\"}", " type=blocked"},
		{"{" ID ",\"logType\":\"blocked\",\"type\":\"mail\"}", " type=blocked"},
		{"{" ID ",\"logType\":\"blocked\",\"type\":null}", " type=blocked"},
		{"{" ID ",\"type\":\"accepted\",\"logType\":\"blocked\"}", " type=blocked"},
		/* when no key says it */
		{"{" ID ",\"action\":\"Delivered\"}", " type=accepted action=Delivered"},
		{"{" ID ",\"reason\":\"QIL\"}", " type=blocked reason=QIL"},
		{"{" ID ",\"action\":\"Bounced\",\"reason\":\"x\"}",
		    " type=accepted action=Bounced reason=x"},
		{"{" ID ",\"action\":\"\",\"reason\":\"x\"}", " type=blocked reason=x"},
		{"{" ID ",\"type\":\"blocked\",\"action\":\"Deleted\"}",
		    " type=blocked action=Deleted"},
		{"{" ID ",\"downstreamDANE\":\"yes\"}", " downstreamDANE=Yes"},
		{"{" ID ",\"downstreamDANE\":false}", " downstreamDANE=No"},
		{"{" ID ",\"downstreamDANE\":true}", " downstreamDANE=Yes"},
		{"{" ID ",\"downstreamDANE\":\"n/a\"}", " downstreamDANE=n/a"},
		{"{" ID ",\"reportedRisk\":\"Not a Risk\"}", " reportedRisk=Not a Risk"},
	};
	/* clang-format on */

	(void)state;
	check_plain(rows, COUNT(rows));
}

static void
tls_info_is_split_into_its_legs(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"{" ID ",\"tlsInfo\":\"upstreamTLS: TLS 1.2; downstreamTLS: None\"}",
		    " upstreamTLS=TLS 1.2 downstreamTLS=None"},
		{"{" ID ",\"tlsInfo\":\"upstreamTLS: TLS 1.3\"}", " upstreamTLS=TLS 1.3"},
		{"{" ID ",\"tlsInfo\":\"DOWNSTREAMtls:TLS 1.0;UpstreamTLS :None;\"}",
		    " upstreamTLS=None downstreamTLS=TLS 1.0"},
		{"{" ID ",\"tlsInfo\":\"upstreamTLS: ; downstreamTLS\"}", ""},
		{"{" ID ",\"tlsInfo\":\"TLS 1.2\"}", ""},
		{"{" ID ",\"tlsInfo\":\";;:;\"}", ""},
		{"{" ID ",\"tlsInfo\":\"upstreamTLS: a; upstreamTLS: b\"}", " upstreamTLS=a"},
		{"{" ID ",\"tlsInfo\":\"upstreamTLS: a; downstreamTLS: b\",\"upstreamTLS\":\"c\"}",
		    " upstreamTLS=c downstreamTLS=b"},
		{"{" ID ",\"upstreamTLS\":null,\"tlsInfo\":\"upstreamTLS: a\"}", " upstreamTLS=a"},
	};
	/* clang-format on */

	(void)state;
	check_plain(rows, COUNT(rows));
}

static void
attachments_in_all_their_shapes(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"{" ID ",\"attachments\":[{\"fileName\":\"a\",\"sha256\":\"b\",\"status\":\"Deleted\","
		    "\"passwordAnalysis\":\"Decrypted\",\"x\":1},{\"fileName\":\"c\"},{\"sha256\":\"d\"}]}",
		    " attachments=[a,b,Deleted,Decrypted|c,,,|,d,,]"},
		{"{" ID ",\"attachments\":[[\"a\",\"b\"],[\"c\"],[],[\"\",\"d\"]]}",
		    " attachments=[a,b,,|c,,,|,d,,]"},
		{"{" ID ",\"attachments\":[\"a\",\"b\"]}", " attachments=[a,,,|b,,,]"},
		{"{" ID ",\"attachments\":[{}]}", " attachments=[,,,]"},
		{"{" ID ",\"attachments\":{\"fileName\":\"a\"}}", " attachments=[a,,,]"},
		{"{" ID ",\"attachments\":\"[{\\\"fileName\\\":\\\"a\\\\u0062\\\"}]\"}",
		    " attachments=[ab,,,]"},
		{"{" ID ",\"attachments\":\"a.pdf\"}", " attachments=[a.pdf,,,]"},
		{"{" ID ",\"attachments\":\"[a.pdf\"}", " attachments=[[a.pdf,,,]"},
		{"{" ID ",\"attachments\":[{\"fileName\":\"a\\\"b\",\"fileName\":\"\\u00e9\"}]}",
		    " attachments=[\xc3\xa9,,,]"},
	};
	/* clang-format on */

	(void)state;
	check_plain(rows, COUNT(rows));
}

static void
what_is_no_mail_tracking_record(void **state)
{
#define TIME "\"genTime\":\"2026-10-01T08:00:00Z\""
	/* clang-format off */
	static const struct row rows[] = {
		{"{}", "other"},
		{"{" TIME "}", "other"},
		{"{" TIME ",\"subject\":\"x\"}", "other"},
		{"{" TIME ",\"sender\":\"\",\"recipient\":[],\"messageID\":null}", "other"},
		{"{" TIME ",\"sender\":\"<>\"}", "other"},
		{"{" TIME ",\"sender\":\"a\"}", " sender=a"},
		{"{" TIME ",\"recipient\":\"a\"}", " recipient=a"},
		{"{" TIME ",\"messageID\":\"a\"}", " messageID=a"},
		{"{" TIME ",\"mailID\":\"a\"}", ""},
		{"{" TIME ",\"sender\":\"<>\",\"recipient\":\"a\"}", " sender=<> recipient=a"},
		{"{" ID ",\"sender\":\"a\",\"policyAction\":\"Delete\"}", "other"},
		{"{" ID ",\"sender\":\"a\",\"policyAction\":null}", " sender=a"},
		{"{" ID ",\"sender\":\"a\",\"policyAction\":\"\"}", " sender=a"},
		{"{\"code\":\"ResourceNotAvailable\",\"message\":\"no\"}", "other"},
		/* another kind of object is not malformed for want of a time */
		{"{\"genTime\":\"yesterday\"}", "other"},
	};
	/* clang-format on */

	(void)state;
	check_plain(rows, COUNT(rows));
}

static void
times_make_a_record_malformed(void **state)
{
#define EXPECTED " is no time: expected is a form like 2026-10-01T08:15:30Z"
	/* clang-format off */
	static const struct row rows[] = {
		{"{\"mailID\":\"m\"}", "bad: no time: neither genTime nor timestamp"},
		{"{\"mailID\":\"m\",\"genTime\":null,\"timestamp\":\"\"}",
		    "bad: no time: neither genTime nor timestamp"},
		{"{\"mailID\":\"m\",\"deliveryTime\":\"2026-10-01T08:00:00Z\"}",
		    "bad: no time: neither genTime nor timestamp"},
		{"{\"mailID\":\"m\",\"timestamp\":\"2026-10-01T08:00:00Z\"}", " timestamp=" T0},
		{"{\"mailID\":\"m\",\"timestamp\":\" 2026-10-01T08:00:00Z\\n\"}", " timestamp=" T0},
		{"{\"mailID\":\"m\",\"timestamp\":1790841600}", " timestamp=" T0},
		{"{\"mailID\":\"m\",\"timestamp\":\"noon\"}", "bad: timestamp `noon`" EXPECTED},
		{"{" ID ",\"timestamp\":\"noon\"}", "bad: timestamp `noon`" EXPECTED},
		{"{\"mailID\":\"m\",\"genTime\":\"noon\",\"timestamp\":\"2026-10-01T08:00:00Z\"}",
		    "bad: genTime `noon`" EXPECTED},
		{"{\"mailID\":\"m\",\"genTime\":\"2026-02-30T00:00:00Z\"}",
		    "bad: genTime `2026-02-30T00:00:00Z`" EXPECTED},
		{"{" ID ",\"deliveryTime\":\"noon\"}", ""},
		{"{" ID ",\"deliveryTime\":\"2026-10-01T08:00:00Z\"}", " deliveryTime=" T0},
		/* the last one counts, good or bad */
		{"{" ID ",\"timestamp\":\"noon\",\"timestamp\":\"2026-10-01T08:00:00Z\"}",
		    " timestamp=" T0},
		{"{" ID ",\"timestamp\":\"noon\",\"timestamp\":null}", ""},
		{"{" ID ",\"timestamp\":\"2026-10-01T08:00:00Z\",\"timestamp\":\"noon\"}",
		    "bad: timestamp `noon`" EXPECTED},
	};
	/* clang-format on */

	(void)state;
	check_plain(rows, COUNT(rows));
}

static void
map_reads_its_key_first(void **state)
{
	static const struct intake_map maps[] = {
	    {FIELD_SENDER, PART_NONE, STR("from")},
	    {FIELD_TIMESTAMP, PART_NONE, STR("at")},
	    {FIELD_DELIVERY_TIME, PART_NONE, STR("done")},
	    {FIELD_SIZE, PART_NONE, STR("bytes")},
	    {FIELD_TYPE, PART_NONE, STR("kind")},
	    {FIELD_RECIPIENT, PART_NONE, STR("to")},
	    {FIELD_ATTACHMENTS, PART_NONE, STR("files")},
	    {FIELD_ATTACHMENTS, PART_STATUS, STR("state")},
	    {FIELD_ATTACHMENTS, PART_NAME, STR("name")},
	    {FIELD_REASON, PART_NONE, STR("details")}, /* a key of its own */
	};
	/* clang-format off */
	static const struct row rows[] = {
		{"{" ID ",\"from\":\"a\"}", " sender=a"},
		{"{" ID ",\"from\":\"a\",\"sender\":\"b\"}", " sender=a"},
		{"{" ID ",\"sender\":\"b\",\"from\":\"a\"}", " sender=a"},
		{"{" ID ",\"from\":\"a\",\"sender\":null}", " sender=a"},
		{"{" ID ",\"from\":\"\",\"sender\":\"b\"}", " sender=b"},
		{"{" ID ",\"sender\":\"b\",\"from\":null}", " sender=b"},
		{"{" ID ",\"at\":\"2026-10-01T08:00:00Z\",\"timestamp\":\"noon\"}", " timestamp=" T0},
		{"{" ID ",\"timestamp\":\"2026-10-01T08:00:00Z\",\"at\":\"noon\"}",
		    "bad: timestamp `noon`" EXPECTED},
		{"{" ID ",\"done\":\"noon\",\"deliveryTime\":\"2026-10-01T08:00:00Z\"}",
		    " deliveryTime=" T0},
		{"{" ID ",\"bytes\":\"x\",\"size\":1}", " size=1"},
		{"{" ID ",\"bytes\":2,\"size\":1}", " size=2"},
		{"{" ID ",\"type\":\"blocked\",\"kind\":\"accepted\"}", " type=accepted"},
		{"{" ID ",\"kind\":\"accepted\",\"type\":\"blocked\"}", " type=accepted"},
		{"{" ID ",\"to\":[\"a\",\"b\"],\"recipient\":\"c\"}", " recipient=a / recipient=b"},
		{"{" ID ",\"to\":[\"\"],\"recipient\":\"c\"}", " recipient=c"},
		{"{" ID ",\"files\":[\"a\"],\"attachments\":[\"b\"]}", " attachments=[a,,,]"},
		{"{" ID ",\"attachments\":[\"b\"],\"files\":[]}", " attachments=[b,,,]"},
		{"{" ID ",\"attachments\":[{\"name\":\"a\",\"fileName\":\"b\",\"state\":\"Deleted\"}]}",
		    " attachments=[a,,Deleted,]"},
		{"{" ID ",\"attachments\":[{\"fileName\":\"b\",\"name\":\"\",\"status\":\"x\",\"state\":\"y\"}]}",
		    " attachments=[b,,y,]"},
		{"{" ID ",\"details\":\"x\"}", " type=blocked reason=x details=x"},
		{"{" ID ",\"state\":\"x\"}", ""},
	};
	/* clang-format on */
	struct taken taken;

	(void)state;
	taken_init(&taken);
	taken.rules.maps = maps;
	taken.rules.map_count = COUNT(maps);
	check(&taken, rows, COUNT(rows));
	taken_destroy(&taken);
}

/* Whatever is wanted, the verdict and the wanted fields are the same. */
static void
the_verdict_never_depends_on_what_is_wanted(void **state)
{
	/* clang-format off */
	static const char *const objects[] = {
		"{" ID ",\"recipient\":[\"a\",\"b\"],\"sender\":\"s\",\"size\":1,\"action\":\"Delivered\","
		    "\"tlsInfo\":\"upstreamTLS: x; downstreamTLS: y\",\"headerTo\":[\"h\"],"
		    "\"attachments\":[{\"fileName\":\"a\"}],\"embeddedUrls\":[\"u\"],\"reason\":\"r\"}",
		"{" ID ",\"reason\":\"r\",\"timestamp\":\"noon\"}",
		"{" TIME ",\"messageID\":\"x\",\"logType\":\"blocked\",\"deliveryTime\":\"noon\"}",
		"{\"recipient\":\"x\"}",
		"{" TIME ",\"sender\":\"<>\",\"subject\":\"x\"}",
		"{" ID ",\"policyAction\":\"x\"}",
	};
	/* clang-format on */
	struct taken all;
	struct taken some;

	(void)state;
	taken_init(&all);
	taken_init(&some);
	for (size_t i = 0; i < COUNT(objects); i++)
		for (unsigned field = 0; field <= FIELD_COUNT; field++) {
			const char *is;

			some.in.wanted =
			    field < FIELD_COUNT ? FIELD_BIT(field) : 0;
			is = outcome(&some, objects[i]);
			/* The same record, printed as far as wanted. */
			all.in.wanted = FIELDSET_PRINTABLE;
			outcome(&all, objects[i]);
			all.in.wanted = some.in.wanted;
			{
				struct fault fault;
				enum flow flow;

				if (!strncmp(is, "bad", 3) ||
				    !strcmp(is, "other")) {
					assert_string_equal(is, all.out.ptr);
					continue;
				}
				buffer_clear(&all.out);
				all.count = 0;
				assert_int_equal(intake_emit(&all.in, take,
						     &all, &flow, &fault),
				    INTAKE_RECORD);
				buffer_putc(&all.out, '\0');
			}
			if (strcmp(is, all.out.ptr))
				fail_msg("%s, field %u: '%s' not '%s'",
				    objects[i], field, is, all.out.ptr);
		}
	taken_destroy(&all);
	taken_destroy(&some);
}

static void
columns_of_attachment_parts(void **state)
{
	struct taken taken;
	struct intake *in = &taken.in;
	struct fault fault;
	enum flow flow;

	(void)state;
	assert_int_equal(
	    intake_part_from_column(STR("Attachment Filename")), PART_NAME);
	assert_int_equal(intake_part_from_column(STR("attachment_sha256_hash")),
	    PART_SHA256);
	assert_int_equal(
	    intake_part_from_column(STR("Attachment Status")), PART_STATUS);
	assert_int_equal(
	    intake_part_from_column(STR("Attachment Password Analysis")),
	    PART_PASSWORD);
	assert_int_equal(
	    intake_part_from_column(STR("attachments")), PART_NONE);
	taken_init(&taken);
	intake_begin(in);
	intake_text(in, FIELD_MAIL_ID, STR("m"), false);
	intake_text(in, FIELD_GEN_TIME, STR("2026-10-01 08:00:00"), false);
	assert_true(intake_attachments_json(
	    in, STR(" [{\"fileName\":\"a\"},[\"b\",\"c\"]] "), false));
	assert_false(intake_attachments_json(in, STR("a.pdf"), false));
	assert_false(intake_attachments_json(in, STR("[1] x"), false));
	assert_false(intake_attachments_json(in, STR("{}"), false));
	intake_attachment_part(in, PART_STATUS, STR("Deleted"));
	intake_attachment_part(in, PART_SHA256, STR("[\"x\",\"y\",\"z\"]"));
	intake_attachment_part(in, PART_PASSWORD, STR(""));
	assert_true(intake_list_json(
	    in, FIELD_HEADER_TO, STR("[\"a, b\",\"c\"]"), false));
	assert_false(intake_list_json(in, FIELD_HEADER_TO, STR("a, b"), false));
	assert_int_equal(
	    intake_emit(in, take, &taken, &flow, &fault), INTAKE_RECORD);
	buffer_putc(&taken.out, '\0');
	assert_string_equal(taken.out.ptr,
	    " headerTo=[a, b|c] attachments=[a,x,Deleted,|b,c,,|,z,,]");
	taken_destroy(&taken);
}

/* Records follow each other without a trace, and without new memory. */
static void
the_last_record_is_forgotten(void **state)
{
	struct taken taken;
	size_t held;

	(void)state;
	taken_init(&taken);
	outcome(&taken,
	    "{" ID ",\"sender\":\"a\\n\",\"recipient\":[\"b\",\"c\"],"
	    "\"headerTo\":[\"d\"],\"tlsInfo\":\"upstreamTLS: x\",\"type\":"
	    "\"blocked\",\"attachments\":[\"e\"],\"policyAction\":\"x\"}");
	assert_string_equal(outcome(&taken, "{" ID "}"), "");
	held = taken.arena.held;
	for (int i = 0; i < 1000; i++)
		outcome(&taken,
		    "{" ID ",\"headerTo\":[\"a\\n\",\"b\\n\"],"
		    "\"attachments\":[[\"a\\n\",\"b\\n\"]]}");
	assert_int_equal(taken.arena.held, held);
	taken_destroy(&taken);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_value_has_many_spellings),
	    cmocka_unit_test(texts_numbers_and_lists),
	    cmocka_unit_test(one_record_for_each_recipient),
	    cmocka_unit_test(direction_type_and_dane_are_spelled_one_way),
	    cmocka_unit_test(tls_info_is_split_into_its_legs),
	    cmocka_unit_test(attachments_in_all_their_shapes),
	    cmocka_unit_test(what_is_no_mail_tracking_record),
	    cmocka_unit_test(times_make_a_record_malformed),
	    cmocka_unit_test(map_reads_its_key_first),
	    cmocka_unit_test(the_verdict_never_depends_on_what_is_wanted),
	    cmocka_unit_test(columns_of_attachment_parts),
	    cmocka_unit_test(the_last_record_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

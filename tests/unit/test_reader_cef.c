/* SPDX-License-Identifier: MIT */
/* CEF lines as records and faults, in windows of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/lines.h"
#include "mtrack/reader_cef.h"

#include "reader_test.h"

static const struct intake_rules no_rules;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const size_t chunks[] = {1, 2, 7, 37, 65536};

#define FRAME    "<14> 2024-01-01T11:11:11Z host.test tmes[1]: "
#define TRACKING "CEF:0|Trend Micro|TMES|1.0.0.0|400101|TRACKING|4|"
#define RT       "rt=2026-10-01T00:00:00.500Z "
#define IS       "1@0#0 genTime=1790812800500"

struct example {
	const char *file;
	const char *records;
	const char *faults;
};

static struct reader_run
new_run(void)
{
	return (struct reader_run){
	    .ops = &reader_cef, .wanted = FIELDSET_PRINTABLE};
}

static void
assert_text(const struct buffer *found, const char *right, const char *what,
    const char *file, size_t chunk)
{
	if (!str_eq(buffer_str(found), str_from(right)))
		fail_msg("%s of\n%s\nin pieces of %zu:\n%.*sbut not\n%s", what,
		    file, chunk, STR_ARG(buffer_str(found)), right);
}

static void
assert_examples(
    struct reader_run *run, const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t c = 0; c < COUNT(chunks); c++) {
			const char *file = examples[i].file;

			reader_run(run, str_from(file), chunks[c]);
			assert_text(&run->records, examples[i].records,
			    "records", file, chunks[c]);
			assert_text(&run->faults, examples[i].faults, "faults",
			    file, chunks[c]);
		}
}

/* clang-format off */
static const struct example values[] = {
	/* the published sample's order of keys */
	{FRAME TRACKING "rt=2026-10-01T00:00:00.500Z suser=user+1=2@example.test duser=b@y.test "
	    "msg=Test Virus src=192.0.2.48 deviceTranslatedAddress=mx.test[203.0.113.2]:25 "
	    "cs1Label=mailUuid cs1=6965ab9b cs2Label=direction cs2=incoming "
	    "cs3Label=messageId cs3=<m1@x.test> cn1Label=messageSize cn1=1809 act=Delivered "
	    "cs4Label=attachments cs4=[{\"fileName\":\"a b.zip\",\"sha256\":\"00\"},{\"fileName\":\"noname\"}] "
	    "cs5Label=tlsInfo cs5=upstreamTLS: None; downstreamTLS: TLS 1.2 "
	    "cs6Label=embeddedUrl cs6=[\"http://a.test/?x=1\",\"http://b.test\"]\n",
	    IS " direction=in type=accepted action=Delivered sender=user+1=2@example.test "
	    "recipient=b@y.test subject=Test Virus messageID=<m1@x.test> mailID=6965ab9b size=1809 "
	    "senderIP=192.0.2.48 deliveredTo=mx.test[203.0.113.2]:25 upstreamTLS=None "
	    "downstreamTLS=TLS 1.2 attachments=[a b.zip,00,,|noname,,,] "
	    "embeddedUrls=[http://a.test/?x=1|http://b.test]\n", ""},
	/* labels behind their values, slots in any order; a value without a label is none */
	{TRACKING "suser=a cs2=outgoing cs1=u1 cs4=x cs1Label=direction cs2Label=mailUuid " RT "\n",
	    IS " direction=u1 sender=a mailID=outgoing\n", ""},
	/* pairs as attachments; a bare URL; several recipients */
	{TRACKING RT "duser=b@y.test; c@y.test;;d@y.test cs4Label=attachments cs4=[[\"f\",\"00\"]] "
	    "cs6Label=embeddedUrl cs6=http://a.test\n",
	    "1@0#0 genTime=1790812800500 recipient=b@y.test attachments=[f,00,,] embeddedUrls=[http://a.test]\n"
	    "1@0#1 genTime=1790812800500 recipient=c@y.test attachments=[f,00,,] embeddedUrls=[http://a.test]\n"
	    "1@0#2 genTime=1790812800500 recipient=d@y.test attachments=[f,00,,] embeddedUrls=[http://a.test]\n", ""},
	/* JSON that was cut is no value; JSON escaped as CEF wants it, and not */
	{TRACKING RT "suser=a cs4Label=attachments cs4=[{\"fileName\":\"a cs6Label=embeddedUrl cs6=[\"http://a\n",
	    IS " sender=a\n", ""},
	{TRACKING RT "suser=a cs6Label=embeddedUrl cs6=[\"http://a.test/?x\\=1\"] "
	    "cs4Label=attachments cs4=[{\"fileName\":\"a\\\"b\\\\c\\n\"}]\n",
	    IS " sender=a attachments=[a\"b\\c\n,,,] embeddedUrls=[http://a.test/?x=1]\n", ""},
	/* where values end */
	{TRACKING RT "suser=a msg=1+1=2 x=y duserx=z  act=Temporary delivery error  \n",
	    IS " type=accepted action=Temporary delivery error sender=a subject=1+1=2 x=y duserx=z\n", ""},
	{TRACKING RT "suser=a msg=act=b reason=\n", IS " sender=a subject=act=b\n", ""},
	{TRACKING RT "suser=a msg=b act\\=c src=\n", IS " sender=a subject=b act=c\n", ""},
	{TRACKING RT "suser= msg= act= duser=b\n", IS " recipient=b\n", ""},
	{TRACKING RT "suser=a reason=Sender blocked\n",
	    IS " type=blocked reason=Sender blocked sender=a\n", ""},
	{TRACKING "junk " RT "suser=a suser=b cs1Label=mailUuid cs1=1 cs1=2\n", IS " sender=b mailID=2\n", ""},
	/* escapes */
	{TRACKING RT "suser=a msg=\\=\\\\\\|\\n\\r\\x\\\n",
	    IS " sender=a subject==\\|\n\r\\x\\\n", ""},
	/* bytes are bytes */
	{TRACKING RT "suser=a msg=\xff\xc3 \t|\n", IS " sender=a subject=\xff\xc3 \t|\n", ""},
};

static const struct example lines[] = {
	{"", "", ""},
	/* frames */
	{"Oct  1 08:06:12 relay " TRACKING RT "suser=a\r\n", IS " sender=a\n", ""},
	{"<14>1 2026-10-01T00:00:00Z h tmes 1 - [x y=\"CEF:\"] " TRACKING RT "suser=a\n", IS " sender=a\n", ""},
	{"\xef\xbb\xbf" TRACKING RT "suser=a\n", "1@3#0 genTime=1790812800500 sender=a\n", ""},
	{"CEF: 0|trend micro|Other|1|400101|x||" RT "suser=a\n\r\n \n", IS " sender=a\n", ""},
	{"CEF:1|Trend Micro|a\\|b|1|400101|x|4|" RT "suser=a", IS " sender=a\n", ""},
	/* other events */
	{"CEF:0|Trend Micro|TMES|1|100101|DETECTION|4|" RT "suser=a\n"
	    "CEF:0|Another|TMES|1|400101|TRACKING|4|" RT "suser=a\n" TRACKING RT "msg=none of ours\n"
	    TRACKING RT "suser=a\n", "4@249#0 genTime=1790812800500 sender=a\n", ""},
	/* faults */
	{"a line\n" TRACKING RT "suser=a\nCEF:0|Trend Micro|TMES|1\nCEF:x|\n" TRACKING "suser=a\n"
	    TRACKING "rt=soon suser=a\nCEF:0|",
	    "2@7#0 genTime=1790812800500 sender=a\n",
	    "1 framing: no CEF record\n"
	    "3 framing: a CEF header that ends after 3 of its 7 fields\n"
	    "4 framing: no CEF record\n"
	    "5 inner: no time: neither genTime nor timestamp\n"
	    "6 inner: genTime `soon` is no time: expected is a form like 2026-10-01T08:15:30Z\n"
	    "7 framing unfinished: a CEF header that ends after 1 of its 7 fields\n"},
};
/* clang-format on */

static void
reads_values_by_the_known_keys(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	assert_examples(&run, values, COUNT(values));
	reader_run_destroy(&run);
}

static void
reads_lines_in_any_frame_and_tells_the_bad_ones(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	assert_examples(&run, lines, COUNT(lines));
	reader_run_destroy(&run);
}

static void
counts_records_and_other_events(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	reader_run(&run,
	    STR("CEF:0|Trend Micro|TMES|1|300101|AUDIT|4|a=b\n" TRACKING RT
		"duser=a;b\n" TRACKING RT "\nx\n"),
	    65536);
	assert_int_equal(run.tally.records, 1);
	assert_int_equal(run.emitted, 2);
	assert_int_equal(run.tally.other, 2);
	assert_true(run.between);
	reader_run_destroy(&run);
}

/* clang-format off */
static const struct intake_map maps[] = {
	{FIELD_REPORTED_RISK, PART_NONE, {"risk", 4}},
	{FIELD_HEADER_TO, PART_NONE, {"headerTo", 8}},
	{FIELD_SENDER, PART_NONE, {"msg", 3}},
	{FIELD_ATTACHMENTS, PART_STATUS, {"verdict", 7}},
};

static const struct example mapped[] = {
	/* KEY ends values, may be a label, comes before the field's own */
	{TRACKING RT "act=Delivered risk=Not a Risk suser=a other=1 cs4Label=headerTo cs4=x@y, z@y\n",
	    IS " type=accepted action=Delivered sender=a other=1 headerTo=[x@y|z@y] "
	    "reportedRisk=Not a Risk\n", ""},
	{TRACKING RT "msg=m suser=a\n", IS " sender=m subject=m\n", ""},
	{TRACKING RT "suser=a msg=\n", IS " sender=a\n", ""},
	{TRACKING RT "verdict=Cleaned suser=a cs4Label=attachments cs4=[{\"fileName\":\"f\"}]\n",
	    IS " sender=a attachments=[f,,Cleaned,]\n", ""},
};
/* clang-format on */

static void
reads_fields_from_keys_and_labels_that_map_names(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	run.rules.maps = maps;
	run.rules.map_count = COUNT(maps);
	assert_examples(&run, mapped, COUNT(mapped));
	reader_run_destroy(&run);
}

static void
gives_the_whole_line_as_raw(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	run.want_raw = true;
	run.wanted = 0;
	reader_run(&run, STR(FRAME TRACKING RT "suser=a b \r\n"), 5);
	assert_text(&run.records, "1@0#0 raw=" FRAME TRACKING RT "suser=a b \n",
	    "records", "a line", 5);
	reader_run_destroy(&run);
}

static void
survives_a_nul_byte(void **state)
{
	static const char file[] = TRACKING RT "suser=a msg=x\0y act=Deleted\n";
	struct reader_run run = new_run();

	(void)state;
	run.wanted = FIELD_BIT(FIELD_ACTION);
	reader_run(&run, STR(file), 37);
	assert_text(&run.records, "1@0#0 action=Deleted\n", "records",
	    "a line with a NUL", 37);
	reader_run_destroy(&run);
}

/* ---- the prefilter ---- */

static void
passes_over_lines_that_lack_the_literals(void **state)
{
	static const struct prefilter needle = {
	    .groups = {{.literals = {{"needle", 6}}, .count = 1, .fold = true}},
	    .count = 1};
	struct reader_run run = new_run();

	(void)state;
	run.prefilter = &needle;
	run.wanted = FIELD_BIT(FIELD_SENDER);
	for (size_t c = 0; c < COUNT(chunks); c++) {
		reader_run(&run,
		    STR(TRACKING RT "suser=a\nneedle\n" TRACKING RT
				    "suser=NEEDLE\n" TRACKING RT
				    "suser=b msg=\\=\n" TRACKING RT
				    "suser=c\n"),
		    chunks[c]);
		assert_text(&run.records,
		    "3@92#0 sender=NEEDLE\n4@182#0 sender=b\n", "records",
		    "needles", chunks[c]);
		assert_text(&run.faults, "2 framing: no CEF record\n", "faults",
		    "needles", chunks[c]);
		assert_int_equal(run.tally.records, 4);
		assert_int_equal(run.tally.passed_over, 2);
	}
	run.decode_all = true;
	reader_run(&run, STR(TRACKING RT "suser=a\n"), 65536);
	assert_int_equal(run.emitted, 1);
	reader_run_destroy(&run);
}

/* ---- long lines ---- */

static void
put_many(struct buffer *out, char c, size_t count)
{
	buffer_reserve(out, count);
	memset(out->ptr + out->len, c, count);
	out->len += count;
}

static void
a_line_may_have_16_mib_and_no_more(void **state)
{
	static const char begin[] = TRACKING RT "suser=a msg=";
	struct reader_run run = new_run();

	(void)state;
	run.wanted = FIELD_BIT(FIELD_SENDER);
	for (size_t more = 0; more < 2; more++) {
		struct buffer file = BUFFER_EMPTY;

		buffer_puts(&file, STR(begin));
		put_many(&file, 'x', RECORD_LIMIT - file.len - 1 + more);
		buffer_puts(&file, STR("\n" TRACKING RT "suser=b\n"));
		reader_run(&run, buffer_str(&file), RECORD_LIMIT / 4);
		assert_int_equal(run.emitted, 2 - more);
		assert_text(&run.faults,
		    more ? "1 framing: a line of more than 16 MiB\n" : "",
		    "faults", "a long line", RECORD_LIMIT / 4);
		buffer_destroy(&file);
	}
	reader_run_destroy(&run);
}

static void
a_window_of_the_record_limit_is_always_enough(void **state)
{
	struct lines found = {.number = 1};
	struct buffer window = BUFFER_EMPTY;
	struct line line;
	size_t at = 0;

	(void)state;
	put_many(&window, 'x', RECORD_LIMIT);
	assert_int_equal(
	    lines_next(&found, buffer_str(&window), false, &at, &line),
	    LINE_LONG);
	assert_int_equal(at, RECORD_LIMIT);
	at = 0;
	assert_int_equal(
	    lines_next(&found, STR("xxx\ny\n"), false, &at, &line), LINE_WHOLE);
	assert_int_equal(line.number, 2);
	assert_true(str_eq(line.text, STR("y")));
	buffer_destroy(&window);
}

/* ---- properties ---- */

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Any damage inside a line costs that line and no other. */
static void
loses_no_line_but_the_damaged_one(void **state)
{
	static const char line[] =
	    FRAME TRACKING RT "suser=a@x.test msg=some \\= text act=Delivered";
	struct reader_run run = new_run();
	struct buffer file = BUFFER_EMPTY;
	uint64_t seed = 20261006;

	(void)state;
	run.wanted = FIELD_BIT(FIELD_MAIL_ID);
	for (unsigned round = 0; round < 500; round++) {
		size_t hit = next_random(&seed) % 5;

		buffer_clear(&file);
		for (size_t i = 0; i < 5; i++) {
			size_t begin = file.len;

			buffer_printf(
			    &file, "%s cs1Label=mailUuid cs1=id%zu\n", line, i);
			for (size_t k = 0; i == hit && k < 4; k++) {
				size_t at = begin +
				    next_random(&seed) % (file.len - begin - 1);
				char c = (char)next_random(&seed);

				file.ptr[at] = c == '\n' ? '|' : c;
			}
		}
		reader_run(&run, buffer_str(&file), chunks[round % 5]);
		for (size_t i = 0; i < 5; i++) {
			char id[32];

			snprintf(id, sizeof(id), " mailID=id%zu\n", i);
			if (i != hit &&
			    str_find(buffer_str(&run.records), str_from(id)) ==
				SIZE_MAX)
				fail_msg("line %zu is lost in\n%.*s", i + 1,
				    STR_ARG(buffer_str(&file)));
		}
	}
	buffer_destroy(&file);
	reader_run_destroy(&run);
}

/* A line of pieces in any order: keys, and what only looks like one. */
static void
put_random_line(struct buffer *file, uint64_t *seed)
{
	static const char *const pieces[] = {"act=Delivered", "act=", "xact=1",
	    "act", "msg=an act=b", "msg=act=c", "cs1Label=mailUuid", "cs1=u1",
	    "cs1=", "cn1Label=messageSize", "cn1=12", "duser=b@y.test",
	    "suser=a=b@x.test", "src=192.0.2.1", "s rc=1", "words",
	    "deviceTranslatedAddress=mx.test:25", "xdeviceTranslatedAddress=q",
	    "xcs1Label=y", "eviceTranslatedAddress=q", "reason=why"};

	buffer_puts(file, STR(TRACKING RT "suser=a"));
	for (size_t i = next_random(seed) % 12; i; i--)
		buffer_printf(file, "%s%s", next_random(seed) % 8 ? " " : "  ",
		    pieces[next_random(seed) % COUNT(pieces)]);
	buffer_putc(file, '\n');
}

/* The fields of the last record. */
static struct str
last_fields(const struct reader_run *run)
{
	struct str rest = buffer_str(&run->records);
	struct str line = STR_NONE;

	while (str_split(&rest, '\n', &line) && rest.len)
		;
	return str_drop(line, str_find_char(line, ' '));
}

/* The order of keys that a reader got used to changes nothing. */
static void
reads_a_line_alike_whatever_came_before(void **state)
{
	struct reader_run used = new_run();
	struct reader_run fresh = new_run();
	struct buffer file = BUFFER_EMPTY;
	uint64_t seed = 20261130;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		size_t begin = 0;
		struct str got, want;

		buffer_clear(&file);
		for (size_t i = 0; i < 6; i++) {
			begin = file.len;
			put_random_line(&file, &seed);
		}
		reader_run(&used, buffer_str(&file), 65536);
		reader_run(&fresh, str_drop(buffer_str(&file), begin), 65536);
		got = last_fields(&used);
		want = last_fields(&fresh);
		if (!str_eq(got, want))
			fail_msg("%.*s: %.*s, alone %.*s",
			    STR_ARG(str_drop(buffer_str(&file), begin)),
			    STR_ARG(got), STR_ARG(want));
	}
	buffer_destroy(&file);
	reader_run_destroy(&used);
	reader_run_destroy(&fresh);
}

static void
reads_every_fixture_alike_in_pieces_of_every_size(void **state)
{
	static const char *const names[] = {"bad-line", "good-tracking",
	    "odd-equals", "odd-frames", "odd-other-ids", "odd-reason",
	    "odd-several-recipients", "forms/mails"};
	struct reader_run whole = new_run();
	struct reader_run run = new_run();

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char path[400];
		struct str file;

		snprintf(path, sizeof(path), TESTDATA "/%s.cef", names[i]);
		file = reader_test_file(path);
		assert_int_equal(
		    reader_cef.sniff(file, false, &no_rules), SNIFF_YES);
		whole.want_raw = run.want_raw = true;
		reader_run(&whole, file, file.len);
		assert_true(whole.records.len > 0);
		for (size_t c = 0; c < COUNT(chunks); c++) {
			reader_run(&run, file, chunks[c]);
			assert_text(&run.records, whole.records.ptr, "records",
			    path, chunks[c]);
			assert_text(&run.faults, whole.faults.ptr, "faults",
			    path, chunks[c]);
		}
		free((void *)(uintptr_t)file.ptr);
	}
	reader_run_destroy(&whole);
	reader_run_destroy(&run);
}

/* clang-format off */
static const struct {
	const char *head;
	bool all;
	enum sniff sniff;
} sniffs[] = {
	{TRACKING RT "\n", false, SNIFF_YES},
	{FRAME "CEF: 0|Another|x|1|1|x|1|", true, SNIFF_YES},
	{"cut=off msg=x\n" FRAME TRACKING, false, SNIFF_YES},
	{"# about\n" FRAME "CEF:0|Another|x|1|1|x|1|\n", true, SNIFF_NO},
	{"CEF:0|Trend Mic", false, SNIFF_MORE},
	{"CEF:0|Trend Mic", true, SNIFF_NO},
	{"CEF: is a format\n", true, SNIFF_NO},
	{"{\"sender\":\"a\"}\n", true, SNIFF_NO},
};
/* clang-format on */

static void
knows_a_cef_line_when_it_sees_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sniffs); i++)
		if (reader_cef.sniff(str_from(sniffs[i].head), sniffs[i].all,
			&no_rules) != sniffs[i].sniff)
			fail_msg("%s", sniffs[i].head);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_values_by_the_known_keys),
	    cmocka_unit_test(reads_lines_in_any_frame_and_tells_the_bad_ones),
	    cmocka_unit_test(counts_records_and_other_events),
	    cmocka_unit_test(reads_fields_from_keys_and_labels_that_map_names),
	    cmocka_unit_test(gives_the_whole_line_as_raw),
	    cmocka_unit_test(survives_a_nul_byte),
	    cmocka_unit_test(passes_over_lines_that_lack_the_literals),
	    cmocka_unit_test(a_line_may_have_16_mib_and_no_more),
	    cmocka_unit_test(a_window_of_the_record_limit_is_always_enough),
	    cmocka_unit_test(loses_no_line_but_the_damaged_one),
	    cmocka_unit_test(reads_a_line_alike_whatever_came_before),
	    cmocka_unit_test(reads_every_fixture_alike_in_pieces_of_every_size),
	    cmocka_unit_test(knows_a_cef_line_when_it_sees_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

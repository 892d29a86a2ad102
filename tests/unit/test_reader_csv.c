/* SPDX-License-Identifier: MIT */
/* CSV files as records and faults, in windows of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtrack/reader_csv.h"

#include "reader_test.h"

static const struct intake_rules no_rules;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const size_t chunks[] = {1, 2, 7, 37, 65536};

/* A short header, and rows under it. H0 … are offsets of the lines. */
#define HEAD  "genTime,sender,recipient,subject\n"
#define ROW_A "2026-10-01T00:00:00Z,a@x.test,b@y.test,one\n"
#define ROW_B "2026-10-01T00:00:01Z,c@x.test,d@y.test,two\n"

/* What reader_test.h writes of them, but for place and subject. */
#define T0   "1790812800000"
#define T1   "1790812801000"
#define A_IS " genTime=" T0 " sender=a@x.test recipient=b@y.test subject="
#define B_IS " genTime=" T1 " sender=c@x.test recipient=d@y.test subject="

struct example {
	const char *file;
	const char *records;
	const char *faults;
};

static void
assert_text(const struct buffer *found, const char *right, const char *what,
    const char *file, size_t chunk)
{
	if (!str_eq(buffer_str(found), str_from(right)))
		fail_msg("%s of\n%sin pieces of %zu:\n%.*sbut not\n%s", what,
		    file, chunk, STR_ARG(buffer_str(found)), right);
}

static void
assert_example(struct reader_run *run, const struct example *example)
{
	for (size_t c = 0; c < COUNT(chunks); c++) {
		reader_run(run, str_from(example->file), chunks[c]);
		assert_text(&run->records, example->records, "records",
		    example->file, chunks[c]);
		assert_text(&run->faults, example->faults, "faults",
		    example->file, chunks[c]);
	}
}

static void
assert_examples(
    struct reader_run *run, const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_example(run, &examples[i]);
}

static struct reader_run
new_run(void)
{
	return (struct reader_run){
	    .ops = &reader_csv, .wanted = FIELDSET_PRINTABLE};
}

/* ---- headers ---- */

/* clang-format off */
static const struct example headers[] = {
	{"", "", ""},
	{HEAD, "", ""},
	{HEAD ROW_A ROW_B, "2@33#0" A_IS "one\n3@76#0" B_IS "two\n", ""},
	/* names: case, spaces, `_`, `-`, `()` do not matter */
	{"GEN_TIME,\"Email Header (From)\",mail-id,Sender IP\n"
	    "2026-10-01T00:00:00Z,f@x.test,m1,192.0.2.1\n",
	    "2@49#0 genTime=" T0 " headerFrom=f@x.test mailID=m1 senderIP=192.0.2.1\n", ""},
	/* the same header again, with a BOM, and without one */
	{"\xef\xbb\xbf" HEAD ROW_A "\xef\xbb\xbf" HEAD ROW_B HEAD,
	    "2@36#0" A_IS "one\n4@115#0" B_IS "two\n", ""},
	/* a new header: other columns, another order */
	{HEAD ROW_A "subject,recipient,timestamp\nsix,e@y.test,2026-10-01T00:00:01Z\n",
	    "2@33#0" A_IS "one\n4@104#0 timestamp=" T1 " recipient=e@y.test subject=six\n", ""},
	/* `@timestamp` is no e-mail address */
	{HEAD "\"subject\",recipient,sender,genTime,@timestamp\none,b@y.test,a@x.test,1790812800,x\n",
	    "3@79#0" A_IS "one\n", ""},
	/* two known names and an address are data */
	{HEAD "2026-10-01T00:00:00Z,sender,a@x.test,subject\n",
	    "2@33#0 genTime=" T0 " sender=sender recipient=a@x.test subject=subject\n", ""},
	{HEAD "2026-10-01T00:00:00Z,sender,x,subject\n",
	    "2@33#0 genTime=" T0 " sender=sender recipient=x subject=subject\n", ""},
	/* unknown columns are passed over, the last of two alike counts */
	{"x,genTime,sender,y,sender\n,2026-10-01T00:00:00Z,a,,b\n",
	    "2@26#0 genTime=" T0 " sender=b\n", ""},
	/* no header */
	{"sender,subject,recipient\na@x.test,one,b@y.test\n" HEAD ROW_A, "",
	    "1 framing: no header: no column timestamp or genTime among sender, subject, recipient\n"},
	{"timestamp,subject,direction\n" ROW_A, "",
	    "1 framing: no header: no column sender, recipient, messageID or mailID among "
	    "timestamp, subject, direction\n"},
	{HEAD ROW_A "sender,subject,recipient\n" ROW_B, "2@33#0" A_IS "one\n",
	    "3 framing: no header: no column timestamp or genTime among sender, subject, recipient\n"},
	{"genTime,deliveryTi", "", "1 framing unfinished: no header: no column sender, recipient, "
	    "messageID or mailID among genTime, deliveryTi\n"},
};
/* clang-format on */

static void
finds_columns_by_the_header_in_force(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	assert_examples(&run, headers, COUNT(headers));
	reader_run_destroy(&run);
}

static void
a_header_of_too_many_columns_is_refused(void **state)
{
	struct reader_run run = new_run();
	struct buffer file = BUFFER_EMPTY;

	(void)state;
	buffer_puts(&file, STR("genTime,sender"));
	for (size_t i = 0; i < 1500; i++)
		buffer_putc(&file, ',');
	buffer_puts(&file, STR("\n" ROW_A));
	reader_run(&run, buffer_str(&file), 999);
	assert_text(&run.faults,
	    "1 framing: no header: 1502 columns, at most 1024 can be read\n",
	    "faults", "a wide header\n", 999);
	assert_int_equal(run.records.len, 0);
	assert_false(run.between);
	buffer_destroy(&file);
	reader_run_destroy(&run);
}

/* clang-format off */
static const struct intake_map maps[] = {
	{FIELD_TIMESTAMP, PART_NONE, {"Zeit", 4}},
	{FIELD_SENDER, PART_NONE, {"Von wem", 7}},
	{FIELD_MAIL_ID, PART_NONE, {"subject", 7}},
	{FIELD_ATTACHMENTS, PART_STATUS, {"verdict", 7}},
};

static const struct example mapped[] = {
	/* KEY first, the own column where it has no value */
	{"ZEIT,von_wem,sender,subject\n2026-10-01T00:00:00Z,k@x.test,o@x.test,s1\n"
	    "2026-10-01T00:00:00Z,,o@x.test,N/A\n",
	    "2@28#0 timestamp=" T0 " sender=k@x.test subject=s1 mailID=s1\n"
	    "3@70#0 timestamp=" T0 " sender=o@x.test\n", ""},
	/* whichever column comes first */
	{"genTime,sender,von wem\n2026-10-01T00:00:00Z,o@x.test,k@x.test\n",
	    "2@23#0 genTime=" T0 " sender=k@x.test\n", ""},
	/* a part of the attachments, before them */
	{"verdict,attachments,zeit,sender\n"
	    "Cleaned,\"[{\"\"fileName\"\":\"\"f\"\"}]\",2026-10-01T00:00:00Z,a@x.test\n",
	    "2@32#0 timestamp=" T0 " sender=a@x.test attachments=[f,,Cleaned,]\n", ""},
};
/* clang-format on */

static void
reads_fields_from_columns_that_map_names(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	run.rules.maps = maps;
	run.rules.map_count = COUNT(maps);
	assert_examples(&run, mapped, COUNT(mapped));
	reader_run_destroy(&run);
}

/* ---- values ---- */

#define ALL                                                                    \
	"timestamp,mailID,direction,headerTo,embeddedUrls,attachments,tlsInfo"
#define V "1790812800,m,"
#define W "2@69#0 timestamp=" T0

/* clang-format off */
static const struct example values[] = {
	{ALL "\n" V "incoming,,,,upstreamTLS: TLS 1.2; downstreamTLS: None\n",
	    W " direction=in mailID=m upstreamTLS=TLS 1.2 downstreamTLS=None\n", ""},
	/* no value */
	{ALL "\n" V "N/A,N/A,N/A,\"N/A\",\"\"\n", W " mailID=m\n", ""},
	{ALL "\n" V " N/A,n/a,,,\n", W " direction= N/A headerTo=[n/a] mailID=m\n", ""},
	/* lists */
	{ALL "\n" V ",\"a@x, b@y;c@z;\",\"http://a,http://b\thttp://c\nhttp://d\",,\n",
	    W " headerTo=[a@x|b@y|c@z] mailID=m embeddedUrls=[http://a|http://b|http://c|http://d]\n", ""},
	{ALL "\n" V ",\"\"\"D, J\\\"\"; K\"\" <j@x>, k@y\",,,\n",
	    W " headerTo=[\"D, J\\\"; K\" <j@x>|k@y] mailID=m\n", ""},
	{ALL "\n" V ",\"[\"\"a, b\"\",\"\"c\"\"]\",\"[\"\"u,v w\"\"]\",,\n",
	    W " headerTo=[a, b|c] mailID=m embeddedUrls=[u,v w]\n", ""},
	{ALL "\n" V ",[a@x],[,,\n",
	    W " headerTo=[[a@x]] mailID=m embeddedUrls=[[]\n", ""},
	/* attachments: JSON; what was cut is no value; a bare name is one */
	{ALL "\n" V ",,,\"[{\"\"fileName\"\":\"\"a,b\"\",\"\"sha256\"\":\"\"00\"\"},[\"\"c\"\",\"\"11\"\"]]\",\n",
	    W " mailID=m attachments=[a,b,00,,|c,11,,]\n", ""},
	{ALL "\n" V ",,,\"[{\"\"fileName\"\":\"\"a\",\n", W " mailID=m\n", ""},
	{ALL "\n" V ",,,bill.pdf,\n", W " mailID=m attachments=[bill.pdf,,,]\n", ""},
	/* the console's columns */
	{"Timestamp,Mail ID,Attachment Filename,Attachment SHA256 Hash,Attachment Status\n"
	    V "f,00,Cleaned\n",
	    "2@79#0 timestamp=" T0 " mailID=m attachments=[f,00,Cleaned,]\n", ""},
	/* white space belongs to its cell, bytes are bytes */
	{"timestamp,mailID,subject\n" V " a\xff \n",
	    "2@25#0 timestamp=" T0 " subject= a\xff  mailID=m\n", ""},
	{"timestamp,mailID,subject\n" V "\"two\nlines, \"\"q\"\"\"\n",
	    "2@25#0 timestamp=" T0 " subject=two\nlines, \"q\" mailID=m\n", ""},
	/* no mail tracking record */
	{"timestamp,mailID,policyAction\n" V "quarantine\n" V "\n",
	    "3@54#0 timestamp=" T0 " mailID=m\n", ""},
	{"timestamp,mailID,subject\n1790812800,,s\n", "", ""},
	/* inner faults */
	{"timestamp,mailID\n,m\nsoon,m\n", "",
	    "2 inner: no time: neither genTime nor timestamp\n"
	    "3 inner: timestamp `soon` is no time: expected is a form like 2026-10-01T08:15:30Z\n"},
};
/* clang-format on */

static void
reads_values_as_cells_carry_them(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	assert_examples(&run, values, COUNT(values));
	reader_run_destroy(&run);
}

static void
survives_a_nul_byte(void **state)
{
	static const char file[] =
	    HEAD "2026-10-01T00:00:00Z,a@x.test,b@y.test,o\0e\n";
	static const char right[] = "2@33#0" A_IS "o\0e\n";
	struct reader_run run = new_run();

	(void)state;
	run.want_raw = false;
	reader_run(&run, STR(file), 7);
	/* reader_test.h prints texts up to a NUL */
	assert_int_equal(run.emitted, 1);
	assert_memory_equal(run.records.ptr, right, sizeof(right) - 4);
	reader_run_destroy(&run);
}

/* ---- rows ---- */

#define AT(line, offset) #line "@" #offset "#0"

/* clang-format off */
static const struct example rows[] = {
	/* line ends, blank lines, a last line without its end */
	{"genTime,sender,recipient,subject\r\n\r\n2026-10-01T00:00:00Z,a@x.test,b@y.test,one\r\n",
	    "3@36#0" A_IS "one\n", ""},
	{"genTime,sender,recipient,subject\r2026-10-01T00:00:00Z,a@x.test,b@y.test,one\r\r",
	    "1@33#0" A_IS "one\n", ""},
	{HEAD "\n\n" ROW_A "\n2026-10-01T00:00:01Z,c@x.test,d@y.test,two",
	    "4@35#0" A_IS "one\n6@79#0" B_IS "two\n", ""},
	/* faults cost a line and no more */
	{HEAD ROW_A "x\n" ROW_B, "2@33#0" A_IS "one\n4@78#0" B_IS "two\n",
	    "3 framing: 1 columns where the header has 4\n"},
	{HEAD ROW_A "1,2,3,4,5\n" ROW_B, "2@33#0" A_IS "one\n4@86#0" B_IS "two\n",
	    "3 framing: 5 columns where the header has 4\n"},
	{HEAD ROW_A "a,b,\"c\"d,e\n" ROW_B, "2@33#0" A_IS "one\n4@87#0" B_IS "two\n",
	    "3 framing: text after a closing quote in column 3\n"},
	{HEAD ROW_A "a,b\",c,d\n" ROW_B, "2@33#0" A_IS "one\n4@85#0" B_IS "two\n",
	    "3 framing: a quote inside an unquoted cell in column 2\n"},
	{HEAD ROW_A "a,b,c,\"d\n" ROW_B, "2@33#0" A_IS "one\n4@85#0" B_IS "two\n",
	    "3 framing: a quoted cell in column 4, still open at the end of the file\n"},
	{HEAD ROW_A "a,b,c,\"d\n" ROW_B "a,b,c,\"d\n" ROW_A,
	    "2@33#0" A_IS "one\n4@85#0" B_IS "two\n6@137#0" A_IS "one\n",
	    "3 framing: text after a closing quote in column 4\n"
	    "5 framing: a quoted cell in column 4, still open at the end of the file\n"},
	/* the file is still being written */
	{HEAD ROW_A "2026-10-01T00:0", "2@33#0" A_IS "one\n",
	    "3 framing unfinished: 1 columns where the header has 4\n"},
	{HEAD ROW_A "2026-10-01T00:00:01Z,\"c@x", "2@33#0" A_IS "one\n",
	    "3 framing unfinished: a quoted cell in column 2, still open at the end of the file\n"},
	{"sender,genTime\na@x.test,2026-10-0", "",
	    "2 inner unfinished: genTime `2026-10-0` is no time: expected is a form like "
	    "2026-10-01T08:15:30Z\n"},
};
/* clang-format on */

static void
reads_on_behind_a_bad_row(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	assert_examples(&run, rows, COUNT(rows));
	reader_run_destroy(&run);
}

static void
gives_the_bytes_of_row_and_header(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	run.want_raw = true;
	run.wanted = 0;
	reader_run(&run,
	    STR("\xef\xbb\xbf\"genTime\",sender\r\n1790812800,\"a\n\"\r\n"
		"sender,genTime,subject\na,1790812800,s"),
	    3);
	assert_text(&run.records,
	    "2@21#0 raw=\"genTime\",sender/1790812800,\"a\n\"\n"
	    "5@61#0 raw=sender,genTime,subject/a,1790812800,s\n",
	    "records", "two headers\n", 3);
	reader_run_destroy(&run);
}

static void
stops_when_nothing_more_is_wanted(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	run.stop_after = 1;
	reader_run(&run, STR(HEAD ROW_A ROW_B ROW_A), 65536);
	assert_int_equal(run.flow, FLOW_STOP);
	assert_int_equal(run.emitted, 1);
	assert_int_equal(run.tally.records, 1);
	reader_run_destroy(&run);
}

static void
knows_whether_it_stands_between_rows(void **state)
{
	static const struct {
		const char *file;
		bool between;
	} cases[] = {{HEAD, true}, {HEAD ROW_A, true}, {HEAD ROW_A "2", false},
	    {HEAD "a,\"b\n", false}, {HEAD "a\"b", false},
	    {"sender,subject,recipient\n", false}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reader_run run = new_run();
		struct reader_settings set = {.rules = &run.rules,
		    .tally = &run.tally,
		    .emit = reader_test_record,
		    .emit_ctx = &run,
		    .fault = reader_test_fault,
		    .fault_ctx = &run};
		struct arena arena;
		struct reader *reader;
		size_t used;

		arena_init(&arena);
		reader = reader_csv.open(&arena, &set);
		assert_true(reader_csv.between(reader));
		reader_csv.feed(reader, str_from(cases[i].file), false, &used);
		if (reader_csv.between(reader) != cases[i].between)
			fail_msg("after %s", cases[i].file);
		reader_csv.close(reader);
		arena_destroy(&arena);
		reader_run_destroy(&run);
	}
}

/* ---- the prefilter ---- */

static const struct prefilter needle = {
    .groups = {{.literals = {{"needle", 6}, {"pin", 3}},
		   .count = 2,
		   .fold = true},
	{.literals = {{"x.test", 6}}, .count = 1, .fold = true}},
    .count = 2,
};

#define N1 "1790812800,Needle@x.test,r@y.test,s\n"
#define N2 "1790812800,needle@z.test,r@y.test,s\n"
#define N3 "1790812800,o@x.test,r@y.test,s\n"
#define N4 "1790812800,o@x.test,r@y.test,\"the, PIN\"\n"
#define N5 "1790812800,o@x.test,r@y.test,\"a, \\b\"\n"

/* What is emitted, with the numbers of rows met and passed over. */
static void
passes_over_rows_that_lack_the_literals(void **state)
{
	struct reader_run run = new_run();

	(void)state;
	run.prefilter = &needle;
	run.wanted = FIELD_BIT(FIELD_SENDER);
	for (size_t c = 0; c < COUNT(chunks); c++) {
		reader_run(&run,
		    STR(HEAD N3 N1 "bad\n" N2 HEAD N4 N3 N5 N3 N1 N3),
		    chunks[c]);
		assert_text(&run.records,
		    "3@64#0 sender=Needle@x.test\n7@173#0 sender=o@x.test\n"
		    "9@244#0 sender=o@x.test\n11@312#0 sender=Needle@x.test\n",
		    "records", "rows with and without a needle\n", chunks[c]);
		assert_text(&run.faults,
		    "4 framing: 1 columns where the header has 4\n", "faults",
		    "rows with and without a needle\n", chunks[c]);
		assert_int_equal(run.tally.records, 9);
		assert_int_equal(run.tally.passed_over, 5);
	}
	run.decode_all = true;
	reader_run(&run, STR(HEAD N3 N1), 65536);
	assert_int_equal(run.emitted, 2);
	assert_int_equal(run.tally.passed_over, 0);
	reader_run_destroy(&run);
}

static void
a_literal_with_a_quote_is_sought_in_decoded_cells_only(void **state)
{
	static const struct prefilter quote = {
	    .groups = {{.literals = {{"a\"b", 3}}, .count = 1}}, .count = 1};
	struct reader_run run = new_run();

	(void)state;
	run.prefilter = &quote;
	run.wanted = FIELD_BIT(FIELD_SUBJECT);
	reader_run(&run,
	    STR(HEAD "1790812800,s@x.test,r@y.test,\"a\"\"b\"\n" N3), 65536);
	assert_int_equal(run.emitted, 1);
	assert_int_equal(run.tally.passed_over, 1);
	reader_run_destroy(&run);
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

static const char *const subjects[] = {"plain", "\"with, comma\"",
    "\"and \"\"quotes\"\"\"", "\"\"", "", "\"two\nlines\"",
    "a subject that is rather longer than sixty-four bytes; no comma"};

static void
put_row(struct buffer *file, uint64_t *seed, unsigned number)
{
	const char *subject = subjects[next_random(seed) % COUNT(subjects)];

	buffer_printf(file, "1790812800,a%u@x.test,b@y.test,%s%s", number,
	    subject, next_random(seed) % 4 ? "\n" : "\r\n");
}

static bool
has_row(const struct reader_run *run, unsigned number)
{
	char sender[40];

	snprintf(sender, sizeof(sender), " sender=a%u@x.test ", number);
	return str_find(buffer_str(&run->records), str_from(sender)) !=
	    SIZE_MAX;
}

/* Good rows, one line of damage, good rows: whatever the damage, all rows
 * before it are read, and all behind it but those that a stray quote makes
 * into one cell with quotes of theirs, of which the first is told. */
static void
loses_no_row_before_damage_nor_behind_it(void **state)
{
	static const char *const damage[] = {"x", "a,b", "a\"b", "\"a\"b,c,d,e",
	    ",,,,,,", "a,b,c,\"d\" ", "\"\"\"\"\"x", "a,b,c,d\"\"",
	    "\xff\xfe,\"\"x"};
	struct reader_run run = new_run();
	struct buffer file = BUFFER_EMPTY;
	uint64_t seed = 20261004;

	(void)state;
	for (unsigned round = 0; round < 600; round++) {
		unsigned before = (unsigned)(next_random(&seed) % 9);
		unsigned all = before + (unsigned)(next_random(&seed) % 9);
		const char *bad = damage[round % COUNT(damage)];

		buffer_clear(&file);
		buffer_puts(&file, STR(HEAD));
		for (unsigned i = 0; i < all; i++) {
			if (i == before)
				buffer_printf(&file, "%s\n", bad);
			put_row(&file, &seed, i);
		}
		reader_run(&run, buffer_str(&file), chunks[round % 5]);
		for (unsigned i = 0; i < all; i++)
			if (!has_row(&run, i))
				fail_msg("row %u of %u is lost in\n%.*s", i,
				    all, STR_ARG(buffer_str(&file)));
		assert_int_equal(run.emitted, all);
		assert_int_equal(run.faults.len != 0, before < all);
	}
	buffer_destroy(&file);
	reader_run_destroy(&run);
}

static void
a_stray_quote_costs_its_own_row_only(void **state)
{
	struct reader_run run = new_run();
	struct buffer file = BUFFER_EMPTY;

	(void)state;
	for (unsigned at = 0; at < 6; at++) {
		buffer_clear(&file);
		buffer_puts(&file, STR(HEAD));
		for (unsigned i = 0; i < 6; i++)
			buffer_printf(&file, "1790812800,a%u@x.test,b,%s%u\n",
			    i, i == at ? "\"" : "", i);
		reader_run(&run, buffer_str(&file), 37);
		for (unsigned i = 0; i < 6; i++)
			if (has_row(&run, i) != (i != at))
				fail_msg(
				    "row %u with a quote in row %u", i, at);
		buffer_puts(&file, STR("1790812800,q@x.test,b,\"quoted\"\n"));
		reader_run(&run, buffer_str(&file), 37);
		assert_int_equal(run.emitted, 6);
	}
	buffer_destroy(&file);
	reader_run_destroy(&run);
}

/* The same records, whatever the prefilter and the size of windows. */
static void
a_prefilter_never_changes_what_it_lets_through(void **state)
{
	static const struct prefilter filter = {
	    .groups = {{.literals = {{"a1", 2}}, .count = 1},
		{.literals = {{"qu", 2}, {"two", 3}, {"pl", 2}}, .count = 3}},
	    .count = 2};
	struct reader_run plain = new_run();
	struct reader_run sieved = new_run();
	struct buffer file = BUFFER_EMPTY;
	uint64_t seed = 20261005;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		struct str rest;
		struct str line;

		buffer_clear(&file);
		buffer_puts(&file, STR(HEAD));
		for (unsigned i = 0; i < 30; i++)
			put_row(&file, &seed, i);
		plain.wanted = sieved.wanted = FIELD_BIT(FIELD_SENDER);
		sieved.prefilter = &filter;
		reader_run(&plain, buffer_str(&file), 65536);
		reader_run(&sieved, buffer_str(&file), chunks[round % 5]);
		assert_int_equal(sieved.tally.records, plain.tally.records);
		assert_int_equal(
		    sieved.emitted + sieved.tally.passed_over, plain.emitted);
		rest = buffer_str(&sieved.records);
		while (str_split(&rest, '\n', &line))
			assert_true(str_find(buffer_str(&plain.records),
					line) != SIZE_MAX);
		assert_true(sieved.tally.passed_over > 0);
	}
	buffer_destroy(&file);
	reader_run_destroy(&plain);
	reader_run_destroy(&sieved);
}

/* ---- fixtures ---- */

static void
reads_every_fixture_alike_in_pieces_of_every_size(void **state)
{
	static const char *const names[] = {"bad-columns", "bad-header",
	    "bad-open-quote", "bad-quotes", "bad-time", "good-labels",
	    "good-script-accepted", "good-script-blocked", "odd-bom",
	    "odd-crlf", "odd-header-again", "odd-header-changes", "odd-lists",
	    "odd-quoted-breaks", "forms/mails"};
	struct reader_run whole = new_run();
	struct reader_run run = new_run();

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char path[400];
		struct str file;

		snprintf(path, sizeof(path), TESTDATA "/%s.csv", names[i]);
		file = reader_test_file(path);
		whole.want_raw = run.want_raw = true;
		reader_run(&whole, file, file.len);
		assert_true(whole.records.len + whole.faults.len > 0);
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

/* ---- sniffing ---- */

/* clang-format off */
static const struct {
	const char *head;
	bool all;
	enum sniff sniff;
} sniffs[] = {
	{HEAD, false, SNIFF_YES},
	{"genTime,sender", false, SNIFF_MORE},
	{"genTime,sender", true, SNIFF_YES},
	{"\"Gen Time\",\"Mail ID\"\r\n", false, SNIFF_YES},
	{"sender,recipient,subject\n", false, SNIFF_YES}, /* told as a bad header */
	{"sender,subject\n", false, SNIFF_NO},
	{"timestamp\n", false, SNIFF_NO},
	{"a,b,c\n", false, SNIFF_NO},
	{"when,from whom,subject\n", false, SNIFF_NO},
	{"{\"genTime\":1,\"sender\":2}\n", false, SNIFF_NO},
	{"plain text", false, SNIFF_MORE},
	{"plain text", true, SNIFF_NO},
	{"\"genTime\",\"sender", true, SNIFF_NO},
};
/* clang-format on */

static void
knows_a_header_when_it_sees_one(void **state)
{
	static const struct intake_rules rules = {
	    .maps = maps, .map_count = COUNT(maps)};

	(void)state;
	for (size_t i = 0; i < COUNT(sniffs); i++)
		if (reader_csv.sniff(str_from(sniffs[i].head), sniffs[i].all,
			&no_rules) != sniffs[i].sniff)
			fail_msg("%s", sniffs[i].head);
	assert_int_equal(
	    reader_csv.sniff(STR("zeit,von wem\n"), true, &no_rules), SNIFF_NO);
	assert_int_equal(
	    reader_csv.sniff(STR("zeit,von wem\n"), true, &rules), SNIFF_YES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_columns_by_the_header_in_force),
	    cmocka_unit_test(a_header_of_too_many_columns_is_refused),
	    cmocka_unit_test(reads_fields_from_columns_that_map_names),
	    cmocka_unit_test(reads_values_as_cells_carry_them),
	    cmocka_unit_test(survives_a_nul_byte),
	    cmocka_unit_test(reads_on_behind_a_bad_row),
	    cmocka_unit_test(gives_the_bytes_of_row_and_header),
	    cmocka_unit_test(stops_when_nothing_more_is_wanted),
	    cmocka_unit_test(knows_whether_it_stands_between_rows),
	    cmocka_unit_test(passes_over_rows_that_lack_the_literals),
	    cmocka_unit_test(
		a_literal_with_a_quote_is_sought_in_decoded_cells_only),
	    cmocka_unit_test(loses_no_row_before_damage_nor_behind_it),
	    cmocka_unit_test(a_stray_quote_costs_its_own_row_only),
	    cmocka_unit_test(a_prefilter_never_changes_what_it_lets_through),
	    cmocka_unit_test(reads_every_fixture_alike_in_pieces_of_every_size),
	    cmocka_unit_test(knows_a_header_when_it_sees_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* JSON archives: shapes, chunks, damage, the prefilter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>

#include "mtrack/reader_json.h"
#include "reader_test.h"

static const struct intake_rules no_rules;

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const size_t chunks[] = {1, 2, 7, 37, 65536};

/* A short record of mail ID X. */
#define REC(x) "{\"genTime\":\"2026-10-01T08:00:00Z\",\"mailID\":\"" x "\"}"
/* The same over several lines. */
#define PRETTY(x)                                                              \
	"{\n  \"genTime\": \"2026-10-01T08:00:00Z\",\n  \"headerTo\": [\n"     \
	"    \"a\"\n  ],\n  \"mailID\": \"" x "\"\n}"
#define FRAME "<14>1 2026-10-01T08:00:00Z host tmes - - - "
#define LOGS  "{\"nextToken\":\"t\",\"logs\":["

static void
run_init(struct reader_run *run)
{
	*run = (struct reader_run){
	    .ops = &reader_json,
	    .wanted = FIELD_BIT(FIELD_MAIL_ID),
	};
}

/* ---- shapes and damage, row by row ---- */

struct row {
	const char *title;
	const char *bytes;
	const char *records; /* "line:mailID " each */
	const char *faults;  /* a line each */
};

/* "line:mailID " of each record line of RUN. */
static void
shorten(const struct reader_run *run, struct buffer *out)
{
	struct str rest = buffer_str(&run->records);
	struct str line;

	buffer_clear(out);
	while (rest.len && str_split(&rest, '\n', &line)) {
		size_t at = str_find_char(line, '@');
		size_t id = str_find(line, STR("mailID="));

		buffer_puts(out, str_take(line, at));
		buffer_putc(out, ':');
		if (id != SIZE_MAX)
			buffer_puts(out, str_drop(line, id + 7));
		buffer_putc(out, ' ');
	}
	buffer_putc(out, '\0');
}

static void
check_row(const struct row *row)
{
	struct buffer is = BUFFER_EMPTY;
	struct reader_run run;

	run_init(&run);
	for (size_t i = 0; i < COUNT(chunks); i++) {
		reader_run(&run, str_from(row->bytes), chunks[i]);
		shorten(&run, &is);
		if (strcmp(is.ptr, row->records))
			fail_msg("%s, chunks of %zu: records '%s' not '%s'",
			    row->title, chunks[i], is.ptr, row->records);
		if (strcmp(run.faults.ptr, row->faults))
			fail_msg("%s, chunks of %zu: faults\n%snot\n%s",
			    row->title, chunks[i], run.faults.ptr, row->faults);
	}
	reader_run_destroy(&run);
	buffer_destroy(&is);
}

static void
reads_every_shape(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"nothing", "", "", ""},
		{"blank lines", "\n \r\n\t\n", "", ""},
		{"a record a line", REC("1") "\n" REC("2") "\n", "1:1 2:2 ", ""},
		{"no last newline", REC("1") "\n" REC("2"), "1:1 2:2 ", ""},
		{"CR LF, blank lines", "\r\n" REC("1") "\r\n\r\n" REC("2") "\r\n", "2:1 4:2 ", ""},
		{"white space around", " \t" REC("1") " \n\t" REC("2") "\t\n", "1:1 2:2 ", ""},
		{"a BOM", "\xef\xbb\xbf" REC("1") "\n\xef\xbb\xbf" REC("2") "\n", "1:1 2:2 ", ""},
		{"a BOM in between", REC("1") "\xef\xbb\xbf" REC("2"), "1:1 1:2 ", ""},
		{"a BOM and no more", "\xef\xbb\xbf", "", ""},
		{"glued", REC("1") REC("2") " " REC("3") "\n" REC("4") REC("5") "\n" REC("6"),
		    "1:1 1:2 1:3 2:4 2:5 3:6 ", ""},
		{"glued in a file of lines", REC("1") "\n" REC("2") REC("3") " " REC("4") "\n" REC("5"),
		    "1:1 2:2 2:3 2:4 3:5 ", ""},
		{"pretty records", PRETTY("1") "\n" PRETTY("2"), "1:1 8:2 ", ""},
		{"pretty among lines", REC("1") "\n" PRETTY("2") "\n" REC("3") "\n", "1:1 2:2 9:3 ", ""},
		{"pretty, indented", " " PRETTY("1") "\n " PRETTY("2"), "1:1 8:2 ", ""},
		{"a page", LOGS REC("1") "," REC("2") "]}", "1:1 1:2 ", ""},
		{"a page, keys behind", "{\"logs\":[" REC("1") "],\"nextToken\":\"t\",\"x\":{\"y\":[1]}}" REC("2"),
		    "1:1 1:2 ", ""},
		{"a page, odd keys before", "{\"x\":[{\"logs\":[]}],\"y\":null,\"logs\":[" REC("1") "]}",
		    "1:1 ", ""},
		{"an empty page", "{\"logs\":[]}\n{\"logs\": [ ] , \"nextToken\":null}\n" REC("1"), "3:1 ", ""},
		{"logs twice", "{\"logs\":[" REC("1") "],\"logs\":[" REC("2") "]}", "1:1 1:2 ", ""},
		{"a pretty page", "{\n \"nextToken\": \"t\",\n \"logs\": [\n  " REC("1") ",\n  " PRETTY("2") "\n ]\n}\n",
		    "4:1 5:2 ", ""},
		{"pages, one a line", LOGS REC("1") "]}\n" LOGS REC("2") "]}\n", "1:1 2:2 ", ""},
		{"pages, glued", LOGS REC("1") "]}" LOGS REC("2") "]}[" REC("3") "]", "1:1 1:2 1:3 ", ""},
		{"a page among lines", REC("1") "\n" LOGS REC("2") "]}\n" REC("3") "\n", "1:1 2:2 3:3 ", ""},
		{"a page over lines among lines", REC("1") "\n" LOGS "\n" REC("2") ",\n" REC("3") "\n]}\n" REC("4"),
		    "1:1 3:2 4:3 6:4 ", ""},
		{"an array", "[" REC("1") "," REC("2") "]", "1:1 1:2 ", ""},
		{"an empty array", "[]\n[ ]\n" REC("1"), "3:1 ", ""},
		{"an array, one a line", "[\n" REC("1") ",\n" REC("2") "\n]\n", "2:1 3:2 ", ""},
		{"an array, commas before", "[\n " REC("1") "\n," REC("2") "\n]\n", "2:1 3:2 ", ""},
		{"arrays among lines", REC("1") "\n[" REC("2") "]\n[\n" REC("3") "\n]\n" REC("4"),
		    "1:1 2:2 4:3 6:4 ", ""},
		{"an array of pages", "[" LOGS REC("1") "]}," LOGS REC("2") "]}]" REC("3"), "1:1 1:2 1:3 ", ""},
		{"an array of arrays", "[[" REC("1") "],[" REC("2") "]]", "1:1 1:2 ", ""},
		{"elements of other kinds", "[" REC("1") ",1,\"x\",null,true,-1.5e3]", "1:1 ", ""},
		{"syslog lines", FRAME REC("1") "\n" FRAME REC("2") "\n", "1:1 2:2 ", ""},
		{"syslog line, no newline", FRAME REC("1"), "1:1 ", ""},
		{"brackets in a frame", "[x] " REC("1") "\n[Thu] <3>," REC("2") "\n\"q\" " REC("3"),
		    "1:1 2:2 3:3 ", ""},
		{"a page behind a frame", FRAME LOGS REC("1") "]}\n" FRAME REC("2"), "1:1 2:2 ", ""},
		{"syslog among lines", REC("1") "\n" FRAME REC("2") "\n" REC("3"), "1:1 2:2 3:3 ", ""},
		{"record separators of RFC 7464", "\x1e" REC("1") "\n\x1e" REC("2") "\n", "1:1 2:2 ", ""},
		{"other objects", "{\"a\":1}\n" REC("1") "\n{}\n", "2:1 ", ""},
		{"braces in strings", "[{\"mailID\":\"}{][\",\"genTime\":\"2026-10-01T08:00:00Z\"}," REC("1") "]",
		    "1:}{][ 1:1 ", ""},
		{"escapes at the edges", "{\"genTime\":\"2026-10-01T08:00:00Z\",\"mailID\":\"\\\\\"}\n"
		    "{\"genTime\":\"2026-10-01T08:00:00Z\",\"mailID\":\"\\\"}\\\"\"}\n", "1:\\ 2:\"}\" ", ""},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

#define CUT     "{\"genTime\":\"2026-10-01T08:00:00Z\",\"mailID\":\"cut"
#define STRING  "JSON is cut short: it ends inside a string"
#define LINE    "JSON is cut short: its line ends inside a string"
#define NO_JSON "no JSON record in this line"

static void
faults_in_a_file_of_lines_cost_their_line(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"cut in a string", REC("1") "\n" CUT "\n" REC("2") "\n", "1:1 3:2 ",
		    "2 framing: " LINE "\n"},
		{"cut behind a colon", REC("1") "\n{\"a\":\n" REC("2") "\n" REC("3") "\n", "1:1 3:2 4:3 ",
		    "2 framing: bad JSON: `,` or `}` is expected at byte 55 of the record\n"},
		{"cut behind a comma", REC("1") "\n{\"a\":1,\n" REC("2") "\n", "1:1 3:2 ",
		    "2 framing: bad JSON: a key is expected at byte 9 of the record\n"},
		{"cut in a list", REC("1") "\n{\"a\":[\n" REC("2") "\n" REC("3"), "1:1 3:2 4:3 ",
		    "2 framing: bad JSON: `,` or `]` is expected at byte 56 of the record\n"},
		{"cut in a list, last but one", REC("1") "\n{\"a\":[\n" REC("2") "\n", "1:1 3:2 ",
		    "2 framing: JSON is cut short: it ends inside an array\n"},
		{"cut at a brace", REC("1") "\n{\"a\":{\"b\":1}\n" REC("2") "\n", "1:1 3:2 ",
		    "2 inner: JSON is cut short: it ends inside an object\n"},
		{"cut at the end", REC("1") "\n" CUT, "1:1 ", "2 framing unfinished: " STRING "\n"},
		{"cut at the end, but the line ended", REC("1") "\n" CUT "\n", "1:1 ",
		    "2 framing: " LINE "\n"},
		{"cut at the end in a word", REC("1") "\n{\"a\":tr", "1:1 ",
		    "2 framing unfinished: JSON is cut short: it ends inside a value\n"},
		{"cut at the end at a brace", REC("1") "\n{\"a\":{}", "1:1 ",
		    "2 inner unfinished: JSON is cut short: it ends inside an object\n"},
		{"cut at the front", REC("1") "\n1\"}\n" REC("2"), "1:1 3:2 ", "2 framing: " NO_JSON "\n"},
		{"a word", REC("1") "\nx\n" REC("2"), "1:1 3:2 ", "2 framing: " NO_JSON "\n"},
		{"a word at the end", REC("1") "\nx", "1:1 ", "2 framing unfinished: " NO_JSON "\n"},
		{"a vertical tab", REC("1") "\n\v\n" REC("2"), "1:1 3:2 ", "2 framing: " NO_JSON "\n"},
		{"text behind", REC("1") "\n" REC("2") "x\n" REC("3") "x}\n" REC("4"), "1:1 2:2 3:3 4:4 ",
		    "2 framing: " NO_JSON "\n3 inner: " NO_JSON "\n"},
		{"bad JSON", REC("1") "\n{\"a\":1,,}\n" REC("2"), "1:1 3:2 ",
		    "2 inner: bad JSON: a key is expected at byte 8 of the record\n"},
		{"a bad escape", REC("1") "\n{\"a\":\"\\x\"}\n" REC("2"), "1:1 3:2 ",
		    "2 inner: bad JSON: bad escape in a string at byte 7 of the record\n"},
		{"closing brackets", REC("1") "\n]}\n" REC("2"), "1:1 3:2 ", "2 framing: " NO_JSON "\n"},
		{"a bad frame", REC("1") "\n" FRAME "{x}\n" FRAME REC("2"), "1:1 3:2 ",
		    "2 inner: bad JSON: a key is expected at byte 2 of the record\n"},
		{"a cut frame", REC("1") "\n" FRAME CUT "\n" FRAME REC("2"), "1:1 3:2 ",
		    "2 framing: " STRING "\n"},
		{"the first line cut", CUT "\n" REC("1") "\n" REC("2"), "2:1 3:2 ",
		    "1 framing: " LINE "; 48 bytes passed over\n"},
		{"the first line cut at the front", "cut\"}\n" REC("1") "\n" REC("2"), "2:1 3:2 ",
		    "1 framing: " NO_JSON "; 6 bytes passed over\n"},
		{"the first syslog line cut", "cut\"}\n" FRAME REC("1") "\n" FRAME REC("2"), "2:1 3:2 ",
		    "1 framing: " NO_JSON "; 6 bytes passed over\n"},
		{"the first syslog line cut at the end", FRAME CUT "\n" FRAME REC("1") "\n", "2:1 ",
		    "1 framing: " STRING "; 91 bytes passed over\n"},
		{"two BOMs after a broken line", "{\"a\":\x01\n\xef\xbb\xbf\xef\xbb\xbf" REC("2") "\n", "2:2 ",
		    "1 framing: bad JSON: a value is expected at byte 6 of the record; 13 bytes passed over\n"},
		{"only a cut line", CUT, "", "1 framing unfinished: " STRING "; 47 bytes passed over\n"},
		{"only rubbish", "x\ny\nz\n", "", "1 framing: " NO_JSON "; 6 bytes passed over\n"},
		{"no time", REC("1") "\n{\"mailID\":\"2\"}\n" REC("3"), "1:1 3:3 ",
		    "2 inner: no time: neither genTime nor timestamp\n"},
		{"a page cut among lines", REC("1") "\n" LOGS REC("2") "," CUT "\n" REC("3") "\n" REC("4"),
		    "1:1 2:2 3:3 4:4 ", "2 inner: " LINE "; 48 bytes passed over\n"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

static void
pages_go_on_behind_a_fault(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{"a bad record", LOGS REC("1") ",{\"a\":bad}," REC("2") "]}\n", "1:1 1:2 ",
		    "1 inner: bad JSON: a value is expected at byte 6 of the record; 9 bytes passed over\n"},
		{"a bad first record", LOGS "{\"a\":bad}," REC("1") "]}\n", "1:1 ",
		    "1 inner: bad JSON: a value is expected at byte 6 of the record; 9 bytes passed over\n"},
		{"a bad last record", LOGS REC("1") ",{\"a\":bad}]}\n" REC("2") "\n", "1:1 2:2 ",
		    "1 inner: bad JSON: a value is expected at byte 6 of the record; 9 bytes passed over\n"},
		{"an open string", LOGS REC("1") "," CUT "," REC("2") "," REC("3") "]}\n" REC("4"),
		    "1:1 1:2 1:3 2:4 ",
		    "1 inner: bad JSON: `,` or `}` is expected at byte 51 of the record; 48 bytes passed over\n"},
		{"objects inside the bad record", LOGS "{\"attachments\":[{\"fileName\":\"a\"},{\"x\":1}],," REC("1") "]}",
		    "1:1 ", "1 inner: bad JSON: a key is expected at byte 43 of the record; 45 bytes passed over\n"
		    "1 framing unfinished: JSON is cut short: it ends inside a page\n"},
		{"rubbish between", LOGS REC("1") ",x," REC("2") "]}", "1:1 1:2 ",
		    "1 framing: bad JSON: a record is expected in a page; 2 bytes passed over\n"},
		{"no comma", LOGS REC("1") REC("2") "," REC("3") "]}", "1:1 1:3 ",
		    "1 framing: bad JSON: `,` or `]` is expected in a page; 48 bytes passed over\n"},
		{"two commas", LOGS REC("1") ",," REC("2") "]}", "1:1 1:2 ",
		    "1 framing: bad JSON: a record is expected in a page; 1 byte passed over\n"},
		{"a wrong bracket", LOGS REC("1") "}\n" REC("2"), "1:1 2:2 ",
		    "1 framing: bad JSON: `,` or `]` is expected in a page; 2 bytes passed over\n"},
		{"a page cut, then a page", LOGS REC("1") "," CUT "\n" LOGS REC("2") "]}\n", "1:1 2:2 ",
		    "1 inner: " LINE "; 48 bytes passed over\n"},
		{"a page cut, then an array", LOGS REC("1") "," CUT "\n[" REC("2") "]\n", "1:1 2:2 ",
		    "1 inner: " LINE "; 48 bytes passed over\n"},
		{"a page cut, then a syslog line", LOGS REC("1") "," CUT "\n" FRAME REC("2") "\n", "1:1 2:2 ",
		    "1 inner: " LINE "; 48 bytes passed over\n"},
		{"a page cut between records", LOGS REC("1") ",\n" LOGS REC("2") "]}\n", "1:1 2:2 ",
		    "2 framing: JSON is cut short: it ends inside a page\n"},
		{"cut at the end in a record", LOGS REC("1") "," CUT, "1:1 ",
		    "1 framing unfinished: " STRING "; 47 bytes passed over\n"},
		{"cut at the end between records", LOGS REC("1") ",", "1:1 ",
		    "1 framing unfinished: JSON is cut short: it ends inside a page\n"},
		{"cut at the end, the line ended", LOGS REC("1") ",\n", "1:1 ",
		    "1 framing: JSON is cut short: it ends inside a page\n"},
		{"cut behind the logs", LOGS REC("1") "]", "1:1 ",
		    "1 framing unfinished: JSON is cut short: it ends inside a page\n"},
		{"cut in a key behind the logs", LOGS REC("1") "],\"ne", "1:1 ",
		    "1 framing unfinished: " STRING "; 4 bytes passed over\n"},
		{"one record a line, one bad", "[\n" REC("1") ",\n{\"a\":bad},\n" REC("2") ",\n" REC("3") "\n]\n" REC("4"),
		    "2:1 4:2 5:3 7:4 ",
		    "3 inner: bad JSON: a value is expected at byte 6 of the record; 9 bytes passed over\n"},
		{"a pretty page, a bad record", "{\n \"logs\": [\n  " PRETTY("1") ",\n  {\n   \"a\": bad\n  },\n  "
		    PRETTY("2") "\n ],\n \"nextToken\": \"t\"\n}\n" REC("3") "\n", "3:1 13:2 23:3 ",
		    "10 inner: bad JSON: a value is expected at byte 11 of the record; 17 bytes passed over\n"},
		{"no indent, a bad record", "{\n\"logs\": [\n" PRETTY("1") ",\n{\n\"a\": bad,\n\"attachments\": [\n{\n"
		    "\"fileName\": \"x\"\n}\n]\n},\n" PRETTY("2") "\n],\n\"nextToken\": \"t\"\n}\n" REC("3") "\n",
		    "3:1 18:2 28:3 ",
		    "10 inner: bad JSON: a value is expected at byte 8 of the record; 52 bytes passed over\n"},
		{"a page broken before its logs", "{\"nextToken\":bad,\"logs\":[" REC("1") "," REC("2") "]}\n" REC("3"),
		    "1:1 1:2 2:3 ",
		    "1 framing: bad JSON: a value is expected at byte 14 of the record; 25 bytes passed over\n"},
		{"two bad records", LOGS "{x}," REC("1") ",{y}," REC("2") "]}", "1:1 1:2 ",
		    "1 inner: bad JSON: a key is expected at byte 2 of the record; 3 bytes passed over\n"
		    "1 inner: bad JSON: a key is expected at byte 2 of the record; 3 bytes passed over\n"},
		{"a bracket too early", LOGS REC("1") ",]\n" REC("2") "\n]}\n" REC("3") "\n", "1:1 2:2 4:3 ",
		    "2 framing: bad JSON: `,` or `}` is expected at byte 1 of the record\n"},
		{"a comma for a line break", PRETTY("1") "," PRETTY("2") "\n" PRETTY("3") "\n", "1:1 7:2 14:3 ",
		    "7 framing: JSON is cut short: it ends inside an object; 1 byte passed over\n"},
		{"a record where a comma should be", LOGS REC("1") "\n" REC("2") "," REC("3") "]}", "1:1 2:2 2:3 ",
		    "2 framing: bad JSON: `,` or `]` is expected in a page\n"},
		{"too deep", "[[[[[[[[[[" REC("1") "]]]]]]]]]]\n" REC("2"), "1:1 2:2 ",
		    "1 framing: bad JSON: arrays nested too deep in a page; 2 bytes passed over\n"},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

/* ---- chunks ---- */

/* Calls CHECK with each JSON file of testdata/. */
static void
with_fixtures(void (*check)(const char *path, struct str bytes))
{
	static const char *const patterns[] = {TESTDATA "/*.json*",
	    TESTDATA "/*.log", TESTDATA "/archive/*.json*",
	    TESTDATA "/forms/*.jsonl"};
	glob_t found;

	for (size_t i = 0; i < COUNT(patterns); i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
	assert_true(found.gl_pathc > 40);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct str bytes = reader_test_file(found.gl_pathv[i]);

		check(found.gl_pathv[i], bytes);
		free((void *)(uintptr_t)bytes.ptr);
	}
	globfree(&found);
}

static void
check_chunks(const char *path, struct str bytes)
{
	struct reader_run whole;
	struct reader_run run;

	run_init(&whole);
	whole.wanted = FIELDSET_PRINTABLE;
	whole.want_raw = true;
	run = whole;
	reader_run(&whole, bytes, bytes.len + 1);
	for (size_t i = 0; i < COUNT(chunks); i++) {
		reader_run(&run, bytes, chunks[i]);
		if (strcmp(run.records.ptr, whole.records.ptr) ||
		    strcmp(run.faults.ptr, whole.faults.ptr) ||
		    run.tally.records != whole.tally.records ||
		    run.tally.other != whole.tally.other)
			fail_msg("%s in chunks of %zu:\n%s%snot\n%s%s", path,
			    chunks[i], run.records.ptr, run.faults.ptr,
			    whole.records.ptr, whole.faults.ptr);
	}
	reader_run_destroy(&run);
	reader_run_destroy(&whole);
}

static void
chunks_change_nothing(void **state)
{
	(void)state;
	with_fixtures(check_chunks);
}

/* ---- generated archives, damaged ---- */

/* The same numbers on every machine (SplitMix64). */
static uint64_t
next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

enum form {
	FORM_LINES,
	FORM_SYSLOG,
	FORM_GLUED,        /* three a line */
	FORM_PRETTY,       /* records over lines */
	FORM_PAGES,        /* one a line */
	FORM_PRETTY_PAGES, /* indented */
	FORM_FLAT_PAGES,   /* pretty without indentation */
	FORM_ARRAY_LINES,
	FORM_COUNT,
};

#define RECORDS 24
#define A_PAGE  6

struct made {
	struct buffer bytes;
	size_t start[RECORDS]; /* of the record's `{` */
	size_t end[RECORDS];
	/* The byte whose survival makes the record the start of something:
	 * the line break before its line, or its comma or bracket. */
	size_t mark[RECORDS];
};

static void
put_subject(struct buffer *out, uint64_t *seed)
{
	static const char *const pieces[] = {"needle", "Needle", "nee\\u0064le",
	    "a/b", "a\\/b", "quo\\\"te", "\xc3\xa9t\xc3\xa9", "\\u00e9t\\u00e9",
	    " ", ",{", "[{", "}", "]}", "},{\\\"mailID\\\":", ",", "\\n{",
	    "\\\\", "plain words", "\\u3042\\ud83d\\ude00"};

	for (uint64_t n = next(seed) % 5; n; n--)
		buffer_puts(out, str_from(pieces[next(seed) % COUNT(pieces)]));
}

/* Record NUMBER; NL and TAB go between its tokens. */
static void
put_record(struct buffer *out, unsigned number, uint64_t *seed, const char *nl,
    const char *tab)
{
	const char *sep = nl[0] ? ": " : ":";

	buffer_printf(
	    out, "{%s%s\"genTime\"%s\"2026-10-01T08:00:00Z\",", nl, tab, sep);
	buffer_printf(out, "%s%s\"mailID\"%s\"id-%u-\",", nl, tab, sep, number);
	buffer_printf(out, "%s%s\"subject\"%s\"", nl, tab, sep);
	put_subject(out, seed);
	buffer_printf(out, "\",%s%s\"size\"%s%u,", nl, tab, sep, number * 100);
	buffer_printf(out, "%s%s\"headerTo\"%s[%s%s%s\"a@example.com\",", nl,
	    tab, sep, nl, tab, tab);
	buffer_printf(
	    out, "%s%s%s\"b@example.com\"%s%s]", nl, tab, tab, nl, tab);
	if (next(seed) % 2)
		buffer_printf(out,
		    ",%s%s\"attachments\"%s[{\"fileName\":\"{.pdf\"},"
		    "{\"sha256\":\"00\"}]",
		    nl, tab, sep);
	buffer_printf(out, "%s}", nl);
}

/* What stands before record NUMBER in FORM; the mark is put with it. */
static void
put_before(struct made *made, enum form form, unsigned number)
{
	struct buffer *out = &made->bytes;
	bool first = number % A_PAGE == 0;
	size_t begin = out->len;

	switch (form) {
	case FORM_LINES:
	case FORM_PRETTY:
	case FORM_SYSLOG:
		made->mark[number] = begin ? begin - 1 : 0;
		if (form == FORM_SYSLOG)
			buffer_puts(out, STR(FRAME));
		return;
	case FORM_GLUED:
		made->mark[number] = number % 3 ? made->mark[number - 1]
						: (begin ? begin - 1 : 0);
		return;
	case FORM_PAGES:
		buffer_puts(out, first ? STR(LOGS) : STR(","));
		made->mark[number] = out->len - 1;
		return;
	case FORM_PRETTY_PAGES:
		buffer_puts(out,
		    first ? STR("{\n  \"nextToken\": \"t\",\n  \"logs\": [")
			  : STR(","));
		made->mark[number] = out->len - 1;
		buffer_puts(out, STR("\n    "));
		return;
	case FORM_FLAT_PAGES:
		buffer_puts(out,
		    first ? STR("{\n\"nextToken\": \"t\",\n\"logs\": [\n")
			  : STR(",\n"));
		made->mark[number] = out->len - 1;
		return;
	case FORM_ARRAY_LINES:
		buffer_puts(out, first ? STR("[\n") : STR(",\n"));
		made->mark[number] = out->len - 1;
		return;
	case FORM_COUNT:
		break;
	}
}

static void
put_behind(struct buffer *out, enum form form, unsigned number)
{
	bool last = number % A_PAGE == A_PAGE - 1;

	switch (form) {
	case FORM_LINES:
	case FORM_PRETTY:
	case FORM_SYSLOG:
		buffer_putc(out, '\n');
		return;
	case FORM_GLUED:
		if (number % 3 == 2)
			buffer_putc(out, '\n');
		return;
	case FORM_PAGES:
		if (last)
			buffer_puts(out, STR("]}\n"));
		return;
	case FORM_PRETTY_PAGES:
		if (last)
			buffer_puts(out, STR("\n  ]\n}\n"));
		return;
	case FORM_FLAT_PAGES:
		if (last)
			buffer_puts(out, STR("\n],\n\"x\": \"y\"\n}\n"));
		return;
	case FORM_ARRAY_LINES:
		if (last)
			buffer_puts(out, STR("\n]\n"));
		return;
	case FORM_COUNT:
		break;
	}
}

static void
make(struct made *made, enum form form, uint64_t *seed)
{
	bool over_lines = form == FORM_PRETTY || form == FORM_PRETTY_PAGES ||
	    form == FORM_FLAT_PAGES;

	buffer_clear(&made->bytes);
	for (unsigned i = 0; i < RECORDS; i++) {
		put_before(made, form, i);
		made->start[i] = made->bytes.len;
		put_record(&made->bytes, i, seed, over_lines ? "\n" : "",
		    over_lines && form != FORM_FLAT_PAGES ? "  " : "");
		made->end[i] = made->bytes.len;
		put_behind(&made->bytes, form, i);
	}
}

/* Damages BYTES; [*from, *to) of the bytes as they were are not as they were,
 * the rest moved by *shift. */
static void
damage(struct buffer *bytes, uint64_t *seed, size_t *from, size_t *to)
{
	static const char alphabet[] = "\"\\{}[]:,\n x0";
	size_t at = bytes->len ? next(seed) % bytes->len : 0;
	size_t count = 1 + next(seed) % 300;
	char byte = alphabet[next(seed) % (sizeof(alphabet) - 1)];

	*from = *to = at;
	if (bytes->len == 0)
		return;
	switch (next(seed) % 4) {
	case 0: /* one byte is another */
		*to = at + 1;
		bytes->ptr[at] = bytes->ptr[at] == byte ? '#' : byte;
		return;
	case 1: /* one byte more */
		*to = at;
		buffer_putc(bytes, ' ');
		memmove(
		    bytes->ptr + at + 1, bytes->ptr + at, bytes->len - at - 1);
		bytes->ptr[at] = byte;
		return;
	case 2: /* some bytes are gone */
		if (count > bytes->len - at)
			count = bytes->len - at;
		*to = at + count;
		memmove(bytes->ptr + at, bytes->ptr + at + count,
		    bytes->len - at - count);
		bytes->len -= count;
		return;
	default: /* the rest is gone */
		*to = bytes->len;
		bytes->len = at;
	}
}

static bool
emitted(const struct reader_run *run, unsigned number)
{
	char id[20];

	snprintf(id, sizeof(id), "=id-%u-", number);
	return strstr(run->records.ptr, id) != NULL;
}

/* Whether an object was read that holds records: the damage happened to leave
 * good JSON that says so (another name for `logs`, a list without its end). */
static bool
swallowed(const struct reader_run *run)
{
	struct str rest = buffer_str(&run->records);
	struct str line;

	if (run->tally.other)
		return true;
	while (rest.len && str_split(&rest, '\n', &line)) {
		size_t first = str_find(line, STR("\"mailID\""));

		if (first != SIZE_MAX &&
		    str_find(str_drop(line, first + 1), STR("\"mailID\"")) !=
			SIZE_MAX)
			return true;
	}
	return false;
}

/* A record that stands before the damage [FROM, TO), or behind the next record
 * start, and was not read. */
static bool
is_lost(const struct reader_run *run, const struct made *made, size_t from,
    size_t to, unsigned *number)
{
	for (unsigned i = 0; i < RECORDS; i++)
		if ((made->end[i] <= from || (made->mark[i] >= to && i > 0)) &&
		    !emitted(run, i)) {
			*number = i;
			return true;
		}
	return false;
}

static void
no_record_is_lost_but_by_the_damage(void **state)
{
	struct made made = {.bytes = BUFFER_EMPTY};
	struct reader_run run;
	uint64_t seed = 11;
	unsigned odd = 0;

	(void)state;
	run_init(&run);
	run.want_raw = true;
	for (unsigned trial = 0; trial < 1600; trial++) {
		enum form form = (enum form)(trial % FORM_COUNT);
		size_t from;
		size_t to;
		unsigned lost;

		make(&made, form, &seed);
		damage(&made.bytes, &seed, &from, &to);
		reader_run(&run, buffer_str(&made.bytes), 4096);
		if (!is_lost(&run, &made, from, to, &lost))
			continue;
		/* Or a bracket that opens an array, in which glued records
		 * have no right to stand. */
		if (swallowed(&run) ||
		    (form == FORM_GLUED && strstr(run.faults.ptr, "in a page")))
			odd++;
		else
			fail_msg("trial %u, form %d: record %u at %zu is lost "
				 "by damage of %zu to %zu:\n%s%s\n%.*s",
			    trial, form, lost, made.start[lost], from, to,
			    run.records.ptr, run.faults.ptr,
			    STR_ARG(buffer_str(&made.bytes)));
	}
	assert_true(odd < 16);
	reader_run_destroy(&run);
	buffer_destroy(&made.bytes);
}

static void
chunks_change_nothing_in_damaged_archives(void **state)
{
	struct made made = {.bytes = BUFFER_EMPTY};
	uint64_t seed = 13;

	(void)state;
	for (unsigned trial = 0; trial < 64; trial++) {
		size_t from;
		size_t to;

		make(&made, (enum form)(trial % FORM_COUNT), &seed);
		for (unsigned i = 0; i <= trial % 3; i++)
			damage(&made.bytes, &seed, &from, &to);
		check_chunks("a damaged archive", buffer_str(&made.bytes));
	}
	buffer_destroy(&made.bytes);
}

/* ---- the prefilter ---- */

/* The lines of RUN's records in which a value holds LITERAL. */
static void
matching(const struct reader_run *run, const struct literal_group *group,
    struct buffer *out)
{
	struct str rest = buffer_str(&run->records);
	struct str line;

	buffer_clear(out);
	while (rest.len && str_split(&rest, '\n', &line))
		for (size_t at = 0; at < line.len; at++) {
			struct str here = str_drop(line, at);

			if (group->fold
				? str_starts_fold(here, group->literals[0])
				: str_starts(here, group->literals[0])) {
				buffer_puts(out, line);
				buffer_putc(out, '\n');
				break;
			}
		}
	buffer_putc(out, '\0');
}

static const struct prefilter filters[] = {
    {{{{STR("needle")}, 1, true}}, 1},
    {{{{STR("Needle")}, 1, false}}, 1},
    {{{{STR("id-7-")}, 1, true}}, 1},
    {{{{STR("a/b")}, 1, true}}, 1},
    {{{{STR("o\"t")}, 1, true}}, 1},
    {{{{STR("\xc3\xa9t")}, 1, true}}, 1},
    {{{{STR("is nowhere")}, 1, true}}, 1},
    {{{{STR("kate@partner.test")}, 1, true}}, 1},
};

/* With and without each prefilter the same records match. */
static void
check_filters(const char *title, struct str bytes)
{
	struct buffer should = BUFFER_EMPTY;
	struct buffer is = BUFFER_EMPTY;
	struct reader_run all;
	struct reader_run some;

	run_init(&all);
	all.wanted = FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_SUBJECT) |
	    FIELD_BIT(FIELD_SENDER);
	some = all;
	reader_run(&all, bytes, 65536);
	for (size_t i = 0; i < COUNT(filters); i++) {
		some.prefilter = &filters[i];
		reader_run(&some, bytes, i % 2 ? 100 : 65536);
		matching(&all, &filters[i].groups[0], &should);
		matching(&some, &filters[i].groups[0], &is);
		if (strcmp(is.ptr, should.ptr))
			fail_msg("%s: filter %zu:\n%snot\n%s\nfaults\n%s of"
				 "\n%.*s",
			    title, i, is.ptr, should.ptr, some.faults.ptr,
			    STR_ARG(bytes));
		assert_true(some.emitted <= all.emitted);
	}
	reader_run_destroy(&all);
	reader_run_destroy(&some);
	buffer_destroy(&should);
	buffer_destroy(&is);
}

static void
a_prefilter_changes_no_match(void **state)
{
	struct made made = {.bytes = BUFFER_EMPTY};
	uint64_t seed = 17;

	(void)state;
	with_fixtures(check_filters);
	for (unsigned trial = 0; trial < 1600; trial++) {
		size_t from;
		size_t to;

		make(&made, (enum form)(trial % FORM_COUNT), &seed);
		for (unsigned i = trial / FORM_COUNT % 4; i; i--)
			damage(&made.bytes, &seed, &from, &to);
		check_filters("generated", buffer_str(&made.bytes));
	}
	buffer_destroy(&made.bytes);
}

static void
a_prefilter_passes_over_what_cannot_match(void **state)
{
	/* clang-format off */
	static const struct {
		const char *title;
		const char *bytes;
		unsigned emitted;
		unsigned passed;
	} rows[] = {
		/* the first record of a file is always decoded */
		{"lines", REC("1") "\n" REC("2") "\n" REC("id-7-") "\n" REC("3") "\n", 2, 2},
		{"syslog", FRAME REC("1") "\n" FRAME REC("2") "\n" FRAME REC("3") "\n", 1, 2},
		{"CR LF", REC("1") "\r\n" REC("2") "\r\n" REC("3") "\r\n", 1, 2},
		{"a page", LOGS REC("1") "," REC("2") "," REC("ID-7-") "]}", 1, 2},
		{"a pretty page", "{\"logs\": [\n" PRETTY("1") ",\n" PRETTY("2") "\n]}", 0, 2},
		{"escapes that hide nothing", REC("1") "\n" REC("\\\\\\n\\/\\u20ac") "\n\n", 1, 1},
		{"escapes that may", REC("1") "\n" REC("\\u0069") "\n\n", 2, 0},
		{"a last line", REC("1") "\n" REC("2"), 2, 0},
		{"a page among lines", REC("1") "\n" LOGS REC("2") "," REC("3") "]}\n", 1, 2},
	};
	/* clang-format on */
	struct reader_run run;

	(void)state;
	run_init(&run);
	run.prefilter = &filters[2];
	for (size_t i = 0; i < COUNT(rows); i++) {
		reader_run(&run, str_from(rows[i].bytes), 65536);
		if (run.emitted != rows[i].emitted ||
		    run.tally.passed_over != rows[i].passed ||
		    run.tally.records != rows[i].emitted + rows[i].passed)
			fail_msg("%s: %zu emitted, %u passed over",
			    rows[i].title, run.emitted,
			    (unsigned)run.tally.passed_over);
	}
	/* decode_all means all. */
	run.decode_all = true;
	reader_run(&run, str_from(rows[0].bytes), 65536);
	assert_int_equal(run.emitted, 4);
	assert_int_equal(run.tally.passed_over, 0);
	reader_run_destroy(&run);
}

/* ---- size ---- */

/* PARTS and COUNT times MIDDLE between them. */
static struct str
long_text(struct buffer *out, const char *before, const char *middle,
    size_t count, const char *behind)
{
	buffer_clear(out);
	buffer_puts(out, str_from(before));
	while (count--)
		buffer_puts(out, str_from(middle));
	buffer_puts(out, str_from(behind));
	return buffer_str(out);
}

#define KIB16 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
memory_ends_at_the_longest_record(void **state)
{
	/* clang-format off */
	static const struct {
		const char *title;
		const char *before;
		const char *middle;
		size_t bytes;
		const char *behind;
		const char *records;
		const char *faults;
	} rows[] = {
		{"a long record in a file of lines", REC("1") "\n{\"x\":\"", KIB16, RECORD_LIMIT,
		    "\"}\n" REC("2") "\n", "1:1 3:2 ", "2 framing: a record of more than 16 MiB\n"},
		{"a long record behind a frame", REC("1") "\n" FRAME "{\"x\":\"", KIB16, RECORD_LIMIT,
		    "\"}\n" REC("2") "\n", "1:1 3:2 ", "2 framing: a line of more than 16 MiB\n"},
		{"a long record in a page", LOGS REC("1") ",{\"x\":\"", KIB16, RECORD_LIMIT,
		    "\"}," REC("2") "]}", "1:1 1:2 ",
		    "1 framing: a record of more than 16 MiB; 16777225 bytes passed over\n"},
		{"a long page among lines", REC("1") "\n" LOGS REC("2"), "," REC("x"), RECORD_LIMIT,
		    "," REC("3") "]}\n" REC("4") "\n", NULL, ""},
		{"a long line of no JSON", REC("1") "\n", KIB16, RECORD_LIMIT, "\n" REC("2") "\n",
		    "1:1 3:2 ", "2 framing: a line of more than 16 MiB\n"},
		{"a record of just the limit", REC("1") "\n{\"genTime\":1790841600,\"mailID\":\"2\",\"x\":\"",
		    KIB16, RECORD_LIMIT - 64, "\"}\n" REC("3") "\n", "1:1 2:2 3:3 ", ""},
	};
	/* clang-format on */
	struct buffer text = BUFFER_EMPTY;
	struct buffer is = BUFFER_EMPTY;
	struct reader_run run;

	(void)state;
	run_init(&run);
	for (size_t i = 0; i < COUNT(rows); i++) {
		reader_run(&run,
		    long_text(&text, rows[i].before, rows[i].middle,
			rows[i].bytes / strlen(rows[i].middle), rows[i].behind),
		    256 << 10);
		shorten(&run, &is);
		if (rows[i].records ? strcmp(is.ptr, rows[i].records)
				    : !strstr(is.ptr, " 2:3 3:4 "))
			fail_msg("%s: records '%.200s'", rows[i].title, is.ptr);
		if (strcmp(run.faults.ptr, rows[i].faults))
			fail_msg(
			    "%s: faults '%s'", rows[i].title, run.faults.ptr);
		assert_true(run.widest <= RECORD_LIMIT + (256 << 10));
		/* A page never needs more than a record. */
		if (!rows[i].records)
			assert_true(run.widest <= 512 << 10);
	}
	reader_run_destroy(&run);
	buffer_destroy(&text);
	buffer_destroy(&is);
}

/* ---- what goes with a record ---- */

static void
places_and_raw_bytes(void **state)
{
	/* clang-format off */
	static const struct {
		const char *bytes;
		const char *records;
	} rows[] = {
		{REC("1") "\n" REC("2") "\r\n", "1@0#0 raw=" REC("1") "\n2@48#0 raw=" REC("2") "\n"},
		{"\xef\xbb\xbf " REC("1"), "1@4#0 raw=" REC("1") "\n"},
		{FRAME REC("1") " \r\n", "1@43#0 raw=" FRAME REC("1") "\n"},
		{FRAME REC("1") REC("2") "\n", "1@43#0 raw=" REC("1") "\n1@90#0 raw=" REC("2") "\n"},
		{LOGS " " REC("1") ",\n" REC("2") "]}",
		    "1@26#0 raw=" REC("1") "\n2@75#0 raw=" REC("2") "\n"},
		{"[{\"mailID\":\n\r\n  \"a\\nb\",\"genTime\":\n1790841600}]",
		    "1@1#0 raw={\"mailID\":  \"a\\nb\",\"genTime\":1790841600}\n"},
		{"{\"mailID\":1,\"genTime\":1790841600,\"recipient\":[\"a\",\"b\"]}",
		    "1@0#0 raw={\"mailID\":1,\"genTime\":1790841600,\"recipient\":[\"a\",\"b\"]}\n"
		    "1@0#1 raw={\"mailID\":1,\"genTime\":1790841600,\"recipient\":[\"a\",\"b\"]}\n"},
	};
	/* clang-format on */
	struct reader_run run;

	(void)state;
	run_init(&run);
	run.wanted = 0;
	run.want_raw = true;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t j = 0; j < COUNT(chunks); j++) {
			reader_run(&run, str_from(rows[i].bytes), chunks[j]);
			if (strcmp(run.records.ptr, rows[i].records))
				fail_msg("'%s' gives\n%snot\n%s", rows[i].bytes,
				    run.records.ptr, rows[i].records);
		}
	reader_run_destroy(&run);
}

static void
stops_when_the_stage_behind_has_enough(void **state)
{
	struct reader_run run;

	(void)state;
	run_init(&run);
	run.stop_after = 2;
	reader_run(&run,
	    STR(LOGS REC("1") "," REC("2") "," REC("3") "]}\n" REC("4")), 5);
	assert_int_equal(run.flow, FLOW_STOP);
	assert_int_equal(run.emitted, 2);
	reader_run_destroy(&run);
}

static void
stands_between_records_or_not(void **state)
{
	static const struct {
		const char *bytes;
		bool between;
	} rows[] = {
	    {REC("1") "\n", true},
	    {REC("1"), true},
	    {LOGS REC("1") "]}", true},
	    {LOGS REC("1") "]", true}, /* at the end of all bytes it is over */
	    {"[" REC("1") "]\n", true},
	};
	struct reader_settings set = {.rules = NULL};
	struct reader_run run;
	struct arena arena;
	struct reader *reader;
	size_t used;

	(void)state;
	run_init(&run);
	for (size_t i = 0; i < COUNT(rows); i++) {
		reader_run(&run, str_from(rows[i].bytes), 65536);
		assert_int_equal(run.between, rows[i].between);
	}
	reader_run_destroy(&run);
	/* In the middle of a page. */
	arena_init(&arena);
	reader = reader_json.open(&arena, &set);
	assert_true(reader_json.between(reader));
	reader_json.feed(reader, STR("{\"logs\":["), false, &used);
	assert_int_equal(used, 9);
	assert_false(reader_json.between(reader));
	reader_json.close(reader);
	arena_destroy(&arena);
}

static void
counts_records_and_others(void **state)
{
	struct reader_run run;

	(void)state;
	run_init(&run);
	reader_run(&run,
	    STR(REC("1") "\n{\"code\":\"x\"}\n[" REC(
		"2") ",1,{}]\n"
		     "{\"mailID\":\"no time\"}\n"),
	    65536);
	assert_int_equal(run.tally.records, 2);
	assert_int_equal(run.tally.other, 3);
	assert_int_equal(run.tally.malformed, 0); /* told, counted by others */
	assert_int_equal(run.emitted, 2);
	reader_run_destroy(&run);
}

/* ---- sniffing ---- */

static void
knows_json_by_its_beginning(void **state)
{
	/* clang-format off */
	static const struct {
		const char *head;
		enum sniff part; /* when more may come */
		enum sniff all;
	} rows[] = {
		{"", SNIFF_MORE, SNIFF_NO},
		{"{", SNIFF_MORE, SNIFF_NO},
		{"{\n ", SNIFF_MORE, SNIFF_NO},
		{"{\"", SNIFF_YES, SNIFF_YES},
		{"{ }", SNIFF_YES, SNIFF_YES},
		{"[", SNIFF_MORE, SNIFF_NO},
		{"[ ]", SNIFF_YES, SNIFF_YES},
		{"[ { \"", SNIFF_YES, SNIFF_YES},
		{"[[{\"", SNIFF_YES, SNIFF_YES},
		{FRAME, SNIFF_MORE, SNIFF_NO},
		{FRAME REC("1"), SNIFF_MORE, SNIFF_YES},
		{FRAME REC("1") "\n", SNIFF_YES, SNIFF_YES},
		{"[x] host: " REC("1") "\n", SNIFF_YES, SNIFF_YES},
		{"cut\"}\n" REC("1") "\n", SNIFF_YES, SNIFF_YES},
		{FRAME "{\"a\":1}\n", SNIFF_MORE, SNIFF_NO},
		{"timestamp,sender\n2026-10-01,a@b\n", SNIFF_MORE, SNIFF_NO},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n" REC("1") "\n",
		    SNIFF_NO, SNIFF_NO},
		{"CEF:0|Trend Micro|TMES|1|400101|TRACKING|4|cs4=[{\"fileName\":\"a\"}] cs4Label=attachments\n",
		    SNIFF_NO, SNIFF_NO},
		{FRAME "{\"sender\":\"a@b\",\"subject\":\"CEF:0|Trend Micro|TMES|1|400101|T|4|\"}\n",
		    SNIFF_YES, SNIFF_YES},
		{"int main(void)\n{\n", SNIFF_MORE, SNIFF_NO},
		{"{ int a; }\n", SNIFF_MORE, SNIFF_NO},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str head = str_from(rows[i].head);

		if (reader_json.sniff(head, false, &no_rules) != rows[i].part ||
		    reader_json.sniff(head, true, &no_rules) != rows[i].all)
			fail_msg("'%s'", rows[i].head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_shape),
	    cmocka_unit_test(faults_in_a_file_of_lines_cost_their_line),
	    cmocka_unit_test(pages_go_on_behind_a_fault),
	    cmocka_unit_test(chunks_change_nothing),
	    cmocka_unit_test(chunks_change_nothing_in_damaged_archives),
	    cmocka_unit_test(no_record_is_lost_but_by_the_damage),
	    cmocka_unit_test(a_prefilter_changes_no_match),
	    cmocka_unit_test(a_prefilter_passes_over_what_cannot_match),
	    cmocka_unit_test(memory_ends_at_the_longest_record),
	    cmocka_unit_test(places_and_raw_bytes),
	    cmocka_unit_test(stops_when_the_stage_behind_has_enough),
	    cmocka_unit_test(stands_between_records_or_not),
	    cmocka_unit_test(counts_records_and_others),
	    cmocka_unit_test(knows_json_by_its_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

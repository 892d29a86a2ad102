/* SPDX-License-Identifier: MIT */
/* json and jsonl, byte for byte, and judged by jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifdef HAVE_JANSSON
#include <jansson.h>
#endif

#include "mtrack/writer_json.h"
#include "written.h"

static const struct column columns[] = {
    COLUMN("subject", FIELD_SUBJECT),
    COLUMN("size", FIELD_SIZE),
    COLUMN("headerTo", FIELD_HEADER_TO),
    COLUMN("attachments", FIELD_ATTACHMENTS),
};
static const struct writer_plan plan = {
    .columns = columns, .count = COUNT(columns), .header = true};

static const struct str to[] = {{"a@b", 3}, {"\"c, d\" <e@f>", 12}};
static const struct attachment files[] = {
    {.name = {"x\"y", 3}, .sha256 = {"00ff", 4}},
    {.status = {"Deleted", 7}, .password = {"Decrypted", 9}},
    {.name = STR_NONE},
};
static const struct cell cells[] = {
    /* clang-format off */
    TEXT("hello \"w\"\n"), NUMBER("12"),
    {.kind = CELL_LIST, .items = to, .count = 2},
    {.kind = CELL_ATTACHMENTS, .attachments = files, .count = 3},
    NOTHING, NUMBER("18446744073709551615"), NOTHING, NOTHING,
    NOTHING, NOTHING, NOTHING, NOTHING,
    /* clang-format on */
};

#define FIRST                                                                  \
	"{\"subject\":\"hello \\\"w\\\"\\n\",\"size\":12,"                     \
	"\"headerTo\":[\"a@b\",\"\\\"c, d\\\" <e@f>\"],"                       \
	"\"attachments\":[{\"fileName\":\"x\\\"y\",\"sha256\":\"00ff\"},"      \
	"{\"status\":\"Deleted\",\"passwordAnalysis\":\"Decrypted\"},{}]}"
#define SECOND "{\"size\":18446744073709551615}"

static void
writes_one_array(void **state)
{
	static const char *const want[] = {
	    "[]\n",
	    "[\n" FIRST "\n]\n",
	    "[\n" FIRST ",\n" SECOND "\n]\n",
	    "[\n" FIRST ",\n" SECOND ",\n{}\n]\n",
	};
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	for (size_t rows = 0; rows < COUNT(want); rows++) {
		buffer_clear(&text);
		written(&writer_json, &plan, cells, NULL, rows, &text);
		assert_bytes(
		    want[rows], buffer_str(&text), str_from(want[rows]));
	}
	buffer_destroy(&text);
}

static void
writes_one_record_a_line(void **state)
{
	struct writer_plan null_end = plan;
	struct buffer text = BUFFER_EMPTY;

	(void)state;
	written(&writer_jsonl, &plan, cells, NULL, 0, &text);
	assert_int_equal(text.len, 0);
	written(&writer_jsonl, &plan, cells, NULL, 2, &text);
	assert_bytes("lines", buffer_str(&text), STR(FIRST "\n" SECOND "\n"));
	buffer_clear(&text);
	null_end.null_end = true;
	written(&writer_jsonl, &null_end, cells, NULL, 2, &text);
	assert_bytes("-0", buffer_str(&text), STR(FIRST "\0" SECOND "\0"));
	buffer_destroy(&text);
}

#ifdef HAVE_JANSSON
#define HOSTILE_ROWS 500
#define HOSTILE_MAX  60

/* Any bytes at all: the answer must be JSON, which is UTF-8, and ASCII parts
 * must come back. */
static void
is_valid_json_whatever_the_bytes(void **state)
{
	static char bytes[HOSTILE_ROWS][HOSTILE_MAX];
	static struct cell hostile[HOSTILE_ROWS];
	struct writer_plan narrow = {.columns = columns, .count = 1};
	struct buffer text = BUFFER_EMPTY;
	json_error_t error;
	json_t *array;
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < HOSTILE_ROWS; i++) {
		size_t len = 1 + chance(&seed, HOSTILE_MAX - 1);
		uint32_t below = i % 2 ? 256 : 128;

		for (size_t k = 0; k < len; k++)
			bytes[i][k] = (char)chance(&seed, below);
		hostile[i] =
		    (struct cell){.kind = CELL_TEXT, .text = {bytes[i], len}};
	}
	written(&writer_json, &narrow, hostile, NULL, HOSTILE_ROWS, &text);
	array = json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, &error);
	if (!array)
		fail_msg("line %d: %s", error.line, error.text);
	assert_int_equal(json_array_size(array), HOSTILE_ROWS);
	for (size_t i = 0; i < HOSTILE_ROWS; i += 2) {
		json_t *value =
		    json_object_get(json_array_get(array, i), "subject");

		assert_bytes("subject",
		    (struct str){
			json_string_value(value), json_string_length(value)},
		    hostile[i].text);
	}
	json_decref(array);
	buffer_destroy(&text);
}

static void
reads_back_with_jansson(void **state)
{
	struct buffer text = BUFFER_EMPTY;
	json_error_t error;
	json_t *got;
	json_t *want;

	(void)state;
	written(&writer_jsonl, &plan, cells, NULL, 1, &text);
	got = json_loadb(text.ptr, text.len, 0, &error);
	want = json_pack("{s:s, s:i, s:[s,s], s:[{s:s,s:s},{s:s,s:s},{}]}",
	    "subject", "hello \"w\"\n", "size", 12, "headerTo", "a@b",
	    "\"c, d\" <e@f>", "attachments", "fileName", "x\"y", "sha256",
	    "00ff", "status", "Deleted", "passwordAnalysis", "Decrypted");
	assert_non_null(got);
	assert_non_null(want);
	assert_true(json_equal(got, want));
	json_decref(got);
	json_decref(want);
	buffer_destroy(&text);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_one_array),
	    cmocka_unit_test(writes_one_record_a_line),
#ifdef HAVE_JANSSON
	    cmocka_unit_test(is_valid_json_whatever_the_bytes),
	    cmocka_unit_test(reads_back_with_jansson),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Time zones: their names, and the clock's two bad hours a year. Nothing rests
 * on the machine's zone files but one test, which says so when they are
 * missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "mtrack/arena.h"
#include "mtrack/tzif.h"
#include "mtrack/zone.h"
#include "zonefile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* splitmix64. */
static uint64_t
next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static const struct zone *
read_zone(struct arena *arena, const struct buffer *file)
{
	const struct zone *zone = NULL;
	struct fault fault;

	if (!zone_from_tzif(arena, buffer_str(file), &zone, &fault))
		fail_msg("%s", fault.what);
	return zone;
}

static void
takes_zones_that_are_always_utc_for_utc(void **state)
{
	static const int32_t types[] = {0};
	static const char *const names[] = {
	    "UTC", "utc", "Z", "z", "+00:00", "-00:00", "+00"};
	struct buffer file = BUFFER_EMPTY;
	const struct zone *zone;
	struct fault fault;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	put_file(&file, NULL, 0, types, 1, "UTC0");
	assert_null(read_zone(&arena, &file));
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_true(
		    zone_open(&arena, str_from(names[i]), &zone, &fault));
		assert_null(zone);
	}
	assert_int_equal(zone_offset(NULL, 1785000000), 0);
	buffer_destroy(&file);
	arena_destroy(&arena);
}

static void
finds_the_instants_that_a_local_time_names(void **state)
{
	static const struct {
		int64_t local;
		enum zone_local found;
		int64_t utc;
	} rows[] = {
	    /* 2026-03-29: 02:00 to 03:00 are left out. */
	    {1774749599, ZONE_ONCE, 1774745999},
	    {1774749600, ZONE_NEVER, 1774746000},
	    {1774753199, ZONE_NEVER, 1774746000},
	    {1774753200, ZONE_ONCE, 1774746000},
	    /* 2026-10-25: 02:00 to 03:00 twice. */
	    {1792893599, ZONE_ONCE, 1792886399},
	    {1792893600, ZONE_TWICE, 1792886400},
	    {1792897199, ZONE_TWICE, 1792889999},
	    {1792897200, ZONE_ONCE, 1792893600},
	    /* The same 400 years on. */
	    {1774749600 + ZONE_CYCLE, ZONE_NEVER, 1774746000 + ZONE_CYCLE},
	    {1792893600 + ZONE_CYCLE, ZONE_TWICE, 1792886400 + ZONE_CYCLE},
	    /* The step from local mean time: 392 seconds are left out. */
	    {-2422051201, ZONE_ONCE, -2422054409},
	    {-2422051200, ZONE_NEVER, -2422054408},
	    {-2422050808, ZONE_ONCE, -2422054408},
	};
	struct buffer file = BUFFER_EMPTY;
	const struct zone *zone;
	struct arena arena;
	int64_t utc;

	(void)state;
	arena_init(&arena);
	put_berlin(&file);
	zone = read_zone(&arena, &file);
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum zone_local found = zone_to_utc(zone, rows[i].local, &utc);

		if (found != rows[i].found || utc != rows[i].utc)
			fail_msg(
			    "row %zu: %d %lld", i, (int)found, (long long)utc);
	}
	assert_int_equal(zone_to_utc(NULL, 77, &utc), ZONE_ONCE);
	assert_int_equal(utc, 77);
	buffer_destroy(&file);
	arena_destroy(&arena);
}

/* Against the definition: every instant within a day is asked what it shows. */
static void
agrees_with_asking_every_quarter_hour(void **state)
{
	static const char *const zones[] = {BERLIN, "EST5EDT",
	    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "XXX0YYY-12,J100/0,J200/0",
	    "XXX3EDT4,0/0,J365/23"};
	uint64_t seed = 11;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (int round = 0; round < 3000; round++) {
		struct zone zone;
		int64_t local = (int64_t)(next_random(&seed) % 100000000) * 900;
		int64_t first = 0;
		int64_t utc;
		int count = 0;

		arena_reset(&arena);
		assert_true(tzif_read_posix(
		    &arena, str_from(zones[round % COUNT(zones)]), &zone));
		if (round % 3) {
			/* Near a change, where it matters. */
			size_t at = 1 + next_random(&seed) % 700;

			at %= zone.count;
			local = at ? zone.spans[at].from : 0;
			local +=
			    900 * (int64_t)(next_random(&seed) % 97) - 900 * 48;
		}
		for (int64_t t = local - 26 * 3600; t <= local + 26 * 3600;
		     t += 900)
			if (t + zone_offset(&zone, t) == local && !count++)
				first = t;
		switch (zone_to_utc(&zone, local, &utc)) {
		case ZONE_ONCE:
			assert_int_equal(count, 1);
			assert_int_equal(utc, first);
			break;
		case ZONE_TWICE:
			assert_int_equal(count, 2);
			assert_int_equal(utc, first);
			break;
		case ZONE_NEVER:
			assert_int_equal(count, 0);
			assert_int_not_equal(zone_offset(&zone, utc),
			    zone_offset(&zone, utc - 1));
			assert_true(
			    utc - 1 + zone_offset(&zone, utc - 1) < local);
			assert_true(utc + zone_offset(&zone, utc) > local);
			break;
		}
	}
	arena_destroy(&arena);
}

static void
reads_offsets_as_names(void **state)
{
	static const struct {
		const char *name;
		int32_t offset;
	} good[] = {
	    {"+09:00", 32400},
	    {"+0900", 32400},
	    {"+09", 32400},
	    {"-0530", -19800},
	    {"-03:30", -12600},
	    {"+23:59", 86340},
	    {"+14", 50400},
	};
	static const char *const bad[] = {"+", "-", "+9", "+9:00",
	    "+09:", "+09:0", "+090", "+09000", "+09:00:00", "+24:00", "+09:60",
	    "+ab", "+09 ", "+09:00x", "-:00"};
	const struct zone *zone;
	struct fault fault;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(good); i++) {
		if (!zone_open(&arena, str_from(good[i].name), &zone, &fault))
			fail_msg("%s: %s", good[i].name, fault.what);
		if (zone_offset(zone, 1785000000) != good[i].offset)
			fail_msg("%s", good[i].name);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (zone_open(&arena, str_from(bad[i]), &zone, &fault))
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(fault.caret, 0);
		assert_non_null(fault.rule);
	}
	arena_destroy(&arena);
}

/* ---- names, in a folder of our own ---- */

static char folder[] = "zones-XXXXXX";
static char folder_path[4096];

static void
write_file(const char *name, struct str bytes)
{
	char path[8192];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", folder_path, name);
	stream = fopen(path, "wb");
	assert_non_null(stream);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, stream), bytes.len);
	assert_int_equal(fclose(stream), 0);
}

static int
make_folder(void **state)
{
	static const int32_t types[] = {0};
	struct buffer file = BUFFER_EMPTY;
	char here[2048];
	char path[8192];

	(void)state;
	if (!mkdtemp(folder) || !getcwd(here, sizeof(here)))
		return -1;
	snprintf(folder_path, sizeof(folder_path), "%s/%s", here, folder);
	snprintf(path, sizeof(path), "%s/Europe", folder_path);
	if (mkdir(path, 0700))
		return -1;
	put_berlin(&file);
	write_file("Europe/Berlin", buffer_str(&file));
	put_file(&file, NULL, 0, types, 1, "UTC0");
	write_file("UTC", buffer_str(&file));
	write_file("zone.tab", STR("# a table\n"));
	write_file("Damaged", str_take(buffer_str(&file), file.len - 1));
	buffer_destroy(&file);
	return setenv("TZDIR", folder_path, 1);
}

static int
remove_folder(void **state)
{
	static const char *const names[] = {
	    "Europe/Berlin", "UTC", "zone.tab", "Damaged", "Europe", "."};
	char path[8192];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder_path, names[i]);
		remove(path);
	}
	rmdir(folder_path);
	unsetenv("TZDIR");
	unsetenv("TZ");
	return 0;
}

static void
opens_zones_by_name_and_says_what_is_wrong(void **state)
{
	static const struct {
		const char *name;
		size_t caret;
		const char *what; /* NULL: good */
	} rows[] = {
	    {"Europe/Berlin", 0, NULL},
	    {"europe/berlin", 0, "did you mean Europe/Berlin"},
	    {"EUROPE/BERLIN", 0, "did you mean Europe/Berlin"},
	    {"Berlin", 0, "did you mean Europe/Berlin"},
	    {"Europe/Atlantis", 0, "no such time zone"},
	    {"UTC+9", 0, "an offset stands alone"},
	    {"GMT-03:00", 7 - 1, "no time zone has such a name"},
	    {"Europe/Berlin/x", 0, "no such time zone"},
	    {"", 0, "this is no time zone"},
	    {"../etc/passwd", 0, "no time zone has such a name"},
	    {"Europe/../UTC", 7, "no time zone has such a name"},
	    {"/etc/localtime", 0, "no time zone has such a name"},
	    {"Europe//Berlin", 7, "no time zone has such a name"},
	    {"Europe/", 6, "no time zone has such a name"},
	    {"Europe Berlin", 6, "no time zone has such a name"},
	    {"Europe/\xc3\xa9", 7, "no time zone has such a name"},
	    {"Europe", FAULT_NO_CARET, "no time zone file"},
	    {"zone.tab", FAULT_NO_CARET, "no time zone file"},
	    {"Damaged", FAULT_NO_CARET, "damaged"},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct zone *zone = NULL;
		struct fault fault;
		bool good =
		    zone_open(&arena, str_from(rows[i].name), &zone, &fault);

		if (good != (rows[i].what == NULL))
			fail_msg("`%s` was %s", rows[i].name,
			    good ? "taken" : fault.what);
		if (good) {
			assert_int_equal(zone_offset(zone, 1785000000), 7200);
			continue;
		}
		if (fault.caret != rows[i].caret ||
		    !strstr(fault.what, rows[i].what))
			fail_msg("`%s`: %zu: %s", rows[i].name, fault.caret,
			    fault.what);
		assert_non_null(fault.rule);
		assert_non_null(fault.example);
	}
	arena_destroy(&arena);
}

static void
refuses_names_with_a_nul_in_them(void **state)
{
	const struct zone *zone;
	struct fault fault;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_false(zone_open(&arena, STR("UTC\0/x"), &zone, &fault));
	assert_int_equal(fault.caret, 3);
	arena_destroy(&arena);
}

static void
says_which_package_has_the_zones(void **state)
{
	const struct zone *zone;
	struct fault fault;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	setenv("TZDIR", "/nonexistent", 1);
	assert_false(zone_open(&arena, STR("Europe/Berlin"), &zone, &fault));
	assert_non_null(strstr(fault.what, "package tzdata"));
	setenv("TZDIR", folder_path, 1);
	arena_destroy(&arena);
}

static void
reads_the_local_zone_from_the_environment(void **state)
{
	char path[8192];
	const struct {
		const char *tz;
		bool good;
		int32_t offset;
	} rows[] = {
	    {"Europe/Berlin", true, 7200},
	    {":Europe/Berlin", true, 7200},
	    {path, true, 7200},
	    {"JST-9", true, 32400},
	    {"", true, 0},
	    {":", true, 0},
	    {"UTC", true, 0},
	    {"UTC0", true, 0},
	    {"Europe/Atlantis", false, 0},
	    {"../UTC", false, 0},
	    {"/nonexistent", false, 0},
	    {"Damaged", false, 0},
	};
	struct arena arena;

	(void)state;
	snprintf(path, sizeof(path), "%s/Europe/Berlin", folder_path);
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct zone *zone = NULL;
		struct fault fault;

		setenv("TZ", rows[i].tz, 1);
		if (zone_open(&arena, STR("local"), &zone, &fault) !=
		    rows[i].good)
			fail_msg("TZ=%s", rows[i].tz);
		if (!rows[i].good)
			assert_non_null(strstr(fault.what, rows[i].tz));
		else if (zone_offset(zone, 1785000000) != rows[i].offset)
			fail_msg("TZ=%s gives %d", rows[i].tz,
			    (int)zone_offset(zone, 1785000000));
	}
	unsetenv("TZ");
	arena_destroy(&arena);
}

/* The system's own zones, where it has them, against the C library: from 1902
 * on, since for earlier times the two may take another first offset. */
static void
agrees_with_the_c_library(void **state)
{
	static const char *const names[] = {"Europe/Berlin", "America/New_York",
	    "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe",
	    "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia",
	    "America/St_Johns", "Europe/Dublin", "Asia/Tehran", "Etc/GMT-14"};
	uint64_t seed = 17;
	struct arena arena;

	(void)state;
	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK)) {
		print_message("skipped: this system has no zone files\n");
		skip();
	}
	setenv("TZDIR", "/usr/share/zoneinfo", 1);
	arena_init(&arena);
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct zone *zone;
		struct fault fault;

		if (!zone_open(&arena, str_from(names[i]), &zone, &fault)) {
			print_message(
			    "skipped: %s: %s\n", names[i], fault.what);
			continue;
		}
		setenv("TZ", names[i], 1);
		tzset();
		for (int n = 0; n < 3000; n++) {
			time_t utc = -2145916800 +
			    (time_t)(next_random(&seed) % 255000000000);
			struct tm tm;

			if (n % 2)
				utc = (time_t)(next_random(&seed) % 4000000000);
			assert_non_null(localtime_r(&utc, &tm));
			if (zone_offset(zone, utc) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, not %ld", names[i],
				    (long long)utc, (int)zone_offset(zone, utc),
				    tm.tm_gmtoff);
		}
	}
	unsetenv("TZ");
	tzset();
	setenv("TZDIR", folder_path, 1);
	arena_destroy(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_zones_that_are_always_utc_for_utc),
	    cmocka_unit_test(finds_the_instants_that_a_local_time_names),
	    cmocka_unit_test(agrees_with_asking_every_quarter_hour),
	    cmocka_unit_test(reads_offsets_as_names),
	    cmocka_unit_test(opens_zones_by_name_and_says_what_is_wrong),
	    cmocka_unit_test(refuses_names_with_a_nul_in_them),
	    cmocka_unit_test(says_which_package_has_the_zones),
	    cmocka_unit_test(reads_the_local_zone_from_the_environment),
	    cmocka_unit_test(agrees_with_the_c_library),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

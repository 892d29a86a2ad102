/* SPDX-License-Identifier: MIT */
/* What is found under paths, and in which order. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "mtrack/archive.h"
#include "mtrack/buffer.h"

/* A folder of its own for each test, which is the working directory. */
struct place {
	char path[64];
	int before; /* the working directory to go back to */
};

static int
enter(void **state)
{
	struct place *place = test_calloc(1, sizeof(*place));
	const char *base = getenv("TMPDIR");

	snprintf(place->path, sizeof(place->path), "%.40s/mtrack-XXXXXX",
	    base && *base ? base : "/tmp");
	place->before = open(".", O_RDONLY | O_DIRECTORY);
	*state = place;
	if (place->before < 0 || !mkdtemp(place->path))
		return -1;
	return chdir(place->path);
}

/* Removes what is in the folder AT, which is closed. */
static void
empty_folder(int at)
{
	DIR *dir = fdopendir(at);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int child;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!unlinkat(dirfd(dir), entry->d_name, 0))
			continue;
		if (fchmodat(dirfd(dir), entry->d_name, 0700, 0))
			continue;
		child = openat(dirfd(dir), entry->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		if (child >= 0)
			empty_folder(child);
		unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
}

static int
leave(void **state)
{
	struct place *place = *state;
	int status = fchdir(place->before);

	close(place->before);
	empty_folder(open(place->path, O_RDONLY | O_DIRECTORY));
	rmdir(place->path);
	test_free(place);
	return status;
}

/* Makes what the recipe says, in order, items apart by spaces:
 *
 *     a/      a folder            a        a file of one byte
 *     a>b     a symbolic link     a=b      a hard link to b
 *     a|      a FIFO              a*       a socket
 *     a@100   a file changed at that second */
static void
make_one(const char *item)
{
	char name[128];
	size_t len = strcspn(item, ">=|*@");
	const char *how = item + len;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	snprintf(name, sizeof(name), "%.*s", (int)len, item);
	if (*how == '>') {
		assert_int_equal(symlink(how + 1, name), 0);
	} else if (*how == '=') {
		assert_int_equal(link(how + 1, name), 0);
	} else if (*how == '|') {
		assert_int_equal(mkfifo(name, 0600), 0);
	} else if (*how == '*') {
		snprintf(
		    address.sun_path, sizeof(address.sun_path), "%.90s", name);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(bind(fd, (const struct sockaddr *)&address,
				     sizeof(address)),
		    0);
		close(fd);
	} else if (name[len - 1] == '/') {
		assert_int_equal(mkdir(name, 0700), 0);
	} else {
		struct timespec times[2] = {{1000, 0}, {1000, 0}};

		if (*how == '@')
			times[1].tv_sec = atol(how + 1);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, "x", 1), 1);
		assert_int_equal(futimens(fd, times), 0);
		close(fd);
	}
}

static void
make(const char *recipe)
{
	struct str rest = str_from(recipe);
	struct str item;

	while (str_split(&rest, ' ', &item)) {
		char text[128];

		snprintf(text, sizeof(text), "%.*s", STR_ARG(item));
		if (item.len)
			make_one(text);
	}
}

/* The archive under PATHS (apart by spaces), as text: files with a space
 * between; `!` behind named ones, `+` behind the newest; then faults. */
static void
list(const char *paths, struct buffer *out)
{
	struct arena arena;
	struct archive archive;
	struct str path[8];
	struct str rest = str_from(paths);
	size_t count = 0;

	while (count < 8 && str_split(&rest, ' ', &path[count]))
		count++;
	arena_init(&arena);
	archive_list(&arena, path, count, &archive);
	for (size_t i = 0; i < archive.count; i++) {
		const struct archive_file *file = &archive.files[i];

		assert_int_equal(file->path.ptr[file->path.len], '\0');
		buffer_printf(out, "%s%s%s%s", out->len ? " " : "",
		    file->path.ptr, file->named ? "!" : "",
		    file->newest ? "+" : "");
	}
	for (size_t i = 0; i < archive.fault_count; i++)
		buffer_printf(out, "\n%.*s: %s%s",
		    STR_ARG(archive.faults[i].path),
		    archive.faults[i].fault.warning ? "warning: " : "",
		    archive.faults[i].fault.what);
	buffer_putc(out, '\0');
	arena_destroy(&arena);
}

static void
expect(const char *paths, const char *want)
{
	struct buffer got = BUFFER_EMPTY;

	list(paths, &got);
	if (strcmp(got.ptr, want))
		fail_msg("%s:\n  want: %s\n  got:  %s", paths, want, got.ptr);
	buffer_destroy(&got);
}

static void
lists_every_file_whatever_its_name(void **state)
{
	(void)state;
	make("arc/ arc/a arc/b.JSON arc/c.log.2.gz arc/d/ arc/d/e arc/d/f/ "
	     "arc/d/f/g");
	expect("arc", "arc/a arc/b.JSON arc/c.log.2.gz+ arc/d/e+ arc/d/f/g+");
}

static void
shows_paths_as_they_were_given(void **state)
{
	(void)state;
	make("arc/ arc/a arc/d/ arc/d/e");
	expect("arc/", "arc/a+ arc/d/e+");
	expect("arc//", "arc/a+ arc/d/e+");
	expect("./arc", "./arc/a+ ./arc/d/e+");
	expect(".", "./arc/a+ ./arc/d/e+");
	expect("arc/d/../a", "arc/d/../a!+");
}

static void
passes_over_dot_files_unless_they_are_named(void **state)
{
	(void)state;
	make("arc/ arc/.a arc/.d/ arc/.d/e arc/f");
	expect("arc", "arc/f+");
	expect("arc/.a arc/.d arc", "arc/.a! arc/.d/e+ arc/f+");
}

static void
lists_pipes_and_devices_only_when_they_are_named(void **state)
{
	(void)state;
	make("arc/ arc/fifo| arc/null>/dev/null arc/s* arc/f");
	expect("arc", "arc/f+");
	expect("arc/fifo arc/null arc/s",
	    "arc/fifo! arc/null!\narc/s: is a socket");
}

static void
orders_by_path_given_then_day_then_path(void **state)
{
	(void)state;
	make("b/ b/2026-10-02 b/2026-10-01.z b/2026-10-01.a b/x b/-last "
	     "b/2026/ b/2026/09/ b/2026/09/30/ b/2026/09/30/poll a/ a/1 "
	     "b/2026-09-01_2026-10-09");
	expect("b a",
	    "b/-last b/x b/2026-09-01_2026-10-09+ b/2026/09/30/poll+ "
	    "b/2026-10-01.a b/2026-10-01.z b/2026-10-02 a/1+");
}

static void
compares_names_byte_by_byte(void **state)
{
	(void)state;
	make("arc/ arc/B arc/b arc/a- arc/a/ arc/a/z arc/a.0 arc/\xc3\xa4 "
	     "arc/Z");
	expect(
	    "arc", "arc/B arc/Z arc/a- arc/a.0 arc/a/z+ arc/b arc/\xc3\xa4+");
}

static void
reads_standard_input_once(void **state)
{
	(void)state;
	make("f");
	expect("- f -", "-! f!+");
}

static void
lists_a_file_once_at_its_first_place(void **state)
{
	(void)state;
	make("arc/ arc/a@9 arc/b>a arc/c=arc/a other/ other/d>../arc/a "
	     "arc/2026-10-01>a");
	expect("arc other", "arc/a+");
	expect("other arc", "other/d+");
	expect("arc arc/c", "arc/a!+");
	expect("arc/c arc", "arc/c!+");
	expect("arc arc ./arc", "arc/a+");
}

static void
follows_links_and_tells_a_loop_once(void **state)
{
	(void)state;
	make("arc/ arc/x/ arc/x/f arc/x/up>.. arc/x/self>. away/ away/g "
	     "arc/y>../away");
	expect("arc",
	    "arc/x/f+ arc/y/g+\n"
	    "arc/x/self: warning: leads back to a folder it is in, not "
	    "followed\n"
	    "arc/x/up: warning: leads back to a folder it is in, not "
	    "followed");
}

/* 2^20 paths lead to the last folder. */
static void
walks_a_folder_once_however_many_ways_lead_there(void **state)
{
	char recipe[100];

	(void)state;
	make("d0/ d0/f");
	for (int i = 1; i <= 20; i++) {
		snprintf(recipe, sizeof(recipe),
		    "d%d/ d%d/a>../d%d d%d/b>../d%d", i, i, i - 1, i, i - 1);
		make(recipe);
	}
	expect("d20", "d20/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/f+");
}

static void
tells_what_is_missing_or_leads_nowhere(void **state)
{
	(void)state;
	make("arc/ arc/a arc/gone>nowhere arc/round>round");
	expect("nothing arc arc/a/b",
	    "arc/a+\n"
	    "nothing: cannot be opened: No such file or directory\n"
	    "arc/gone: cannot be opened: No such file or directory\n"
	    "arc/round: cannot be opened: Too many levels of symbolic links\n"
	    "arc/a/b: cannot be opened: Not a directory");
}

static void
tells_of_a_folder_that_cannot_be_read(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip();
	make("arc/ arc/a arc/shut/ arc/shut/b");
	assert_int_equal(chmod("arc/shut", 0), 0);
	expect("arc", "arc/a+\narc/shut: cannot be read: Permission denied");
}

static void
calls_the_last_day_the_newest(void **state)
{
	(void)state;
	make("a/ a/2026-10-01@999999 a/2026-10-02@5 a/2026-09-30 "
	     "b/ b/x@100 b/y@300 b/z@200 "
	     "c/ c/x@100 c/y@100 "
	     "d/ d/2026-10-01.a@7 d/2026-10-01.b@6");
	expect("a b c d",
	    "a/2026-09-30 a/2026-10-01 a/2026-10-02+ b/x b/y+ b/z c/x c/y+ "
	    "d/2026-10-01.a+ d/2026-10-01.b");
}

/* logrotate's tmes.log is written to, whatever the dates beside it. Its time
 * is 2026-10-04T00:00:00Z, and one second before. */
static void
places_a_file_without_days_at_the_day_it_was_changed(void **state)
{
	(void)state;
	make("a/ a/tmes.log@1791072000 a/tmes.log-20261003@2 "
	     "b/ b/tmes.log@1791071999 b/tmes.log-20261003@1791072000");
	expect("a b",
	    "a/tmes.log+ a/tmes.log-20261003 b/tmes.log "
	    "b/tmes.log-20261003+");
}

static void
does_not_call_an_old_file_the_newest_because_it_is_named(void **state)
{
	(void)state;
	make("a/ a/2026-10-01 a/2026-10-02 a/2026-10-03 a/.2026-10-04");
	expect("a/2026-10-01", "a/2026-10-01!");
	expect("a/2026-10-03", "a/2026-10-03!+");
	expect("a/2026-10-01 a/2026-10-03", "a/2026-10-01! a/2026-10-03!+");
	assert_int_equal(chdir("a"), 0);
	expect("2026-10-01", "2026-10-01!");
	expect("2026-10-03", "2026-10-03!+");
}

/* With far fewer descriptors than folders. */
static void
walks_a_deep_tree(void **state)
{
	struct buffer path = BUFFER_EMPTY;
	struct buffer got = BUFFER_EMPTY;
	struct rlimit before;
	struct rlimit few;
	int fd;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &before);
	few = before;
	few.rlim_cur = 20;
	setrlimit(RLIMIT_NOFILE, &few);
	buffer_puts(&path, STR("d"));
	for (int i = 0; i < 300; i++) {
		buffer_putc(&path, '\0');
		assert_int_equal(mkdir(path.ptr, 0700), 0);
		path.len--;
		buffer_puts(&path, STR("/d"));
	}
	buffer_putc(&path, '\0');
	fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	list("d", &got);
	assert_int_equal(strlen(got.ptr), strlen(path.ptr) + 1);
	assert_null(strchr(got.ptr, '\n'));
	setrlimit(RLIMIT_NOFILE, &before);
	buffer_destroy(&got);
	buffer_destroy(&path);
}

static void
lists_thousands_of_files_in_order(void **state)
{
	struct arena arena;
	struct archive archive;
	struct str path = STR("many");
	size_t count = 2000;

	(void)state;
	make("many/");
	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "many/f%05zu", i * 7919 % count);
		make_one(name);
	}
	arena_init(&arena);
	archive_list(&arena, &path, 1, &archive);
	assert_int_equal(archive.count, count);
	for (size_t i = 1; i < count; i++)
		assert_true(str_cmp(archive.files[i - 1].path,
				archive.files[i].path) < 0);
	assert_int_equal(archive.files[7].size, 1);
	arena_destroy(&arena);
}

static void
knows_names_that_claim_to_be_logs(void **state)
{
	/* clang-format off */
	static const struct {
		const char *path;
		bool claims;
	} rows[] = {
		{"a/x.json", true}, {"x.JSON.gz", true}, {"x.jsonl-20261003.gz", true},
		{"x.ndjson", true}, {"x.csv.1", true}, {"x.Cef", true},
		{"x.log", false}, {"json", false}, {"x.json/y", false}, {"x.js", false},
		{"", false},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (archive_claims_log(str_from(rows[i].path)) !=
		    rows[i].claims)
			fail_msg("%s", rows[i].path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(lists_every_file_whatever_its_name),
	    TEST(shows_paths_as_they_were_given),
	    TEST(passes_over_dot_files_unless_they_are_named),
	    TEST(lists_pipes_and_devices_only_when_they_are_named),
	    TEST(orders_by_path_given_then_day_then_path),
	    TEST(compares_names_byte_by_byte),
	    TEST(reads_standard_input_once),
	    TEST(lists_a_file_once_at_its_first_place),
	    TEST(follows_links_and_tells_a_loop_once),
	    TEST(walks_a_folder_once_however_many_ways_lead_there),
	    TEST(tells_what_is_missing_or_leads_nowhere),
	    TEST(tells_of_a_folder_that_cannot_be_read),
	    TEST(calls_the_last_day_the_newest),
	    TEST(places_a_file_without_days_at_the_day_it_was_changed),
	    TEST(does_not_call_an_old_file_the_newest_because_it_is_named),
	    TEST(walks_a_deep_tree),
	    TEST(lists_thousands_of_files_in_order),
	    TEST(knows_names_that_claim_to_be_logs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

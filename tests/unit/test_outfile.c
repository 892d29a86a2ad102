/* SPDX-License-Identifier: MIT */
/* A file that appears whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "mtrack/arena.h"
#include "mtrack/outfile.h"
#include "written.h"

/* Raised: as on a file system that knows no unnamed files (NFS, FAT). */
static bool without_unnamed;

/* Stands before the C library's. */
int
openat(int folder, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode = 0;

	va_start(args, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(args, mode_t);
	va_end(args);
	if (without_unnamed && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

/* Each test has a folder of its own and stands in it. */
static int
enter(void **state)
{
	char *folder = strdup("/tmp/mtrack-outfile-XXXXXX");

	*state = folder;
	umask(022);
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	char command[80];

	snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
	free(*state);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void
put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
assert_holds(const char *path, const char *want)
{
	char text[200] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, want);
}

/* Entries of the folder, dot files too: nothing else may be left behind. */
static size_t
entries(const char *path)
{
	DIR *folder = opendir(path);
	size_t count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 2;
}

/* Writes `new` to PATH; the fault's sentence, empty when it went well. */
static const char *
renew(const char *path, struct fault *fault)
{
	struct outfile file;
	struct arena arena;

	*fault = (struct fault){.rule = NULL};
	arena_init(&arena);
	if (outfile_open(&arena, &file, str_from(path), fault)) {
		buffer_puts(&file.out.buffer, STR("new"));
		outfile_commit(&file, fault);
	}
	arena_destroy(&arena);
	return fault->what;
}

static mode_t
mode_of(const char *path)
{
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	return info.st_mode & 07777;
}

static void
makes_a_new_file_under_the_umask(void **state)
{
	struct fault fault;

	(void)state;
	assert_string_equal(renew("out", &fault), "");
	assert_holds("out", "new");
	assert_int_equal(mode_of("out"), 0644);
	umask(077);
	assert_string_equal(renew("private", &fault), "");
	assert_int_equal(mode_of("private"), 0600);
	assert_int_equal(entries("."), 2);
}

static void
replaces_a_file_and_keeps_its_mode(void **state)
{
	struct fault fault;

	(void)state;
	put("out", "old and longer");
	assert_int_equal(chmod("out", 0660), 0);
	assert_string_equal(renew("./out", &fault), "");
	assert_holds("out", "new");
	assert_int_equal(mode_of("out"), 0660);
	assert_int_equal(entries("."), 1);
}

/* A reader who has the old file open keeps it. */
static void
leaves_the_old_file_until_it_is_complete(void **state)
{
	struct outfile file;
	struct arena arena;
	struct fault fault;

	(void)state;
	put("out", "old");
	arena_init(&arena);
	assert_true(outfile_open(&arena, &file, STR("out"), &fault));
	buffer_puts(&file.out.buffer, STR("new"));
	assert_true(output_flush(&file.out, true));
	assert_holds("out", "old");
	assert_true(outfile_commit(&file, &fault));
	assert_holds("out", "new");
	arena_destroy(&arena);
}

static void
leaves_no_trace_when_given_up(void **state)
{
	struct outfile file;
	struct arena arena;
	struct fault fault;

	(void)state;
	put("out", "old");
	arena_init(&arena);
	assert_true(outfile_open(&arena, &file, STR("out"), &fault));
	buffer_puts(&file.out.buffer, STR("half"));
	assert_true(output_flush(&file.out, true));
	assert_int_equal(file.temporary != NULL, without_unnamed);
	assert_int_equal(entries("."), without_unnamed ? 2 : 1);
	outfile_abort(&file);
	assert_holds("out", "old");
	assert_true(outfile_open(&arena, &file, STR("never"), &fault));
	outfile_abort(&file);
	assert_int_equal(entries("."), 1);
	arena_destroy(&arena);
}

/* The writing fails, as on a full disk. */
static void
keeps_the_old_file_when_writing_fails(void **state)
{
	struct outfile file;
	struct arena arena;
	struct fault fault;

	(void)state;
	put("out", "old");
	arena_init(&arena);
	assert_true(outfile_open(&arena, &file, STR("out"), &fault));
	buffer_puts(&file.out.buffer, STR("half"));
	file.out.error = ENOSPC;
	assert_false(outfile_commit(&file, &fault));
	assert_string_equal(
	    fault.what, "cannot write out: No space left on device");
	assert_int_equal(file.out.error, ENOSPC);
	assert_holds("out", "old");
	assert_int_equal(entries("."), 1);
	arena_destroy(&arena);
}

static void
follows_a_link_and_keeps_it(void **state)
{
	struct fault fault;
	struct stat info;

	(void)state;
	assert_int_equal(mkdir("far", 0755), 0);
	put("far/real", "old");
	assert_int_equal(symlink("far/real", "link"), 0);
	assert_int_equal(symlink("link", "again"), 0);
	assert_string_equal(renew("again", &fault), "");
	assert_holds("far/real", "new");
	assert_int_equal(lstat("again", &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_int_equal(entries("far"), 1);
	assert_int_equal(entries("."), 3);
}

/* What the old one allowed is not taken over either. */
static void
follows_no_link_where_the_file_is_its_own(void **state)
{
	struct fault fault;
	struct outfile file;
	struct arena arena;
	struct stat info;

	(void)state;
	arena_init(&arena);
	put("target", "old");
	assert_int_equal(symlink("target", "own"), 0);
	assert_false(outfile_open_own(&arena, &file, STR("own"), &fault));
	assert_string_equal(
	    fault.what, "own: not written: something else stands there");
	assert_int_equal(unlink("own"), 0);
	put("own", "old");
	assert_int_equal(chmod("own", 0666), 0);
	assert_true(outfile_open_own(&arena, &file, STR("own"), &fault));
	buffer_puts(&file.out.buffer, STR("new"));
	/* Planted while it was written: */
	assert_int_equal(unlink("own"), 0);
	assert_int_equal(symlink("target", "own"), 0);
	assert_true(outfile_commit(&file, &fault));
	assert_holds("target", "old");
	assert_holds("own", "new");
	assert_int_equal(lstat("own", &info), 0);
	assert_int_equal(info.st_mode, S_IFREG | 0600);
	assert_int_equal(entries("."), 2);
	arena_destroy(&arena);
}

static const struct refusal {
	const char *path;
	const char *what;
} refusals[] = {
    {"", "the output file has no name"},
    {"none/out", "cannot write none/out: No such file or directory"},
    {"plain/out", "cannot write plain/out: Not a directory"},
    {"folder", "cannot write folder: Is a directory"},
    {"folder/", "cannot write folder/: Is a directory"},
    {"new/", "cannot write new/: Is a directory"},
    {"nowhere", "cannot write nowhere: No such file or directory"},
    {"round", "cannot write round: Too many levels of symbolic links"},
    {"/dev/full", "cannot write /dev/full: No space left on device"},
    {"/dev/fd/999", "cannot write /dev/fd/999: Bad file descriptor"},
};

static void
refuses_what_cannot_be_written(void **state)
{
	(void)state;
	put("plain", "old");
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(symlink("missing", "nowhere"), 0);
	assert_int_equal(symlink("round", "round"), 0);
	for (size_t i = 0; i < COUNT(refusals); i++) {
		struct fault fault;

		assert_bytes(refusals[i].path,
		    str_from(renew(refusals[i].path, &fault)),
		    str_from(refusals[i].what));
	}
	assert_holds("plain", "old");
	assert_int_equal(entries("."), 4);
	assert_int_equal(entries("folder"), 0);
}

#define NOBODY 65534

/* Root may write anywhere, so it is somebody else who tries. */
static void
refuses_what_may_not_be_written(void **state)
{
	struct fault fault;
	bool root = geteuid() == 0;

	(void)state;
	if (root && (chown(".", NOBODY, NOBODY) < 0 || seteuid(NOBODY) < 0))
		skip();
	put("out", "old");
	assert_int_equal(chmod("out", 0444), 0);
	assert_string_equal(
	    renew("out", &fault), "cannot write out: Permission denied");
	assert_int_equal(mkdir("shut", 0555), 0);
	assert_string_equal(renew("shut/out", &fault),
	    "cannot write shut/out: Permission denied");
	assert_int_equal(chmod("shut", 0755), 0);
	if (root)
		assert_int_equal(seteuid(0), 0);
}

static void
writes_straight_to_what_is_no_file(void **state)
{
	struct fault fault;
	char text[8] = "";
	struct stat info;
	int fd;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	fd = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_string_equal(renew("pipe", &fault), "");
	assert_int_equal(read(fd, text, sizeof(text)), 3);
	assert_string_equal(text, "new");
	close(fd);
	assert_int_equal(lstat("pipe", &info), 0);
	assert_true(S_ISFIFO(info.st_mode));
	assert_string_equal(renew("/dev/null", &fault), "");
	assert_int_equal(stat("/dev/null", &info), 0);
	assert_true(S_ISCHR(info.st_mode));
}

/* `-o /dev/fd/N N>>log` appends, and leaves the descriptor open. */
static void
writes_behind_what_an_open_descriptor_holds(void **state)
{
	char path[32];
	struct fault fault;
	int fd;

	(void)state;
	put("log", "old");
	fd = open("log", O_WRONLY | O_APPEND | O_CLOEXEC);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	assert_string_equal(renew(path, &fault), "");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(symlink(path, "link"), 0); /* as /dev/stdout is */
	assert_string_equal(renew("link", &fault), "");
	assert_int_equal(write(fd, "!", 1), 1);
	close(fd);
	assert_holds("log", "oldnewnew!");
}

int
main(void)
{
#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
	    IN_A_FOLDER(makes_a_new_file_under_the_umask),
	    IN_A_FOLDER(replaces_a_file_and_keeps_its_mode),
	    IN_A_FOLDER(leaves_the_old_file_until_it_is_complete),
	    IN_A_FOLDER(leaves_no_trace_when_given_up),
	    IN_A_FOLDER(keeps_the_old_file_when_writing_fails),
	    IN_A_FOLDER(follows_a_link_and_keeps_it),
	    IN_A_FOLDER(follows_no_link_where_the_file_is_its_own),
	    IN_A_FOLDER(refuses_what_cannot_be_written),
	    IN_A_FOLDER(refuses_what_may_not_be_written),
	    IN_A_FOLDER(writes_straight_to_what_is_no_file),
	    IN_A_FOLDER(writes_behind_what_an_open_descriptor_holds),
	};

	int failed = cmocka_run_group_tests_name("unnamed", tests, NULL, NULL);

	without_unnamed = true;
	return failed + cmocka_run_group_tests_name("named", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What is noted goes when the run is ended from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mtrack/leftover.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static char path[] = "/tmp/mtrack-leftover-XXXXXX";
static int folder;

static int
enter(void **state)
{
	(void)state;
	if (!mkdtemp(path))
		return -1;
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder < 0 ? -1 : 0;
}

static int
leave(void **state)
{
	(void)state;
	close(folder);
	return rmdir(path);
}

static void
make(const char *name)
{
	close(openat(folder, name, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(faccessat(folder, name, F_OK, 0), 0);
}

/* How a child ends that notes "half" and "third", drops "third", and is sent
 * NUMBER; it ignores it when told so. */
static int
end_by(int number, bool ignored)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		signal(number, ignored ? SIG_IGN : SIG_DFL);
		leftover_watch();
		leftover_note(folder, "half");
		leftover_made(folder, "half");
		leftover_note(folder, "third");
		leftover_made(folder, "third");
		leftover_drop(folder, "third");
		raise(number);
		_exit(7);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
removes_what_is_noted_and_ends_as_the_signal_does(void **state)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		int status;

		make("half");
		make("third");
		make("other");
		status = end_by(numbers[i], false);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != numbers[i])
			fail_msg("signal %d: status %x", numbers[i], status);
		assert_int_equal(faccessat(folder, "half", F_OK, 0), -1);
		assert_int_equal(unlinkat(folder, "third", 0), 0);
		assert_int_equal(unlinkat(folder, "other", 0), 0);
	}
}

static void
leaves_a_signal_alone_that_is_ignored(void **state)
{
	int status;

	(void)state;
	make("half");
	status = end_by(SIGHUP, true);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	assert_int_equal(unlinkat(folder, "half", 0), 0);
}

static void
notes_more_than_it_has_room_for(void **state)
{
	char name[LEFTOVER_NAME];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name %d", i);
		leftover_note(folder, name);
		leftover_made(folder, name);
	}
	make("name 7");
	make("name 999");
	leftover_remove();
	assert_int_equal(faccessat(folder, "name 7", F_OK, 0), -1);
	unlinkat(folder, "name 999", 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name %d", i);
		leftover_drop(folder, name);
	}
	make("name 7");
	leftover_remove();
	assert_int_equal(unlinkat(folder, "name 7", 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(removes_what_is_noted_and_ends_as_the_signal_does),
	    cmocka_unit_test(leaves_a_signal_alone_that_is_ignored),
	    cmocka_unit_test(notes_more_than_it_has_room_for),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}

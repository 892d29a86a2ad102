/* SPDX-License-Identifier: MIT */
/* The buffer in front of a descriptor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "mtrack/output.h"
#include "written.h"

static void
holds_small_output_back_until_it_is_asked(void **state)
{
	struct output out;
	int fd = memfd_create("output", MFD_CLOEXEC);

	(void)state;
	output_init(&out, fd);
	buffer_puts(&out.buffer, STR("abc"));
	assert_true(output_flush(&out, false));
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	assert_true(output_flush(&out, true));
	assert_int_equal(lseek(fd, 0, SEEK_END), 3);
	assert_int_equal(out.bytes, 3);
	assert_int_equal(out.buffer.len, 0);
	output_destroy(&out);
	close(fd);
}

static void
writes_a_large_buffer_without_being_asked(void **state)
{
	struct output out;
	int fd = memfd_create("output", MFD_CLOEXEC);

	(void)state;
	output_init(&out, fd);
	for (size_t i = 0; i < 300000; i++) {
		buffer_putc(&out.buffer, 'x');
		assert_true(output_flush(&out, false));
		assert_in_range(out.buffer.len, 0, 256 << 10);
	}
	assert_in_range(out.bytes, 300000 - (256 << 10), 300000);
	assert_int_equal(lseek(fd, 0, SEEK_END), out.bytes);
	output_destroy(&out);
	close(fd);
}

static void
remembers_a_full_disk(void **state)
{
	struct output out;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int good = memfd_create("output", MFD_CLOEXEC);

	(void)state;
	output_init(&out, full);
	buffer_puts(&out.buffer, STR("lost"));
	assert_false(output_flush(&out, true));
	assert_int_equal(out.error, ENOSPC);
	out.fd = good; /* the disk has room again: still, a part is missing */
	buffer_puts(&out.buffer, STR("more"));
	assert_false(output_flush(&out, false));
	assert_false(output_flush(&out, true));
	assert_int_equal(out.error, ENOSPC);
	assert_int_equal(out.bytes, 0);
	assert_int_equal(lseek(good, 0, SEEK_END), 0);
	output_destroy(&out);
	close(full);
	close(good);
}

static void
remembers_a_closed_pipe(void **state)
{
	struct output out;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	output_init(&out, ends[1]);
	buffer_puts(&out.buffer, STR("lost"));
	assert_false(output_flush(&out, true));
	assert_int_equal(out.error, EPIPE);
	output_destroy(&out);
	close(ends[1]);
}

#define PIPED 1000003

static void *
read_slowly(void *fd)
{
	char part[4099];
	size_t sum = 0;
	ssize_t len;

	while ((len = read(*(int *)fd, part, sizeof(part))) > 0)
		for (ssize_t i = 0; i < len; i++, sum++)
			if (part[i] != (char)(sum % 251))
				return (void *)1;
	return (void *)(intptr_t)(sum == PIPED ? 0 : 2);
}

/* A pipe takes a part at a time, and one that does not block says EAGAIN. */
static void
survives_short_writes(void **state)
{
	(void)state;
	for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
		struct output out;
		pthread_t reader;
		void *verdict;
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
		assert_int_equal(
		    pthread_create(&reader, NULL, read_slowly, &ends[0]), 0);
		output_init(&out, ends[1]);
		for (size_t i = 0; i < PIPED; i++)
			buffer_putc(&out.buffer, (char)(i % 251));
		assert_true(output_flush(&out, false));
		assert_int_equal(out.bytes, PIPED);
		close(ends[1]);
		pthread_join(reader, &verdict);
		assert_ptr_equal(verdict, NULL);
		close(ends[0]);
		output_destroy(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(holds_small_output_back_until_it_is_asked),
	    cmocka_unit_test(writes_a_large_buffer_without_being_asked),
	    cmocka_unit_test(remembers_a_full_disk),
	    cmocka_unit_test(remembers_a_closed_pipe),
	    cmocka_unit_test(survives_short_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

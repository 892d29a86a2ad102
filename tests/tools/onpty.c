/* SPDX-License-Identifier: MIT */
/* Runs a command with some of its descriptors on a terminal, and copies what
 * it writes there to standard output.
 *
 *	onpty [-w COLUMNS] [-0] [-1] [-2] COMMAND [ARGUMENT]...
 *
 * -0, -1 and -2 put that descriptor on the terminal, the others stay as they
 * are. The status is the command's, 128 and the signal when one ended it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int
fail(const char *what)
{
	perror(what);
	return 2;
}

static void
run(int slave, const int *wanted, char **argv)
{
	setsid();
	for (int fd = 0; fd < 3; fd++)
		if (wanted[fd])
			dup2(slave, fd);
	close(slave);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Until the last writer is gone, which Linux tells as EIO. */
static void
copy(int master)
{
	char bytes[4096];
	ssize_t got;

	while ((got = read(master, bytes, sizeof(bytes))) > 0 ||
	    (got < 0 && errno == EINTR)) {
		char *at = bytes;

		while (got > 0) {
			ssize_t put = write(STDOUT_FILENO, at, (size_t)got);

			if (put < 0)
				return;
			at += put;
			got -= put;
		}
	}
}

int
main(int argc, char **argv)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct termios mode;
	int wanted[3] = {0};
	int master, slave, option, status;
	pid_t child;

	while ((option = getopt(argc, argv, "+w:012")) != -1) {
		if (option == 'w')
			size.ws_col = (unsigned short)strtoul(optarg, NULL, 10);
		else if (option >= '0' && option <= '2')
			wanted[option - '0'] = 1;
		else
			return 2;
	}
	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (optind == argc || master < 0 || grantpt(master) < 0 ||
	    unlockpt(master) < 0)
		return fail("onpty");
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (slave < 0 || tcgetattr(slave, &mode) < 0)
		return fail("onpty");
	mode.c_oflag &= ~(tcflag_t)OPOST; /* bytes as they were written */
	tcsetattr(slave, TCSANOW, &mode);
	ioctl(slave, TIOCSWINSZ, &size);
	child = fork();
	if (child < 0)
		return fail("fork");
	if (child == 0)
		run(slave, wanted, argv + optind);
	close(slave);
	copy(master);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* SPDX-License-Identifier: MIT */
/* Runs a command with some of its descriptors on a terminal of its own, copies
 * what it writes there to standard output, and types at it.
 *
 *	onpty [-w COLUMNS] [-0] [-1] [-2] [-s TEXT | -e TEXT]...
 *	    COMMAND [ARGUMENT]...
 *
 * -0, -1 and -2 put that descriptor on the terminal, the others stay as they
 * are. -s types TEXT (`\t` and `\n` are keys), -e waits until TEXT came since
 * the last -e. The status is the command's, 128 and the signal when one ended
 * it; with -s or -e also 124 after half a minute of silence, and 125 when the
 * end came before TEXT. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define STEPS_MAX 32
#define SILENCE   30000 /* ms */

struct session {
	int master;
	int patience; /* ms, -1: none is lost */
	char *text;   /* what came since the last -e, NUL-terminated */
	size_t len;
};

static void
fail(const char *what)
{
	perror(what);
	exit(2);
}

static void
run(int slave, const int *wanted, char **argv)
{
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		if (wanted[fd])
			dup2(slave, fd);
	close(slave);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static bool
put(const char *at, size_t left)
{
	while (left > 0) {
		ssize_t done = write(STDOUT_FILENO, at, left);

		if (done < 0)
			return false;
		at += done;
		left -= (size_t)done;
	}
	return true;
}

/* Copies one piece of what the command writes; false when the last writer is
 * gone, which Linux tells as EIO. */
static bool
take(struct session *session)
{
	struct pollfd pollfd = {.fd = session->master, .events = POLLIN};
	char bytes[4096];
	ssize_t got;

	if (poll(&pollfd, 1, session->patience) == 0) {
		fputs("\nonpty: nothing came for half a minute\n", stderr);
		exit(124);
	}
	got = read(session->master, bytes, sizeof(bytes));
	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0 || !put(bytes, (size_t)got))
		return false;
	if (session->patience < 0)
		return true;
	session->text = realloc(session->text, session->len + (size_t)got + 1);
	if (!session->text)
		fail("onpty");
	memcpy(session->text + session->len, bytes, (size_t)got);
	session->len += (size_t)got;
	session->text[session->len] = '\0';
	return true;
}

static void
await(struct session *session, const char *wanted)
{
	char *at;

	while (!session->text || !(at = strstr(session->text, wanted)))
		if (!take(session)) {
			fprintf(
			    stderr, "\nonpty: the end, but no %s\n", wanted);
			exit(125);
		}
	at += strlen(wanted);
	session->len -= (size_t)(at - session->text);
	memmove(session->text, at, session->len + 1);
}

static void
type(const struct session *session, const char *text)
{
	for (; *text; text++) {
		char key = *text;

		if (key == '\\' && (text[1] == 't' || text[1] == 'n'))
			key = *++text == 't' ? '\t' : '\r';
		if (write(session->master, &key, 1) != 1)
			fail("onpty: write");
	}
}

/* The two ends of a terminal, which passes bytes on as they were written. */
static void
open_terminal(int *master, int *slave, unsigned columns)
{
	struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
	struct termios mode;

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0 || grantpt(*master) < 0 || unlockpt(*master) < 0)
		fail("onpty");
	*slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
	if (*slave < 0 || tcgetattr(*slave, &mode) < 0)
		fail("onpty");
	mode.c_oflag &= ~(tcflag_t)OPOST;
	tcsetattr(*slave, TCSANOW, &mode);
	ioctl(*slave, TIOCSWINSZ, &size);
}

int
main(int argc, char **argv)
{
	struct session session = {.patience = -1};
	struct {
		int what;
		const char *text;
	} steps[STEPS_MAX];
	unsigned columns = 80;
	int wanted[3] = {0};
	int count = 0, slave, option, status;
	pid_t child;

	while ((option = getopt(argc, argv, "+w:012s:e:")) != -1) {
		if (option == '?' || count == STEPS_MAX)
			return 2;
		if (option == 'w') {
			columns = (unsigned)strtoul(optarg, NULL, 10);
		} else if (option >= '0' && option <= '2') {
			wanted[option - '0'] = 1;
		} else {
			session.patience = SILENCE;
			steps[count].what = option;
			steps[count++].text = optarg;
		}
	}
	if (optind == argc)
		return 2;
	open_terminal(&session.master, &slave, columns);
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0)
		run(slave, wanted, argv + optind);
	close(slave);
	for (int i = 0; i < count; i++) {
		if (steps[i].what == 'e')
			await(&session, steps[i].text);
		else
			type(&session, steps[i].text);
	}
	while (take(&session))
		;
	free(session.text);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

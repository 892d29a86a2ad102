/* SPDX-License-Identifier: MIT */
/* Types at a command on a terminal of its own, and waits for its answers.
 *
 *	typist [-s TEXT | -w TEXT]... COMMAND [ARGUMENT]...
 *
 * -s types TEXT (`\t` and `\n` are keys), -w waits until TEXT came since the
 * last -w. Prints what the terminal got and ends with the command's status,
 * 124 after half a minute of silence, 125 when the end came before TEXT. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEPS_MAX 32
#define SILENCE   30000 /* ms */

struct session {
	int fd;
	char *text; /* all that came */
	size_t len;
	size_t seen; /* what -w has passed */
};

static void
fail(const char *what)
{
	perror(what);
	exit(2);
}

/* One piece of what the command writes; false at its end. */
static bool
take(struct session *session)
{
	struct pollfd poll_fd = {.fd = session->fd, .events = POLLIN};
	ssize_t got;
	int ready = poll(&poll_fd, 1, SILENCE);

	if (ready == 0) {
		fwrite(session->text, 1, session->len, stdout);
		fputs("\ntypist: nothing came for half a minute\n", stderr);
		exit(124);
	}
	session->text = realloc(session->text, session->len + 4097);
	if (!session->text)
		fail("typist");
	got = read(session->fd, session->text + session->len, 4096);
	if (got <= 0)
		return false; /* EIO: nobody holds the terminal any more */
	session->len += (size_t)got;
	session->text[session->len] = '\0';
	return true;
}

static void
await(struct session *session, const char *text)
{
	const char *at;

	for (;;) {
		at = session->text ? strstr(session->text + session->seen, text)
				   : NULL;
		if (at)
			break;
		if (!take(session)) {
			fprintf(stderr, "typist: the end, but no %s\n%s\n",
			    text, session->text ? session->text : "");
			exit(125);
		}
	}
	session->seen = (size_t)(at - session->text) + strlen(text);
}

static void
type(const struct session *session, const char *text)
{
	for (; *text; text++) {
		char key = *text;

		if (key == '\\' && (text[1] == 't' || text[1] == 'n'))
			key = *++text == 't' ? '\t' : '\r';
		if (write(session->fd, &key, 1) != 1)
			fail("typist: write");
	}
}

int
main(int argc, char **argv)
{
	struct winsize size = {.ws_row = 24, .ws_col = 200};
	struct session session = {0};
	struct {
		int what;
		const char *text;
	} steps[STEPS_MAX];
	int count = 0, option, status;
	pid_t pid;

	while ((option = getopt(argc, argv, "+s:w:")) != -1) {
		if (option == '?' || count == STEPS_MAX)
			return 2;
		steps[count].what = option;
		steps[count++].text = optarg;
	}
	pid = forkpty(&session.fd, NULL, NULL, &size);
	if (pid < 0)
		fail("forkpty");
	if (pid == 0) {
		execvp(argv[optind], argv + optind);
		fail(argv[optind]);
	}
	for (int i = 0; i < count; i++) {
		if (steps[i].what == 'w')
			await(&session, steps[i].text);
		else
			type(&session, steps[i].text);
	}
	while (take(&session))
		;
	fwrite(session.text, 1, session.len, stdout);
	free(session.text);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

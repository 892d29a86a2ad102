/* SPDX-License-Identifier: MIT */
/* Runs a command and fails when it needed more memory than it may.
 *
 *     peak KIB COMMAND [ARGUMENT]...
 *
 * The most that was resident goes to standard error when it is over KIB.
 * Status: the command's; 99 when it was over. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct rusage used;
	long limit;
	int status;
	pid_t child;

	if (argc < 3 || (limit = atol(argv[1])) <= 0) {
		fputs("usage: peak KIB COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child) {
		perror("peak");
		return 2;
	}
	if (used.ru_maxrss > limit) {
		fprintf(stderr, "peak: %ld KiB, allowed are %ld\n",
		    used.ru_maxrss, limit);
		return 99;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

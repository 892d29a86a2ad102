/* SPDX-License-Identifier: MIT */
/* Runs queries over and over while one call of the system after the other
 * fails (tools/failing.c), and looks at what comes of it.
 *
 *     faults MTRACK LIBRARY TESTDATA [TRIES [NAME]]
 *
 * TRIES is the most that is tried of each call in each query, spread evenly;
 * 0, or MTRACK_FAULTS=0 in the environment, tries all. NAME picks one query.
 *
 * Whatever fails: mtrack ends by itself and in time, with status 2 and a
 * message, or as if nothing had happened and then with the same output; no
 * temporary file is left; an output file is the old one or the whole new one;
 * what a checkpoint holds back was printed; a side index that was being made
 * changes no answer; no memory and no descriptor is left over. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS   20 /* a run may take */
#define WORDS     40
#define FILES     100
#define REPORT_FD 9

#define PLAIN "--no-config --license none --color never "

/* What makes a state: other fields of an entry may come of its other records,
 * and these of a file that could not be read. */
#define STATES "--no-header --fields mailID,messageID,recipient,genTime,action"

static const struct query {
	const char *name;
	const char *words;
	const char *input;  /* standard input */
	const char *follow; /* a sound run that tells what the failed one did */
	const char *judge;  /* a file that is the old one or the good one */
	bool prints;        /* what was printed is not printed again */
	bool tells;         /* what it finds, and so of the fault too */
	bool named;         /* a file system without unnamed files */
	bool threads;       /* several: another run may fail elsewhere */
} queries[] = {
    {.name = "query",
	.words = PLAIN "-j1 --csv --history --sort none -d in arc"},
    {.name = "sorted", .words = PLAIN "-j1 --json -r --tz Europe/Berlin arc"},
    {.name = "spilled", .words = PLAIN "-j1 --memory 64K --tsv arc"},
    {.name = "by", .words = PLAIN "-j1 --by sender,day arc"},
    {.name = "mails",
	.words = PLAIN "-j1 --by-message --detail --memory 64K arc"},
    {.name = "standard input",
	.words = PLAIN "-j1 --jsonl -",
	.input = "input"},
    {.name = "list",
	.words = PLAIN "-j1 -c --sender @list arc",
	.input = "list"},
    {.name = "configuration", .words = "-j1 --csv arc"},
    {.name = "output",
	.words = PLAIN "-j1 --csv -o out/file arc",
	.judge = "out/file"},
    {.name = "output, named",
	.words = PLAIN "-j1 --csv -o out/file arc",
	.judge = "out/file",
	.named = true},
    {.name = "export",
	.words = PLAIN "-j1 --export out/file arc",
	.judge = "out/file"},
    {.name = "checkpoint",
	.words = PLAIN "-j1 --checkpoint out/point --csv " STATES " arc",
	.prints = true,
	.follow = PLAIN "-j1 --checkpoint out/point --csv " STATES " arc"},
    {.name = "checkpoint, named",
	.words = PLAIN "-j1 --checkpoint out/point --csv " STATES " arc",
	.prints = true,
	.follow = PLAIN "-j1 --checkpoint out/point --csv " STATES " arc",
	.named = true},
    {.name = "coverage", .words = PLAIN "-j1 --coverage arc"},
    {.name = "build-index",
	.words = PLAIN "-j1 --build-index --index-dir out arc",
	.follow = PLAIN "-j1 --index-dir out --jsonl -d out arc"},
    {.name = "build-index, named",
	.words = PLAIN "-j1 --build-index --index-dir out arc",
	.follow = PLAIN "-j1 --index-dir out --jsonl -d out arc",
	.named = true},
    {.name = "indexed",
	.words = PLAIN "-j1 --index-dir idx --jsonl -m att-1@partner.test arc"},
    {.name = "why-not",
	.words = PLAIN "-j1 --why-not att-1@partner.test -d out arc"},
    {.name = "explain",
	.words = PLAIN "-j1 --explain --index-dir idx arc",
	.tells = true},
    {.name = "threads", .words = PLAIN "-j4 --csv -r arc", .threads = true},
    {.name = "threads, spilled",
	.words = PLAIN "-j4 --memory 64K --by recipient arc",
	.threads = true},
    {.name = "threads, build-index",
	.words = PLAIN "-j4 --build-index --index-dir out arc",
	.follow = PLAIN "-j4 --index-dir out --jsonl -d out arc",
	.threads = true},
};

static const char *const calls[] = {"open", "read", "write", "fsync", "rename",
    "stat", "folder", "lock", "close", "mkdir", "path", "memory", "thread"};
static const char *const disturbances[] = {"read~", "write~"};
#define ROOM_LEAST 16u /* KiB; doubled, or fourfold, up to ROOM_MOST */
#define ROOM_MOST  (512u << 10)

struct text {
	char *ptr;
	size_t len;
};

/* What a run left. */
struct outcome {
	int status; /* negative: a signal, or too long */
	struct text out;
	struct text err;
	bool reported;
	unsigned long count;
	long live;
	int fds;
};

/* A file of the folder out/ as it is before a run. */
struct file {
	char *path;
	struct text text;
};

struct sum {
	unsigned long tries;
	unsigned long hit; /* did not go on as if nothing had happened */
	unsigned long crashes;
	unsigned long wrong;
	unsigned long lost; /* records */
	unsigned long harmed;
	unsigned long left;
	unsigned long leaks;
};

static char work[200];
static const char *program, *library;
static struct file before[FILES], good_files[FILES];
static size_t before_count, good_count;
static struct outcome good, good_follow, idle_follow;
static struct sum total;
static unsigned shown;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
command(const char *text)
{
	if (system(text) != 0)
		die(text);
}

/* ---- files ---- */

static struct text
read_fd(int fd)
{
	struct stat st;
	struct text text;

	if (fstat(fd, &st))
		die("fstat");
	text.len = (size_t)st.st_size;
	text.ptr = malloc(text.len + 1);
	if (!text.ptr || pread(fd, text.ptr, text.len, 0) != (ssize_t)text.len)
		die("a file cannot be read");
	text.ptr[text.len] = '\0';
	return text;
}

static bool
is_same(struct text a, struct text b)
{
	return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static struct file *found;
static size_t found_count;

static int
take_file(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)at;
	(void)st;
	if (kind == FTW_F && found_count < FILES) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		found[found_count++] = (struct file){strdup(path), read_fd(fd)};
		close(fd);
	}
	return 0;
}

static size_t
list(const char *folder, struct file *files)
{
	found = files;
	found_count = 0;
	if (nftw(folder, take_file, 20, FTW_PHYS) < 0 && errno != ENOENT)
		die(folder);
	return found_count;
}

static void
forget(struct file *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(files[i].path);
		free(files[i].text.ptr);
	}
}

static const struct file *
find(const struct file *files, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(files[i].path, path))
			return &files[i];
	return NULL;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	return at->level == 0 ? 0 : kind == FTW_DP ? rmdir(path) : unlink(path);
}

/* out/ and tmp/ as before the first run. */
static void
reset(void)
{
	nftw("out", remove_one, 20, FTW_PHYS | FTW_DEPTH);
	nftw("tmp", remove_one, 20, FTW_PHYS | FTW_DEPTH);
	if (mkdir("out/mtrack", 0700))
		die("out/mtrack");
	for (size_t i = 0; i < before_count; i++) {
		int fd =
		    open(before[i].path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		if (write(fd, before[i].text.ptr, before[i].text.len) < 0)
			die(before[i].path);
		close(fd);
	}
}

/* ---- runs ---- */

static void
split(const char *words, char *copy, char **argv)
{
	size_t count = 0;

	strcpy(copy, words);
	argv[count++] = (char *)(uintptr_t)program;
	for (char *word = strtok(copy, " "); word && count < WORDS - 1;
	     word = strtok(NULL, " "))
		argv[count++] = word;
	argv[count] = NULL;
}

static _Noreturn void
become(const struct query *query, const char *words, const char *fault,
    const int *fds)
{
	char copy[400], wish[60], preload[4200], home[220], state[220];
	char *argv[WORDS];
	const char *env[] = {home, state, "TMPDIR=tmp", "TZ=UTC", "LC_ALL=C",
	    "MTRACK_CONFIG=config", "FAILING_REPORT=9", preload, wish,
	    query->named ? "FAILING_NAMED=1" : NULL, NULL};
	int in = open(query->input ? query->input : "/dev/null", O_RDONLY);

	snprintf(home, sizeof(home), "HOME=%s/home", work);
	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s/out", work);
	split(words, copy, argv);
	snprintf(wish, sizeof(wish), "FAILING=%s", fault);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", library);
	if (!*fault)
		env[6] = NULL;
	dup2(in, 0);
	dup2(fds[0], 1);
	dup2(fds[1], 2);
	dup2(fds[2], REPORT_FD);
	for (int fd = 3; fd < REPORT_FD; fd++)
		close(fd);
	execve(program, argv, (char **)(uintptr_t)env);
	_exit(126);
}

static int
await(pid_t pid)
{
	sigset_t child;
	const struct timespec patience = {SECONDS, 0};
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (waitpid(pid, &status, WNOHANG) == 0)
		if (sigtimedwait(&child, NULL, &patience) < 0 &&
		    errno == EAGAIN) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1000;
		}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* An empty FAULT: without the library. */
static struct outcome
run(const struct query *query, const char *words, const char *fault)
{
	struct outcome outcome = {0};
	struct text report;
	int fds[3];
	pid_t pid;

	for (int i = 0; i < 3; i++)
		if ((fds[i] = memfd_create("outcome", MFD_CLOEXEC)) < 0)
			die("memfd_create");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		become(query, words, fault, fds);
	outcome.status = await(pid);
	outcome.out = read_fd(fds[0]);
	outcome.err = read_fd(fds[1]);
	report = read_fd(fds[2]);
	outcome.reported = sscanf(report.ptr, "%lu %ld %d", &outcome.count,
			       &outcome.live, &outcome.fds) == 3;
	free(report.ptr);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	return outcome;
}

static void
forget_outcome(struct outcome *outcome)
{
	free(outcome->out.ptr);
	free(outcome->err.ptr);
}

/* ---- judgement ---- */

static void
blame(const struct query *query, const char *fault, const struct outcome *got,
    unsigned long *counter, const char *what)
{
	++*counter;
	if (shown++ >= 60)
		return;
	printf("FAIL %s, %s: %s (status %d)\n", query->name, fault, what,
	    got->status);
	fprintf(stdout, "     %.200s\n", got->err.ptr);
}

/* Whether TEXT is CSV under the header of WHOLE: what could be read of a
 * damaged archive is written all the same. */
static bool
is_part(struct text text, struct text whole)
{
	size_t header = strcspn(whole.ptr, "\n") + 1;

	return text.len >= header && !memcmp(text.ptr, whole.ptr, header) &&
	    text.ptr[text.len - 1] == '\n';
}

/* Lines of WHOLE that are neither in A nor in B. */
static unsigned long
missing_lines(struct text whole, struct text a, struct text b)
{
	unsigned long missing = 0;

	for (char *line = whole.ptr; *line;) {
		size_t len = strcspn(line, "\n") + 1;

		missing += !memmem(a.ptr, a.len, line, len) &&
		    !memmem(b.ptr, b.len, line, len);
		line += len;
	}
	return missing;
}

/* Names that nobody asked for, and files that are neither old nor new. */
static void
judge_files(
    const struct query *query, const char *fault, const struct outcome *got)
{
	struct file files[FILES];
	size_t count = list("out", files);
	bool whole = got->status == good.status;

	for (size_t i = 0; i < count; i++)
		if (!find(before, before_count, files[i].path) &&
		    !find(good_files, good_count, files[i].path))
			blame(query, fault, got, &total.left, files[i].path);
	for (size_t i = 0; i < before_count; i++)
		if (!find(files, count, before[i].path))
			blame(query, fault, got, &total.harmed, before[i].path);
	for (size_t i = 0; i < good_count && whole; i++)
		if (!find(files, count, good_files[i].path))
			blame(query, fault, got, &total.wrong,
			    good_files[i].path);
	if (query->judge) {
		const struct file *now = find(files, count, query->judge);
		const struct file *old =
		    find(before, before_count, query->judge);
		const struct file *new =
		    find(good_files, good_count, query->judge);

		if (!now ||
		    (!is_same(now->text, new->text) &&
			(whole ||
			    (!is_same(now->text, old->text) &&
				!is_part(now->text, new->text)))))
			blame(query, fault, got, &total.harmed,
			    "the file is neither the old nor the new one");
	}
	forget(files, count);
	count = list("tmp", files);
	if (count)
		blame(query, fault, got, &total.left, files[0].path);
	forget(files, count);
}

/* A sound run afterwards: what a checkpoint holds back was printed, and a side
 * index, whole, half or none, changes no answer. */
static void
judge_follow(
    const struct query *query, const char *fault, const struct outcome *got)
{
	struct outcome now;
	unsigned long missing;

	if (!query->follow)
		return;
	now = run(query, query->follow, "");
	missing = missing_lines(
	    idle_follow.out, query->prints ? got->out : now.out, now.out);
	total.lost += missing;
	if (now.status != good_follow.status || missing)
		blame(query, fault, got, &total.wrong,
		    "the next run does not find what it should");
	if (got->status == good.status && !is_same(now.out, good_follow.out))
		blame(query, fault, got, &total.wrong,
		    "the next run finds what it should not");
	forget_outcome(&now);
}

static void
judge(const struct query *query, const char *fault, const struct outcome *got)
{
	if (got->status < 0 || got->status > 3)
		blame(query, fault, got, &total.crashes, "no orderly end");
	else if (got->status != 2 && got->status != good.status)
		blame(query, fault, got, &total.wrong, "another status");
	else if (got->status != 2 && !query->tells &&
	    !is_same(got->out, good.out))
		blame(query, fault, got, &total.wrong, "another output");
	else if (got->status == 2 && got->err.len == 0)
		blame(query, fault, got, &total.wrong, "no message");
	if (strchr(fault, '~') && got->status != good.status)
		blame(query, fault, got, &total.wrong,
		    "nothing failed, there were only signals");
	if (got->reported && got->live > good.live)
		blame(query, fault, got, &total.leaks, "memory is left over");
	if (got->reported && got->fds > good.fds)
		blame(query, fault, got, &total.leaks,
		    "descriptors are left over");
	judge_files(query, fault, got);
	judge_follow(query, fault, got);
}

static void
attempt(const struct query *query, const char *fault)
{
	struct outcome got;

	reset();
	got = run(query, query->words, fault);
	total.tries++;
	total.hit += got.status != good.status;
	judge(query, fault, &got);
	forget_outcome(&got);
}

/* The runs without a fault that all others are held against. */
static void
learn(const struct query *query)
{
	reset();
	if (query->follow) {
		idle_follow = run(query, query->follow, "");
		reset();
	}
	good = run(query, query->words, "open:0");
	good_count = list("out", good_files);
	if (good.status != 0 || !good.reported) {
		printf("FAIL %s: status %d without a fault: %s\n", query->name,
		    good.status, good.err.ptr);
		exit(1);
	}
	if (query->follow)
		good_follow = run(query, query->follow, "");
}

static unsigned long
count_calls(const struct query *query, const char *call)
{
	char fault[40];
	struct outcome counted;

	snprintf(fault, sizeof(fault), "%s:0", call);
	reset();
	counted = run(query, query->words, fault);
	forget_outcome(&counted);
	return counted.count;
}

/* Fails calls 1 ... COUNT, or MOST of them, once each and from there on. */
static void
try_call(const struct query *query, const char *call, unsigned long most)
{
	unsigned long count = count_calls(query, call);
	unsigned long tries = most && most < count ? most : count;
	struct sum then = total;
	char fault[60];

	if (query->threads && tries > 40)
		tries = 40;
	for (unsigned long i = 0; i < tries; i++) {
		/* The last one is always among them. */
		unsigned long at = count - (count * i) / tries;

		for (int onward = 0; onward < 2; onward++) {
			snprintf(fault, sizeof(fault), "%s:%lu%s", call, at,
			    onward ? "+" : "");
			attempt(query, fault);
		}
	}
	if (getenv("MTRACK_FAULTS") && total.tries > then.tries)
		printf("%-22s %-8s %6lu calls %6lu tries %6lu errors\n",
		    query->name, call, count, total.tries - then.tries,
		    total.hit - then.hit);
}

static void
try_query(const struct query *query, unsigned long most)
{
	char fault[40];

	learn(query);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		try_call(query, calls[i], most);
	for (size_t i = 0; i < sizeof(disturbances) / sizeof(disturbances[0]);
	     i++)
		attempt(query, disturbances[i]);
	for (unsigned room = ROOM_LEAST; room <= ROOM_MOST;
	     room *= most ? 4 : 2) {
		snprintf(fault, sizeof(fault), "room:%u", room);
		attempt(query, fault);
	}
	forget(good_files, good_count);
	forget_outcome(&good);
}

/* The folder of all runs: an archive, and files of earlier runs. */
static void
furnish(const char *testdata)
{
	char text[9000];

	snprintf(text, sizeof(text),
	    "mkdir arc idx out out/mtrack tmp home && cp '%s'/archive/* arc && "
	    "gzip -n arc/*accepted* && printf '*@example.net\\n' >list && "
	    "cat '%s'/archive/* >input && "
	    "printf 'license = none\\ntz = Europe/Berlin\\n' >config && "
	    "'%s' --no-config --build-index --index-dir idx arc >made && "
	    "'%s' --no-config --license none --checkpoint out/point -c "
	    "arc/*-0[1-5]-* >made && "
	    "XDG_STATE_HOME=$PWD/out '%s' --no-config --license none --export "
	    "out/file arc/*-01-* && echo old >out/file",
	    testdata, testdata, program, program, program);
	command(text);
	before_count = list("out", before);
}

/* In memory where that is possible: thousands of fsyncs are not the point. */
static bool
make_work(void)
{
	const char *tmpdir = getenv("TMPDIR");
	const char *shm = "/dev/shm";

	if (access(shm, W_OK) == 0)
		tmpdir = shm;
	snprintf(work, sizeof(work), "%s/mtrack-faults-XXXXXX",
	    tmpdir ? tmpdir : "/tmp");
	return mkdtemp(work);
}

int
main(int argc, char **argv)
{
	char text[300];
	unsigned long most = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
	sigset_t child;

	if (argc < 4 || !(program = realpath(argv[1], NULL)) ||
	    !(library = realpath(argv[2], NULL)) ||
	    !(argv[3] = realpath(argv[3], NULL)) || !make_work() || chdir(work))
		die("usage: faults MTRACK LIBRARY TESTDATA [TRIES [NAME]]");
	setlinebuf(stdout);
	if (getenv("MTRACK_FAULTS"))
		most = strtoul(getenv("MTRACK_FAULTS"), NULL, 10);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	furnish(argv[3]);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		if (argc < 6 || !strcmp(argv[5], queries[i].name))
			try_query(&queries[i], most);
	snprintf(text, sizeof(text), "rm -rf '%s'", work);
	command(text);
	printf("%lu tries, %lu ended with an error; %lu crashes, %lu wrong "
	       "answers, %lu lost records, %lu files harmed, %lu left, %lu "
	       "leaks\n",
	    total.tries, total.hit, total.crashes, total.wrong, total.lost,
	    total.harmed, total.left, total.leaks);
	return total.crashes + total.wrong + total.lost + total.harmed +
	    total.left + total.leaks >
	    0;
}

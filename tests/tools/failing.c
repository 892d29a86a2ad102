/* SPDX-License-Identifier: MIT */
/* A library to be preloaded: calls of the system fail when they are told to.
 *
 *     FAILING=open:3   the third call that opens a file fails
 *     FAILING=read:3+  the third and all later ones
 *     FAILING=read:0   none; they are counted
 *     FAILING=write~   all are short and interrupted, none fails (read, write)
 *     FAILING=room:9   9 KiB more address space than it has when it begins
 *     FAILING_REPORT=N at its end the program writes to descriptor N: calls,
 *                      pieces of memory and descriptors that it still holds
 *     FAILING_NAMED=1  the file system knows no unnamed files (O_TMPFILE)
 *
 * What goes to standard error is left alone: the message must be seen. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DESCRIPTORS 256

enum call {
	CALL_OPEN,
	CALL_READ,
	CALL_WRITE,
	CALL_FSYNC,
	CALL_RENAME,
	CALL_STAT,
	CALL_FOLDER,
	CALL_LOCK,
	CALL_CLOSE,
	CALL_MKDIR,
	CALL_PATH,
	CALL_MEMORY,
	CALL_THREAD,
	CALLS,
};

static const struct {
	const char *name;
	int error;
} calls[CALLS] = {
    [CALL_OPEN] = {"open", EMFILE},
    [CALL_READ] = {"read", EIO},
    [CALL_WRITE] = {"write", ENOSPC},
    [CALL_FSYNC] = {"fsync", EIO},
    [CALL_RENAME] = {"rename", EACCES},
    [CALL_STAT] = {"stat", EIO},
    [CALL_FOLDER] = {"folder", EIO},
    [CALL_LOCK] = {"lock", ENOLCK},
    [CALL_CLOSE] = {"close", EIO},
    [CALL_MKDIR] = {"mkdir", EACCES},
    [CALL_PATH] = {"path", EACCES},
    [CALL_MEMORY] = {"memory", ENOMEM},
    [CALL_THREAD] = {"thread", EAGAIN},
};

/* The kind that is no call: what the allocator and new threads map. */
#define ROOM "room:"

static struct {
	bool active;
	bool named;
	bool disturbs; /* instead of failing */
	bool onward;   /* later calls fail too */
	enum call call;
	unsigned long at;
	unsigned long count;
	long live;
	int report;
} failing;

static void
limit_room(unsigned long kib)
{
	unsigned long pages = 0;
	struct rlimit limit;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file || fscanf(file, "%lu", &pages) != 1)
		abort();
	fclose(file);
	limit.rlim_cur = limit.rlim_max =
	    pages * (unsigned long)sysconf(_SC_PAGESIZE) + (kib << 10);
	setrlimit(RLIMIT_AS, &limit);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *wish = getenv("FAILING");
	const char *report = getenv("FAILING_REPORT");
	size_t len = wish ? strcspn(wish, ":~") : 0;
	char *end = NULL;

	failing.named = getenv("FAILING_NAMED") != NULL;
	failing.report = report ? atoi(report) : -1;
	failing.call = CALLS;
	if (wish && !strncmp(wish, ROOM, strlen(ROOM)))
		limit_room(strtoul(wish + strlen(ROOM), NULL, 10));
	for (enum call call = 0; call < CALLS; call++)
		if (len && strlen(calls[call].name) == len &&
		    !memcmp(calls[call].name, wish, len))
			failing.call = call;
	if (failing.call == CALLS)
		return;
	failing.disturbs = wish[len] == '~';
	if (!failing.disturbs)
		failing.at = strtoul(wish + len + 1, &end, 10);
	failing.onward = end && *end == '+';
	failing.active = true;
}

/* Whether this call fails; errno says how. */
static bool
fails(enum call call)
{
	unsigned long number;

	if (!failing.active || call != failing.call)
		return false;
	number = __atomic_add_fetch(&failing.count, 1, __ATOMIC_RELAXED);
	if (failing.disturbs || failing.at == 0 || number < failing.at ||
	    (number > failing.at && !failing.onward))
		return false;
	errno = calls[call].error;
	return true;
}

/* Every third call is interrupted, the others take little of SIZE. */
static bool
disturbs(enum call call, size_t *size)
{
	unsigned long number;

	if (!failing.active || !failing.disturbs || call != failing.call)
		return false;
	number = __atomic_add_fetch(&failing.count, 1, __ATOMIC_RELAXED);
	if (*size > 1 + number % 13)
		*size = 1 + number % 13;
	errno = EINTR;
	return number % 3 == 0;
}

__attribute__((destructor)) static void
end(void)
{
	char text[100];
	int fds = 0;

	failing.active = false;
	if (failing.report < 0)
		return;
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		fds += syscall(SYS_fcntl, fd, F_GETFD) >= 0;
	snprintf(text, sizeof(text), "%lu %ld %d\n", failing.count,
	    failing.live, fds);
	if (syscall(SYS_write, failing.report, text, strlen(text)) < 0)
		return;
}

/* ---- files ---- */

static int
open_at(int folder, const char *path, int flags, mode_t mode)
{
	if (fails(CALL_OPEN))
		return -1;
	if (failing.named && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE_OF(flags)                                                         \
	mode_t mode = 0;                                                       \
	if ((flags) & (O_CREAT | O_TMPFILE)) {                                 \
		va_list args;                                                  \
		va_start(args, flags);                                         \
		mode = va_arg(args, mode_t);                                   \
		va_end(args);                                                  \
	}

int
open(const char *path, int flags, ...)
{
	MODE_OF(flags)
	return open_at(AT_FDCWD, path, flags, mode);
}

int
openat(int folder, const char *path, int flags, ...)
{
	MODE_OF(flags)
	return open_at(folder, path, flags, mode);
}

int __open_2(const char *path, int flags);
int
__open_2(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags, 0);
}

int __openat_2(int folder, const char *path, int flags);
int
__openat_2(int folder, const char *path, int flags)
{
	return open_at(folder, path, flags, 0);
}

ssize_t
read(int fd, void *to, size_t size)
{
	if (fails(CALL_READ) || disturbs(CALL_READ, &size))
		return -1;
	return syscall(SYS_read, fd, to, size);
}

ssize_t
pread(int fd, void *to, size_t size, off_t at)
{
	if (fails(CALL_READ) || disturbs(CALL_READ, &size))
		return -1;
	return syscall(SYS_pread64, fd, to, size, at);
}

ssize_t __read_chk(int fd, void *to, size_t size, size_t room);
ssize_t
__read_chk(int fd, void *to, size_t size, size_t room)
{
	if (size > room)
		abort();
	return read(fd, to, size);
}

ssize_t __pread_chk(int fd, void *to, size_t size, off_t at, size_t room);
ssize_t
__pread_chk(int fd, void *to, size_t size, off_t at, size_t room)
{
	if (size > room)
		abort();
	return pread(fd, to, size, at);
}

ssize_t
write(int fd, const void *from, size_t size)
{
	if (fd != STDERR_FILENO &&
	    (fails(CALL_WRITE) || disturbs(CALL_WRITE, &size)))
		return -1;
	return syscall(SYS_write, fd, from, size);
}

ssize_t
pwrite(int fd, const void *from, size_t size, off_t at)
{
	if (fails(CALL_WRITE) || disturbs(CALL_WRITE, &size))
		return -1;
	return syscall(SYS_pwrite64, fd, from, size, at);
}

int
fsync(int fd)
{
	return fails(CALL_FSYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return fails(CALL_FSYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
renameat(int from, const char *old, int to, const char *new)
{
	return fails(CALL_RENAME)
	    ? -1
	    : (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int
linkat(int from, const char *old, int to, const char *new, int flags)
{
	return fails(CALL_RENAME)
	    ? -1
	    : (int)syscall(SYS_linkat, from, old, to, new, flags);
}

/* As some file systems tell of a write that they put off. */
int
close(int fd)
{
	bool failed = fails(CALL_CLOSE);
	int result = (int)syscall(SYS_close, fd);

	errno = failed ? EIO : errno;
	return failed ? -1 : result;
}

int
mkdir(const char *path, mode_t mode)
{
	return fails(CALL_MKDIR)
	    ? -1
	    : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int
flock(int fd, int operation)
{
	return fails(CALL_LOCK) ? -1 : (int)syscall(SYS_flock, fd, operation);
}

/* The rest goes to the C library's own. */
static void *
next(const char *name)
{
	bool was = failing.active;
	void *found;

	failing.active = false;
	found = dlsym(RTLD_NEXT, name);
	failing.active = was;
	if (!found)
		abort();
	return found;
}

#define NEXT(result, ...)                                                      \
	static result (*real)(__VA_ARGS__);                                    \
	if (!real) {                                                           \
		void *found = next(__func__);                                  \
		memcpy(&real, &found, sizeof(real));                           \
	}

int
fcntl(int fd, int command, ...)
{
	NEXT(int, int, int, ...)
	va_list args;
	void *value;

	va_start(args, command);
	value = va_arg(args, void *);
	va_end(args);
	if ((command == F_OFD_SETLK || command == F_OFD_SETLKW ||
		command == F_OFD_GETLK) &&
	    fails(CALL_LOCK))
		return -1;
	return real(fd, command, value);
}

int
fstat(int fd, struct stat *st)
{
	NEXT(int, int, struct stat *)
	return fails(CALL_STAT) ? -1 : real(fd, st);
}

int
stat(const char *path, struct stat *st)
{
	NEXT(int, const char *, struct stat *)
	return fails(CALL_STAT) ? -1 : real(path, st);
}

int
lstat(const char *path, struct stat *st)
{
	NEXT(int, const char *, struct stat *)
	return fails(CALL_STAT) ? -1 : real(path, st);
}

int
fstatat(int folder, const char *path, struct stat *st, int flags)
{
	NEXT(int, int, const char *, struct stat *, int)
	return fails(CALL_STAT) ? -1 : real(folder, path, st, flags);
}

DIR *
fdopendir(int fd)
{
	NEXT(DIR *, int)
	return fails(CALL_FOLDER) ? NULL : real(fd);
}

struct dirent *
readdir(DIR *folder)
{
	NEXT(struct dirent *, DIR *)
	return fails(CALL_FOLDER) ? NULL : real(folder);
}

int
access(const char *path, int mode)
{
	NEXT(int, const char *, int)
	return fails(CALL_PATH) ? -1 : real(path, mode);
}

int
faccessat(int folder, const char *path, int mode, int flags)
{
	NEXT(int, int, const char *, int, int)
	return fails(CALL_PATH) ? -1 : real(folder, path, mode, flags);
}

ssize_t
readlink(const char *path, char *to, size_t size)
{
	NEXT(ssize_t, const char *, char *, size_t)
	return fails(CALL_PATH) ? -1 : real(path, to, size);
}

char *__realpath_chk(const char *path, char *to, size_t size);
char *
__realpath_chk(const char *path, char *to, size_t size)
{
	NEXT(char *, const char *, char *, size_t)
	return fails(CALL_PATH) ? NULL : real(path, to, size);
}

int
fchmod(int fd, mode_t mode)
{
	return fails(CALL_PATH) ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

/* ---- threads and memory ---- */

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*fn)(void *), void *ctx)
{
	NEXT(
	    int, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)
	return fails(CALL_THREAD) ? EAGAIN : real(thread, attributes, fn, ctx);
}

/* The names by which glibc lets itself be replaced. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

static void *
count_live(void *got)
{
	if (got)
		__atomic_add_fetch(&failing.live, 1, __ATOMIC_RELAXED);
	return got;
}

void *
malloc(size_t size)
{
	return fails(CALL_MEMORY) ? NULL : count_live(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
	return fails(CALL_MEMORY) ? NULL
				  : count_live(__libc_calloc(count, size));
}

void *
realloc(void *old, size_t size)
{
	void *got;

	if (fails(CALL_MEMORY))
		return NULL;
	got = __libc_realloc(old, size);
	return old ? got : count_live(got);
}

void
free(void *old)
{
	if (old)
		__atomic_sub_fetch(&failing.live, 1, __ATOMIC_RELAXED);
	__libc_free(old);
}

/* SPDX-License-Identifier: MIT */
/* A file that appears whole or not at all. */
#include "mtrack/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mtrack/arena.h"

#define LINK_BYTES 4096
#define NAME_TRIES 16

/* Folders whose names are numbers of what is open already. Opening such a name
 * anew would begin at the start of a file that the shell appends to. */
static const char *const descriptors[] = {"/dev/fd/", "/proc/self/fd/"};

/* Where FILE is, links followed. */
struct place {
	const char *path;
	struct stat old;
	bool exists;
};

static bool
refuse(struct fault *fault, struct str path, int error)
{
	return fault_set(
	    fault, "cannot write %.*s: %s", STR_ARG(path), strerror(error));
}

/* The number that PATH is of a descriptor, or -1. */
static int
descriptor_number(struct str path)
{
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]);
	     i++) {
		struct str folder = str_from(descriptors[i]);
		uint64_t number;

		if (str_starts(path, folder) &&
		    str_to_u64(str_drop(path, folder.len), &number) &&
		    number <= INT32_MAX)
			return (int)number;
	}
	return -1;
}

/* The descriptor that PATH names, itself or, as /dev/stdout, by a link. */
static int
descriptor_of(struct str path)
{
	char target[OUTFILE_NAME];
	int number = descriptor_number(path);
	ssize_t len;

	if (number >= 0)
		return number;
	len = readlink(path.ptr, target, sizeof(target));
	if (len <= 0 || len == sizeof(target))
		return -1;
	return descriptor_number((struct str){target, (size_t)len});
}

/* Writes straight to FD; takes it over. */
static bool
open_straight(struct outfile *file, int fd, struct fault *fault)
{
	if (fd < 0)
		return refuse(fault, file->path, errno);
	output_init(&file->out, fd);
	return true;
}

/* A path to FD itself, in OUTFILE_NAME bytes at NAME. */
static void
own_name(int fd, char *name)
{
	snprintf(name, OUTFILE_NAME, "/proc/self/fd/%d", fd);
}

/* The path that the kernel followed FD's link to. Reading links ourselves would
 * get round its protection of links in shared folders (protected_symlinks in
 * proc(5)). */
static bool
followed(struct arena *arena, int fd, struct place *place)
{
	char self[OUTFILE_NAME];
	char *path = arena_alloc(arena, LINK_BYTES);
	struct stat now;
	ssize_t len;

	own_name(fd, self);
	len = readlink(self, path, LINK_BYTES - 1);
	if (len <= 0 || len == LINK_BYTES - 1) {
		errno = len < 0 ? errno : ENAMETOOLONG;
		return false;
	}
	path[len] = '\0';
	place->path = path;
	if (stat(path, &now) < 0)
		return false;
	if (now.st_dev == place->old.st_dev && now.st_ino == place->old.st_ino)
		return true;
	errno = ESTALE;
	return false;
}

/* Finds out what PLACE->path names; errno tells what is wrong. */
static bool
find_place(struct arena *arena, struct place *place)
{
	struct stat own;
	bool linked =
	    lstat(place->path, &own) == 0 && (own.st_mode & S_IFMT) == S_IFLNK;
	int fd = open(place->path, O_PATH | O_CLOEXEC);
	bool good = true;

	place->exists = fd >= 0;
	if (fd < 0) /* a link to nothing is a mistake, not a new file */
		return errno == ENOENT && !linked;
	if (fstat(fd, &place->old) < 0)
		good = false;
	else if (linked && S_ISREG(place->old.st_mode))
		good = followed(arena, fd, place);
	close(fd);
	return good;
}

/* Splits PLACE's path into an open folder and a name in it. */
static bool
open_folder(
    struct arena *arena, struct outfile *file, const struct place *place)
{
	struct str path = str_from(place->path);
	size_t slash = str_rfind_char(path, '/');
	struct str folder = STR(".");

	file->name = place->path;
	if (slash != SIZE_MAX) {
		folder = arena_keep(arena, str_take(path, slash ? slash : 1));
		file->name = place->path + slash + 1;
	}
	if (!*file->name) {
		errno = path.len ? EISDIR : ENOENT;
		return false;
	}
	file->folder = open(folder.ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return file->folder >= 0;
}

/* An unused name beside FILE; a dot file, which archives pass over. */
static void
make_name(char *name)
{
	uint64_t number = 0;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		number = (uint64_t)getpid(); /* early boot: O_EXCL decides */
	snprintf(
	    name, OUTFILE_NAME, ".mtrack-%016llx", (unsigned long long)number);
}

/* What leftover_note asks for, until it is undone. */
static void
block_signals(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, old);
}

static int
make_named(struct outfile *file, mode_t mode)
{
	sigset_t old;
	int fd;

	make_name(file->spare);
	block_signals(&old);
	leftover_note(file->folder, file->spare);
	fd = openat(file->folder, file->spare,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd >= 0)
		leftover_made(file->folder, file->spare);
	else
		leftover_drop(file->folder, file->spare);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return fd;
}

static int
open_named(struct outfile *file, mode_t mode)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		int fd = make_named(file, mode);

		if (fd >= 0)
			file->temporary = file->spare;
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* The umask, or the folder's default ACL, is applied by the kernel. */
static int
open_unfinished(struct outfile *file, mode_t mode)
{
	char self[OUTFILE_NAME];
	int fd =
	    openat(file->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);

	if (fd >= 0) {
		own_name(fd, self);
		if (access(self, F_OK) == 0)
			return fd;
		close(fd); /* without /proc it could never get a name */
	} else if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL &&
	    errno != ENOENT) {
		return -1;
	}
	return open_named(file, mode);
}

/* Owner and mode of the file that will be replaced. Only root may give a file
 * away, else it becomes the caller's; where the group cannot be kept, nobody
 * gains what the old group had. */
static bool
inherit(int fd, const struct stat *old)
{
	struct stat new;
	mode_t mode = old->st_mode & 0777;

	if (fchown(fd, old->st_uid, old->st_gid) == 0)
		return fchmod(fd, mode) == 0;
	if (fchown(fd, (uid_t)-1, old->st_gid) < 0 &&
	    (fstat(fd, &new) < 0 || new.st_gid != old->st_gid))
		mode &= 0707;
	return fchmod(fd, mode) == 0;
}

static bool
open_beside(struct arena *arena, struct outfile *file,
    const struct place *place, struct fault *fault)
{
	int fd = -1;

	if (place->exists &&
	    faccessat(AT_FDCWD, place->path, W_OK, AT_EACCESS) < 0)
		return refuse(fault, file->path, errno);
	if (open_folder(arena, file, place))
		fd = open_unfinished(file, place->exists ? 0600 : 0666);
	output_init(&file->out, fd);
	if (fd >= 0 && (!place->exists || inherit(fd, &place->old)))
		return true;
	refuse(fault, file->path, errno);
	outfile_abort(file);
	return false;
}

bool
outfile_open(struct arena *arena, struct outfile *file, struct str path,
    struct fault *fault)
{
	struct place place = {.path = path.ptr};
	int fd = descriptor_of(path);

	*file = (struct outfile){.path = path, .folder = -1};
	output_init(&file->out, -1);
	if (path.len == 0)
		return fault_set(fault, "the output file has no name");
	if (fd >= 0)
		return open_straight(
		    file, fcntl(fd, F_DUPFD_CLOEXEC, 0), fault);
	if (!find_place(arena, &place))
		return refuse(fault, path, errno);
	if (place.exists && S_ISDIR(place.old.st_mode))
		return refuse(fault, path, EISDIR);
	if (place.exists && !S_ISREG(place.old.st_mode))
		return open_straight(file,
		    open(path.ptr, O_WRONLY | O_NOCTTY | O_CLOEXEC), fault);
	return open_beside(arena, file, &place, fault);
}

/* What stands there is looked at for the message's sake alone: a link that
 * comes later is replaced by the rename like any file. */
bool
outfile_open_own(struct arena *arena, struct outfile *file, struct str path,
    struct fault *fault)
{
	const struct place place = {.path = path.ptr};
	struct stat old;

	*file = (struct outfile){.path = path, .folder = -1};
	output_init(&file->out, -1);
	if (!open_folder(arena, file, &place))
		return refuse(fault, path, errno);
	if (fstatat(file->folder, file->name, &old, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISREG(old.st_mode))
		fault_set(fault,
		    "%.*s: not written: something else stands there",
		    STR_ARG(path));
	else if ((file->out.fd = open_unfinished(file, 0600)) >= 0)
		return true;
	else
		refuse(fault, path, errno);
	outfile_abort(file);
	return false;
}

/* Gives an unnamed file a name beside FILE, for linkat cannot replace. */
static bool
give_name(struct outfile *file)
{
	char self[OUTFILE_NAME];

	own_name(file->out.fd, self);
	for (int i = 0; i < NAME_TRIES; i++) {
		make_name(file->spare);
		leftover_note(file->folder, file->spare);
		if (linkat(AT_FDCWD, self, file->folder, file->spare,
			AT_SYMLINK_FOLLOW) == 0) {
			leftover_made(file->folder, file->spare);
			file->temporary = file->spare;
			return true;
		}
		leftover_drop(file->folder, file->spare);
		if (errno != EEXIST)
			return false;
	}
	return false;
}

/* The temporary name is none any more: it was renamed, or is to go. */
static void
forget_name(struct outfile *file, bool unlinked)
{
	if (unlinked)
		unlinkat(file->folder, file->temporary, 0);
	leftover_drop(file->folder, file->temporary);
	file->temporary = NULL;
}

/* No signal may come between the two names and leave the first behind. */
static bool
replace(struct outfile *file)
{
	sigset_t old;
	bool good;
	int error;

	block_signals(&old);
	good = (file->temporary || give_name(file)) &&
	    renameat(file->folder, file->temporary, file->folder, file->name) ==
		0;
	error = errno;
	if (file->temporary)
		forget_name(file, !good);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return good;
}

/* Some file systems cannot sync what they hold: then there is nothing to wait
 * for. */
static bool
make_durable(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL || errno == EROFS ||
	    errno == ENOTSUP;
}

/* The rename itself. A folder that may be written but not read cannot be
 * opened for this; the file is in its place all the same. */
static bool
sync_folder(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd < 0 || make_durable(fd);

	if (fd >= 0)
		close(fd);
	return good;
}

static void
release(struct outfile *file)
{
	if (file->out.fd >= 0)
		close(file->out.fd);
	if (file->folder >= 0)
		close(file->folder);
	file->out.fd = file->folder = -1;
	output_destroy(&file->out);
}

/* Errors of delayed writing (NFS, quota) come with close. */
static bool
close_straight(struct outfile *file)
{
	int fd = file->out.fd;

	file->out.fd = -1;
	return close(fd) == 0 || errno == EINTR;
}

bool
outfile_commit(struct outfile *file, struct fault *fault)
{
	bool good = output_flush(&file->out, true);

	if (!good)
		errno = file->out.error;
	else if (file->folder < 0)
		good = close_straight(file);
	else
		good = make_durable(file->out.fd) && replace(file) &&
		    sync_folder(file->folder);
	if (!good)
		refuse(fault, file->path, errno);
	outfile_abort(file);
	return good;
}

void
outfile_abort(struct outfile *file)
{
	if (file->temporary)
		forget_name(file, true);
	release(file);
}

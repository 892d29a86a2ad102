/* SPDX-License-Identifier: MIT */
/* What earlier runs have printed: the file and its lock. */
#define XXH_INLINE_ALL
#include "mtrack/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "mtrack/outfile.h"

/* As all of mtrack's own files begin, so that no archive is made of them; then
 * what this one is. */
#define MAGIC      "\x89MTX\r\n\x1a\nCHECKPNT"
#define VERSION    1u
#define READ_MARKS 2048
#define OPEN_TRIES 16

struct head {
	char magic[16];
	uint32_t version;
	uint32_t history;
	uint64_t pid; /* of the run that has it locked, else meaningless */
};

struct foot {
	uint64_t count;
	uint64_t hash; /* XXH3 of the marks */
};

struct checkpoint {
	struct str path;
	int fd;
	bool made; /* by this run: taken away again when it fails */
	uint32_t today;
	uint64_t left; /* marks to be read */
	off_t at;      /* where the next ones stand */
	struct mark marks[READ_MARKS];
	size_t mark_at;
	size_t mark_count;
	struct outfile file; /* what will replace it */
	uint64_t written;
	XXH3_state_t hash;
};

static bool
refuse(struct fault *fault, struct str path, const char *why)
{
	return fault_set(fault, "checkpoint %.*s: %s", STR_ARG(path), why);
}

static bool
foreign(struct fault *fault, struct str path, const char *what)
{
	return fault_set(fault,
	    "checkpoint %.*s: %s; another name, or none there to begin anew",
	    STR_ARG(path), what);
}

/* ---- the lock ---- */

static bool
in_use(int fd, struct str path, struct fault *fault)
{
	struct head head = {.pid = 0};

	if (pread(fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    memcmp(head.magic, MAGIC, sizeof(head.magic)) == 0 && head.pid > 0)
		return fault_set(fault,
		    "checkpoint %.*s: in use by process %llu, another run",
		    STR_ARG(path), (unsigned long long)head.pid);
	return refuse(fault, path, "in use by another run");
}

/* Whether PATH still names what is open: a run that ended may have replaced
 * it between our open and our lock. */
static bool
is_current(int fd, const char *path)
{
	struct stat mine;
	struct stat named;

	return fstat(fd, &mine) == 0 && stat(path, &named) == 0 &&
	    mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

/* PATH as it is, else made. A link to nothing is a mistake, not a new file
 * (O_EXCL follows none). */
static int
open_or_make(const char *path, bool *made)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags);

	*made = fd < 0 && errno == ENOENT;
	if (*made)
		fd = open(path, flags | O_CREAT | O_EXCL, 0666);
	return fd;
}

/* An open and locked descriptor, or -1 with a fault. */
static int
open_locked(struct str path, bool *made, struct fault *fault)
{
	for (int i = 0; i < OPEN_TRIES; i++) {
		int fd = open_or_make(path.ptr, made);

		if (fd < 0 && *made && errno == EEXIST)
			continue;
		if (fd < 0) {
			refuse(fault, path, strerror(errno));
			return -1;
		}
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			if (errno == EWOULDBLOCK)
				in_use(fd, path, fault);
			else
				refuse(fault, path, strerror(errno));
			close(fd);
			return -1;
		}
		if (is_current(fd, path.ptr))
			return fd;
		close(fd);
	}
	refuse(fault, path,
	    *made ? "a link to nothing"
		  : "replaced again and again by other runs");
	return -1;
}

/* ---- reading ---- */

static bool
read_at(struct checkpoint *checkpoint, void *to, size_t size, off_t at)
{
	char *bytes = to;

	while (size > 0) {
		ssize_t got = pread(checkpoint->fd, bytes, size, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		bytes += got;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

static bool
fill_marks(struct checkpoint *checkpoint)
{
	size_t count =
	    checkpoint->left < READ_MARKS ? checkpoint->left : READ_MARKS;

	if (!read_at(checkpoint, checkpoint->marks, count * sizeof(struct mark),
		checkpoint->at))
		return false;
	checkpoint->at += (off_t)(count * sizeof(struct mark));
	checkpoint->left -= count;
	checkpoint->mark_at = 0;
	checkpoint->mark_count = count;
	return true;
}

static void
rewind_marks(struct checkpoint *checkpoint, uint64_t count)
{
	checkpoint->at = sizeof(struct head);
	checkpoint->left = count;
	checkpoint->mark_at = checkpoint->mark_count = 0;
}

/* Whether the marks are whole: nothing is printed by half a file. */
static bool
check_marks(struct checkpoint *checkpoint, const struct foot *foot)
{
	XXH3_64bits_reset(&checkpoint->hash);
	rewind_marks(checkpoint, foot->count);
	while (checkpoint->left > 0) {
		if (!fill_marks(checkpoint))
			return false;
		XXH3_64bits_update(&checkpoint->hash, checkpoint->marks,
		    checkpoint->mark_count * sizeof(struct mark));
	}
	rewind_marks(checkpoint, foot->count);
	return XXH3_64bits_digest(&checkpoint->hash) == foot->hash;
}

static bool
read_head(struct checkpoint *checkpoint, bool history, uint64_t size,
    struct fault *fault)
{
	struct head head;

	if (!read_at(checkpoint, &head, sizeof(head), 0) ||
	    memcmp(head.magic, MAGIC, sizeof(head.magic)) != 0)
		return foreign(
		    fault, checkpoint->path, "this is no checkpoint of mtrack");
	if (head.version != VERSION)
		return foreign(fault, checkpoint->path,
		    "written by another version of mtrack");
	if (size > sizeof(head) && head.history != history)
		return foreign(fault, checkpoint->path,
		    history ? "written without --history"
			    : "written with --history");
	return true;
}

/* Says who holds the lock, to whoever finds it taken. */
static bool
sign(struct checkpoint *checkpoint, bool history, struct fault *fault)
{
	struct head head = {.version = VERSION, .history = history};

	memcpy(head.magic, MAGIC, sizeof(head.magic));
	head.pid = (uint64_t)getpid();
	if (output_place(checkpoint->fd, &head, sizeof(head), 0))
		return true;
	return refuse(fault, checkpoint->path, strerror(errno));
}

static bool
read_state(struct checkpoint *checkpoint, bool history, struct fault *fault)
{
	struct stat now;
	struct foot foot = {0};
	uint64_t size;
	uint64_t body;

	if (fstat(checkpoint->fd, &now) < 0)
		return refuse(fault, checkpoint->path, strerror(errno));
	if (!S_ISREG(now.st_mode))
		return foreign(fault, checkpoint->path, "no regular file");
	size = (uint64_t)now.st_size;
	if ((size > 0 && !read_head(checkpoint, history, size, fault)) ||
	    !sign(checkpoint, history, fault))
		return false;
	if (size <= sizeof(struct head))
		return true;
	body = size - sizeof(struct head) - sizeof(foot);
	if (size < sizeof(struct head) + sizeof(foot) ||
	    body % sizeof(struct mark) != 0 ||
	    !read_at(checkpoint, &foot, sizeof(foot),
		(off_t)(size - sizeof(foot))) ||
	    foot.count != body / sizeof(struct mark) ||
	    !check_marks(checkpoint, &foot))
		return foreign(fault, checkpoint->path, "damaged");
	return true;
}

/* ---- public ---- */

static bool
begin_next(struct arena *arena, struct checkpoint *checkpoint, bool history,
    struct fault *fault)
{
	struct head head = {.version = VERSION, .history = history};

	if (!outfile_open(arena, &checkpoint->file, checkpoint->path, fault))
		return false;
	memcpy(head.magic, MAGIC, sizeof(head.magic));
	buffer_put(&checkpoint->file.out.buffer, &head, sizeof(head));
	XXH3_64bits_reset(&checkpoint->hash);
	return true;
}

/* FILE as it was before this run: while it is locked nobody else relies on
 * what this run made. */
static void
let_go(struct checkpoint *checkpoint)
{
	if (checkpoint->made)
		unlink(checkpoint->path.ptr);
	close(checkpoint->fd);
}

struct checkpoint *
checkpoint_open(struct arena *arena, struct str path, bool history,
    uint32_t today, struct fault *fault)
{
	struct checkpoint *checkpoint =
	    memory_resize(NULL, 1, sizeof(*checkpoint));

	memset(checkpoint, 0, sizeof(*checkpoint));
	checkpoint->path = path;
	checkpoint->today = today;
	checkpoint->fd = open_locked(path, &checkpoint->made, fault);
	if (checkpoint->fd >= 0 && read_state(checkpoint, history, fault) &&
	    begin_next(arena, checkpoint, history, fault))
		return checkpoint;
	if (checkpoint->fd >= 0)
		let_go(checkpoint);
	memory_free(checkpoint);
	return NULL;
}

uint32_t
checkpoint_today(const struct checkpoint *checkpoint)
{
	return checkpoint->today;
}

bool
checkpoint_next(
    struct checkpoint *checkpoint, struct mark *mark, struct fault *fault)
{
	fault->what[0] = '\0';
	if (checkpoint->mark_at == checkpoint->mark_count) {
		if (checkpoint->left == 0)
			return false;
		if (!fill_marks(checkpoint))
			return refuse(
			    fault, checkpoint->path, "cannot be read again");
	}
	*mark = checkpoint->marks[checkpoint->mark_at++];
	return true;
}

void
checkpoint_put(struct checkpoint *checkpoint, const struct mark *mark)
{
	buffer_put(&checkpoint->file.out.buffer, mark, sizeof(*mark));
	XXH3_64bits_update(&checkpoint->hash, mark, sizeof(*mark));
	checkpoint->written++;
	output_flush(&checkpoint->file.out, false);
}

bool
checkpoint_commit(struct checkpoint *checkpoint, struct fault *fault)
{
	struct foot foot = {
	    checkpoint->written, XXH3_64bits_digest(&checkpoint->hash)};
	bool done;

	buffer_put(&checkpoint->file.out.buffer, &foot, sizeof(foot));
	done = outfile_commit(&checkpoint->file, fault);
	close(checkpoint->fd);
	memory_free(checkpoint);
	return done;
}

void
checkpoint_close(struct checkpoint *checkpoint)
{
	if (!checkpoint)
		return;
	outfile_abort(&checkpoint->file);
	let_go(checkpoint);
	memory_free(checkpoint);
}

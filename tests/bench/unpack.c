/* SPDX-License-Identifier: MIT */
/* Unpacking alone, the floor of any scan: gzip files through ISA-L's or zlib's
 * own loop or mtrack's, on threads, the bytes thrown away.
 *
 *     unpack isal|zlib|mtrack THREADS FILE...
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "mtrack/source.h"

#ifdef MTRACK_HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif

#define IN_BYTES  (128u << 10)
#define OUT_BYTES (256u << 10)

struct room;
typedef unsigned long long unpack_fd(int fd, struct room *room);

struct work {
	char **files;
	size_t count;
	atomic_size_t next;
	atomic_ullong bytes;
	unpack_fd *unpack;
};

struct room {
	unsigned char in[IN_BYTES];
	unsigned char out[OUT_BYTES];
};

static unsigned long long
unpack_zlib(int fd, struct room *room)
{
	z_stream stream = {0};
	unsigned long long bytes = 0;
	ssize_t got;
	int state = Z_OK;

	if (inflateInit2(&stream, 15 + 16) != Z_OK)
		exit(2);
	while ((got = read(fd, room->in, IN_BYTES)) > 0) {
		stream.next_in = room->in;
		stream.avail_in = (unsigned)got;
		while (stream.avail_in > 0) {
			stream.next_out = room->out;
			stream.avail_out = OUT_BYTES;
			state = inflate(&stream, Z_NO_FLUSH);
			bytes += OUT_BYTES - stream.avail_out;
			if (state == Z_STREAM_END)
				inflateReset(&stream);
			else if (state != Z_OK)
				exit(2);
		}
	}
	inflateEnd(&stream);
	return bytes;
}

#ifdef MTRACK_HAVE_ISAL
static unsigned long long
unpack_isal(int fd, struct room *room)
{
	struct inflate_state *state = calloc(1, sizeof(*state));
	unsigned long long bytes = 0;
	ssize_t got;

	if (!state)
		exit(2);
	isal_inflate_init(state);
	state->crc_flag = ISAL_GZIP;
	while ((got = read(fd, room->in, IN_BYTES)) > 0) {
		state->next_in = room->in;
		state->avail_in = (unsigned)got;
		do {
			if (state->block_state == ISAL_BLOCK_FINISH) {
				if (state->avail_in == 0)
					break;
				isal_inflate_reset(state);
				state->crc_flag = ISAL_GZIP;
			}
			state->next_out = room->out;
			state->avail_out = OUT_BYTES;
			if (isal_inflate(state) != ISAL_DECOMP_OK)
				exit(2);
			bytes += OUT_BYTES - state->avail_out;
		} while (state->avail_in > 0 || state->avail_out == 0);
	}
	free(state);
	return bytes;
}
#endif

static unsigned long long
unpack_mtrack(int fd, struct room *room)
{
	char path[40];
	struct fault fault;
	struct source *source;
	unsigned long long bytes = 0;
	size_t count;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	source = source_open(path, false, &fault);
	if (!source)
		exit(2);
	for (;;) {
		enum source_event event = source_read(
		    source, (char *)room->out, OUT_BYTES, &count, &fault);

		bytes += count;
		if (event == SOURCE_END)
			break;
		if (event != SOURCE_BYTES && event != SOURCE_MEMBER)
			exit(2);
	}
	source_close(source);
	return bytes;
}

static const struct {
	const char *name;
	unpack_fd *unpack;
} unpackers[] = {
#ifdef MTRACK_HAVE_ISAL
    {"isal", unpack_isal},
#endif
    {"zlib", unpack_zlib},
    {"mtrack", unpack_mtrack},
};

static void *
run(void *ctx)
{
	struct work *work = ctx;
	struct room *room = malloc(sizeof(*room));
	size_t at;

	while (room && (at = atomic_fetch_add(&work->next, 1)) < work->count) {
		int fd = open(work->files[at], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			exit(2);
		atomic_fetch_add(&work->bytes, work->unpack(fd, room));
		close(fd);
	}
	free(room);
	return NULL;
}

int
main(int argc, char **argv)
{
	struct work work = {.files = argv + 3, .count = (size_t)argc - 3};
	pthread_t threads[64];
	int count;

	if (argc < 4 || (count = atoi(argv[2])) < 1 || count > 64) {
		fputs(
		    "usage: unpack isal|zlib|mtrack THREADS FILE...\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < sizeof(unpackers) / sizeof(*unpackers); i++)
		if (!strcmp(argv[1], unpackers[i].name))
			work.unpack = unpackers[i].unpack;
	if (!work.unpack)
		return 2;
	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, run, &work) != 0)
			return 2;
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	printf("%llu\n", (unsigned long long)work.bytes);
	return 0;
}

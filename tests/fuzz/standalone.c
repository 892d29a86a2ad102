/* SPDX-License-Identifier: MIT */
/* A main for fuzz targets without libFuzzer: puts each file of the named
 * files and directories through the target once.
 *
 * Besides every file as it is, each is given cut to every length up to
 * CUTS_MAX bytes: what is cut short is what archives have most of. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef CUTS_MAX
#define CUTS_MAX 512
#endif
#define PATH_SIZE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned files;

/* A copy of the exact size, so that sanitizers see one byte too far. */
static void
give(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		exit(2);
	memcpy(copy, bytes, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
give_file(const char *path, size_t size)
{
	uint8_t *bytes = malloc(size ? size : 1);
	FILE *file = fopen(path, "rb");

	if (!file || !bytes || fread(bytes, 1, size, file) != size) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(2);
	}
	fclose(file);
	for (size_t cut = 0; cut < size && cut < CUTS_MAX; cut++)
		give(bytes, cut);
	give(bytes, size);
	free(bytes);
	files++;
}

static void
give_path(const char *path)
{
	char name[PATH_SIZE];
	struct stat status;
	struct dirent *entry;
	DIR *dir;

	if (stat(path, &status) < 0) {
		perror(path);
		exit(2);
	}
	if (S_ISREG(status.st_mode))
		give_file(path, (size_t)status.st_size);
	if (!S_ISDIR(status.st_mode))
		return;
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		int length =
		    snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);

		if (entry->d_name[0] != '.' && length < PATH_SIZE)
			give_path(name);
	}
	if (dir)
		closedir(dir);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		give_path(argv[i]);
	printf("%u files\n", files);
	return files ? 0 : 2;
}

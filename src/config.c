/* SPDX-License-Identifier: MIT */
/* The configuration file, read but not judged. */
#include "mtrack/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mtrack/buffer.h"

/* Nobody writes settings by the megabyte: a log was named by mistake. */
#define FILE_LIMIT ((size_t)1 << 20)

static const char *
given(config_env *env, const char *name)
{
	const char *value = env(name);

	return value && *value ? value : NULL;
}

/* A relative $XDG_CONFIG_HOME is to be ignored (XDG Base Directory). */
struct str
config_path(struct arena *arena, config_env *env, bool *must)
{
	const char *path = given(env, "MTRACK_CONFIG");
	const char *folder = given(env, "XDG_CONFIG_HOME");
	const char *home = given(env, "HOME");

	*must = path != NULL;
	if (path)
		return arena_keep(arena, str_from(path));
	if (folder && *folder == '/')
		return arena_printf(arena, "%s/mtrack/config", folder);
	if (home)
		return arena_printf(arena, "%s/.config/mtrack/config", home);
	return STR("");
}

static void
take_line(struct arena *arena, struct str line, uint64_t number,
    struct config *config)
{
	struct config_line *to;
	size_t equals;

	line = str_trim(line);
	if (line.len == 0 || line.ptr[0] == '#')
		return;
	equals = str_find_char(line, '=');
	config->lines = arena_grow(arena, config->lines, config->count,
	    &config->capacity, sizeof(*config->lines));
	to = &config->lines[config->count++];
	*to = (struct config_line){.number = number};
	to->name = arena_keep(arena, str_trim(str_take(line, equals)));
	if (equals != SIZE_MAX)
		to->value =
		    arena_keep(arena, str_trim(str_drop(line, equals + 1)));
}

void
config_parse(struct arena *arena, struct str text, struct config *config)
{
	struct str line;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_drop(text, 3);
	for (uint64_t i = 1; str_split(&text, '\n', &line); i++)
		take_line(arena, line, i, config);
}

bool
config_read(struct arena *arena, struct str path, bool must,
    struct config *config, struct fault *fault)
{
	struct buffer bytes = BUFFER_EMPTY;
	int fd = open(path.ptr, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 ? errno : buffer_read(&bytes, fd, FILE_LIMIT);

	if (fd >= 0)
		close(fd);
	if (!error && bytes.len)
		config_parse(arena, buffer_str(&bytes), config);
	buffer_destroy(&bytes);
	if (!error || (!must && (error == ENOENT || error == ENOTDIR)))
		return true;
	return fault_value(fault, FAULT_NO_CARET,
	    "--no-config leaves the configuration file alone", NULL,
	    "the configuration cannot be read: %s",
	    error == EFBIG ? "it is larger than 1 MiB" : strerror(error));
}

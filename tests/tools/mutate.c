/* SPDX-License-Identifier: MIT */
/* Damages files of every format and asks mtrack to read them.
 *
 *     mutate MTRACK TESTDATA COUNT SEED
 *
 * Of each of COUNT files one to three places are flipped, cut out, doubled or
 * glued over. mtrack must not crash, hang, or speak as a sanitizer; what it
 * finds with and without its prefilter must be the same; and of a file that was
 * sound, a record none of whose lines was touched must be printed. (Not
 * in CSV behind damage that holds a quote: rows may then be part of a cell; nor
 * in a page behind damage that holds a bracket: they may be part of a record.)
 *
 * Every other batch is damaged while it is packed: then zlib says how far the
 * file can be read, all records up to there must be printed, damage must be
 * told, and a side index of such files must change nothing.
 *
 * What failed is kept in a folder of its own in $TMPDIR. Same arguments, same
 * files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "packing.h"

#define BATCH       50
#define SECONDS     2 /* a file may take */
#define SEEDS_MAX   200
#define UNITS_MAX   1000
#define DAMAGES_MAX 3

/* A record of a sound file: its lines, and what mtrack prints of it. */
struct unit {
	size_t from, to;
	struct text row;
};

struct seed {
	const char *name;
	struct text text;
	bool judged; /* else only that mtrack survives */
	bool csv;
	bool nested; /* records stand in pages or an array */
	size_t safe; /* damage behind this byte leaves the form as it is */
	struct unit units[UNITS_MAX];
	size_t count;
};

/* Bytes FROM ... TO of the old file became MORE others. */
struct damage {
	size_t from, to;
	struct text put;
};

static struct seed seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t random_state;
static const char *program, *work;
static unsigned failures;

/* This program keeps what it makes until it ends. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "mutate: %s: %s\n", what, strerror(errno));
	exit(2);
}

static uint64_t
next_random(void) /* splitmix64 */
{
	uint64_t z = (random_state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static size_t
below(size_t limit)
{
	return limit ? (size_t)(next_random() % limit) : 0;
}

/* ---- texts and files ---- */

static void
add(struct text *text, const char *bytes, size_t len)
{
	text->ptr = realloc(text->ptr, text->len + len + 1);
	if (!text->ptr)
		fail("memory");
	if (len)
		memcpy(text->ptr + text->len, bytes, len);
	text->len += len;
	text->ptr[text->len] = '\0';
}

static struct text
read_text(const char *name)
{
	struct text text = {NULL, 0};
	FILE *file = fopen(name, "rb");
	char part[65536];
	size_t got;

	if (!file)
		fail(name);
	add(&text, "", 0);
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		add(&text, part, got);
	fclose(file);
	return text;
}

static void
write_text(const char *name, const struct text *text)
{
	FILE *file = fopen(name, "wb");

	if (!file || fwrite(text->ptr, 1, text->len, file) != text->len ||
	    fclose(file))
		fail(name);
}

static char *
name_of(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		fail("memory");
	return path;
}

/* ---- running mtrack ---- */

/* Waits at most SECONDS_MOST; -1 when it hung. */
static int
wait_for(pid_t child, int seconds_most)
{
	struct timespec pause = {0, 2000000};
	time_t begun = time(NULL);
	int status;

	while (waitpid(child, &status, WNOHANG) == 0) {
		if (time(NULL) - begun > seconds_most) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
become(const char **argv, const char *out, const char *err, bool prefilter)
{
	int to = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int errors = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	setenv("ASAN_OPTIONS", "exitcode=99:detect_leaks=1", 1);
	setenv("UBSAN_OPTIONS", "halt_on_error=1:exitcode=99", 1);
	setenv("LC_ALL", "C", 1);
	setenv("MTRACK_INDEX_BLOCK", "1000", 1);
	if (!prefilter)
		setenv("MTRACK_NO_PREFILTER", "1", 1);
	if (to < 0 || errors < 0 || dup2(to, 1) < 0 || dup2(errors, 2) < 0)
		_exit(98);
	execv(program, (char **)(uintptr_t)argv);
	_exit(98);
}

/* What the last run said, and what the run that printed all records said. */
static struct text last_told, told;
static int last_status, told_status;

/* Runs mtrack over PATH; false when it did not end as it should. The output is
 * left in *out. */
static bool
run(const char *const *arguments, size_t count, const char *path,
    bool prefilter, size_t files, struct text *out)
{
	const char *argv[24] = {program};
	char *to = name_of(work, "out");
	char *errors = name_of(work, "err");
	bool fine;
	int status;
	pid_t child;

	memcpy(argv + 1, arguments, count * sizeof(*argv));
	argv[count + 1] = path;
	child = fork();
	if (child == 0)
		become(argv, to, errors, prefilter);
	if (child < 0)
		fail("fork");
	status = wait_for(child, SECONDS * (int)files + 1);
	free(last_told.ptr);
	last_told = read_text(errors);
	last_status = status;
	*out = read_text(to);
	fine = status >= 0 && status <= 2 &&
	    !strstr(last_told.ptr, "Sanitizer") &&
	    !strstr(last_told.ptr, "runtime error");
	if (!fine && files == 1)
		fprintf(stderr, "mutate: %s: status %d%s\n%.2000s", path,
		    status, status < 0 ? ", it hung" : "", last_told.ptr);
	free(to);
	free(errors);
	return fine;
}

static const char *const all_records[] = {"--license", "none", "--history",
    "--sort", "none", "--jsonl", "-j", "1", "--fields", "+file"};
static const char *const some_records[] = {"--license", "none", "--tsv",
    "--fields", "timestamp,action,sender,recipient,subject,line,file",
    "--subject", "e", "--sender", "*@partner.test,*@example.net"};
static const char *const lines[] = {"--license", "none", "--history", "--sort",
    "none", "--tsv", "--no-header", "--fields", "line"};
static const char *const build[] = {"--build-index", "-j", "1"};
#define WORDS(array) array, sizeof(array) / sizeof(*array)

/* ---- what there is to damage ---- */

/* Cuts TEXT's next line off, its end too. */
static struct text
next_line(struct text *text)
{
	char *end = memchr(text->ptr, '\n', text->len);
	size_t len = end ? (size_t)(end - text->ptr) + 1 : text->len;
	struct text line = {text->ptr, len};

	text->ptr += len;
	text->len -= len;
	return line;
}

/* The row without the name of its file, which stands last. */
static struct text
without_file(struct text row)
{
	static const char mark[] = ",\"file\":\"";
	char *at = memmem(row.ptr, row.len, mark, sizeof(mark) - 1);
	char *found = at;

	while (at) {
		found = at;
		at = memmem(at + 1, row.len - (size_t)(at + 1 - row.ptr), mark,
		    sizeof(mark) - 1);
	}
	return (struct text){row.ptr, found ? (size_t)(found - row.ptr) : 0};
}

/* Byte at which line NUMBER, from 1, begins. */
static size_t
line_start(const struct text *text, unsigned long number)
{
	struct text rest = *text;

	while (--number > 0)
		next_line(&rest);
	return (size_t)(rest.ptr - text->ptr);
}

static void
find_units(struct seed *seed)
{
	char *path = name_of(work, "sound");
	struct text rows, places, row;

	write_text(path, &seed->text);
	if (!run(WORDS(all_records), path, true, 1, &rows) ||
	    !run(WORDS(lines), path, true, 1, &places))
		exit(1);
	while (rows.len && seed->count < UNITS_MAX) {
		struct text line = next_line(&places);
		struct unit *unit = &seed->units[seed->count++];
		size_t to = seed->text.len;

		row = next_line(&rows);
		*unit = (struct unit){
		    line_start(&seed->text, strtoul(line.ptr, NULL, 10)), to,
		    without_file(row)};
		for (size_t i = seed->count - 1; i-- > 0;)
			if (seed->units[i].from < unit->from &&
			    seed->units[i].to > unit->from)
				seed->units[i].to = unit->from;
	}
	unlink(path);
	free(path);
}

static struct seed *
add_seed(const char *name, struct text text, bool judged)
{
	struct seed *seed = &seeds[seed_count++];

	if (seed_count == SEEDS_MAX)
		fail("SEEDS_MAX");
	*seed = (struct seed){.name = name, .text = text, .judged = judged};
	seed->csv = strstr(name, ".csv") != NULL;
	if (judged)
		find_units(seed);
	return seed;
}

/* The lines of TEXT, each with FRONT and BACK around it. */
static struct text
wrap(struct text text, const char *front, const char *back)
{
	struct text out = {NULL, 0};

	while (text.len) {
		struct text line = next_line(&text);

		add(&out, front, strlen(front));
		add(&out, line.ptr, line.len - 1);
		add(&out, back, strlen(back));
	}
	return out;
}

/* TEXT's lines in pages of SIZE records each, a record a line. */
static struct text
pages(struct text text, size_t size)
{
	static const char head[] = "{\"nextToken\":\"n/a+x==\",\"logs\":[\n";
	struct text out = {NULL, 0};

	while (text.len) {
		add(&out, head, sizeof(head) - 1);
		for (size_t i = 0; i < size && text.len; i++) {
			struct text line = next_line(&text);

			add(&out, line.ptr, line.len - 1);
			if (text.len && i + 1 < size)
				add(&out, ",\n", 2);
		}
		add(&out, "\n]}\n", 4);
	}
	return out;
}

static void
add_forms(const char *data)
{
	struct text json = read_text(name_of(data, "forms/mails.jsonl"));
	struct text csv = read_text(name_of(data, "forms/mails.csv"));
	struct text array = {NULL, 0};
	struct text rest = wrap(json, "", ",\n");
	struct seed *seed;

	add(&array, "[\n", 2);
	add(&array, rest.ptr, rest.len - 2);
	add(&array, "\n]\n", 3);
	add_seed("mails.jsonl", json, true);
	add_seed("framed", wrap(json, "<13>Oct  1 08:00:00 host tmes: ", "\n"),
	    true);
	seed = add_seed("array", array, true);
	seed->safe = line_start(&array, 2);
	seed->nested = true;
	array = pages(json, 7);
	seed = add_seed("pages", array, true);
	seed->safe = line_start(&array, 2);
	seed->nested = true;
	add_seed("mails.csv", csv, true)->safe = line_start(&csv, 2);
	add_seed("crlf.csv", wrap(csv, "", "\r\n"), true)->safe =
	    line_start(&csv, 2);
	add_seed(
	    "mails.cef", read_text(name_of(data, "forms/mails.cef")), true);
}

static int
wanted_file(const struct dirent *entry)
{
	return strstr(entry->d_name, "good-") ||
	    strstr(entry->d_name, "odd-") || strstr(entry->d_name, "bad-") ||
	    strstr(entry->d_name, "2026-10-0");
}

static void
add_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, wanted_file, alphasort);

	if (count < 0)
		fail(folder);
	for (int i = 0; i < count; i++)
		add_seed(entries[i]->d_name,
		    read_text(name_of(folder, entries[i]->d_name)), false);
}

/* ---- damage ---- */

static void
choose_put(struct damage *damage, const struct text *text)
{
	static const char marks[] = "\"\"{}[],:\\\n\r|=\0\xff;' 0eCEF:";
	const struct text *other = &seeds[below(seed_count)].text;
	size_t size = below(4) ? 1 + below(8) : 1 + below(3000);
	size_t at;

	switch (below(5)) {
	case 0: /* cut out */
		return;
	case 1: /* double what stands here */
		at = damage->from < size ? 0 : damage->from - size;
		add(&damage->put, text->ptr + at, damage->from - at);
		damage->to = damage->from;
		return;
	case 2: /* glue a piece of another file */
		at = below(other->len);
		add(&damage->put, other->ptr + at,
		    size < other->len - at ? size : other->len - at);
		return;
	case 3: /* marks that mean something */
		for (size_t i = size < 9 ? size : 9; i > 0; i--)
			add(&damage->put, marks + below(sizeof(marks) - 1), 1);
		return;
	default: /* any bytes */
		for (size_t i = size; i > 0; i--) {
			char byte = (char)next_random();

			add(&damage->put, &byte, 1);
		}
	}
}

static int
compare_damages(const void *a, const void *b)
{
	const struct damage *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Places that do not overlap, in order; returns how many. */
static size_t
choose_damages(const struct seed *seed, struct damage *damages)
{
	size_t count = 1 + below(DAMAGES_MAX);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		size_t size = below(3) ? below(10) : below(2000);
		struct damage *at = &damages[i];

		*at = (struct damage){.from = below(seed->text.len + 1)};
		at->to = at->from + size < seed->text.len ? at->from + size
							  : seed->text.len;
		if (below(40) == 0) /* the file ends here */
			at->to = seed->text.len;
		choose_put(at, &seed->text);
	}
	qsort(damages, count, sizeof(*damages), compare_damages);
	for (size_t i = 1; i < count; i++)
		if (damages[i].from > damages[kept].to)
			damages[++kept] = damages[i];
	return kept + 1;
}

static struct text
apply(const struct seed *seed, const struct damage *damages, size_t count)
{
	struct text out = {NULL, 0};
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		add(&out, seed->text.ptr + at, damages[i].from - at);
		add(&out, damages[i].put.ptr, damages[i].put.len);
		at = damages[i].to;
	}
	add(&out, seed->text.ptr + at, seed->text.len - at);
	return out;
}

/* ---- the verdict ---- */

static bool
has_quote(const struct seed *seed, const struct damage *damage)
{
	return (damage->put.len &&
		   memchr(damage->put.ptr, '"', damage->put.len)) ||
	    memchr(
		seed->text.ptr + damage->from, '"', damage->to - damage->from);
}

static int
depth(const char *ptr, size_t len)
{
	int sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += ptr[i] == '[' || ptr[i] == '{'
		    ? 1
		    : -(ptr[i] == ']' || ptr[i] == '}');
	return sum;
}

/* Whether what follows DAMAGE may be well-formed as a part of the record that
 * it opened: what follows in the same page. */
static bool
may_swallow(const struct seed *seed, const struct damage *damage,
    const struct unit *unit)
{
	const char *to = seed->text.ptr + damage->to;

	return depth(damage->put.ptr, damage->put.len) !=
	    depth(seed->text.ptr + damage->from, damage->to - damage->from) &&
	    !memmem(to, unit->from - damage->to, "\n{\"nextToken\"", 13);
}

/* Whether UNIT's lines stand in the new file as they did in the old. */
static bool
is_whole(const struct seed *seed, const struct unit *unit,
    const struct damage *damages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct damage *at = &damages[i];

		if (at->from >= unit->to)
			continue;
		if (at->from < seed->safe || at->to > unit->from)
			return false;
		if (seed->csv && has_quote(seed, at))
			return false;
		if (seed->nested && may_swallow(seed, at, unit))
			return false;
		/* Its first line must begin where a line begins. */
		if (at->to == unit->from &&
		    (at->put.len ? at->put.ptr[at->put.len - 1] != '\n'
				 : at->from == 0 ||
				seed->text.ptr[at->from - 1] != '\n'))
			return false;
	}
	return true;
}

static bool
has_row(struct text out, const char *path, const struct text *row)
{
	struct text tail = {NULL, 0};
	bool found;

	add(&tail, row->ptr, row->len);
	add(&tail, ",\"file\":\"", 9);
	add(&tail, path, strlen(path));
	add(&tail, "\"", 1);
	found = memmem(out.ptr, out.len, tail.ptr, tail.len) != NULL;
	free(tail.ptr);
	return found;
}

struct trial {
	const struct seed *seed;
	struct damage damages[DAMAGES_MAX];
	size_t count;
	char *path;
	bool packed;
	enum packing_state state;
	struct text unpacked; /* as far as zlib can read it */
};

/* Whether UNIT's lines, and all before them, can still be unpacked. */
static bool
is_unpacked(const struct trial *trial, const struct unit *unit)
{
	return trial->unpacked.len >= unit->to &&
	    memcmp(trial->unpacked.ptr, trial->seed->text.ptr, unit->to) == 0;
}

static void
judge(const struct trial *trial, struct text out)
{
	const struct seed *seed = trial->seed;

	for (size_t i = 0; i < seed->count; i++) {
		const struct unit *unit = &seed->units[i];

		if (trial->packed
			? !is_unpacked(trial, unit)
			: !is_whole(seed, unit, trial->damages, trial->count))
			continue;
		if (has_row(out, trial->path, &unit->row))
			continue;
		fprintf(stderr, "mutate: %s (%s): record %zu is lost: %.*s\n",
		    trial->path, seed->name, i + 1, (int)unit->row.len,
		    unit->row.ptr);
		failures++;
		return;
	}
}

/* Whether damage was told of those that have it. */
static void
judge_told(const struct trial *trial)
{
	if (!trial->packed || trial->state != PACKING_DAMAGED)
		return;
	if (told_status == 2 && strstr(told.ptr, trial->path))
		return;
	fprintf(stderr, "mutate: %s (%s): its damage is not told\n",
	    trial->path, trial->seed->name);
	failures++;
}

/* A folder's side index changes nothing. */
static bool
survive_index(char *path, size_t files, const struct text *without)
{
	struct text with;
	bool same;

	if (!run(WORDS(build), path, true, files, &with))
		return false;
	free(with.ptr);
	if (!run(WORDS(some_records), path, true, files, &with))
		return false;
	same = with.len == without->len &&
	    memcmp(with.ptr, without->ptr, with.len) == 0;
	if (!same)
		fprintf(stderr, "mutate: %s: the index differs\n", path);
	free(with.ptr);
	return same;
}

/* Reads PATH, a file or a folder of FILES, in all ways. */
static bool
survive(char *path, size_t files, bool packed, struct text *out)
{
	struct text with, without;
	bool fine = run(WORDS(all_records), path, true, files, out);
	bool same = true;

	free(told.ptr);
	told = last_told;
	told_status = last_status;
	last_told = (struct text){NULL, 0};
	if (fine && run(WORDS(some_records), path, true, files, &with) &&
	    run(WORDS(some_records), path, false, files, &without)) {
		same = with.len == without.len &&
		    memcmp(with.ptr, without.ptr, with.len) == 0;
		if (!same && files == 1)
			fprintf(stderr, "mutate: %s: the prefilter differs\n",
			    path);
		same =
		    same && (!packed || survive_index(path, files, &without));
		free(with.ptr);
		free(without.ptr);
		return same;
	}
	return false;
}

/* SEED's text as gzip: members begin where lines do. */
static struct text
pack(const struct seed *seed)
{
	static const int levels[] = {0, 1, 6, 9};
	static const int strategies[] = {
	    Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY};
	static const int flushes[] = {
	    Z_NO_FLUSH, Z_BLOCK, Z_SYNC_FLUSH, Z_FULL_FLUSH};
	size_t members = 1 + below(4);
	struct text rest = seed->text;
	struct text out = {NULL, 0};

	do {
		struct packing_way way = {levels[below(4)],
		    strategies[below(4)], flushes[below(4)], 1 + below(3000)};
		struct text part = {rest.ptr, 0};

		while (rest.len &&
		    (members == 1 || part.len < seed->text.len / members))
			part.len += next_line(&rest).len;
		packing_member(&out, part, &way);
	} while (rest.len);
	return out;
}

static void
make_trial(struct trial *trial, const char *folder, unsigned long number)
{
	static struct seed packed;
	const struct seed *seed;
	struct text text;
	char name[32];

	*trial = (struct trial){.packed = number / BATCH % 2};
	seed = below(3) ? &seeds[below(7)] : &seeds[below(seed_count)];
	trial->seed = seed;
	if (trial->packed) {
		packed.text = pack(seed);
		seed = &packed;
	}
	trial->count = choose_damages(seed, trial->damages);
	snprintf(name, sizeof(name), "%06lu", number);
	trial->path = name_of(folder, name);
	text = apply(seed, trial->damages, trial->count);
	write_text(trial->path, &text);
	if (trial->packed) {
		trial->state = packing_judge(text, &trial->unpacked);
		free(packed.text.ptr);
	}
	free(text.ptr);
}

static void
end_trial(struct trial *trial, bool keep)
{
	char *side;

	if (!keep) {
		unlink(trial->path);
		if (asprintf(&side, "%s.mtx", trial->path) < 0)
			fail("memory");
		unlink(side);
		free(side);
	}
	for (size_t i = 0; i < trial->count; i++)
		free(trial->damages[i].put.ptr);
	free(trial->unpacked.ptr);
	free(trial->path);
}

static void
try_batch(unsigned long first, unsigned long count)
{
	struct trial trials[BATCH];
	char *folder = name_of(work, "files");
	unsigned before = failures;
	struct text out;

	if (mkdir(folder, 0700) && errno != EEXIST)
		fail(folder);
	for (unsigned long i = 0; i < count; i++)
		make_trial(&trials[i], folder, first + i);
	if (survive(folder, count, trials[0].packed, &out))
		for (unsigned long i = 0; i < count; i++) {
			judge(&trials[i], out);
			judge_told(&trials[i]);
		}
	else
		for (unsigned long i = 0; i < count; i++)
			failures +=
			    !survive(trials[i].path, 1, trials[i].packed, &out);
	free(out.ptr);
	for (unsigned long i = 0; i < count; i++)
		end_trial(&trials[i], failures != before);
	if (failures != before) {
		char *kept;

		if (asprintf(&kept, "%s/failed-%lu", work, first) < 0 ||
		    rename(folder, kept))
			fail("rename");
		fprintf(stderr, "mutate: these files are kept in %s\n", kept);
	}
}

int
main(int argc, char **argv)
{
	const char *folder = getenv("TMPDIR");
	unsigned long count;

	if (argc != 5) {
		fputs("usage: mutate MTRACK TESTDATA COUNT SEED\n", stderr);
		return 2;
	}
	program = argv[1];
	work = mkdtemp(name_of(
	    folder && *folder ? folder : "/tmp", "mtrack-mutate.XXXXXX"));
	count = strtoul(argv[3], NULL, 10);
	random_state = strtoull(argv[4], NULL, 10);
	if (!work)
		fail("a folder");
	add_forms(argv[2]);
	add_folder(argv[2]);
	add_folder(name_of(argv[2], "archive"));
	for (unsigned long i = 0; i < count; i += BATCH)
		try_batch(i, count - i < BATCH ? count - i : BATCH);
	printf("%lu files of %zu, %u failed\n", count, seed_count, failures);
	if (failures)
		return 1;
	unlink(name_of(work, "out"));
	unlink(name_of(work, "err"));
	rmdir(name_of(work, "files"));
	return rmdir(work) == 0 ? 0 : 2;
}

/* SPDX-License-Identifier: MIT */
/* A command line, read whole: every complaint about it is collected. */
#include "mtrack/option_parser.h"

#include <stdarg.h>
#include <stdio.h>

#include "mtrack/suggest.h"

#define MEMORY_DEFAULT (UINT64_C(512) << 20)
#define LATE_DEFAULT   10

static bool
is_behind(const struct option_fault *fault, const struct option_use *use)
{
	return fault->place > use->place ||
	    (fault->place == use->place && fault->line > use->line);
}

void
option_complain(struct option_parser *parser, const struct option_use *use,
    struct str value, const struct fault *fault)
{
	struct option_faults *faults = parser->faults;
	size_t at = faults->count;

	faults->items = arena_grow(parser->arena, faults->items, faults->count,
	    &faults->capacity, sizeof(*faults->items));
	/* In the order of the configuration's lines, then of argv; those of one
	 * word as they were found. */
	while (at > 0 && is_behind(&faults->items[at - 1], use)) {
		faults->items[at] = faults->items[at - 1];
		at--;
	}
	faults->items[at] = (struct option_fault){
	    .origin = use->origin,
	    .name = use->name,
	    .value = value,
	    .place = use->place,
	    .line = use->line,
	    .fault = *fault,
	};
	faults->count++;
}

__attribute__((format(printf, 5, 0))) static void
refuse(struct option_parser *parser, const struct option_use *use,
    const char *rule, const char *example, const char *format, va_list args)
{
	char text[sizeof(((struct fault *)NULL)->what)];
	struct fault fault;

	vsnprintf(text, sizeof(text), format, args);
	/* In a configuration it is as often the name that is wrong. */
	fault_value(&fault,
	    use->value.len && !use->origin.len ? 0 : FAULT_NO_CARET, rule,
	    example, "%s", text);
	fault.whole = true;
	option_complain(parser, use, use->value, &fault);
}

void
option_refuse(struct option_parser *parser, const struct option_use *use,
    const char *rule, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	refuse(parser, use, rule, NULL, format, args);
	va_end(args);
}

void
option_refuse_with(struct option_parser *parser, const struct option_use *use,
    const char *rule, const char *example, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	refuse(parser, use, rule, example, format, args);
	va_end(args);
}

const struct option_use *
option_last_use(const struct option_parser *parser, const char *name)
{
	for (size_t i = parser->use_count; i-- > 0;)
		if (!parser->uses[i].negated &&
		    str_eq(str_from(parser->uses[i].row->name), str_from(name)))
			return &parser->uses[i];
	return NULL;
}

void
option_refuse_beside(struct option_parser *parser,
    const struct option_clash *clashes, size_t count, const char *beside)
{
	for (size_t i = 0; i < count; i++) {
		const struct option_use *use =
		    option_last_use(parser, clashes[i].name);

		if (use)
			option_refuse_with(parser, use, clashes[i].rule,
			    clashes[i].example, "does not go with %s", beside);
	}
}

struct str
option_did_you_mean(struct option_parser *parser, struct str word,
    const struct str *names, size_t count, const char *rest)
{
	struct str near = suggest_nearest(word, names, count);

	if (!near.len)
		return str_from(rest);
	return arena_printf(
	    parser->arena, "; did you mean `%.*s`?", STR_ARG(near));
}

static void
set_defaults(struct option_parser *parser, int64_t clock)
{
	const char *prefilter = parser->env("MTRACK_NO_PREFILTER");

	*parser->options = (struct options){
	    .run = RUN_QUERY,
	    .help_group = STR(""),
	    .late = LATE_DEFAULT,
	    .criteria = criteria_new(parser->arena),
	    .now = clock,
	    .since = INT64_MIN,
	    .until = INT64_MAX,
	    .license = license_default(),
	    .limit = LIMIT_NONE,
	    .top = LIMIT_NONE,
	    .format = STR("table"),
	    .action_or_reason = true,
	    .color = WHEN_AUTO,
	    .config = STR(""),
	    .shell = STR(""),
	    .output = STR(""),
	    .engine_table = STR("mail_tracking"),
	    .zone_name = STR_NONE,
	    .memory = MEMORY_DEFAULT,
	    .no_prefilter = prefilter && *prefilter,
	};
	parser->check = criteria_new(parser->arena);
}

/* What others are read in the light of (zone, now, license) goes first. */
static void
apply_all(struct option_parser *parser)
{
	static const unsigned stages[] = {OPTION_EARLY, OPTION_SECOND, 0};

	for (size_t stage = 0; stage < 3; stage++)
		for (size_t i = 0; i < parser->use_count; i++) {
			const struct option_use *use = &parser->uses[i];
			unsigned bits =
			    use->row->bits & (OPTION_EARLY | OPTION_SECOND);

			if (bits == stages[stage])
				use->row->apply(parser, use);
		}
}

/* Who asks for help is not told what else is wrong. */
static bool
is_help(const struct options *options)
{
	return options->run == RUN_HELP || options->run == RUN_VERSION ||
	    options->run == RUN_FIELDS_HELP || options->run == RUN_COMPLETION;
}

static void
keep_help_faults(struct option_parser *parser)
{
	struct option_faults *faults = parser->faults;
	size_t kept = 0;

	for (size_t i = 0; i < faults->count; i++)
		if (parser->run && faults->items[i].place == parser->run->place)
			faults->items[kept++] = faults->items[i];
	faults->count = kept;
}

static bool
is_good(const struct option_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		if (!faults->items[i].fault.warning)
			return false;
	return true;
}

bool
options_parse(struct arena *arena, int argc, char **argv, option_env *env,
    int64_t clock, struct options *options, struct option_faults *faults)
{
	struct option_parser parser = {
	    .arena = arena,
	    .env = env,
	    .options = options,
	    .faults = faults,
	};

	*faults = (struct option_faults){0};
	set_defaults(&parser, clock);
	options->words = argv + (argc > 0);
	options->word_count = argc > 1 ? (size_t)argc - 1 : 0;
	option_words(&parser, argc, argv);
	option_settings(&parser);
	apply_all(&parser);
	if (is_help(options)) {
		keep_help_faults(&parser);
		return is_good(faults);
	}
	option_finish_criteria(&parser);
	option_finish_period(&parser);
	option_finish_output(&parser);
	option_finish_engine(&parser);
	option_finish_archive(&parser);
	return is_good(faults);
}

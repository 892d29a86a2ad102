/* SPDX-License-Identifier: MIT */
/* The period on the command line, and the license's window (SPEC 3.1, 5). */
#include "mtrack/moment.h"
#include "mtrack/option_parser.h"
#include "mtrack/timestamp.h"

static bool
is_blank(const struct option_use *use)
{
	return str_trim(use->value).len == 0;
}

static bool
read_moment(struct option_parser *parser, const struct option_use *use,
    bool as_end, int64_t *ms)
{
	struct moment_rules rules = {
	    .arena = parser->arena,
	    .zone = parser->options->zone,
	    .now = parser->options->now,
	};
	struct str value = str_trim(use->value);
	struct fault fault;

	if (moment_parse(&rules, value, as_end, ms, &fault))
		return true;
	option_complain(parser, use, value, &fault);
	return false;
}

void
option_apply_now(struct option_parser *parser, const struct option_use *use)
{
	int64_t now;

	if (read_moment(parser, use, false, &now))
		parser->options->now = now;
}

/* A blank value leaves its criterion out (SPEC 3). */
void
option_apply_since(struct option_parser *parser, const struct option_use *use)
{
	if (is_blank(use))
		return;
	parser->since = use;
	if (!read_moment(parser, use, false, &parser->options->since))
		parser->bad_period = true;
}

void
option_apply_until(struct option_parser *parser, const struct option_use *use)
{
	if (is_blank(use))
		return;
	parser->until = use;
	if (!read_moment(parser, use, true, &parser->options->until))
		parser->bad_period = true;
}

void
option_apply_period(struct option_parser *parser, const struct option_use *use)
{
	struct str value = str_trim(use->value);
	struct fault fault;

	if (is_blank(use))
		return;
	parser->period = use;
	if (moment_span(parser->arena, value, &parser->span, &fault))
		return;
	option_complain(parser, use, value, &fault);
	parser->bad_period = true;
}

static void
apply_zone(struct option_parser *parser, const struct option_use *use,
    const struct zone **zone)
{
	struct str value = str_trim(use->value);
	struct fault fault;

	if (!zone_open(parser->arena, value, zone, &fault))
		option_complain(parser, use, value, &fault);
}

void
option_apply_zone(struct option_parser *parser, const struct option_use *use)
{
	apply_zone(parser, use, &parser->options->zone);
	parser->options->zone_name = str_trim(use->value);
}

void
option_apply_archive_zone(
    struct option_parser *parser, const struct option_use *use)
{
	apply_zone(parser, use, &parser->options->rules.times.zone);
}

/* Windows longer than this are taken for open: no archive is as old. */
static int64_t
window_ms(const struct license *license)
{
	return license->window_days == UNLIMITED
	    ? INT64_MAX
	    : (int64_t)license->window_days * DAY_MS;
}

static int64_t
wall_clock(const struct zone *zone, int64_t ms)
{
	int64_t seconds = ms / 1000 - (ms % 1000 < 0);

	return ms + (int64_t)zone_offset(zone, seconds) * 1000;
}

/* By the instants or by the calendar, whichever is shorter: sixty calendar
 * days are no longer than sixty days because clocks were set back. */
static int64_t
length(const struct options *options)
{
	int64_t instants = options->until - options->since;
	int64_t calendar = wall_clock(options->zone, options->until) -
	    wall_clock(options->zone, options->since);

	return instants < calendar ? instants : calendar;
}

static void
check_window(struct option_parser *parser, const struct option_use *use)
{
	const struct options *options = parser->options;
	const struct license *license = options->license;
	struct buffer text = BUFFER_EMPTY;

	if (license->window_days == UNLIMITED ||
	    length(options) <= window_ms(license))
		return;
	moment_print_span(length(options), &text);
	option_refuse_with(parser, use,
	    "--license none (in the configuration: license = none) lifts the "
	    "vendor's limits",
	    "--license none",
	    "the period is %.*s long, the %s license searches %llu days at "
	    "most",
	    STR_ARG(buffer_str(&text)), license->name,
	    (unsigned long long)license->window_days);
	buffer_destroy(&text);
}

/* Only --since: until now. Only --until: the window before it. */
static void
close_ends(struct option_parser *parser)
{
	struct options *options = parser->options;
	int64_t window = window_ms(options->license);

	if (parser->period) {
		options->since = moment_before(options->now, parser->span);
		options->until = options->now;
	} else if (!parser->until) {
		options->until = options->now;
	} else if (!parser->since && window != INT64_MAX) {
		options->since = options->until - window;
	}
}

/* The range's last word on the command line, to complain about. */
static const struct option_use *
last_of(const struct option_parser *parser)
{
	const struct option_use *since = parser->since;
	const struct option_use *until = parser->until;

	if (parser->period)
		return parser->period;
	if (!since || (until && until->place > since->place))
		return until;
	return since;
}

void
option_finish_period(struct option_parser *parser)
{
	struct options *options = parser->options;
	const struct option_use *other =
	    parser->since ? parser->since : parser->until;

	if (!parser->period && !other)
		return;
	options->period = PERIOD_GIVEN;
	if (parser->period && other) {
		option_refuse_with(parser, parser->period,
		    "a period counts back from now, a range has a beginning "
		    "and an end: give one of the two",
		    "--period 24h", "does not go with %s", other->name.ptr);
		return;
	}
	if (parser->bad_period)
		return;
	close_ends(parser);
	if (options->since > options->until && parser->since && parser->until)
		option_refuse_with(parser, last_of(parser),
		    "a range begins before it ends",
		    arena_printf(parser->arena, "-S %.*s -U %.*s",
			STR_ARG(parser->until->value),
			STR_ARG(parser->since->value))
			.ptr,
		    "--since is not before --until; did you mean -S '%.*s' "
		    "-U '%.*s'?",
		    STR_ARG(parser->until->value),
		    STR_ARG(parser->since->value));
	else if (options->since >= options->until)
		option_refuse_with(parser, last_of(parser),
		    "a range begins before it ends; without --until it ends "
		    "now",
		    "--since 2026-10-01 --until 2026-10-07",
		    parser->until ? "--since is not before --until"
				  : "--since is not before now");
	else if (options->since != INT64_MIN)
		check_window(parser, last_of(parser));
}

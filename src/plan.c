/* SPDX-License-Identifier: MIT */
/* What the scans and stages of a run are told. */
#include "mtrack/plan.h"

#include <stdlib.h>

#include "mtrack/index_file.h"
#include "mtrack/mark.h"
#include "mtrack/workers.h"

/* Bytes of records that may wait for their file's turn. */
#define RELAY_MEMORY (16u << 20)

static const fieldset TIMES =
    FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME);

static const char *
temporary_folder(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

enum stage_end
plan_end(const struct options *options)
{
	if (options->quiet)
		return END_QUIET;
	if (options->by_count > 0)
		return END_GROUP;
	if (options->count)
		return END_COUNT;
	if (options->history && options->order == ORDER_NONE &&
	    !options->states && !options->exporting &&
	    options->checkpoint.len == 0)
		return END_RELAY;
	return END_ORDER;
}

static unsigned
choose_threads(const struct options *options)
{
	if (options->strict) /* the first fault in archive order ends it */
		return 1;
	return options->threads > 0 ? options->threads : workers_available();
}

static void
plan_scan(const struct options *options, const struct selection *selection,
    const struct criteria *criteria, struct scan_plan *scan)
{
	*scan = (struct scan_plan){.archive = &selection->files,
	    .rules = &options->rules,
	    .criteria = criteria,
	    .decode_all = options->strict,
	    .no_prefilter = options->no_prefilter,
	    .strict = options->strict,
	    .whole_lines = options->checkpoint.len > 0,
	    .since = selection->since,
	    .until = selection->until,
	    .undated_whole = selection->undated_whole,
	    .late = options->late};
}

const struct scan_index *
plan_index(struct arena *arena, const struct options *options,
    const struct selection *selection, const struct criteria *criteria,
    struct needles *needles, struct scan_index *index)
{
	if (options->no_index || options->strict)
		return NULL;
	needles_make(arena, criteria, needles);
	*index = (struct scan_index){.dir = options->index_dir,
	    .settings = index_settings(&options->rules),
	    .skim = {needles, selection->since, selection->until}};
	return index;
}

/* So many that skip and limit together can use them. */
static uint64_t
wanted_records(const struct options *options)
{
	uint64_t sum;

	if (options->limit == LIMIT_NONE ||
	    __builtin_add_overflow(options->limit, options->skip, &sum))
		return LIMIT_NONE;
	return sum;
}

static bool
is_gathering(const struct options *options, enum stage_end end)
{
	return (options->by_message || options->states) &&
	    (end == END_ORDER || end == END_COUNT);
}

/* What stands between the criteria and the end. HALF is the memory of it all.
 */
static void
plan_gathering(const struct options *options, struct plan *plan,
    fieldset output, bool raw, size_t half)
{
	struct stages_plan *stages = &plan->stages;
	size_t share = half / plan->threads / 2;
	const char *dir = temporary_folder();

	stages->gathering = is_gathering(options, stages->end);
	stages->checkpointed = options->checkpoint.len > 0;
	if (stages->gathering || stages->checkpointed)
		stages->order.memory = share;
	stages->fresh =
	    (struct fresh_plan){options->history, output, raw, share, dir};
	stages->mails =
	    (struct mails_plan){options->states ? MAIL_STATES : MAIL_BY_MESSAGE,
		output, options->zone, share, dir};
	stages->order.raw = raw || options->states;
	if (stages->checkpointed)
		stages->merge.fields |= MARK_FIELDS;
}

/* Every entry that matches is sorted and printed. */
static bool
sorts_all(const struct stages_plan *stages)
{
	return stages->end == END_ORDER && stages->order.first == LIMIT_NONE &&
	    !stages->gathering && !stages->checkpointed;
}

/* What --memory leaves for tables: the program, its windows and what malloc
 * keeps between them take some, too. */
static size_t
table_memory(const struct options *options)
{
	return options->memory - options->memory / 32;
}

/* The merge then holds little more than identities. */
static void
plan_at_once(const struct options *options, struct plan *plan)
{
	size_t memory = table_memory(options);
	size_t quarter = memory / 4;

	plan->stages.at_once = true;
	plan->stages.merge.memory = quarter;
	plan->stages.order.memory = (memory - quarter) / plan->threads;
}

static void
plan_stages(const struct options *options, struct plan *plan,
    enum stage_end end, fieldset output, bool raw)
{
	const struct criteria *criteria = plan->scan.criteria;
	size_t memory = table_memory(options);
	size_t half = options->history ? memory : memory / 2;
	const char *dir = temporary_folder();

	plan->stages = (struct stages_plan){.scan = &plan->scan,
	    .end = end,
	    .merging = !options->history,
	    .merge = {output | TIMES | criteria_state_fields(criteria), raw,
		memory - half, plan->threads, dir, NULL},
	    .order = {options->order, wanted_records(options), output, raw,
		half / plan->threads, dir},
	    .group = {options->by, options->by_count, options->zone,
		half / plan->threads, dir},
	    .fields = output,
	    .raw = raw,
	    .relay_memory = RELAY_MEMORY,
	    .threads = plan->threads};
	if (end == END_GROUP && !options->history) {
		/* Values are mostly few, identities many. */
		plan->stages.merge.memory += half / 2;
		plan->stages.group.memory /= 2;
	}
	plan_gathering(options, plan, output, raw, half);
	if (plan->stages.merging && sorts_all(&plan->stages))
		plan_at_once(options, plan);
	if ((end == END_COUNT || end == END_QUIET) && !plan->stages.gathering &&
	    !plan->stages.checkpointed)
		plan->stages.merge.memory = memory;
}

void
plan_make(struct arena *arena, const struct options *options,
    const struct selection *selection, const struct criteria *criteria,
    enum stage_end end, fieldset output, bool raw, atomic_bool *stop,
    struct counter *counter, struct plan *plan)
{
	raw = raw && (end == END_ORDER || end == END_RELAY);
	if (end == END_GROUP)
		output = TIMES | group_fields(options->by, options->by_count);
	else if (end == END_COUNT || end == END_QUIET)
		output = 0;
	else
		output = raw ? TIMES : output | TIMES;
	if (is_gathering(options, end))
		output |= mails_fields(
		    options->states ? MAIL_STATES : MAIL_BY_MESSAGE);
	plan->threads = choose_threads(options);
	plan_scan(options, selection, criteria, &plan->scan);
	plan_stages(options, plan, end, output, raw);
	plan->scan.stop = plan->stages.stop = stop;
	plan->scan.counter = counter;
	plan->scan.index = plan_index(
	    arena, options, selection, criteria, &plan->needles, &plan->index);
	plan->scan.want_raw = raw;
	plan->stages.names_files = end == END_GROUP && output >> FIELD_FILE & 1;
	plan->scan.wanted =
	    plan->stages.merge.fields | criteria_message_fields(criteria);
	if (plan->stages.merging)
		plan->scan.wanted |=
		    FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_RECIPIENT);
}

void
plan_rows(struct plan *plan, const struct rowtext_plan *rowtext)
{
	struct stages_plan *stages = &plan->stages;

	if (!rowtext || !sorts_all(stages))
		return;
	stages->rowtext = rowtext;
	stages->names_files = stages->fields >> FIELD_FILE & 1;
	stages->order.fields = 0;
	stages->order.raw = true;
}

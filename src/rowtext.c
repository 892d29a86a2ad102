/* SPDX-License-Identifier: MIT */
/* A writer whose output is kept, and emptied before each row. */
#include "mtrack/rowtext.h"

struct rowtext {
	const struct rowtext_plan *plan;
	struct arena arena;
	struct output out;
	struct writer writer;
	struct cell *cells;
	struct buffer scratch;
};

struct rowtext *
rowtext_new(const struct rowtext_plan *plan)
{
	struct rowtext *rowtext = memory_resize(NULL, 1, sizeof(*rowtext));

	*rowtext = (struct rowtext){.plan = plan};
	arena_init(&rowtext->arena);
	output_init(&rowtext->out, OUTPUT_KEPT);
	rowtext->cells =
	    ARENA_ARRAY(&rowtext->arena, struct cell, plan->writer->count);
	rowtext->writer = (struct writer){.ops = plan->ops,
	    .plan = plan->writer,
	    .arena = &rowtext->arena,
	    .out = &rowtext->out};
	plan->ops->begin(&rowtext->writer);
	return rowtext;
}

void
rowtext_free(struct rowtext *rowtext)
{
	if (!rowtext)
		return;
	rowtext->plan->ops->end(&rowtext->writer);
	output_destroy(&rowtext->out);
	buffer_destroy(&rowtext->scratch);
	arena_destroy(&rowtext->arena);
	memory_free(rowtext);
}

struct str
rowtext_make(struct rowtext *rowtext, const struct record *rec)
{
	const struct rowtext_plan *plan = rowtext->plan;

	columns_fill(plan->writer->columns, plan->writer->count, rec,
	    plan->zone, plan->action_or_reason, rowtext->cells,
	    &rowtext->scratch);
	buffer_clear(&rowtext->out.buffer);
	plan->ops->row(&rowtext->writer, rowtext->cells, rec);
	return buffer_str(&rowtext->out.buffer);
}

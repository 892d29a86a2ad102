/* SPDX-License-Identifier: MIT */
/* What all readers share: the prefilter and a finished record's way out. */
#include "mtrack/reader.h"

#include "mtrack/bytes.h"

static bool
holds_one(const struct literal_group *group, struct str raw)
{
	for (size_t i = 0; i < group->count; i++)
		if (bytes_search(raw, group->literals[i], group->fold) !=
		    SIZE_MAX)
			return true;
	return false;
}

bool
prefilter_pass(const struct prefilter *filter, struct str raw)
{
	for (size_t i = 0; i < filter->count; i++)
		if (!holds_one(&filter->groups[i], raw))
			return false;
	return true;
}

bool
reader_emit(const struct reader *reader, struct intake *in, uint64_t offset,
    uint64_t line, enum flow *flow, struct fault *fault)
{
	const struct reader_settings *set = reader->set;

	in->rec.origin =
	    (struct origin){.file = set->file, .offset = offset, .line = line};
	switch (intake_emit(in, set->emit, set->emit_ctx, flow, fault)) {
	case INTAKE_RECORD:
		set->tally->records++;
		return true;
	case INTAKE_OTHER:
		set->tally->other++;
		return true;
	case INTAKE_BAD:
		break;
	}
	return false;
}

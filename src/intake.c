/* SPDX-License-Identifier: MIT */
/* What every reader does with a value once it is text. */
#include "mtrack/intake.h"

/* A spelling found in logs and what it is printed as. */
struct spelling {
	const char *found; /* ASCII case ignored */
	struct str meant;
};

/* clang-format off */
static const struct spelling directions[] = {
	{"in", {"in", 2}},              /* the API */
	{"out", {"out", 3}},
	{"incoming", {"in", 2}},        /* CEF, and the console */
	{"outgoing", {"out", 3}},
	{NULL, {NULL, 0}},
};

static const struct spelling types[] = {
	{"accepted_traffic", {"accepted", 8}}, /* the API's parameter */
	{"blocked_traffic", {"blocked", 7}},
	{"Accepted traffic", {"accepted", 8}}, /* the console */
	{"Blocked traffic", {"blocked", 7}},
	{"accepted", {"accepted", 8}},
	{"blocked", {"blocked", 7}},
	{NULL, {NULL, 0}},
};

static const struct spelling answers[] = {
	{"yes", {"Yes", 3}},
	{"no", {"No", 2}},
	{"true", {"Yes", 3}},           /* JSON's own words */
	{"false", {"No", 2}},
	{NULL, {NULL, 0}},
};
/* clang-format on */

/* Without these no verdict can be given, or no entry be merged. */
#define FIELDS_OF_VERDICT                                                      \
	(FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME) |              \
	    FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_RECIPIENT) |             \
	    FIELD_BIT(FIELD_MESSAGE_ID) | FIELD_BIT(FIELD_MAIL_ID))
#define FIELDS_OF_TLS                                                          \
	(FIELD_BIT(FIELD_UPSTREAM_TLS) | FIELD_BIT(FIELD_DOWNSTREAM_TLS))

fieldset
intake_needs(fieldset wanted)
{
	wanted |= FIELDS_OF_VERDICT;
	if (wanted & FIELD_BIT(FIELD_TYPE))
		wanted |= FIELD_BIT(FIELD_ACTION) | FIELD_BIT(FIELD_REASON);
	if (wanted & FIELDS_OF_TLS)
		wanted |= FIELD_BIT(FIELD_TLS_INFO);
	return wanted;
}

void
intake_begin(struct intake *in)
{
	arena_reset(in->arena);
	in->rec.present = 0;
	in->rec.header_to.count = 0;
	in->rec.embedded_urls.count = 0;
	in->rec.attachment_count = 0;
	in->rec.raw = STR_NONE;
	in->mapped = 0;
	in->bad_times = 0;
	in->policy = false;
	in->known_type = false;
	in->recipient_count = 0;
	in->tls_info = STR_NONE;
}

/* Whether a value of FIELD counts, SPEC 1.2's --map considered. If so the
 * field is empty afterwards, to be filled if FILLED. */
static bool
admit(struct intake *in, enum field field, bool filled, bool mapped)
{
	fieldset bit = FIELD_BIT(field);

	if (mapped) {
		if (!filled)
			return false;
		in->mapped |= bit;
	} else if (in->mapped & bit) {
		return false;
	}
	in->rec.present &= ~bit;
	in->bad_times &= ~bit;
	return true;
}

/* Times are judged even if nobody asks for them: a record is malformed or not,
 * whatever the query. */
static void
put_time(struct intake *in, enum field field, struct str text, bool mapped)
{
	int64_t ms;
	bool good;

	good = timestamp_parse_near(text, &in->rules->times, &in->near, &ms);
	if (!good) {
		text = str_trim(text);
		good =
		    text.len && timestamp_parse(text, &in->rules->times, &ms);
	}
	if (field == FIELD_DELIVERY_TIME && !good)
		text = STR_NONE;
	if (!admit(in, field, text.len != 0, mapped) || text.len == 0)
		return;
	if (good) {
		in->rec.time[field] = ms;
		in->rec.present |= FIELD_BIT(field);
	} else {
		in->bad_times |= FIELD_BIT(field);
		in->bad_text[field] = text;
	}
}

static void
put_size(struct intake *in, struct str text, bool mapped)
{
	uint64_t size;
	bool good = str_to_u64(text, &size);

	if (!admit(in, FIELD_SIZE, good, mapped) || !good)
		return;
	in->rec.size = size;
	in->rec.present |= FIELD_BIT(FIELD_SIZE);
}

/* TEXT as it is meant, or as it is. */
static bool
spell(const struct spelling *spellings, struct str *text)
{
	for (; spellings->found; spellings++)
		if (str_eq_fold(str_from(spellings->found), *text)) {
			*text = spellings->meant;
			return true;
		}
	return false;
}

static void
fill(struct intake *in, enum field field, struct str text)
{
	in->rec.text[field] = text;
	in->rec.present |= FIELD_BIT(field);
}

/* Two keys fill it, `type` and `logType`, and collectors use `type` for words
 * of their own: a known type is never replaced by another word or by none. */
static void
put_type(struct intake *in, struct str text, bool mapped)
{
	bool known = spell(types, &text);

	if (text.len == 0 || (in->known_type && !known && !mapped))
		return;
	if (!admit(in, FIELD_TYPE, true, mapped))
		return;
	in->known_type = known;
	fill(in, FIELD_TYPE, text);
}

static void
put_text(struct intake *in, enum field field, struct str text, bool mapped)
{
	if (!admit(in, field, text.len != 0, mapped))
		return;
	if (field == FIELD_TLS_INFO) {
		in->tls_info = text;
		return;
	}
	if (text.len == 0)
		return;
	if (field == FIELD_DIRECTION)
		spell(directions, &text);
	else if (field == FIELD_DOWNSTREAM_DANE)
		spell(answers, &text);
	fill(in, field, text);
}

void
intake_text(struct intake *in, enum field field, struct str text, bool mapped)
{
	struct attachment *attachment;
	struct str *item;

	switch (field_row(field)->kind) {
	case KIND_TIME:
		put_time(in, field, text, mapped);
		return;
	case KIND_NUMBER:
		put_size(in, text, mapped);
		return;
	case KIND_LIST:
		item = arena_alloc(in->arena, sizeof(*item));
		*item = text;
		intake_list(in, field, item, 1, mapped);
		return;
	case KIND_ATTACHMENTS:
		attachment = ARENA_NEW(in->arena, struct attachment);
		attachment->name = text;
		intake_attachments(in, attachment, text.len != 0, mapped);
		return;
	case KIND_TEXT:
	case KIND_DERIVED:
		break;
	}
	if (field == FIELD_RECIPIENT) {
		in->recipient = text;
		intake_list(in, field, &in->recipient, 1, mapped);
	} else if (field == FIELD_TYPE) {
		put_type(in, text, mapped);
	} else {
		put_text(in, field, text, mapped);
	}
}

static bool
is_null_address(struct str text)
{
	return text.len == 2 && text.ptr[0] == '<' && text.ptr[1] == '>';
}

/* Takes empty items out, and null recipients, into a list of its own where
 * there are any. */
static struct strlist
without_empty(struct intake *in, enum field field, struct strlist list)
{
	struct str *kept;
	size_t count = 0;

	for (size_t i = 0; i < list.count; i++)
		count += list.items[i].len == 0 ||
		    (field == FIELD_RECIPIENT &&
			is_null_address(list.items[i]));
	if (count == 0)
		return list;
	kept = arena_alloc(in->arena, list.count * sizeof(*kept));
	count = 0;
	for (size_t i = 0; i < list.count; i++)
		if (list.items[i].len &&
		    (field != FIELD_RECIPIENT ||
			!is_null_address(list.items[i])))
			kept[count++] = list.items[i];
	return (struct strlist){kept, count};
}

void
intake_list(struct intake *in, enum field field, const struct str *items,
    size_t count, bool mapped)
{
	struct strlist list =
	    without_empty(in, field, (struct strlist){items, count});

	if (field != FIELD_RECIPIENT && field_row(field)->kind != KIND_LIST) {
		intake_text(
		    in, field, list.count ? list.items[0] : STR_NONE, mapped);
		return;
	}
	if (!admit(in, field, list.count != 0, mapped))
		return;
	if (field == FIELD_RECIPIENT) {
		in->recipients = list.items;
		in->recipient_count = list.count;
		return;
	}
	if (field == FIELD_HEADER_TO)
		in->rec.header_to = list;
	else
		in->rec.embedded_urls = list;
	if (list.count)
		in->rec.present |= FIELD_BIT(field);
}

void
intake_attachments(struct intake *in, const struct attachment *items,
    size_t count, bool mapped)
{
	if (!admit(in, FIELD_ATTACHMENTS, count != 0, mapped))
		return;
	in->rec.attachments = items;
	in->rec.attachment_count = count;
	if (count)
		in->rec.present |= FIELD_BIT(FIELD_ATTACHMENTS);
}

bool
intake_is_record(const struct intake *in)
{
	const struct record *rec = &in->rec;

	if (in->policy)
		return false;
	return in->recipient_count || record_has(rec, FIELD_MAIL_ID) ||
	    record_has(rec, FIELD_MESSAGE_ID) ||
	    (record_has(rec, FIELD_SENDER) &&
		!is_null_address(rec->text[FIELD_SENDER]));
}

/* `upstreamTLS: TLS 1.2; downstreamTLS: None`. A leg with a key of its own
 * keeps that one's value. */
static void
split_tls_info(struct intake *in)
{
	struct str rest = in->tls_info;
	struct str part;

	while (str_split(&rest, ';', &part)) {
		size_t colon = str_find_char(part, ':');
		struct str leg = str_trim(str_take(part, colon));
		struct str version;
		enum field field;

		if (colon == SIZE_MAX)
			continue;
		version = str_trim(str_drop(part, colon + 1));
		if (str_eq_fold(leg, STR("upstreamTLS")))
			field = FIELD_UPSTREAM_TLS;
		else if (str_eq_fold(leg, STR("downstreamTLS")))
			field = FIELD_DOWNSTREAM_TLS;
		else
			continue;
		if (version.len && !record_has(&in->rec, field))
			fill(in, field, version);
	}
}

static bool
has_time(struct intake *in, struct fault *fault)
{
	fieldset both = FIELD_BIT(FIELD_GEN_TIME) | FIELD_BIT(FIELD_TIMESTAMP);

	for (unsigned i = FIELD_TIMESTAMP; i <= FIELD_GEN_TIME; i++)
		if (in->bad_times & FIELD_BIT(i))
			return fault_set(fault,
			    "%s `%.*s` is no time: expected is a form like "
			    "2026-10-01T08:15:30Z",
			    field_row((enum field)i)->name,
			    STR_ARG(str_take(in->bad_text[i], 80)));
	if (!(in->rec.present & both))
		return fault_set(
		    fault, "no time: neither genTime nor timestamp");
	return true;
}

static enum flow
emit_each(struct intake *in, record_fn *emit, void *ctx)
{
	struct record *rec = &in->rec;
	enum flow flow;

	rec->origin.item = 0;
	rec->stamp = record_own_stamp(rec);
	if (in->recipient_count == 0)
		return emit(ctx, rec);
	do {
		fill(in, FIELD_RECIPIENT, in->recipients[rec->origin.item]);
		flow = emit(ctx, rec);
	} while (flow == FLOW_MORE && ++rec->origin.item < in->recipient_count);
	return flow;
}

enum intake_verdict
intake_emit(struct intake *in, record_fn *emit, void *ctx, enum flow *flow,
    struct fault *fault)
{
	if (!intake_is_record(in))
		return INTAKE_OTHER;
	if (!has_time(in, fault))
		return INTAKE_BAD;
	if (in->tls_info.len)
		split_tls_info(in);
	if (!record_has(&in->rec, FIELD_TYPE)) {
		if (record_has(&in->rec, FIELD_ACTION))
			fill(in, FIELD_TYPE, STR("accepted"));
		else if (record_has(&in->rec, FIELD_REASON))
			fill(in, FIELD_TYPE, STR("blocked"));
	}
	*flow = emit_each(in, emit, ctx);
	return INTAKE_RECORD;
}

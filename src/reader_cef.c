/* SPDX-License-Identifier: MIT */
/* Reads CEF over syslog, a record a line:
 *
 *     <14> TIME HOST tmes[1]:
 * CEF:0|VENDOR|PRODUCT|VERSION|ID|NAME|SEVERITY|rt=… the frame: anything the
 * header, whose ID says what it is  extension
 */
#include "mtrack/reader_cef.h"

#include "mtrack/cef_line.h"
#include "mtrack/lines.h"
#include "mtrack/sieve.h"
#include "mtrack/text_list.h"

/* A log shows its form within so many bytes. */
#define SNIFF_BYTES 4096

/* A value that waits for its label, or for the record's attachments. */
struct slot {
	struct str label;
	struct str value;
};

/* What a slot's label meant last time: a log has the same ones in each line. */
struct meaning {
	char label[32];
	size_t len;
	enum field field;
};

struct reader_cef {
	struct reader base;
	struct lines lines;
	struct sieve sieve;
	struct intake intake;
	struct arena arena; /* of the line being read */
	struct meaning meanings[CEF_SLOTS + 1];
	struct cef_habit habit;
	fieldset needs;
	bool between;
};

static enum flow
tell(const struct reader_cef *cef, const struct line *line, bool framing,
    struct fault *fault)
{
	const struct reader_settings *set = cef->base.set;

	fault->unfinished = !line->ended;
	return set->fault(set->fault_ctx, line->number, framing, fault);
}

/* ---- values ---- */

/* JSON stands in logs with CEF's escapes and without: what reads as JSON after
 * unescaping is taken, else what does before. */
static bool
put_json(
    struct reader_cef *cef, enum field field, struct str value, bool mapped)
{
	struct intake *in = &cef->intake;
	struct str plain = cef_line_unescape(value, in->arena);

	if (field == FIELD_ATTACHMENTS)
		return intake_attachments_json(in, plain, mapped) ||
		    intake_attachments_json(in, value, mapped);
	return intake_list_json(in, field, plain, mapped) ||
	    intake_list_json(in, field, value, mapped);
}

static struct strlist
split_list(struct reader_cef *cef, enum field field, struct str text)
{
	struct arena *arena = cef->intake.arena;
	struct str *items = NULL;
	struct strlist list = {NULL, 0};
	size_t capacity = 0;
	struct str part;

	if (field == FIELD_HEADER_TO)
		return text_list_addresses(text, arena);
	if (field == FIELD_EMBEDDED_URLS)
		return text_list_urls(text, arena);
	while (str_split(&text, ';', &part)) {
		items = arena_grow(
		    arena, items, list.count, &capacity, sizeof(*items));
		items[list.count++] = str_trim(part);
	}
	list.items = items;
	return list;
}

/* A JSON array that is none, as when the sender cut the line, is no value. */
static void
put_list(
    struct reader_cef *cef, enum field field, struct str value, bool mapped)
{
	struct intake *in = &cef->intake;
	struct strlist list;

	if (put_json(cef, field, value, mapped) || value.ptr[0] == '[')
		return;
	list = split_list(cef, field, cef_line_unescape(value, in->arena));
	intake_list(in, field, list.items, list.count, mapped);
}

static void
put_value(
    struct reader_cef *cef, enum field field, struct str value, bool mapped)
{
	struct intake *in = &cef->intake;

	if (value.len == 0 || !(cef->needs & FIELD_BIT(field)))
		return;
	switch (field) {
	case FIELD_RECIPIENT:
	case FIELD_HEADER_TO:
	case FIELD_EMBEDDED_URLS:
		put_list(cef, field, value, mapped);
		break;
	case FIELD_ATTACHMENTS:
		put_json(cef, field, value, mapped);
		break;
	default:
		intake_text(
		    in, field, cef_line_unescape(value, in->arena), mapped);
	}
}

/* VALUE of NAME, a key or a label, for each --map that reads it; PARTS: those
 * of attachments, or all others. */
static inline void
put_mapped(
    struct reader_cef *cef, struct str name, struct str value, bool parts)
{
	const struct intake_rules *rules = cef->base.set->rules;

	for (size_t i = 0; i < rules->map_count; i++) {
		const struct intake_map *map = &rules->maps[i];

		if (parts != (map->part != PART_NONE) || value.len == 0 ||
		    !str_eq(map->key, name))
			continue;
		if (!parts)
			put_value(cef, map->field, value, true);
		else if (cef->needs & FIELD_BIT(FIELD_ATTACHMENTS))
			intake_attachment_part(&cef->intake, map->part,
			    cef_line_unescape(value, cef->intake.arena));
	}
}

/* Keys first, and the numbered values, which wait for their labels. */
static void
read_keys(struct reader_cef *cef, struct str extension, struct slot *slots)
{
	struct cef_cursor cursor;
	struct cef_key key;
	struct str value;

	cef_line_open(&cursor, cef->base.set->rules, &cef->habit, extension);
	while (cef_line_next(&cursor, &key, &value)) {
		if (key.label)
			slots[key.slot].label = value;
		else if (key.slot)
			slots[key.slot].value = value;
		else if (key.field != FIELD_NONE)
			put_value(cef, key.field, value, false);
		put_mapped(cef, key.name, value, false);
	}
}

static enum field
label_means(struct meaning *last, struct str label)
{
	if (label.len == 0 || label.len > sizeof(last->label))
		return FIELD_NONE;
	if (label.len != last->len ||
	    memcmp(label.ptr, last->label, label.len) != 0) {
		memcpy(last->label, label.ptr, label.len);
		last->len = label.len;
		last->field = field_from_cef(label);
	}
	return last->field;
}

static void
read_slots(struct reader_cef *cef, const struct slot *slots)
{
	for (size_t i = 1; i <= CEF_SLOTS; i++) {
		enum field field =
		    label_means(&cef->meanings[i], slots[i].label);

		if (field != FIELD_NONE)
			put_value(cef, field, slots[i].value, false);
		put_mapped(cef, slots[i].label, slots[i].value, false);
	}
}

/* Parts of attachments have keys of their own only by --map; they go to the
 * attachments that are there by then. */
static void
read_parts(
    struct reader_cef *cef, struct str extension, const struct slot *slots)
{
	struct cef_cursor cursor;
	struct cef_key key;
	struct str value;

	cef_line_open(&cursor, cef->base.set->rules, &cef->habit, extension);
	while (cef_line_next(&cursor, &key, &value))
		put_mapped(cef, key.name, value, true);
	for (size_t i = 1; i <= CEF_SLOTS; i++)
		put_mapped(cef, slots[i].label, slots[i].value, true);
}

static void
read_extension(struct reader_cef *cef, struct str extension)
{
	struct slot slots[CEF_SLOTS + 1] = {{{NULL, 0}, {NULL, 0}}};

	intake_begin(&cef->intake);
	read_keys(cef, extension, slots);
	read_slots(cef, slots);
	if (cef->base.set->rules->map_count)
		read_parts(cef, extension, slots);
}

/* ---- lines ---- */

static enum flow
emit_line(struct reader_cef *cef, const struct line *line, uint64_t offset,
    struct str extension)
{
	enum flow flow = FLOW_MORE;
	struct fault fault;

	read_extension(cef, extension);
	if (cef->base.set->want_raw)
		cef->intake.rec.raw = line->text;
	if (!reader_emit(
		&cef->base, &cef->intake, offset, line->number, &flow, &fault))
		return tell(cef, line, false, &fault);
	return flow;
}

/* Only a backslash, CEF's or JSON's, hides bytes from the prefilter. */
static bool
may_match(struct reader_cef *cef, const struct line *line, struct str window)
{
	return !cef->sieve.filter ||
	    str_find_char(line->text, '\\') != SIZE_MAX ||
	    sieve_pass(&cef->sieve, window, cef->base.offset, line->text);
}

static enum flow
take_line(struct reader_cef *cef, struct line *line, struct str window)
{
	const struct reader_settings *set = cef->base.set;
	struct cef_line parts;
	struct fault fault;

	if (str_starts(line->text, STR("\xef\xbb\xbf")))
		line->text = str_drop(line->text, 3);
	if (!cef_line_split(line->text, &parts, &fault))
		return tell(cef, line, true, &fault);
	if (!line->ended && set->whole_lines) {
		fault_set(&fault, "the last line has no end");
		return tell(cef, line, false, &fault);
	}
	if (!cef_line_is_tracking(&parts)) {
		set->tally->other++;
		return FLOW_MORE;
	}
	if (!may_match(cef, line, window)) {
		set->tally->records++;
		set->tally->passed_over++;
		return FLOW_MORE;
	}
	return emit_line(cef, line,
	    cef->base.offset + (uint64_t)(line->text.ptr - window.ptr),
	    parts.extension);
}

static enum flow
read_lines(struct reader_cef *cef, struct str window, bool last, size_t *used)
{
	enum flow flow = FLOW_MORE;
	struct line line;
	struct fault fault;

	while (flow == FLOW_MORE) {
		switch (lines_next(&cef->lines, window, last, used, &line)) {
		case LINE_SHORT:
			return FLOW_MORE;
		case LINE_WHOLE:
			flow = take_line(cef, &line, window);
			break;
		case LINE_LONG:
			fault_set(&fault, "a line of more than 16 MiB");
			flow = tell(cef, &line, true, &fault);
			break;
		}
	}
	return flow;
}

static enum flow
feed(struct reader *reader, struct str window, bool last, size_t *used)
{
	struct reader_cef *cef = (struct reader_cef *)reader;
	enum flow flow;

	*used = 0;
	cef->lines.number = reader->line;
	flow = read_lines(cef, window, last, used);
	cef->between = *used == window.len && !cef->lines.skipping;
	reader->offset += *used;
	reader->line = cef->lines.number;
	return flow;
}

static bool
between(const struct reader *reader)
{
	return ((const struct reader_cef *)reader)->between;
}

static bool
save(const struct reader *reader, struct buffer *out)
{
	(void)out;
	return !((const struct reader_cef *)reader)->lines.skipping;
}

static bool
restore(struct reader *reader, struct str state)
{
	(void)reader;
	return state.len == 0;
}

static struct reader *
open_cef(struct arena *arena, const struct reader_settings *set)
{
	struct reader_cef *cef = ARENA_NEW(arena, struct reader_cef);

	cef->base = (struct reader){&reader_cef, set, 0, 1, false};
	cef->needs = intake_needs(set->wanted);
	sieve_init(&cef->sieve, set->decode_all ? NULL : set->prefilter);
	arena_init(&cef->arena);
	cef->intake = (struct intake){
	    .rules = set->rules, .wanted = cef->needs, .arena = &cef->arena};
	cef->between = true;
	return &cef->base;
}

static void
close_cef(struct reader *reader)
{
	struct reader_cef *cef = (struct reader_cef *)reader;

	arena_destroy(&cef->arena);
}

/* A CEF line of any vendor at the very begin, or one of ours soon: a log may
 * have been cut in the middle of a line. */
static enum sniff
sniff(struct str head, bool all, const struct intake_rules *rules)
{
	struct str rest = str_take(head, SNIFF_BYTES);
	struct str text;
	bool first = true;

	(void)rules; /* the header tells, not the keys */
	while (str_split(&rest, '\n', &text)) {
		struct cef_line line;

		if (cef_line_leads(text, &line) &&
		    (first || str_eq_fold(line.vendor, STR("Trend Micro"))))
			return SNIFF_YES;
		first = false;
	}
	return all || head.len >= SNIFF_BYTES ? SNIFF_NO : SNIFF_MORE;
}

const struct reader_ops reader_cef = {
    .name = "CEF",
    .sniff = sniff,
    .open = open_cef,
    .feed = feed,
    .between = between,
    .save = save,
    .restore = restore,
    .close = close_cef,
};

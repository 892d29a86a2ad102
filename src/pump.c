/* SPDX-License-Identifier: MIT */
/* What stands between a source and a reader. A window on the unpacked bytes is
 * filled from the source and emptied by the reader:
 *
 *     | kept: not whole yet | read now ...         | free |
 *     ^ window.ptr                         window.len      cap
 */
#include "mtrack/pump.h"

#include "mtrack/formats.h"

/* A file whose beginning tells no format within so many bytes is no log. */
#define SNIFF_BYTES (1u << 20)
/* A reader that waits for more of a value than a member had is made to look at
 * no more than this again. */
#define KEPT_MOST (64u << 10)

/* The window without a BOM and blank lines. */
static struct str
sniffable(struct str window)
{
	if (str_starts(window, STR("\xef\xbb\xbf")))
		window = str_drop(window, 3);
	while (window.len && ascii_is_space((unsigned char)window.ptr[0]))
		window = str_drop(window, 1);
	return window;
}

/* With its byte order mark, or with every other byte of its first letters 0. */
static bool
is_utf16(struct str head)
{
	return str_starts(head, STR("\xff\xfe")) ||
	    str_starts(head, STR("\xfe\xff")) ||
	    (head.len >= 4 && !head.ptr[0] != !head.ptr[1] &&
		!head.ptr[0] == !head.ptr[2] && !head.ptr[1] == !head.ptr[3]);
}

static void
open_reader(struct pump *pump, const struct reader_ops *ops)
{
	pump->reader = ops->open(&pump->arena, pump->set);
	pump->reader->offset = pump->offset;
	pump->reader->line = pump->line;
}

static enum sniff
find_reader(struct pump *pump, bool last)
{
	const struct reader_ops *ops;
	struct str head = sniffable(buffer_str(&pump->window));
	bool all = last || head.len >= SNIFF_BYTES;
	enum sniff sniff;

	if (head.len == 0)
		return last ? SNIFF_NO : SNIFF_MORE;
	sniff = format_sniff(head, all, pump->set->rules, &ops);
	if (sniff == SNIFF_YES)
		open_reader(pump, ops);
	return sniff;
}

/* Gives the reader the window's first LEN bytes; false when the file is over.
 */
static bool
feed(struct pump *pump, size_t len, bool last, enum flow *flow)
{
	struct buffer *window = &pump->window;
	size_t used = 0;

	if (!pump->reader) {
		enum sniff sniff = find_reader(pump, last);

		if (sniff == SNIFF_NO &&
		    sniffable(buffer_str(window)).len > 0) {
			pump->no_log = true;
			pump->utf16 = is_utf16(buffer_str(window));
			return false;
		}
		if (sniff != SNIFF_YES)
			return true;
	}
	*flow = pump->reader->ops->feed(
	    pump->reader, (struct str){window->ptr, len}, last, &used);
	if (used > 0 && used < window->len)
		memmove(window->ptr, window->ptr + used, window->len - used);
	window->len -= used;
	return *flow == FLOW_MORE;
}

/* Whether another format may begin with HEAD, at pump->member. Members may end
 * anywhere (bgzip's do, every 64 KiB), and what senders write into a record may
 * look like the beginning of a file: so not inside a record, and not where a
 * comma stands before the brace or `CEF:` that would tell, as in a CSV row. */
static bool
may_begin_anew(const struct pump *pump, struct str head)
{
	struct str kept = str_take(buffer_str(&pump->window), pump->member);
	struct str line;
	size_t sign, brace;

	if (!pump->reader->ops->between(pump->reader) ||
	    sniffable(kept).len > 0)
		return false;
	str_split(&head, '\n', &line);
	sign = str_find(line, STR("CEF:"));
	brace = str_find_char(line, '{');
	sign = brace < sign ? brace : sign;
	return sign == SIZE_MAX || sign < str_find_char(line, ',');
}

/* The reader looks at what it kept of the member before: it may be whole, and
 * the reader only have waited for twice as much. How much came at once must not
 * decide. */
static void
read_kept(struct pump *pump, enum flow *flow)
{
	size_t len = pump->window.len;

	if (pump->member == 0 || pump->member > KEPT_MOST)
		return;
	pump->reader->edge = true;
	feed(pump, pump->member, false, flow);
	pump->reader->edge = false;
	pump->member -= len - pump->window.len;
}

/* In what HEAD, where a member began, is to be read: in *ops with SNIFF_YES,
 * else as before. */
static enum sniff
sniff_member(struct pump *pump, struct str head, bool last,
    const struct reader_ops **ops, enum flow *flow)
{
	const struct reader *reader = pump->reader;
	enum sniff sniff = format_sniff(head, last, pump->set->rules, ops);
	enum sniff own;

	if (sniff != SNIFF_YES || *ops == reader->ops)
		return sniff;
	read_kept(pump, flow);
	head.ptr = pump->window.ptr + pump->window.len - head.len;
	if (*flow != FLOW_MORE || !may_begin_anew(pump, head))
		return SNIFF_NO;
	if (!reader->ops->goes_on)
		return sniff;
	own = reader->ops->goes_on(reader, head, last);
	return own == SNIFF_YES ? SNIFF_NO : own == SNIFF_NO ? sniff : own;
}

/* A gzip member began at pump->member: when it is in another format than the
 * one before, the reader is changed. False while more bytes are needed to
 * tell. */
static bool
settle_member(struct pump *pump, bool last, enum flow *flow)
{
	struct str head =
	    sniffable(str_drop(buffer_str(&pump->window), pump->member));
	const struct reader_ops *ops;
	enum sniff sniff;

	if (!pump->reader || head.len == 0)
		sniff = last || !pump->reader ? SNIFF_NO : SNIFF_MORE;
	else
		sniff = sniff_member(pump, head, last, &ops, flow);
	if (sniff == SNIFF_MORE)
		return false;
	if (sniff == SNIFF_YES && ops != pump->reader->ops) {
		feed(pump, pump->member, true, flow);
		pump_end(pump);
	}
	pump->member = SIZE_MAX;
	return true;
}

static bool
feed_window(struct pump *pump, bool last, enum flow *flow)
{
	if (pump->member != SIZE_MAX &&
	    (!settle_member(pump, last, flow) || *flow != FLOW_MORE))
		return *flow == FLOW_MORE;
	return feed(pump, pump->window.len, last, flow);
}

/* ---- public ---- */

void
pump_begin(struct pump *pump, const struct reader_settings *set)
{
	pump->set = set;
	pump->offset = 0;
	pump->line = 1;
	pump->member = SIZE_MAX;
	pump->no_log = false;
	pump->utf16 = false;
	buffer_clear(&pump->window);
	/* Readers step over it, be it empty. */
	buffer_reserve(&pump->window, 1);
}

bool
pump_resume(struct pump *pump, const struct reader_settings *set,
    uint64_t offset, uint64_t line, struct str state)
{
	const struct reader_ops *ops =
	    state.len ? format_reader((unsigned char)state.ptr[0]) : NULL;

	pump_begin(pump, set);
	pump->offset = offset;
	pump->line = line;
	if (!ops)
		return false;
	open_reader(pump, ops);
	if (ops->restore(pump->reader, str_drop(state, 1)))
		return true;
	pump_end(pump);
	return false;
}

char *
pump_room(struct pump *pump, size_t size)
{
	buffer_reserve(&pump->window, size);
	return pump->window.ptr + pump->window.len;
}

bool
pump_bytes(struct pump *pump, size_t count, enum flow *flow)
{
	pump->window.len += count;
	return feed_window(pump, false, flow);
}

/* Settles an earlier, very short member first. */
bool
pump_member(struct pump *pump, enum flow *flow)
{
	if (pump->member != SIZE_MAX)
		settle_member(pump, true, flow);
	if (*flow == FLOW_MORE)
		feed(pump, pump->window.len, false, flow);
	pump->member = pump->window.len;
	return *flow == FLOW_MORE;
}

void
pump_finish(struct pump *pump, enum flow *flow)
{
	if (*flow == FLOW_MORE)
		feed_window(pump, true, flow);
}

void
pump_end(struct pump *pump)
{
	if (!pump->reader)
		return;
	pump->offset = pump->reader->offset;
	pump->line = pump->reader->line;
	pump->reader->ops->close(pump->reader);
	pump->reader = NULL;
	arena_reset(&pump->arena);
}

void
pump_destroy(struct pump *pump)
{
	pump_end(pump);
	arena_destroy(&pump->arena);
	buffer_destroy(&pump->window);
}

uint64_t
pump_offset(const struct pump *pump)
{
	return pump->reader ? pump->reader->offset : pump->offset;
}

uint64_t
pump_line(const struct pump *pump)
{
	return pump->reader ? pump->reader->line : pump->line;
}

bool
pump_save(const struct pump *pump, struct buffer *state)
{
	size_t place = 0;

	if (!pump->reader || pump->member != SIZE_MAX)
		return false;
	while (format_reader(place) != pump->reader->ops)
		place++;
	buffer_putc(state, (char)place);
	return pump->reader->ops->save(pump->reader, state);
}

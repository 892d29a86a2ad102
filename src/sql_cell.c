/* SPDX-License-Identifier: MIT */
/* Fields and times of an entry as SQL. */
#include "mtrack/sql_cell.h"

#include "mtrack/sql_text.h"

/* ---- times ---- */

/* The offset of --tz, when it is one. */
static bool
fixed_offset(const struct options *options, int32_t *seconds)
{
	struct str rest = options->zone_name;

	return zone_take_offset(&rest, seconds) && rest.len == 0;
}

/* EXPR, a DateTime64 in UTC, as one that shows the zone's wall clock. */
static void
put_local(const struct options *options, const char *expr, struct buffer *out)
{
	int32_t seconds;

	if (!options->zone) {
		buffer_puts(out, str_from(expr));
	} else if (fixed_offset(options, &seconds)) {
		buffer_printf(out, "addSeconds(%s, %d)", expr, (int)seconds);
	} else {
		buffer_printf(out, "toTimeZone(%s, ", expr);
		sql_literal(options->zone_name, out);
		buffer_putc(out, ')');
	}
}

static void
put_offset(const struct options *options, const char *expr, struct buffer *out)
{
	int32_t seconds;

	if (!options->zone) {
		buffer_puts(out, STR("'Z'"));
	} else if (fixed_offset(options, &seconds)) {
		unsigned minutes =
		    (unsigned)(seconds < 0 ? -seconds : seconds) / 60;

		buffer_printf(out, "'%c%02u:%02u'", seconds < 0 ? '-' : '+',
		    minutes / 60, minutes % 60);
	} else {
		buffer_printf(
		    out, "replaceRegexpOne(formatDateTime(%s, '%%z', ", expr);
		sql_literal(options->zone_name, out);
		buffer_puts(out, STR("), '(..)$', ':\\\\1')"));
	}
}

/* Milliseconds are printed only where not zero. */
static void
put_time(const struct options *options, const char *expr, struct buffer *out)
{
	buffer_puts(out, STR("ifNull(replaceOne(replaceOne(toString("));
	put_local(options, expr, out);
	buffer_puts(out, STR("), ' ', 'T'), '.000', '') || "));
	put_offset(options, expr, out);
	buffer_puts(out, STR(", '')"));
}

/* ---- lists ---- */

/* As one text, or as a JSON array where that would not be read again as it is:
 * columns_list_text. */
static void
put_list(enum field field, const char *name, struct buffer *out)
{
	bool header = field == FIELD_HEADER_TO;

	buffer_printf(
	    out, "if(startsWith(%s[1], '[') OR arrayExists(x -> ", name);
	if (header)
		buffer_puts(out,
		    STR("x != " SQL_TRIM(
			"x") " OR match(x, '[,;]') OR "
			     "countSubstrings(x, '\"') % 2 = 1 OR "
			     "(position(x, '\"') > 0 AND position(x, '\\\\') > "
			     "0)"));
	else
		buffer_puts(out, STR("match(x, '[, \\t\\n\\x0b\\f\\r]')"));
	buffer_printf(out,
	    ", %s), toJSONString(%s), arrayStringConcat(%s, %s))", name, name,
	    name, header ? "', '" : "' '");
}

static void
put_part(const char *name, struct buffer *out)
{
	buffer_printf(out, "if(a.%s = '', '', '\"%s\":' || toJSONString(a.%s))",
	    name, name, name);
}

static void
put_attachments(struct buffer *out)
{
	buffer_puts(out,
	    STR("if(empty(attachments), '', '[' || arrayStringConcat("
		"arrayMap(a -> '{' || arrayStringConcat(arrayFilter("
		"p -> p != '', ["));
	put_part("fileName", out);
	buffer_puts(out, STR(", "));
	put_part("sha256", out);
	buffer_puts(out, STR(", "));
	put_part("status", out);
	buffer_puts(out, STR(", "));
	put_part("passwordAnalysis", out);
	buffer_puts(out, STR("]), ',') || '}', attachments), ',') || ']')"));
}

/* ---- addresses ---- */

/* The address in COLUMN, without `<` and `>` around it; case kept. */
static void
put_bare(const char *column, struct buffer *out)
{
	struct buffer trimmed = BUFFER_EMPTY;
	struct str t;

	buffer_printf(
	    &trimmed, "trim(BOTH ' \\t\\n\\x0b\\f\\r' FROM %s)", column);
	t = buffer_str(&trimmed);
	buffer_printf(out,
	    "if(match(%.*s, '\\\\A<(?s:.*)>\\\\z'), "
	    "trim(BOTH ' \\t\\n\\x0b\\f\\r' FROM "
	    "substring(%.*s, 2, length(%.*s) - 2)), %.*s)",
	    STR_ARG(t), STR_ARG(t), STR_ARG(t), STR_ARG(t));
	buffer_destroy(&trimmed);
}

static void
put_domain(const char *column, struct buffer *out)
{
	struct buffer bare = BUFFER_EMPTY;

	put_bare(column, &bare);
	buffer_printf(out,
	    "if(position(%s, '@') > 0, splitByChar('@', %.*s)[-1], '')", column,
	    STR_ARG(buffer_str(&bare)));
	buffer_destroy(&bare);
}

/* ---- cells ---- */

/* FIELD as a text. */
static void
put_text(const struct options *options, enum field field, struct buffer *out)
{
	const char *name = field_row(field)->name;

	switch (field) {
	case FIELD_TIMESTAMP:
		put_time(options, "stamp", out);
		break;
	case FIELD_GEN_TIME:
	case FIELD_DELIVERY_TIME:
		put_time(options, name, out);
		break;
	case FIELD_ACTION:
		buffer_puts(out,
		    options->action_or_reason
			? STR("if(action = '', reason, action)")
			: STR("action"));
		break;
	case FIELD_HEADER_TO:
	case FIELD_EMBEDDED_URLS:
		put_list(field, name, out);
		break;
	case FIELD_ATTACHMENTS:
		put_attachments(out);
		break;
	case FIELD_SIZE:
		buffer_puts(out, STR("ifNull(toString(size), '')"));
		break;
	case FIELD_LINE:
		buffer_puts(out, STR("toString(line)"));
		break;
	case FIELD_SENDER_DOMAIN:
		put_domain("sender", out);
		break;
	case FIELD_RECIPIENT_DOMAIN:
		put_domain("recipient", out);
		break;
	default:
		buffer_puts(out, str_from(name));
		break;
	}
}

static bool
is_plain_json(enum field field)
{
	return field == FIELD_SIZE || field == FIELD_LINE ||
	    field == FIELD_HEADER_TO || field == FIELD_EMBEDDED_URLS ||
	    field == FIELD_ATTACHMENTS;
}

void
sql_safe(enum sql_cells cells, struct str text, struct buffer *out)
{
	if (cells == SQL_CELLS_SAFE)
		buffer_printf(
		    out, "replaceRegexpAll(%.*s, hostile, '?')", STR_ARG(text));
	else if (cells == SQL_CELLS_CSV_SAFE)
		buffer_printf(out,
		    "replaceRegexpOne(%.*s, '\\\\A[=+\\\\-@\\t\\r]', "
		    "'\\'\\\\0')",
		    STR_ARG(text));
	else
		buffer_puts(out, text);
}

void
sql_cell(const struct options *options, enum field field, enum sql_cells cells,
    struct buffer *out)
{
	struct buffer text = BUFFER_EMPTY;

	if (cells == SQL_CELLS_JSON && is_plain_json(field))
		buffer_puts(out, str_from(field_row(field)->name));
	else
		put_text(options, field, &text);
	sql_safe(cells, buffer_str(&text), out);
	buffer_destroy(&text);
}

void
sql_hostile(struct buffer *out)
{
	buffer_puts(out,
	    STR("'[\\\\p{Cc}\\\\x{ad}\\\\x{61c}\\\\x{200b}\\\\x{200e}"
		"\\\\x{200f}\\\\x{2028}-\\\\x{202e}\\\\x{2060}-\\\\x{206f}"
		"\\\\x{feff}\\\\x{fff9}-\\\\x{fffb}"
		"\\\\x{e0000}-\\\\x{e007f}]'"));
}

sql_columns
sql_cell_columns(enum field field, bool action_or_reason)
{
	switch (field) {
	case FIELD_TIMESTAMP:
		return 0; /* the stamp is always there */
	case FIELD_ACTION:
		return SQL_BIT(FIELD_ACTION) |
		    (action_or_reason ? SQL_BIT(FIELD_REASON) : 0);
	case FIELD_FILE:
		return SQL_BIT(SQL_FILE);
	case FIELD_LINE:
		return SQL_BIT(SQL_LINE);
	case FIELD_SENDER_DOMAIN:
		return SQL_BIT(FIELD_SENDER);
	case FIELD_RECIPIENT_DOMAIN:
		return SQL_BIT(FIELD_RECIPIENT);
	default:
		return SQL_BIT(field);
	}
}

/* ---- keys of counts ---- */

/* The stamp as milliseconds of a clock that knows no zone, so that pieces of
 * it follow each other as the texts do. */
static void
put_wall_ms(const struct options *options, struct buffer *out)
{
	int32_t seconds;
	bool zone = options->zone && !fixed_offset(options, &seconds);

	buffer_puts(out, STR("toUnixTimestamp64Milli("));
	if (zone)
		buffer_puts(out, STR("toDateTime64(toString("));
	put_local(options, "stamp", out);
	if (zone)
		buffer_puts(out, STR("), 3, 'UTC')"));
	buffer_putc(out, ')');
}

void
sql_key_number(
    const struct options *options, const struct by_key *key, struct buffer *out)
{
	if (key->unit == BY_MONTH) {
		buffer_puts(
		    out, STR("toInt64(toYear(fromUnixTimestamp64Milli("));
		put_wall_ms(options, out);
		buffer_puts(out,
		    STR(", 'UTC')) * 12 + "
			"toMonth(fromUnixTimestamp64Milli("));
		put_wall_ms(options, out);
		buffer_puts(out, STR(", 'UTC')) - 1)"));
		return;
	}
	buffer_puts(out, STR("toInt64(floor("));
	put_wall_ms(options, out);
	buffer_printf(
	    out, " / %s))", key->unit == BY_DAY ? "86400000" : "3600000");
}

void
sql_key_text(const struct by_key *key, const char *name, struct buffer *out)
{
	switch (key->unit) {
	case BY_MONTH:
		buffer_printf(out,
		    "leftPad(toString(intDiv(%s, 12)), 4, '0') || '-' || "
		    "leftPad(toString(%s %% 12 + 1), 2, '0')",
		    name, name);
		break;
	case BY_DAY:
		buffer_printf(
		    out, "toString(addDays(toDate32('1970-01-01'), %s))", name);
		break;
	case BY_HOUR:
		buffer_printf(out,
		    "formatDateTime(fromUnixTimestamp64Milli("
		    "%s * 3600000, 'UTC'), '%%Y-%%m-%%dT%%H')",
		    name);
		break;
	case BY_FIELD:
		break;
	}
}

static void
put_items(const char *items, struct buffer *out)
{
	buffer_printf(out, "arrayJoin(if(empty(%s), [''], %s))", items, items);
}

/* Addresses and domains in lower case (SPEC 10). */
static void
put_field_key(
    const struct options *options, enum field field, struct buffer *out)
{
	switch (field) {
	case FIELD_ACTION:
		buffer_puts(out, STR("action"));
		break;
	case FIELD_SENDER:
	case FIELD_RECIPIENT:
		buffer_puts(out, STR("lower("));
		put_bare(field_row(field)->name, out);
		buffer_putc(out, ')');
		break;
	case FIELD_SENDER_DOMAIN:
	case FIELD_RECIPIENT_DOMAIN:
		buffer_puts(out, STR("lower("));
		put_text(options, field, out);
		buffer_putc(out, ')');
		break;
	case FIELD_HEADER_FROM:
		buffer_puts(out, STR("headerFromAddress"));
		break;
	case FIELD_HEADER_TO:
		put_items("headerToAddresses", out);
		break;
	case FIELD_EMBEDDED_URLS:
		put_items("embeddedUrls", out);
		break;
	case FIELD_ATTACHMENTS:
		put_items("arrayMap(a -> a.fileName, attachments)", out);
		break;
	default:
		put_text(options, field, out);
		break;
	}
}

sql_columns
sql_key_columns(const struct by_key *key)
{
	if (key->unit != BY_FIELD)
		return 0;
	if (key->field == FIELD_HEADER_FROM)
		return SQL_BIT(SQL_HEADER_FROM_ADDRESS);
	if (key->field == FIELD_HEADER_TO)
		return SQL_BIT(SQL_HEADER_TO_ADDRESSES);
	return sql_cell_columns(key->field, false);
}

void
sql_key(
    const struct options *options, const struct by_key *key, struct buffer *out)
{
	struct buffer number = BUFFER_EMPTY;

	if (key->unit == BY_FIELD) {
		put_field_key(options, key->field, out);
		return;
	}
	sql_key_number(options, key, &number);
	buffer_putc(&number, '\0');
	sql_key_text(key, number.ptr, out);
	buffer_destroy(&number);
}

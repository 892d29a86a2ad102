/* SPDX-License-Identifier: MIT */
/* --sql. The same stages as in a local run, innermost first:
 *
 *     the table, message criteria    scan: `met`
 *     LIMIT 1 BY mail and recipient  merge; records without a mail ID beside it
 *     period, state criteria         stages
 *     GROUP BY, or ORDER BY, LIMIT   group, order
 *     cells                          printer
 *
 * Where a record of an entry has no timestamp of its own, the entry's needs the
 * losers too (SPEC 2): those few go through argMax, which costs three times as
 * much. GLOBAL lets the same statement ask a Distributed table. */
#include "mtrack/sql.h"

#include <stdio.h>

#include "mtrack/days.h"
#include "mtrack/sql_cell.h"
#include "mtrack/sql_criteria.h"
#include "mtrack/sql_schema.h"
#include "mtrack/sql_text.h"
#include "mtrack/timestamp.h"

#define UNDATED "fileFirst = toDate32('1900-01-01')"
/* What ranks records of one entry (SPEC 2). */
#define LOGGED     "ifNull(genTime, timestamp)"
#define PLACE      "fileFirst, file, fileOffset, item"
#define PLACE_DESC "fileFirst DESC, file DESC, fileOffset DESC, item DESC"
/* What records of one entry have in common. */
#define ENTRY "lower(mailID), recipientAddress"
#define RANK  "(toStartOfSecond(" LOGGED "), stamped, " LOGGED ", " PLACE ")"

struct statement {
	const struct options *options;
	struct buffer *out;
	struct buffer table;
	struct buffer in_period; /* of a record and of an entry alike */
	sql_columns columns;     /* of entries, that later stages name */
	bool newest; /* the period ends with the newest day of the table */
};

static void
put(struct statement *sql, const char *text)
{
	buffer_puts(sql->out, str_from(text));
}

/* ---- the period ---- */

/* Times beyond what the engine can hold bound nothing. */
static void
put_given_period(struct statement *sql)
{
	const struct options *options = sql->options;
	struct buffer *out = &sql->in_period;

	if (options->since > SQL_TIME_LAST || options->until <= SQL_TIME_FIRST)
		buffer_puts(out, STR(" AND false"));
	else if (options->since > SQL_TIME_FIRST) {
		buffer_puts(out, STR(" AND %s >= "));
		sql_time(options->since, out);
	}
	if (options->until > SQL_TIME_FIRST &&
	    options->until <= SQL_TIME_LAST) {
		buffer_puts(out, STR(" AND %s < "));
		sql_time(options->until, out);
	}
}

static void
plan_period(struct statement *sql)
{
	const struct options *options = sql->options;
	struct buffer *out = &sql->in_period;

	if (options->period == PERIOD_GIVEN) {
		put_given_period(sql);
		return;
	}
	if (options->license->window_days == UNLIMITED)
		return;
	sql->newest = true;
	buffer_printf(out,
	    " AND %%s >= toDateTime64(newest + 1, 3, 'UTC') - INTERVAL %llu DAY"
	    " AND %%s < toDateTime64(newest + 1, 3, 'UTC')",
	    (unsigned long long)options->license->window_days);
}

/* The period put to COLUMN, unless one of the words before it holds. */
static void
put_period(struct statement *sql, const char *unless, const char *column)
{
	struct str rest = buffer_str(&sql->in_period);
	size_t at;

	if (rest.len == 0)
		return;
	buffer_printf(sql->out, "\n    AND (%s%s", unless,
	    sql->newest ? " OR " UNDATED : "");
	buffer_puts(sql->out, STR(" OR (true"));
	while ((at = str_find(rest, STR("%s"))) != SIZE_MAX) {
		buffer_puts(sql->out, str_take(rest, at));
		put(sql, column);
		rest = str_drop(rest, at + 2);
	}
	buffer_puts(sql->out, rest);
	put(sql, "))");
}

/* The days whose files a local run would read; the table is in parts by
 * them. */
static void
put_files(struct statement *sql)
{
	const struct options *options = sql->options;

	if (options->all_files || sql->in_period.len == 0)
		return;
	put(sql, "\n    AND (" UNDATED " OR (true");
	if (sql->newest) {
		buffer_printf(sql->out, " AND fileLast >= newest - %llu",
		    (unsigned long long)options->license->window_days);
	} else {
		if (options->since != INT64_MIN) {
			put(sql, " AND fileLast >= ");
			sql_day((int64_t)days_of(options->since) - 1, sql->out);
		}
		if (options->until != INT64_MAX) {
			put(sql, " AND fileFirst <= ");
			sql_day((int64_t)days_of(options->until - 1) +
				options->late,
			    sql->out);
		}
	}
	put(sql, "))");
}

/* ---- entries ---- */

/* `, NAME` for each column of entries, or `, last.N AS NAME`. */
static void
put_columns(struct statement *sql, bool numbered)
{
	unsigned number = 0;

	for (unsigned i = 0; i < SQL_COLUMNS; i++) {
		if (!(sql->columns & SQL_BIT(i)))
			continue;
		put(sql, number++ ? ", " : "");
		if (numbered)
			buffer_printf(sql->out, "last.%u AS ", number);
		put(sql, sql_column_name(i));
	}
}

static void
put_table(struct statement *sql)
{
	buffer_puts(sql->out, buffer_str(&sql->table));
}

/* The records that meet the message criteria, as a table of the statement. */
static void
put_met(struct statement *sql)
{
	put(sql, "met AS\n(\n  SELECT * FROM ");
	put_table(sql);
	put(sql, "\n  WHERE true");
	put_files(sql);
	put_period(sql, "NOT stamped", "timestamp");
	sql_criteria(sql->options->criteria, false, "\n    AND ", sql->out);
	put(sql, "\n)");
	if (!sql->options->history)
		put(sql,
		    ",\nunstamped AS\n(\n  SELECT " ENTRY
		    " FROM met WHERE mailID != '' AND NOT stamped\n)");
}

/* Records as they are. */
static void
put_records(struct statement *sql, const char *which)
{
	put(sql, "  SELECT timestamp AS stamp, ");
	put_columns(sql, false);
	put(sql, "\n  FROM met");
	put(sql, which);
	put(sql, "\n");
}

/* The last action of each mail and recipient. */
static void
put_winners(struct statement *sql)
{
	put_records(sql,
	    "\n  WHERE mailID != '' AND (" ENTRY ") GLOBAL NOT IN unstamped\n"
	    "  ORDER BY " LOGGED " DESC, " PLACE_DESC "\n  LIMIT 1 BY " ENTRY);
	put(sql,
	    "  UNION ALL\n"
	    "  SELECT multiIf(stamped, timestamp, lends, lent, oldest) AS "
	    "stamp,\n    ");
	put_columns(sql, true);
	put(sql, "\n  FROM\n  (\n  SELECT argMax((");
	put_columns(sql, false);
	put(sql,
	    "),\n      " RANK ") AS last,\n"
	    "    argMaxIf(timestamp, " RANK ", stamped) AS lent,\n"
	    "    max(stamped) AS lends, min(" LOGGED ") AS oldest\n"
	    "  FROM met\n"
	    "  WHERE mailID != '' AND (" ENTRY ") GLOBAL IN unstamped\n"
	    "  GROUP BY " ENTRY "\n"
	    "  )\n"
	    "  UNION ALL\n");
	put_records(sql, " WHERE mailID = ''");
}

/* FROM the entries that match. */
static void
put_entries(struct statement *sql)
{
	put(sql, "\nFROM\n(\n");
	if (sql->options->history)
		put_records(sql, "");
	else
		put_winners(sql);
	put(sql, ")\nWHERE true");
	put_period(sql, "stamped", "stamp");
	sql_criteria(sql->options->criteria, true, "\n  AND ", sql->out);
}

/* ---- rows ---- */

static enum sql_cells
cells_of(const struct options *options)
{
	if (str_starts(options->format, STR("json")))
		return SQL_CELLS_JSON;
	if (str_eq(options->format, STR("csv")))
		return options->csv_safe ? SQL_CELLS_CSV_SAFE : SQL_CELLS_TEXT;
	return str_eq(options->format, STR("tsv")) ? SQL_CELLS_TEXT
						   : SQL_CELLS_SAFE;
}

static void
put_order(struct statement *sql)
{
	switch (sql->options->order) {
	case ORDER_ASC:
		put(sql, "\nORDER BY stamp, " PLACE);
		break;
	case ORDER_DESC:
		put(sql, "\nORDER BY stamp DESC, " PLACE_DESC);
		break;
	case ORDER_NONE:
		put(sql, "\nORDER BY " PLACE);
		break;
	}
}

static void
put_limit(struct statement *sql, uint64_t limit, uint64_t skip)
{
	if (limit != LIMIT_NONE)
		buffer_printf(
		    sql->out, "\nLIMIT %llu", (unsigned long long)limit);
	if (skip)
		buffer_printf(
		    sql->out, "\nOFFSET %llu", (unsigned long long)skip);
}

static void
put_listing(struct statement *sql)
{
	const struct options *options = sql->options;
	const enum field *fields = options->fields;
	size_t count = options->field_count;

	if (!fields)
		fields = option_default_fields(options->format, &count);
	for (size_t i = 0; i < count; i++)
		sql->columns |=
		    sql_cell_columns(fields[i], options->action_or_reason);
	put(sql, "SELECT");
	for (size_t i = 0; i < count; i++) {
		put(sql, i ? ",\n  " : "\n  ");
		sql_cell(options, fields[i], cells_of(options), sql->out);
		put(sql, " AS ");
		put(sql, field_row(fields[i])->name);
	}
	put_entries(sql);
	put_order(sql);
	put_limit(sql, options->limit, options->skip);
}

static int64_t
clamp(uint64_t number)
{
	return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

static void
put_count(struct statement *sql)
{
	const struct options *options = sql->options;

	if (options->skip == 0 && options->limit == LIMIT_NONE)
		put(sql, "SELECT count() AS count");
	else
		buffer_printf(sql->out,
		    "SELECT least(greatest(toInt64(count()) - %lld, 0), %lld) "
		    "AS "
		    "count",
		    (long long)clamp(options->skip),
		    (long long)clamp(options->limit));
	put_entries(sql);
}

/* ---- counts per value ---- */

/* The first key that is a time, by which the rows are in order. */
static size_t
time_key(const struct options *options)
{
	size_t at = 0;

	while (at < options->by_count && options->by[at].unit == BY_FIELD)
		at++;
	return at;
}

/* The counts, a row for each time between the first and the last. */
static void
put_groups(struct statement *sql, size_t time)
{
	const struct options *options = sql->options;

	put(sql, "\nFROM\n(\nSELECT ");
	for (size_t i = 0; i < options->by_count; i++) {
		if (i == time)
			sql_key_number(options, &options->by[i], sql->out);
		else
			sql_key(options, &options->by[i], sql->out);
		buffer_printf(sql->out, " AS k%zu, ", i);
	}
	put(sql, "count() AS n");
	put_entries(sql);
	put(sql, "\nGROUP BY ");
	for (size_t i = 0; i < options->by_count; i++)
		buffer_printf(sql->out, "%sk%zu", i ? ", " : "", i);
	if (time < options->by_count)
		buffer_printf(
		    sql->out, "\nORDER BY k%zu WITH FILL STEP 1", time);
	put(sql, "\n)");
}

static void
put_counts(struct statement *sql)
{
	const struct options *options = sql->options;
	size_t time = time_key(options);
	char name[24];

	for (size_t i = 0; i < options->by_count; i++)
		sql->columns |= sql_key_columns(&options->by[i]);
	put(sql, "SELECT");
	for (size_t i = 0; i < options->by_count; i++) {
		snprintf(name, sizeof(name), "k%zu", i);
		put(sql, i ? ", " : " ");
		if (i == time)
			sql_key_text(&options->by[i], name, sql->out);
		else
			sql_safe(cells_of(options), str_from(name), sql->out);
		buffer_printf(
		    sql->out, " AS %.*s", STR_ARG(options->by[i].name));
	}
	put(sql, ", n AS count");
	put_groups(sql, time);
	put(sql, "\nORDER BY ");
	if (time < options->by_count)
		buffer_printf(sql->out, "k%zu, ", time);
	put(sql, "n DESC");
	for (size_t i = 0; i < options->by_count; i++)
		buffer_printf(sql->out, ", k%zu", i);
	put_limit(sql, options->top, 0);
}

/* ---- the end ---- */

static const struct {
	struct str format;
	const char *header; /* how the engine calls it */
	const char *plain;  /* the same with --no-header */
} forms[] = {
    {{"table", 5}, "PrettyCompactMonoBlock", "PrettyCompactMonoBlock"},
    {{"detail", 6}, "Vertical", "Vertical"},
    {{"csv", 3}, "CSVWithNames", "CSV"},
    {{"tsv", 3}, "TSVWithNames", "TSV"},
    {{"json", 4}, "JSONEachRow", "JSONEachRow"},
    {{"jsonl", 5}, "JSONEachRow", "JSONEachRow"},
};

static void
put_end(struct statement *sql)
{
	const struct options *options = sql->options;
	const char *form = "TSV"; /* of a number alone */

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (str_eq(forms[i].format, options->format) &&
		    (!options->count || options->by_count))
			form = options->no_header ? forms[i].plain
						  : forms[i].header;
	put(sql,
	    "\nSETTINGS prefer_column_name_to_alias = 1, "
	    "output_format_json_escape_forward_slashes = 0");
	if (str_eq(options->format, STR("json")))
		put(sql, ", output_format_json_array_of_rows = 1");
	buffer_printf(sql->out, "\nFORMAT %s;\n", form);
}

/* What the statement names more than once. */
static void
put_names(struct statement *sql)
{
	const struct options *options = sql->options;
	bool safe = (options->by_count || !options->count) &&
	    cells_of(options) == SQL_CELLS_SAFE;
	bool edges = sql_criteria_edges(options->criteria);

	put(sql, "WITH ");
	if (sql->newest) {
		put(sql, "(SELECT max(fileLast) FROM ");
		put_table(sql);
		put(sql, ") AS newest,\n");
	}
	if (edges) {
		sql_edge(sql->out);
		put(sql, " AS edge,\n");
	}
	if (safe) {
		sql_hostile(sql->out);
		put(sql, " AS hostile,\n");
	}
	put_met(sql);
	put(sql, "\n");
}

static void
put_statement(struct statement *sql)
{
	const struct options *options = sql->options;

	put_names(sql);
	if (options->by_count)
		put_counts(sql);
	else if (options->count)
		put_count(sql);
	else
		put_listing(sql);
	put_end(sql);
}

bool
sql_query(
    const struct options *options, struct buffer *out, struct fault *fault)
{
	struct statement sql = {.options = options,
	    .out = out,
	    .columns =
		SQL_PLACE | SQL_BIT(SQL_STAMPED) | SQL_BIT(FIELD_TIMESTAMP)};
	size_t begin = out->len;
	struct str text;

	criteria_seal(options->criteria);
	sql.columns |= sql_criteria_columns(options->criteria, true);
	sql_table(options->engine_table, &sql.table);
	plan_period(&sql);
	put_statement(&sql);
	buffer_destroy(&sql.table);
	buffer_destroy(&sql.in_period);
	text = str_drop(buffer_str(out), begin);
	if (sql_invalid(text) == SIZE_MAX)
		return true;
	return fault_set(fault,
	    "a value holds bytes that are no UTF-8, and the engine's texts "
	    "hold none: no record there can match");
}

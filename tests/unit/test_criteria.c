/* SPDX-License-Identifier: MIT */
/* Each criterion and its negated twin, put to records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optionkit.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define A64          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64          "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* A record from `sender=a@b.c|headerTo=x@y.z|attachment=NAME/HASH/STATUS/
 * PASSWORD`; times are seconds, headerTo and attachment may come again. */
struct sample {
	struct record rec;
	struct str header_to[4];
	struct attachment attachments[4];
};

static int64_t
seconds(struct str text)
{
	uint64_t number;

	assert_true(str_to_u64(text, &number));
	return (int64_t)number * 1000;
}

static void
set_attachment(struct attachment *to, struct str text)
{
	struct str *const parts[] = {
	    &to->name, &to->sha256, &to->status, &to->password};

	for (size_t i = 0; i < 4 && str_split(&text, '/', parts[i]); i++)
		;
}

static void
set_field(struct sample *sample, enum field field, struct str value)
{
	struct record *rec = &sample->rec;

	rec->present |= FIELD_BIT(field);
	switch (field_row(field)->kind) {
	case KIND_TIME:
		rec->time[field] = seconds(value);
		break;
	case KIND_NUMBER:
		assert_true(str_to_u64(value, &rec->size));
		break;
	case KIND_LIST:
		sample->header_to[rec->header_to.count++] = value;
		rec->header_to.items = sample->header_to;
		break;
	case KIND_ATTACHMENTS:
		set_attachment(
		    &sample->attachments[rec->attachment_count++], value);
		rec->attachments = sample->attachments;
		break;
	default:
		rec->text[field] = value;
	}
}

static void
make(struct sample *sample, const char *text)
{
	struct str rest = str_from(text);
	struct str part;

	*sample = (struct sample){.rec.present = 0};
	while (rest.len && str_split(&rest, '|', &part)) {
		size_t equals = str_find_char(part, '=');
		struct str name = str_take(part, equals);
		enum field field = str_eq(name, STR("attachment"))
		    ? FIELD_ATTACHMENTS
		    : field_find(name);

		assert_true(field < FIELD_COUNT);
		set_field(sample, field, str_drop(part, equals + 1));
	}
	sample->rec.stamp = record_own_stamp(&sample->rec);
}

/* The answers of both predicates to REC for LINE. */
struct verdict {
	bool message;
	bool state;
	bool has_state;
};

static struct verdict
judge(const char *line, const char *rec)
{
	struct buffer scratch = BUFFER_EMPTY;
	struct sample sample;
	struct verdict verdict;
	struct kit kit;

	make(&sample, rec);
	kit_parse(&kit, line);
	if (!kit.good) {
		kit_show(&kit);
		fail_msg("%s: refused", line);
	}
	criteria_seal(kit.options.criteria);
	verdict = (struct verdict){
	    criteria_message(kit.options.criteria, &sample.rec, &scratch),
	    criteria_state(kit.options.criteria, &sample.rec, &scratch),
	    criteria_has_state(kit.options.criteria),
	};
	/* Every record that may match must get past the prefilter: its raw
	 * bytes are those of the sample's description. */
	if (verdict.message &&
	    !prefilter_pass(
		criteria_prefilter(kit.options.criteria), str_from(rec)))
		fail_msg("%s: the prefilter drops %s", line, rec);
	buffer_destroy(&scratch);
	kit_done(&kit);
	return verdict;
}

/* SPEC 2: m is a message field's criterion, s a state field's. */
struct row {
	char kind;
	const char *line;
	const char *rec;
	bool match;
};

static void
check_row(const struct row *row, const char *line, bool match)
{
	struct verdict verdict = judge(line, row->rec);

	if ((verdict.message && verdict.state) != match)
		fail_msg("%s to %s: should %smatch", line, row->rec,
		    match ? "" : "not ");
	if (verdict.has_state != (row->kind == 's'))
		fail_msg("%s: counts as the other kind", line);
	if (!match && verdict.message != (row->kind == 's'))
		fail_msg("%s: put to the wrong records", line);
}

/* Each `--name` becomes `--not-name`; several values are a list here, not a
 * flag repeated. */
static void
check_twin(const struct row *row)
{
	char line[512];

	if (strncmp(row->line, "--", 2))
		return;
	snprintf(line, sizeof(line), "--not-%s", row->line + 2);
	check_row(row, line, !row->match);
}

/* clang-format off */
static const struct row rows[] = {
	{'m', "--direction|in", "direction=in", true},
	{'m', "--direction|IN", "direction=in", true},
	{'m', "--direction|incoming", "direction=in", true},
	{'m', "--direction|out", "direction=in", false},
	{'m', "--direction|outgoing", "direction=out", true},
	{'m', "--direction|in", "sender=a@b.c", false},
	{'m', "-d|in|-d|out", "direction=out", true},

	{'m', "--recipient|*@example.com", "recipient=User@Example.COM", true},
	{'m', "--recipient|*@example.com", "recipient=user@example.org", false},
	{'m', "--recipient|*@*", "sender=a@b.c", true},
	{'m', "--to|x@y.z,user@*", "recipient=user@example.org", true},
	{'m', "-t|x@y.z|-t|user@*", "recipient=user@example.org", true},

	{'m', "--sender|a@b.c", "sender=A@B.C", true},
	{'m', "--sender|a@b.c", "sender=<a@b.c>", true},
	{'m', "--sender|a@b.c", "sender=x@b.c", false},
	{'m', "--sender|te*t@ex*le.com", "sender=test@example.com", true},
	{'m', "--sender|<>", "recipient=a@b.c", true},
	{'m', "--sender|<>", "sender=<>", true},
	{'m', "--sender|<>", "sender=a@b.c", false},
	{'m', "--sender|*@*", "recipient=a@b.c", true},
	{'m', "--from|x@y.z,a@b.c", "sender=a@b.c", true},
	{'m', "--from|x@y.z,a@b.c", "sender=b@b.c", false},

	{'m', "--header-to|b@*", "headerTo=a@x.y|headerTo=Name <B@x.y>", true},
	{'m', "--header-to|c@*", "headerTo=a@x.y|headerTo=Name <B@x.y>", false},
	{'m', "--header-to|<>", "sender=a@b.c", true},
	{'m', "--header-to|*@x.y", "sender=a@b.c", false},
	{'m', "--header-from|a@x.y", "headerFrom=\"A, B\" <a@x.y>", true},
	{'m', "--header-from|a@x.y", "headerFrom=a@x.y", true},
	{'m', "--header-from|a@x.y", "headerFrom=b@x.y", false},

	{'s', "--type|accepted", "type=accepted", true},
	{'s', "--type|Blocked", "type=blocked", true},
	{'s', "--type|blocked", "type=accepted", false},
	{'s', "--type|blocked", "sender=a@b.c", false},
	{'s', "--block-reason|found in qil", "type=blocked|reason=Sender IP found in QIL", true},
	{'s', "--block-reason|found in dul", "type=blocked|reason=Sender IP found in QIL", false},

	{'s', "--action|delivered", "action=Delivered", true},
	{'s', "--action|delivered", "action=Deleted", false},
	{'s', "--action|delivered", "type=blocked", false},
	{'s', "--action|Temporary delivery error", "action=Temporary delivery error", true},
	{'s', "--action|temporary_delivery-error", "action=Temporary delivery error", true},
	{'s', "--action|bounced,quarantined,expired", "action=Quarantined", true},
	{'s', "--action|redirected", "action=Redirected", true},
	{'s', "--action|password analyzing", "action=Password analyzing", true},
	{'s', "--action|submitted-to-sandbox", "action=Submitted to sandbox", true},
	{'s', "--action|submitted-to-sandbox", "action=Scanning in sandbox", true},
	{'s', "--action|Scanning in sandbox", "action=Submitted to sandbox", true},
	{'s', "--action|=Deferred", "action=Deferred", true},
	{'s', "--action|=deferred", "action=Deferred", false},
	{'s', "--action|=a\\,b,delivered", "action=a,b", true},
	{'s', "--action|=Delivered", "action=Delivered", true},
	{'s', "--action|=delivered", "action=Delivered", false},

	{'m', "--subject|hello world", "subject=A World of Hello", true},
	{'m', "--subject|hello world", "subject=Hello", false},
	{'m', "--subject|\"hello world\"", "subject=Hello new world", false},
	{'m', "--subject|hello", "sender=a@b.c", false},
	{'m', "--subject|*", "subject=x", true},
	{'m', "-s|one|-s|two", "subject=two", true},
	{'m', "-s|one|--phrase|a \"b\" c*", "subject=say A \"B\" C* now", true},
	{'m', "-s|one|--phrase|two", "subject=one", true},
	{'m', "--phrase|hello", "subject=hellos", false},
	{'m', "--phrase|\"", "subject=a \" b", true},
	{'m', "--not-subject|one|--not-phrase|two", "subject=three", true},
	{'m', "--not-subject|one|--not-phrase|two", "subject=two", false},

	{'m', "--message-id|<1@x.y>", "messageID=<1@x.y>", true},
	{'m', "--message-id|1@x.y", "messageID=<1@x.y>", true},
	{'m', "--message-id|<1@x.y>", "messageID=1@x.y", true},
	{'m', "--message-id|1@X.y", "messageID=<1@x.y>", false},
	{'m', "--message-id|1@x", "messageID=<1@x.y>", false},
	{'m', "--message-id|3@x.y,2@x.y,1@x.y", "messageID=<2@x.y>", true},
	{'m', "--message-id|<5>", "messageID=5", true},
	{'m', "--message-id|1@x.y", "sender=a@b.c", false},
	{'m', "--mail-id|0F-aa", "mailID=0f-AA", true},
	{'m', "--mail-id|0f-ab,0f-ac", "mailID=0f-ad", false},

	{'m', "--sender-ip|192.0.2.1", "senderIP=192.0.2.1", true},
	{'m', "--sender-ip|192.0.2.1", "senderIP=::ffff:192.0.2.1", true},
	{'m', "--sender-ip|10.1", "senderIP=10.1.200.3", true},
	{'m', "--sender-ip|10.1.", "senderIP=10.100.1.1", false},
	{'m', "--sender-ip|10.1.0.0/20,2001:db8::/32", "senderIP=2001:DB8::7", true},
	{'m', "--sender-ip|10.1", "senderIP=unknown", false},
	{'m', "--sender-ip|10.1", "sender=a@b.c", false},
	{'s', "--delivered-to|192.0.2.1", "deliveredTo=mx.x.y[192.0.2.1]:25", true},
	{'s', "--delivered-to|192.0.2", "deliveredTo=192.0.2.9", true},
	{'s', "--delivered-to|192.0.2", "deliveredTo=none", false},

	{'m', "--upstream-tls|1.2", "upstreamTLS=TLS 1.2", true},
	{'m', "--upstream-tls|TLS 1.2", "upstreamTLS=TLS 1.2", true},
	{'m', "--upstream-tls|tls1.2", "upstreamTLS=TLSv1.2", true},
	{'m', "--upstream-tls|TLSv1.3,1.0", "upstreamTLS=TLS 1.3", true},
	{'m', "--upstream-tls|1.1", "upstreamTLS=TLS 1.2", false},
	{'m', "--upstream-tls|none", "upstreamTLS=None", true},
	{'m', "--upstream-tls|none", "sender=a@b.c", false},
	{'s', "--downstream-tls|none", "sender=a@b.c", false},
	{'s', "--downstream-tls|none", "downstreamTLS=None", true},
	{'s', "--downstream-tls|1.3", "downstreamTLS=TLS 1.3", true},

	{'m', "--attachments", "attachment=x", true},
	{'m', "--attachments", "sender=a@b.c", false},
	{'m', "--attachment-sha256|" A64, "attachment=x/" B64 "|attachment=y/" A64, true},
	{'m', "--attachment-sha256|" A64, "attachment=x/" B64, false},
	{'m', "--attachment-sha256|" B64 "," A64, "attachment=x/" B64, true},
	{'m', "--attachment-name|*.PDF", "attachment=Report.pdf", true},
	{'m', "--attachment-name|a,b.pdf", "attachment=a,b.pdf", true},
	{'m', "--attachment-name|report", "attachment=report.pdf", false},
	{'s', "--attachment-status|cleaned", "attachment=x//Cleaned", true},
	{'s', "--attachment-status|deleted,sanitized", "attachment=x//Sanitized", true},
	{'s', "--attachment-status|bypassed", "attachment=x//Cleaned", false},
	{'s', "--attachment-status|bypassed", "attachment=x", false},
	{'s', "--attachment-password|analyzed", "attachment=x///Decrypted", true},
	{'s', "--attachment-password|analyzed", "attachment=x///Not decrypted", true},
	{'s', "--attachment-password|analyzed", "attachment=x///Not analyzed", false},
	{'s', "--attachment-password|not-analyzed", "attachment=x///Not analyzed", true},
	{'s', "--attachment-password|decrypted", "attachment=x///Not decrypted", false},
	{'s', "--attachment-password|not decrypted", "attachment=x///Not decrypted", true},

	{'m', "--size|1K..2K", "size=1024", true},
	{'m', "--size|1K..2K", "size=2048", true},
	{'m', "--size|1K..2K", "size=2049", false},
	{'m', "--size|..10", "size=11", false},
	{'m', "--size|10..", "size=18446744073709551615", true},
	{'m', "--size|0..", "sender=a@b.c", false},
	{'s', "--delay|5m..", "timestamp=100|deliveryTime=400", true},
	{'s', "--delay|5m..", "timestamp=101|deliveryTime=400", false},
	{'s', "--delay|..300", "timestamp=100|deliveryTime=400", true},
	{'s', "--delay|..0", "timestamp=400|deliveryTime=100", true},
	{'s', "--delay|0..", "timestamp=400|deliveryTime=100", false},
	{'s', "--delay|0..", "timestamp=400", false},
	{'s', "--delay|0..", "deliveryTime=400", false},
};

/* These need others beside them, so that their twins are written out. */
static const struct row further[] = {
	{'s', "-d|out|--type|accepted|--dane|yes",
	    "direction=out|type=accepted|downstreamDANE=Yes", true},
	{'s', "-d|out|--type|accepted|--dane|no",
	    "direction=out|type=accepted|downstreamDANE=No", true},
	{'s', "-d|out|--type|accepted|--dane|yes|--dane|no",
	    "direction=out|type=accepted|downstreamDANE=No", true},
	{'s', "-d|out|--type|accepted|--dane|yes",
	    "direction=out|type=accepted|downstreamDANE=false", false},
	{'s', "-d|out|--type|accepted|--dane|yes", "direction=out|type=accepted", false},
	{'s', "--not-dane|yes", "downstreamDANE=Yes", false},
	{'s', "--not-dane|yes", "downstreamDANE=No", true},
	{'s', "--not-dane|yes", "sender=a@b.c", true},
	{'s', "-d|in|--type|accepted|-F", "direction=in|type=accepted|reportedRisk=Other", true},
	{'s', "-d|in|--type|accepted|-F", "direction=in|type=accepted", false},
	{'s', "--not-feedback", "reportedRisk=Spam", false},
	{'s', "--not-feedback", "sender=a@b.c", true},
	{'s', "-d|in|--type|accepted|--reported-risk|not-a-risk,phishing",
	    "direction=in|type=accepted|reportedRisk=Not a Risk", true},
	{'s', "-d|in|--type|accepted|--reported-risk|spam",
	    "direction=in|type=accepted|reportedRisk=Phishing", false},
	{'s', "-d|in|--type|accepted|--reported-risk|all",
	    "direction=in|type=accepted", false},
	{'s', "-d|in|--type|accepted|--reported-risk|all",
	    "direction=in|type=accepted|reportedRisk=Spam", true},
	{'s', "--not-reported-risk|spam", "reportedRisk=Phishing", true},
	{'s', "--not-reported-risk|spam", "reportedRisk=Spam", false},

	/* Several negated values: none may match. */
	{'m', "--not-sender|a@b.c|--not-sender|d@e.f", "sender=d@e.f", false},
	{'m', "--not-sender|a@b.c,d@e.f", "sender=g@h.i", true},
	{'m', "--sender|*@b.c|--not-sender|spam@b.c", "sender=spam@b.c", false},
	{'m', "--sender|*@b.c|--not-sender|spam@b.c", "sender=ham@b.c", true},

	/* Implied: a block reason asks for blocked mail. */
	{'s', "--block-reason|qil", "type=accepted|reason=QIL", false},
	{'s', "--block-reason|qil|--type|blocked", "type=blocked|reason=QIL", true},
	{'s', "--not-block-reason|qil", "type=accepted", true},

	/* Case is kept where --case-sensitive stands, wherever it stands. */
	{'m', "--subject|Hello|--case-sensitive", "subject=hello", false},
	{'m', "--case-sensitive|--subject|Hello", "subject=Hello", true},
	{'m', "--case-sensitive|--attachment-name|*.PDF", "attachment=a.pdf", false},
	{'s', "--case-sensitive|--block-reason|QIL", "type=blocked|reason=qil", false},
	{'m', "--case-sensitive|--sender|A@b.c", "sender=a@b.c", true},

	/* `all` and blank values leave a criterion out ... */
	{'-', "--action|all", "type=blocked", true},
	{'-', "--upstream-tls|ALL|--downstream-tls|all|--dane|all", "sender=a@b.c", true},
	{'-', "--sender|", "sender=a@b.c", true},
	{'-', "--sender| |--sender|x@y.z", "sender=a@b.c", true},
	{'-', "--subject||--size||--message-id||--block-reason|", "sender=a@b.c", true},
	{'-', "--direction||--type||--action||--delay||--reported-risk|", "sender=a@b.c", true},
	/* ... but for attachments, where they are as -A. */
	{'m', "--attachment-status|all", "sender=a@b.c", false},
	{'m', "--attachment-status|all", "attachment=x", true},
	{'m', "--attachment-name|", "sender=a@b.c", false},
	{'m', "--attachment-sha256|", "attachment=x", true},

	/* One and the same attachment; state as soon as status is asked. */
	{'m', "--attachment-name|a.*|--attachment-sha256|" A64, "attachment=a.x/" A64, true},
	{'m', "--attachment-name|a.*|--attachment-sha256|" A64,
	    "attachment=a.x/" B64 "|attachment=b.x/" A64, false},
	{'s', "--attachment-name|a.*|--attachment-status|cleaned",
	    "attachment=a.x//Deleted|attachment=b.x//Cleaned", false},
	{'s', "--attachment-name|a.*|--attachment-status|cleaned",
	    "attachment=b.x//Cleaned|attachment=a.x//Cleaned", true},
	{'s', "--attachment-sha256|" A64 "|--attachment-password|analyzed",
	    "attachment=a.x/" A64 "//Not analyzed", false},
	/* Negated: any attachment that matches drops the record. */
	{'m', "--not-attachment-name|a.*", "attachment=b.x|attachment=a.x", false},
	{'m', "--not-attachment-name|a.*", "sender=a@b.c", true},
};
/* clang-format on */

static void
answers_each_criterion_and_its_twin(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool repeated = rows[i].line[1] != '-' ||
		    !strncmp(rows[i].line, "--not-", 6) ||
		    strstr(rows[i].line, "|-");

		check_row(&rows[i], rows[i].line, rows[i].match);
		/* The implied type is none of the twin's. */
		if (!repeated)
			check_twin(&rows[i]);
	}
}

static void
answers_what_stands_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(further); i++)
		check_row(&further[i], further[i].line, further[i].match);
}

static void
tests_the_period_of_records_with_a_timestamp(void **state)
{
	struct buffer scratch = BUFFER_EMPTY;
	struct arena arena;
	struct criteria *criteria;
	struct sample sample;

	(void)state;
	arena_init(&arena);
	criteria = criteria_new(&arena);
	criteria_period(criteria, 100000, 200000);
	criteria_seal(criteria);
	make(&sample, "timestamp=100");
	assert_true(criteria_message(criteria, &sample.rec, &scratch));
	make(&sample, "timestamp=199");
	assert_true(criteria_message(criteria, &sample.rec, &scratch));
	make(&sample, "timestamp=200");
	assert_false(criteria_message(criteria, &sample.rec, &scratch));
	make(&sample, "timestamp=99");
	assert_false(criteria_message(criteria, &sample.rec, &scratch));
	/* Put to the entry, after merging. */
	make(&sample, "genTime=500");
	assert_true(criteria_message(criteria, &sample.rec, &scratch));
	assert_false(criteria_in_period(criteria, 500000));
	assert_true(criteria_in_period(criteria, 100000));
	assert_false(criteria_in_period(criteria, 200000));
	assert_int_equal(
	    criteria_message_fields(criteria), FIELD_BIT(FIELD_TIMESTAMP));
	buffer_destroy(&scratch);
	arena_destroy(&arena);
}

static void
names_the_fields_that_it_needs(void **state)
{
	/* clang-format off */
	static const struct {
		const char *line;
		fieldset message;
		fieldset state;
	} cases[] = {
		{"", 0, 0},
		{"-f|a@b.c", FIELD_BIT(FIELD_SENDER), 0},
		{"--not-sender|a@b.c|-a|deleted", FIELD_BIT(FIELD_SENDER),
		    FIELD_BIT(FIELD_ACTION)},
		{"--delay|1..", 0, FIELD_BIT(FIELD_DELIVERY_TIME) |
		    FIELD_BIT(FIELD_TIMESTAMP) | FIELD_BIT(FIELD_GEN_TIME)},
		{"--attachment-name|x", FIELD_BIT(FIELD_ATTACHMENTS), 0},
		{"--attachment-name|x|--attachment-status|cleaned",
		    FIELD_BIT(FIELD_ATTACHMENTS), FIELD_BIT(FIELD_ATTACHMENTS)},
		{"-A|--attachment-status|cleaned", FIELD_BIT(FIELD_ATTACHMENTS),
		    FIELD_BIT(FIELD_ATTACHMENTS)},
		{"--block-reason|x", 0,
		    FIELD_BIT(FIELD_TYPE) | FIELD_BIT(FIELD_REASON)},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct kit kit;

		kit_parse(&kit, cases[i].line);
		assert_true(kit.good);
		criteria_seal(kit.options.criteria);
		if (criteria_message_fields(kit.options.criteria) !=
			cases[i].message ||
		    criteria_state_fields(kit.options.criteria) !=
			cases[i].state)
			fail_msg("row %zu: %s", i, cases[i].line);
		kit_done(&kit);
	}
}

static void
print_prefilter(const struct prefilter *filter, struct buffer *out)
{
	buffer_clear(out);
	for (size_t i = 0; i < filter->count; i++) {
		const struct literal_group *group = &filter->groups[i];

		buffer_putc(out, group->fold ? '~' : '=');
		for (size_t j = 0; j < group->count; j++)
			buffer_printf(
			    out, "[%.*s]", STR_ARG(group->literals[j]));
	}
}

static void
finds_literals_that_every_match_holds(void **state)
{
	/* clang-format off */
	static const struct {
		const char *line;
		const char *literals;
	} cases[] = {
		{"", ""},
		{"-f|User@Example.com", "~[user@example.com]"},
		{"-f|*@example.com", "~[@example.com]"},
		{"-f|*@example.com,x@y.z", "~[@example.com][x@y.z]"},
		{"-f|*@*", ""},
		{"-f|a@b.c,<>", ""},
		{"--not-sender|a@b.c", ""},
		{"-m|<Abc@x.y>", "=[Abc@x.y]"},
		{"-m|a\"bcd@x.y", "=[bcd@x.y]"},
		{"-m|ab", ""},
		{"--mail-id|0F-AA", "~[0f-aa]"},
		{"-i|192.0.2.1", "~[192.0.2.1][:ffff:]"},
		{"-i|192.0.2", ""},
		{"-i|2001:db8::1", ""},
		{"--delivered-to|192.0.2.1", ""},
		{"--attachment-sha256|" A64, "~[" A64 "]"},
		/* As soon as status is asked the rule is a state criterion. */
		{"--attachment-sha256|" A64 "|--attachment-status|cleaned", ""},
		{"--attachment-name|report.pdf", ""},
		{"-a|delivered|--type|accepted", ""},
		/* The longer, the more selective. */
		{"-f|a@b.c|-m|123456789@x.y|--to|*@example.com",
		    "=[123456789@x.y]~[@example.com]~[a@b.c]"},
		{"-f|a@b.cc|-t|a@b.ccc|--header-to|a@b.cccc|"
		    "--header-from|a@b.c|-m|longest@b.ccccc",
		    "=[longest@b.ccccc]~[a@b.cccc]~[a@b.ccc]~[a@b.cc]"},
		{"--case-sensitive|-s|Hello", "=[Hello]"},
		{"-s|\"a\\\"bcde\"", "~[bcde]"},
		{"-f|a\xc3\xa4xyz@b.c", "~[xyz@b.c]"},
	};
	/* clang-format on */
	struct buffer out = BUFFER_EMPTY;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct kit kit;

		kit_parse(&kit, cases[i].line);
		kit_show(&kit);
		assert_true(kit.good);
		criteria_seal(kit.options.criteria);
		print_prefilter(criteria_prefilter(kit.options.criteria), &out);
		if (!str_eq(buffer_str(&out), str_from(cases[i].literals)))
			fail_msg("row %zu (%s): %.*s", i, cases[i].line,
			    STR_ARG(buffer_str(&out)));
		kit_done(&kit);
	}
	buffer_destroy(&out);
}

static void
leaves_out_lists_too_long_for_a_prefilter(void **state)
{
	char line[512] = "-m|";
	struct kit kit;

	(void)state;
	for (int i = 0; i <= LITERALS_MAX; i++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line),
		    "%sid%02d@x.y", i ? "," : "", i);
	kit_parse(&kit, line);
	assert_true(kit.good);
	criteria_seal(kit.options.criteria);
	assert_int_equal(criteria_prefilter(kit.options.criteria)->count, 0);
	kit_done(&kit);
}

/* Many patterns are looked up, few are tried: both must answer alike. */
static void
answers_many_addresses_as_it_does_few(void **state)
{
	static const char *const patterns[] = {"a@b.c", "*@x.y", "te*t@e.f",
	    "g@*", "\"q@q\"@r.s", "*@*.sub.z", "<>", "n@o.p", "*@u.v", "w@x.z"};
	static const char *const addresses[] = {"", "A@B.C", "b@b.c", "a@b.cc",
	    "any@X.Y", "@x.y", "\"a@b\"@x.y", "x.y", "a@x.y.z", "test@e.f",
	    "tet@e.f", "g@anything", "h@anything", "\"Q@q\"@r.s", "q@r.s",
	    "a@b.sub.z", "a@sub.z", "<>", "<n@o.p>", "aa@b.c", "@", "a@",
	    "w@x.z", "x@u.v", "u.v@", "@u.v@"};
	struct buffer scratch = BUFFER_EMPTY;
	struct criteria *each[COUNT(patterns)];
	struct criteria *all;
	struct arena arena;
	struct fault fault;

	(void)state;
	arena_init(&arena);
	all = criteria_new(&arena);
	for (size_t i = 0; i < COUNT(patterns); i++) {
		each[i] = criteria_new(&arena);
		assert_true(criteria_add(each[i], CRITERION_SENDER, false,
		    str_from(patterns[i]), &fault));
		assert_true(criteria_add(all, CRITERION_SENDER, false,
		    str_from(patterns[i]), &fault));
		criteria_seal(each[i]);
	}
	criteria_seal(all);
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct record rec = {.present = FIELD_BIT(FIELD_SENDER)};
		bool any = false;

		rec.text[FIELD_SENDER] = str_from(addresses[i]);
		for (size_t j = 0; j < COUNT(patterns); j++)
			any |= criteria_message(each[j], &rec, &scratch);
		if (criteria_message(all, &rec, &scratch) != any)
			fail_msg("`%s`: should %smatch", addresses[i],
			    any ? "" : "not ");
	}
	buffer_destroy(&scratch);
	arena_destroy(&arena);
}

static void
tells_which_criterion_rejects(void **state)
{
	struct buffer scratch = BUFFER_EMPTY;
	struct sample sample;
	enum criterion which;
	struct kit kit;
	bool negated;
	bool met;

	(void)state;
	kit_parse(&kit,
	    "-f|a@b.c|--not-action|deleted|--attachment-name|a.*|"
	    "--attachment-status|cleaned");
	assert_true(kit.good);
	criteria_seal(kit.options.criteria);
	make(&sample,
	    "sender=a@b.c|action=Deleted|attachment=a.x//Deleted|"
	    "attachment=b.x//Cleaned");
	assert_true(criteria_test(kit.options.criteria, 0, &sample.rec,
	    &scratch, &which, &negated, &met));
	assert_int_equal(which, CRITERION_SENDER);
	assert_true(met && !negated);
	assert_true(criteria_test(kit.options.criteria, 1, &sample.rec,
	    &scratch, &which, &negated, &met));
	assert_int_equal(which, CRITERION_ACTION);
	assert_true(!met && negated);
	/* Each is met by some attachment, together they are not: one of the
	 * two, the later tested, must say so. */
	assert_true(criteria_test(kit.options.criteria, 2, &sample.rec,
	    &scratch, &which, &negated, &met));
	assert_int_equal(which, CRITERION_ATTACHMENT_NAME);
	assert_false(met);
	assert_true(criteria_test(kit.options.criteria, 3, &sample.rec,
	    &scratch, &which, &negated, &met));
	assert_int_equal(which, CRITERION_ATTACHMENT_STATUS);
	assert_true(met);
	assert_true(criteria_test(kit.options.criteria, 4, &sample.rec,
	    &scratch, &which, &negated, &met));
	assert_int_equal(which, CRITERION_ATTACHMENTS); /* implied */
	assert_true(met);
	assert_false(criteria_test(kit.options.criteria, 5, &sample.rec,
	    &scratch, &which, &negated, &met));
	buffer_destroy(&scratch);
	kit_done(&kit);
}

static void
explains_what_was_understood(void **state)
{
	static const char expected[] =
	    "period: from 2026-10-01T00:00:00Z to before "
	    "2026-10-02T00:00:00Z\n"
	    "sender: a@b.c or *@x.y or <> (the null sender)\n"
	    "not recipient: any, the null sender included\n"
	    "action: delivered or submitted-to-sandbox or =Deferred\n"
	    "message-id: 1@x.y or 2@x.y\n"
	    "sender-ip: 10.1.0.0/16 or 2001:db8::/32\n"
	    "size: 1024.. bytes or ..10 bytes\n"
	    "delay: 60..120 seconds\n"
	    "attachments: any\n";
	struct buffer out = BUFFER_EMPTY;
	struct kit kit;

	(void)state;
	kit_parse(&kit,
	    "-S|2026-10-01|-U|2026-10-01|-f|A@b.c,*@x.y,<>|"
	    "--not-recipient|*@*|-a|=Deferred,Scanning in sandbox,delivered|"
	    "-m|<2@x.y>,1@x.y|-i|10.1,2001:db8::/32|--size|1K..|--size|..10|"
	    "--delay|1m..2m|-A");
	kit_show(&kit);
	assert_true(kit.good);
	criteria_period(
	    kit.options.criteria, kit.options.since, kit.options.until);
	criteria_seal(kit.options.criteria);
	criteria_explain(kit.options.criteria, &out);
	buffer_putc(&out, '\0');
	assert_string_equal(out.ptr, expected);
	buffer_destroy(&out);
	kit_done(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_each_criterion_and_its_twin),
	    cmocka_unit_test(answers_what_stands_together),
	    cmocka_unit_test(tests_the_period_of_records_with_a_timestamp),
	    cmocka_unit_test(names_the_fields_that_it_needs),
	    cmocka_unit_test(finds_literals_that_every_match_holds),
	    cmocka_unit_test(leaves_out_lists_too_long_for_a_prefilter),
	    cmocka_unit_test(answers_many_addresses_as_it_does_few),
	    cmocka_unit_test(tells_which_criterion_rejects),
	    cmocka_unit_test(explains_what_was_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Makes large archives for measuring: daily files of invented mail tracking
 * records, the same bytes for the same arguments on every machine.
 *
 *     mkdata [--days N] [--records-per-day M] [--format json|csv|cef]
 *            [--seed S] [--start YYYY-MM-DD] [--plain] [-j PROCESSES] DIR
 *
 * Every mail is a function of (seed, day, place in the day), so days can be
 * made side by side and a last action can be logged days after its mail.
 * M counts mails; repeated polls and last actions add about 3 % of lines.
 *
 * Known answers: needle.sender@rare-domain.example has exactly 3 records in
 * the whole archive, ten.a.day@regular-domain.example 10 a day (both given at
 * least 10 mails a day), and `invoice` stands in 1 % of the subjects. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#define NEEDLE  "needle.sender@rare-domain.example"
#define REGULAR "ten.a.day@regular-domain.example"
#define NEEDLES 3
#define DAY     86400
#define POLLS   288 /* a day: one every five minutes */
/* One mail in so many is logged with a transient state first. */
#define TRANSIENT_EVERY 50
#define DAYS_MAX        36500
#define RECORDS_MAX     100000000
#define TEXT_BYTES      (1u << 20)
#define FLUSH_BYTES     (TEXT_BYTES - (64u << 10)) /* a record is far smaller */

struct text {
	char *ptr;
	size_t len;
};

struct plan {
	long days;
	long per_day;
	uint64_t seed;
	int64_t start; /* Unix seconds, midnight */
	bool plain;
	long processes;
	const struct form *form;
	const char *dir;
};

struct file {
	char name[64];
	char hash[65];
};

struct mail {
	int64_t received; /* Unix seconds */
	int64_t logged;
	int64_t delivered; /* 0: never */
	bool out;
	bool blocked;
	const char *action;
	const char *reason;
	char sender[96];
	char recipient[96];
	char others[2][96]; /* further header To addresses */
	int other_count;
	char subject[200];
	char message_id[96];
	char mail_id[40];
	long size;
	char ip[48];
	char delivered_to[96];
	const char *up;
	const char *down; /* NULL: nothing was sent on */
	char details[200];
	struct file files[2];
	int file_count;
	char urls[3][96];
	int url_count;
};

struct form {
	const char *name;
	const char *suffix;
	const char *header; /* first line of each file, or NULL */
	void (*put)(struct text *text, const struct mail *mail);
};

/* ---- chance ---- */

static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint64_t
next(uint64_t *state)
{
	return mix(++*state);
}

static unsigned
below(uint64_t *state, unsigned limit)
{
	return (unsigned)((next(state) >> 32) * limit >> 32);
}

/* A rank from 0 to COUNT-1, rank r about as often as 1/(r+1) (Zipf's law). */
static unsigned
zipf(uint64_t *state, unsigned count)
{
	double u = (double)(next(state) >> 11) * 0x1p-53;
	unsigned rank = (unsigned)(exp(u * log((double)count + 1)) - 1);

	return rank < count ? rank : count - 1;
}

/* ---- text ---- */

static void
put_bytes(struct text *text, const char *bytes, size_t len)
{
	memcpy(text->ptr + text->len, bytes, len);
	text->len += len;
}

static void
put(struct text *text, const char *s)
{
	put_bytes(text, s, strlen(s));
}

static void
put_char(struct text *text, char c)
{
	text->ptr[text->len++] = c;
}

static void
put_number(struct text *text, long number, int width)
{
	char digits[24];
	int count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (width-- > count)
		put_char(text, '0');
	while (count > 0)
		put_char(text, digits[--count]);
}

/* Howard Hinnant's days-to-civil, for dates after 1970. */
static void
put_date(struct text *text, int64_t seconds)
{
	int64_t z = seconds / DAY + 719468;
	int64_t era = z / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	put_number(text, (long)(yoe + era * 400 + (month <= 2)), 4);
	put_char(text, '-');
	put_number(text, (long)month, 2);
	put_char(text, '-');
	put_number(text, (long)(doy - (153 * mp + 2) / 5 + 1), 2);
}

static void
put_time(struct text *text, int64_t seconds)
{
	long rest = (long)(seconds % DAY);

	put_date(text, seconds);
	put_char(text, 'T');
	put_number(text, rest / 3600, 2);
	put_char(text, ':');
	put_number(text, rest / 60 % 60, 2);
	put_char(text, ':');
	put_number(text, rest % 60, 2);
	put_char(text, 'Z');
}

static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719469;
}

/* ---- words ---- */

/* clang-format off */
static const char *const first_names[] = {
	"anna", "ben", "carla", "david", "elena", "farid", "greta", "hiro", "ines", "jonas", "kate",
	"liam", "maria", "nils", "olga", "paul", "quinn", "rosa", "sven", "tara", "uwe", "vera",
	"wei", "xenia", "yuki", "zoe",
};
static const char *const last_names[] = {
	"abe", "baker", "costa", "dupont", "evans", "fischer", "garcia", "huber", "ito", "jensen",
	"keller", "lopez", "meyer", "novak", "olsen", "petrov", "quist", "rossi", "silva", "tanaka",
	"ueda", "vogel", "weber", "xu", "young", "zhang",
};
static const char *const own_domains[] = {
	"example.com", "example.com", "example.com", "example.org", "mail.example.org",
};
static const char *const far_domains[] = {
	"example.net", "news.example.net", "shop.test", "billing.test", "partner.example",
};
static const char *const words[] = {
	"quarterly", "report", "meeting", "update", "project", "delivery", "notice", "schedule",
	"account", "newsletter", "order", "shipment", "question", "about", "your", "the", "new",
	"monthly", "status", "review", "contract", "draft", "team", "lunch", "travel", "request",
	"confirmation", "reminder", "survey", "results", "offer", "webinar", "ticket", "support",
};
static const char *const foreign_subjects[] = {
	"Angebot f\xc3\xbcr die Stra\xc3\x9f" "enbeleuchtung",
	"R\xc3\xa9union d\xc3\xa9plac\xc3\xa9" "e \xc3\xa0 jeudi",
	"\xe4\xbc\x9a\xe8\xad\xb0\xe3\x81\xae\xe3\x81\x8a\xe7\x9f\xa5\xe3\x82\x89\xe3\x81\x9b",
	"\xd0\x9e\xd1\x82\xd1\x87\xd1\x91\xd1\x82 \xd0\xb7\xd0\xb0 \xd0\xbd\xd0\xb5\xd0\xb4\xd0\xb5\xd0\xbb\xd1\x8e",
	"\xe6\x9c\x88\xe5\xba\xa6\xe6\x8a\xa5\xe5\x91\x8a",
};
static const char *const actions[] = {
	"Delivered", "Delivered", "Delivered", "Delivered", "Delivered", "Delivered", "Delivered",
	"Delivered", "Delivered", "Delivered", "Delivered", "Delivered", "Delivered", "Delivered",
	"Quarantined", "Quarantined", "Deleted", "Bounced", "Redirected", "Expired",
};
static const char *const reasons[] = {
	"Sender IP found in QIL", "Sender IP found in QIL", "Sender IP found in KSSL",
	"Sender IP found in DUL", "Sender IP found in ETL", "Sender IP found in block list",
	"Sender blocked", "Recipient invalid", "Recipient invalid", "Sender domain not found",
	"TLS not available", "Message too big", "Rate limit temporarily exceeded",
};
static const char *const suffixes[] = { "pdf", "pdf", "docx", "xlsx", "zip", "png", "ics", "eml" };
static const char *const tls[] = { "TLS 1.3", "TLS 1.3", "TLS 1.2", "TLS 1.2", "TLS 1.0", "None" };
/* clang-format on */

#define COUNT(table)       ((unsigned)(sizeof(table) / sizeof(*(table))))
#define PICK(state, table) ((table)[below((state), COUNT(table))])

/* A person's address: the same rank is always the same person. */
static void
address(char *to, size_t size, unsigned rank, const char *const *domains,
    unsigned domain_count)
{
	uint64_t r = mix(rank);
	const char *first = first_names[r % COUNT(first_names)];
	const char *last = last_names[(r >> 16) % COUNT(last_names)];
	const char *domain = domains[(r >> 32) % domain_count];

	if (domains == far_domains && rank >= 40)
		snprintf(to, size, "%s.%s%u@host%u.%s", first, last, rank,
		    rank / 7, domain);
	else
		snprintf(to, size, "%s.%s%u@%s", first, last, rank, domain);
}

static void
make_subject(struct mail *mail, uint64_t *state)
{
	unsigned kind = below(state, 1000);
	size_t len = 0;
	unsigned count = 3 + below(state, 6);

	if (kind < 60) {
		snprintf(mail->subject, sizeof(mail->subject), "%s %u",
		    PICK(state, foreign_subjects), below(state, 10000));
		return;
	}
	if (kind < 260)
		len = (size_t)snprintf(
		    mail->subject, 64, "%s: ", kind < 160 ? "RE" : "Fwd");
	if (kind >= 988)
		len = (size_t)snprintf(mail->subject, 64, "Invoice %u, ",
		    100000 + below(state, 900000));
	while (count-- > 0)
		len += (size_t)snprintf(mail->subject + len, 24, "%s%s",
		    PICK(state, words), count ? " " : "");
	if (kind > 600)
		snprintf(mail->subject + len, 24, " #%u", below(state, 100000));
}

static void
make_files(struct mail *mail, uint64_t *state)
{
	unsigned kind = below(state, 100);

	mail->file_count = kind < 82 ? 0 : kind < 96 ? 1 : 2;
	for (int i = 0; i < mail->file_count; i++) {
		struct file *file = &mail->files[i];

		snprintf(file->name, sizeof(file->name), "%s-%u.%s",
		    PICK(state, words), below(state, 100000),
		    PICK(state, suffixes));
		snprintf(file->hash, sizeof(file->hash),
		    "%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64,
		    next(state), next(state), next(state), next(state));
	}
}

static void
make_urls(struct mail *mail, uint64_t *state)
{
	unsigned kind = below(state, 100);

	mail->url_count = kind < 55 ? 0 : kind < 80 ? 1 : kind < 94 ? 2 : 3;
	for (int i = 0; i < mail->url_count; i++)
		snprintf(mail->urls[i], sizeof(mail->urls[i]),
		    "https://www%u.example.net/%s/%s?id=%u", below(state, 500),
		    PICK(state, words), PICK(state, words),
		    below(state, 1000000));
}

/* ---- mails ---- */

static bool
is_needle(const struct plan *plan, long day, long place)
{
	for (long n = 0; n < NEEDLES; n++)
		if (day == plan->days * (2 * n + 1) / (2 * NEEDLES) &&
		    place == plan->per_day * (n + 1) / (NEEDLES + 2))
			return true;
	return false;
}

static bool
is_regular(const struct plan *plan, long place)
{
	long step = plan->per_day < 10 ? 1 : plan->per_day / 10;

	return place % step == step / 2 && place / step < 10;
}

static bool
is_transient(const struct plan *plan, long day, long place)
{
	return place % TRANSIENT_EVERY == 7 && !is_needle(plan, day, place) &&
	    !is_regular(plan, place);
}

static uint64_t
seed_of(const struct plan *plan, long day, long place)
{
	return mix(plan->seed ^ mix((uint64_t)day << 40 ^ (uint64_t)place));
}

static int64_t
logged_at(const struct plan *plan, long day, long place)
{
	return plan->start + day * DAY + (int64_t)place * DAY / plan->per_day;
}

static void
make_people(struct mail *mail, const struct plan *plan, long day, long place,
    uint64_t *state)
{
	char *inside = mail->out ? mail->sender : mail->recipient;
	char *outside = mail->out ? mail->recipient : mail->sender;

	address(inside, sizeof(mail->sender), zipf(state, 5000), own_domains,
	    COUNT(own_domains));
	address(outside, sizeof(mail->sender), zipf(state, 2000000),
	    far_domains, COUNT(far_domains));
	mail->other_count = (int)(below(state, 100) < 85 ? 0 : below(state, 3));
	for (int i = 0; i < mail->other_count; i++)
		address(mail->others[i], sizeof(mail->others[i]),
		    zipf(state, 5000), own_domains, COUNT(own_domains));
	if (!mail->out && !mail->blocked && below(state, 100) < 2)
		mail->sender[0] = '\0'; /* a bounce of theirs */
	if (is_needle(plan, day, place))
		snprintf(mail->sender, sizeof(mail->sender), NEEDLE);
	else if (is_regular(plan, place))
		snprintf(mail->sender, sizeof(mail->sender), REGULAR);
}

static void
make_ids(struct mail *mail, uint64_t *state)
{
	uint64_t a = next(state);
	uint64_t b = next(state);
	const char *at = strchr(mail->sender, '@');

	snprintf(mail->mail_id, sizeof(mail->mail_id),
	    "%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-a%03" PRIx64
	    "-%012" PRIx64,
	    a >> 32, a >> 16 & 0xffff, a & 0xfff, b >> 52, b & 0xffffffffffff);
	a = next(state);
	snprintf(mail->message_id, sizeof(mail->message_id),
	    "<%08" PRIx64 ".%012" PRIx64 "@%.60s>", a & 0xffffffff,
	    next(state) & 0xffffffffffff, at ? at + 1 : "example.net");
}

static void
make_way(struct mail *mail, uint64_t *state)
{
	unsigned rank = zipf(state, 60000);
	uint64_t r = mix(rank ^ 0x1b);

	if (below(state, 100) < 6)
		snprintf(mail->ip, sizeof(mail->ip), "2001:db8:%x:%x::%x",
		    (unsigned)(r & 0xffff), (unsigned)(r >> 16 & 0xff),
		    1 + (unsigned)(r >> 24 & 0xff));
	else
		snprintf(mail->ip, sizeof(mail->ip), "%s.%u",
		    (r & 3) == 0       ? "192.0.2"
			: (r & 3) == 1 ? "198.51.100"
				       : "203.0.113",
		    (unsigned)(r >> 8 & 0xff));
	mail->up = PICK(state, tls);
	mail->down = NULL;
	mail->details[0] = '\0';
	mail->delivered_to[0] = '\0';
	mail->delivered = 0;
}

static void
set_delivered(struct mail *mail, uint64_t *state)
{
	unsigned host = below(state, 8);

	snprintf(mail->delivered_to, sizeof(mail->delivered_to),
	    "mx%u.%s[203.0.113.%u]:25", host,
	    mail->out ? "example.net" : "example.com", 10 + host);
	mail->down = PICK(state, tls);
	mail->delivered = mail->logged;
	snprintf(mail->details, sizeof(mail->details),
	    "250 2.0.0 Ok: queued as %010" PRIX64, next(state) >> 24);
}

/* The state a mail has in the end; SEED_OF a mail of its own, so that it is
 * the same on whichever day it is logged. */
static void
set_last(struct mail *mail, uint64_t state)
{
	mail->action = PICK(&state, actions);
	if (!strcmp(mail->action, "Delivered"))
		set_delivered(mail, &state);
	else if (!strcmp(mail->action, "Bounced"))
		snprintf(mail->details, sizeof(mail->details),
		    "550 5.1.1 <%s>: user unknown", mail->recipient);
}

static void
set_transient(struct mail *mail, bool sandbox)
{
	mail->action =
	    sandbox ? "Scanning in sandbox" : "Temporary delivery error";
	if (!sandbox)
		snprintf(mail->details, sizeof(mail->details),
		    "451 4.7.1 try again later");
}

static void
make_mail(struct mail *mail, const struct plan *plan, long day, long place)
{
	uint64_t state = seed_of(plan, day, place);
	bool plain = is_transient(plan, day, place) ||
	    is_needle(plan, day, place) || is_regular(plan, place);

	mail->logged = logged_at(plan, day, place);
	mail->received = mail->logged - 1 - below(&state, 79);
	mail->blocked = !plain && below(&state, 100) < 15;
	mail->out = !plain && below(&state, 100) < 30;
	mail->action = NULL;
	mail->reason = NULL;
	mail->size = 1500 + (long)below(&state, 60000);
	make_people(mail, plan, day, place, &state);
	make_ids(mail, &state);
	make_subject(mail, &state);
	make_files(mail, &state);
	make_urls(mail, &state);
	make_way(mail, &state);
	for (int i = 0; i < mail->file_count; i++)
		mail->size += (long)below(&state, 3000000);
	if (mail->blocked)
		mail->reason = PICK(&state, reasons);
	else
		set_last(mail, seed_of(plan, day, place) + 1000);
}

/* ---- JSON, as the API gives it ---- */

static void
put_json_string(struct text *text, const char *s)
{
	put_char(text, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			put_char(text, '\\');
		put_char(text, *s);
	}
	put_char(text, '"');
}

static void
put_json_pair(struct text *text, const char *key, const char *value)
{
	put(text, ",\"");
	put(text, key);
	put(text, "\":");
	put_json_string(text, value);
}

static void
put_json_time(struct text *text, const char *key, int64_t seconds)
{
	put(text, key);
	put_time(text, seconds);
	put_char(text, '"');
}

static void
put_files(struct text *text, const struct mail *mail)
{
	put_char(text, '[');
	for (int i = 0; i < mail->file_count; i++) {
		put(text, i ? ",{\"fileName\":" : "{\"fileName\":");
		put_json_string(text, mail->files[i].name);
		put_json_pair(text, "sha256", mail->files[i].hash);
		put_char(text, '}');
	}
	put_char(text, ']');
}

static void
put_urls(struct text *text, const struct mail *mail)
{
	put_char(text, '[');
	for (int i = 0; i < mail->url_count; i++) {
		if (i)
			put_char(text, ',');
		put_json_string(text, mail->urls[i]);
	}
	put_char(text, ']');
}

static void
put_tls(struct text *text, const struct mail *mail)
{
	put(text, "upstreamTLS: ");
	put(text, mail->up);
	if (mail->down) {
		put(text, "; downstreamTLS: ");
		put(text, mail->down);
	}
}

/* What only accepted traffic has. */
static void
put_json_accepted(struct text *text, const struct mail *mail)
{
	put_json_pair(text, "messageID", mail->message_id);
	put_json_pair(text, "subject", mail->subject);
	put(text, ",\"size\":");
	put_number(text, mail->size, 1);
	put_json_pair(text, "action", mail->action);
	put_json_pair(text, "headerFrom",
	    mail->sender[0] ? mail->sender : "mailer-daemon@example.net");
	put(text, ",\"headerTo\":[");
	put_json_string(text, mail->recipient);
	for (int i = 0; i < mail->other_count; i++) {
		put_char(text, ',');
		put_json_string(text, mail->others[i]);
	}
	put_char(text, ']');
	if (mail->delivered_to[0])
		put_json_pair(text, "deliveredTo", mail->delivered_to);
	if (mail->file_count) {
		put(text, ",\"attachments\":");
		put_files(text, mail);
	}
	if (mail->url_count) {
		put(text, ",\"embeddedUrls\":");
		put_urls(text, mail);
	}
	if (mail->details[0])
		put_json_pair(text, "details", mail->details);
}

static void
put_json(struct text *text, const struct mail *mail)
{
	put_json_time(text, "{\"genTime\":\"", mail->logged);
	put_json_time(text, ",\"timestamp\":\"", mail->received);
	if (mail->delivered)
		put_json_time(text, ",\"deliveryTime\":\"", mail->delivered);
	put_json_pair(text, "sender", mail->sender);
	put_json_pair(text, "direction", mail->out ? "out" : "in");
	put_json_pair(text, "mailID", mail->mail_id);
	put_json_pair(text, "recipient", mail->recipient);
	put_json_pair(text, "senderIP", mail->ip);
	put(text, ",\"tlsInfo\":\"");
	put_tls(text, mail);
	put_char(text, '"');
	if (mail->blocked)
		put_json_pair(text, "reason", mail->reason);
	else
		put_json_accepted(text, mail);
	put(text, "}\n");
}

/* ---- CSV ---- */

static const char csv_header[] =
    "timestamp,genTime,deliveryTime,direction,type,action,reason,sender,"
    "recipient,headerFrom,headerTo,subject,messageID,mailID,size,senderIP,"
    "deliveredTo,upstreamTLS,downstreamTLS,details,attachments,embeddedUrls\n";

/* The cell that begins at FROM is quoted where it has to be. */
static void
close_cell(struct text *text, size_t from)
{
	size_t len = text->len - from;
	char cell[2048];
	size_t i;

	if (memchr(text->ptr + from, ',', len) ||
	    memchr(text->ptr + from, '"', len)) {
		memcpy(cell, text->ptr + from, len);
		text->len = from;
		put_char(text, '"');
		for (i = 0; i < len; i++) {
			if (cell[i] == '"')
				put_char(text, '"');
			put_char(text, cell[i]);
		}
		put_char(text, '"');
	}
	put_char(text, ',');
}

static void
put_cell(struct text *text, const char *value)
{
	size_t from = text->len;

	put(text, value ? value : "");
	close_cell(text, from);
}

static void
put_csv_accepted(struct text *text, const struct mail *mail)
{
	size_t from;

	put_cell(
	    text, mail->sender[0] ? mail->sender : "mailer-daemon@example.net");
	from = text->len;
	put(text, mail->recipient);
	for (int i = 0; i < mail->other_count; i++) {
		put(text, ", ");
		put(text, mail->others[i]);
	}
	close_cell(text, from);
	put_cell(text, mail->subject);
	put_cell(text, mail->message_id);
}

static void
put_csv_lists(struct text *text, const struct mail *mail)
{
	size_t from = text->len;

	if (!mail->blocked && mail->file_count)
		put_files(text, mail);
	close_cell(text, from);
	for (int i = 0; !mail->blocked && i < mail->url_count; i++) {
		put(text, i ? " " : "");
		put(text, mail->urls[i]);
	}
	put_char(text, '\n');
}

static void
put_csv(struct text *text, const struct mail *mail)
{
	put_time(text, mail->received);
	put_char(text, ',');
	put_time(text, mail->logged);
	put_char(text, ',');
	if (mail->delivered)
		put_time(text, mail->delivered);
	put_char(text, ',');
	put_cell(text, mail->out ? "out" : "in");
	put_cell(text, mail->blocked ? "blocked" : "accepted");
	put_cell(text, mail->action);
	put_cell(text, mail->reason);
	put_cell(text, mail->sender);
	put_cell(text, mail->recipient);
	if (mail->blocked)
		put(text, ",,,,");
	else
		put_csv_accepted(text, mail);
	put_cell(text, mail->mail_id);
	if (!mail->blocked)
		put_number(text, mail->size, 1);
	put_char(text, ',');
	put_cell(text, mail->ip);
	put_cell(text, mail->delivered_to);
	put_cell(text, mail->up);
	put_cell(text, mail->down);
	put_cell(text, mail->details);
	put_csv_lists(text, mail);
}

/* ---- CEF ---- */

static void
put_key(struct text *text, const char *key, const char *value)
{
	put_char(text, ' ');
	put(text, key);
	put_char(text, '=');
	for (; *value; value++) {
		if (*value == '\\' || *value == '=')
			put_char(text, '\\');
		put_char(text, *value);
	}
}

static void
put_cef_accepted(struct text *text, const struct mail *mail)
{
	put(text, " cs3Label=messageId");
	put_key(text, "cs3", mail->message_id);
	put(text, " cn1Label=messageSize cn1=");
	put_number(text, mail->size, 1);
	put_key(text, "act", mail->action);
	if (mail->file_count) {
		put(text, " cs4Label=attachments cs4=");
		put_files(text, mail);
	}
}

/* No sample of blocked mail is known in CEF: `reason=` is what mtrack reads. */
static void
put_cef(struct text *text, const struct mail *mail)
{
	put(text, "<14> ");
	put_time(text, mail->logged);
	put(text,
	    " forwarder.example.net tmes[1]: CEF:0|Trend Micro|TMES|1.0.0.0|"
	    "400101|TRACKING|4|rt=");
	put_time(text, mail->logged);
	text->len--;
	put(text, ".000Z");
	put_key(text, "suser", mail->sender);
	put_key(text, "duser", mail->recipient);
	if (!mail->blocked)
		put_key(text, "msg", mail->subject);
	put_key(text, "src", mail->ip);
	if (mail->delivered_to[0])
		put_key(text, "deviceTranslatedAddress", mail->delivered_to);
	put(text, " cs1Label=mailUuid");
	put_key(text, "cs1", mail->mail_id);
	put(text, " cs2Label=direction");
	put_key(text, "cs2", mail->out ? "outgoing" : "incoming");
	if (mail->blocked)
		put_key(text, "reason", mail->reason);
	else
		put_cef_accepted(text, mail);
	put(text, " cs5Label=tlsInfo cs5=");
	put_tls(text, mail);
	if (!mail->blocked && mail->url_count) {
		put(text, " cs6Label=embeddedUrl cs6=");
		put_urls(text, mail);
	}
	put_char(text, '\n');
}

static const struct form forms[] = {
    {"json", "jsonl", NULL, put_json},
    {"csv", "csv", csv_header, put_csv},
    {"cef", "log", NULL, put_cef},
};

/* ---- days ---- */

static void
die(const char *what, const char *name)
{
	fprintf(stderr, "mkdata: %s: %s\n", name, what);
	exit(2);
}

/* When the last action of a mail with a transient state comes: some lines
 * later on the same day, or the same place of one of the next three days. */
static const long line_lags[] = {3, 40, 900};

static unsigned
lag_kind(const struct plan *plan, long day, long place)
{
	return (unsigned)(seed_of(plan, day, place) >> 20 & 3);
}

static void
put_last(struct text *text, const struct plan *plan, long day, long place,
    int64_t logged)
{
	struct mail mail;

	make_mail(&mail, plan, day, place);
	mail.logged = logged;
	if (mail.delivered)
		mail.delivered = logged;
	plan->form->put(text, &mail);
}

static void
put_finals(struct text *text, const struct plan *plan, long day, long place)
{
	int64_t now = logged_at(plan, day, place);

	for (unsigned kind = 0; kind < COUNT(line_lags); kind++) {
		long then = place - line_lags[kind];

		if (then >= 0 && is_transient(plan, day, then) &&
		    lag_kind(plan, day, then) == kind)
			put_last(text, plan, day, then, now);
	}
	if (place % TRANSIENT_EVERY == 7)
		for (long back = 1; back <= 3 && back <= day; back++)
			if (is_transient(plan, day - back, place) &&
			    lag_kind(plan, day - back, place) == 3 &&
			    place / TRANSIENT_EVERY % 3 == back - 1)
				put_last(text, plan, day - back, place, now);
}

/* One mail, twice where two polls overlapped. */
static void
put_place(struct text *text, const struct plan *plan, long day, long place)
{
	long poll = plan->per_day / POLLS > 10 ? plan->per_day / POLLS : 10;
	bool doubled = place % poll < 2 && !is_needle(plan, day, place) &&
	    !is_regular(plan, place);
	struct mail mail;

	make_mail(&mail, plan, day, place);
	if (is_transient(plan, day, place)) {
		mail.delivered = 0;
		mail.delivered_to[0] = '\0';
		mail.down = NULL;
		mail.details[0] = '\0';
		set_transient(&mail, lag_kind(plan, day, place) == 0);
	}
	for (int copies = doubled ? 2 : 1; copies > 0; copies--)
		plan->form->put(text, &mail);
	put_finals(text, plan, day, place);
}

static void
flush(gzFile out, struct text *text, const char *name)
{
	if (text->len && gzwrite(out, text->ptr, (unsigned)text->len) <= 0)
		die(strerror(errno), name);
	text->len = 0;
}

static void
make_day(const struct plan *plan, long day, struct text *text)
{
	char date[16];
	struct text stamp = {date, 0};
	char name[4096];
	gzFile out;

	put_date(&stamp, plan->start + day * DAY);
	put_char(&stamp, '\0');
	if ((size_t)snprintf(name, sizeof(name), "%s/%s.%s%s", plan->dir, date,
		plan->form->suffix, plan->plain ? "" : ".gz") >= sizeof(name))
		die("name too long", plan->dir);
	out = gzopen(name, plan->plain ? "wbT" : "wb6");
	if (!out)
		die(strerror(errno), name);
	gzbuffer(out, 256u << 10);
	if (plan->form->header)
		put(text, plan->form->header);
	for (long place = 0; place < plan->per_day; place++) {
		put_place(text, plan, day, place);
		if (text->len > FLUSH_BYTES)
			flush(out, text, name);
	}
	flush(out, text, name);
	if (gzclose(out) != Z_OK)
		die("cannot be written", name);
}

static void
make_share(const struct plan *plan, long first)
{
	struct text text = {malloc(TEXT_BYTES), 0};

	if (!text.ptr)
		die("out of memory", "text");
	for (long day = first; day < plan->days; day += plan->processes)
		make_day(plan, day, &text);
	free(text.ptr);
}

static int
make_all(const struct plan *plan)
{
	int worst = 0;
	int status;

	if (mkdir(plan->dir, 0777) < 0 && errno != EEXIST)
		die(strerror(errno), plan->dir);
	for (long i = 1; i < plan->processes; i++) {
		pid_t child = fork();

		if (child < 0)
			die(strerror(errno), "fork");
		if (child == 0) {
			make_share(plan, i);
			exit(0);
		}
	}
	make_share(plan, 0);
	while (wait(&status) > 0)
		worst |= status != 0;
	return worst ? 2 : 0;
}

/* ---- the command line ---- */

static const char usage[] =
    "usage: mkdata [--days N] [--records-per-day M] [--format json|csv|cef]\n"
    "              [--seed S] [--start YYYY-MM-DD] [--plain] [-j PROCESSES]"
    " DIR\n";

static long
number(const char *value, long most)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (*end || end == value || n < 1 || n > most)
		die("not a number from 1 up, or too large", value);
	return n;
}

static int64_t
start_of(const char *value)
{
	int year;
	int month;
	int day;

	if (sscanf(value, "%4d-%2d-%2d", &year, &month, &day) != 3 ||
	    year < 1971 || month < 1 || month > 12 || day < 1 || day > 31)
		die("not a date (YYYY-MM-DD)", value);
	return days_of(year, month, day) * DAY;
}

static const struct form *
form_of(const char *value)
{
	for (unsigned i = 0; i < COUNT(forms); i++)
		if (!strcmp(forms[i].name, value))
			return &forms[i];
	die("not a format (json, csv, cef)", value);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
	    {"days", required_argument, NULL, 'd'},
	    {"records-per-day", required_argument, NULL, 'm'},
	    {"format", required_argument, NULL, 'f'},
	    {"seed", required_argument, NULL, 's'},
	    {"start", required_argument, NULL, 'b'},
	    {"plain", no_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
	struct plan plan = {60, 100000, 1, 0, false, 1, &forms[0], NULL};
	int letter;

	plan.start = start_of("2026-08-01");
	while ((letter = getopt_long(argc, argv, "j:", longs, NULL)) != -1) {
		if (letter == 'd')
			plan.days = number(optarg, DAYS_MAX);
		else if (letter == 'm')
			plan.per_day = number(optarg, RECORDS_MAX);
		else if (letter == 'f')
			plan.form = form_of(optarg);
		else if (letter == 's')
			plan.seed = (uint64_t)number(optarg, 1000000000);
		else if (letter == 'b')
			plan.start = start_of(optarg);
		else if (letter == 'p')
			plan.plain = true;
		else if (letter == 'j')
			plan.processes = number(optarg, 64);
		else
			optind = argc;
	}
	if (argc - optind != 1) {
		fputs(usage, stderr);
		return 2;
	}
	plan.dir = argv[optind];
	return make_all(&plan);
}

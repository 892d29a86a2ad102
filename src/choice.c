/* SPDX-License-Identifier: MIT */
/* The closed sets of values. */
#include "mtrack/choice.h"

#include "mtrack/arena.h"
#include "mtrack/suggest.h"

#define NAMES_MAX 16

/* The console's values (SPEC 3) with the spellings of its screens, the API and
 * syslog (SPEC 1.2). */
/* clang-format off */
static const struct choice choices[] = {
	{CHOICE_DIRECTION, "in", CHOICE_IN, CHOICE_IN, {"incoming"},
	    "mail to your domains"},
	{CHOICE_DIRECTION, "out", CHOICE_OUT, CHOICE_OUT, {"outgoing"},
	    "mail from your domains"},

	{CHOICE_TYPE, "accepted", CHOICE_ACCEPTED, CHOICE_ACCEPTED,
	    {"accepted-traffic"}, "taken over by the service and acted on"},
	{CHOICE_TYPE, "blocked", CHOICE_BLOCKED, CHOICE_BLOCKED,
	    {"blocked-traffic"}, "refused before it was taken over"},

	{CHOICE_ACTION, "bounced", 1 << 0, 1 << 0, {0},
	    "rejected by the next mail server"},
	{CHOICE_ACTION, "temporary-delivery-error", 1 << 1, 1 << 1, {0},
	    "could not be handed on yet and will be tried again"},
	{CHOICE_ACTION, "deleted", 1 << 2, 1 << 2, {0},
	    "deleted by a policy"},
	{CHOICE_ACTION, "delivered", 1 << 3, 1 << 3, {0},
	    "handed on to the next mail server"},
	{CHOICE_ACTION, "expired", 1 << 4, 1 << 4, {0},
	    "given up after too many tries"},
	{CHOICE_ACTION, "quarantined", 1 << 5, 1 << 5, {0},
	    "held in the quarantine"},
	{CHOICE_ACTION, "redirected", 1 << 6, 1 << 6, {0},
	    "sent to another recipient by a policy"},
	{CHOICE_ACTION, "submitted-to-sandbox", 1 << 7, 1 << 7,
	    {"scanning-in-sandbox"}, "being examined in the sandbox"},
	{CHOICE_ACTION, "password-analyzing", 1 << 8, 1 << 8, {0},
	    "an attachment's password is being looked for"},

	{CHOICE_TLS, "1.0", 1 << 0, 1 << 0, {"tls-1.0", "tls1.0", "tlsv1.0", "tls-v1.0"},
	    "TLS 1.0 (RFC 2246)"},
	{CHOICE_TLS, "1.1", 1 << 1, 1 << 1, {"tls-1.1", "tls1.1", "tlsv1.1", "tls-v1.1"},
	    "TLS 1.1 (RFC 4346)"},
	{CHOICE_TLS, "1.2", 1 << 2, 1 << 2, {"tls-1.2", "tls1.2", "tlsv1.2", "tls-v1.2"},
	    "TLS 1.2 (RFC 5246)"},
	{CHOICE_TLS, "1.3", 1 << 3, 1 << 3, {"tls-1.3", "tls1.3", "tlsv1.3", "tls-v1.3"},
	    "TLS 1.3 (RFC 8446)"},
	{CHOICE_TLS, "none", 1 << 4, 1 << 4, {0}, "the leg was not encrypted"},

	{CHOICE_DANE, "yes", 1 << 0, 1 << 0, {"true"},
	    "the next mail server was authenticated by DANE"},
	{CHOICE_DANE, "no", 1 << 1, 1 << 1, {"false"}, "it was not"},

	{CHOICE_ATTACHMENT_STATUS, "deleted", 1 << 0, 1 << 0, {0},
	    "taken out of the message"},
	{CHOICE_ATTACHMENT_STATUS, "cleaned", 1 << 1, 1 << 1, {0},
	    "malware was taken out of it"},
	{CHOICE_ATTACHMENT_STATUS, "bypassed", 1 << 2, 1 << 2, {0},
	    "passed without being examined"},
	{CHOICE_ATTACHMENT_STATUS, "sanitized", 1 << 3, 1 << 3, {0},
	    "active content was taken out of it"},

	{CHOICE_ATTACHMENT_PASSWORD, "not-analyzed", 1 << 0, 1 << 0, {0},
	    "no password was looked for"},
	{CHOICE_ATTACHMENT_PASSWORD, "analyzed", 1 << 1, 1 << 1 | 1 << 2 | 1 << 3, {0},
	    "a password was looked for: decrypted or not"},
	{CHOICE_ATTACHMENT_PASSWORD, "decrypted", 1 << 2, 1 << 2, {"analyzed:-decrypted"},
	    "the password was found"},
	{CHOICE_ATTACHMENT_PASSWORD, "not-decrypted", 1 << 3, 1 << 3,
	    {"analyzed:-not-decrypted"}, "the password was not found"},

	{CHOICE_RISK, "spam", 1 << 0, 1 << 0, {0},
	    "the end user reported spam"},
	{CHOICE_RISK, "phishing", 1 << 1, 1 << 1, {0},
	    "the end user reported phishing"},
	{CHOICE_RISK, "not-a-risk", 1 << 2, 1 << 2, {0},
	    "the end user reported a harmless message"},
};

static const char *const nouns[CHOICE_SETS] = {
	[CHOICE_DIRECTION] = "direction",
	[CHOICE_TYPE] = "type",
	[CHOICE_ACTION] = "action",
	[CHOICE_TLS] = "TLS version",
	[CHOICE_DANE] = "DANE value",
	[CHOICE_ATTACHMENT_STATUS] = "attachment status",
	[CHOICE_ATTACHMENT_PASSWORD] = "password analysis",
	[CHOICE_RISK] = "reported risk",
};
/* clang-format on */

#define CHOICES (sizeof(choices) / sizeof(choices[0]))

static char
plain(char c)
{
	return c == ' ' || c == '_' ? '-' : (char)ascii_lower((unsigned char)c);
}

/* SPELLING is lower case with `-` between its words. */
static bool
spells(struct str text, const char *spelling)
{
	size_t i = 0;

	while (i < text.len && spelling[i] && plain(text.ptr[i]) == spelling[i])
		i++;
	return i == text.len && !spelling[i];
}

static bool
choice_spells(const struct choice *choice, struct str text)
{
	if (spells(text, choice->name))
		return true;
	for (size_t i = 0; i < CHOICE_SPELLINGS && choice->also[i]; i++)
		if (spells(text, choice->also[i]))
			return true;
	return false;
}

const struct choice *
choice_row(enum choice_set set, size_t place)
{
	for (size_t i = 0; i < CHOICES; i++)
		if (choices[i].set == set && place-- == 0)
			return &choices[i];
	return NULL;
}

const struct choice *
choice_find(enum choice_set set, struct str text)
{
	for (size_t i = 0; i < CHOICES; i++)
		if (choices[i].set == set && choice_spells(&choices[i], text))
			return &choices[i];
	return NULL;
}

struct str
choice_names(struct arena *arena, enum choice_set set)
{
	struct str names = STR_NONE;
	const struct choice *row;

	for (size_t i = 0; (row = choice_row(set, i)); i++)
		names = arena_printf(arena, "%.*s%s%s", STR_ARG(names),
		    i ? ", " : "", row->name);
	return names;
}

static bool
refuse(struct arena *arena, enum choice_set set, struct str word,
    struct fault *fault)
{
	struct str names[NAMES_MAX];
	const struct choice *row;
	struct str near;
	size_t count = 0;

	while (count < NAMES_MAX && (row = choice_row(set, count)))
		names[count++] = str_from(row->name);
	near = suggest_nearest(word, names, count);
	fault_value(fault, 0,
	    arena_printf(
		arena, "one of %.*s", STR_ARG(choice_names(arena, set)))
		.ptr,
	    near.len ? arena_keep(arena, near).ptr : choice_row(set, 0)->name,
	    "no such %s%s%.*s%s", nouns[set],
	    near.len ? "; did you mean `" : "", STR_ARG(near),
	    near.len ? "`?" : "");
	return false;
}

bool
choice_ask(struct arena *arena, enum choice_set set, struct str word,
    uint32_t *mask, struct fault *fault)
{
	const struct choice *row = choice_find(set, word);

	if (!row)
		return refuse(arena, set, word, fault);
	*mask |= row->asks;
	return true;
}

/* SPDX-License-Identifier: MIT */
/* Colours of a terminal, by what became of a mail. */
#include "mtrack/paint.h"

#define GREEN  "\x1b[32m"
#define YELLOW "\x1b[33m"
#define RED    "\x1b[31m"

struct paint_row {
	const char *action; /* without space, `-` and `_` (SPEC 3.4) */
	const char *begin;
};

static const struct paint_row rows[] = {
    {"delivered", GREEN},               /* it is with the recipient */
    {"temporarydeliveryerror", YELLOW}, /* it is being tried again */
    {"bounced", RED},                   /* the rest never arrives */
    {"deleted", RED},
    {"blocked", RED},
    {"quarantined", RED},
    {"expired", RED},
};

/* Whether TEXT is NAME, case, spaces, `-` and `_` ignored. */
static bool
is_action(struct str text, const char *name)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = ascii_lower((unsigned char)text.ptr[i]);

		if (c == ' ' || c == '-' || c == '_')
			continue;
		if (c == '\0' || c != (unsigned char)*name)
			return false;
		name++;
	}
	return *name == '\0';
}

struct str
paint_record(const struct record *rec)
{
	struct str action;

	if (!rec)
		return STR_NONE;
	if (str_eq(record_text(rec, FIELD_TYPE), STR("blocked")))
		return STR(RED);
	action = record_text(rec, FIELD_ACTION);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (is_action(action, rows[i].action))
			return str_from(rows[i].begin);
	return STR_NONE;
}

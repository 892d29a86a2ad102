/* SPDX-License-Identifier: MIT */
/* A message on its way upward. */
#include "mtrack/fault.h"

#include <stdarg.h>
#include <stdio.h>

/* Takes a UTF-8 character off the end that the cut left incomplete. */
static void
trim_cut(char *text, size_t size)
{
	size_t at = size - 1;

	if (strnlen(text, size) < size - 1)
		return;
	while (at > 0 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
		at--;
	if (at > 0 && ((unsigned char)text[at - 1] & 0xc0) == 0xc0)
		text[at - 1] = '\0';
}

__attribute__((format(printf, 2, 0))) static void
set(struct fault *fault, const char *format, va_list args)
{
	*fault = (struct fault){.caret = FAULT_NO_CARET};
	vsnprintf(fault->what, sizeof(fault->what), format, args);
	trim_cut(fault->what, sizeof(fault->what));
}

bool
fault_set(struct fault *fault, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(fault, format, args);
	va_end(args);
	return false;
}

bool
fault_value(struct fault *fault, size_t caret, const char *rule,
    const char *example, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(fault, format, args);
	va_end(args);
	fault->caret = caret;
	fault->rule = rule;
	fault->example = example;
	return false;
}

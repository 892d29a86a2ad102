/* SPDX-License-Identifier: MIT */
/* The words that a shell can offer as the value of an option. */
#ifndef MTRACK_COMPLETION_WORDS_H
#define MTRACK_COMPLETION_WORDS_H

#include "mtrack/options.h"

enum completion_kind {
	COMPLETION_NONE,    /* anything: nothing can be offered */
	COMPLETION_WORDS,   /* these */
	COMPLETION_FILES,   /* names of files */
	COMPLETION_FOLDERS, /* names of folders */
};

#define COMPLETION_WORDS_MAX 48

struct completion_words {
	enum completion_kind kind;
	bool list;      /* several between commas, or @FILE */
	bool is_signed; /* each behind `+`, `-` or nothing */
	size_t count;
	struct completion_word {
		const char *word;
		const char *help; /* one sentence, or NULL */
	} words[COMPLETION_WORDS_MAX];
};

/* What can follow the option of ROW. */
void completion_words(
    const struct option_row *row, struct completion_words *words);

#endif

/* SPDX-License-Identifier: MIT */
/* Whether a file's first bytes are a JSON archive (struct reader_ops). */
#ifndef MTRACK_JSON_SNIFF_H
#define MTRACK_JSON_SNIFF_H

#include "mtrack/reader.h"

enum sniff json_sniff(
    struct str head, bool all, const struct intake_rules *rules);

#endif

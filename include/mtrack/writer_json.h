/* SPDX-License-Identifier: MIT */
/* json (one array) and jsonl (a record a line), SPEC 4.3. */
#ifndef MTRACK_WRITER_JSON_H
#define MTRACK_WRITER_JSON_H

#include "mtrack/writer.h"

extern const struct writer_ops writer_json;
extern const struct writer_ops writer_jsonl;

#endif

/* SPDX-License-Identifier: MIT */
/* JSON archives (SPEC 1.2): one record a line, the API's pages, bare arrays,
 * syslog lines, in any mix. */
#ifndef MTRACK_READER_JSON_H
#define MTRACK_READER_JSON_H

#include "mtrack/reader.h"

extern const struct reader_ops reader_json;

#endif

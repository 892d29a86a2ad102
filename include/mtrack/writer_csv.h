/* SPDX-License-Identifier: MIT */
/* csv (RFC 4180) and tsv (no quoting, four escapes), SPEC 4.3. */
#ifndef MTRACK_WRITER_CSV_H
#define MTRACK_WRITER_CSV_H

#include "mtrack/writer.h"

extern const struct writer_ops writer_csv;
extern const struct writer_ops writer_tsv;

#endif

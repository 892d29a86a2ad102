/* SPDX-License-Identifier: MIT */
/* Reads CSV with a header row (SPEC 1.3). */
#ifndef MTRACK_READER_CSV_H
#define MTRACK_READER_CSV_H

#include "mtrack/reader.h"

extern const struct reader_ops reader_csv;

#endif

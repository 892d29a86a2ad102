/* SPDX-License-Identifier: MIT */
/* Reads CEF over syslog, a record a line (SPEC 1.4). */
#ifndef MTRACK_READER_CEF_H
#define MTRACK_READER_CEF_H

#include "mtrack/reader.h"

extern const struct reader_ops reader_cef;

#endif

/* SPDX-License-Identifier: MIT */
/* engine: JSON lines that INSERT INTO the table of sql_schema takes. */
#ifndef MTRACK_WRITER_ENGINE_H
#define MTRACK_WRITER_ENGINE_H

#include "mtrack/writer.h"

extern const struct writer_ops writer_engine;

#endif

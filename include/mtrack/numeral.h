/* SPDX-License-Identifier: MIT */
/* Numbers as people read them: `4,872 records`, `1.2 GB`. */
#ifndef MTRACK_NUMERAL_H
#define MTRACK_NUMERAL_H

#include "mtrack/buffer.h"

/* `4,872`, appended. */
void numeral_put(uint64_t number, struct buffer *out);
/* `1 record`, `4,872 records`. */
void numeral_count(
    uint64_t number, const char *one, const char *many, struct buffer *out);
/* `812 B`, `1.2 GB`: powers of 1000, as disks are sold and ls --si counts. */
void numeral_bytes(uint64_t bytes, struct buffer *out);

#endif

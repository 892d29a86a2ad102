/* SPDX-License-Identifier: MIT */
/* Side files that lie: what they say was changed, and their checksums are
 * right. */
#ifndef SEALED_H
#define SEALED_H

#include "mtrack/buffer.h"
#include "mtrack/sidecar_form.h"
#include "mtrack/wire.h"

/* Where these stand in a side file's header. */
#define SEALED_DATA      96u
#define SEALED_CHECKSUMS 240u
#define SEALED_CHECKSUM  248u

/* As the writer ends a side file: length, checksums, header. */
static inline void
sealed_anew(struct buffer *side)
{
	unsigned char *bytes = (unsigned char *)side->ptr;
	uint64_t body = side->len - SIDECAR_HEADER;
	uint64_t pages = (body + SIDECAR_PAGE + 7) / (SIDECAR_PAGE + 8);
	uint64_t len;

	if (side->len < SIDECAR_HEADER + 8 || body < pages * 8)
		return;
	len = body - pages * 8;
	for (uint64_t i = 0; i < pages; i++) {
		uint64_t at = i * SIDECAR_PAGE;

		wire_put64(bytes + SIDECAR_HEADER + len + 8 * i,
		    sidecar_checksum(bytes + SIDECAR_HEADER + at,
			len - at < SIDECAR_PAGE ? len - at : SIDECAR_PAGE));
	}
	wire_put64(bytes + SEALED_DATA, len);
	wire_put64(bytes + SEALED_CHECKSUMS,
	    sidecar_checksum(bytes + SIDECAR_HEADER + len, pages * 8));
	wire_put64(
	    bytes + SEALED_CHECKSUM, sidecar_checksum(bytes, SEALED_CHECKSUM));
}

#endif

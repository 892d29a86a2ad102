/* SPDX-License-Identifier: MIT */
/* zlib's memory. */
#include "mtrack/zmemory.h"

#include "mtrack/arena.h"

voidpf
zmemory_take(voidpf opaque, uInt count, uInt size)
{
	(void)opaque;
	return memory_resize(NULL, count, size);
}

void
zmemory_give(voidpf opaque, voidpf address)
{
	(void)opaque;
	memory_free(address);
}

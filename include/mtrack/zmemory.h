/* SPDX-License-Identifier: MIT */
/* zlib's memory comes from where all memory comes from: arena.h, which ends
 * the program when there is none, so that zlib's own calls never fail for
 * want of it. For z_stream's zalloc and zfree. */
#ifndef MTRACK_ZMEMORY_H
#define MTRACK_ZMEMORY_H

#ifndef ZLIB_CONST
#define ZLIB_CONST /* next_in is const */
#endif
#include <zlib.h>

voidpf zmemory_take(voidpf opaque, uInt count, uInt size);
void zmemory_give(voidpf opaque, voidpf address);

#endif

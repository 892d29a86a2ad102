/* SPDX-License-Identifier: MIT */
/* Which side file an archive file has. */
#include "mtrack/side_open.h"

static enum sidecar_state
open_shared(struct sidepack *pack, struct sidecar *side, struct str dir,
    struct str path, int source, uint64_t settings, struct fault *fault)
{
	struct extent place;

	switch (sidepack_seek(pack, dir, path)) {
	case SIDEPACK_GOOD:
		if (sidepack_find(pack, path, &place))
			return sidecar_open_in(
			    side, pack, &place, source, settings, fault);
		break;
	case SIDEPACK_WRONG:
		*fault = pack->fault;
		return SIDECAR_WRONG;
	case SIDEPACK_UNASKED:
	case SIDEPACK_NONE:
		break;
	}
	return SIDECAR_NONE;
}

enum sidecar_state
side_open(struct arena *arena, struct sidepack *pack, struct sidecar *side,
    struct str dir, struct str path, int source, uint64_t settings,
    struct fault *fault)
{
	enum sidecar_state shared =
	    open_shared(pack, side, dir, path, source, settings, fault);
	enum sidecar_state own;
	struct sidecar other;
	struct str place;

	if (shared == SIDECAR_VALID)
		return shared;
	place = sidecar_path(arena, dir, path);
	if (place.len == 0)
		return shared;
	own = sidecar_open(&other, place.ptr, source, settings, fault);
	if (own == SIDECAR_NONE)
		return shared;
	if (shared == SIDECAR_GROWN)
		sidecar_close(side);
	*side = other;
	return own;
}

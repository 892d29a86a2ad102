/* SPDX-License-Identifier: MIT */
/* What an older side file of the same log, which only grew, has still right
 * goes to the new one, so that it need not be read again. */
#ifndef MTRACK_INDEX_TAKEOVER_H
#define MTRACK_INDEX_TAKEOVER_H

#include "mtrack/index_draft.h"
#include "mtrack/sidecar.h"

/* Takes over all of OLD but its last block, LAST, whose beginning becomes that
 * of DRAFT's block now open. False when OLD is damaged: the draft is then worth
 * nothing. */
bool index_takeover(struct index_draft *draft, struct sidecar *old,
    const struct sidecar_block *last);

#endif

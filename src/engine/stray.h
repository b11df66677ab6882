/* SPDX-License-Identifier: ISC */
/* What line_stray.c keeps of a channel that no path of ours has. */
#ifndef ENGINE_STRAY_H
#define ENGINE_STRAY_H

#include <stdint.h>

#include "base/clock.h"
#include "policy/peer.h"

/**
 * struct stray - A channel that the far end speaks of, and we do not have
 * @other:	Which; its id is 0 while there is none
 * @of:		Our discriminator of the session in which it does
 * @heard:	When it last did
 * @told:	When others were last told of a change
 */
struct stray {
	struct peer_other other;
	uint32_t of;
	struct mono heard, told;
};

#endif

/* SPDX-License-Identifier: ISC */
/* Hearing who is at the far end of a path. */
#ifndef ENGINE_PATH_PEER_H
#define ENGINE_PATH_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct path;

void path_peer_forget(struct path *p);
int path_peer_take(struct path *p, const uint8_t *data, size_t len,
		   struct mono now);

#endif

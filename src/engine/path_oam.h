/* SPDX-License-Identifier: ISC */
/* OAM of a path: what comes on its channel id. */
#ifndef ENGINE_PATH_OAM_H
#define ENGINE_PATH_OAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct path;

void path_oam_begin(struct path *p, struct mono now);
int path_oam(struct path *p, const uint8_t *data, size_t len,
	     struct mono now);

#endif

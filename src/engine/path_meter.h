/* SPDX-License-Identifier: ISC */
/* What a path measures: counters messages, out and in. */
#ifndef ENGINE_PATH_METER_H
#define ENGINE_PATH_METER_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct path;

void path_meter_begin(struct path *p, struct mono now);
void path_meter_tick(struct path *p, struct mono now);
int path_meter_take(struct path *p, const uint8_t *data, size_t len,
		    struct mono now);

#endif

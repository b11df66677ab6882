/* SPDX-License-Identifier: ISC */
/* What a path was like, second by second: performance and its alarms. */
#ifndef ENGINE_PATH_WATCH_H
#define ENGINE_PATH_WATCH_H

#include <stdbool.h>

#include "engine/path.h"

void path_watch(struct path *p, bool watched, struct mono now);

#endif

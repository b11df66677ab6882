/* SPDX-License-Identifier: ISC */
/* Telling the far end of a path who we are. */
#ifndef ENGINE_PATH_TELL_H
#define ENGINE_PATH_TELL_H

#include <stdbool.h>

#include "base/clock.h"

struct path;

void path_tell(struct path *p, struct mono now);
void path_tell_again(struct path *p, struct mono now);
void path_tell_end(struct path *p, struct mono now);
bool path_tell_tick(struct path *p, struct mono now);

#endif

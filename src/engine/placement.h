/* SPDX-License-Identifier: ISC */
/* Which processor the engine stays off while a stream comes in. */
#ifndef ENGINE_PLACEMENT_H
#define ENGINE_PLACEMENT_H

#include "engine/waker.h"
#include "os/processor.h"
#include "policy/aside.h"

/**
 * struct placement - Where the engine runs
 * @waker:	Borrowed
 * @over:	Called when no stream has come in for a while
 */
struct placement {
	struct waker *waker;
	struct wake over;
	struct aside aside;
	struct processor_set set;
};

int placement_init(struct placement *p, struct waker *waker);
void placement_streaming(struct placement *p, int fd, struct mono now);

#endif

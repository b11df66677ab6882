/* SPDX-License-Identifier: ISC */
/* What happens to a channel is told to its hook program. */
#ifndef ENGINE_ON_CHANGE_H
#define ENGINE_ON_CHANGE_H

#include <stddef.h>

#include "engine/ask.h"
#include "engine/channel.h"
#include "engine/notice.h"

/**
 * struct on_change - Who has a hook program
 * @asker:	Way to the monitor
 * @channels:	Those in force; borrowed
 * @nchannels:	How many; 0: nobody has a program, or nothing is in force
 * @lost:	Changes that the monitor was not told of, since that was told
 */
struct on_change {
	struct asker *asker;
	struct channel *const *channels;
	size_t nchannels;
	unsigned int lost;
};

void on_change_set(struct on_change *c, struct channel *const *channels,
		   size_t n);
void on_change_heard(struct on_change *c, const struct notice *n);

#endif

/* SPDX-License-Identifier: ISC */
/* Is it worth leaving the processor that brings our packets? */
#ifndef POLICY_ASIDE_H
#define POLICY_ASIDE_H

#include <stdbool.h>

#include "base/clock.h"

/**
 * struct aside - What was seen of where packets come from
 * @next:	When to look again
 * @pause:	How long to wait between looks, at least; zero: as at first
 * @trains:	That came since the last look
 * @together:	Looks in a row that found us where the packets come from
 */
struct aside {
	struct mono next, pause;
	unsigned int trains, together;
};

bool aside_due(struct aside *a, struct mono now);
bool aside_leaves(struct aside *a, bool together, uint32_t random,
		  struct mono now);

#endif

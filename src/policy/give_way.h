/* SPDX-License-Identifier: ISC */
/* When a busy daemon lets others have the processor first. */
#ifndef POLICY_GIVE_WAY_H
#define POLICY_GIVE_WAY_H

#include <stdbool.h>

#include "base/clock.h"

/**
 * struct give_way - How long we have been busy; private, all zero at first
 * @since:	When the stream began, or others last had their turn
 * @last:	When its last turn began
 * @least:	How long to be busy before others get another turn
 */
struct give_way {
	struct mono since;
	struct mono last;
	struct mono least;
};

bool give_way_due(struct give_way *g, struct mono now);
void give_way_done(struct give_way *g, struct mono begin, struct mono end);

#endif

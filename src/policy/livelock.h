/* SPDX-License-Identifier: ISC */
/* Receive livelock: frames are taken whose receivers cannot run. */
#ifndef POLICY_LIVELOCK_H
#define POLICY_LIVELOCK_H

#include "base/clock.h"

/**
 * struct livelock - How much others want the processor in floods
 * @begun:	When the sums below were begun
 * @took:	Time that turns took since
 * @waited:	Of it, what others ran
 * @until:	Until then it is contested
 */
struct livelock {
	struct mono begun, took, waited;
	struct mono until;
};

struct mono livelock_next(const struct livelock *l, struct mono begin,
			  struct mono now);
void livelock_turn(struct livelock *l, struct mono begin, struct mono now,
		   struct mono waited);

#endif

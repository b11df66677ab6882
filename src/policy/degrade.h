/* SPDX-License-Identifier: ISC */
/* Signal degrade: does a path lose so much that another one is better? */
#ifndef POLICY_DEGRADE_H
#define POLICY_DEGRADE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

enum degrade_bound {
	DEGRADE_FRAMES = 30,	/* fewer are not judged by */
	DEGRADE_BAD = 3,	/* verdicts in a row that make it degraded */
	DEGRADE_GOOD = 10,	/* verdicts in a row that end it */
	DEGRADE_PART = 5,	/* of the limit: that little is good */
};

/**
 * struct degrade - One direction of one path; private to degrade.c but for
 * @degraded and @ppm, which may be read
 * @ppm:	Loss in the last interval that was judged, in a million
 */
struct degrade {
	bool degraded;
	uint32_t ppm;
	bool begun;
	uint64_t sent, lost;	/* where the interval began */
	struct mono since;
	unsigned int bad, good;	/* verdicts in a row */
};

void degrade_restart(struct degrade *d);
bool degrade_look(struct degrade *d, uint32_t limit, uint64_t sent,
		  uint64_t lost, struct mono now);

#endif

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
 * struct degrade_seen - What crossed in one direction, counted from whenever
 * @sent:	Packets
 * @lost:	Of them, those that did not arrive
 * @beats_sent:	Small messages that always cross, judged by together with
 *		packets where these are too few
 * @beats_lost:	Of them, those that did not arrive
 */
struct degrade_seen {
	uint64_t sent, lost, beats_sent, beats_lost;
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
	struct degrade_seen from;	/* where the interval began */
	struct mono since;
	unsigned int bad, good;	/* verdicts in a row */
};

void degrade_restart(struct degrade *d);
bool degrade_look(struct degrade *d, uint32_t limit,
		  const struct degrade_seen *seen, struct mono now);

#endif

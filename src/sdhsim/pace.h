/* SPDX-License-Identifier: ISC */
/* The clock of the section: how many frames are due. */
#ifndef SDHSIM_PACE_H
#define SDHSIM_PACE_H

#include <stdint.h>

#include "base/clock.h"
#include "sdhsim/stm1.h"

enum pace_limit {
	PACE_TURN = 20 * STM1_FRAMES_MS,	/* frames at a time */
	PACE_GENTLE = 3 * STM1_FRAMES_MS / 2,	/* the same, to a program */
	PACE_LATE = 1000 * STM1_FRAMES_MS,	/* later is given up */
};

/**
 * struct pace - The section's clock against the machine's
 * @start:	When frame 0 was due
 * @done:	Frames that were made since
 * @most:	Frames at a time; PACE_TURN unless set otherwise
 * @slipped:	Frames that were never made, because we were too late
 */
struct pace {
	struct mono start;
	uint64_t done;
	unsigned int most;
	uint64_t slipped;
};

void pace_init(struct pace *p, struct mono now);
unsigned int pace_due(struct pace *p, struct mono now);

#endif

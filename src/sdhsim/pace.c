// SPDX-License-Identifier: ISC
// The clock of the section: how many frames are due.
//
// Theory of operation
// -------------------
// A frame lasts 125 us, and all are counted from one start, so that rounding
// never adds up: in the long run the channel runs exactly as fast as the
// machine's monotonic clock. Whoever wakes up late makes up for it, in turns
// of a bounded number of frames, so that a turn stays short. A program that
// fills a terminal needs more than that: no line ever takes many milliseconds
// at once, and if this machine stood still, so did the program. For it, what is
// late is made up for little by little. After a pause of
// more than PACE_LATE (a machine asleep) the clock begins again: a burst of
// that length would be no better than the gap.

#include "sdhsim/pace.h"

#include "base/util.h"

enum {
	FRAME_NS = 1000000 / STM1_FRAMES_MS,
};

/**
 * pace_init() - Begin
 * @p:		The clock
 * @now:	Frame 0 ends one frame after it
 */
void pace_init(struct pace *p, struct mono now)
{
	*p = (struct pace){ .start = now, .most = PACE_TURN };
}

/**
 * pace_due() - How many frames to make now
 * @p:		The clock; takes them as made
 * @now:	The time
 *
 * Return: frames, at most @most of the clock; ask again after them
 */
unsigned int pace_due(struct pace *p, struct mono now)
{
	int64_t passed = mono_sub(now, p->start).ns / FRAME_NS;
	uint64_t late;

	if (passed <= 0 || (uint64_t)passed <= p->done)
		return 0;
	late = (uint64_t)passed - p->done;
	if (late > PACE_LATE) {
		p->start.ns += (int64_t)late * FRAME_NS;
		p->slipped += late;
		return 0;
	}
	late = MIN(late, (uint64_t)p->most);
	p->done += late;
	return (unsigned int)late;
}

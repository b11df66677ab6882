// SPDX-License-Identifier: ISC
// What all channels of one engine share: the end of a turn.

#include "engine/shared.h"

#include <sched.h>

/* Frames that a turn may take where a stream is under way: the fifth turn in
 * a row, so that a short burst is through before. */
enum { STREAM_ROOM = 16 };

/**
 * shared_turn_ends() - All frames of a turn have left
 * @s:		What is shared
 * @t:		Turn of the source that they came from
 * @now:	When it began
 */
void shared_turn_ends(struct shared *s, const struct turn *t, struct mono now)
{
	struct mono begin;

	if (t->room < STREAM_ROOM || !give_way_due(&s->give_way, now))
		return;
	begin = clock_mono();
	sched_yield();
	give_way_done(&s->give_way, begin, clock_mono());
}

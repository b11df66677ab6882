// SPDX-License-Identifier: ISC
// Receive livelock: frames are taken whose receivers cannot run.
//
// Theory of operation
// -------------------
// Nobody slows down who floods a LAN with datagrams. Where those they are for
// share processors with us, each frame that we take beyond what they can is
// lost in front of them, and has cost time that they lacked: the more is
// carried, the less arrives (Mogul and Ramakrishnan, "Eliminating receive
// livelock in an interrupt-driven kernel", 1996). The scheduler is just, but
// not in time: it takes us off for milliseconds, and what has gathered then
// overruns a socket that has room for some 270 small frames.
//
// So we take our share in small pieces: in a flood, while others want the
// processor, turns begin no more often than each TURN_EACH, which is no limit
// to who needs as long for a turn anyway. That others want it shows by how
// long they ran in our turns. It does not show while we leave in time, so that
// it is believed for a while, once found, and looked at anew after that; to
// look costs the order that it disturbs, for tens of milliseconds.

#include "policy/livelock.h"

/* Of full turns of 64 octets, with both ends, sender and receiver on two
 * processors: 115 us let a fifth more arrive, 165 us a third, 215 us a sixth;
 * without any, a turn takes 65 us. */
#define TURN_EACH	((struct mono){ 165000 })
#define PAUSE_MIN	((struct mono){ 20000 })	/* no use below */

/* So much of turns is judged together: a scheduler lets others run for 1 to
 * 4 ms at a time */
#define WINDOW		mono_ms(10)
#define BELIEVED	mono_ms(1000)	/* 100 ms: a tenth less arrives */

enum {
	CONTESTED = 4,	/* a fourth of the time went to others */
};

/**
 * livelock_next() - When may the next turn of a flood begin?
 * @l:		All zero at first
 * @begin:	When the one that has just ended began
 * @now:	Time
 *
 * Return: when; @now: at once
 */
struct mono livelock_next(const struct livelock *l, struct mono begin,
			  struct mono now)
{
	struct mono next = mono_add(begin, TURN_EACH);

	if (!mono_before(now, l->until) ||
	    mono_before(next, mono_add(now, PAUSE_MIN)))
		return now;
	return next;
}

/**
 * livelock_turn() - A turn of a flood has ended, and others could run
 * @l:		As livelock_next()
 * @begin:	When it began
 * @now:	Time
 * @waited:	How long of that others ran
 */
void livelock_turn(struct livelock *l, struct mono begin, struct mono now,
		   struct mono waited)
{
	/* of turns that pause not, while others do, too many have waited */
	if (mono_before(begin, l->until))
		return;
	if (mono_before(mono_add(l->begun, BELIEVED), now))
		*l = (struct livelock){ .begun = now };
	l->took = mono_add(l->took, mono_sub(now, begin));
	l->waited = mono_add(l->waited, waited);
	if (mono_before(l->took, WINDOW))
		return;
	if (l->waited.ns >= l->took.ns / CONTESTED)
		l->until = mono_add(now, BELIEVED);
	l->begun = now;
	l->took = l->waited = MONO_ZERO;
}

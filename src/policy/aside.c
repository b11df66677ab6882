// SPDX-License-Identifier: ISC
// Is it worth leaving the processor that brings our packets?
//
// Theory of operation
// -------------------
// The kernel wakes who waits for a packet on the processor that has brought
// it: their caches have it already, and one packet alone is there soonest so.
// In a stream that processor has its hands full with bringing, and we wait
// for it, while another may sleep: a scheduler leaves two who run in turns of
// some microseconds together for long, as each waits too short to be moved.
//
// So in a stream we look, now and then, whether it brings packets where we
// run. Where some looks in a row find that, we leave. Both ends of a line may
// be on one host, and look at each other: they do so at random times, or each
// would go where the other goes. And packets may be told to follow us, as RFS
// does: each time that we leave, we look four times as seldom.

#include "policy/aside.h"

#include "base/util.h"

#define PAUSE		mono_ms(4)
#define PAUSE_MAX	mono_ms(256)	/* twice that is the longest */

enum {
	LOOKS = 3,
	SLOWER = 4,
	STREAM = 8,	/* trains between two looks; less are single answers */
};

/**
 * aside_due() - A train came: is it time to look?
 * @a:		All zero at first, and after a stream
 * @now:	Time
 *
 * Return: true if so, and then aside_leaves() is to be told
 */
HOT bool aside_due(struct aside *a, struct mono now)
{
	bool stream = ++a->trains > STREAM;

	if (mono_before(now, a->next))
		return false;
	a->trains = 0;
	if (!stream)
		a->next = mono_add(now, PAUSE);
	return stream;
}

/**
 * aside_leaves() - A look was taken
 * @a:		As aside_due()
 * @together:	It brings packets where we run
 * @random:	Random bits
 * @now:	Time
 *
 * Return: true if we are to leave that processor
 */
bool aside_leaves(struct aside *a, bool together, uint32_t random,
		  struct mono now)
{
	if (!a->pause.ns)
		a->pause = PAUSE;
	a->together = together ? a->together + 1 : 0;
	if (a->together == LOOKS) {
		a->together = 0;
		a->pause.ns = MIN(a->pause.ns * SLOWER, PAUSE_MAX.ns);
		a->next = mono_add(now, a->pause);
		return true;
	}
	a->next.ns = now.ns + a->pause.ns + random % a->pause.ns;
	return false;
}

// SPDX-License-Identifier: ISC
// When a busy daemon lets others have the processor first.
//
// Theory of operation
// -------------------
// Where senders and receivers of a stream run on our own processors, we live
// off the former and for the latter: a receiver that does not get to run
// loses what we bring it, since its socket holds but some hundred small
// datagrams, and a sender that does not run has nothing for us. The kernel
// would let us go on for milliseconds, or wake us for each frame. So in the
// midst of a stream we step back now and then: who waits runs, and frames
// come and go in larger batches. If nobody waits, that costs one empty call.
//
// Somebody who only computes must not live off this: the longer we had to
// wait, the longer we go on before the next time.

#include "policy/give_way.h"

#include "base/util.h"

/* Measured with 64-octet datagrams between two namespaces on 2 processors:
 * 110 000 a second arrived without it, 133 000 at 1 ms, 160 000 at 0.5 ms,
 * 200 000 at 0.2 ms, 170 000 to 215 000 below that. TCP feels none of it. */
#define BUSY	((struct mono){ 200000 })

enum { SHARE = 8 };	/* of our time to that which a wait costs, at least */

/**
 * give_way_due() - A turn of a stream is over: shall others run now?
 * @g:		What is known
 * @now:	When the turn began
 *
 * Return: true if so; then call give_way_done()
 */
bool give_way_due(struct give_way *g, struct mono now)
{
	/* after a gap so long we have slept, so that others have run */
	if (!mono_before(now, mono_add(g->last, BUSY)))
		g->since = now;
	g->last = now;
	return !mono_before(mono_sub(now, g->since), g->least) &&
	       !mono_before(mono_sub(now, g->since), BUSY);
}

/**
 * give_way_done() - Others have run, if there were any
 * @g:		What is known
 * @begin:	When they were let
 * @end:	Now
 */
void give_way_done(struct give_way *g, struct mono begin, struct mono end)
{
	g->since = g->last = end;
	g->least.ns = mono_sub(end, begin).ns * SHARE;
}

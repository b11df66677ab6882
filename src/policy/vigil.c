// SPDX-License-Identifier: ISC
// Is it worth staying awake for an answer?
//
// Theory of operation
// -------------------
// A processor with nothing to do goes to sleep. To wake it takes 10 us or
// more, and whoever it is woken for then waits for its cold caches too. An
// answer that is there sooner than that is better waited for awake.
//
// Whether it is, answers tell: when some in a row have come soon, the next is
// waited for as long as such a one may take. One that is late or does not come
// ends that. Where the far end is far away, nobody ever waits.
//
// Who waits has no time for others. So it is done only for what comes by
// itself, after a while in which nothing was sent or heard at all.

#include "policy/vigil.h"

#include "base/util.h"

#define SOON	((struct mono){ 100000 })	/* 40 to 60 us in bench */
#define CALM	mono_ms(1)

enum { QUICK = 4 };

static bool is_waiting(const struct vigil *v)
{
	return v->sent.ns != MONO_ZERO.ns;
}

/**
 * vigil_sent() - A frame was sent by itself
 * @v:		Vigil; all zero at first
 * @now:	Time
 *
 * Return: until when to stay awake for the answer; in the past: not at all
 */
HOT struct mono vigil_sent(struct vigil *v, struct mono now)
{
	bool calm = mono_before(mono_add(v->last, CALM), now);

	if (is_waiting(v))
		v->quick = 0;
	v->sent = v->last = now;
	return calm && v->quick >= QUICK ? mono_add(now, SOON) : MONO_ZERO;
}

/**
 * vigil_heard() - Something came from a far end
 * @v:		Vigil
 * @now:	Time
 */
HOT void vigil_heard(struct vigil *v, struct mono now)
{
	if (is_waiting(v) && !mono_before(mono_add(v->sent, SOON), now))
		v->quick++;
	else if (is_waiting(v))
		v->quick = 0;
	v->sent = MONO_ZERO;
	v->last = now;
}
